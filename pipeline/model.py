"""The frozen records of what comes in: sources, fetches, documents and the claims they make."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b

from pipeline.categories import (
    Bound,
    DocumentForm,
    EntityKind,
    EventType,
    ExtractorKind,
    FailureKind,
    Modality,
    Outcome,
    SourceStatus,
    StoryRole,
    Tier,
)
from pipeline.intervals import DateInterval

_PAGE_DATES = frozenset({"JSON-LD", "front matter"})


def content_id(*parts: object) -> str:
    """A 16-digit hex id made from `parts`, the same on every machine (BLAKE2b, RFC 7693)."""
    text = "\x1f".join("" if part is None else str(part) for part in parts)
    return blake2b(text.encode(), digest_size=8).hexdigest()


@dataclass(frozen=True, slots=True)
class Source:
    """Something configured to be watched. `every` is the shortest time between two checks.

    `extractor` says what reads its documents.
    """

    source_id: str
    name: str
    kind: str
    url: str
    publisher: str
    language: str | None
    tier: Tier
    every: dt.timedelta
    enabled: bool = True
    options: Mapping[str, str] = field(default_factory=dict)
    extractor: ExtractorKind = ExtractorKind.RULES


@dataclass(frozen=True, slots=True)
class SourceState:
    """What the last checks left behind; `next_check_at` is None before the first check.

    `interval` is the wait that its own news led to, `ttl` the one that its feed states. `failure` is the kind
    of the failures in a row, which began at `failing_since`. `news` counts the checks that brought something,
    `longest_silence` the longest wait between two of them, and `quiet_since` is when its silence was told of.
    `moved_to` is where `moved_checks` checks in a row were sent for good, and `own_address_at` when the
    configured address was last asked.
    """

    source_id: str
    status: SourceStatus = SourceStatus.OK
    last_checked_at: dt.datetime | None = None
    last_changed_at: dt.datetime | None = None
    next_check_at: dt.datetime | None = None
    consecutive_failures: int = 0
    last_error: str | None = None
    failure: str | None = None
    failing_since: dt.datetime | None = None
    last_good_at: dt.datetime | None = None
    last_news_at: dt.datetime | None = None
    news: int = 0
    longest_silence: dt.timedelta | None = None
    quiet_since: dt.datetime | None = None
    interval: dt.timedelta | None = None
    ttl: dt.timedelta | None = None
    moved_to: str | None = None
    moved_checks: int = 0
    own_address_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class HostState:
    """What earlier requests to one host left behind.

    It is left alone until `open_until`. `spacing` is the time between two requests that it was asked with.
    """

    host: str
    last_asked_at: dt.datetime | None = None
    failures: int = 0
    open_until: dt.datetime | None = None
    spacing: dt.timedelta | None = None
    last_error: str | None = None


@dataclass(frozen=True, slots=True)
class RobotsFile:
    """What the robots.txt of `origin` (scheme, host and port) says until `fresh_until`.

    `access` is `rules` (those in `body`), `all` (there is no such file) or `none` (it cannot be had).
    """

    origin: str
    access: str
    fresh_until: dt.datetime
    body: str = field(default="", repr=False)
    etag: str | None = None
    last_modified: str | None = None
    sha256: str | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Validators:
    """What a conditional request for `url` sends back: the ETag and date as they came (RFC 9110, 8.8)."""

    url: str
    etag: str | None
    last_modified: str | None
    sha256: str
    first_seen_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Fetch:
    """One HTTP exchange. `body` is inflated, and empty unless the outcome is `new`; `size` is in bytes.

    `failure` says of which kind the `error` is.
    `next_page` is where a list goes on, of its own origin and as its header says.
    `moved_to` is where the answer came from if every redirect on the way was a permanent one.
    """

    fetch_id: str
    source_id: str
    url: str
    final_url: str
    requested_at: dt.datetime
    duration_ms: int
    status: int | None
    outcome: Outcome
    size: int = 0
    sha256: str | None = None
    content_type: str = ""
    etag: str | None = None
    last_modified: str | None = None
    retry_after: dt.timedelta | None = None
    max_age: dt.timedelta | None = None
    archive_file: str | None = None
    archive_offset: int | None = None
    error: str | None = None
    failure: FailureKind | None = None
    next_page: str | None = None
    body: bytes = field(default=b"", repr=False, compare=False)
    moved_to: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One version of an article or release note: NFC text and what is known about it.

    `published_at` keeps the offset it was written with; `published_from` says where it was found, and is
    `learned` where the time we learned of the document stands in. `fetched_at` is when we learned of it.
    `form` says how its text is to be read: as sentences, or as the lines of a record. `charset` is what its
    bytes were read in, and `charset_reason` why.
    """

    document_id: str
    url: str
    source_id: str
    publisher: str
    tier: Tier
    title: str
    author: str | None
    published_at: dt.datetime
    published_from: str
    modified_at: dt.datetime | None
    fetched_at: dt.datetime
    language: str
    text: str = field(repr=False)
    text_sha256: str
    story_id: str = ""
    story_role: StoryRole = StoryRole.ORIGIN
    revision_of: str | None = None
    form: DocumentForm = DocumentForm.ARTICLE
    archive_file: str | None = None
    archive_offset: int | None = None
    charset: str | None = None
    charset_reason: str | None = None

    @property
    def version(self) -> str:
        """What tells this from other versions of its address: its text, and of an official page also its own date.

        A team that corrects only the day of a post has moved a release. What a list says of a page does not
        count, nor a date found in passing: those change without anybody's having changed the page.
        """
        return version_of(self.text_sha256, self.tier, self.published_at, self.published_from)


