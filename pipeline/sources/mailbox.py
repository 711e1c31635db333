"""Newsletters from a folder on a mail server, over IMAP: each message a document."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pipeline.config.secrets import not_set
from pipeline.fetch.imap import ImapServer, MailboxFailure, Mark, new_messages
from pipeline.isolation.workers import Workers
from pipeline.model import Fetch, Source
from pipeline.read.mail import MOST_BYTES
from pipeline.sources.collecting import Collected
from pipeline.sources.listing import Listing, unreadable
from pipeline.sources.mail import SENDERS, read_messages
from pipeline.sources.tokens import Secret

_PORTS = {"imaps": 993, "imap": 143}
_MOST_MESSAGES = 100


@dataclass(frozen=True, slots=True)
class ImapKind:
    """A folder such as `imaps://imap.example.org/Newsletters`; `imap://` turns to TLS before it logs in."""

    options: Mapping[str, str] = field(
        default_factory=lambda: {
            **SENDERS,
            "username": "the account to log in with",
            "password_secret": "name of the secret with the account's password, or one made for this program",
            "ca_file": "file with the certificate of a private authority; left out, the system's authorities count",
        }
    )
    schemes: frozenset[str] = frozenset(_PORTS)

    def read(self, source: Source, fetch: Fetch, now: dt.datetime) -> Listing:
        del fetch, now
        return unreadable(
            source, f"{source.url} is a mail folder, and nothing that HTTP gives; write imaps://HOST/FOLDER"
        )

    def collect(
        self, source: Source, mark: str | None, secret: Secret, now: dt.datetime, workers: Workers
    ) -> Collected:
        """The messages after `mark`; all again, once, where the server has numbered its folder anew."""
        server = _server(source, secret)
        if isinstance(server, str):
            return Collected(failure=server)
        folder = unquote(urlsplit(source.url).path.strip("/")) or "INBOX"
        letters = new_messages(server, folder, Mark.parse(mark), _MOST_MESSAGES, MOST_BYTES)
        if isinstance(letters, MailboxFailure):
            return Collected(failure=letters.reason)
        messages = ((f"{source.url}, UID {uid}", raw) for uid, raw in letters.messages)
        return read_messages(str(letters.mark), messages, source, now, workers)


def _server(source: Source, secret: Secret) -> ImapServer | str:
    """The server with its log-in, or what is missing for it."""
    address, options = urlsplit(source.url), source.options
    username, named = options.get("username"), options.get("password_secret")
    if not username or not named:
        return "options.username and options.password_secret are both needed to log in"
    password = secret(named)
    if not password:
        return not_set(named)
    ca_file = options.get("ca_file")
    if ca_file and not Path(ca_file).is_file():
        return f"options.ca_file {ca_file!r} is no file that can be read; correct the path"
    port = address.port or _PORTS.get(address.scheme, _PORTS["imaps"])
    starttls = address.scheme == "imap"
    return ImapServer(address.hostname or "", port, username, password, starttls, ca_file)
