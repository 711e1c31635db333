"""What a sentence says of a model: sizes, parameters, context length, licence, availability, training tokens."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.categories import Bound
from pipeline.extract.counts import CountReader
from pipeline.extract.lexicon import Lexicon
from pipeline.model import Value

LEAST = {"context_tokens": 1e3, "training_tokens": 1e9, "parameters": 1e6, "parameters_active": 1e6}
_UNITS = {"context_tokens": "tokens", "training_tokens": "tokens"}
_SPDX = (
    (re.compile(r"apache", re.I), "Apache-2.0"),
    (re.compile(r"^mit\b", re.I), "MIT"),
    (re.compile(r"mit$", re.I), "Modified MIT"),
    (re.compile(r"^bsd", re.I), "BSD-3-Clause"),
    (re.compile(r"cc[- ]by", re.I), None),
)
# A size with its active part that stands alone, and is no part of a name: `with 32B-A3B`.
_TOTAL_AND_ACTIVE = re.compile(r"(?<![\w.-])\d+(?:\.\d+)?[BM]-A\d+(?:\.\d+)?B(?![\w-])")


class SpecificationReader:
    """The specification rules of one language, compiled from its lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._counts = CountReader(lexicon)
        number = self._counts.pattern
        context = lexicon.pattern("context_words").pattern
        tokens = lexicon.pattern("tokens_word").pattern
        trained = lexicon.pattern("trained_on").pattern
        parameters = lexicon.pattern("parameters_word").pattern
        active = lexicon.pattern("active_words").pattern
        counters = rf"(?:[-\s]|{lexicon.words('counters')})*"
        patterns = {
            "context_tokens": (
                rf"{number}(?:[- ]?(?:{tokens}))?[^.,;:。，；\d]{{0,25}}?(?:{context})",
                rf"(?:{context})[^.,;。，；\d]{{0,40}}?{number}(?!\d|\.\d|\s?(?:{parameters}))",
            ),
            "training_tokens": (
                rf"(?:{trained})[^.;。；\d]{{0,40}}?{number}(?!\d|\.\d|[\s-]?(?:{parameters}))",
                rf"{number}\s?(?:{tokens})[^.,;。，；\d]{{0,15}}?(?:{trained})",
            ),
            "parameters": (
                rf"{number}{counters}(?:{lexicon.words('total')}\s?)?(?:{parameters})(?!\s?(?:{active}))",
                rf"(?:{lexicon.pattern('parameters_before').pattern}){number}",
            ),
            "parameters_active": (
                rf"{number}{counters}(?:{active})",
                rf"(?:{active})[^.,;，。；\d]{{0,12}}?{number}",
            ),
        }
        self._patterns = {name: tuple(re.compile(p, re.IGNORECASE) for p in each) for name, each in patterns.items()}
        # A word that every pattern of an attribute needs: looking for it is far cheaper than trying them.
        self._words = {
            "context_tokens": lexicon.pattern("context_words"),
            "training_tokens": lexicon.pattern("trained_on"),
            "parameters": lexicon.pattern("parameters_word"),
            "parameters_active": lexicon.pattern("active_words"),
        }
        self._at_least = re.compile(rf"(?:{'|'.join(lexicon.file.bounds['at least']) or '(?!)'})\s?$", re.IGNORECASE)
        self._license = lexicon.pattern("licenses")
        self._open = lexicon.pattern("open_weights")
        self._api = lexicon.pattern("api_only")
        self._negation = re.compile(rf"(?:{lexicon.pattern('negation').pattern})\W?(?:\w+\s)?$", re.IGNORECASE)
        to, bound = lexicon.words("range_to"), lexicon.words("range_bound")
        joint = lexicon.words("conjunction")
        self._range = re.compile(rf"(?:\d\s?[BM]?\s?(?:[-–—~]|{to}|{joint})|{bound})\s?$", re.IGNORECASE)
        self._upper_end = re.compile(rf"\d\s?(?:[-–—~]|{to})\s?$")
        self.bits = lexicon.bit("context_words", "trained_on", "parameters_word", "active_words")
        self.bits |= lexicon.bit("licenses", "open_weights", "api_only", "parameters_before")

    def of(self, text: str) -> list[tuple[str, Value]]:
        """The attributes that `text` gives, as (attribute, value); counts are in tokens."""
        counts = list(self._counts_of(text))
        found = [(attribute, count_value(attribute, number, bound)) for attribute, number, bound in counts]
        given = {attribute for attribute, *_ in counts}
        sizes = _TOTAL_AND_ACTIVE.findall(text)
        if len(sizes) == 1 and not given & {"parameters", "parameters_active"}:
            found += parameter_values(sizes[0])
        if licence := self.license(text):
            found.append(("license", Value(licence)))
        if availability := self.availability(text):
            found.append(("availability", Value(availability)))
        return found

    def active(self, text: str) -> float | None:
        """The number of active parameters that `text` gives."""
        return next((number for name, number, _ in self._counts_of(text) if name == "parameters_active"), None)

    def license(self, text: str) -> str | None:
        """The licence that `text` names, by its SPDX identifier where it has one."""
        match = self._license.search(text)
        return spdx(match[0]) if match else None

    def availability(self, text: str) -> str | None:
        """`open weights` or `API`, where `text` says so and does not deny it."""
        for pattern, availability in ((self._open, "open weights"), (self._api, "API")):
            match = pattern.search(text)
            if match and not self._negation.search(text[max(0, match.start() - 16) : match.start()]):
                return availability
        return None

    def _counts_of(self, text: str) -> Iterator[tuple[str, float, Bound]]:
        for attribute, patterns in self._patterns.items():
            if not self._words[attribute].search(text):
                continue
            for match in (m for pattern in patterns if (m := pattern.search(text))):
                number, bound = self._counts.value(match), Bound.EXACTLY
                of_size = attribute.startswith("parameters")
                # The upper end of `from 0.8B to 397B parameters`: a family's range is no model's size.
                if number < LEAST[attribute] or (of_size and self._range.search(text[: match.start()])):
                    continue
                if self._upper_end.search(text[: match.start()]):
                    continue
                if of_size and match["bare"] is not None:
                    # `a trillion-parameter model` is an order of magnitude; `over a trillion` is a bound.
                    if not self._at_least.search(text[: match.start("bare")]):
                        continue
                    bound = Bound.AT_LEAST
                yield attribute, number, bound
                break


