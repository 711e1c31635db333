"""What other lines say of a released model: those that name it, go on about it, or list its values."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from pipeline.categories import EventType, Modality, Tier
from pipeline.extract.counts import CountReader
from pipeline.extract.drafts import Statement
from pipeline.extract.fields import FieldReader
from pipeline.extract.lexicon import Lexicon
from pipeline.extract.marking import MODEL, SIZES
from pipeline.extract.model_mentions import ModelMention, SizesMention
from pipeline.extract.page import Page
from pipeline.extract.releases import ReleaseReader
from pipeline.extract.size_lists import SizeLists
from pipeline.model import Value

# How far behind the sentence that releases a model its values may be listed, in lines.
_LISTED_WITHIN = 15
_SURE = (Modality.ASSERTED, Modality.REPORTED)


class ReleaseDetails:
    """The rules of one language for what is said of a model beside the sentence that releases it."""

    def __init__(self, lexicon: Lexicon, releases: ReleaseReader, fields: FieldReader) -> None:
        self._releases = releases
        self._fields = fields
        # `96 billion parameters, 4 billion active, Apache 2.0.` right behind a release needs no subject.
        self._figures = re.compile(rf"\d[\d.,]*\s?(?:{CountReader(lexicon).multipliers})")
        self._of_one = lexicon.pattern("speaks_of_model")
        self._of_all = lexicon.pattern("speaks_of_models")
        self._earlier = lexicon.pattern("earlier_model")
        self._future = lexicon.pattern("future")
        self._size_lists = SizeLists(lexicon, releases)

    def add(self, statements: Sequence[Statement], page: Page) -> None:
        """Add to the releases of `page` what it says of the models elsewhere."""
        told = [s for s in statements if s.event_type == EventType.RELEASE]
        if not told:
            return
        self._add_named(told, page)
        starts = {sentence.start: place for place, sentence in enumerate(page.sentences)}
        by_place: dict[int, list[Statement]] = defaultdict(list)
        for statement in told:
            if statement.stance.modality in _SURE and statement.marked.sentence.kind != "row":
                by_place[starts[statement.marked.sentence.start]].append(statement)
        for place, released in by_place.items():
            self._add_continued(released, page, place, by_place)
            if len(released) == 1:
                self._add_listed(released[0], page, place, by_place)
        sure = [statement for released in by_place.values() for statement in released]
        alone = page.document.tier == Tier.OFFICIAL and len({statement.subject.name for statement in sure}) == 1
        self._size_lists.add(sure, page, of_one=alone)

    def _add_named(self, told: Sequence[Statement], page: Page) -> None:
        """What sentences say that name the model, or in its maker's own post of one model any."""
        by_key = {s.subject.name: s for s in reversed(told)}
        first_hand = page.document.tier == Tier.OFFICIAL
        for place in page.places_with(self._releases.detail_bits):
            if not page.models(place) and not (first_hand and len(by_key) == 1):
                continue
            sentence = page[place]
            if any(s.marked is sentence for s in told) or sentence.sentence.kind == "row":
                continue
            named = [
                m.what.model.canonical
                for m in sentence.of(MODEL)
                if isinstance(m.what, ModelMention) and not self._releases.is_compared(sentence, m)
            ]
            targets = {by_key[name].subject.name: by_key[name] for name in named if name in by_key}
            if len(by_key) == 1 and not named and first_hand:
                targets = dict(by_key)
            if len(targets) == 1 and len(set(named)) <= 1:
                self._releases.details(next(iter(targets.values())), sentence)

    def _add_continued(
        self, released: Sequence[Statement], page: Page, place: int, releasing: dict[int, list[Statement]]
    ) -> None:
        """`Both support …` and `It has …` right behind a release are said of what it releases."""
        sentences = page.sentences
        line, crossed = sentences[place].line, False
        keys = {statement.subject.name for statement in released}
        for here in range(place + 1, len(sentences)):
            sentence = sentences[here]
            if sentence.line != line:
                if crossed or sentence.kind != "paragraph" or sentences[place].kind == "item":
                    return
                line, crossed = sentence.line, True
            if any(not _is_of(mention, keys) for mention in page.models(here)):
                return
            together = bool(self._of_all.match(sentence.text))
            figures = here == place + 1 and self._figures.match(sentence.text) is not None
            alone = len(released) == 1 and (figures or bool(self._of_one.match(sentence.text)))
            said = (together or alone) and self._is_said(sentence.text)
            if said and len(released) == 1:
                _add_sizes(released[0], page, here)
            if here in releasing or (crossed and not (together or alone)):
                return
            if said and sentence.may_hold(self._releases.detail_bits):
                for statement in released:
                    self._releases.details(statement, page[here])

    def _is_said(self, text: str) -> bool:
        return not self._earlier.search(text) and not self._future.search(text)

    def _add_listed(self, statement: Statement, page: Page, place: int, releasing: dict[int, list[Statement]]) -> None:
        """`Context: 128K tokens` in a list or on lines below is a value of the model released last."""
        for here in range(place + 1, min(place + 1 + _LISTED_WITHIN, len(page))):
            if here in releasing:
                return
            sentence = page.sentences[here]
            values = self._fields.of_line(sentence.text)
            of_another = any(not _is_of(mention, {statement.subject.name}) for mention in page.models(here))
            if values is None and (sentence.kind == "heading" or of_another):
                return
            if values is None or of_another:
                continue
            for attribute, value in values:
                statement.add(attribute, value, marked=page[here])


def _add_sizes(statement: Statement, page: Page, place: int) -> None:
    """`It comes in 4B, 8B and 32B`, or in the models of these sizes, each by its name."""
    if any(detail.attribute in ("sizes", "parameters") for detail in statement.details):
        return
    sizes = [size for mention in page.models(place) for size in mention.model.sizes]
    if not sizes and "B" in page.sentences[place].text:
        sizes = [size for m in page[place].of(SIZES) if isinstance(m.what, SizesMention) for size in m.what.sizes]
    if len(dict.fromkeys(sizes)) > 1:
        statement.add("sizes", Value(", ".join(dict.fromkeys(sizes))), marked=page[place])


def _is_of(mention: ModelMention, keys: set[str]) -> bool:
    """True for a model that is one of those named, or a part of one."""
    return any(mention.model.canonical == key or mention.model.canonical.startswith(f"{key}-") for key in keys)
