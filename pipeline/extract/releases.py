"""Model releases told in sentences, headings and dated rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.categories import EntityKind, EventType, Modality
from pipeline.extract.dates import DateMention
from pipeline.extract.drafts import Discourse, Statement, of_dates
from pipeline.extract.lexicon import Lexicon
from pipeline.extract.marking import DATE, MODEL, SIZES, Mark, Marked
from pipeline.extract.modality import Stance, StanceReader
from pipeline.extract.model_mentions import ModelMention, SizesMention
from pipeline.extract.page import Page
from pipeline.extract.placing import date_for, shifted
from pipeline.extract.specifications import SpecificationReader, parameters_of
from pipeline.extract.triggers import Hit, spans_beside
from pipeline.intervals import DateInterval
from pipeline.model import Mention, Value
from pipeline.naming.models import ACTIVE, SIZE, ModelName

_LIST_GAP = re.compile(rf"^(?:\s?\([^)]*\))?\s*(?:,|、|，|/|;|and|&|和|及|以及|与|\s|{SIZES})+(?:the\s|also\s)*$")


# `Name1, along with specialized models for coding, Name1-Code, and mathematics, Name1-Math`
_DESCRIBED = re.compile(
    r"^,?\s(?:and|along with|as well as|together with|plus)\s(?:[a-z-]+\s){0,5}[a-z-]+,\s$"
    r"|^[，,]?\s?(?:以及|和|与|及)[^，。；、]{0,12}的\s?$"
)
_NOUN_BEHIND = re.compile(r"(?:[ -][a-z-]+){1,3}(?=[\s.,;:)]|$)")
# `the first model of the Name1 series, Name1-110B`: what follows is the one that is meant.
_APPOSED = re.compile(r"^\s?(?:series|family|models?|系列)\s?(?:,|:|，|：|—|-)\s?(?:namely\s|called\s)?$")


@dataclass(frozen=True, slots=True)
class Released:
    """A released model with the sizes listed beside it."""

    model: ModelName
    sizes: tuple[str, ...]
    mark: Mark


class ReleaseReader:
    """The release rules of one language, compiled from its lexicon."""

    def __init__(self, lexicon: Lexicon, stances: StanceReader, families: frozenset[str]) -> None:
        self._lexicon = lexicon
        self._spaced = lexicon.file.spaced
        self._stances = stances
        self._watched = families
        self._specifications = SpecificationReader(lexicon)
        self._future = lexicon.pattern("future")
        self._attributive = re.compile(rf"(?:{lexicon.pattern('attributive').pattern})[\s-]*$", re.IGNORECASE)
        self._first_person = lexicon.pattern("first_person")
        self._we_act = re.compile(rf"(?:{self._first_person.pattern})(?:\s\w+)?\s*$", re.IGNORECASE)
        gap = rf"\s(?:[\w'’{MODEL}-]+\s?){{0,3}}" if lexicon.file.spaced else r"[^，。；]{0,14}"
        self._background = re.compile(rf"(?:{lexicon.pattern('background').pattern}){gap}$", re.IGNORECASE)
        self._background_behind = lexicon.pattern("background_behind")
        self._product = lexicon.pattern("product_behind")
        self._whole_before = re.compile(rf"(?:{lexicon.pattern('whole_before').pattern})$", re.IGNORECASE)
        self._whole_after = re.compile(lexicon.pattern("whole_after").pattern, re.IGNORECASE)
        self._compared_after = re.compile(lexicon.pattern("compared_after").pattern)
        self._takes_object = lexicon.pattern("of_object_end")
        self._others = lexicon.pattern("other_objects")
        self._detaching = lexicon.pattern("detaching")
        self._evolution = re.compile(rf"{lexicon.pattern('evolution').pattern}[^.;]{{0,20}}?{MODEL}\s?(?:to|到)\s?$")
        compared = lexicon.pattern("compared").pattern
        self._compared = re.compile(rf"(?:{compared})\s*(?:[\w-]+\s?){{0,2}}$", re.IGNORECASE)
        self._including = re.compile(
            rf"[^.;。；{MODEL}]{{0,25}}(?:{lexicon.pattern('including').pattern})", re.IGNORECASE
        )
        edge = r"\s" if lexicon.file.spaced else r""
        words = r"(?:[^\s,.;:]+\s?){0,5}?" if lexicon.file.spaced else r"[^\s,.;:，。；、]{0,12}?"
        self._adjacent = re.compile(
            rf"^(?:['’]s)?(?:\s?[（(][^()（）]{{0,60}}[)）])?[,:：]?{edge}?{words}(?:,|，)?{edge}?(?:which |that )?\s*$"
        )

    @property
    def bits(self) -> int:
        """The prefilter's bits of sentences that may tell of a release."""
        return self._lexicon.trigger_bits("release")

    def read(
        self, marked: Marked, found: tuple[Hit, ...], discourse: Discourse, families: frozenset[str]
    ) -> list[Statement]:
        """The releases of one sentence with its triggers, of watched families and the document's own `families`."""
        if MODEL not in marked.masked:
            return []
        statements = []
        done: set[str] = set()
        for hit in found:
            if hit.entry.event != "release":
                continue
            stance = self._stances.of(marked, hit.first, hit.last)
            if stance is None or self._future.search(marked.masked[max(0, hit.first - 30) : hit.last + 5]):
                continue
            if hit.entry.form == "verb" and self._attributive.search(marked.masked[: hit.first]):
                continue
            for released in self._released(marked, hit, found):
                wanted = released.model.family in self._watched or released.model.family in families
                dates = self._dates(marked, hit, found, discourse)
                # `Alibaba released Qwen models` tells of no release in particular unless it says when or which.
                vague = not released.model.version and not released.model.tokens and not (dates or released.sizes)
                background = bool(
                    self._background_behind.match(marked.masked, hit.last)
                    or (hit.entry.form == "noun" and self._background.search(marked.masked[: hit.first]))
                    or (not self._spaced and self._background.search(marked.masked[: hit.first]))
                )
                if wanted and not vague and released.model.key not in done:
                    done.add(released.model.key)
                    statement = self._statement(marked, released, stance, dates, hit.entry.availability)
                    statement.tell_rule(f"release: {hit.entry.form} “{marked.unmasked(hit.first, hit.last)}”")
                    statement.background = background
                    statements.append(statement)
        return statements

    def read_row(self, marked: Marked, event: tuple[int, int], families: frozenset[str]) -> list[Statement]:
        """The release that a dated row without a verb tells of: the model its event cell begins with."""
        first = next((m for m in marked.of(MODEL) if event[0] <= m.at < event[1]), None)
        if first is None or marked.masked[event[0] : first.at].strip(" |-*"):
            return []
        dates = [m.what for m in marked.of(DATE) if m.at < event[0] and isinstance(m.what, DateMention)]
        released = self._with_sizes(marked, [first])
        return [
            self._statement(marked, r, Stance(Modality.ASSERTED, None), dates[0].dates if dates else None, None)
            for r in released
            if r.model.family in self._watched | families
        ]

    def read_title(self, page: Page) -> list[Statement]:
        """The release that a maker's post is about when no sentence says so: the model its title begins with,
        in the words of the first sentence that names it with a version or size."""
        title = page.titled_models
        if not title or title[0].start > 0:
            return []
        wanted = title[0].model
        for place, sentence in enumerate(page.sentences):
            if sentence.kind == "row" or not any(m.model.key.startswith(wanted.key) for m in page.models(place)):
                continue
            for mark in page[place].of(MODEL):
                named = mark.what
                if isinstance(named, ModelMention) and not named.bare and named.model.key.startswith(wanted.key):
                    if sentence.is_quoted(mark.start):
                        continue
                    released = self._with_sizes(page[place], [mark])[0]
                    return [self._statement(page[place], released, Stance(Modality.ASSERTED, None), None, None)]
        return []

    def is_first_person(self, marked: Marked) -> bool:
        return bool(self._first_person.search(marked.masked))

    @property
    def detail_bits(self) -> int:
        """The prefilter's bits of sentences that may say something of a model."""
        return self._specifications.bits

    def details(self, statement: Statement, marked: Marked) -> None:
        """Add to a release what a further sentence says of the model."""
        for attribute, value in self._specifications.of(marked.sentence.text):
            statement.add(attribute, value, marked=marked)

    def _released(self, marked: Marked, hit: Hit, found: tuple[Hit, ...]) -> list[Released]:
        later = [h.first for h in found if h.first >= hit.last]
        limit = min([len(marked.masked), hit.last + 110, *later])
        stop = re.search(r"[;；。]|\.\s", marked.masked[hit.last : limit])
        limit = hit.last + stop.start() if stop else limit
        after = [
            m
            for m in marked.of(MODEL)
            if hit.last <= m.at < limit and not marked.sentence.is_quoted(m.start)
            if not self._is_whole(marked, m, hit.last) and not self._describes(marked, m)
        ]
        if after and not (hit.entry.form == "noun" and not self._takes_object.search(marked.masked[: hit.last])):
            between = marked.masked[hit.last : after[0].at]
            for place in range(1, len(after)):
                if self._evolution.search(marked.masked[hit.last : after[place].at]):
                    after, between = after[place:], ""  # `the evolution from Name1 to Name2`
                    break
            if self._is_object(between):
                return self._with_sizes(marked, self._listed(marked, after))
            if self._others.search(between):
                return []
        before = [m for m in marked.of(MODEL) if m.at < hit.first and not self._is_whole(marked, m)]
        if before and self._adjacent.match(marked.masked[before[-1].at + 1 : hit.first]):
            if self._compared.search(marked.masked[: before[-1].at]):
                return []
            if self._we_act.search(marked.masked[before[-1].at : hit.first]):
                return []  # `compared with Name1, we introduced …`: somebody else acts
            return self._with_sizes(
                marked, list(reversed(self._listed(marked, list(reversed(before)), backwards=True)))
            )
        return []

    def _is_object(self, gap: str) -> bool:
        """True when a model at the end of `gap` can be what the verb before it releases."""
        if self._compared.search(gap) or re.search(r"[.。;；，]|, (?:which|who|but|while)\b", gap):
            return False
        apposed = re.split(r"[,:：—]\s?", gap)
        return not self._others.search(gap) and not self._detaching.search(apposed[-1] if len(apposed) > 1 else gap)

    def _describes(self, marked: Marked, mark: Mark) -> bool:
        """True for the name in `a Name1 fine-tuning guide`: the guide comes out, and not the model."""
        match = _NOUN_BEHIND.match(marked.masked, mark.at + 1)
        product = self._product.match(marked.masked[mark.at + 1 :].lstrip())
        return product is not None or bool(match and self._others.search(match[0]))

    def is_compared(self, marked: Marked, mark: Mark) -> bool:
        """True for a model that is only the measure: `twice as much as Name`, `是 Name 的四倍`."""
        before, after = marked.masked[: mark.at], marked.masked[mark.at + 1 :]
        return bool(self._compared.search(before) or self._compared_after.match(after))

    def _is_whole(self, marked: Marked, mark: Mark, begin: int = 0) -> bool:
        """True for the family in `the newest member of the Name1 family, Name1-Code`: it is not what comes out."""
        before, after = marked.masked[begin : mark.at], marked.masked[mark.at + 1 :]
        behind = self._whole_before.search(before)
        return bool(self._whole_after.match(after)) and (behind is not None or not self._lexicon.file.spaced)

    def _listed(self, marked: Marked, marks: Sequence[Mark], backwards: bool = False) -> list[Mark]:
        listed = [marks[0]]
        for mark in marks[1:]:
            first, last = sorted((listed[-1].at, mark.at))
            gap = marked.masked[first + 1 : last]
            if len(listed) == 1 and not backwards and _APPOSED.match(gap) and _is_narrower(mark, listed[0]):
                listed = [mark]
                continue
            if not (
                _LIST_GAP.match(gap) or _DESCRIBED.match(gap) or (not backwards and re.match(r"^\s?[:：]\s?$", gap))
            ):
                break
            listed.append(mark)
        return listed

    def _with_sizes(self, marked: Marked, marks: Sequence[Mark]) -> list[Released]:
        """One release a model; names that differ in size alone are one release with a list of sizes."""
        grouped: dict[str, tuple[ModelName, list[str], Mark, int]] = {}
        for mark in marks:
            if not isinstance(mark.what, ModelMention):
                continue
            model = mark.what.model
            base = ModelName(
                model.family,
                model.version,
                tuple(t for t in model.tokens if not _is_size(t)),
                model.packaging,
            )
            wider = next(
                (key for key, (m, *_rest) in grouped.items() if m.parent and m.parent.key == base.key and model.sizes),
                base.key,
            )
            entry = grouped.setdefault(wider, (base, [], mark, 0))
            sizes = [*model.sizes, *(self._sizes_after(marked, mark) or self._sizes_included(marked, mark))]
            grouped[wider] = (
                entry[0],
                entry[1] + [s for s in sizes if s not in entry[1]],
                entry[2],
                entry[3] + 1,
            )
        released = []
        for base, sizes, mark, names in grouped.values():
            own = mark.what.model if isinstance(mark.what, ModelMention) else base
            alone = names == 1 and len(sizes) <= 1 and bool(own.sizes)
            released.append(Released(own if alone else base, tuple(sizes), mark))
        if len(marks) == 2 and all(isinstance(m.what, ModelMention) and m.what.model.sizes for m in marks):
            # Two sized models may be a part of their family, whose own release was another day.
            return [Released(m.what.model, (), m) for m in marks if isinstance(m.what, ModelMention)]
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
            if (
                ModelName(model.family, model.version, tuple(t for t in model.tokens if not _is_size(t)), ()).key
                != series
            ):
                break
            sizes += [size for size in (*model.sizes, *self._sizes_after(marked, later)) if size not in sizes]
        return sizes

    def _sizes_after(self, marked: Marked, mark: Mark) -> list[str]:
        text = marked.masked
        match = re.match(rf"[^{MODEL}{SIZES}.;。；]{{0,70}}{SIZES}", text[mark.at + 1 :])
        if not match:
            return []
        sizes = marked.at(mark.at + match.end()).what
        gap = re.sub(rf"\s?{DATE}", "", match[0][:-1])
        near = re.fullmatch(r"\s*[(（:：,，、/]?\s*(?:\w+\s?){0,3}", gap) or re.search(
            self._lexicon.patterns["size_words"].pattern, gap, re.IGNORECASE
        )
        return list(sizes.sizes) if near and isinstance(sizes, SizesMention) else []

    def _dates(self, marked: Marked, hit: Hit, found: tuple[Hit, ...], discourse: Discourse) -> DateInterval | None:
        """The release's date; a departure told between the count and the release is what is counted from."""
        for mark in marked.of(DATE):
            mention = mark.what
            if (
                isinstance(mention, DateMention)
                and mention.follows is not None
                and mark.at < hit.first
                and discourse.last_dates
            ):
                if any(h.entry.event == "departure" and mark.at < h.first < hit.first for h in found):
                    return shifted(discourse.last_dates, mention.follows)
                if mention.governs and "," not in marked.masked[mark.at : hit.first]:
                    return shifted(discourse.last_dates, -mention.follows)
        speech = self._lexicon.pattern("speech")
        placed = date_for(marked, hit.first, hit.last, spans_beside(found, hit), discourse, speech)
        return placed[0] if placed and not placed[1] else None

    def _statement(
        self,
        marked: Marked,
        released: Released,
        stance: Stance,
        dates: DateInterval | None,
        availability: str | None,
    ) -> Statement:
        mark = released.mark
        written = marked.sentence.text[mark.start : mark.end]
        name = released.model.canonical
        mention = Mention(EntityKind.MODEL, name, (written,) if written != name else ())
        statement = Statement(EventType.RELEASE, mention, None, marked, stance, rule="release: without a verb")
        if dates is not None:
            statement.dates = dates
            statement.add("date", of_dates(dates))
        if len(released.sizes) > 1:
            statement.add("sizes", Value(", ".join(released.sizes)))
        elif released.model.sizes:
            total, active = parameters_of(released.model.sizes[0])
            for attribute, number in (("parameters", total), ("parameters_active", active)):
                if number is not None:
                    statement.add(attribute, Value(f"{number:.0f}", number=number, unit="parameters"))
        if availability:
            statement.add("availability", Value(availability))
        given = {detail.attribute for detail in statement.details}
        for attribute, value in self._specifications.of(_cell_around(marked, mark)):
            if attribute not in given:
                statement.add(attribute, value)
        return statement


def _cell_around(marked: Marked, mark: Mark) -> str:
    """The text that speaks of the model: its table cell in a row, otherwise the sentence."""
    text = marked.sentence.text
    if marked.sentence.kind != "row":
        return text
    first, last = text.rfind("|", 0, mark.start) + 1, text.find("|", mark.end)
    return text[first : last if last >= 0 else len(text)]


def _is_size(token: str) -> bool:
    return bool(SIZE.match(token) or ACTIVE.match(token))


def _is_narrower(mark: Mark, wider: Mark) -> bool:
    if not (isinstance(mark.what, ModelMention) and isinstance(wider.what, ModelMention)):
        return False
    return mark.what.model.key.startswith(wider.what.model.key + "-")
