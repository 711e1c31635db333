"""Conversations with archives: what is asked for, how politely, and what is made of their answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.categories import EntityKind
from pipeline.fetch.body_index import Place
from pipeline.fetch.client import Client
from pipeline.fetch.responses import ArchivedResponse
from pipeline.sources.common_crawl import NewsFile, files_within, months
from pipeline.sources.conversation import Conversation
from pipeline.sources.manners import Manners
from pipeline.sources.past import CaptureAsking, FileAsking, IndexAsking, archive_source
from pipeline.sources.rounds import harvest_round
from pipeline.sources.wayback import SPACING, Capture, Span, capture_at, nearest, read_index
from pipeline.sources.words import naming
from pipeline.watchlist import Watched, Watchlist
from tests.sources.archives import Archives, Kept, serving_archives
from tests.sources.site import NOW, Limits, Running

PAGE = "https://ledger.example/a"
EARLY, LATE = "20260304100000", "20260306120000"
SPAN = Span(dt.datetime(2026, 1, 1, tzinfo=dt.UTC), dt.datetime(2026, 5, 1, tzinfo=dt.UTC))
BOUNDS = (dt.datetime(2016, 1, 1), dt.datetime(2026, 12, 1))  # noqa: DTZ001 (the zone is given beside them)
MOMENTS = st.datetimes(*BOUNDS, timezones=st.just(dt.UTC))


@pytest.fixture
def archives() -> Iterator[Archives]:
    with serving_archives() as server:
        server.captures += [Kept(EARLY, "http://ledger.example:80/a", b"<p>one</p>"), Kept(LATE, PAGE, b"<p>two</p>")]
        yield server


class Shelf(list[ArchivedResponse]):
    """Where what is kept goes, body and all."""

    def keep(self, response: ArchivedResponse) -> Place:
        self.append(response)
        return "shelf", len(self)


def hold(archives: Archives, conversation: Conversation, robots: str = "obey") -> Running:
    """Holds one conversation, with the spacing that the archive asks for and in no time."""
    limits = Limits(gateway=archives.gateway, spacing=SPACING)
    pace = Running(NOW)
    talks = [(archive_source("https://web.archive.org/", "archive", robots), conversation)]
    found = harvest_round(talks, Manners(limits, {}, {}), limits, partial(Client, limits, None), pace, NOW)
    assert found.broken == ()
    return pace


def listed(archives: Archives, url: str = PAGE, most: int | None = None, **asked: object) -> IndexAsking:
    index = IndexAsking()
    hold(archives, index.converse(archive_source("", ""), url, SPAN, most=most, **asked))  # type: ignore[arg-type]
    return index


def had(archives: Archives, captures: Sequence[Capture], robots: str = "obey") -> tuple[CaptureAsking, Shelf]:
    asked, shelf = CaptureAsking(), Shelf()
    hold(archives, asked.converse(archive_source("", "", robots), captures, SPAN, shelf.keep))
    return asked, shelf


def test_the_index_is_asked_page_by_page(archives: Archives) -> None:
    archives.page = 1
    whole = listed(archives)
    assert [capture.taken_at.day for capture in whole.captures] == [4, 6]
    assert (len(archives.taken("/cdx/")), whole.has_more) == (2, False)
    part = listed(archives, most=1)
    assert ([capture.taken_at.day for capture in part.captures], part.has_more) == ([4], True)


def test_a_capture_by_http_keeps_the_address_that_the_page_has_today(archives: Archives) -> None:
    assert {capture.url for capture in listed(archives).captures} == {PAGE}


def test_everything_below_an_address_is_one_question(archives: Archives) -> None:
    archives.captures.append(Kept(EARLY, "https://ledger.example/b", b"<p>b</p>"))
    archives.captures.append(Kept(EARLY, "https://elsewhere.example/c", b"<p>c</p>"))
    found = listed(archives, "https://ledger.example/", below=True)
    assert {capture.url for capture in found.captures} == {PAGE, "https://ledger.example/b"}
    assert len(archives.taken()) == 1


def test_an_index_that_answers_something_else_is_told_in_its_own_words() -> None:
    said = read_index(b"<html>We are sorry, the service is down</html>", PAGE, SPAN)
    assert "the service is down" in str(said)


@pytest.mark.parametrize(
    "rows",
    [b"[]", b'[["timestamp"]]', b'[["timestamp", "original"], ["x", "y"], ["1"], [7, null]]'],
    ids=["nothing", "other-fields", "rows-of-nonsense"],
)
def test_rows_that_make_no_sense_are_passed_over(rows: bytes) -> None:
    page = read_index(rows, PAGE, SPAN)
    assert not isinstance(page, str)
    assert page.captures == ()


@given(moment=MOMENTS, path=st.text("abc/?=&%:.-_~1", max_size=20))
def test_the_address_of_a_capture_tells_what_it_is(moment: dt.datetime, path: str) -> None:
    capture = nearest(f"https://ledger.example/{path}", moment.replace(microsecond=0))
    assert capture_at(capture.address) == capture


def test_a_body_that_ends_too_early_is_asked_for_once_more_and_then_named(archives: Archives) -> None:
    captures = listed(archives).captures
    archives.faults[captures[0].address] = ["cut"]
    assert had(archives, captures)[0].problems == []
    archives.faults[captures[0].address] = ["cut", "cut"]
    asked, shelf = had(archives, captures)
    assert [problem.item for problem in asked.problems] == [captures[0].address]
    assert [response.body for response in shelf] == [b"<p>two</p>"]


def test_an_archive_that_asks_to_wait_a_moment_is_waited_for(archives: Archives) -> None:
    captures = listed(archives).captures
    archives.faults[captures[0].address] = [429]
    asked, shelf = had(archives, captures)
    assert (asked.problems, asked.stopped, len(shelf)) == ([], None, 2)


@pytest.mark.parametrize(
    ("headers", "why"),
    [({"Retry-After": "600"}, "is left alone until 2026-05-04 09:10"), ({}, "leave it alone for an hour")],
    ids=["for-long", "without-saying-how-long"],
)
def test_an_archive_that_has_had_enough_is_asked_nothing_more(
    archives: Archives, headers: dict[str, str], why: str
) -> None:
    captures = listed(archives).captures
    archives.faults[captures[0].address], archives.headers = [429], headers
    archives.taken()
    asked, _ = had(archives, captures)
    assert why in str(asked.stopped)
    assert archives.taken("/web/") == [captures[0].address]


def test_one_capture_that_the_archive_cannot_give_does_not_stop_the_others(archives: Archives) -> None:
    captures = listed(archives).captures
    archives.faults[captures[0].address], archives.headers = [503, 503], {}
    asked, shelf = had(archives, captures)
    assert (len(asked.problems), asked.stopped, len(shelf)) == (1, None, 1)


def test_no_two_requests_are_closer_than_the_archive_bears(archives: Archives) -> None:
    captures = listed(archives).captures
    archives.taken()
    asked = CaptureAsking()
    pace = hold(archives, asked.converse(archive_source("", ""), captures, SPAN, Shelf().keep))
    requests = archives.taken()
    assert len(requests) == 3  # robots.txt and two captures
    assert pace.now() - NOW >= (len(requests) - 1) * SPACING


def test_what_robots_txt_bars_is_not_asked_for_unless_it_is_taken_for_an_api(archives: Archives) -> None:
    archives.robots = "User-agent: *\nDisallow: /web/\n"
    captures = listed(archives).captures
    asked, _ = had(archives, captures)
    assert "--robots api" in str(asked.stopped)
    assert archives.taken("/web/") == []
    assert len(had(archives, captures, robots="api")[1]) == 2


def test_a_capture_that_leads_on_to_another_has_the_time_and_place_of_that_one(archives: Archives) -> None:
    moved = "https://ledger.example/new"
    archives.captures += [
        Kept(EARLY, "https://ledger.example/old", moved_to=moved),
        Kept("20260307000000", moved, b"<p>moved</p>"),
    ]
    _, shelf = had(archives, [nearest("https://ledger.example/old", SPAN.since)])
    assert [(response.url, response.archived_at.day) for response in shelf] == [(moved, 7)]


def test_two_ways_to_one_capture_keep_it_once(archives: Archives) -> None:
    asked, shelf = had(archives, [nearest(PAGE, SPAN.since), nearest(PAGE, SPAN.since + dt.timedelta(days=1))])
    assert (len(shelf), asked.problems) == (1, [])


def test_a_capture_of_another_time_is_not_taken_and_does_not_pass_for_had(archives: Archives) -> None:
    archives.captures[:] = [Kept("20270101000000", PAGE, b"<p>three</p>")]
    asked, shelf = had(archives, [nearest(PAGE, SPAN.since)])
    assert shelf == []
    assert "2027-01-01" in asked.problems[0].message
    assert asked.fetches[0].error is not None


def test_a_list_of_files_that_is_not_there_is_named(archives: Archives) -> None:
    asked = FileAsking()
    (address,) = [url for url in months(SPAN) if url.endswith("2026/03/warc.paths.gz")]
    hold(archives, asked.converse(archive_source("", ""), address))
    assert [(problem.item, problem.message) for problem in asked.problems] == [(address, "answered 404 Not Found")]


@given(begun=st.lists(MOMENTS, max_size=8), since=MOMENTS, days=st.integers(1, 400))
def test_the_files_of_a_span_are_those_that_may_hold_a_record_of_it(
    begun: list[dt.datetime], since: dt.datetime, days: int
) -> None:
    span = Span(since, since + dt.timedelta(days=days))
    files = [NewsFile(f"https://data.commoncrawl.org/{number}", at) for number, at in enumerate(begun)]
    chosen = files_within(files, span)
    ordered = sorted(begun)
    for file in files:
        ends = next((at for at in ordered if at > file.begun_at), dt.datetime.max.replace(tzinfo=dt.UTC))
        may_hold = file.begun_at < span.until and ends > span.since
        assert not may_hold or file in chosen or any(other.begun_at == file.begun_at for other in chosen)
    assert list(chosen) == sorted(chosen, key=lambda file: (file.begun_at, file.url))


@given(since=MOMENTS, days=st.integers(1, 100))
def test_the_lists_of_a_span_are_its_months_and_the_one_before(since: dt.datetime, days: int) -> None:
    span = Span(since, since + dt.timedelta(days=days))
    asked = list(months(span))
    touched = {f"{since + dt.timedelta(days=day):%Y/%m}" for day in range(days) if since.year >= 2017}
    assert all(any(month in address for address in asked) for month in touched)
    assert len(asked) == len(set(asked)) <= days // 28 + 3


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("<p>QWEN2.5 is out</p>", True),
        ('<a href="/lin-junyang-leaves">He leaves</a>', True),
        ("<p>千问发布了</p>", True),
        ("<p>Lin, who is not Junyangs</p>", False),
        ("<p>A qwenty keyboard</p>", False),
        ("<p>Nobody of ours</p>", False),
    ],
    ids=["version", "joint", "chinese", "parts-apart", "part-of-a-word", "none"],
)
def test_a_text_is_about_us_where_it_has_a_name_of_the_watchlist(text: str, named: bool) -> None:
    watched = (Watched(EntityKind.PERSON, "Lin Junyang"), Watched(EntityKind.MODEL, "Qwen", aliases=("千问",)))
    assert naming(Watchlist(watched))(text) is named
