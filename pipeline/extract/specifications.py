"""What a sentence says of a model: sizes, parameters, context length, licence, availability, training tokens."""

from __future__ import annotations

import re

from pipeline.extract.lexicon import Lexicon
from pipeline.model import Value

_NUMBER = (
    r"(?P<number>\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)\s?-?"
    r"(?P<unit>(?:[KkMmBbTt]|thousand|million|billion|trillion)(?![A-Za-z])|千|万亿|万|亿)?"
)
_MULTIPLIERS = {
    "k": 1e3, "thousand": 1e3, "千": 1e3, "万": 1e4, "m": 1e6, "million": 1e6, "亿": 1e8,
    "b": 1e9, "billion": 1e9, "t": 1e12, "trillion": 1e12, "万亿": 1e12,
}  # fmt: skip
_RANGE = re.compile(
    r"(?:\d\s?[BM]?\s?(?:to|and|-|–|—|~|至|到)|up to|as (?:many|large) as|under|below|over"
    r"|(?:smaller|less|fewer|more) than)\s?$",
    re.IGNORECASE,
)
_SPDX = (
    (re.compile(r"apache", re.I), "Apache-2.0"),
    (re.compile(r"^mit\b", re.I), "MIT"),
    (re.compile(r"^bsd", re.I), "BSD-3-Clause"),
    (re.compile(r"cc[- ]by", re.I), None),
)


class SpecificationReader:
    """The specification rules of one language, compiled from its lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        context = lexicon.pattern("context_words").pattern
        tokens = lexicon.pattern("tokens_word").pattern
        self._context = (
            re.compile(rf"{_NUMBER}(?:[- ](?:{tokens}))?[^.,;:。，；\d]{{0,25}}?(?:{context})", re.IGNORECASE),
            re.compile(
                rf"(?:{context})[^.,;。，；\d]{{0,40}}?{_NUMBER}(?![\d.]|\s?(?:parameters|参数))",
                re.IGNORECASE,
            ),
        )
        self._training = re.compile(
            rf"(?:{lexicon.pattern('trained_on').pattern})[^.;。；\d]{{0,40}}?{_NUMBER}", re.IGNORECASE
        )
        parameters = lexicon.pattern("parameters_word").pattern
        active = lexicon.pattern("active_words").pattern
        self._parameters = re.compile(rf"{_NUMBER}[-\s个]*(?:total\s|总)?(?:{parameters})", re.IGNORECASE)
        self._active = re.compile(rf"{_NUMBER}[-\s个]*(?:{active})", re.IGNORECASE)
        self._activated = re.compile(rf"(?:{active})[^.,;，。；\d]{{0,12}}{_NUMBER}", re.IGNORECASE)
        self._license = lexicon.pattern("licenses")
        self._open = lexicon.pattern("open_weights")
        self._api = lexicon.pattern("api_only")

    def of(self, text: str) -> list[tuple[str, Value]]:
        """The attributes that `text` gives, as (attribute, value); counts are in tokens."""
        found: list[tuple[str, Value]] = []
        for pattern in self._context:
            match = pattern.search(text)
            number = _count(match) if match else None
            if number is not None and number >= 1000:
                found.append(("context_tokens", Value(f"{number:.0f}", number=number, unit="tokens")))
                break
        if match := self._training.search(text):
            number = _count(match)
            if number is not None and number >= 1e9:
                found.append(("training_tokens", Value(f"{number:.0f}", number=number, unit="tokens")))
        for attribute, patterns in (
            ("parameters", (self._parameters,)),
            ("parameters_active", (self._active, self._activated)),
        ):
            match = next((m for pattern in patterns if (m := pattern.search(text))), None)
            number = _count(match) if match and not _in_range(text, match.start()) else None
            if number is not None and number >= 1e6:
                found.append((attribute, Value(f"{number:.0f}", number=number, unit="parameters")))
        if match := self._license.search(text):
            found.append(("license", Value(spdx(match[0]))))
        if self._open.search(text):
            found.append(("availability", Value("open weights")))
        elif self._api.search(text):
            found.append(("availability", Value("API")))
        return found


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


def _in_range(text: str, at: int) -> bool:
    """True for the upper end of `from 0.8B to 397B parameters`: a family's range is no model's size."""
    return bool(_RANGE.search(text[:at]))


def _count(match: re.Match[str]) -> float | None:
    number = float(match["number"].replace(",", ""))
    unit = (match["unit"] or "").lower()
    return number * _MULTIPLIERS[unit] if unit else number
