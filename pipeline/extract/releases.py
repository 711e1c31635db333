"""Model releases told in sentences, headings and dated rows."""

from __future__ import annotations

import re

from pipeline.categories import EntityKind, EventType, Modality
from pipeline.extract.dates import DateMention
from pipeline.extract.drafts import Discourse, Statement, of_dates
from pipeline.extract.lexicon import Lexicon
from pipeline.extract.marking import DATE, MODEL, Mark, Marked
from pipeline.extract.modality import Stance, StanceReader
from pipeline.extract.model_lists import ModelLists, Released
from pipeline.extract.model_mentions import ModelMention
from pipeline.extract.page import Page
from pipeline.extract.placing import date_for, shifted
from pipeline.extract.release_objects import ReleaseObjects
from pipeline.extract.specifications import SpecificationReader, parameters_of
from pipeline.extract.triggers import Hit, spans_beside
from pipeline.intervals import DateInterval
from pipeline.model import Mention, Value


class ReleaseReader:
    """The release rules of one language, compiled from its lexicon."""

    def __init__(self, lexicon: Lexicon, stances: StanceReader, families: frozenset[str]) -> None:
        self._lexicon = lexicon
        self._spaced = lexicon.file.spaced
        self._stances = stances
        self._watched = families
        self._specifications = SpecificationReader(lexicon)
        self._lists = ModelLists(lexicon)
        self._objects = ReleaseObjects(lexicon, self._lists)
        self._future = lexicon.pattern("future")
        self._speech = lexicon.pattern("speech")
        self._attributive = re.compile(rf"(?:{lexicon.pattern('attributive').pattern})[\s-]*$", re.IGNORECASE)
        self._first_person = lexicon.pattern("first_person")
        gap = rf"\s(?:[\w'’{MODEL}-]+\s?){{0,3}}" if lexicon.file.spaced else r"[^，。；]{0,14}"
        self._background = re.compile(rf"(?:{lexicon.pattern('background').pattern}){gap}$", re.IGNORECASE)
        self._background_behind = lexicon.pattern("background_behind")

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
            if stance is None or self._is_described(marked, hit):
                continue
            for released in self._objects.of(marked, hit, found):
                wanted = released.model.family in self._watched or released.model.family in families
                dates = self._dates(marked, hit, found, discourse)
                # `Alibaba released Qwen models` tells of no release in particular unless it says when or which.
                vague = not released.model.version and not released.model.tokens and not (dates or released.sizes)
                if wanted and not vague and released.model.key not in done:
                    done.add(released.model.key)
                    statement = self._statement(marked, released, stance, dates, hit.entry.availability)
                    statement.tell_rule(f"release: {hit.entry.form} “{marked.unmasked(hit.first, hit.last)}”")
                    statement.background = self._is_background(marked, hit)
                    statements.append(statement)
        return statements

    def read_row(self, marked: Marked, event: tuple[int, int], families: frozenset[str]) -> list[Statement]:
        """The release that a dated row without a verb tells of: the model its event cell begins with."""
        first = next((m for m in marked.of(MODEL) if event[0] <= m.at < event[1]), None)
        if first is None or marked.masked[event[0] : first.at].strip(" |-*"):
            return []
        dates = [m.what for m in marked.of(DATE) if m.at < event[0] and isinstance(m.what, DateMention)]
        released = self._lists.with_sizes(marked, [first])
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
                    released = self._lists.with_sizes(page[place], [mark])[0]
                    return [self._statement(page[place], released, Stance(Modality.ASSERTED, None), None, None)]
        return []

    def is_compared(self, marked: Marked, mark: Mark) -> bool:
        """True for a model that is only the measure of another."""
        return self._objects.is_compared(marked, mark)

    def is_first_person(self, marked: Marked) -> bool:
        """True where the maker itself speaks: `we`."""
        return bool(self._first_person.search(marked.masked))

    @property
    def detail_bits(self) -> int:
        """The prefilter's bits of sentences that may say something of a model."""
        return self._specifications.bits

    def details(self, statement: Statement, marked: Marked) -> None:
        """Add to a release what a further sentence says of the model."""
        for attribute, value in self._specifications.of(marked.sentence.text):
            statement.add(attribute, value, marked=marked)

    def _is_described(self, marked: Marked, hit: Hit) -> bool:
        """True where nothing comes out: it is still to come, or the verb only describes (`the released model`)."""
        if self._future.search(marked.masked[max(0, hit.first - 30) : hit.last + 5]):
            return True
        return hit.entry.form == "verb" and self._attributive.search(marked.masked[: hit.first]) is not None

    def _is_background(self, marked: Marked, hit: Hit) -> bool:
        """True where the release is told only as what had been before: `since the release of`."""
        if self._background_behind.match(marked.masked, hit.last):
            return True
        looks_before = hit.entry.form == "noun" or not self._spaced
        return looks_before and self._background.search(marked.masked[: hit.first]) is not None

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
        placed = date_for(marked, hit.first, hit.last, spans_beside(found, hit), discourse, self._speech)
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
