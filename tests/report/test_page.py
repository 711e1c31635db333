"""The page: it says what is held, it needs nothing from anywhere, and no text in it comes alive."""

from __future__ import annotations

import datetime as dt
import json
import re
from urllib.parse import urlsplit

from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.report.assembly import contents_of
from pipeline.report.page import page, style_hash
from tests.report.records import (
    NOW,
    Rows,
    alert,
    conflict,
    figure,
    happening,
    place,
    release,
    side,
    source,
)

DAY = dt.date(2026, 3, 3)
HOSTILE = (
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='alert(1)", "{{ 7 * 7 }}",
    "</style><style>*{display:none}</style>", "]]><svg/onload=alert(1)>", "javascript:alert(1)", "\u202etxt.exe",
    "zero\u200bwidth", "&lt;b&gt;", "</title><base href=//evil.example>",
)  # fmt: skip


def rendered(rows: Rows) -> BeautifulSoup:
    return BeautifulSoup(page(contents_of(rows), made_at=NOW), "lxml")


def full(text: str = "Lu Ming", url: str = "https://wire.example/lu") -> Rows:
    """Rows with `text` wherever the open web has its say, and `url` wherever it gives an address."""
    quote = '[{"label": "", "origins": 1, "quotes": [{"text": %s, "publisher": %s, "url": %s, "published_at": "%s"}]}]'
    told, address = json.dumps(text), json.dumps(url)
    words = {"url": url, "attributed_to": text}
    return Rows(
        alerts=[alert(text, body=text, sides=quote % (told, told, address, NOW.isoformat()))],
        conflicts=[conflict(title=text, body=text, attribute="role")],
        sides=[side("left", text, text, text, **words), side("right", text, text, text, **words)],
        happenings=[happening("e1", text, DAY, object=text), release("r1", text, DAY, sizes=text)],
        places=[place("r1", "press", 0, url)],
        missing=[{"event_id": "r1", "missing": text, "why": text}],
        figures=[
            figure(6e8, 1, subject=text, quote=text, publisher=text, url=url),
            figure(9e8, 4, subject=text, quote=text, publisher=text, url=url, against=True),
        ],
        sources=[source(text, "failing", last_error=text, url=url)],
    )


def test_everything_is_told() -> None:
    text = " ".join(rendered(full()).get_text().split())
    for part in (
        "What is new",
        "Where sources disagree",
        "Personnel and releases",
        "over 600 million",
        "Lu Ming released",
    ):
        assert part in text


def test_the_page_is_built_to_be_heard_and_typed_through() -> None:
    tree = rendered(full())
    assert tree.html["lang"] == "en"
    assert tree.select("body > a.skip")[0]["href"] == "#main"
    assert all(tree.select(landmark) for landmark in ("header", "nav[aria-label]", "main#main", "footer"))
    assert all(table.select("caption") and table.select("thead th[scope=col]") for table in tree.select("table"))
    drawings = tree.select("svg")
    assert drawings
    assert all(drawing["role"] == "img" and drawing.select("title, desc") for drawing in drawings)
    ids = [element["id"] for element in tree.select("[id]")]
    assert len(ids) == len(set(ids))


def test_the_policy_of_the_page_allows_its_one_style_sheet_and_nothing_else() -> None:
    tree = rendered(full())
    [policy] = tree.select("meta[http-equiv=Content-Security-Policy]")
    [style] = tree.select("style")
    assert policy["content"].startswith(f"default-src 'none'; style-src '{style_hash(style.string)}';")
    assert not tree.select("[style]")


def test_a_page_of_nothing_says_what_to_do() -> None:
    empty = Rows(moment=None, since=None, counts={"documents": 0, "publishers": 0, "events": 0})
    assert "qwen-watch run" in rendered(empty).get_text()


def assert_inert(tree: BeautifulSoup) -> None:
    assert not tree.select("script, img, iframe, object, embed, base, form, link:not([rel=icon])")
    assert len(tree.select("style")) == 1
    names = {name for element in tree.find_all(True) for name in element.attrs}
    assert not {name for name in names if name.startswith("on") or name in ("style", "src", "srcdoc", "action")}
    for element in tree.select("[href]"):
        address = element["href"]
        assert urlsplit(address).scheme in ("http", "https") or address.startswith(("#", "data:image/svg+xml,"))
    assert not re.search("[\u200b-\u200f\u202a-\u202e\u2066-\u2069]", tree.get_text())


def test_hostile_texts_and_addresses_stay_text() -> None:
    for text in HOSTILE:
        for url in (text, "javascript:alert(1)", 'https://wire.example/"><script>alert(1)</script>'):
            assert_inert(rendered(full(text, url)))
    assert "<script>alert(1)</script>" in rendered(full(HOSTILE[0])).get_text()


@settings(max_examples=25, deadline=None)
@given(text=st.text(max_size=60), url=st.text(max_size=40))
def test_any_text_stays_text(text: str, url: str) -> None:
    assert_inert(rendered(full(text or "x", url)))
