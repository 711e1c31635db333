"""Records to store: a small story of a departure, told by three outlets, and a release."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from pathlib import Path

from pipeline.categories import (
    AlertKind,
    Bound,
    ConflictKind,
    ConflictStatus,
    DeliveryState,
    EntityKind,
    EventStatus,
    EventType,
    Modality,
    Outcome,
    Severity,
    StoryRole,
    Tier,
)
from pipeline.intervals import DateInterval
from pipeline.ledger import (
    Alert,
    Conflict,
    Delivery,
    Entity,
    Event,
    EventVersion,
    Fact,
    Quote,
    Run,
    Side,
    Testimony,
    Voice,
)
from pipeline.model import Claim, Document, Fetch, Mention, Source, Story, Value, content_id
from warehouse import Changes, LineChange, writing
from warehouse.writer import Writer

NOW = dt.datetime(2026, 3, 4, 9, 30, tzinfo=dt.UTC)
WAIT = dt.timedelta(seconds=10)
BEIJING = dt.timezone(dt.timedelta(hours=8))
MARCH_3, MARCH_4 = (DateInterval.day(dt.date(2026, 3, day)) for day in (3, 4))

PERSON = Entity("person-1", EntityKind.PERSON, "Lu Ming", watched=True)
COMPANY = Entity("org-1", EntityKind.ORGANISATION, "Harbour Lab", "org-0", watched=True)
GROUP = Entity("org-0", EntityKind.ORGANISATION, "Harbour Group")


def turn(data_dir: Path, changes: Changes, now: dt.datetime = NOW) -> None:
    """Commits in a writer's turn of its own."""
    with writing(data_dir, WAIT, now) as writer:
        writer.commit(changes)


def rows_of(writer: Writer, sql: str) -> list[tuple[object, ...]]:
    """What a query gives on the private database during a turn."""
    return writer._connection.execute(sql).fetchall()


def source(name: str = "Harbour blog", *, enabled: bool = True) -> Source:
    url = f"https://{name.lower().replace(' ', '-')}.example/feed"
    return Source(
        content_id("source", url),
        name,
        "feed",
        url,
        name,
        "en",
        Tier.PRESS,
        dt.timedelta(minutes=30),
        enabled,
        {"selector": "a.post"},
    )


def fetch(url: str, at: dt.datetime = NOW, outcome: Outcome = Outcome.NEW, **more: object) -> Fetch:
    values = {"sha256": "ab" * 32, "etag": '"v1"', "last_modified": None} | more
    return Fetch(
        fetch_id=content_id("fetch", url, at.isoformat()),
        source_id=source().source_id,
        url=url,
        final_url=url,
        requested_at=at,
        duration_ms=12,
        status=200,
        outcome=outcome,
        **values,  # type: ignore[arg-type]
    )


def document(
    url: str = "https://daily.example/lu-ming",
    text: str = "Lu Ming said on Tuesday that he is leaving Harbour Lab.",
    *,
    publisher: str = "The Daily",
    published_at: dt.datetime = NOW,
    fetched_at: dt.datetime = NOW,
    story_id: str = "story-1",
    revision_of: str | None = None,
) -> Document:
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    return Document(
        document_id=content_id("document", url, sha256),
        url=url,
        source_id=source().source_id,
        publisher=publisher,
        tier=Tier.PRESS,
        title="A departure",
        author=None,
        published_at=published_at,
        published_from="feed",
        modified_at=None,
        fetched_at=fetched_at,
        language="en",
        text=text,
        text_sha256=sha256,
        story_id=story_id,
        story_role=StoryRole.REVISION if revision_of else StoryRole.ORIGIN,
        revision_of=revision_of,
    )


def story(story_id: str, *documents: Document) -> Story:
    return Story(story_id, documents[0].document_id, NOW, len(documents), len(documents))


def claim(
    told_in: Document,
    attribute: str = "event",
    value: Value | None = None,
    *,
    event_type: EventType = EventType.DEPARTURE,
    modality: Modality = Modality.ASSERTED,
) -> Claim:
    quote = told_in.text[:20]
    return Claim(
        document_id=told_in.document_id,
        event_type=event_type,
        subject=Mention(EntityKind.PERSON, "Lu Ming", ("Mr Lu",)),
        object=Mention(EntityKind.ORGANISATION, "Harbour Lab"),
        occurrence=0,
        attribute=attribute,
        value=value or Value("true"),
        modality=modality,
        attributed_to=None,
        quote=quote,
        start=0,
        end=len(quote),
        extractor="rules",
        extractor_version="1",
        confidence=0.9,
        known_at=told_in.fetched_at,
    )


def dated(days: DateInterval) -> Value:
    return Value(str(days), days)


def spoken(
    given: Claim,
    told_in: Document,
    subject_id: str = PERSON.entity_id,
    object_id: str | None = COMPANY.entity_id,
) -> Testimony:
    voice = Voice(
        told_in.document_id,
        told_in.url,
        told_in.publisher,
        told_in.tier,
        told_in.story_id,
        told_in.published_at,
        told_in.fetched_at,
    )
    return Testimony(given, voice, subject_id, object_id)


