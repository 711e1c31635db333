"""Where model names stand in a text, of known families and of names that look like one, with the sizes beside them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.categories import EntityKind
from pipeline.extract.lexicon import Lexicon, words_of_all
from pipeline.extract.prefilter import matches_at
from pipeline.extract.segments import Sentence
from pipeline.naming.models import ModelName, parse_model
from pipeline.naming.persons import is_pinyin, is_syllable
from pipeline.watchlist import Watchlist

_SIZE = r"(?:\d+x)?\d+(?:\.\d+)?[BM](?:-A\d+(?:\.\d+)?B)?(?![A-Za-z0-9])"
_BEFORE_RANK = re.compile(r"[\s\-]*")
_ONE_SIZE = re.compile(_SIZE)
_UNKNOWN_SIZED = re.compile(r"[A-Za-z0-9.]-\d+(?:\.\d+)?B")
_UNKNOWN_FAMILY = r"[A-Z][A-Za-z]+(?:\d+(?:\.\d+)*)?(?:-[A-Za-z][A-Za-z0-9.]*){0,3}-\d+(?:\.\d+)?B(?:-[A-Za-z0-9.]+)*"


@dataclass(frozen=True, slots=True)
class ModelMention:
    """A model name in a text. `bare` is true for a family's name with nothing after it."""

    start: int
    end: int
    model: ModelName
    bare: bool


@dataclass(frozen=True, slots=True)
class SizesMention:
    start: int
    end: int
    sizes: tuple[str, ...]


