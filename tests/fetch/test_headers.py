"""Waiting times out of header fields, from servers that follow the specification and from others."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.fetch.header_fields import HeaderFields
from pipeline.fetch.headers import asked_wait, freshness, http_date, limit_wait, next_page, retry_after
from pipeline.fetch.limits import MAX_WAIT

NOW = dt.datetime(2026, 3, 4, 15, 0, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
YEARS = "9" * 18


def headers(**fields: str) -> HeaderFields:
    return HeaderFields([(name.replace("_", "-").encode(), value.encode()) for name, value in fields.items()])


@pytest.mark.parametrize(
    ("fields", "wait"),
    [
        ({}, None),
        ({"retry_after": "60"}, MINUTE),
        ({"retry_after": " 0 "}, 0 * MINUTE),
        ({"retry_after": "Wed, 04 Mar 2026 15:01:00 GMT"}, MINUTE),
        ({"retry_after": "Wednesday, 04-Mar-26 15:01:00 GMT"}, MINUTE),
        ({"retry_after": "Wed Mar  4 15:01:00 2026"}, MINUTE),
        ({"retry_after": "Wed, 04 Mar 2026 14:00:00 GMT"}, 0 * MINUTE),
        ({"retry_after": YEARS}, MAX_WAIT),
        ({"retry_after": "Fri, 31 Dec 9999 23:59:59 GMT"}, MAX_WAIT),
        ({"retry_after": "-5"}, None),
        ({"retry_after": "soon"}, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(fields: dict[str, str], wait: dt.timedelta | None) -> None:
    assert retry_after(headers(**fields), NOW) == wait


def test_a_date_to_wait_for_is_measured_by_the_clock_of_the_server() -> None:
    asked = headers(date="Mon, 01 Jan 2001 00:00:00 GMT", retry_after="Mon, 01 Jan 2001 00:01:00 GMT")
    assert retry_after(asked, NOW) == MINUTE


@pytest.mark.parametrize(
    ("fields", "fresh"),
    [
        ({}, None),
        ({"cache_control": "max-age=60"}, MINUTE),
        ({"cache_control": 'public, MAX-AGE = "60", s-maxage=9'}, MINUTE),
        ({"cache_control": "s-maxage=60"}, None),
        ({"cache_control": "max-age=120", "age": "60"}, MINUTE),
        ({"cache_control": "max-age=60", "age": "90"}, 0 * MINUTE),
        ({"cache_control": f"max-age={YEARS}"}, MAX_WAIT),
        ({"cache_control": "max-age=-1"}, None),
        ({"cache_control": "max-age=soon"}, None),
        ({"cache_control": "no-cache, max-age=60"}, None),
        ({"cache_control": "no-store", "expires": "Wed, 04 Mar 2026 15:01:00 GMT"}, None),
        ({"expires": "Wed, 04 Mar 2026 15:01:00 GMT"}, MINUTE),
        ({"expires": "Wed, 04 Mar 2026 15:01:00 GMT", "cache_control": "max-age=0"}, 0 * MINUTE),
        ({"expires": "0"}, None),
        ({"expires": "Wed, 04 Mar 2020 15:01:00 GMT"}, 0 * MINUTE),
    ],
)
def test_freshness_follows_max_age_then_expires(fields: dict[str, str], fresh: dt.timedelta | None) -> None:
    assert freshness(headers(**fields), NOW) == fresh


@given(st.text(st.characters(max_codepoint=255)))
def test_no_header_text_breaks_the_reading(text: str) -> None:
    for name in ("retry_after", "cache_control", "expires", "date", "age"):
        fields = HeaderFields([(name.replace("_", "-").encode(), text.encode("latin-1"))])
        for wait in (retry_after(fields, NOW), freshness(fields, NOW)):
            assert wait is None or dt.timedelta(0) <= wait <= MAX_WAIT
    moment = http_date(text)
    assert moment is None or moment.tzinfo is not None


SPENT = {"x_ratelimit_remaining": "0"}
SECONDS = int(NOW.timestamp())


@pytest.mark.parametrize(
    ("fields", "wait"),
    [
        pytest.param({}, None, id="none"),
        pytest.param({"ratelimit": '"api";r=498;t=300'}, None, id="some left"),
        pytest.param({"ratelimit": '"api";r=0;t=60'}, MINUTE, id="used up"),
        pytest.param({"ratelimit": '"pages";r=9;t=5, "api";r=0;t=60'}, MINUTE, id="one of two"),
        pytest.param({"ratelimit": '"api"; t=60; r=0'}, MINUTE, id="in any order"),
        pytest.param({"ratelimit": "0"}, None, id="nonsense"),
        pytest.param({"x_ratelimit_remaining": "12", "x_ratelimit_reset": f"{SECONDS}"}, None, id="requests left"),
        pytest.param(SPENT | {"x_ratelimit_reset": f"{SECONDS + 60}"}, MINUTE, id="until a moment"),
        pytest.param(SPENT | {"x_ratelimit_reset": f"{SECONDS - 60}"}, 0 * MINUTE, id="until a past moment"),
        pytest.param(
            SPENT | {"x_ratelimit_reset": f"{SECONDS + 120}", "date": "Wed, 04 Mar 2026 15:01:00 GMT"},
            MINUTE,
            id="by the server's clock",
        ),
        pytest.param(SPENT | {"x_ratelimit_reset": "60"}, MINUTE, id="in seconds"),
        pytest.param(SPENT | {"x_ratelimit_reset": "soon"}, None, id="no number"),
        pytest.param({"ratelimit_remaining": "0", "ratelimit_reset": "60"}, MINUTE, id="by an older draft"),
        pytest.param({"ratelimit": f'"api";r=0;t={YEARS}'}, MAX_WAIT, id="absurd"),
        pytest.param(SPENT | {"x_ratelimit_reset": YEARS}, MAX_WAIT, id="an absurd moment"),
    ],
)
def test_a_limit_that_is_used_up_is_a_wait(fields: dict[str, str], wait: dt.timedelta | None) -> None:
    assert limit_wait(headers(**fields), NOW) == wait


def test_the_longer_of_two_waits_counts() -> None:
    assert asked_wait(headers(retry_after="5", ratelimit='"api";r=0;t=60'), NOW) == MINUTE
    assert asked_wait(headers(retry_after="60", ratelimit='"api";r=0;t=5'), NOW) == MINUTE
    assert asked_wait(headers(retry_after="60"), NOW) == MINUTE


@pytest.mark.parametrize(
    ("link", "target"),
    [
        ('<https://hub.example/api?cursor=a%2Cb>; rel="next"', "https://hub.example/api?cursor=a%2Cb"),
        ('</api?p=1>; rel="prev", </api?p=3>; rel="next", </api?p=9>; rel="last"', "/api?p=3"),
        ("</api?p=3>; rel=next", "/api?p=3"),
        ('</api?p=3>; title="more"; REL="last next"', "/api?p=3"),
        ('</style.css>; rel="preload"', None),
        ("", None),
    ],
    ids=["alone", "among others", "without quotation marks", "among parameters", "of other kinds", "none"],
)
def test_a_list_goes_on_where_its_link_says(link: str, target: str | None) -> None:
    assert next_page(headers(link=link)) == target


@given(st.text(max_size=200))
def test_any_link_and_limit_field_is_survived(text: str) -> None:
    next_page({"link": text})
    limit_wait({"ratelimit": text, "x-ratelimit-remaining": "0", "x-ratelimit-reset": text}, NOW)
