"""The sizes of a released family where another sentence lists them: `Name: 1B, 3B and 7B`, `in four sizes, …`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.extract.drafts import Statement
from pipeline.extract.lexicon import Lexicon
from pipeline.extract.marking import MODEL, SIZES, Mark, Marked
from pipeline.extract.model_lists import ModelLists
from pipeline.extract.model_mentions import ModelMention, SizesMention
from pipeline.extract.page import Page
from pipeline.extract.releases import ReleaseReader
from pipeline.model import Value

_SIZED = re.compile(r"\d[BM]")
_SIZE_ATTRIBUTES = frozenset({"sizes", "parameters"})
_NOTE_BEHIND = 30  # characters behind a list in which its last size may be put off
_FAMILY_BY_NAME = 3  # sized models named in a row that make a list of their family's sizes


class SizeLists:
    """The rules of one language for lists of sizes beside the sentence that releases."""

    def __init__(self, lexicon: Lexicon, releases: ReleaseReader) -> None:
        self._releases = releases
        self._lists = ModelLists(lexicon)
        self._size_words = lexicon.pattern("size_words")
        self._future = lexicon.pattern("future")

    def add(self, released: Sequence[Statement], page: Page, *, of_one: bool) -> None:
        """Add the first list that `page` gives of each family's sizes, where its release names none.

        `of_one` lets a list that names no model count: the page is its maker's own, and of one release.
        """
        sized = {s.subject.name for s in released for d in s.details if d.attribute in _SIZE_ATTRIBUTES}
        wanting = {s.subject.name: s for s in reversed(released) if s.subject.name not in sized}
        for place, sentence in enumerate(page.sentences):
            if not wanting:
                return
            if sentence.kind == "row" or not _SIZED.search(sentence.text):
                continue
            marked = page[place]
            for name, statement in tuple(wanting.items()):
                sizes = self._of_family(marked, name) or (self._of_all(marked) if of_one else ())
                if len(sizes) > 1:
                    rule = "releases: the text lists the sizes"
                    statement.add("sizes", Value(", ".join(sizes)), marked=marked, rule=rule)
                    del wanting[name]

    def _of_family(self, marked: Marked, name: str) -> Sequence[str]:
        mentions = [mark for mark in marked.of(MODEL) if isinstance(mark.what, ModelMention)]
        for mark in mentions:
            if _model(mark) == name and not self._releases.is_compared(marked, mark):
                sizes = self._lists.sizes_after(marked, mark)
                if len(sizes) > 1:
                    return self._without_later(marked, sizes)
        return self._by_name(marked, mentions, name)

    def _by_name(self, marked: Marked, mentions: Sequence[Mark], name: str) -> Sequence[str]:
        """`five sizes, including Name-1B, Name-3B and Name-7B`."""
        first = next((at for at, mark in enumerate(mentions) if _is_sized(mark, name)), None)
        if first is None or not self._size_words.search(marked.masked[: mentions[first].at]):
            return ()
        listed = self._lists.listed(marked, mentions[first:])
        sizes = [size for mark in listed if isinstance(mark.what, ModelMention) for size in mark.what.model.sizes]
        whole = len(listed) >= _FAMILY_BY_NAME and all(_is_sized(mark, name) for mark in listed)
        return tuple(dict.fromkeys(sizes)) if whole else ()

    def _of_all(self, marked: Marked) -> Sequence[str]:
        """`we release models of six sizes, including 1B, 3B, …`, in a post of one family that is not named there."""
        mark = next(iter(marked.of(SIZES)), None)
        if mark is None or marked.of(MODEL) or not isinstance(mark.what, SizesMention):
            return ()
        if not self._size_words.search(marked.masked[: mark.at]):
            return ()
        return self._without_later(marked, mark.what.sizes)

    def _without_later(self, marked: Marked, sizes: Sequence[str]) -> Sequence[str]:
        """`1B, 3B, and 7B on the way`: the last of them is not out."""
        place = next(mark.at for mark in marked.of(SIZES))
        behind = marked.masked[place + 1 : place + 1 + _NOTE_BEHIND].split(".")[0]
        return sizes[:-1] if self._future.search(behind) else sizes


def _model(mark: Mark) -> str:
    return mark.what.model.canonical if isinstance(mark.what, ModelMention) else ""


def _is_sized(mark: Mark, name: str) -> bool:
    return bool(
        isinstance(mark.what, ModelMention)
        and mark.what.model.sizes
        and mark.what.model.key.startswith(f"{name}-".lower())
    )