class ModelScanner:
    """Finds model names by the families that lexicons and watchlist know, and by the shape of a name with a size."""

    def __init__(self, lexicons: Collection[Lexicon], watchlist: Watchlist) -> None:
        families: dict[str, str] = {}
        variants: set[str] = set()
        series: list[tuple[str, str]] = []
        for lexicon in lexicons:
            families |= {name.lower(): name for name in lexicon.file.families}
            families |= {alias.lower(): family for alias, family in lexicon.file.family_aliases.items()}
            variants |= set(lexicon.file.model_variants)
            series += [(name, pattern) for name, patterns in lexicon.file.series.items() for pattern in patterns]
        self._watched = frozenset(entry.name for entry in watchlist.of_kind(EntityKind.MODEL))
        for entry in watchlist.of_kind(EntityKind.MODEL):
            families |= {name.lower(): entry.name for name in (entry.name, *entry.aliases)}
        self._families: Mapping[str, str] = families
        self._bits = {one.language: one.prefilter.bit_of_words(families, placed=True) for one in lexicons}
        self._series = [(name, re.compile(pattern, re.IGNORECASE)) for name, pattern in series]
        names = "|".join(re.escape(name) for name in sorted(families, key=len, reverse=True))
        spaced = "|".join(sorted(variants, key=len, reverse=True))
        none = words_of_all(lexicons, "no_version")
        version = rf"[ \-‑]?(?:[VvKkRrMm]?\d{{1,2}}(?:\.\d{{1,2}}){{0,2}})(?![\dA-Za-z%]|\.\d|{none})"
        glued = rf"\d{{1,2}}(?:\.\d{{1,2}}){{0,2}}(?=[^\d\w%]|$|[\u3400-\u9fff])(?!{none})"
        hyphened = (
            rf"{_SIZE}|A\d+(?:\.\d+)?B(?!\w)|[A-Z][A-Za-z]*\d*(?![a-z])"
            rf"|(?:\d{{4}}|\d{{1,2}}(?:\.\d)?|[a-z]\w+)(?![\w.]*\w)"
        )
        part = rf"(?:[-:_‑](?:{hyphened})|[ ](?:{_SIZE}|(?:{spaced})(?!\w)))"
        self._pattern = re.compile(
            rf"(?<![A-Za-z0-9@])(?:(?i:(?P<family>{names}))(?P<version>{glued}|{version})?(?P<tail>{part}*)"
            rf"|(?P<unknown>{_UNKNOWN_FAMILY}))(?![A-Za-z0-9])"
        )

    def find(self, text: str) -> tuple[ModelMention, ...]:
        """The model names of `text`, left to right."""
        return self._mentions(text, self._pattern.finditer(text))

    def find_in(self, sentence: Sentence, language: str) -> tuple[ModelMention, ...]:
        """The model names of a sentence, left to right, tried only where the words of one begin."""
        text = sentence.text
        if "-" in text and _UNKNOWN_SIZED.search(text):
            return self.find(text)
        bit = self._bits[language]
        if not sentence.may_hold(bit):
            return ()
        return self._mentions(text, matches_at(self._pattern, text, sentence.scan.places_of(bit)))

    def of_document(self, sentences: Sequence[Sentence], language: str) -> list[tuple[ModelMention, ...]]:
        """The model names of each sentence. A bare family that is not watched and no sentence names with a version
        is a word or a surname (`Ling`, `Step`)."""
        found = [self.find_in(sentence, language) for sentence in sentences]
        known = self._watched | {mention.model.family for names in found for mention in names if not mention.bare}
        return [
            tuple(m for m in names if not m.bare or (m.model.family in known and not _is_surname(sentence.text, m)))
            for sentence, names in zip(sentences, found, strict=True)
        ]

    def _mentions(self, text: str, matches: Iterable[re.Match[str]]) -> tuple[ModelMention, ...]:
        return tuple(mention for match in matches if (mention := self._mention(text, match)))

    def _mention(self, text: str, match: re.Match[str]) -> ModelMention | None:
        end = match.end()
        if match["unknown"]:
            model = parse_model(match["unknown"])
            return ModelMention(match.start(), end, model, False) if model else None
        written = match["family"]
        if text[end : end + 1] == "/" and text[end + 1 : end + 2].isalpha():
            return None  # the owner's part of a repository's name: `Owner/Name-8B`
        if written.islower() and written.isascii() and not (match["version"] or match["tail"]):
            return None  # `yi` or `step` in running text is a word
        family = self._families[written.lower()]
        model = parse_model(f"{family}{_joined(match['version'])}{match['tail'] or ''}")
        if model is None:
            return None
        rank = self._rank(text[end : end + 80])
        if rank is not None:
            name, length = rank
            model = ModelName(model.family, model.version, (*model.tokens, name), model.packaging)
            end += length
        bare = not (match["version"] or match["tail"] or rank)
        return ModelMention(match.start(), end, model, bare)

    def _rank(self, rest: str) -> tuple[str, int] | None:
        match = _BEFORE_RANK.match(rest)
        lead = match.end() if match else 0
        for name, pattern in self._series:
            if (found := pattern.match(rest[lead:])) and not re.match(
                r"\w", rest[lead + found.end() :][:1] or " ", re.ASCII
            ):
                return name, lead + found.end()
        return None


class SizeScanner:
    """Finds lists of model sizes as one language writes them: `0.8B, 2B, 4B and 9B`, `35B-A3B`, `0.8B/2B/4B/9B`."""

    def __init__(self, lexicon: Lexicon) -> None:
        joins = lexicon.words("conjunction")
        kind = lexicon.words("architectures")
        joint = rf"\s*(?:[,/、&，;；]|{joins}|{lexicon.words('alternative')})+\s*(?:{joins}\s*)?(?:(?:{kind})\s*)?"
        self._sizes = re.compile(rf"{_SIZE}(?:{joint}{_SIZE})*")

    def find(self, text: str) -> tuple[SizesMention, ...]:
        """The lists of sizes in `text`, left to right; a size that stands alone is one too."""
        return tuple(
            SizesMention(
                match.start(),
                match.end(),
                tuple(size.upper().replace("X", "x") for size in _ONE_SIZE.findall(match[0])),
            )
            for match in self._sizes.finditer(text)
        )


def _is_surname(text: str, mention: ModelMention) -> bool:
    """True for the first word of a romanised Chinese name: `Ling Yueran`."""
    beside = re.match(r"\s([A-Z][a-z]+)", text[mention.end :])
    written = text[mention.start : mention.end]
    return bool(beside and is_syllable(written.lower()) and is_pinyin(beside[1]) and len(beside[1]) > 2)


def _joined(version: str | None) -> str:
    return "" if not version else " " + version.strip(" -‑")
