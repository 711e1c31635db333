"""The samples of docs/alerts.md: the demo's alerts as each channel's receiver got them, over real sockets.

`python -m tests.newsroom.alert_samples demo-data` writes them anew after `make demo`.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from pathlib import Path
from xml.etree import ElementTree

import duckdb

from pipeline.categories import AlertKind, Severity
from pipeline.config.channels import Security
from pipeline.ledger import Alert
from pipeline.notify import digest, worded
from pipeline.notify.console import text
from pipeline.notify.digest import Digest
from pipeline.notify.feed import ATOM, FeedChannel
from pipeline.notify.payload import payload
from pipeline.notify.render import headline
from pipeline.notify.slack import SlackChannel
from pipeline.notify.smtp import EmailChannel, MailServer
from tests.newsroom import receivers
from warehouse.alerts import alerts_since

PAGE = Path(__file__).resolve().parents[2] / "docs" / "alerts.md"
DIGEST_DAYS = dt.timedelta(days=3)
HEADERS = (
    *("Subject", "From", "To", "Date", "Message-ID", "In-Reply-To", "References", "Importance", "Auto-Submitted"),
    *("List-Id", "List-Unsubscribe", "X-Qwen-Watch-Alert"),
)
_SAMPLE = re.compile(r"(?P<head><!-- from the demo: (?P<name>[\w-]+) -->\n+```\w+\n).*?(?P<end>```\n)", re.S)


def alerts_of(data: Path) -> list[Alert]:
    """Every alert of the demo, oldest first."""
    with duckdb.connect(str(data / "qwen.duckdb"), read_only=True) as connection:
        return alerts_since(connection, dt.datetime.min.replace(tzinfo=dt.UTC))


def dispute_of(alerts: Sequence[Alert]) -> Alert:
    """The weightiest disagreement of the demo."""
    return next(
        one
        for one in alerts
        if one.kind is AlertKind.CONFLICT_OPENED and one.severity is Severity.HIGH and "successor" in one.title
    )


def thread_of(alerts: Sequence[Alert]) -> list[Alert]:
    """All that was told of the event of which most was told, the event itself first."""
    told = Counter(one.event_id for one in alerts)
    event_id = max(told, key=lambda one: (told[one], one or ""))
    ours = (one for one in alerts if one.event_id == event_id)
    return sorted(ours, key=lambda one: (one.created_at, one.kind is not AlertKind.NEW_EVENT, one.alert_id))


def digest_of(alerts: Sequence[Alert]) -> Digest:
    """What a digest tells at the end of the demo's busiest days: all but what went out at once."""
    last = max(one.created_at for one in alerts if one.kind is AlertKind.CONFLICT_OPENED)
    quiet = [one for one in alerts if one.severity is not Severity.HIGH and last - DIGEST_DAYS < one.created_at <= last]
    settled = {one.conflict_id for one in alerts if one.kind is AlertKind.CONFLICT_RESOLVED}
    opened = [one for one in alerts if one.kind is AlertKind.CONFLICT_OPENED and one.created_at <= last]
    made = digest(quiet, last, [one for one in opened if one.conflict_id not in settled])
    assert made is not None
    return made


def samples(alerts: Sequence[Alert]) -> Mapping[str, str]:
    """Each sample by its name on the page."""
    dispute = dispute_of(alerts)
    thread = thread_of(alerts)
    [mail] = mailed([dispute])
    return {
        "console": text(dispute, 92),
        "console-zh": text(worded(dispute, "zh"), 92),
        "thread": "\n".join(f"{one.created_at:%d %b}  {headline(one)}" for one in thread) + "\n",
        "slack": _json(posted([dispute])[0]),
        "mail": "\n".join(f"{name}: {str(mail[name]).strip()}" for name in HEADERS if mail[name])
        + "\n\n"
        + _text_part(mail),
        "digest": text(digest_of(alerts), 92),
        "webhook": _json(payload(dispute)),
        "atom": _atom(dispute),
    }


def posted(messages: Sequence[Alert | Digest]) -> list[dict[str, object]]:
    """The payloads that a receiver with Slack's limits took."""
    slack = receivers.SlackReceiver()
    try:
        for message in messages:
            receipt = SlackChannel(slack.url).send(message)
            assert (receipt.state, receipt.error) == ("sent", None), receipt.error
    finally:
        slack.close()
    return [each for kept in slack.messages.values() for each in kept]


def mailed(messages: Sequence[Alert | Digest]) -> list[EmailMessage]:
    """The mails as a mail server got them, parsed back."""
    server = receivers.MailServer()
    try:
        channel = EmailChannel(
            MailServer("127.0.0.1", server.port, Security.PLAIN),
            "Qwen Watch <watch@desk.example>",
            ["editors@desk.example"],
        )
        for message in messages:
            receipt = channel.send(message)
            assert (receipt.state, receipt.error) == ("sent", None), receipt.error
    finally:
        server.close()
    return [each for kept in server.messages.values() for each in kept]


def renewed(page: str, shown: Mapping[str, str]) -> str:
    """The page with its samples as they come out now."""
    return _SAMPLE.sub(lambda found: f"{found['head']}{shown[found['name']]}{found['end']}", page)


def names_of(page: str) -> list[str]:
    return [found["name"] for found in _SAMPLE.finditer(page)]


def _atom(alert: Alert) -> str:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "alerts.atom"
        FeedChannel(path, "readers").send(alert)
        feed = ElementTree.fromstring(path.read_bytes())
    entry = feed.find(f"{ATOM}entry")
    assert entry is not None
    content = entry.find(f"{ATOM}content")
    assert content is not None
    content.text = f"{(content.text or '').splitlines()[0]} …"
    return ElementTree.tostring(entry, encoding="unicode").strip() + "\n"


def _text_part(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def _json(part: object) -> str:
    return json.dumps(part, ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text("utf-8"), samples(alerts_of(Path(sys.argv[1])))), "utf-8")
