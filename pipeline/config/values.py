"""The value types of the configuration files: durations, sizes, addresses and names of secrets."""

from __future__ import annotations

import datetime as dt
import difflib
import ipaddress
import re
from email.utils import parseaddr
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema

DURATION = re.compile(r"(\d{1,4})\s*(s|m|h|d)")
DURATION_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
DURATION_FORMS = 'a duration is written like "30m", "6h" or "1d"'
SIZE = re.compile(r"(\d{1,6})\s*(KiB|MiB|GiB)")
SIZE_UNITS = {"KiB": 1024, "MiB": 1024**2, "GiB": 1024**3}
TIME_OF_DAY = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
SECRET_NAME = re.compile(r"[A-Z][A-Z0-9_]{2,98}")
WIDEST_NETWORK = {4: 8, 6: 7}
"""The shortest prefix of a network that may be allowed, by the version of the protocol: whole private ranges fit."""
# The value is not shown: it may be the secret itself, and messages end in logs.
SECRET_NAME_WANTED = (
    "this takes the name of a secret, not the secret: upper-case letters, digits and underscores, "
    "such as QWEN_WATCH_SLACK_WEBHOOK; put the secret itself into the environment under that name"
)
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")


def parse_duration(value: object) -> dt.timedelta:
    """A timedelta from a text such as `30m`; ValueError for anything else."""
    found = DURATION.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None or int(found[1]) == 0:
        raise ValueError(f"{value!r} is not a duration; {DURATION_FORMS}")
    return dt.timedelta(**{DURATION_UNITS[found[2]]: int(found[1])})


def parse_pause(value: object) -> dt.timedelta:
    """A timedelta from a text such as `1s`, or `0s` for none; ValueError for anything else."""
    return dt.timedelta() if isinstance(value, str) and value.strip() == "0s" else parse_duration(value)


def parse_size(value: object) -> int:
    """Bytes from a text such as `8 MiB`; ValueError for anything else."""
    found = SIZE.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None or int(found[1]) == 0:
        raise ValueError(f'{value!r} is not a size; a size is written like "8 MiB" or "512 KiB"')
    return int(found[1]) * SIZE_UNITS[found[2]]


def parse_time_of_day(value: object) -> dt.time:
    """A time of day from a text such as `22:00`; ValueError for anything else."""
    found = TIME_OF_DAY.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        raise ValueError(f'{value!r} is not a time of day; write it in quotes, such as "22:00"')
    return dt.time(int(found[1]), int(found[2]))


def parse_moment(value: object) -> dt.datetime:
    """A moment from a text or a YAML date, in UTC where it has no offset; a day alone is its beginning."""
    try:
        if isinstance(value, dt.datetime):
            moment = value
        elif isinstance(value, dt.date):
            moment = dt.datetime.combine(value, dt.time())
        else:
            moment = dt.datetime.fromisoformat(str(value).strip())
    except ValueError:
        raise ValueError(f"{value!r} is not a time; write 2026-12-31 or 2026-12-31T18:00+01:00") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)).astimezone(dt.UTC)


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        near = difflib.get_close_matches(value, available_timezones(), n=1)
        meant = f"; did you mean {near[0]}?" if near else "; write one such as Europe/Berlin"
        raise ValueError(f"{value!r} is not a time zone{meant}") from None
    return value


def _web_address(value: str) -> str:
    try:
        parts = urlsplit(value)
        port_is_fine = parts.port is None or parts.port > 0
    except ValueError:
        parts, port_is_fine = urlsplit(""), False
    if parts.scheme not in ("http", "https") or not parts.hostname or not port_is_fine:
        raise ValueError(f"{value!r} is not a web address; write it in full, such as https://example.org/feed")
    if re.search(r"[\s\x00-\x1f\x7f]", value):
        raise ValueError(f"{value!r} has a space or control character in it; percent-encode it")
    return value


def _source_address(value: str) -> str:
    parts = urlsplit(value) if value.startswith(("file://", "imap://", "imaps://")) else None
    if parts is None:
        return _web_address(value)
    named = parts.hostname and parts.username is None if parts.scheme != "file" else not parts.netloc and parts.path[1:]
    if not named or re.search(r"[\s\x00-\x1f\x7f]", value):
        raise ValueError(
            f"{value!r} is not the address of a mail folder; write file:///var/mail/news or imaps://HOST/FOLDER, "
            "percent-encoded, and the account among the options"
        )
    return value


