"""When a page was published, with its offset and the place it was found."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.read.dates import DateCandidate, choose
from pipeline.read.days import leading_day, parse_moment
from tests.read.pages import BEIJING, NOW, STORY, Entry, document, page, source

BODY = f"<article><p>{STORY}</p></article>"
LD = '<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"%s"}</script>'
META = '<meta property="article:published_time" content="%s">'
FEED = Entry(published_at=dt.datetime(2026, 4, 20, 9, tzinfo=BEIJING))


def found(
    head: str = "",
    body: str = BODY,
    hints: Entry | None = None,
    kind: str = "feed",
    url: str = "https://daily.example/x",
) -> tuple[str, str]:
    result = document(page(body, head), hints=hints, of=source(kind), url=url)
    return result.published_at.isoformat(), result.published_from


def test_the_most_trusted_statement_wins_and_keeps_its_offset() -> None:
    both = META % "2026-03-06T10:00:00-05:00" + LD % "2026-03-06T23:00:00+08:00"
    assert found(both) == ("2026-03-06T23:00:00+08:00", "JSON-LD")
    assert found(META % "2026-03-06T10:00:00-05:00", hints=FEED) == (
        "2026-03-06T10:00:00-05:00",
        "article:published_time",
    )


def test_a_time_element_of_the_article_counts_and_one_in_an_aside_does_not() -> None:
    time = '<time datetime="2026-04-01T08:00:00+02:00">1 April</time>'
    assert found(body=f"<article>{time}<p>{STORY}</p></article>") == (
        "2026-04-01T08:00:00+02:00",
        "time element",
    )
    assert found(body=f"<aside>{time}</aside>{BODY}", hints=FEED)[1] == "feed"


def test_a_time_marked_as_publication_comes_before_others() -> None:
    body = (
        f'<article><time datetime="2026-04-09">updated</time><time itemprop="datePublished" '
        f'datetime="2026-04-01T08:00:00Z"></time><p>{STORY}</p></article>'
    )
    assert found(body=body) == ("2026-04-01T08:00:00+00:00", "time element")


def test_the_feed_speaks_where_the_page_is_silent() -> None:
    assert found(hints=FEED) == ("2026-04-20T09:00:00+08:00", "feed")


def test_a_day_in_the_text_comes_before_one_in_the_address() -> None:
    dated = f"<article><p>Published: March 5, 2026</p><p>{STORY}</p></article>"
    assert found(body=dated, url="https://daily.example/2026/03/07/x") == (
        "2026-03-05T00:00:00+00:00",
        "first lines",
    )
    assert found(url="https://daily.example/2026/03/07/x")[0] == "2026-03-07T00:00:00+00:00"


def test_where_nothing_gives_a_date_the_moment_we_learned_of_it_stands_in_and_says_so() -> None:
    assert found() == (NOW.isoformat(), "learned")


def test_a_date_in_the_future_is_refused() -> None:
    assert found(META % "2026-05-04T00:00:00Z", hints=FEED) == ("2026-04-20T09:00:00+08:00", "feed")
    assert found(META % "2026-05-03T00:00:00Z")[0] == "2026-05-03T00:00:00+00:00"
    assert found(META % "1970-01-01T00:00:00Z") == (NOW.isoformat(), "learned")


def test_a_bare_day_takes_the_time_and_offset_of_another_statement_for_that_day() -> None:
    assert found(LD % "2026-04-20", hints=FEED) == ("2026-04-20T09:00:00+08:00", "feed")
    assert found(LD % "2026-04-19", hints=FEED) == ("2026-04-19T00:00:00+00:00", "JSON-LD")


def test_the_moment_a_link_was_handed_in_is_only_the_last_resort() -> None:
    assert found(hints=FEED, kind="hackernews") == ("2026-04-20T09:00:00+08:00", "Hacker News")
    assert found(hints=FEED, kind="hackernews", url="https://daily.example/2026/03/07/x")[0].startswith("2026-03-07")


def test_the_last_change_counts_when_it_lies_after_publication() -> None:
    change = '<meta property="article:modified_time" content="%s">'
    head = META % "2026-03-06T10:00:00Z"
    assert document(page(BODY, head + change % "2026-03-07T10:00:00Z")).modified_at == dt.datetime(
        2026, 3, 7, 10, tzinfo=dt.UTC
    )
    assert document(page(BODY, head + change % "2026-03-06T10:00:00Z")).modified_at is None
    assert document(page(BODY, head + change % "2031-03-07T10:00:00Z")).modified_at is None


@pytest.mark.parametrize(
    ("text", "iso", "precise"),
    [
        ("2026-03-05", "2026-03-05T00:00:00+00:00", False),
        ("2026-03-05T10:00:00+08:00", "2026-03-05T10:00:00+08:00", True),
        ("2026-03-05T10:00:00.000+0000", "2026-03-05T10:00:00+00:00", True),
        ("2026-03-05 10:00:00 +0800", "2026-03-05T10:00:00+08:00", True),
        ("2026/3/5 10:00", "2026-03-05T10:00:00+00:00", True),
        ("2026年3月5日 10:00", "2026-03-05T10:00:00+00:00", True),
        ("Thu, 05 Mar 2026 10:00:00 GMT", "2026-03-05T10:00:00+00:00", True),
        ("Thu, 05 Mar 2026 10:00:00 -0500", "2026-03-05T10:00:00-05:00", True),
        ("5 Mar 26 10:00 EST", "2026-03-05T10:00:00-05:00", True),
        ("March 5th, 2026", "2026-03-05T00:00:00+00:00", False),
        ("Sept. 5, 2026", "2026-09-05T00:00:00+00:00", False),
    ],
)
def test_a_moment_is_read_in_the_forms_that_pages_use(text: str, iso: str, precise: bool) -> None:
    moment = parse_moment(text)
    assert moment is not None
    assert (moment.at.isoformat(), moment.precise) == (iso, precise)


@pytest.mark.parametrize(
    "text", ["", "soon", "2026", "2026-03", "2026-13-40", "1714300000", "03/06/2026", "5 apples", "x" * 500]
)
def test_what_is_no_full_date_is_no_moment(text: str) -> None:
    assert parse_moment(text) is None


@pytest.mark.parametrize(
    ("line", "day", "rest"),
    [
        ("2024.09.19: We released it", dt.date(2024, 9, 19), "We released it"),
        ("[2024/09/19] 🔥 New", dt.date(2024, 9, 19), "🔥 New"),
        ("🎉 (2024-09-19) New", dt.date(2024, 9, 19), "New"),
        ("Sep 19, 2024 We released it", dt.date(2024, 9, 19), "We released it"),
        ("Thursday, 19 September 2024 – New", dt.date(2024, 9, 19), "New"),
        ("2025年4月29日：我们发布", dt.date(2025, 4, 29), "我们发布"),
        ("【2024-09-19】发布", dt.date(2024, 9, 19), "发布"),
    ],
)
def test_the_day_that_a_line_begins_with_is_found(line: str, day: dt.date, rest: str) -> None:
    assert leading_day(line) == (day, rest)


@pytest.mark.parametrize("line", ["We released it on 2024-09-19", "2024.09: New", "2024.13.19: x", "12 models", ""])
def test_a_line_that_begins_otherwise_has_no_leading_day(line: str) -> None:
    assert leading_day(line) is None


OFFSETS = st.sampled_from([dt.UTC, BEIJING, dt.timezone(dt.timedelta(hours=-7))])
AWARE = st.builds(dt.datetime.fromtimestamp, st.integers(int(6e8), int(4e9)), OFFSETS)


@given(AWARE)
def test_every_moment_written_as_iso_8601_is_read_back_with_its_offset(moment: dt.datetime) -> None:
    read = parse_moment(moment.isoformat())
    assert read is not None
    assert read.at == moment
    assert read.at.utcoffset() == moment.utcoffset()


@given(st.lists(AWARE, max_size=4), AWARE)
def test_the_choice_is_never_in_the_future_and_is_one_of_the_candidates(
    moments: list[dt.datetime], learned: dt.datetime
) -> None:
    chosen = choose([DateCandidate(moment, "x", precise=True) for moment in moments], (), learned)
    assert chosen.moment <= learned + dt.timedelta(days=1)
    assert chosen.moment in moments or chosen.found == "learned"
