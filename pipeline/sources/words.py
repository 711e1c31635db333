"""Which entries of a long list are worth reading: those that match a pattern, or words of the watchlist."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from urllib.parse import unquote

from pipeline.model import Problem, Source
from pipeline.watchlist import Watchlist

OPTIONS = {
    "match": "regular expression that must be found in the title or the address of an entry, capitals or not; takes "
    "the place of the words",
    "words": "words with commas between, one of which must stand in the title or the address of an entry; left out, "
    "all names on the watchlist",
}
_JOINTS = re.compile(r"[-_+/.%\s]+")


def with_words(source: Source, watchlist: Watchlist) -> Source:
    """The source with the names on the watchlist as its option `words`, where its kind takes it and nobody set it."""
    # Imported here: the registry imports the kinds, which take their options from this module.
    from pipeline.sources.registry import KINDS

    kind = KINDS.get(source.kind)
    if kind is None or "words" not in kind.options or "words" in source.options:
        return source
    return replace(source, options={**source.options, "words": ", ".join(_names(watchlist))})


def naming(watchlist: Watchlist) -> Callable[[str], bool]:
    """Whether a text names anybody or anything on the watchlist."""
    # Most texts lack a word of every name, and looking for words is a hundred times as fast as matching.
    names = [(_folded(name).split(), _pattern([name])) for name in _names(watchlist)]

    def is_named(text: str) -> bool:
        plain = text.casefold()
        likely = [pattern for words, pattern in names if all(word in plain for word in words)]
        folded = _folded(text) if likely else ""
        return any(pattern.search(folded) for pattern in likely)

    return is_named


def _names(watchlist: Watchlist) -> Iterable[str]:
    return dict.fromkeys(name for entry in watchlist.entries for name in (entry.name, *entry.aliases))


def entry_filter(source: Source) -> Callable[[str, str], bool] | Problem:
    """Whether an entry with this title and this address is wanted; a problem where `match` is no pattern.

    Without either option everything is.
    """
    match, words = source.options.get("match"), source.options.get("words")
    if match:
        try:
            pattern = re.compile(match, re.IGNORECASE)
        except re.error as error:
            message = f"options.match {match!r} is no regular expression: {error}. Correct it in sources.yaml"
            return Problem("read", source.name, message)
        return lambda title, url: bool(pattern.search(title) or pattern.search(url))
    if not words:
        return lambda _title, _url: True
    wanted = _pattern(words.split(","))
    return lambda title, url: bool(wanted.search(_folded(title)) or wanted.search(_folded(unquote(url))))


def _pattern(words: Iterable[str]) -> re.Pattern[str]:
    """Latin words stand by themselves, with perhaps a version behind them; Chinese ones anywhere."""
    forms = []
    for word in sorted({_folded(word) for word in words}, key=len, reverse=True):
        if word:
            form = re.escape(word)
            forms.append(rf"(?<![a-z]){form}(?![a-z])" if word.isascii() else form)
    return re.compile("|".join(forms) or "(?!)")


def _folded(text: str) -> str:
    """Text in which `Lin-Junyang`, `lin_junyang` and `Lin Junyang` are spelled alike."""
    return _JOINTS.sub(" ", text.casefold()).strip()
