"""Which models a trigger releases: those behind the verb as its object, or those before it as its subject."""

from __future__ import annotations

import re

from pipeline.extract.lexicon import Lexicon
from pipeline.extract.marking import MODEL, Mark, Marked
from pipeline.extract.model_lists import ModelLists, Released
from pipeline.extract.triggers import Hit

# Behind a trigger no further than this, in characters.
_REACH = 110
_STOP = re.compile(r"[;；。]|\.\s")
_NOUN_BEHIND = re.compile(r"(?:[ -][a-z-]+){1,3}(?=[\s.,;:)]|$)")
_APPOSITION = re.compile(r"[,:：—]\s?")


class ReleaseObjects:
    """The rules of one language for what a verb or noun of releasing acts on, compiled from its lexicon."""

    def __init__(self, lexicon: Lexicon, lists: ModelLists) -> None:
        words, spaced = lexicon.words, lexicon.file.spaced
        self._spaced = spaced
        self._lists = lists
        self._we_act = re.compile(rf"(?:{lexicon.pattern('first_person').pattern})(?:\s\w+)?\s*$", re.IGNORECASE)
        self._product = lexicon.pattern("product_behind")
        self._whole_before = re.compile(rf"(?:{lexicon.pattern('whole_before').pattern})$", re.IGNORECASE)
        self._whole_after = lexicon.pattern("whole_after")
        self._compared_after = re.compile(lexicon.pattern("compared_after").pattern)
        self._takes_object = lexicon.pattern("of_object_end")
        self._others = lexicon.pattern("other_objects")
        self._detaching = lexicon.pattern("detaching")
        # `the evolution from Name1 to Name2`
        self._evolution = re.compile(
            rf"{lexicon.pattern('evolution').pattern}[^.;]{{0,20}}?{MODEL}\s?{words('range_to')}\s?$"
        )
        compared = lexicon.pattern("compared").pattern
        self._compared = re.compile(rf"(?:{compared})\s*(?:[\w-]+\s?){{0,2}}$", re.IGNORECASE)
        self._object_end = re.compile(rf"[.。;；，]|, {words('object_end')}\b")
        # `the report on Name was published`
        about = rf"\s{words('about_model')}\s(?:{words('model_determiners')}\s)?$"
        self._of_model = re.compile(
            rf"(?:{lexicon.pattern('other_objects').pattern}){about}" if spaced else "(?!)", re.I
        )
        edge = r"\s" if spaced else r"\s?"
        between = r"(?:[^\s,.;:]+\s?){0,5}?" if spaced else r"(?:[^\s,.;:，。；、]\s?){0,12}?"
        owned = rf"(?:{words('possessive')})?(?:\s?[（(][^()（）]{{0,60}}[)）])?"
        self._adjacent = re.compile(
            rf"^{owned}[,:：]?{edge}?{between}[,，]?{edge}?(?:{words('restrictive_relative')} )?\s*$"
        )

    def of(self, marked: Marked, hit: Hit, found: tuple[Hit, ...]) -> list[Released]:
        """The models that the trigger `hit` of a sentence, one of those `found`, brings out."""
        after = self._behind(marked, hit, found)
        if after and not (hit.entry.form == "noun" and not self._takes_object.search(marked.masked[: hit.last])):
            between = marked.masked[hit.last : after[0].at]
            for place in range(1, len(after)):
                if self._evolution.search(marked.masked[hit.last : after[place].at]):
                    after, between = after[place:], ""
                    break
            if self._is_object(between):
                return self._lists.with_sizes(marked, self._lists.listed(marked, after))
            if self._others.search(between):
                return []
        before = [m for m in marked.of(MODEL) if m.at < hit.first and not self._is_whole(marked, m)]
        if before and self._adjacent.match(marked.masked[before[-1].at + 1 : hit.first]):
            if self._compared.search(marked.masked[: before[-1].at]):
                return []
            if hit.entry.form == "verb" and self._of_model.search(marked.masked[: before[-1].at]):
                return []
            if self._we_act.search(marked.masked[before[-1].at : hit.first]):
                return []  # `compared with Name1, we introduced …`: somebody else acts
            listed = self._lists.listed(marked, list(reversed(before)), backwards=True)
            return self._lists.with_sizes(marked, list(reversed(listed)))
        return []

    def is_compared(self, marked: Marked, mark: Mark) -> bool:
        """True for a model that is only the measure: `twice as much as Name`, `是 Name 的四倍`."""
        before, after = marked.masked[: mark.at], marked.masked[mark.at + 1 :]
        return bool(self._compared.search(before) or self._compared_after.match(after))

    def _behind(self, marked: Marked, hit: Hit, found: tuple[Hit, ...]) -> list[Mark]:
        """The models behind a trigger in its clause that may be what it brings out."""
        later = [h.first for h in found if h.first >= hit.last]
        limit = min([len(marked.masked), hit.last + _REACH, *later])
        stop = _STOP.search(marked.masked[hit.last : limit])
        limit = hit.last + stop.start() if stop else limit
        return [
            m
            for m in marked.of(MODEL)
            if hit.last <= m.at < limit and not marked.sentence.is_quoted(m.start)
            if not self._is_whole(marked, m, hit.last) and not self._describes(marked, m)
        ]

    def _is_object(self, gap: str) -> bool:
        """True when a model at the end of `gap` can be what the verb before it releases."""
        if self._compared.search(gap) or self._object_end.search(gap):
            return False
        return not self._others.search(gap) and not self._detaching.search(_APPOSITION.split(gap)[-1])

    def _describes(self, marked: Marked, mark: Mark) -> bool:
        """True for the name in `a Name1 fine-tuning guide`: the guide comes out, and not the model."""
        match = _NOUN_BEHIND.match(marked.masked, mark.at + 1)
        product = self._product.match(marked.masked[mark.at + 1 :].lstrip())
        return product is not None or bool(match and self._others.search(match[0]))

    def _is_whole(self, marked: Marked, mark: Mark, begin: int = 0) -> bool:
        """True for the family in `the newest member of the Name1 family, Name1-Code`: it is not what comes out."""
        before, after = marked.masked[begin : mark.at], marked.masked[mark.at + 1 :]
        behind = self._whole_before.search(before)
        return bool(self._whole_after.match(after)) and (behind is not None or not self._spaced)
