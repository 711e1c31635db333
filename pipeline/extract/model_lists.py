"""What a release lists: model names in a list, and the sizes in, beside and behind them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.extract.lexicon import Lexicon
from pipeline.extract.marking import DATE, MODEL, SIZES, Mark, Marked
from pipeline.extract.model_mentions import ModelMention, SizesMention
from pipeline.naming.models import ACTIVE, SIZE, ModelName

_COLON = re.compile(r"^\s?[:：]\s?$")
_DATED = re.compile(rf"\s?{DATE}")
_RIGHT_BESIDE = re.compile(r"\s*[(（:：,，、/]?\s*(?:\w+\s?){0,3}")
_SIZES_BEHIND = re.compile(rf"[^{MODEL}{SIZES}.;。；]{{0,70}}{SIZES}")


@dataclass(frozen=True, slots=True)
class Released:
    """A released model with the sizes listed beside it."""

    model: ModelName
    sizes: tuple[str, ...]
    mark: Mark


class ModelLists:
    """The rules of one language for lists of models, compiled from its lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        words = lexicon.words
        joint = rf"(?:[,、，/;&\s]|{words('conjunction')}|{SIZES})+"
        self._gap = re.compile(rf"^(?:\s?\([^)]*\))?\s*{joint}(?:{words('before_listed')}\s)*$")
        # `Name1, along with specialized models for coding, Name1-Code, and mathematics, Name1-Math`
        self._described = re.compile(
            rf"^,?\s{words('described_joint')}\s(?:[a-z-]+\s){{0,5}}[a-z-]+,\s$"
            if lexicon.file.spaced
            else rf"^[，,]?\s?{words('described_joint')}[^，。；、]{{0,12}}{words('possessive')}\s?$"
        )
        # `the first model of the Name1 series, Name1-110B`: what follows is the one that is meant.
        self._apposed = re.compile(rf"^\s?{words('family_words')}\s?[,:，：—-]\s?(?:{words('namely')}\s)?$")
        self._including = re.compile(
            rf"[^.;。；{MODEL}]{{0,25}}(?:{lexicon.pattern('including').pattern})", re.IGNORECASE
        )
        self._size_words = lexicon.pattern("size_words")

    def listed(self, marked: Marked, marks: Sequence[Mark], backwards: bool = False) -> list[Mark]:
        """The first of `marks` and those that stand with it in one list; they go leftwards if `backwards`."""
        listed = [marks[0]]
        for mark in marks[1:]:
            first, last = sorted((listed[-1].at, mark.at))
            gap = marked.masked[first + 1 : last]
            if len(listed) == 1 and not backwards and self._apposed.match(gap) and _is_narrower(mark, listed[0]):
                listed = [mark]
                continue
            if not (self._gap.match(gap) or self._described.match(gap) or (not backwards and _COLON.match(gap))):
                break
            listed.append(mark)
        return listed

    def with_sizes(self, marked: Marked, marks: Sequence[Mark]) -> list[Released]:
        """One release a model; names that differ in size alone are one release with a list of sizes."""
        if len(marks) == 2 and all(isinstance(m.what, ModelMention) and m.what.model.sizes for m in marks):
            # Two sized models may be a part of their family, whose own release was another day.
            return [Released(m.what.model, (), m) for m in marks if isinstance(m.what, ModelMention)]
        grouped: dict[str, tuple[ModelName, list[str], Mark, int]] = {}
        for mark in marks:
            if not isinstance(mark.what, ModelMention):
                continue
            model = mark.what.model
            base = _without_size(model, model.packaging)
            wider = next(
                (key for key, (m, *_rest) in grouped.items() if m.parent and m.parent.key == base.key and model.sizes),
                base.key,
            )
            known, sizes, first, names = grouped.get(wider, (base, [], mark, 0))
            here = [*model.sizes, *(self.sizes_after(marked, mark) or self._sizes_included(marked, mark))]
            grouped[wider] = (known, sizes + [s for s in here if s not in sizes], first, names + 1)
        released = []
        for base, sizes, mark, names in grouped.values():
            own = mark.what.model if isinstance(mark.what, ModelMention) else base
            alone = names == 1 and len(sizes) <= 1 and bool(own.sizes)
            released.append(Released(own if alone else base, tuple(sizes), mark))
        return released

    def _sizes_included(self, marked: Marked, mark: Mark) -> list[str]:
        """The sizes of the models that a series includes: `the Name1 series, including Name1-1.5B/7B and Name1-72B`."""
        sizes: list[str] = []
        series = mark.what.model.key if isinstance(mark.what, ModelMention) else ""
        if not self._including.match(marked.masked, mark.at + 1):
            return []
        for later in marked.of(MODEL):
            if later.at <= mark.at or not isinstance(later.what, ModelMention):
                continue
            model = later.what.model
            if _without_size(model).key != series:
                break
            sizes += [size for size in (*model.sizes, *self.sizes_after(marked, later)) if size not in sizes]
        return sizes

    def sizes_after(self, marked: Marked, mark: Mark) -> list[str]:
        """The sizes listed right behind a model's name, or behind words that lead from it to them."""
        match = _SIZES_BEHIND.match(marked.masked, mark.at + 1)
        if not match:
            return []
        sizes = marked.at(match.end() - 1).what
        gap = _DATED.sub("", match[0][:-1])
        near = _RIGHT_BESIDE.fullmatch(gap) or self._size_words.search(gap)
        return list(sizes.sizes) if near and isinstance(sizes, SizesMention) else []


def _without_size(model: ModelName, packaging: tuple[str, ...] = ()) -> ModelName:
    tokens = tuple(token for token in model.tokens if not (SIZE.match(token) or ACTIVE.match(token)))
    return ModelName(model.family, model.version, tokens, packaging)


def _is_narrower(mark: Mark, wider: Mark) -> bool:
    if not (isinstance(mark.what, ModelMention) and isinstance(wider.what, ModelMention)):
        return False
    return mark.what.model.key.startswith(wider.what.model.key + "-")
