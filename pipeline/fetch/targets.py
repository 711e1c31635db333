"""Which URLs may be asked, by how they are written: before the first request, and before each redirect."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.categories import FailureKind, Outcome
from pipeline.errors import InputError
from pipeline.fetch.address_ranges import Network, forbidden
from pipeline.fetch.addresses import join_address, plain_address, read_address
from pipeline.fetch.wording import one_line

_SCHEMES = frozenset({"http", "https"})
_MAX_PORT = 65535
_MAX_HOST = 253
_SHOWN = 200
_AUTHORITY = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://([^/?#]*)")
_BRACKETED = re.compile(r"\[([^\]]*)\](?::([0-9]*))?")
_NAMED = re.compile(r"([^:]*)(?::([0-9]*))?")
# A backslash, white space or a control character.
_ODD = re.compile(r"[\\\s\x00-\x1f\x7f-\x9f]")
_LABEL = re.compile(r"[A-Za-z0-9_-]{1,63}")
# What resolvers and browsers take for a number, and so a name that ends in it for an address (WHATWG URL, 3.5).
_NUMBER = re.compile(r"[0-9]+|0[xX][0-9A-Fa-f]*")
# Resolvers take these for dots, too (RFC 3490, 3.1).
_OTHER_DOTS = frozenset("\u3002\uff0e\uff61")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an address is not asked. `outcome` is BLOCKED where it could be, but must not be."""

    reason: str
    outcome: Outcome
    failure: FailureKind = FailureKind.FORBIDDEN_ADDRESS


def refusal(url: str, allowed: Sequence[Network] = ()) -> Refusal | None:
    """Why `url` is not asked, or None. An address in place of a name must be public or among `allowed`.

    What has two readings is refused rather than read: the one who checks and the one who connects may differ.
    """
    plain = plain_address(url)
    if plain is not None:
        return _name_refusal(url, plain.host, allowed)
    if _odd_characters(url):
        return _no_address(url, "it holds a backslash, white space or a control character")
    try:
        parts = read_address(url)
    except InputError as error:
        return _no_address(url, one_line(error))
    if not parts.scheme:
        return _no_address(url, "it begins with neither http:// nor https://")
    if parts.scheme not in _SCHEMES:
        return Refusal(f"only http and https addresses are fetched, not {_shown(url)}", Outcome.BLOCKED)
    written = _AUTHORITY.match(url)
    if written is None or not written[1] or not parts.host:
        return _no_address(url, "it names no host")
    if "@" in written[1]:
        return Refusal(f"{_shown(url)} carries user info, which is not sent to anybody", Outcome.BLOCKED)
    return _authority_refusal(url, written[1], parts.host, allowed)


def redirect_target(url: str, location: str, allowed: Sequence[Network] = ()) -> str | Refusal:
    """Where a redirect from `url` leads, or why it is not followed."""
    location = location.strip(" \t")
    refused: Refusal | None
    try:
        target = join_address(url, location)
        # Joining escapes a backslash and tidies hosts, so the redirect is judged as it was written, too.
        if _odd_characters(location) or _AUTHORITY.match(location):
            refused = refusal(location, allowed)
        else:
            refused = refusal(target, allowed)
    except InputError as error:
        target, refused = location, _no_address(location, one_line(error))
    return target if refused is None else replace(refused, reason=f"is redirected: {refused.reason}")


def _odd_characters(url: str) -> bool:
    return _ODD.search(url) is not None


def _authority_refusal(url: str, authority: str, host: str, allowed: Sequence[Network]) -> Refusal | None:
    found = (_BRACKETED if authority.startswith("[") else _NAMED).fullmatch(authority)
    if found is None:
        return _no_address(url, "its host and port cannot be told apart")
    if found[2] and not 0 < int(found[2][:8]) <= _MAX_PORT:
        return _no_address(url, f"there is no port {found[2][:8]}")
    if authority.startswith("["):
        return _version_6(url, found[1], allowed)
    if unicodedata.normalize("NFKC", found[1]) != found[1] or _OTHER_DOTS & set(found[1]):
        return _no_address(url, "its host is written in look-alike characters")
    return _name_refusal(url, host, allowed)


def _name_refusal(url: str, host: str, allowed: Sequence[Network]) -> Refusal | None:
    name = host.removesuffix(".")
    if len(name) > _MAX_HOST or not all(_LABEL.fullmatch(label) for label in name.split(".")):
        return _no_address(url, "its host has a part that is empty, too long, or not of letters, digits and hyphens")
    if not _NUMBER.fullmatch(name.rpartition(".")[2]):
        return None
    try:
        literal = str(ipaddress.IPv4Address(host))
    except ValueError:
        return _no_address(url, "its host is an address in an odd form; four decimal numbers are understood")
    return _literal(literal, allowed)


def _version_6(url: str, written: str, allowed: Sequence[Network]) -> Refusal | None:
    if "%" in written:
        return _no_address(url, "its address names a zone, which means something on one machine only")
    try:
        return _literal(str(ipaddress.IPv6Address(written)), allowed)
    except ValueError:
        return _no_address(url, "what stands in brackets is no IPv6 address")


def _literal(address: str, allowed: Sequence[Network]) -> Refusal | None:
    reason = forbidden(address, allowed)
    return None if reason is None else Refusal(not_public(reason), Outcome.BLOCKED)


def not_public(reason: str) -> str:
    """A refusal of an address, with what an operator can do who means it."""
    return f"is not asked: {reason}; an intranet that is to be watched goes into fetch: allow_networks"


def _no_address(url: str, why: str) -> Refusal:
    return Refusal(f"{_shown(url)} is not an address: {why}", Outcome.ERROR)


def _shown(url: str) -> str:
    return repr(url) if len(url) <= _SHOWN else f"{url[:_SHOWN]!r}…"
