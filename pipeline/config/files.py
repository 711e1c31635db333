"""What may stand in sources.yaml, watchlist.yaml and alerts.yaml, as pydantic models."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from pipeline.categories import (
    AlertKind,
    ConflictKind,
    DeliveryMode,
    EventStatus,
    EventType,
    ExtractorKind,
    Severity,
    Tier,
)
from pipeline.config.settings import READER_KINDS, FetchSettings
from pipeline.config.values import (
    Duration,
    Gateway,
    Moment,
    Network,
    Pause,
    Size,
    SourceAddress,
    Text,
    TimeOfDay,
    ZoneName,
)

READER_LANGUAGES = ("en", "zh")
SHORTEST_INTERVAL = dt.timedelta(minutes=1)
DEFAULTS = FetchSettings()


class Strict(BaseModel):
    """A part of a file in which a key that is not known is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


def _not_too_often(every: dt.timedelta) -> dt.timedelta:
    if every < SHORTEST_INTERVAL:
        raise ValueError("a source may be asked once a minute at most; write 1m or more")
    return every


def _a_language(code: str) -> str:
    if not (2 <= len(code) <= 12 and code.replace("-", "").isalpha()):
        raise ValueError(f"{code!r} is not a language; write its code, such as en or zh")
    return code.lower()


def _a_readers_language(code: str) -> str:
    if code not in READER_LANGUAGES:
        raise ValueError(f"{code!r} is not a language that messages are written in; write en or zh")
    return code


class FetchSection(Strict):
    """How sources are fetched; every key has a default."""

    user_agent: Text = DEFAULTS.user_agent
    """Sent with every request. Put an address in it under which a publisher can reach you."""
    gateway: Gateway | None = None
    """Send every request to this http address, whatever its host (for replays and tests)."""
    allow_networks: tuple[Network, ...] = DEFAULTS.allow_networks
    """Networks that may be asked though they are not public, such as 10.1.0.0/16: for an intranet that is watched."""
    max_bytes: Size = DEFAULTS.max_bytes
    """The largest answer that is read, such as 8 MiB, counted after decompression."""
    deadline: Duration = DEFAULTS.deadline
    """The longest that one exchange may take in all."""
    recheck_articles: Duration = DEFAULTS.recheck_articles
    """How long a known article is asked again for edits."""
    max_articles_per_check: Annotated[int, Field(ge=1, le=1000)] = DEFAULTS.max_articles_per_check
    """How many new articles one check of a source fetches; the rest follows at the next."""
    workers: Annotated[int, Field(ge=1, le=256)] = DEFAULTS.workers
    """How many requests run at once, over all hosts."""
    spacing: Pause = DEFAULTS.spacing
    """The least time between the starts of two requests to one host; 0s for none (replays and tests)."""
    per_host: Annotated[int, Field(ge=1, le=8)] = DEFAULTS.per_host
    """How many requests run at once on one host."""
    cycle_budget: Duration = DEFAULTS.cycle_budget
    """The time that one cycle may spend on asking; what is left waits for the next."""


class SourceEntry(Strict):
    """One source to watch."""

    name: Text
    """What people call it; shown by `qwen-watch sources`."""
    kind: Text
    """How its answer is read."""
    url: SourceAddress
    """The address that is asked."""
    publisher: str = ""
    """Who speaks there; "", or left out, takes it from each page, for sources that gather others."""
    tier: Tier | None = None
    """How much its word weighs: official confirms, press reports, community and aggregator point. Left out, by kind."""
    every: Annotated[Duration, AfterValidator(_not_too_often)] | None = None
    """The shortest time between two checks, such as 30m. Left out, by kind."""
    language: Annotated[str, AfterValidator(_a_language)] | None = None
    """en or zh; left out, it is found from each page."""
    enabled: bool = True
    """false keeps the entry and does not ask it."""
    extractor: ExtractorKind | None = None
    """What reads its documents: rules, llm or both; left out, as extraction.yaml says, which is rules."""
    options: dict[str, str | int | float | bool] = Field(default_factory=dict)
    """What its kind takes besides."""


class SourcesFile(Strict):
    """sources.yaml: what is watched, and how it is fetched."""

    sources: list[SourceEntry]
    fetch: FetchSection = Field(default_factory=FetchSection)


class WatchedOrganisation(Strict):
    name: Text
    """The name used in facts and alerts."""
    aliases: list[Text] = Field(default_factory=list)
    """Other names, in any script."""
    parent: Text | None = None
    """The wider organisation, by its name in this list."""


