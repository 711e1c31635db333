"""Records: documents of which every line is one fact, and notes and lines that have a form of their own.

They make the same claims as running text, and the quote is the line that says so.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from pipeline.categories import Bound, DocumentForm, EntityKind, EventType, Modality, Tier
from pipeline.extract.figures import Place, figure_claims
from pipeline.extract.lexicon import Lexicon
from pipeline.extract.model_mentions import ModelScanner
from pipeline.extract.news import NewsReader
from pipeline.extract.packaging import formats
from pipeline.extract.specifications import parameters_of, spdx
from pipeline.intervals import DateInterval
from pipeline.model import Claim, Document, Mention, Value
from pipeline.naming.models import ModelName, parse_model
from pipeline.watchlist import Watchlist

CONFIDENCE = 0.95
_REPACKED = frozenset({"quantized"})
_WITHHELD = ("gated", "disabled", "dataset", "space")
_COUNTS = ("downloads", "likes", "pulls")
_COUNT = re.compile(r"(?P<number>\d[\d,]*(?:\.\d+)?)\s?(?P<unit>[KMB]?)", re.IGNORECASE)
_UNITS = {"": 1.0, "k": 1e3, "m": 1e6, "b": 1e9}


@dataclass(frozen=True, slots=True)
class _Line:
    """One fact of a record and where its line stands in the text."""

    value: str
    start: int
    end: int


class RecordReader:
    """The rules for records, compiled from lexicons and watchlist; `claims` is a pure function of a document."""

    def __init__(
        self, lexicons: Mapping[str, Lexicon], watchlist: Watchlist, models: ModelScanner, version: str
    ) -> None:
        entries = watchlist.of_kind(EntityKind.MODEL)
        families = {name.lower(): name for lexicon in lexicons.values() for name in lexicon.file.families}
        self._families = families | {name.lower(): entry.name for entry in entries for name in _names(entry)}
        makers = {name for lexicon in lexicons.values() for name in lexicon.file.organisations}
        makers |= {name for entry in watchlist.of_kind(EntityKind.ORGANISATION) for name in _names(entry)}
        self._makers = tuple(folded for name in makers | set(self._families) if len(folded := _fold(name)) > 2)
        self._variant = re.compile(r"(?<=\d)(?=(?:" + "|".join(_variants(lexicons)) + r")(?:[-:_]|$))", re.IGNORECASE)
        self._news = {name: NewsReader(lexicon, models, version) for name, lexicon in lexicons.items()}
        self._version = version

    def claims(self, document: Document, told: Callable[[], tuple[Claim, ...]]) -> tuple[Claim, ...] | None:
        """The claims of a record in the order of its text; None where the document is running text.

        `told` reads the document as running text: lines and notes are sentences as well, and are judged by it.
        """
        match document.form:
            case DocumentForm.HUB_MODEL:
                return _in_order(self._of_hub(document))
            case DocumentForm.LIBRARY_ENTRY:
                return _in_order(self._of_library(document))
            case DocumentForm.FIGURES:
                return _in_order(figure_claims(document, self._model, partial(self._metric_of, document)))
            case DocumentForm.NEWS_LINE | DocumentForm.RELEASE_NOTE:
                reader = self._news.get(document.language.split("-")[0].lower())
                if reader is None:
                    return ()
                is_line = document.form is DocumentForm.NEWS_LINE
                return _in_order((reader.line if is_line else reader.note)(document, told()))
            case DocumentForm.SNAPSHOT:
                return ()
            case _:
                return None

    def _of_hub(self, document: Document) -> Iterator[Claim]:
        """One release a repository; one that only packs a model anew tells of that model and releases nothing."""
        lines = _read(document.text)
        name = lines.get("model")
        model = self._model(name.value) if name else None
        if name is None or model is None or any(key in lines for key in _WITHHELD):
            return
        if document.tier is not Tier.OFFICIAL and not self._is_maker(name.value.partition("/")[0]):
            return
        day = _day(lines.get("created"))
        until = _day(lines.get("created by"))
        dated = DateInterval.day(day) if day else DateInterval.by(until) if until else None
        claim = self._claims_of(document, model, name.value)
        base = lines.get("base model")
        repacked = {base.value.rpartition("(")[2].rstrip(")")} & _REPACKED if base else set()
        packed = formats(model) or tuple(repacked)
        if packed:
            text = "-".join(packed)
            yield claim("packagings", Value(text, dates=dated), name)
            return
        yield claim("event", Value("true"), name)
        yield claim("availability", Value("open weights"), name)
        if dated:
            yield claim("date", Value(str(dated), dates=dated), lines["created" if day else "created by"])
        if "license" in lines and lines["license"].value != "other":
            yield claim("license", Value(_license(lines["license"].value)), lines["license"])
        yield from _measures(claim, model, name, lines.get("parameters"))
        if not model.packaging:  # of a model and its base the hub counts each by itself, and both have one name here
            yield from self._counts(document, model, lines)

    def _of_library(self, document: Document) -> Iterator[Claim]:
        """A library has the model by the day it gives; the day moves with every file, so it bounds the release."""
        lines = _read(document.text)
        name = lines.get("model")
        model = self._model(self._variant.sub("-", name.value)) if name else None
        listed = lines.get("sizes")
        if name is None or model is None or not (model.version or model.tokens or listed):
            return  # a family's bare name tells of no model in particular
        claim = self._claims_of(document, model, name.value)
        yield claim("event", Value("true"), name)
        yield claim("availability", Value("open weights"), name)
        day = _day(lines.get("updated"))
        if day:
            dated = DateInterval.by(day)
            yield claim("date", Value(str(dated), dates=dated), lines["updated"])
        if listed:
            sizes = [size.upper().replace("X", "x") for size in re.split(r",\s*", listed.value)]
            yield claim("sizes", Value(", ".join(sizes)), listed)
        yield from self._counts(document, model, lines)

    def _model(self, written: str) -> ModelName | None:
        """The model of a repository's or library's name, its family spelled as lexicon and watchlist spell it."""
        model = parse_model(written)
        return replace(model, family=self._families.get(model.family.lower(), model.family)) if model else None

    def _is_maker(self, owner: str) -> bool:
        """Whether a repository's owner is named like an organisation or model family that is known."""
        return _fold(owner).startswith(self._makers)

    def _claims_of(self, document: Document, model: ModelName, written: str) -> _Maker:
        name = model.canonical
        aliases = (written,) if written != name else ()
        return _Maker(document, Mention(EntityKind.MODEL, name, aliases), EventType.RELEASE, self._version)

    def _metric_of(self, document: Document, subject: Mention) -> _Maker:
        return _Maker(document, subject, EventType.METRIC, self._version)

    def _counts(self, document: Document, model: ModelName, lines: Mapping[str, _Line]) -> Iterator[Claim]:
        as_of = DateInterval.day(document.fetched_at.astimezone(dt.UTC).date())
        claim = self._metric_of(document, Mention(EntityKind.MODEL, model.canonical))
        counter = lines.get("counted by")
        for metric in _COUNTS:
            # Places count by different rules: with the place in its unit a figure contradicts no other place's.
            unit = f"{metric} ({counter.value})" if counter else metric
            line = lines.get(metric)
            match = _COUNT.fullmatch(line.value) if line else None
            if line and match:
                number = float(match["number"].replace(",", "")) * _UNITS[match["unit"].lower()]
                bound = Bound.ABOUT if match["unit"] else Bound.EXACTLY
                yield claim(metric, Value(f"{number:.0f}", as_of, number, unit, bound), line)
                yield claim("as_of", Value(str(as_of), as_of, unit=metric), line)


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes the claims of one document about one subject."""

    document: Document
    subject: Mention
    event_type: EventType
    version: str

    def __call__(self, attribute: str, value: Value, line: Place) -> Claim:
        return Claim(
            document_id=self.document.document_id,
            event_type=self.event_type,
            subject=self.subject,
            object=None,
            occurrence=0,
            attribute=attribute,
            value=value,
            modality=Modality.ASSERTED,
            attributed_to=None,
            quote=self.document.text[line.start : line.end],
            start=line.start,
            end=line.end,
            extractor="rules",
            extractor_version=self.version,
            confidence=CONFIDENCE,
            known_at=self.document.fetched_at,
            rule=f"record: {self.document.form}",
        )


def _measures(claim: _Maker, model: ModelName, name: _Line, counted: _Line | None) -> Iterator[Claim]:
    """Sizes as the name gives them, parameters as the hub counts them, or else as the name gives them, too."""
    if counted and counted.value.isdecimal() and int(counted.value):
        number = float(counted.value)
        yield claim("parameters", Value(f"{number:.0f}", number=number, unit="parameters"), counted)
    for size in model.sizes:
        yield claim("sizes", Value(size), name)
        yield from (one for one in _parameters(claim, size, name) if not (counted and one.attribute == "parameters"))


def _parameters(claim: _Maker, size: str, line: _Line) -> Iterator[Claim]:
    for attribute, number in zip(("parameters", "parameters_active"), parameters_of(size), strict=True):
        if number is not None:
            yield claim(attribute, Value(f"{number:.0f}", number=number, unit="parameters"), line)


def _read(text: str) -> dict[str, _Line]:
    """The facts of a record by their names; the first line of a name counts."""
    found: dict[str, _Line] = {}
    start = 0
    for line in text.split("\n"):
        name, colon, value = line.partition(": ")
        if colon and value.strip():
            found.setdefault(name, _Line(value.strip(), start, start + len(line)))
        start += len(line) + 1
    return found


def _day(line: _Line | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(line.value) if line else None
    except ValueError:
        return None


def _license(hub_name: str) -> str:
    """The hub writes SPDX identifiers in small letters, and other licences by names of its own."""
    written = spdx(hub_name)
    is_spdx = written == hub_name and re.match(r"(?:cc|a?gpl|lgpl|mpl|epl|bsl|odc)-", written)
    return written.upper() if is_spdx else written


def _fold(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def _names(entry: object) -> tuple[str, ...]:
    return (entry.name, *entry.aliases)  # type: ignore[attr-defined]


def _variants(lexicons: Mapping[str, Lexicon]) -> list[str]:
    found = {re.escape(name) for lexicon in lexicons.values() for name in lexicon.file.model_variants}
    return sorted(found, key=len, reverse=True) or ["(?!)"]


def _in_order(claims: Iterator[Claim]) -> tuple[Claim, ...]:
    """Each claim once, in the order of the text."""
    distinct = {claim.claim_id: claim for claim in claims}
    return tuple(sorted(distinct.values(), key=lambda claim: (claim.start, claim.attribute)))
