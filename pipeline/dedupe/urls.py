"""One spelling for one address, so that a page met twice is known to be the same page."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, quote, unquote, urlsplit, urlunsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}

# A dated line of a README or changelog is a document of its own; this is how its address is told apart.
_KEPT_FRAGMENT = "news-"

# Only names that carry no meaning anywhere. courlan's list is not used: it also drops `cid`, `uid`, `eid` and
# `source`, by which some publishers tell their articles apart.
_TRACKING = re.compile(
    r"^(?:utm_\w+|mtm_\w+|pk_\w+|hsa_\w+|vero_\w+|oly_\w+|mc_[ce]id|_hs(?:enc|mi)|fbclid|gclid|gclsrc|dclid|gbraid|"
    r"wbraid|msclkid|yclid|ysclid|twclid|ttclid|li_fat_id|igshid|igsh|mkt_tok|s_cid|spm|scm|share_token|"
    r"cmpid|ocid|ncid|smid|at_medium|at_campaign|ref_src|ref_url|__twitter_impression|guccounter|"
    r"guce_referrer|guce_referrer_sig|from_wecom|sharer_share(?:id|time|info)\w*)$",
    re.IGNORECASE,
)
_UNRESERVED = re.compile(r"[A-Za-z0-9\-._~]")
_SAFE = "!$&'()*+,;=:@/?~-._%"


def canonical_url(url: str) -> str:
    """`url` in one spelling: lower-case host, no default port, fragment or tracking parameter (RFC 3986).

    The scheme, the order of the other parameters and a trailing slash stay as given, since servers tell them
    apart. Something that is no http address comes back stripped of white space and otherwise as it is.
    """
    parts = _split("".join(url.split()))
    if parts is None:
        return "".join(url.split())
    fragment = parts.fragment if parts.fragment.startswith(_KEPT_FRAGMENT) else ""
    path = _escaped(_without_dots(parts.path)) or "/"
    return urlunsplit((parts.scheme.lower(), _authority(parts), path, _query(parts.query), fragment))


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  (reading it is what raises on a port that is no number)
    except ValueError:
        return None
    return parts if parts.scheme.lower() in _DEFAULT_PORTS and parts.hostname else None


def _authority(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".")
    if ":" in host:
        host = f"[{host}]"
    elif not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:
            host = quote(host)
    credentials, at, _ = parts.netloc.rpartition("@")
    keeps_port = parts.port is not None and parts.port != _DEFAULT_PORTS[parts.scheme.lower()]
    return credentials + at + host + (f":{parts.port}" if keeps_port else "")


def _without_dots(path: str) -> str:
    kept: list[str] = []
    segments = path.split("/")
    for place, segment in enumerate(segments):
        last = place == len(segments) - 1
        if segment == "..":
            if len(kept) > 1:
                kept.pop()
            kept += [""] if last else []
        elif segment != ".":
            kept.append(segment)
        elif last:
            kept.append("")
    return "/".join(kept)


def _escaped(text: str) -> str:
    """`text` with one spelling of every percent-escape: needless ones undone, the rest in capitals."""
    return quote(re.sub(r"(?:%[0-9A-Fa-f]{2})+", _escape, text), safe=_SAFE)


def _escape(run: re.Match[str]) -> str:
    try:
        text = bytes.fromhex(run[0].replace("%", "")).decode()
    except UnicodeDecodeError:
        return run[0].upper()
    return "".join(char if _UNRESERVED.match(char) else quote(char, safe="") for char in text)


def _query(query: str) -> str:
    pairs = (pair for pair in query.split("&") if pair)
    return _escaped("&".join(pair for pair in pairs if not _TRACKING.match(unquote(pair.partition("=")[0]))))
