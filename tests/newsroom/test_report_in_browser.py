"""The report of the story in a real browser: served, read on a phone and a desk, in light and dark, by keyboard."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from flows.addresses import Address
from flows.live.app import create_app
from flows.live.listening import listening
from flows.live.security import allowed_hosts
from tests.newsroom.browser import DESKTOP, PHONE, chromium, started, window
from tests.newsroom.expectations import Told

EXECUTABLE = chromium()
pytestmark = pytest.mark.skipif(
    EXECUTABLE is None, reason="no Chromium here (on Debian: apt-get install chromium), so the page is not opened"
)
SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
SCHEMES = pytest.mark.parametrize("scheme", ["light", "dark"])


@pytest.fixture(scope="module")
def url(told: Told) -> Iterator[str]:
    now = max(dt.datetime.combine(day, dt.time(23), dt.UTC) for day in told.days)
    app = create_app(told.data_dir, lambda: now, hosts=allowed_hosts("127.0.0.1"), stale_after=dt.timedelta(hours=1))
    with listening(app, Address("127.0.0.1", 0)) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    assert EXECUTABLE
    with started(EXECUTABLE) as running:
        yield running


@SIZES
@SCHEMES
def test_the_page_asks_for_nothing_complains_of_nothing_and_fits(
    browser: Any, url: str, size: tuple[int, int], scheme: str
) -> None:
    with window(browser, url, size, scheme) as opened:
        for summary in opened.page.locator("summary:visible").all():
            summary.click()
        assert opened.page.evaluate("document.documentElement.scrollWidth") <= size[0]
        assert opened.requests == [url]
        assert opened.complaints == []


@pytest.mark.parametrize(("size", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")], ids=["desktop", "phone"])
def test_axe_finds_nothing_serious(browser: Any, url: str, size: tuple[int, int], scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    with window(browser, url, size, scheme) as opened:
        found = Axe().run(opened.page).response
        assert len(found["passes"]) > 20, "the check itself did not run"
        grave = [each for each in found["violations"] if each["impact"] in ("serious", "critical")]
        assert [(each["id"], [node["html"] for node in each["nodes"]][:3]) for each in grave] == []


def test_a_phone_and_a_desk_each_get_the_drawing_made_for_them(browser: Any, url: str) -> None:
    shown = {}
    for size in (DESKTOP, PHONE):
        with window(browser, url, size, "light") as opened:
            [drawing] = opened.page.locator("#timeline svg:visible").all()
            letters = drawing.locator("text").first.evaluate("text => text.getBoundingClientRect().height")
            shown[size] = drawing.get_attribute("viewBox")
            assert letters >= 9, "too small to read"
    assert shown[DESKTOP] != shown[PHONE]


def test_the_colours_follow_the_machine_until_the_reader_chooses(browser: Any, url: str) -> None:
    paper = "getComputedStyle(document.body).backgroundColor"
    with window(browser, url, DESKTOP, "light") as light, window(browser, url, DESKTOP, "dark") as dark:
        day, night = light.page.evaluate(paper), dark.page.evaluate(paper)
        assert day != night
        light.page.locator("label:has(#theme-dark)").click()
        dark.page.locator("label:has(#theme-light)").click()
        assert (light.page.evaluate(paper), dark.page.evaluate(paper)) == (night, day)


def test_the_page_is_used_from_the_keyboard(browser: Any, url: str) -> None:
    focused = "document.activeElement.getAttribute('href') || document.activeElement.tagName"
    with window(browser, url, DESKTOP, "light") as opened:
        keys = opened.page.keyboard
        keys.press("Tab")
        assert opened.page.evaluate(focused) == "#main"
        assert opened.page.locator(".skip").bounding_box()["y"] >= 0, "the skip link is out of sight"
        assert opened.page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
        keys.press("Enter")
        keys.press("Tab")
        assert opened.page.evaluate("document.activeElement.closest('main') !== null")
        opened.page.locator("#news summary").first.focus()
        keys.press("Enter")
        assert opened.page.locator("#news details[open] blockquote").first.is_visible()


def test_print_shows_what_is_folded_and_hides_what_is_for_the_screen(browser: Any, url: str) -> None:
    with window(browser, url, DESKTOP, "dark") as opened:
        opened.page.emulate_media(media="print")
        assert not opened.page.locator(".theme").is_visible()
        assert opened.page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "light"
        assert len(opened.page.pdf()) > 10_000
