"""No pattern of the readers holds a word of a language: those stand in the lexicons, where a further one is a file."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TypeGuard

import pytest

ROOM = Path(__file__).resolve().parents[2] / "pipeline" / "extract"
MODULES = sorted(path for path in ROOM.glob("*.py"))

# Letters of sizes, counts and versions: 30B-A3B, 8x7B, 500M, v0.2.
UNITS = frozenset("ABKMTQxv")
# What is data and not language: licences by their SPDX identifiers, suffixes of software versions, the syntax of
# named groups, and the character that stands for any given name when a surname is romanised.
DATA = {
    "specifications.py": frozenset({"apache", "mit", "bsd", "cc", "by"}),
    "records.py": frozenset({"cc", "a", "gpl", "lgpl", "mpl", "epl", "bsl", "odc"}),
    "news.py": frozenset({"a", "b", "rc", "dev", "beta", "alpha", "post", "nightly"}),
    "anchors.py": frozenset({"P"}),
    "names.py": frozenset({"一"}),
}
FUNCTIONS = frozenset({"compile", "match", "search", "fullmatch", "split", "sub", "subn", "findall", "finditer"})
HAN = re.compile(r"[\u3400-\u9fff]")


def words_in(pattern: str) -> list[str]:
    """The words in a regular expression, without the syntax of groups, escapes and ranges of characters."""
    pattern = re.sub(r"\\(?:u[0-9a-fA-F]{4}|.)", " ", pattern)
    pattern = re.sub(r"\(\?P[<=]\w+[>)]|\(\?[aiLmsux-]+:?", " ", pattern)
    classes = re.compile(r"\[\^?\]?[^\]]*\]")
    pattern = classes.sub(lambda match: f" {' '.join(HAN.findall(re.sub(r'.-.', '', match[0])))} ", pattern)
    return re.findall(r"[A-Za-z]+|[\u3400-\u9fff]+", pattern)


def patterns_in(source: str) -> Iterator[tuple[int, str]]:
    """The patterns among a module's strings, with their lines: given to `re`, raw, with groups, or in Han."""
    tree = ast.parse(source)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    descriptions = {
        id(keyword.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg == "description"
    }
    names = {id(name) for node in ast.walk(tree) for name in names_of_lists(node)}
    pieces = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    given: set[int] = set()
    for node in ast.walk(tree):
        for pattern in node.args[:1] if is_of_re(node) else [node] if is_raw(node, source) else ():
            given |= {id(part) for part in ast.walk(pattern)}
    for node in ast.walk(tree):
        written = text_of(node)
        if not isinstance(node, ast.Constant | ast.JoinedStr) or written is None:
            continue
        if id(node) in docstrings | descriptions | names | pieces:
            continue
        if id(node) in given or "(?" in written or HAN.search(written):
            yield node.lineno, written


def is_raw(node: ast.AST, source: str) -> bool:
    written = ast.get_source_segment(source, node) if isinstance(node, ast.Constant | ast.JoinedStr) else None
    return re.match(r"(?i:r|fr|rf)[\"']", written or "") is not None


def names_of_lists(node: ast.AST) -> Iterator[ast.AST]:
    """The strings that only name a word list: `words("conjunction")`, `source["speech"]`."""
    if isinstance(node, ast.Subscript):
        yield node.slice
    called = node.func if isinstance(node, ast.Call) else None
    name = called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""
    if isinstance(node, ast.Call) and name in {"words", "pattern", "bit", "words_of_all"}:
        yield from node.args


def is_of_re(node: ast.AST) -> TypeGuard[ast.Call]:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "re"
        and node.func.attr in FUNCTIONS
    )


def text_of(node: ast.AST) -> str | None:
    """A string as it is written, with a blank for whatever is put into it."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else " " for part in node.values)
    return None


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_no_pattern_of_a_module_holds_a_word(path: Path) -> None:
    allowed = UNITS | DATA.get(path.name, frozenset())
    found = [
        (line, word)
        for line, pattern in patterns_in(path.read_text("utf-8"))
        for word in words_in(pattern)
        if word not in allowed
    ]
    assert found == []


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ('re.compile(r"\\s(?:was|is)\\s[^,;]{0,3}")', ["was", "is"]),
        ('P = rf"{PERSON}(?P<role>the |a )"', ["the", "a"]),
        ('edge = "(?:the )?" if spaced else ""', ["the"]),
        ('re.search("[在从于] ?[A-Z]", text)', ["在", "从", "于"]),
        ('NEVER = frozenset("的了")', ["的了"]),
        ('re.match(r"(?i:\\d+)[BM](?:-A\\d+B)?\\b[\\u3400-\\u9fff]{2,8}", text)', ["A", "B"]),
        ('def f() -> None:\n    """Reads `离职` of `the lead`."""', []),
        ('print("a message in words")', []),
    ],
    ids=["alternatives", "put-together", "plain", "class", "characters", "syntax-and-units", "docstring", "message"],
)
def test_words_are_told_from_the_syntax_of_patterns(source: str, words: list[str]) -> None:
    assert [word for _, pattern in patterns_in(source) for word in words_in(pattern)] == words
