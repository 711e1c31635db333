"""The settings as the rest of the program sees them: frozen, checked, and without a secret in them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from pipeline.categories import (
    AlertKind,
    ConflictKind,
    DeliveryMode,
    EventStatus,
    EventType,
    ExtractorKind,
    Severity,
)
from pipeline.config.lexicons import Lexicons
from pipeline.extract.version import EXTRACTOR_VERSION
from pipeline.fetch.address_ranges import Network
from pipeline.ledger import Mute
from pipeline.model import Source, content_id
from pipeline.watchlist import Watchlist

SOURCE_HEALTH = frozenset({AlertKind.SOURCE_FAILING, AlertKind.SOURCE_RECOVERED})
READER_KINDS = frozenset(AlertKind) - SOURCE_HEALTH
DEFAULT_ANSWER_TOKENS = 3000


@dataclass(frozen=True, slots=True)
class FetchSettings:
    """How sources are fetched. `max_bytes` bounds an inflated body, `deadline` one whole exchange.

    `gateway` is an http address that gets every request, whatever its host, with the original Host header.
    `allow_networks` may be asked though they are not public.
    `recheck_articles` is how long a known article is asked again for edits. `spacing` is the time between the
    starts of two requests to one host, `per_host` how many run there at once, `workers` how many in all, and
    `cycle_budget` the time that a cycle may spend on asking.
    """

    user_agent: str = "qwen-watch/0.1"
    gateway: str | None = None
    allow_networks: tuple[Network, ...] = ()
    max_bytes: int = 8 * 1024 * 1024
    deadline: dt.timedelta = dt.timedelta(seconds=25)
    recheck_articles: dt.timedelta = dt.timedelta(days=14)
    max_articles_per_check: int = 40
    workers: int = 32
    spacing: dt.timedelta = dt.timedelta(seconds=1)
    per_host: int = 1
    cycle_budget: dt.timedelta = dt.timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """A channel that alerts go to. `options` name secrets (`…_secret`) and never hold one."""

    name: str
    kind: str
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From `start` until `end` by the clocks of `zone` what is below `passes` is held; `start` may be the later."""

    start: dt.time
    until: dt.time
    zone: ZoneInfo
    passes: Severity = Severity.HIGH

    def end(self, moment: dt.datetime) -> dt.datetime | None:
        """When the quiet hours that hold at `moment` end, in UTC; None outside of them."""
        there = moment.astimezone(self.zone)
        if self.start <= self.until:
            quiet = self.start <= there.time() < self.until
        else:
            quiet = there.time() >= self.start or there.time() < self.until
        if not quiet:
            return None
        day = there.date() + dt.timedelta(days=there.time() >= self.until)
        return dt.datetime.combine(day, self.until, self.zone).astimezone(dt.UTC)


@dataclass(frozen=True, slots=True)
class Route:
    """Which alerts go to a channel, and how. An empty set of `events`, `statuses` … takes all.

    `entities` are ids; what lies within one of them is meant, too.
    """

    channel: str
    kinds: frozenset[AlertKind] = READER_KINDS
    min_severity: Severity = Severity.LOW
    mode: DeliveryMode = DeliveryMode.GROUPED
    events: frozenset[EventType] = frozenset()
    entities: frozenset[str] = frozenset()
    statuses: frozenset[EventStatus] = frozenset()
    conflicts: frozenset[ConflictKind] = frozenset()
    language: str | None = None
    quiet_hours: QuietHours | None = None


@dataclass(frozen=True, slots=True)
class LlmSettings:
    """A language model behind an OpenAI-compatible address. `key_secret` names the key and never holds it.

    `timeout` bounds one whole exchange. Tokens are the endpoint's own where it counts them, else an estimate.
    """

    base_url: str
    model: str
    key_secret: str | None = None
    timeout: dt.timedelta = dt.timedelta(minutes=2)
    max_document_tokens: int = 6000
    max_answer_tokens: int = DEFAULT_ANSWER_TOKENS
    tokens_per_run: int = 200_000


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything in the configuration directory; channels that are switched off are left out.

    `extractor` is for documents of no configured source; `llm` is None where no model is configured. `warnings`
    are what may be a slip and is none for certain, each with file, line and the nearest that is known.
    """

    sources: tuple[Source, ...]
    fetch: FetchSettings
    watchlist: Watchlist
    channels: tuple[ChannelSettings, ...]
    routes: tuple[Route, ...]
    lexicons: Lexicons
    extractor: ExtractorKind = ExtractorKind.RULES
    llm: LlmSettings | None = None
    mutes: tuple[Mute, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def rules(self) -> str:
        """A fingerprint of what decides the claims of a document: program, lexicons and watchlist."""
        return content_id("rules", EXTRACTOR_VERSION, self.lexicons.fingerprint, self.watchlist.entries)