def _gateway(value: str) -> str:
    if urlsplit(_web_address(value)).scheme != "http":
        raise ValueError(f"{value!r} is not a gateway; it takes an http address such as http://127.0.0.1:8099")
    return value.rstrip("/")


def parse_network(value: object) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    """A network from a text such as `10.1.0.0/16`, or one address; ValueError for anything else."""
    try:
        network = ipaddress.ip_network(value) if isinstance(value, str) else None
    except ValueError as error:
        raise ValueError(f"{value!r} is not a network ({error}); write it like 10.1.0.0/16, or one address") from None
    if network is None:
        raise ValueError(f"{value!r} is not a network; write it like 10.1.0.0/16, or one address")
    if network.prefixlen < WIDEST_NETWORK[network.version]:
        raise ValueError(
            f"{value!r} would allow nearly everything; name the networks that are watched, such as 10.0.0.0/8"
        )
    return network


def is_secret_name(value: object) -> bool:
    """Whether a value can be the name of a secret, rather than the secret itself."""
    return isinstance(value, str) and SECRET_NAME.fullmatch(value) is not None


def _secret_name(value: str) -> str:
    if not is_secret_name(value):
        raise ValueError(SECRET_NAME_WANTED)
    return value


def _mail_address(value: str) -> str:
    name, address = parseaddr(value)
    if not ADDRESS.fullmatch(address) or ".." in address or re.search(r"[\x00-\x1f\x7f]", value + name):
        raise ValueError(f"{value!r} is not an e-mail address; write ada@example.org or Ada <ada@example.org>")
    return value


def _filled(value: str) -> str:
    if not value.strip():
        raise ValueError("this is empty; write a text")
    return value.strip()


def _split_addresses(value: Any) -> Any:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _text_schema(description: str, pattern: str | None = None) -> WithJsonSchema:
    schema: dict[str, Any] = {"type": "string", "description": description}
    return WithJsonSchema(schema | ({"pattern": pattern} if pattern else {}))


Text = Annotated[str, AfterValidator(_filled)]
Duration = Annotated[
    dt.timedelta,
    BeforeValidator(parse_duration),
    _text_schema("A duration such as 30m, 6h or 1d.", r"^[0-9]{1,4}\s*[smhd]$"),
]
Pause = Annotated[
    dt.timedelta,
    BeforeValidator(parse_pause),
    _text_schema("A duration such as 1s or 5s; 0s for none.", r"^[0-9]{1,4}\s*[smhd]$"),
]
Size = Annotated[
    int,
    BeforeValidator(parse_size),
    _text_schema("A size such as 8 MiB.", r"^[0-9]{1,6}\s*(KiB|MiB|GiB)$"),
]
TimeOfDay = Annotated[
    dt.time, BeforeValidator(parse_time_of_day), _text_schema('A time of day such as "22:00".', TIME_OF_DAY.pattern)
]
Moment = Annotated[dt.datetime, BeforeValidator(parse_moment), _text_schema("A day, or a day and time, ISO 8601.")]
ZoneName = Annotated[str, AfterValidator(_zone), _text_schema("A time zone such as Europe/Berlin.")]
WebAddress = Annotated[str, AfterValidator(_web_address), _text_schema("A web address in full.", r"^https?://\S+$")]
SourceAddress = Annotated[
    str,
    AfterValidator(_source_address),
    _text_schema(
        "A web address in full, or for mail file:///FOLDER or imaps://HOST/FOLDER.", r"^(https?|imaps?|file)://\S+$"
    ),
]
Gateway = Annotated[str, AfterValidator(_gateway), _text_schema("An http address.", r"^http://\S+$")]
Network = Annotated[
    ipaddress.IPv4Network | ipaddress.IPv6Network,
    BeforeValidator(parse_network),
    _text_schema("A network such as 10.1.0.0/16, or one address."),
]
SecretName = Annotated[
    str,
    AfterValidator(_secret_name),
    _text_schema("The name of a secret in the environment or a Prefect Secret block.", r"^[A-Z][A-Z0-9_]+$"),
]
MailAddress = Annotated[str, AfterValidator(_mail_address), _text_schema("An e-mail address.", "@")]
MailAddresses = Annotated[list[MailAddress], BeforeValidator(_split_addresses)]
