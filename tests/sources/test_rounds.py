"""A round over hosts on a clock of the test's own: spacing, robots.txt, rests, and the end of a run's time."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import defaultdict
from dataclasses import dataclass, field, replace

import pytest

from pipeline.categories import Outcome, SourceStatus
from pipeline.sources.lanes import Lanes, Turn
from tests.sources.site import HOUR, NOW, Limits, Notebook, Running, Web, article, rss, source

SECOND = dt.timedelta(seconds=1)
MONDAY = "Mon, 04 May 2026 16:00:00 +0800"


@dataclass
class Log:
    """When each host was asked, by the clock of the run."""

    pace: Running
    web: Web
    moments: dict[str, list[dt.datetime]] = field(default_factory=lambda: defaultdict(list))

    def __call__(self, url: str) -> None:
        self.moments[url.split("/")[2].removeprefix("www.")].append(self.pace.now())

    def gaps(self) -> list[dt.timedelta]:
        return [b - a for times in self.moments.values() for a, b in itertools.pairwise(times)]


@pytest.fixture
def log(web: Web) -> Log:
    log = Log(Running(NOW), web)
    web.asked = log
    return log


def feeds(web: Web, hosts: int, each: int, articles: int = 0) -> list[str]:
    urls = [f"https://host{host}.example/{number}.xml" for host in range(hosts) for number in range(each)]
    for url in urls:
        links = [f"{url.removesuffix('.xml')}-{number}" for number in range(articles)]
        web.put(url, rss(*((link, link, MONDAY) for link in links)))
        for link in links:
            web.put(link, article(title=link))
    return urls


def test_no_host_is_asked_faster_than_its_spacing_and_all_hosts_are_asked_meanwhile(
    web: Web, limits: Limits, log: Log
) -> None:
    book = Notebook([source(url) for url in feeds(web, hosts=5, each=3, articles=2)], limits)
    gathered = book.cycle(NOW, log.pace)
    assert len(gathered.documents) == 30
    assert min(log.gaps()) >= SECOND
    # robots.txt, three lists and six articles a host: nine waits, and no host waits for another one's.
    assert log.pace.now() - NOW == 9 * SECOND


def test_articles_on_other_hosts_count_for_those_hosts_whoever_links_them(web: Web, limits: Limits, log: Log) -> None:
    pages = [f"https://paper.example/{number}" for number in range(4)]
    for page in pages:
        web.put(page, article(title=page))
    for number, page in enumerate(pages):
        web.put(f"https://list{number}.example/feed", rss((page, page, MONDAY)))
    book = Notebook([source(f"https://list{number}.example/feed") for number in range(4)], replace(limits, workers=4))
    assert len(book.cycle(NOW, log.pace).documents) == 4
    assert len(log.moments["paper.example"]) == 5
    assert min(log.gaps()) >= SECOND


def test_the_spacing_of_the_last_run_is_kept_by_the_next(web: Web, limits: Limits, log: Log) -> None:
    book = Notebook([source(url) for url in feeds(web, hosts=1, each=1)], limits)
    book.cycle(NOW, log.pace)
    book.cycle(log.pace.now(), log.pace)
    assert min(log.gaps()) >= SECOND


def test_a_crawl_delay_lengthens_the_spacing_up_to_a_bound(web: Web, limits: Limits, log: Log) -> None:
    book = Notebook([source(url) for url in feeds(web, hosts=1, each=3)], limits)
    web.put("https://host0.example/robots.txt", "User-agent: *\nCrawl-delay: 7")
    book.cycle(NOW, log.pace)
    assert log.gaps() == [7 * SECOND] * 3
    book.robots.clear()
    web.put("https://host0.example/robots.txt", "User-agent: *\nCrawl-delay: 86400")
    start = log.pace.now()
    book.cycle(start + HOUR, Running(start + HOUR))
    assert book.hosts["host0.example"].spacing == 60 * SECOND


def test_redirects_wait_for_their_turn_too(web: Web, limits: Limits, log: Log) -> None:
    (url,) = feeds(web, hosts=1, each=1)
    old = "https://host0.example/old.xml"
    web.put(old, "", status=301, location=url)
    gathered = Notebook([source(old)], limits).cycle(NOW, log.pace)
    assert gathered.fetches[0].final_url == url
    assert log.gaps() == [SECOND, SECOND]


def test_a_refused_source_is_blocked_and_a_refused_article_is_a_problem(web: Web, limits: Limits) -> None:
    page = "https://closed.example/a"
    web.put("https://closed.example/robots.txt", "User-agent: *\nDisallow: /")
    web.put("https://open.example/feed", rss((page, "A", MONDAY)))
    book = Notebook([source("https://closed.example/feed"), source("https://open.example/feed")], limits)
    gathered = book.cycle(NOW)
    closed, opened = gathered.states
    assert (closed.status, closed.failure) == (SourceStatus.BLOCKED, "robots")
    assert closed.last_error == "https://closed.example/robots.txt asks qwen-watch-test not to fetch it"
    assert opened.status is SourceStatus.OK
    assert page in {problem.item for problem in gathered.problems}
    assert [url for url, _ in web.taken()] == ["https://open.example/feed"]


def test_an_api_is_asked_as_its_documentation_says(web: Web, limits: Limits) -> None:
    (url,) = feeds(web, hosts=1, each=1)
    web.put("https://host0.example/robots.txt", "User-agent: *\nDisallow: /")
    book = Notebook([source(url, options={"robots": "api"})], limits)
    assert book.cycle(NOW).states[0].status is SourceStatus.OK
    assert web.robots_log == []


def test_robots_txt_is_asked_for_once_a_day_and_conditionally(web: Web, limits: Limits) -> None:
    (url,) = feeds(web, hosts=1, each=1)
    web.put("https://host0.example/robots.txt", "User-agent: *\nDisallow: /private")
    book = Notebook([source(url)], limits)
    for hours in range(0, 49, 6):
        book.cycle(NOW + hours * HOUR)
    assert [status for _, status in web.robots_log] == [200, 304, 304]


def test_a_host_whose_robots_txt_fails_is_left_alone_and_its_source_fails_with_the_reason(
    web: Web, limits: Limits
) -> None:
    (url,) = feeds(web, hosts=1, each=1)
    web.put("https://host0.example/robots.txt", "down", status=503)
    (state,) = Notebook([source(url)], limits).cycle(NOW).states
    assert state.status is SourceStatus.FAILING
    assert "503" in (state.last_error or "")
    assert web.taken() == []


def test_a_redirect_does_not_lead_round_the_robots_txt_of_another_host(web: Web, limits: Limits) -> None:
    web.put("https://a.example/feed", "", status=302, location="https://closed.example/feed")
    web.put("https://closed.example/robots.txt", "User-agent: *\nDisallow: /")
    web.put("https://closed.example/feed", rss())
    (state,) = Notebook([source("https://a.example/feed")], limits).cycle(NOW).states
    assert state.status is SourceStatus.BLOCKED
    assert web.taken() == [("https://a.example/feed", 302)]


def test_three_failures_of_a_host_spare_its_other_sources_until_a_probe_succeeds(web: Web, limits: Limits) -> None:
    urls = feeds(web, hosts=1, each=6)
    pages = {url: web.pages[url] for url in urls}
    for url in urls:
        web.put(url, "down", status=503)
    book = Notebook([source(url) for url in urls], limits, force=False)
    gathered = book.cycle(NOW)
    assert len(web.taken()) == 3
    rests = book.hosts["host0.example"].open_until
    assert rests is not None
    spared = [state for state in gathered.states if state.status is SourceStatus.OK]
    assert [(state.next_check_at, state.consecutive_failures) for state in spared] == [(rests, 0)] * 3
    book.cycle(NOW + 2 * dt.timedelta(minutes=1))
    assert web.taken() == []
    book.cycle(rests + SECOND)
    assert len(web.taken()) == 1  # the probe
    again = book.hosts["host0.example"].open_until
    assert again is not None
    assert again - rests > dt.timedelta(minutes=9)
    web.pages.update(pages)
    book.cycle(again + SECOND)
    assert len(web.taken()) == 6
    assert book.hosts["host0.example"].failures == 0


def test_retry_after_lets_a_host_rest_and_the_others_go_on(web: Web, limits: Limits, log: Log) -> None:
    urls = feeds(web, hosts=2, each=3)
    web.put(urls[0], "", status=429, retry_after="20")
    Notebook([source(url) for url in urls], limits, force=False).cycle(NOW, log.pace)
    assert sorted(log.gaps())[-1] == 20 * SECOND
    assert log.moments["host1.example"][-1] - NOW == 3 * SECOND


def test_what_does_not_fit_into_the_time_of_a_run_is_taken_up_by_the_next_and_none_is_lost(
    web: Web, limits: Limits
) -> None:
    urls = feeds(web, hosts=1, each=3, articles=5)
    book = Notebook([source(url) for url in urls], replace(limits, cycle_budget=6 * SECOND), force=False)
    found: list[str] = []
    for cycle in range(8):
        gathered = book.cycle(NOW + cycle * HOUR)
        found += [document.url for document in gathered.documents]
        told = [problem for problem in gathered.problems if problem.item == "cycle_budget"]
        assert bool(told) == (len(gathered.states) < 3)
    assert sorted(found) == sorted(set(found))
    assert len(found) == 15
    assert told == []


def test_a_source_that_moved_for_good_is_asked_there_after_three_checks_and_at_home_once_a_week(
    web: Web, limits: Limits
) -> None:
    old, new = "https://old.example/feed", "https://new.example/feed"
    web.put(old, "", status=308, location=new)
    web.put(new, rss())
    book = Notebook([source(old)], limits)
    asked = []
    for day in range(12):
        book.cycle(NOW + day * 24 * HOUR)
        asked.append([url for url, _ in web.taken()])
    assert asked[:3] == [[old, new]] * 3
    assert asked[3:9] == [[new]] * 6
    assert asked[9] == [old, new]
    assert book.states[source(old).source_id].moved_to == new


def test_where_the_new_address_fails_the_configured_one_is_asked_again(web: Web, limits: Limits) -> None:
    old, new = "https://old.example/feed", "https://new.example/feed"
    web.put(old, "", status=301, location=new)
    web.put(new, rss())
    book = Notebook([source(old)], limits)
    for hour in range(4):
        book.cycle(NOW + hour * HOUR)
    web.put(new, "", status=410)
    web.put(old, rss())
    web.taken()
    states = [book.cycle(NOW + hour * HOUR).states[0] for hour in (4, 5)]
    assert [url for url, _ in web.taken()] == [new, old]
    assert [state.status for state in states] == [SourceStatus.FAILING, SourceStatus.OK]


def test_a_feed_that_lists_nothing_any_more_has_gone_quiet_until_it_speaks_again(web: Web, limits: Limits) -> None:
    (url,) = feeds(web, hosts=1, each=1, articles=1)
    full = web.pages[url]
    book = Notebook([source(url)], limits)
    book.cycle(NOW)
    web.put(url, rss())
    for hour in (1, 2):
        (state,) = book.cycle(NOW + hour * HOUR).states
        assert (state.status, state.quiet_since) == (SourceStatus.OK, NOW + HOUR)
    web.pages[url] = full
    assert book.cycle(NOW + 3 * HOUR).states[0].quiet_since is None


def test_kinds_of_failure_are_told_apart(web: Web, limits: Limits) -> None:
    (url,) = feeds(web, hosts=1, each=1)
    web.put(url, "<!doctype html><title>Moved</title>")
    (state,) = Notebook([source(url)], limits).cycle(NOW).states
    assert (state.failure, state.failing_since) == ("not a feed", NOW)
    web.put(url, "", status=500)
    assert Notebook([source(url)], limits).cycle(NOW).states[0].failure == "status"


def test_lanes_start_one_at_a_time_and_in_the_order_that_they_came() -> None:
    lanes: Lanes[str] = Lanes(lambda _: NOW)
    for item in ("a1", "a2", "b1"):
        lanes.add(item[0], item)
    assert [lanes.take(NOW), lanes.take(NOW), lanes.take(NOW)] == [Turn("a", "a1"), Turn("b", "b1"), None]
    lanes.started("a", NOW, SECOND)
    lanes.done("a")
    assert lanes.take(NOW) == NOW + SECOND
    assert lanes.take(NOW + SECOND) == Turn("a", "a2")
    assert lanes.waiting == 0


def test_an_answer_that_was_refused_is_recorded_as_blocked(web: Web, limits: Limits) -> None:
    web.put("https://closed.example/robots.txt", "User-agent: *\nDisallow: /")
    (fetch,) = Notebook([source("https://closed.example/feed")], limits).cycle(NOW).fetches
    assert (fetch.outcome, fetch.status) == (Outcome.BLOCKED, None)