def version_of(text_sha256: str, tier: Tier, published_at: dt.datetime, published_from: str) -> str:
    """See `Document.version`; the day is that of the date's own offset."""
    stated = ":" in published_from or published_from.startswith("meta ") or published_from in _PAGE_DATES
    return f"{text_sha256} {published_at.date()}" if stated and tier is Tier.OFFICIAL else text_sha256


def same_version(one: str | None, other: str) -> bool:
    """Whether two versions of one address are the same; a day that only one of them states tells nothing."""
    if one is None:
        return False
    (text, _, day), (other_text, _, other_day) = one.partition(" "), other.partition(" ")
    return text == other_text and (not day or not other_day or day == other_day)


@dataclass(frozen=True, slots=True)
class Story:
    """Documents that are copies or rewrites of one original."""

    story_id: str
    origin_document_id: str
    first_seen_at: dt.datetime
    documents: int
    publishers: int


@dataclass(frozen=True, slots=True)
class Problem:
    """An expected failure on one item: what it was, where it stood, what went wrong and what to do."""

    stage: str
    item: str
    message: str


@dataclass(frozen=True, slots=True)
class Unread:
    """A document that broke the extraction; `rules` is the fingerprint of the rules that failed on it."""

    document_id: str
    rules: str
    error: str


@dataclass(frozen=True, slots=True)
class BrokenBody:
    """A body that broke its reader or the process it ran in, and how often; `rules` is the version of the reading."""

    sha256: str
    source_id: str
    url: str
    rules: str
    tries: int
    error: str
    first_failed_at: dt.datetime
    last_failed_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody or something as one document names it: its fullest name, and the other forms seen there."""

    kind: EntityKind
    name: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Value:
    """A claimed value: always its text, and a date interval or a number where it is one."""

    text: str
    dates: DateInterval | None = None
    number: float | None = None
    unit: str | None = None
    bound: Bound = Bound.EXACTLY


@dataclass(frozen=True, slots=True)
class Claim:
    """One document says: this event has this attribute with this value, in these words.

    `occurrence` tells apart two events of one type and subject within one document (left in 2019, left in
    2026). `start` and `end` are code points in the document's text, and `quote` is that slice of it. `rule`
    names what made the claim; it is there for explanations and is not stored.
    """

    document_id: str
    event_type: EventType
    subject: Mention
    object: Mention | None
    occurrence: int
    attribute: str
    value: Value
    modality: Modality
    attributed_to: str | None
    quote: str
    start: int
    end: int
    extractor: str
    extractor_version: str
    confidence: float
    known_at: dt.datetime
    rule: str = field(default="", compare=False)

    @property
    def claim_id(self) -> str:
        value = (self.value.text, self.value.dates, self.value.number, self.value.unit)
        where = (self.document_id, self.start, self.end, self.event_type, self.occurrence)
        return content_id("claim", *where, self.subject.name, self.attribute, self.modality, *value)
