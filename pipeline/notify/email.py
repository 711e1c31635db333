"""Messages as e-mail: a text and an HTML part, and headers by which receivers thread, filter and key."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from pipeline.categories import Severity
from pipeline.notify.briefing import briefing
from pipeline.notify.console import text
from pipeline.notify.digest import Digest
from pipeline.notify.inert import shorten
from pipeline.notify.render import Message, body, facts_line, headline, more_line, reference, sides, words_of

TEXT_WIDTH = 76
LONGEST_SUBJECT = 200
MOST_ITEMS = 200
# 7bit: text beyond ASCII goes as base64 or quoted-printable, which every relay passes on.
POLICY = SMTP.clone(cte_type="7bit")


def message(alert: Message, sender: str, recipients: Sequence[str]) -> EmailMessage:
    """The mail for an alert or digest; the same on every try, its Message-ID made from the alert's key."""
    domain = address(sender).domain
    mail = EmailMessage(POLICY)
    mail["Subject"] = subject(alert)
    mail["From"] = address(sender)
    mail["To"] = [address(recipient) for recipient in recipients]
    mail["Date"] = format_datetime(alert.created_at.astimezone(dt.UTC))
    mail["Message-ID"] = message_id(alert, domain)
    if not isinstance(alert, Digest) and alert.event_id is not None:
        # One event is one thread: all its messages refer to a root of their own, whichever came first.
        root = f"<event.{_token(alert.thread_id or alert.event_id)}@{domain}>"
        mail["In-Reply-To"] = root
        mail["References"] = root
    if not isinstance(alert, Digest) and alert.severity is Severity.HIGH:
        mail["Importance"] = "high"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail["List-Id"] = f"Qwen Watch <alerts.qwen-watch.{domain}>"
    mail["List-Unsubscribe"] = f"<mailto:{address(sender).addr_spec}?subject=unsubscribe>"
    mail["X-Qwen-Watch-Alert"] = alert.alert_id
    mail.set_content(text(alert, TEXT_WIDTH, mail=True))
    mail.add_alternative(html(alert), subtype="html")
    return mail


def message_id(alert: Message, domain: str) -> str:
    """`<alert.0123456789abcdef@example.org>`: what a receiver keys on."""
    return f"<alert.{alert.alert_id}@{domain}>"


def subject(alert: Message) -> str:
    """The headline as a header value: one line, and nothing in it that a reader would decode."""
    # Python 3.11 decodes an encoded word in a header's value and may let its line break through.
    return shorten(re.sub(r"=(?=\?)", "= ", headline(alert)), LONGEST_SUBJECT)


def html(alert: Message) -> str:
    """The HTML part: self-contained, inline styles, every text from outside escaped."""
    common = {
        "title": headline(alert),
        "facts": facts_line(alert),
        "reference": reference(alert),
        "more": more_line(alert),
        "language": words_of(alert).language,
    }
    if isinstance(alert, Digest):
        say = words_of(alert).say
        return _template("digest.html.j2").render(**common, sections=briefing(alert), say=say, most=MOST_ITEMS)
    return _template("alert.html.j2").render(
        **common,
        paragraphs=[line for line in body(alert).split("\n") if line],
        sides=sides(alert),
        severity=str(alert.severity),
    )


def address(written: str) -> Address:
    """`Ada <ada@example.org>` as an address; ValueError (HeaderParseError) where it is none."""
    name, spec = parseaddr(written)
    return Address(display_name=name, addr_spec=spec)


def _token(text_id: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]", "", text_id)[:64]


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _template(name: str) -> Template:
    return _environment().get_template(name)
