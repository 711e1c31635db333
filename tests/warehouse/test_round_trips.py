"""What is written comes back equal: claims with every character, documents with their offset, alerts."""

from __future__ import annotations

import datetime as dt
import string
from dataclasses import replace

import duckdb
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.categories import (
    AlertKind,
    Bound,
    EntityKind,
    EventType,
    Modality,
    Outcome,
    Severity,
    StoryRole,
    Tier,
)
from pipeline.intervals import DateInterval
from pipeline.ledger import Alert, Quote, Side
from pipeline.model import Claim, Document, Mention, Value
from tests.warehouse import records
from tests.warehouse.records import NOW, fetch, spoken
from warehouse import claims as stored_claims
from warehouse.alerts import alerts_since, raise_alerts
from warehouse.documents import documents_by_id, put_documents
from warehouse.fetching import put_fetches

quick = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

awkward = st.sampled_from(
    [
        "“Bye”, he wrote – ‘soon’",
        "Ame\u0301lie",
        "林俊旸",
        "👩‍🔬🇨🇳",
        'a "quoted" \\ back',
        "a\x00b\x1f",
        "\u2028",
        "[x]",
        "null",
    ]
)
texts = st.one_of(awkward, st.text(max_size=40))
names = st.one_of(awkward, st.text(min_size=1, max_size=20))
ids = st.text(string.hexdigits, min_size=1, max_size=16)
offsets = st.integers(-12 * 60, 14 * 60).map(lambda minutes: dt.timezone(dt.timedelta(minutes=minutes)))
moments = st.builds(
    lambda zone, seconds, micros: (NOW + dt.timedelta(seconds=seconds, microseconds=micros)).astimezone(zone),
    offsets,
    st.integers(-(10**9), 10**9),
    st.integers(0, 999_999),
)
days = st.dates(dt.date(1000, 1, 1), dt.date(9999, 12, 31))
intervals = st.tuples(days, days).map(lambda pair: DateInterval(min(pair), max(pair)))
numbers = st.floats(allow_nan=False, allow_infinity=False)
mentions = st.builds(Mention, st.sampled_from(EntityKind), names, st.lists(names, max_size=3).map(tuple))
values = st.builds(Value, texts, st.none() | intervals, st.none() | numbers, st.none() | texts, st.sampled_from(Bound))
claims = st.builds(
    Claim,
    document_id=ids,
    event_type=st.sampled_from(EventType),
    subject=mentions,
    object=st.none() | mentions,
    occurrence=st.integers(0, 1000),
    attribute=st.sampled_from(["event", "as_of", "downloads", "date"]),
    value=values,
    modality=st.sampled_from(Modality),
    attributed_to=st.none() | names,
    quote=texts,
    start=st.integers(0, 2**31 - 1),
    end=st.integers(0, 2**31 - 1),
    extractor=names,
    extractor_version=names,
    confidence=st.floats(0, 1),
    known_at=moments,
)
documents = st.builds(
    Document,
    document_id=ids,
    url=texts,
    source_id=ids,
    publisher=texts,
    tier=st.sampled_from(Tier),
    title=texts,
    author=st.none() | texts,
    published_at=moments,
    published_from=texts,
    modified_at=st.none() | moments,
    fetched_at=moments,
    language=st.sampled_from(["en", "zh"]),
    text=texts,
    text_sha256=ids,
    story_id=ids,
    story_role=st.sampled_from(StoryRole),
    revision_of=st.none() | ids,
    archive_file=st.none() | texts,
    archive_offset=st.none() | st.integers(0, 2**60),
)
quotes = st.builds(Quote, texts, texts, texts, texts, moments)
alerts = st.builds(
    Alert,
    dedupe_key=names,
    kind=st.sampled_from(AlertKind),
    severity=st.sampled_from(Severity),
    event_id=st.none() | ids,
    conflict_id=st.none() | ids,
    source_id=st.none() | ids,
    title=texts,
    body=texts,
    sides=st.lists(st.builds(Side, texts, st.integers(0, 99), st.lists(quotes, max_size=2).map(tuple)), max_size=2).map(
        tuple
    ),
    created_at=moments,
)


def line(claim: Claim) -> tuple[str, str, str | None]:
    if claim.event_type is not EventType.METRIC:
        return claim.event_type, "subject", None
    unit = claim.value.unit if claim.attribute == "as_of" else None
    return claim.event_type, "subject", unit or claim.attribute


@quick
@given(claim=claims, document=documents, object_id=st.none() | ids)
def test_testimony_comes_back_as_it_was_written(
    database: duckdb.DuckDBPyConnection, claim: Claim, document: Document, object_id: str | None
) -> None:
    database.execute("DELETE FROM claims; DELETE FROM documents")
    claim = replace(claim, document_id=document.document_id)
    document = replace(document, revision_of=None)
    written = spoken(claim, document, "subject", object_id)
    put_documents(database, [document], {})
    stored_claims.put_claims(database, [written])

    (read,) = stored_claims.testimony(database, [line(claim)])

    assert read == written
    assert read.claim.claim_id == claim.claim_id
    assert read.voice.published_at.utcoffset() == document.published_at.utcoffset()


@quick
@given(document=documents)
def test_a_document_comes_back_as_it_was_written(database: duckdb.DuckDBPyConnection, document: Document) -> None:
    put_documents(database, [document], {})

    read = documents_by_id(database, [document.document_id])[document.document_id]

    assert read == document
    assert read.published_at.utcoffset() == document.published_at.utcoffset()


@quick
@given(given_alerts=st.lists(alerts, max_size=3, unique_by=lambda alert: alert.dedupe_key))
def test_alerts_come_back_as_they_were_raised(database: duckdb.DuckDBPyConnection, given_alerts: list[Alert]) -> None:
    database.execute("DELETE FROM alerts")

    raised = raise_alerts(database, given_alerts)

    assert list(raised) == given_alerts
    read = alerts_since(database, dt.datetime(1980, 1, 1, tzinfo=dt.UTC))
    assert {alert.alert_id: alert for alert in read} == {alert.alert_id: alert for alert in given_alerts}


def test_a_fetch_without_an_answer_is_a_row(database: duckdb.DuckDBPyConnection) -> None:
    failed = fetch("https://gone.example", outcome=Outcome.ERROR, sha256=None, etag=None, error="no answer")

    put_fetches(database, [failed])

    assert database.execute("SELECT outcome, error, requested_at FROM fetches").fetchall() == [
        ("error", "no answer", NOW)
    ]


def test_half_a_character_is_replaced_and_keeps_the_length(database: duckdb.DuckDBPyConnection) -> None:
    broken = replace(records.document(), title="A \ud83d title", text="Left\udc00 on 3 March.")

    put_documents(database, [broken], {})

    (read,) = documents_by_id(database, [broken.document_id]).values()
    assert (read.title, read.text) == ("A \N{REPLACEMENT CHARACTER} title", "Left\N{REPLACEMENT CHARACTER} on 3 March.")
