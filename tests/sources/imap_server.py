"""A small IMAP server on loopback that answers as RFC 3501 has it, over TLS, and notes every command."""

from __future__ import annotations

import re
import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

PASSWORD = "made-for-the-test"


@dataclass
class Folder:
    """Messages by UID, and what else a test may set. `commands` are those received, without their tags."""

    name: str = '"INBOX"'
    validity: int = 1425
    messages: dict[int, bytes] = field(default_factory=dict)
    commands: list[str] = field(default_factory=list)
    seen: set[int] = field(default_factory=set)
    port: int = 0

    def put(self, message: bytes) -> int:
        uid = max(self.messages, default=0) + 1
        self.messages[uid] = message
        return uid


class _Session(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True
    server: _Server

    def handle(self) -> None:
        with suppress(ssl.SSLError, OSError):
            if not self.server.starttls:
                self._encrypt()
            self._say("* OK [CAPABILITY IMAP4rev1] ready")
            while line := self.rfile.readline():
                tag, _, command = line.decode().strip().partition(" ")
                self.server.folder.commands.append(re.sub(r"(?<=LOGIN ).*", "…", command))
                if not self._answer(tag, command):
                    break

    def _encrypt(self) -> None:
        self.request = self.server.context.wrap_socket(self.request, server_side=True)
        self.rfile, self.wfile = self.request.makefile("rb"), self.request.makefile("wb", 0)

    def _answer(self, tag: str, command: str) -> bool:
        folder, words = self.server.folder, command.split()
        match words[0].upper(), words[1:]:
            case "CAPABILITY", _:
                more = " STARTTLS LOGINDISABLED" if isinstance(self.request, socket.socket) and not self._is_tls else ""
                self._say(f"* CAPABILITY IMAP4rev1{more}", f"{tag} OK done")
            case "STARTTLS", _:
                self._say(f"{tag} OK begin TLS negotiation now")
                self._encrypt()
            case "LOGIN", [_, password]:
                fits = password.strip('"') == PASSWORD
                self._say(f"{tag} OK logged in" if fits else f"{tag} NO [AUTHENTICATIONFAILED] {password} is wrong")
            case (("EXAMINE" | "SELECT"), [name]) if name == folder.name:
                self._say(f"* {len(folder.messages)} EXISTS", "* 0 RECENT", r"* FLAGS (\Seen \Deleted)")
                self._say(f"* OK [UIDVALIDITY {folder.validity}] UIDs valid", "* OK [UIDNEXT 999] next")
                self._say(f"{tag} OK [READ-ONLY] done")
            case (("EXAMINE" | "SELECT"), _):
                self._say(f"{tag} NO [NONEXISTENT] no such mailbox")
            case "UID", ["SEARCH", "UID", span]:
                first = int(span.partition(":")[0])
                last = max(folder.messages, default=0)
                found = [uid for uid in folder.messages if uid >= first or uid == last]
                self._say("* SEARCH " + " ".join(map(str, found)), f"{tag} OK done")
            case "UID", ["FETCH", uid, *wanted]:
                self._fetch(tag, int(uid), " ".join(wanted))
            case "LOGOUT", _:
                self._say("* BYE", f"{tag} OK done")
                return False
            case _:
                self._say(f"{tag} BAD not known here")
        return True

    @property
    def _is_tls(self) -> bool:
        return isinstance(self.request, ssl.SSLSocket)

    def _fetch(self, tag: str, uid: int, wanted: str) -> None:
        folder = self.server.folder
        if "BODY.PEEK" not in wanted:
            folder.seen.add(uid)
        if uid in folder.messages:
            raw = folder.messages[uid]
            bound = re.search(r"<0\.(\d+)>", wanted)
            part = raw[: int(bound[1])] if bound else raw
            place = list(folder.messages).index(uid) + 1
            # Servers may tell of other messages' flags in between.
            self._say(r"* 1 FETCH (FLAGS (\Recent) UID 1)")
            self.wfile.write(f"* {place} FETCH (UID {uid} BODY[]<0> {{{len(part)}}}\r\n".encode() + part + b")\r\n")
        self._say(f"{tag} OK done")

    def _say(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    folder: Folder
    context: ssl.SSLContext
    starttls: bool

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up, since it does not trust the certificate, is no news."""


@contextmanager
def imap_server(certificate: Path, *, starttls: bool = False) -> Iterator[Folder]:
    """A server until the end of the block: with TLS from the start, or with STARTTLS."""
    server = _Server(("127.0.0.1", 0), _Session)
    server.folder, server.starttls = Folder(port=server.server_address[1]), starttls
    server.context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.context.load_cert_chain(certificate)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server.folder
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
