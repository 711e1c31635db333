"""The closed sets of the domain. A value outside them is a defect: it stops or warns, never passes."""

from enum import StrEnum


class Tier(StrEnum):
    OFFICIAL = "official"
    PRESS = "press"
    COMMUNITY = "community"
    AGGREGATOR = "aggregator"


class Outcome(StrEnum):
    NEW = "new"
    UNCHANGED = "unchanged"
    ERROR = "error"
    BLOCKED = "blocked"


class FailureKind(StrEnum):
    """Why an exchange, or the reading of what it gave, came to nothing."""

    DNS = "dns"
    CERTIFICATE = "certificate"
    TLS = "tls"
    REFUSED = "refused"
    RESET = "reset"
    TIMEOUT = "timeout"
    TOO_LARGE = "too_large"
    TRUNCATED = "truncated"
    NOT_HTTP = "not_http"
    REDIRECTS = "redirects"
    FORBIDDEN_ADDRESS = "forbidden_address"
    ROBOTS = "robots"
    STATUS = "status"
    NOT_A_FEED = "not a feed"
    SECRET = "secret"
    UNREADABLE = "unreadable"


class SourceStatus(StrEnum):
    OK = "ok"
    FAILING = "failing"
    GONE = "gone"
    BLOCKED = "blocked"
    DISABLED = "disabled"


class DocumentForm(StrEnum):
    """How a document says what it says: running text, or a record of which every line is one fact.

    A snapshot is a page as it stood, kept to compare its next version with: nothing is read out of it.
    """

    ARTICLE = "article"
    FIGURES = "figures"
    HUB_MODEL = "hub_model"
    LIBRARY_ENTRY = "library_entry"
    RELEASE_NOTE = "release_note"
    NEWS_LINE = "news_line"
    SNAPSHOT = "snapshot"


class StoryRole(StrEnum):
    ORIGIN = "origin"
    COPY = "copy"
    REWRITE = "rewrite"
    REVISION = "revision"


class EntityKind(StrEnum):
    PERSON = "person"
    ORGANISATION = "organisation"
    MODEL = "model"


class NameKind(StrEnum):
    CANONICAL = "canonical"
    ALIAS = "alias"
    HANDLE = "handle"
    LEARNED = "learned"


class EventType(StrEnum):
    DEPARTURE = "departure"
    HIRE = "hire"
    APPOINTMENT = "appointment"
    FOUNDING = "founding"
    RELEASE = "release"
    METRIC = "metric"


class ExtractorKind(StrEnum):
    """What reads a source's documents; a claim's `extractor` is `rules` or `llm`."""

    RULES = "rules"
    LLM = "llm"
    BOTH = "both"


class Modality(StrEnum):
    ASSERTED = "asserted"
    REPORTED = "reported"
    SPECULATED = "speculated"
    DENIED = "denied"


class Bound(StrEnum):
    EXACTLY = "exactly"
    AT_LEAST = "at least"
    AT_MOST = "at most"
    ABOUT = "about"


class EventStatus(StrEnum):
    RUMOURED = "rumoured"
    REPORTED = "reported"
    CORROBORATED = "corroborated"
    CONFIRMED = "confirmed"
    DENIED = "denied"
    RETRACTED = "retracted"


class ConflictKind(StrEnum):
    DATE = "date"
    TIME_ZONE = "time zone"
    MAGNITUDE = "magnitude"
    VALUE = "value"
    SET = "set"
    PRESENCE = "presence"


class ConflictStatus(StrEnum):
    OPEN = "open"
    RESOLVED = "resolved"


class Severity(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class AlertKind(StrEnum):
    NEW_EVENT = "new_event"
    STATUS_RAISED = "status_raised"
    FACT_CHANGED = "fact_changed"
    CONFLICT_OPENED = "conflict_opened"
    CONFLICT_RESOLVED = "conflict_resolved"
    CORRECTION = "correction"
    SOURCE_FAILING = "source_failing"
    SOURCE_RECOVERED = "source_recovered"


class DeliveryState(StrEnum):
    PENDING = "pending"
    HELD = "held"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


class DeliveryMode(StrEnum):
    """How an alert is told: on its own at once, with what belongs to its event, or in the day's digest."""

    INSTANT = "instant"
    GROUPED = "grouped"
    DIGEST = "digest"


class VoiceRole(StrEnum):
    """What a document adds to what is said of an event: a voice, or the repetition of one."""

    FIRST = "first"
    INDEPENDENT = "independent"
    COPY = "copy"
    CITES = "cites"


class Result(StrEnum):
    """What became of a word: `settled` is the one that decided, `open` one that stands alone and undecided."""

    RIGHT = "right"
    WRONG = "wrong"
    CORRECTED = "corrected"
    SETTLED = "settled"
    OPEN = "open"


class MovedBy(StrEnum):
    """What moved a status: a document's words, their withdrawal, a person, or that tellings were regrouped."""

    SAID = "said"
    WITHDRAWN = "withdrawn"
    DECIDED = "decided"
    REGROUPED = "regrouped"
