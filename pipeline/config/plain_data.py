"""Frozen dataclasses as plain JSON data and back, by their type hints: reading it can make nothing but those.

A record is the list of its fields in order. Pydantic would do it, but what is read here is read so that a run need
not load pydantic.
"""

from __future__ import annotations

import datetime as dt
import types
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Any, Union, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

from pipeline.fetch.address_ranges import Network

Reader = Callable[[Any], Any]
NOT_PLAIN = (TypeError, ValueError, KeyError, OverflowError)
"""What the constructors of the values raise: a zone that is not there is a KeyError, a span too long an overflow."""
_MICROSECOND = dt.timedelta(microseconds=1)


def plain(value: object) -> Any:
    """`value` as JSON takes it. Raises TypeError for what no record of ours holds."""
    match value:
        case Enum():
            return value.value
        case None | bool() | int() | str():
            return value
        case dt.timedelta():
            return value // _MICROSECOND
        case dt.datetime() | dt.time():
            return value.isoformat()
        case ZoneInfo() | IPv4Network() | IPv6Network():
            return str(value)
        case tuple():
            return [plain(each) for each in value]
        case frozenset():
            return sorted(plain(each) for each in value)
        case Mapping():
            return {key: plain(each) for key, each in value.items()}
        case _ if is_dataclass(value) and not isinstance(value, type):
            return [plain(getattr(value, each.name)) for each in fields(value)]
        case _:
            raise TypeError(f"no plain form for {type(value).__name__}")


@cache
def reader(hint: Any) -> Reader:
    """What makes a value of type `hint` of its plain form; it raises one of `NOT_PLAIN` where it is none.

    Raises TypeError for a type that has no plain form.
    """
    if hint in _LEAVES:
        return _LEAVES[hint]
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType) and len(inner) == 2 and inner[1] is types.NoneType:
        present = reader(inner[0])
        return lambda data: None if data is None else present(data)
    if origin is tuple and inner[1:] == (...,):
        each = reader(inner[0])
        return lambda data: tuple(map(each, _listed(data)))
    if origin is frozenset:
        member = reader(inner[0])
        return lambda data: frozenset(map(member, _listed(data)))
    if origin is Mapping and inner == (str, str):
        return _texts_by_name
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint
    if isinstance(hint, type) and is_dataclass(hint):
        return _record(hint)
    raise TypeError(f"no plain form for {hint}")


def _record(kind: type) -> Reader:
    hints = get_type_hints(kind)
    readers = [reader(hints[each.name]) for each in fields(kind)]
    return lambda data: kind(*[read(value) for read, value in zip(readers, _listed(data), strict=True)])


def _exactly(kind: type) -> Reader:
    def read(data: Any) -> Any:
        if type(data) is not kind:
            raise TypeError(f"{type(data).__name__} where {kind.__name__} belongs")
        return data

    return read


_listed, _named, _text, _whole = _exactly(list), _exactly(dict), _exactly(str), _exactly(int)


def _texts_by_name(data: Any) -> dict[str, str]:
    return {_text(key): _text(value) for key, value in _named(data).items()}


_LEAVES: Mapping[Any, Reader] = {
    str: _text,
    int: _whole,
    bool: _exactly(bool),
    dt.timedelta: lambda data: _whole(data) * _MICROSECOND,
    dt.datetime: dt.datetime.fromisoformat,
    dt.time: dt.time.fromisoformat,
    ZoneInfo: ZoneInfo,
    Network: ip_network,
}
