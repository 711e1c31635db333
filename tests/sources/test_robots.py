"""robots.txt as RFC 9309 has it: what each answer means, and which rule decides."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from pipeline.categories import Outcome
from pipeline.model import Fetch, RobotsFile
from pipeline.sources.registry import KINDS
from pipeline.sources.robots import APIS, KEPT, PARSED_BYTES, barrier, crawl_delay, is_exempt, origin_of, robots_after
from tests.sources.site import HOUR, NOW, fetched, source

ORIGIN = "https://daily.example"
AGENT = "qwen-watch/0.1 (desk@example.org)"


def answer(body: str = "", **changes: object) -> Fetch:
    return replace(fetched(source(f"{ORIGIN}/robots.txt"), body), **changes)  # type: ignore[arg-type]


def failed(status: int | None, error: str = "answered so") -> Fetch:
    return answer(outcome=Outcome.ERROR, status=status, error=error)


def allows(rules: str, path: str) -> bool:
    return barrier(robots_after(ORIGIN, None, answer(rules), NOW), ORIGIN + path, AGENT) is None


@pytest.mark.parametrize(
    ("fetch", "access"),
    [
        (answer("User-agent: *\nDisallow: /x"), "rules"),
        (failed(200, "answered 200 with an empty body"), "all"),
        (failed(301), "all"),
        (failed(401), "all"),
        (failed(404), "all"),
        (failed(429), "all"),
        (failed(500), "none"),
        (failed(503), "none"),
        (failed(None, "could not connect"), "none"),
    ],
    ids=["rules", "empty", "redirects", "401", "404", "429", "500", "503", "unreachable"],
)
def test_what_each_answer_means_for_a_host_that_nothing_was_known_of(fetch: Fetch, access: str) -> None:
    assert robots_after(ORIGIN, None, fetch, NOW).access == access


def test_rules_are_kept_for_a_day_and_hold_on_while_they_cannot_be_had() -> None:
    rules = robots_after(ORIGIN, None, answer("User-agent: *\nDisallow: /x"), NOW)
    assert rules.fresh_until == NOW + KEPT == NOW + dt.timedelta(hours=24)
    later = robots_after(ORIGIN, rules, failed(503), NOW + KEPT)
    assert (later.access, later.body) == ("rules", rules.body)
    assert later.fresh_until < NOW + KEPT + HOUR
    assert barrier(later, f"{ORIGIN}/x", AGENT) is not None
    gone = robots_after(ORIGIN, later, failed(404), NOW + KEPT + HOUR)
    assert barrier(gone, f"{ORIGIN}/x", AGENT) is None


def test_an_unchanged_file_is_fresh_again() -> None:
    rules = robots_after(ORIGIN, None, answer("User-agent: *\nDisallow: /x"), NOW)
    again = robots_after(ORIGIN, rules, answer(outcome=Outcome.UNCHANGED, status=304), NOW + KEPT)
    assert (again.body, again.fresh_until) == (rules.body, NOW + 2 * KEPT)


@pytest.mark.parametrize(
    ("rules", "path", "allowed"),
    [
        ("User-agent: *\nDisallow: /", "/a", False),
        ("User-agent: *\nDisallow: /\nAllow: /news", "/news/a", True),
        ("User-agent: *\nAllow: /page\nDisallow: /page", "/page", True),
        ("User-agent: *\nDisallow: /*.atom$", "/r/releases.atom", False),
        ("User-agent: *\nDisallow: /*.atom$", "/r/releases.atom?page=2", True),
        ("User-agent: Qwen-Watch\nDisallow: /\n\nUser-agent: *\nAllow: /", "/a", False),
        ("User-agent: other\nDisallow: /\n\nUser-agent: *\nAllow: /", "/a", True),
        ("User-agent: *\nDisallow: /\n\nUser-agent: qwen-watch\nDisallow:", "/a", True),
        ("\ufeffUser-agent: *\nDisallow: /", "/a", False),
        ("<html>not found</html>", "/a", True),
    ],
    ids=["all", "longest", "allow-first", "end", "not-the-end", "ours", "others", "ours-free", "bom", "html"],
)
def test_the_longest_rule_of_the_group_that_is_ours_decides(rules: str, path: str, *, allowed: bool) -> None:
    assert allows(rules, path) is allowed


def test_at_least_500_kib_are_parsed_and_no_more_than_is_bounded() -> None:
    assert PARSED_BYTES >= 500 * 1024
    filler = "# nothing\n" * (499 * 1024 // 10)
    assert not allows(f"{filler}User-agent: *\nDisallow: /", "/a")
    assert allows(f"{filler * 3}User-agent: *\nDisallow: /", "/a")


@pytest.mark.parametrize(
    ("rules", "seconds"),
    [
        ("User-agent: *\nCrawl-delay: 2.5", 2.5),
        ("User-agent: *\nCrawl-delay: -3", 0),
        ("User-agent: *\nCrawl-delay: nan", 0),
        ("User-agent: *\nCrawl-delay: 1e99", 86400),
        ("User-agent: *\nCrawl-delay: soon", 0),
        ("User-agent: other\nCrawl-delay: 9", 0),
    ],
)
def test_the_crawl_delay_is_read_whatever_stands_there(rules: str, seconds: float) -> None:
    robots = robots_after(ORIGIN, None, answer(rules), NOW)
    assert crawl_delay(robots, AGENT).total_seconds() == seconds


def test_a_host_without_an_answer_is_barred_with_the_reason() -> None:
    robots = RobotsFile(ORIGIN, "none", NOW, error="answered 503 Service Unavailable")
    assert "answered 503 Service Unavailable" in (barrier(robots, f"{ORIGIN}/a", AGENT) or "")


def test_each_port_and_scheme_has_rules_of_its_own() -> None:
    urls = ["https://a.example/x", "http://a.example/x", "https://a.example:8443/x", "https://user@A.example/y"]
    assert [origin_of(url) for url in urls] == [
        "https://a.example",
        "http://a.example",
        "https://a.example:8443",
        "https://a.example",
    ]


@pytest.mark.parametrize(
    ("kind", "url", "options", "exempt"),
    [
        ("huggingface", "https://huggingface.co/api/models?author=Qwen", {}, True),
        ("huggingface", "https://hf-mirror.example/api/models?author=Qwen", {}, False),
        ("huggingface", "https://huggingface.co/api/models?author=Qwen", {"robots": "obey"}, False),
        ("github_tags", "https://github.com/QwenLM/Qwen/tags.atom", {}, True),
        ("modelscope", "https://www.modelscope.cn/openapi/v1/models", {}, True),
        ("google_news", "https://news.google.com/rss/search?q=Qwen", {}, False),
        ("feed", "https://daily.example/feed", {}, False),
        ("feed", "https://daily.example/feed", {"robots": "api"}, True),
    ],
    ids=["api", "mirror", "told-to-obey", "atom", "www", "no-api", "feed", "feed-told-to-be-an-api"],
)
def test_robots_txt_does_not_speak_of_documented_apis_at_their_own_host(
    kind: str, url: str, options: dict[str, str], exempt: bool
) -> None:
    assert is_exempt(source(url, kind, options=options)) is exempt


def test_every_kind_that_is_taken_for_an_api_is_one_that_there_is() -> None:
    assert APIS.keys() <= KINDS.keys()
