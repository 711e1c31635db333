"""What can be said of each kind of event: the attributes that the rules give it, and how their values are written."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.categories import EntityKind, EventType

EVENT = "event"
HAPPENED = "true"
SUCCESSOR = "successor"
NAMED = "named: "
NOT_NAMED = "not named"
AS_OF = "as_of"

DATES = frozenset({"date", "announced", "resigned", "effective"})
# Counts of a release, with the unit the rules give them.
COUNTS: Mapping[str, str] = {
    "parameters": "parameters",
    "parameters_active": "parameters",
    "context_tokens": "tokens",
    "training_tokens": "tokens",
}
METRICS = frozenset(
    {
        "downloads",
        "derivative_models",
        "released_models",
        "monthly_active_users",
        "daily_active_users",
        "stars",
        "likes",
        "pulls",
        "arena_rank",
        "arena_score",
        "citations",
    }
)
ATTRIBUTES: Mapping[EventType, frozenset[str]] = {
    EventType.DEPARTURE: DATES | {EVENT, "organisation", "role", "voluntary", "reason", "destination"},
    EventType.HIRE: DATES - {"resigned"} | {EVENT, "organisation", "role"},
    EventType.APPOINTMENT: DATES - {"resigned"} | {EVENT, "organisation", "role", SUCCESSOR},
    EventType.FOUNDING: frozenset({EVENT, "date", "announced", "organisation"}),
    EventType.RELEASE: frozenset({EVENT, "date", "sizes", "license", "availability", *COUNTS}),
    EventType.METRIC: METRICS,
}
SUBJECTS: Mapping[EventType, frozenset[EntityKind]] = {
    EventType.DEPARTURE: frozenset({EntityKind.PERSON}),
    EventType.HIRE: frozenset({EntityKind.PERSON}),
    EventType.APPOINTMENT: frozenset({EntityKind.PERSON, EntityKind.ORGANISATION}),
    EventType.FOUNDING: frozenset({EntityKind.PERSON}),
    EventType.RELEASE: frozenset({EntityKind.MODEL}),
    EventType.METRIC: frozenset({EntityKind.MODEL, EntityKind.ORGANISATION}),
}
AVAILABILITIES = ("open weights", "API")

# Two tellings of one kind of event about one subject are one event when their dates lie this close (in days), as
# the rules have it.
SAME_EVENT_DAYS = 120
SAME_RELEASE_DAYS = 14
