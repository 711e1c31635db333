"""Whose move it is when somebody in quotation marks says `I`."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Tell = Callable[..., dict[tuple[str, str], dict[str, str]]]


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("“I'm stepping down from Qwen,” said Mira Lund.", "Mira Lund"),
        ("Mira Lund wrote on her page: “I am leaving Qwen.”", "Mira Lund"),
        ("“I am leaving Qwen. Thanks to everybody,” Mira Lund wrote on Tuesday.", "Mira Lund"),
        ("柳青河在 X 上写道：“我将离开千问。”", "柳青河"),
        ("柳青河表示：“我将离开千问团队，去创业。”", "柳青河"),
    ],
)
def test_who_is_quoted_tells_of_a_move_of_their_own(told: Tell, text: str, person: str) -> None:
    language = "en" if text.isascii() or text.startswith(("“I", "Mira")) else "zh"
    events = told(text, language=language)
    assert list(events) == [("departure", person)]
    assert events["departure", person]["organisation"] == "Qwen"


@pytest.mark.parametrize(
    "text",
    [
        "“I am leaving Qwen,” reads a note that nobody has signed.",
        "“I am leaving Qwen,” Mira Lund and Osei Badu were both said to have written.",
        "“I was sad when I heard that he left Qwen,” said Mira Lund.",
        "“I would never think of it. Others have left Qwen,” said Mira Lund.",
    ],
)
def test_a_quotation_moves_nobody_unless_its_one_speaker_tells_of_themselves(told: Tell, text: str) -> None:
    assert [key for key in told(text) if key[0] == "departure"] == []
