"""Edits of a page, from its file to the ledger: withdrawn words, quiet edits, returns, and a day that is corrected."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from flows.ingest import ingest
from pipeline.config import Settings, load_settings
from pipeline.fetch.responses import ArchivedResponse, archived_responses
from tests.flows.command import ROOT, SHIPPED_CONFIG
from warehouse import Published

BLOG = ROOT.parent / "shared" / "replay" / "qwen-blog-2024.warc.gz"
MATH = "https://qwenlm.github.io/blog/qwen2.5-math/"
PAGE = "https://harbour-post.example/wen-tao"
NOW = dt.datetime(2026, 5, 8, tzinfo=dt.UTC)
MONDAY = dt.datetime(2026, 5, 4, 9, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)

LEAD = "<p>Wen Tao, a researcher at Qwen, has left Alibaba, he wrote on Monday to his team.</p>"
REST = (
    "<p>The harbour was quiet that morning, and the ferries left on time for the islands, half empty as ever.</p>" * 3
)
WITHOUT = "<p>The team at Alibaba met on Monday to look at the plans for the coming year.</p>"

EVENTS = "SELECT type, status, documents FROM events ORDER BY ALL"
DOCUMENTS = "SELECT document_id, revision_of FROM documents ORDER BY fetched_at"
ALERTS = "SELECT kind, title FROM alerts ORDER BY created_at, alert_id"


@pytest.fixture(scope="module")
def settings() -> Settings:
    return load_settings(SHIPPED_CONFIG)


def page(*parts: str) -> str:
    head = '<title>Wen Tao</title><meta property="article:published_time" content="2026-05-04T08:00:00+00:00">'
    return f'<html lang="en"><head>{head}</head><body><article><h1>Wen Tao</h1>{"".join(parts)}</article></body></html>'


def archive(place: Path, answers: Iterable[tuple[str, str | bytes, dt.datetime]]) -> Path:
    """An archive of pages: address, body and moment each."""
    with place.open("wb") as out:
        writer = WARCWriter(out, gzip=True)
        for url, body, moment in answers:
            raw = body.encode() if isinstance(body, str) else body
            headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
            about = {"WARC-Date": moment.isoformat().replace("+00:00", "Z")}
            writer.write_record(
                writer.create_warc_record(
                    url, "response", payload=BytesIO(raw), http_headers=headers, warc_headers_dict=about
                )
            )
    return place


def told(place: Path, settings: Settings, *bodies: str, together: bool = True) -> Published:
    """What is held after versions of one page, an hour apart, were ingested at once or one by one."""
    answers = [(PAGE, body, MONDAY + number * HOUR) for number, body in enumerate(bodies)]
    batches = [answers] if together else [[answer] for answer in answers]
    for number, batch in enumerate(batches):
        ingest([archive(place / f"{number}.warc.gz", batch)], settings, place / "data", lambda: NOW)
    return Published(place / "data")


def test_an_edit_that_takes_the_quote_away_withdraws_the_claim_from_then_on(settings: Settings, tmp_path: Path) -> None:
    published = told(tmp_path, settings, page(LEAD, REST), page(WITHOUT, REST))
    held = "SELECT count(*) FROM events_as_of(?) WHERE type = 'departure' AND documents > 0"
    assert published.query(held, [(MONDAY + HOUR / 2).isoformat()]).rows == ((1,),)
    assert published.query(held, [(MONDAY + HOUR).isoformat()]).rows == ((0,),)
    assert "correction" in {kind for kind, _ in published.query(ALERTS).rows}


def test_an_edit_elsewhere_on_the_page_stays_quiet(settings: Settings, tmp_path: Path) -> None:
    once = told(tmp_path, settings, page(LEAD, REST))
    alerts, events = once.query(ALERTS).rows, once.query(EVENTS).rows
    again = archive(tmp_path / "edit.warc.gz", [(PAGE, page(LEAD, REST, "<p>It rained later.</p>"), MONDAY + HOUR)])
    ingest([again], settings, tmp_path / "data", lambda: NOW)
    assert len(once.query(DOCUMENTS).rows) == 2
    assert (once.query(ALERTS).rows, once.query(EVENTS).rows) == (alerts, events)


@pytest.mark.parametrize("together", [True, False], ids=["one archive", "one by one"])
def test_a_page_that_takes_its_words_back_and_says_them_again(
    settings: Settings, tmp_path: Path, together: bool
) -> None:
    published = told(tmp_path, settings, page(LEAD, REST), page(WITHOUT, REST), page(LEAD, REST), together=together)
    first, second, third = published.query(DOCUMENTS).rows
    assert (second[1], third[1]) == (first[0], second[0])
    standing = "SELECT count(DISTINCT document_id) FROM evidence WHERE standing AND event_type = 'departure'"
    assert published.query(standing).rows == ((1,),)
    known = "SELECT count(*) FROM events_as_of(?) WHERE type = 'departure' AND documents > 0"
    moments = [(MONDAY + hour * HOUR).isoformat() for hour in range(3)]
    assert [published.query(known, [moment]).rows[0][0] for moment in moments] == [1, 0, 1]


def test_one_by_one_gives_the_same_versions_as_one_archive(settings: Settings, tmp_path: Path) -> None:
    versions = []
    for together in (True, False):
        place = tmp_path / str(together)
        place.mkdir()
        bodies = page(LEAD, REST), page(WITHOUT, REST), page(LEAD, REST)
        published = told(place, settings, *bodies, together=together)
        again = archive(place / "again.warc.gz", [(PAGE, bodies[2], MONDAY + 2 * HOUR)])
        ingest([again], settings, place / "data", lambda: NOW)
        claims = published.query("SELECT claim_id, event_id, known_at FROM claims ORDER BY ALL").rows
        versions.append((published.query(DOCUMENTS).rows, claims, published.query(EVENTS).rows))
    assert versions[0] == versions[1]


@pytest.mark.skipif(not BLOG.exists(), reason="the archive does not lie beside this checkout")
def test_a_post_whose_day_alone_is_corrected_moves_the_release(settings: Settings, tmp_path: Path) -> None:
    """The team's post on Qwen2.5-Math: the 18th of September first, then the 19th, in the same words."""
    found = [one for one in archived_responses(BLOG) if isinstance(one, ArchivedResponse) and one.url == MATH]
    place = archive(tmp_path / "math.warc.gz", [(one.url, one.body, one.archived_at) for one in found])
    ingest([place], settings, tmp_path / "data", lambda: NOW)
    published = Published(tmp_path / "data")
    days = published.query(
        "SELECT published_at::DATE, length(text), revision_of FROM documents ORDER BY fetched_at"
    ).rows
    released = published.query(
        """
        SELECT value_from, known_to IS NULL FROM facts JOIN events USING (event_id)
        WHERE type = 'release' AND attribute = 'date' ORDER BY known_from
        """
    ).rows
    assert dt.date(2024, 9, 19) in {day for day, stands in released if stands}
    assert dt.date(2024, 9, 18) not in {day for day, stands in released if stands}
    assert dt.date(2024, 9, 18) in {day for day, stands in released if not stands}, days