class WatchedPerson(Strict):
    name: Text
    """The name used in facts and alerts."""
    aliases: list[Text] = Field(default_factory=list)
    """Names that cannot be worked out; the other order and the pinyin of a Chinese name can be."""
    handles: list[Text] = Field(default_factory=list)
    """Account names on social sites, with or without the @."""


class WatchedModel(Strict):
    name: Text
    """The name used in facts and alerts."""
    aliases: list[Text] = Field(default_factory=list)
    """Other names, in any script."""
    parent: Text | None = None
    """The wider family, by its name in this list."""


class WatchlistFile(Strict):
    """watchlist.yaml: organisations, people and models by all their names. Others are found, too."""

    organisations: list[WatchedOrganisation] = Field(default_factory=list)
    people: list[WatchedPerson] = Field(default_factory=list)
    models: list[WatchedModel] = Field(default_factory=list)


class ChannelEntry(Strict):
    """A place that alerts are sent to."""

    name: Text
    """What routes call it."""
    kind: Text
    """console, slack, email, webhook, apprise or feed."""
    enabled: bool = True
    """false keeps the entry and sends nothing."""
    options: dict[str, Any] = Field(default_factory=dict)
    """What its kind takes."""


class QuietHoursEntry(Strict):
    """Hours of every day, by the clocks of a place."""

    start: TimeOfDay
    """When they begin, such as "22:00"."""
    until: TimeOfDay
    """When they end, such as "07:00"; may be on the next day."""
    zone: ZoneName
    """A time zone such as Europe/Berlin or Asia/Shanghai."""
    passes: Severity = Severity.HIGH
    """What goes through all the same: this severity and above."""

    @model_validator(mode="after")
    def _some_hours(self) -> QuietHoursEntry:
        if self.start == self.until:
            raise ValueError("start and until are one time; write another until, or leave quiet_hours out")
        return self


class RouteEntry(Strict):
    """Which alerts go to a channel."""

    channel: Text
    """The name of a channel above."""
    kinds: Annotated[list[AlertKind], Field(min_length=1)] = Field(default_factory=lambda: sorted(READER_KINDS))
    """Left out: all but source_failing and source_recovered, which are the operator's."""
    min_severity: Severity = Severity.LOW
    """Alerts below it do not take this route."""
    mode: DeliveryMode | None = None
    """instant: each alert at once; grouped (left out): what belongs to one event together; digest: once a day."""
    digest: bool | None = None
    """true is short for `mode: digest`."""
    events: list[EventType] = Field(default_factory=list)
    """Only of events of these types; left out, of all."""
    entities: list[Text] = Field(default_factory=list)
    """Only about these people, organisations or models, by any name, and about what lies within them."""
    statuses: list[EventStatus] = Field(default_factory=list)
    """Only of events that stand so when the alert is raised."""
    conflicts: list[ConflictKind] = Field(default_factory=list)
    """Only of conflicts of these kinds, so of nothing but conflicts."""
    language: Annotated[str, AfterValidator(_a_readers_language)] | None = None
    """en or zh; left out, as the channel has it."""
    quiet_hours: QuietHoursEntry | None = None
    """When nothing but what is grave goes this way; what is held goes at their end."""

    @model_validator(mode="after")
    def _one_mode(self) -> RouteEntry:
        if self.digest is not None and self.mode is not None:
            raise ValueError("mode says it all; leave out digest")
        return self

    def how(self) -> DeliveryMode:
        """The mode, whichever way it is written."""
        return self.mode or (DeliveryMode.DIGEST if self.digest else DeliveryMode.GROUPED)


class MuteEntry(Strict):
    """What is not told of until a day."""

    entity: Text | None = None
    """A person, organisation or model by any name, with what lies within it."""
    event: Text | None = None
    """An event by its id."""
    source: Text | None = None
    """A source by its name in sources.yaml."""
    until: Moment
    """When it ends by itself: 2026-12-31, or 2026-12-31T18:00+01:00."""
    because: Text
    """Why, for whoever wonders later."""

    @model_validator(mode="after")
    def _one_thing(self) -> MuteEntry:
        if sum(each is not None for each in (self.entity, self.event, self.source)) != 1:
            raise ValueError("a mute is of one thing; write entity, event or source")
        return self


class AlertsFile(Strict):
    """alerts.yaml: channels, the routes of alerts to them, and what is muted."""

    channels: list[ChannelEntry]
    routes: list[RouteEntry]
    mutes: list[MuteEntry] = Field(default_factory=list)
