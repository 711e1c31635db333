"""The records that an archive is made of, each a gzip member of its own (WARC 1.1, ISO 28500:2017)."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from warcio.statusandheaders import StatusAndHeaders

# What is stored is the inflated body in one piece; these would describe the way it came.
_OF_THE_TRANSFER = frozenset(
    {
        "content-encoding",
        "content-length",
        "transfer-encoding",
        "connection",
        "keep-alive",
        "trailer",
        "set-cookie",
    }
)
_URL_CHARACTERS = "".join(chr(code) for code in range(0x21, 0x7F))
_SAME_PAYLOAD = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
_WARCINFO = b"software: qwen-watch\r\nformat: WARC File Format 1.1\r\n"


def response(
    url: str,
    status: int,
    headers: Iterable[tuple[str, str]],
    body: bytes,
    sha256: str,
    fetched_at: dt.datetime,
    copied_from: str | None = None,
) -> bytes:
    """A body as it was inflated, behind the head that came with it but for what speaks of the transfer."""
    from warcio.statusandheaders import StatusAndHeaders

    kept = [(name, " ".join(value.split())) for name, value in headers if name.lower() not in _OF_THE_TRANSFER]
    http = StatusAndHeaders(str(status), [*kept, ("Content-Length", str(len(body)))], protocol="HTTP/1.1")
    address = quote(url, safe=_URL_CHARACTERS)
    fields = {"WARC-Payload-Digest": f"sha256:{sha256}", **_origin(copied_from)}
    return _record(address, "response", body, fields, fetched_at, http)


def _origin(copied_from: str | None) -> dict[str, str]:
    """The field that pywb writes, too, for what it copies from other archives."""
    return {"WARC-Source-URI": quote(copied_from, safe=_URL_CHARACTERS)} if copied_from else {}


def revisit(url: str, sha256: str, moment: dt.datetime, copied_from: str | None = None) -> bytes:
    """That the body of this SHA-256 stood at `url` once more."""
    fields = {"WARC-Payload-Digest": f"sha256:{sha256}", "WARC-Profile": _SAME_PAYLOAD, **_origin(copied_from)}
    return _record(quote(url, safe=_URL_CHARACTERS), "revisit", b"", fields, moment, None)


def warcinfo(file: str, moment: dt.datetime) -> bytes:
    """What a file begins with."""
    return _record("", "warcinfo", _WARCINFO, {"WARC-Filename": file}, moment, None)


def _record(
    url: str,
    kind: str,
    content: bytes,
    fields: dict[str, str],
    moment: dt.datetime,
    http: StatusAndHeaders | None,
) -> bytes:
    from warcio.warcwriter import WARCWriter  # it takes long to load, and many a run keeps nothing

    date = moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    name = uuid.uuid5(uuid.NAMESPACE_URL, " ".join((kind, url, date, *fields.values())))
    named = {"WARC-Record-ID": f"<urn:uuid:{name}>", "WARC-Date": date, **fields}
    out = BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version="1.1")
    record = writer.create_warc_record(
        url, kind, payload=BytesIO(content), length=len(content), warc_headers_dict=named, http_headers=http
    )
    writer.write_record(record)
    return out.getvalue()
