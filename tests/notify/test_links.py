"""Links open the page at the quoted words, and nothing in an address can end it early or run."""

import re
from urllib.parse import unquote

from hypothesis import given

from pipeline.notify.inert import clean
from pipeline.notify.links import LONGEST_LINK, link_to, safe_address, text_fragment
from tests.notify.examples import addresses, hostile


def test_a_short_quote_is_linked_whole() -> None:
    assert link_to("https://a.example/x", "She left.") == "https://a.example/x#:~:text=She%20left."


def test_hyphen_comma_and_ampersand_are_encoded_as_they_mean_something_in_a_fragment() -> None:
    assert text_fragment("A-B, C & D") == "text=A%2DB%2C%20C%20%26%20D"


def test_a_long_quote_is_linked_by_its_first_and_last_words() -> None:
    words = "one two three four five six " + "and so on " * 30 + "the very end of it"
    assert text_fragment(words) == "text=one%20two%20three%20four%20five,the%20very%20end%20of%20it"


def test_a_long_chinese_quote_begins_and_ends_at_characters() -> None:
    start, end = (
        unquote(text_fragment("周三上午，" + "团队负责人宣布离职" * 10 + "随后没有更多消息。"))
        .removeprefix("text=")
        .split(",")
    )
    assert start == "周三上午"
    assert end == "职随后没有更多消息。"


def test_cells_of_a_table_row_and_marks_of_a_list_are_not_looked_for_in_the_page() -> None:
    assert unquote(text_fragment("Name | Role | Left")) == "text=Name,Left"
    assert unquote(text_fragment("- Left in March")) == "text=Left in March"


def test_an_address_with_a_fragment_keeps_it() -> None:
    assert link_to("https://a.example/readme#news-3", "out now") == "https://a.example/readme#news-3:~:text=out%20now"


def test_only_web_addresses_without_a_log_in_are_linked() -> None:
    for refused in (
        "javascript:alert(1)",
        "data:text/html,x",
        "/path",
        "https://",
        "https://u:p@a.example/",
        "http://[",
    ):
        assert safe_address(refused) is None
    assert safe_address("https://a.example/" + "x" * 2000) is None


def test_an_address_whose_fragment_would_be_too_long_goes_without() -> None:
    url = "https://a.example/" + "x" * 850
    assert link_to(url, "words that would make it longer than is good for any reader") == url


@given(addresses, hostile)
def test_no_link_holds_a_character_that_ends_it(url: str, words: str) -> None:
    link = link_to(url, words)
    assert link is None or re.fullmatch(r"https?://[^\s<>|\"'`\\^{}]+", link)
    assert link is None or (link.isascii() and len(link) <= LONGEST_LINK)


@given(hostile)
def test_a_fragment_quotes_only_words_that_are_there(words: str) -> None:
    for piece in filter(None, text_fragment(words).removeprefix("text=").split(",")):
        assert unquote(piece) in clean(words)