def count_value(attribute: str, number: float, bound: Bound = Bound.EXACTLY) -> Value:
    """The value of a count: whole, in tokens or parameters."""
    return Value(f"{number:.0f}", number=number, unit=_UNITS.get(attribute, "parameters"), bound=bound)


def spdx(written: str) -> str:
    """The SPDX identifier of a licence as people write it, or the words as they are."""
    for pattern, identifier in _SPDX:
        if pattern.search(written) and identifier:
            return identifier
    return written.strip()


def parameters_of(size: str) -> tuple[float | None, float | None]:
    """Total and active parameters that a size such as `480B-A35B`, `9B` or `A2.7B` stands for."""
    total = active = None
    for part in size.split("-"):
        match = re.fullmatch(r"(A?)(?:(\d+)x)?(\d+(?:\.\d+)?)([BM])", part, re.IGNORECASE)
        if not match:
            continue
        number = float(match[3]) * int(match[2] or 1) * (1e9 if match[4].upper() == "B" else 1e6)
        if match[1]:
            active = number
        else:
            total = number
    return total, active


def parameter_values(size: str) -> list[tuple[str, Value]]:
    """The attributes that a size such as `480B-A35B` gives."""
    named = zip(("parameters", "parameters_active"), parameters_of(size), strict=True)
    return [(attribute, count_value(attribute, number)) for attribute, number in named if number is not None]
