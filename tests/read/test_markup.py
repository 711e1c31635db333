"""Character sets, and markup made to stall a parser."""

import pytest

from pipeline.read.markup import decode, parse_html, without_giant_tags

CHINESE = "<p>林俊旸宣布离开千问团队，“感谢大家”。</p>"


@pytest.mark.parametrize(
    ("codec", "header", "meta"),
    [
        ("gb18030", "text/html; charset=gb2312", ""),
        ("gb18030", "text/html", '<meta charset="gbk">'),
        ("gb18030", "text/html", '<meta http-equiv="Content-Type" content="text/html; charset=GB2312">'),
        ("big5", "text/html; charset=Big5", ""),
        ("big5", "", "<meta charset=big5>"),
        ("utf-8", "text/html; charset=ISO-8859-1", ""),
        ("utf-8", "text/html; charset=nonsense", ""),
        ("utf-8", "text/html; charset=gb2312", "<meta charset=utf-8>"),
        ("utf-8-sig", "text/html; charset=gb2312", ""),
        ("utf-16", "text/html", ""),
        ("utf-8", "", ""),
    ],
)
def test_the_character_set_is_found_wherever_it_is_declared(codec: str, header: str, meta: str) -> None:
    shown = "<p>林俊陽宣佈離開千問團隊</p>" if codec == "big5" else CHINESE
    assert decode((meta + shown).encode(codec), header) == meta + shown


def test_gb18030_without_a_declaration_is_detected() -> None:
    text = CHINESE * 40
    assert decode(text.encode("gb18030"), "text/html") == text


def test_latin_text_is_read_as_browsers_do() -> None:
    assert decode("“Café” – naïve".encode("cp1252"), "text/html; charset=iso-8859-1") == "“Café” – naïve"


def test_a_broken_byte_is_replaced_and_the_rest_is_kept() -> None:
    assert decode(b"<p>caf\xc3\xa9 \xff ok</p>", "text/html; charset=utf-8") == "<p>café \ufffd ok</p>"


@pytest.mark.parametrize("text", ["", "   ", "\x00\x00", "<!-- only -->", "<?php ?>"])
def test_nothing_to_parse_gives_no_page(text: str) -> None:
    page = parse_html(text)
    assert page is None or not page.text_content().strip()


def test_control_characters_do_not_stop_the_parser() -> None:
    page = parse_html("<p>one\x00\x0b two</p>")
    assert page is not None
    assert page.text_content() == "one two"


def test_a_tag_with_thousands_of_attributes_loses_them_and_keeps_its_text() -> None:
    attributes = " ".join(f"a{number}='>'" for number in range(40_000))
    page = parse_html(f"<p {attributes}>text</p><p class=x>more</p>")
    assert page is not None
    assert [element.text for element in page.iter("p")] == ["text", "more"]
    assert [len(element.attrib) for element in page.iter("p")] == [0, 1]


def test_ordinary_markup_with_long_values_is_left_alone() -> None:
    markup = f'<img src="data:image/png;base64,{"A" * 200_000}"><p title="a > b">x</p>'
    assert without_giant_tags(markup) == markup


def test_unclosed_quotes_do_not_slow_the_guard_down() -> None:
    markup = '<p a="x ' * 20_000
    assert without_giant_tags(markup).startswith("<p")
