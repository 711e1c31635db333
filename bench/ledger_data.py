"""A data directory with any number of stored documents, made with SQL: for measuring, not for reading.

Lengths, stories, claims and fetches are about those of a year of monitoring; the words are invented. What is
not random is the same for every size, so that the same cycle can be measured on each.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from pipeline.categories import EntityKind, EventType, Modality, Tier
from pipeline.dedupe.fingerprints import fingerprint
from pipeline.intervals import DateInterval
from pipeline.model import Claim, Document, Mention, Value, content_id
from pipeline.naming.persons import person_key
from warehouse import Changes, writing

NOW = dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC)
WAIT = dt.timedelta(seconds=10)
YEARS = 2
LINES = 4000
OUTLETS = 200
TWINS = 20
SENTENCES = 20_000
PORTION = 100_000
FETCHES = 3
"""Fetches a document: an article is asked for again while it is young."""

_BEGINNINGS = "bar bel dan fen gor hal jin kal lum mor nan ost pel qui ran sol tam ulm ven wes".split()  # noqa: SIM905
_ENDINGS = "a en i o us ar eth in on ur".split()  # noqa: SIM905
_WORDS = [one + other for one in _BEGINNINGS for other in _ENDINGS]


def sentence(chance: random.Random) -> str:
    words = chance.choices(_WORDS, k=chance.randint(10, 30))
    return f"{' '.join(words).capitalize()}."


def text(chance: random.Random) -> str:
    """The text of an article of 6 to 30 sentences."""
    return "\n".join(sentence(chance) for _ in range(chance.randint(6, 30)))


def person(number: int) -> str:
    """The name of the subject of a line."""
    family, given = divmod(number, len(_WORDS))
    return f"{_WORDS[given].capitalize()} {_WORDS[family].capitalize()}{_BEGINNINGS[family % 20]}"


def subject_id(number: int) -> str:
    return content_id("entity", EntityKind.PERSON, person_key(person(number)))


def document(url: str, words: str, fetched_at: dt.datetime, publisher: str = "Outlet 1") -> Document:
    sha256 = hashlib.sha256(words.encode()).hexdigest()
    return Document(
        content_id("document", url, sha256), url, content_id("source", "1"), publisher, Tier.PRESS, words[:60], None,
        fetched_at - dt.timedelta(hours=1), "JSON-LD", None, fetched_at, "en", words, sha256,
    )  # fmt: skip


def twins() -> tuple[Document, ...]:
    """Documents that are stored among the others, and that the new ones copy or rewrite."""
    chance = random.Random(7)
    found = [
        document(f"https://twin.example/{n}", text(chance), NOW - dt.timedelta(days=3 * n + 1)) for n in range(TWINS)
    ]
    return tuple(replace(one, story_id=content_id("story", one.document_id)) for one in found)


@dataclass(frozen=True, slots=True)
class NewDocuments:
    documents: tuple[Document, ...]
    claims: Mapping[str, tuple[Claim, ...]]


def new_documents(turn: int, stored: int) -> NewDocuments:
    """Fifty documents of one cycle: 30 of their own, 12 rewrites, 3 copies, 5 revisions; 20 make claims."""
    chance, now = random.Random(100 + turn), NOW + dt.timedelta(minutes=30 * turn)
    places = [f"https://new.example/{turn}/{number}" for number in range(45)]
    words = [text(chance) for _ in range(30)]
    for twin in twins()[:12]:
        kept = twin.text.split("\n")
        words.append("\n".join([*kept[:-1], sentence(chance)]))
    words += [twin.text for twin in twins()[12:15]]
    places += [address(chance.randrange(stored)) for _ in range(5)]
    words += [text(chance) for _ in range(5)]
    made = [document(place, said, now) for place, said in zip(places, words, strict=True)]
    claims = {one.document_id: tuple(_claims(one, chance)) for one in made[:20]}
    return NewDocuments(tuple(made), claims)


def _claims(document: Document, chance: random.Random) -> Iterator[Claim]:
    number = chance.randrange(LINES)
    day = NOW.date() - dt.timedelta(days=chance.randrange(200))
    interval = DateInterval.day(day)
    for place, (attribute, value) in enumerate([("event", Value("true")), ("date", Value(str(day), dates=interval))]):
        yield Claim(
            document.document_id, EventType.DEPARTURE, Mention(EntityKind.PERSON, person(number)), None, 0, attribute,
            value, Modality.REPORTED, None, document.text[place : place + 40], place, place + 40, "rules", "1", 0.9,
            document.fetched_at,
        )  # fmt: skip


def address(number: int) -> str:
    """The address of the generated document of that number."""
    return f"https://outlet{number % OUTLETS}.example/2025/11/an-article-with-a-slug-of-some-words-{number}"


def make(data_dir: Path, documents: int) -> None:
    """Fills a new data directory with so many documents and what belongs to them, and publishes it."""
    with writing(data_dir, WAIT, NOW) as writer:
        writer.commit(
            Changes(documents=twins(), fingerprints={one.document_id: fingerprint(one.text) for one in twins()})
        )
    connection = duckdb.connect(str(data_dir / "private.duckdb"))
    connection.execute("SET TimeZone = 'UTC'; SET preserve_insertion_order = false")
    chance = random.Random(1)
    pool = [sentence(chance) for _ in range(SENTENCES)]
    people = [person(number) for number in range(LINES)]
    connection.execute(
        "CREATE TEMP TABLE pool AS SELECT unnest(?) AS words, unnest(range(?)) AS place", [pool, SENTENCES]
    )
    connection.execute(
        "CREATE TEMP TABLE people AS SELECT unnest(?) AS name, unnest(?) AS id, unnest(range(?)) AS line",
        [people, [subject_id(number) for number in range(LINES)], LINES],
    )
    span = f"INTERVAL '{YEARS * 365 * 24 * 3600 // documents} seconds'"
    for first in range(0, documents, PORTION):
        values = {"first": first, "last": min(documents, first + PORTION), "all": documents}
        for statement in _STATEMENTS:
            connection.execute(
                statement.format(span=span, start=f"TIMESTAMPTZ '{NOW}' - {documents} * {span}", **values)
            )
    for statement in _LEDGER:
        connection.execute(statement)
    connection.execute("UPDATE warehouse_state SET token = 'generated'")
    connection.execute("CHECKPOINT")
    connection.close()
    with writing(data_dir, WAIT, NOW):
        pass


_STATEMENTS = (
    f"""
    CREATE OR REPLACE TEMP TABLE portion AS
    SELECT
        place.i, (hash(place.i, 'line') % {LINES})::BIGINT AS line,
        format('{{{{:016x}}}}', hash(place.i)) AS document_id,
        'https://outlet' || place.i % {OUTLETS}
            || '.example/2025/11/an-article-with-a-slug-of-some-words-' || place.i AS url,
        {{start}} + place.i * {{span}} AS fetched_at, string_agg(pool.words, chr(10)) AS text,
        format(
            '{{{{:016x}}}}', hash('story', CASE WHEN place.i % 10 < 3 THEN place.i // 10 ELSE place.i END)
        ) AS story_id
    FROM (
        SELECT i, unnest(range((6 + hash(i, 'length') % 25)::BIGINT)) AS part FROM range({{first}}, {{last}}) AS r(i)
    ) AS place
    JOIN pool ON pool.place = (hash(place.i, place.part) % {SENTENCES})::BIGINT
    GROUP BY place.i
    ORDER BY place.i
    """,
    """
    INSERT INTO documents BY NAME
    SELECT
        document_id, url, format('{{:016x}}', hash('source', i % 40)) AS source_id,
        'Outlet ' || i % 200 AS publisher, 'press' AS tier, left(text, 60) AS title, NULL AS author,
        fetched_at - INTERVAL 1 HOUR AS published_at, 0 AS published_offset_minutes, 'JSON-LD' AS published_from,
        fetched_at, 'en' AS language, text, sha256(text) AS text_sha256, story_id,
        CASE WHEN i % 10 IN (1, 2) THEN 'rewrite' ELSE 'origin' END AS story_role, NULL AS revision_of,
        'article' AS form, 'run-' || i // 50 || '.warc.gz' AS archive_file, i % 50 * 20000 AS archive_offset
    FROM portion
    """,
    """
    INSERT INTO fingerprints BY NAME
    SELECT
        document_id, CASE
            WHEN k = 0 THEN hash('common', (hash(i) % 5000)::BIGINT) >> 1
            WHEN i % 10 < 3 AND k < 9 THEN hash('story', i // 10, k) >> 1
            ELSE hash(i, k, 'own') >> 1
        END::BIGINT AS hash
    FROM portion, range(16) AS r(k)
    """,
    """
    INSERT INTO stories BY NAME
    SELECT story_id, min(document_id) AS origin_document_id, min(fetched_at) AS first_seen_at, count(*) AS documents,
        count(*) AS publishers
    FROM portion GROUP BY story_id
    """,
    f"""
    INSERT INTO fetches BY NAME
    SELECT
        format('{{{{:016x}}}}', hash('fetch', i, k)) AS fetch_id,
        format('{{{{:016x}}}}', hash('source', i % 40)) AS source_id, url, url AS final_url,
        fetched_at + k * INTERVAL 6 HOUR AS requested_at, 80 AS duration_ms,
        CASE WHEN k = 0 THEN 200 ELSE 304 END AS status, CASE WHEN k = 0 THEN 'new' ELSE 'unchanged' END AS outcome,
        20000 AS bytes, sha256(url) AS sha256, 'text/html' AS content_type, left(sha256(url), 32) AS etag,
        'run-' || i // 50 || '.warc.gz' AS archive_file, i % 50 * 20000 AS archive_offset
    FROM portion, range({FETCHES}) AS r(k) ORDER BY requested_at
    """,
    """
    INSERT INTO claims BY NAME
    SELECT
        format('{{:016x}}', hash('claim', i, k)) AS claim_id, document_id,
        format('{{:016x}}', hash('event', id, (fetched_at::DATE - DATE '2020-01-01') // 240)) AS event_id,
        'departure' AS event_type, 0 AS occurrence, id AS subject_id,
        'person' AS subject_kind, name AS subject_name, []::VARCHAR[] AS subject_aliases,
        []::VARCHAR[] AS object_aliases, CASE WHEN k = 0 THEN 'event' ELSE 'date' END AS attribute,
        CASE WHEN k = 0 THEN 'true' ELSE day::VARCHAR END AS value_text, CASE WHEN k = 1 THEN day END AS value_from,
        CASE WHEN k = 1 THEN day END AS value_to, 'exactly' AS bound, 'reported' AS modality,
        substr(text, k * 50 + 1, 120) AS quote, k * 50 AS quote_start, k * 50 + 120 AS quote_end, 'rules' AS extractor,
        '1' AS extractor_version, 0.9 AS confidence, fetched_at AS known_at
    FROM (
        SELECT *, (fetched_at - INTERVAL 1 DAY)::DATE AS day, unnest([0, 1]) AS k
        FROM portion JOIN people USING (line) WHERE i % 10 IN (0, 1, 5)
    )
    """,
)

_LEDGER = (
    "INSERT INTO entities BY NAME SELECT id AS entity_id, 'person' AS kind, name, false AS watched FROM people",
    "INSERT INTO entity_names BY NAME SELECT id AS entity_id, name, 'en' AS language, 'canonical' AS kind FROM people",
    """
    INSERT INTO event_versions BY NAME
    SELECT
        event_id, 'departure' AS type, any_value(subject_id) AS subject_id, min(value_from) AS date_from,
        max(value_to) AS date_to, 'reported' AS status, false AS disputed, count(*) AS documents, count(*) AS origins,
        min(known_at) AS first_known_at, max(known_at) AS last_known_at, min(known_at) AS known_from
    FROM claims GROUP BY event_id
    """,
    "INSERT INTO events BY NAME SELECT * EXCLUDE (known_from, known_to) FROM event_versions",
    """
    INSERT INTO facts BY NAME
    SELECT
        left(sha256(event_id || attribute), 16) AS fact_id, event_id, attribute, max(value_text) AS value_text,
        min(value_from) AS value_from, max(value_to) AS value_to, 'exactly' AS bound, 'reported' AS status,
        count(*) AS documents, count(*) AS origins, 0.9 AS confidence, min(known_at) AS known_from
    FROM claims GROUP BY event_id, attribute
    """,
)