def version(
    event_id: str = "event-1",
    *,
    type: EventType = EventType.DEPARTURE,
    subject_id: str = PERSON.entity_id,
    object_id: str | None = COMPANY.entity_id,
    dates: DateInterval | None = MARCH_3,
    status: EventStatus = EventStatus.REPORTED,
    disputed: bool = False,
    known_from: dt.datetime = NOW,
    known_to: dt.datetime | None = None,
) -> EventVersion:
    event = Event(event_id, type, subject_id, object_id, dates, status, disputed, 2, 2, NOW, NOW)
    return EventVersion(event, known_from, known_to)


def fact(
    attribute: str,
    value: Value,
    event_id: str = "event-1",
    known_from: dt.datetime = NOW,
    known_to: dt.datetime | None = None,
) -> Fact:
    fact_id = content_id("fact", event_id, attribute, known_from.isoformat())
    return Fact(fact_id, event_id, attribute, value, EventStatus.REPORTED, 1, 1, 0.9, known_from, known_to)


def conflict(
    left: Sequence[Claim], right: Sequence[Claim], *, status: ConflictStatus = ConflictStatus.OPEN
) -> Conflict:
    return Conflict(
        conflict_id=content_id("conflict", "event-1", "announced"),
        event_id="event-1",
        attribute="announced",
        kind=ConflictKind.DATE,
        left_value=left[0].value.text,
        right_value=right[0].value.text,
        left_origins=len(left),
        right_origins=len(right),
        left_claims=tuple(one.claim_id for one in left),
        right_claims=tuple(one.claim_id for one in right),
        severity=Severity.HIGH,
        status=status,
        opened_at=NOW,
    )


def alert(key: str = "new_event:event-1::reported", at: dt.datetime = NOW) -> Alert:
    quote = Quote("“I’m leaving”, he said. 再见", "true", "The Daily", "https://daily.example/lu-ming", NOW)
    return Alert(
        dedupe_key=key,
        kind=AlertKind.NEW_EVENT,
        severity=Severity.MEDIUM,
        event_id="event-1",
        conflict_id=None,
        source_id=None,
        title="Lu Ming leaves Harbour Lab (reported by one source).",
        body="Nobody spoke of it before.",
        sides=(Side("true", 1, (quote,)),),
        created_at=at,
    )


def delivery(of: Alert, channel: str = "team", state: DeliveryState = DeliveryState.PENDING) -> Delivery:
    return Delivery(of.alert_id, channel, f"{channel} (slack)", state)


def run(run_id: str = "run-1") -> Run:
    return Run(run_id, "monitor", NOW, NOW, "completed", {"documents": 3})


def departure() -> Changes:
    """A departure that three outlets date to two days, with its conflict; and the alert of it."""
    tuesday = document("https://daily.example/lu-ming", publisher="The Daily")
    tuesday_too = document(
        "https://wire.example/lu",
        "Lu Ming left Harbour Lab on 3 March.",
        publisher="Wire",
        story_id="story-2",
    )
    wednesday = document(
        "https://hangzhou.example/lu",
        "On 4 March Lu Ming told colleagues that he is leaving.",
        publisher="Hangzhou Post",
        story_id="story-3",
        published_at=NOW.astimezone(BEIJING),
    )
    documents = [tuesday, tuesday_too, wednesday]
    happened = [claim(one) for one in documents]
    announced = [
        claim(one, "announced", dated(days)) for one, days in zip(documents, (MARCH_3, MARCH_3, MARCH_4), strict=True)
    ]
    told = [*zip(happened, documents, strict=True), *zip(announced, documents, strict=True)]
    line = LineChange(
        EventType.DEPARTURE,
        PERSON.entity_id,
        None,
        events=[version(disputed=True)],
        facts=[
            fact("event", Value("true")),
            fact("announced", dated(MARCH_3)),
            fact("role", Value("tech lead")),
        ],
        conflicts=[conflict(announced[:2], announced[2:])],
        claim_events={one.claim_id: "event-1" for one, _ in told},
    )
    first = alert()
    return Changes(
        sources=[source()],
        fetches=[fetch(one.url) for one in documents],
        documents=documents,
        fingerprints={one.document_id: range(index * 100, index * 100 + 16) for index, one in enumerate(documents)},
        stories=[story(one.story_id, one) for one in documents],
        entities=[PERSON, COMPANY, GROUP],
        testimony=[spoken(given, where) for given, where in told],
        lines=[line],
        alerts=[first],
        deliveries=[delivery(first)],
        run=run(),
    )


def metric_line(subject_id: str, downloads: float) -> LineChange:
    value = Value(f"{downloads:.0f}", number=downloads, bound=Bound.AT_LEAST, unit="downloads")
    return LineChange(
        EventType.METRIC,
        subject_id,
        "downloads",
        events=[version("event-m", type=EventType.METRIC, subject_id=subject_id, object_id=None)],
        facts=[fact("downloads", value, "event-m")],
    )
