"""Reading a folder over IMAP (RFC 9051): over TLS only, and without changing a flag of it."""

from __future__ import annotations

import base64
import datetime as dt
import imaplib
import re
import ssl
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from pipeline.fetch.wording import one_line

MOST_IN_ALL = 32 * 1024 * 1024  # bytes of messages that are held at once
_UID = re.compile(rb"\bUID (\d+)\b")
_NOT_ASCII = re.compile(r"[^\x20-\x7e]+|&")


@dataclass(frozen=True, slots=True)
class ImapServer:
    """Where the folder is. With `starttls` the connection turns to TLS before the log-in, else it begins so."""

    host: str
    port: int
    username: str
    password: str
    starttls: bool = False
    ca_file: str | None = None
    timeout: dt.timedelta = dt.timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a folder has been read: UIDs rise within one validity, and mean nothing in another."""

    validity: int = 0
    uid: int = 0

    def __str__(self) -> str:
        return f"{self.validity}:{self.uid}"

    @classmethod
    def parse(cls, text: str | None) -> Mark:
        """The mark that `str` wrote; the beginning for anything else."""
        validity, _, uid = (text or "").partition(":")
        return cls(int(validity), int(uid)) if validity.isdecimal() and uid.isdecimal() else cls()


@dataclass(frozen=True, slots=True)
class Letters:
    """Messages with their UIDs, oldest first, each cut a byte beyond the bound, and the mark they lead up to."""

    mark: Mark
    messages: Sequence[tuple[int, bytes]] = ()


@dataclass(frozen=True, slots=True)
class MailboxFailure:
    """Why a folder could not be read, with what to do; it never holds the password."""

    reason: str


def new_messages(server: ImapServer, folder: str, mark: Mark, most: int, max_bytes: int) -> Letters | MailboxFailure:
    """At most `most` messages that came after `mark`, each cut at a byte beyond `max_bytes`.

    The folder is examined, not selected, and bodies are peeked at, so that nothing counts as seen.
    """
    connection: imaplib.IMAP4 | None = None
    try:
        connection = _opened(server)
        return _refused(connection, server) or _letters(connection, folder, mark, most, max_bytes)
    except imaplib.IMAP4.error as error:
        return MailboxFailure(f"the mail server answers {one_line(error)!r}")
    except ssl.SSLCertVerificationError as error:
        return MailboxFailure(f"its certificate is not trusted: {error.verify_message}; options.ca_file can name one")
    except OSError as error:
        return MailboxFailure(f"the mail server cannot be reached: {one_line(error)}")
    finally:
        if connection is not None:
            with suppress(imaplib.IMAP4.error, OSError):
                connection.logout()


def _refused(connection: imaplib.IMAP4, server: ImapServer) -> MailboxFailure | None:
    """Logs in; the server's own words are not told on, since they may repeat what it was sent."""
    try:
        connection.login(server.username, server.password)
    except (imaplib.IMAP4.error, UnicodeError):
        return MailboxFailure("the log-in was refused; check username and the password's secret")
    return None


def _letters(connection: imaplib.IMAP4, folder: str, mark: Mark, most: int, max_bytes: int) -> Letters | MailboxFailure:
    answer, _ = connection.select(_quoted(folder), readonly=True)
    if answer != "OK":
        return MailboxFailure(f"there is no folder {folder!r} that could be opened; name another in the address")
    validity = _validity(connection)
    if validity is None:
        return MailboxFailure("the mail server gives its folder no UIDVALIDITY, so that new messages cannot be told")
    after = mark.uid if validity == mark.validity else 0
    _, found = connection.uid("SEARCH", f"UID {after + 1}:*")
    # The last message answers `n:*` even where its UID is below n.
    uids = sorted(uid for uid in map(int, (found[0] or b"").split()) if uid > after)[:most]
    messages: list[tuple[int, bytes]] = []
    unread = MOST_IN_ALL
    for uid in uids:
        raw = _peeked(connection, uid, max_bytes)
        after = uid
        if raw is not None:
            messages.append((uid, raw))
            unread -= len(raw)
        if unread <= 0:
            break
    return Letters(Mark(validity, after), messages)


def _opened(server: ImapServer) -> imaplib.IMAP4:
    tls = ssl.create_default_context(cafile=server.ca_file)
    seconds = server.timeout.total_seconds()
    if not server.starttls:
        return imaplib.IMAP4_SSL(server.host, server.port, ssl_context=tls, timeout=seconds)
    connection = imaplib.IMAP4(server.host, server.port, timeout=seconds)
    connection.starttls(tls)
    return connection


def _validity(connection: imaplib.IMAP4) -> int | None:
    _, said = connection.response("UIDVALIDITY")
    value = said[0] if said else None
    return int(value) if isinstance(value, bytes) and value.isdigit() else None


def _peeked(connection: imaplib.IMAP4, uid: int, max_bytes: int) -> bytes | None:
    """The beginning of a message; None for one that was deleted since it was listed."""
    _, parts = connection.uid("FETCH", str(uid), f"(UID BODY.PEEK[]<0.{max_bytes + 1}>)")
    for part in parts:
        if isinstance(part, tuple) and (found := _UID.search(part[0])) and int(found[1]) == uid:
            return bytes(part[1])
    return None


def _quoted(folder: str) -> str:
    """A folder's name as IMAP writes it: modified UTF-7 (RFC 3501, 5.1.3), in quotes."""
    name = _NOT_ASCII.sub(_shifted, folder)
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _shifted(run: re.Match[str]) -> str:
    if run[0] == "&":
        return "&-"
    coded = base64.b64encode(run[0].encode("utf-16-be")).decode("ascii")
    return "&" + coded.rstrip("=").replace("/", ",") + "-"
