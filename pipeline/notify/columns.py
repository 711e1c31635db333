"""Plain text in columns of a terminal: widths as shown, lines broken where English and Chinese may be."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import zip_longest

# A line of Chinese does not begin with these, nor end with the openers.
NO_LINE_START = "，。、；：！？）》」』】”’…,.;:!?)]}"
NO_LINE_END = "（《「『【“‘([{"
GUTTER = " │ "


def width_of(text: str) -> int:
    """Columns that a text takes: 2 for wide characters, 0 for combining ones (UAX 11)."""
    return len(text) if text.isascii() else sum(map(_char_width, text))


def wrap(text: str, width: int, indent: str = "") -> list[str]:
    """Lines of at most `width` columns; `indent` stands before every line but the first."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = indent if lines else ""
        columns, filled = width_of(line), False
        for glue, unit in _units(paragraph, max(2, width - width_of(indent))):
            wide = width_of(unit)
            if filled and columns + len(glue) + wide > width:
                lines.append(line)
                line, columns, glue = indent, width_of(indent), ""
            glue = glue if filled else ""
            line, columns, filled = line + glue + unit, columns + len(glue) + wide, True
        lines.append(line)
    return lines


def beside(left: Sequence[str], right: Sequence[str], width: int) -> list[str]:
    """Two blocks of lines beside each other; each is at most `column_width(width)` wide."""
    column = column_width(width)
    return [
        f"{one}{' ' * (column - width_of(one))}{GUTTER}{other}".rstrip()
        for one, other in zip_longest(left, right, fillvalue="")
    ]


def column_width(width: int) -> int:
    """The width of one of two columns."""
    return (width - len(GUTTER)) // 2


def _units(paragraph: str, widest: int) -> Iterator[tuple[str, str]]:
    """Pieces between which a line may end, each with the space before it; none is wider than `widest`."""
    for word in re.finditer(r"( *)([^ ]+)", paragraph):
        glue, piece = (" " if word[1] else ""), ""
        if word[2].isascii() and len(word[2]) <= widest:
            yield glue, word[2]
            continue
        for char in word[2]:
            breaks = piece and (_char_width(char) == 2 or _char_width(piece[-1]) == 2)
            held = char in NO_LINE_START or (piece and piece[-1] in NO_LINE_END)
            if (breaks and not held) or width_of(piece) + _char_width(char) > widest:
                yield glue, piece
                glue, piece = "", ""
            piece += char
        yield glue, piece


@lru_cache(maxsize=4096)
def _char_width(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in ("W", "F") else 1
