"""Alerts as an Atom feed (RFC 4287) in a file: put it where a web server or a feed reader finds it."""

from __future__ import annotations

import datetime as dt
import os
import tempfile
from pathlib import Path
from xml.etree import ElementTree as Xml

from pipeline.model import Problem
from pipeline.notify.channel import Receipt, ReceiptState
from pipeline.notify.console import text
from pipeline.notify.digest import Digest
from pipeline.notify.render import Message, headline, link_of, worded, words_of

ATOM = "{http://www.w3.org/2005/Atom}"
XML_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
TAG = "tag:qwen-watch.invalid,2026:"
MOST_ENTRIES = 200
WIDTH = 96
Xml.register_namespace("", ATOM[1:-1])


class FeedChannel:
    """Writes each message into the file as an entry with a stable id, the newest first, by an atomic rename."""

    idempotent = True

    def __init__(self, path: Path, name: str, language: str | None = None) -> None:
        self._path = path
        self._name = name
        self._language = language

    def send(self, message: Message, /, *, thread: str | None = None) -> Receipt:  # noqa: ARG002
        """Adds the entry, or puts it in place of the one with its id; a file that cannot be written is tried again."""
        told = worded(message, self._language)
        try:
            kept = [one for one in self._entries() if one.findtext(f"{ATOM}id") != entry_id(message.alert_id)]
            self._write([entry(told), *kept])
        except OSError as error:
            return _unwritable(self._path, error.strerror or str(error))
        except Xml.ParseError as error:
            return _unwritable(self._path, f"it holds no feed ({error}); move it away")
        return Receipt(ReceiptState.SENT, provider_id=entry_id(message.alert_id))

    def edit(self, provider_id: str, message: Message, /) -> Receipt:  # noqa: ARG002
        """Puts the message in place of the entry with its id."""
        return self.send(message)

    def find(self, alert_id: str, since: dt.datetime, /, *, thread: str | None = None) -> str | Problem | None:  # noqa: ARG002
        """The id of the entry, where the file has it."""
        try:
            ids = {one.findtext(f"{ATOM}id") for one in self._entries()}
        except (OSError, Xml.ParseError) as error:
            return Problem("deliver", f"alert {alert_id}", f"{self._path} cannot be read: {error}")
        return entry_id(alert_id) if entry_id(alert_id) in ids else None

    def _entries(self) -> list[Xml.Element]:
        if not self._path.exists():
            return []
        return Xml.fromstring(self._path.read_bytes()).findall(f"{ATOM}entry")

    def _write(self, entries: list[Xml.Element]) -> None:
        entries = sorted(entries, key=lambda one: one.findtext(f"{ATOM}updated") or "", reverse=True)[:MOST_ENTRIES]
        feed = Xml.Element(f"{ATOM}feed")
        _add(feed, "id", f"{TAG}feed/{self._name}")
        _add(feed, "title", f"Qwen Watch: {self._name}")
        _add(feed, "updated", entries[0].findtext(f"{ATOM}updated") or "")
        _add(_add(feed, "author"), "name", "Qwen Watch")
        feed.extend(entries)
        Xml.indent(feed)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=self._path.parent, prefix=f".{self._path.name}.", delete=False) as file:
            try:
                file.write(Xml.tostring(feed, encoding="utf-8", xml_declaration=True) + b"\n")
                file.flush()
                os.fsync(file.fileno())
                Path(file.name).chmod(0o644)
                Path(file.name).replace(self._path)
            except OSError:
                Path(file.name).unlink(missing_ok=True)
                raise


def entry_id(alert_id: str) -> str:
    """The id of an alert's entry, the same whatever the file."""
    return f"{TAG}alert/{alert_id}"


def entry(message: Message) -> Xml.Element:
    """A message as an entry of Atom (RFC 4287), all of its text as plain text."""
    made = Xml.Element(f"{ATOM}entry", {XML_LANGUAGE: words_of(message).language})
    written = message.created_at.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
    _add(made, "id", entry_id(message.alert_id))
    _add(made, "title", headline(message), type="text")
    _add(made, "published", written)
    _add(made, "updated", written)
    if not isinstance(message, Digest):
        _add(made, "category", term=str(message.kind))
        link = link_of(message)
        if link:
            _add(made, "link", rel="alternate", href=link)
    _add(made, "content", text(message, WIDTH), type="text")
    return made


def _add(parent: Xml.Element, name: str, told: str | None = None, **attributes: str) -> Xml.Element:
    child = Xml.SubElement(parent, f"{ATOM}{name}", attributes)
    child.text = told
    return child


def _unwritable(path: Path, why: str) -> Receipt:
    return Receipt(ReceiptState.RETRY, error=f"cannot write {path}: {why}", channel_down=True)
