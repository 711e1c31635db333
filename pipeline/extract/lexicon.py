"""Words and patterns of one language, read from `config/lexicon/<language>.yaml`; the engine knows none itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from pipeline.extract.numbers import quantity_pattern
from pipeline.extract.prefilter import Prefilter

# One private-use character stands for each thing found in a sentence, so that a phrase can speak of `{person}`.
MARKS = {
    "person": "\ue000",
    "organisation": "\ue001",
    "model": "\ue002",
    "date": "\ue003",
    "number": "\ue004",
    "sizes": "\ue005",
}

Form = Literal["verb", "object", "noun", "possessed", "purpose"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TriggerEntry(_Strict):
    """Phrases that carry one event, how their subject stands to them, and which date attribute they date."""

    event: Literal["departure", "hire", "appointment", "founding", "release"]
    form: Form = Field(
        description="verb: the subject stands before; object: it stands after; noun: 'the departure of'; "
        "possessed: it stands within the phrase, as a name or pronoun; purpose: it is whoever left just before"
    )
    phrases: tuple[str, ...] = Field(description="regular expressions; {name} stands for an entry of `words`")
    date: Literal["date", "announced", "resigned", "effective"] = "date"
    availability: str | None = Field(None, description="what a release by this verb says of availability")
    voluntary: bool | None = Field(None, description="what this verb says of a departure's being voluntary")
    needs: Literal["organisation", "role", ""] = Field("", description="what must stand beside it to count")


class MetricEntry(_Strict):
    """A metric's name in the warehouse and the words that name it."""

    metric: str
    phrases: tuple[str, ...]


class LexiconFile(_Strict):
    """One language's words. Lists are words or regular expressions; `patterns` have named groups."""

    language: str
    spaced: bool = Field(description="whether the language writes spaces between words")
    abbreviations: tuple[str, ...] = ()
    words: Mapping[str, tuple[str, ...]] = Field(description="named word lists, usable as {name} in phrases")
    months: Mapping[str, int] = {}
    weekdays: Mapping[str, int] = {}
    numerals: Mapping[str, float] = Field({}, description="number words and multipliers: million, 亿")
    relative_days: Mapping[str, int] = Field({}, description="words for a day seen from publication: today 0")
    relative_months: Mapping[str, int] = {}
    relative_years: Mapping[str, int] = {}
    date_patterns: tuple[str, ...]
    triggers: tuple[TriggerEntry, ...]
    metrics: tuple[MetricEntry, ...]
    bounds: Mapping[str, tuple[str, ...]] = Field(
        description="at least, at most, about: words before or after a number"
    )
    series: Mapping[str, tuple[str, ...]] = Field({}, description="a family's rank by size: Small: small models")
    model_variants: tuple[str, ...] = Field((), description="variant words that may follow a family after a space")
    family_aliases: Mapping[str, str] = Field({}, description="local names of model families: 千问 is Qwen")
    families: tuple[str, ...] = Field((), description="names of model families known besides the watchlist's")
    organisations: Mapping[str, str] = Field({}, description="names of organisations known besides the watchlist's")
    surnames: tuple[str, ...] = ()
    given_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Phrase:
    """A pattern and its bit in the lexicon's prefilter: a sentence without that bit holds no match."""

    pattern: re.Pattern[str]
    bit: int


@dataclass(frozen=True, slots=True)
class Trigger:
    entry: TriggerEntry
    pattern: re.Pattern[str]
    bit: int


@dataclass(frozen=True)
class Lexicon:
    """A language's words, compiled. `pattern(name)` matches any word of the list `name`; `words(name)` is the
    source of it without the edges of words, to build longer patterns from."""

    language: str
    file: LexiconFile
    triggers: tuple[Trigger, ...]
    date_patterns: tuple[Phrase, ...]
    metrics: tuple[tuple[str, Phrase], ...]
    patterns: Mapping[str, re.Pattern[str]]
    sources: Mapping[str, str]
    surnames: frozenset[str]
    given_names: frozenset[str]
    quantities: re.Pattern[str]
    prefilter: Prefilter

    def pattern(self, name: str) -> re.Pattern[str]:
        return self.patterns[name]

    def words(self, name: str) -> str:
        return self.sources[name]

    def bit(self, *names: str) -> int:
        """The bits of the lists of these names: a sentence without any of them holds no word of the lists."""
        return reduce(or_, (self.prefilter.bit(self.patterns[name].pattern) for name in names))

    def trigger_bits(self, *events: str) -> int:
        """The bits of the triggers of these events."""
        return reduce(or_, (trigger.bit for trigger in self.triggers if trigger.entry.event in events), 0)


def compile_lexicon(language: str, file: LexiconFile) -> Lexicon:
    """The compiled words of `language`; raises ValueError naming the entry when a pattern is no regular expression."""
    lists = {name: _alternation(words) for name, words in file.words.items()}
    lists |= dict(MARKS)
    lists |= {
        "surname": _alternation(file.surnames),
        "month": _alternation(tuple(file.months)),
        "weekday": _alternation(tuple(file.weekdays)),
        "numeral": _alternation(tuple(file.numerals)),
        "relative_day": _alternation(tuple(file.relative_days)),
        "relative_month": _alternation(tuple(file.relative_months)),
        "relative_year": _alternation(tuple(file.relative_years)),
    }

    def fill(pattern: str) -> str:
        return re.sub(r"\{([a-z_]+)\}", lambda m: lists.get(m[1], m[0]), pattern)

    def build(pattern: str, where: str) -> re.Pattern[str]:
        filled = fill(fill(pattern))
        # A word boundary where the phrase begins or ends with a word; a comma may stand right behind one.
        edges = (r"(?:(?<!\w)|(?=\W))", r"(?:(?!\w)|(?<=\W))") if file.spaced else ("", "")
        bounded = f"{edges[0]}(?:{filled}){edges[1]}"
        try:
            return re.compile(bounded, re.IGNORECASE)
        except re.error as error:
            raise ValueError(f"{where}: not a regular expression: {pattern!r} ({error})") from error

    prefilter = Prefilter()

    def phrase(pattern: str, where: str) -> Phrase:
        built = build(pattern, where)
        return Phrase(built, prefilter.bit(built.pattern))

    triggers = [
        (entry, phrase("|".join(entry.phrases), f"triggers[{index}]")) for index, entry in enumerate(file.triggers)
    ]
    return Lexicon(
        language=language,
        file=file,
        triggers=tuple(Trigger(entry, found.pattern, found.bit) for entry, found in triggers),
        date_patterns=tuple(phrase(p, f"date_patterns[{i}]") for i, p in enumerate(file.date_patterns)),
        metrics=tuple((m.metric, phrase("|".join(m.phrases), f"metrics: {m.metric}")) for m in file.metrics),
        patterns={name: build("{" + name + "}", f"words.{name}") for name in lists},
        sources={name: fill(source) for name, source in lists.items()},
        surnames=frozenset(file.surnames),
        given_names=frozenset(file.given_names),
        quantities=quantity_pattern(file),
        prefilter=prefilter,
    )


def words_of_all(lexicons: Iterable[Lexicon], name: str) -> str:
    """The source of a pattern of any word that any of these languages has in the list `name`."""
    return _alternation(tuple(dict.fromkeys(word for one in lexicons for word in one.file.words[name])))


def _alternation(words: tuple[str, ...]) -> str:
    """Longest first, so that `stepped down` wins over `stepped`; a list that is empty matches nothing."""
    return "(?:" + "|".join(sorted(words, key=len, reverse=True)) + ")" if words else r"(?!)"
