"""The character set of a body: what it says, what it is, and why it was read as it was."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.categories import Outcome, Tier
from pipeline.model import Fetch, Source
from pipeline.read.markup import Charset, charset_of, decode
from pipeline.sources.reading import read_listing

NOW = dt.datetime(2026, 5, 4, 9, tzinfo=dt.UTC)
XML = '<?xml version="1.0" encoding='
SIMPLE = "通义千问团队负责人宣布离职，将在本月内离开公司，继任者尚未公布。"
TRADITIONAL = "通義千問團隊負責人宣布離職，將在本月內離開公司，繼任者尚未公布。"


@pytest.mark.parametrize(
    ("body", "content_type", "expected"),
    [
        ("\ufeffé".encode(), "text/html; charset=gbk", Charset("utf-8", "byte-order mark")),
        (SIMPLE.encode("utf-16"), "text/html; charset=utf-8", Charset("utf-16", "byte-order mark")),
        (SIMPLE.encode("gb18030"), "text/html; charset=gb2312", Charset("gb18030", "header")),
        (f'<meta charset="gbk">{SIMPLE}'.encode("gbk"), "text/html", Charset("gb18030", "meta element")),
        (f'{XML}"GB2312"?>{SIMPLE}'.encode("gb18030"), "", Charset("gb18030", "XML declaration")),
        (TRADITIONAL.encode("big5"), "text/html; charset=Big5", Charset("big5hkscs", "header")),
        ("café".encode(), "text/html; charset=latin-1", Charset("utf-8", "valid UTF-8, though the header says cp1252")),
        (SIMPLE.encode(), "text/html; charset=gb2312", Charset("utf-8", "valid UTF-8, though the header says gb18030")),
        ("café".encode("cp1252"), "text/html; charset=ISO-8859-1", Charset("cp1252", "header")),
        (SIMPLE.encode(), "text/html", Charset("utf-8", "valid UTF-8, and nothing else is declared")),
        (b'<meta charset="utf-16">plain', "text/html", Charset("utf-8", "meta element")),
        ((SIMPLE * 9).encode("gb18030"), "text/html; charset=utf-8", Charset("gb18030", "detected")),
        (b"caf\xc3\xa9 \xff", "a/b; charset=utf-8", Charset("utf-8", "header; bytes that do not fit are replaced")),
        (b"plain", "text/html; charset=punycode", Charset("utf-8", "valid UTF-8, and nothing else is declared")),
    ],
)  # fmt: skip
def test_the_choice_and_its_reason(body: bytes, content_type: str, expected: Charset) -> None:
    assert charset_of(body, content_type) == expected


@pytest.mark.parametrize(
    ("declared", "encoding", "text"),
    [
        ("gb2312", "gb18030", SIMPLE),
        ("gbk", "gb18030", SIMPLE + "㐂"),
        ("big5", "big5", TRADITIONAL),
        ("iso-8859-1", "utf-8", SIMPLE),
    ],
)
def test_a_feed_is_decoded_as_pages_are_and_its_documents_say_how(declared: str, encoding: str, text: str) -> None:
    item = f"<item><title>{text}</title><link>https://a.example/1</link><description>{text}</description></item>"
    body = f'<?xml version="1.0" encoding="{declared}"?><rss version="2.0"><channel>{item}</channel></rss>'.encode(
        encoding
    )
    options = {"articles": "entry"}
    asked = Source("s", "a", "feed", "https://a.example/", "", None, Tier.PRESS, dt.timedelta(hours=1), True, options)
    fetch = Fetch("f", "s", asked.url, asked.url, NOW, 1, 200, Outcome.NEW, content_type="text/xml", body=body)
    (document,) = read_listing(asked, fetch, NOW).documents
    assert document.title == text
    assert document.charset == {"big5": "big5hkscs"}.get(encoding, encoding)
    assert declared == "iso-8859-1" or document.charset_reason == "XML declaration"


@given(st.binary(max_size=400), st.text(max_size=30))
def test_every_body_is_decoded_whatever_it_declares(body: bytes, label: str) -> None:
    assert isinstance(decode(body, f"text/html; charset={label}"), str)
