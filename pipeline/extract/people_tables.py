"""Tables and lists of people: who left, came or was given a post, by a column, the header, or the lines above."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipeline.categories import EntityKind, EventType, Modality
from pipeline.extract.dates import DateMention
from pipeline.extract.drafts import Statement, of_dates
from pipeline.extract.lexicon import MARKS, Lexicon
from pipeline.extract.marking import DATE, ORGANISATION, PERSON, Marked
from pipeline.extract.modality import Stance, StanceReader
from pipeline.extract.organisations import Organisation
from pipeline.extract.persons import Person
from pipeline.extract.roles import narrowest
from pipeline.extract.tables import Cell, Table, cell_text, cells
from pipeline.extract.triggers import hits
from pipeline.intervals import DateInterval
from pipeline.model import Mention, Value

_ASSERTED = Stance(Modality.ASSERTED, None)
_SURE = (Modality.ASSERTED, Modality.REPORTED)
_MOVES = {kind: EventType(kind) for kind in ("departure", "hire", "appointment")}
# The column whose date is that of an event, and the list of the words that tell the event in a cell.
_DATED = {"departure": "table_left", "hire": "table_joined", "appointment": "table_appointed"}
_WORDS = {"departure": "change_departure", "hire": "change_hire", "appointment": "change_appointment"}
_MARKED = frozenset(MARKS.values())
_OPENING = 4
_BEFORE_NAME = re.compile(r"^\s*(?:the\s+|了)?")
_NAME = re.compile(r"[A-Z0-9][\w.&'’-]*(?:\s(?:[A-Z0-9][\w.&'’-]*|of|for|and|&)){0,5}")


class PeopleTableReader:
    """The rules for tables of people of one language, compiled from its lexicon."""

    def __init__(self, lexicon: Lexicon, stances: StanceReader) -> None:
        self._lexicon = lexicon
        self._stances = stances
        self._unknown = lexicon.pattern("table_unknown")
        self._role = lexicon.pattern("role_heads")
        self._no_organisation = re.compile(
            rf"(?:{lexicon.pattern('table_no_organisation').pattern})" + (r"(?!\w)" if lexicon.file.spaced else ""),
            re.IGNORECASE,
        )
        self._ending = re.compile(rf"[\w·]{{1,12}}(?:{lexicon.pattern('organisation_endings').pattern})$")

    def read(self, table: Table) -> list[Statement]:
        """The moves of a table of people; a rumoured or denied one is none."""
        if "table_who" not in table.columns:
            return []
        rows = [(row, person) for row in table.rows if (person := _person_in(row, table.cell(row, "table_who")))]
        if not rows:
            return []
        role = self._role_column(table, [row for row, _ in rows])
        above = None if "table_change" in table.columns else self._event_above(table)
        return [
            self._statement(table, row, person, event, dates, role)
            for row, person in rows
            for event, dates in self._events(table, row, above)
        ]

    def _events(self, table: Table, row: Marked, above: str | None) -> Iterator[tuple[str, DateInterval | None]]:
        """The events of a row, with their dates."""
        plain = table.date(row, "table_when")
        dated = {event: dates for event, kind in _DATED.items() if (dates := table.date(row, kind))}
        change = table.cell(row, "table_change")
        if change is not None and cell_text(row, change):
            if event := self._event_in(_part(row, change)):
                yield event, dated.get(event) or plain
        elif dated:
            # When those who left had come is background.
            event = "departure" if "departure" in dated else next(iter(dated))
            yield event, dated[event]
        elif above is not None and _DATED[above] not in table.columns:
            yield above, plain

    def _event_in(self, cell: Marked) -> str | None:
        """The event that a cell tells, by a trigger or another word for it."""
        told = [
            (hit.first, hit.last, str(hit.entry.event))
            for hit in hits(cell, self._lexicon)
            if hit.entry.event in _MOVES
        ]
        if not told:
            matches = ((self._lexicon.pattern(words).search(cell.masked), event) for event, words in _WORDS.items())
            told = sorted((*match.span(), event) for match, event in matches if match)
        for first, last, event in told:
            stance = self._stances.of(cell, first, last)
            return event if stance is not None and stance.modality in _SURE else None
        return None

    def _event_above(self, table: Table) -> str | None:
        """The event of all rows, by the heading or lead-in of the table."""
        seen: set[str] = set()
        for marked in table.context:
            told: set[str] = set()
            for hit in hits(marked, self._lexicon):
                stance = self._stances.of(marked, hit.first, hit.last) if hit.entry.event in _MOVES else None
                if stance is not None and stance.modality in _SURE:
                    told.add(hit.entry.event)
            if not told and marked.sentence.kind == "heading":
                words = ((event, _WORDS[event]) for event in ("hire", "appointment"))
                told = {event for event, name in words if self._lexicon.pattern(name).search(marked.masked)}
            if len(told) == 1:
                return next(iter(told))
            seen |= told
        return "departure" if "departure" in seen else None

    def _statement(
        self, table: Table, row: Marked, person: Person, event: str, dates: DateInterval | None, role: int | None
    ) -> Statement:
        statement = Statement(
            _MOVES[event], person.mention(), None, row, _ASSERTED, person=person, rule=f"table of people: {event}"
        )
        organisation = self._organisation(table, row, event)
        if organisation is not None:
            statement.object = organisation
            statement.add("organisation", Value(organisation.name))
        elif event == "hire":
            self._add_context(statement, table)
        spans = cells(row)
        words = cell_text(row, spans[role]) if role is not None and role < len(spans) else ""
        if event == "appointment":
            words = self._new_role(row, table.cell(row, "table_change")) or words
        if self._says(words):
            statement.add("role", Value(words))
        if dates is not None:
            statement.dates = dates
            statement.add("date", of_dates(dates))
        if event == "departure" and (destination := self._named_in(row, table.cell(row, "table_destination"))):
            statement.add("destination", Value(destination.name))
        return statement

    def _new_role(self, row: Marked, change: Cell | None) -> str | None:
        """The role in `promoted to head of training`, which is newer than that of the column of roles."""
        if change is None:
            return None
        cell = _part(row, change)
        told = [hit.last for hit in hits(cell, self._lexicon) if hit.entry.event == "appointment"]
        words = re.sub(r"^(?:\s*(?:to|as|the)\b|[为成])*\s*", "", cell.masked[told[0] :]) if told else ""
        return words if _MARKED.isdisjoint(words) and self._role.search(words) else None

    def _organisation(self, table: Table, row: Marked, event: str) -> Mention | None:
        """The organisation that a column gives: what was left, or where somebody came or was given a post."""
        columns = {
            "departure": ("table_origin", "table_organisation"),
            "hire": ("table_destination", "table_organisation", "table_change"),
            "appointment": ("table_organisation", "table_destination"),
        }
        found = (self._named_in(row, table.cell(row, kind)) for kind in columns[event])
        return next((organisation for organisation in found if organisation), None)

    def _add_context(self, statement: Statement, table: Table) -> None:
        """The organisation that the table is of: named above it, in the title, or where the document opens."""
        for marked in (*table.context, *table.page.first(_OPENING)):
            if organisation := narrowest(marked, 0, len(marked.masked)):
                statement.object = organisation.mention()
                statement.add("organisation", Value(organisation.name), marked=marked)
                return
        for organisation in table.page.titled_organisations[:1]:
            statement.object = organisation.mention()

    def _named_in(self, row: Marked, span: Cell | None) -> Mention | None:
        """The organisation that a cell names: a known one, or by the shape of its name."""
        if span is None or not self._says(cell_text(row, span)):
            return None
        cell = _part(row, span)
        stances = (self._stances.of(cell, at, at) for at in (0, len(cell.masked)))
        if not all(stance is not None and stance.modality in _SURE for stance in stances):
            return None
        joins = [hit for hit in hits(cell, self._lexicon) if hit.entry.event == "hire"]
        begin = joins[0].last if joins else 0
        begin = len(cell.masked) - len(_BEFORE_NAME.sub("", cell.masked[begin:]))
        for mark in row.of(ORGANISATION):
            if mark.at == _trimmed(row, span)[0] + begin and isinstance(mark.what, Organisation):
                return mark.what.mention()
        name = re.split(r"[,;，；、(（]|\s[-–—]\s", cell.masked[begin:], maxsplit=1)[0].strip()
        if self._no_organisation.match(name):
            return None
        joined_han = bool(joins) and re.fullmatch(r"[\u3400-\u9fff]{2,8}", name)
        if _NAME.fullmatch(name) or self._ending.match(name) or joined_han:
            return Mention(EntityKind.ORGANISATION, name)
        return None

    def _role_column(self, table: Table, rows: Sequence[Marked]) -> int | None:
        """The column of roles, or one that no list knows and in which most cells name one."""
        if "table_role" in table.columns:
            return table.columns["table_role"]
        for place in range(len(table.header)):
            if place in table.columns.values():
                continue
            texts = [cell_text(row, spans[place]) for row in rows if place < len(spans := cells(row))]
            if sum(bool(self._role.search(text)) and len(text) < 60 for text in texts) * 2 > len(rows):
                return place
        return None

    def _says(self, words: str) -> bool:
        return bool(words) and not self._unknown.fullmatch(words)


def people_of_list(
    items: Sequence[Marked], lead_in: Marked, lexicon: Lexicon, stances: StanceReader
) -> list[Statement]:
    """The departures of a list whose lead-in says that these people left: `- Name: what they did`."""
    trigger = next((hit for hit in hits(lead_in, lexicon) if hit.entry.event == "departure"), None)
    stance = stances.of(lead_in, trigger.first, trigger.last) if trigger else None
    if stance is None:
        return []
    statements = []
    for item in items:
        match = re.match(rf"^(?:[-*•·▪◦]|\d{{1,2}}[.)、])\s*({PERSON})(?=\s?(?:[:：,，（(—–|]|-\s|$))", item.masked)
        person = item.at(match.start(1)).what if match else None
        if isinstance(person, Person):
            statement = Statement(
                EventType.DEPARTURE,
                person.mention(),
                None,
                item,
                stance,
                person=person,
                rule="list of people under what carries the verb",
            )
            dates = [m.what.dates for m in item.of(DATE) if isinstance(m.what, DateMention) and m.what.dates]
            if len(dates) == 1 and hits(item, lexicon):
                statement.dates = dates[0]
                statement.add("date", of_dates(dates[0]))
            statements.append(statement)
    return statements


def _trimmed(row: Marked, span: Cell) -> Cell:
    """A cell without the blanks around its words."""
    words = row.masked[slice(*span)]
    first = span[0] + len(words) - len(words.lstrip(" |"))
    return first, max(first, span[0] + len(words.rstrip(" |")))


def _part(row: Marked, span: Cell) -> Marked:
    """A cell as a sentence of its own."""
    span = _trimmed(row, span)
    return replace(row, masked=row.masked[slice(*span)], marks=(), offsets=row.offsets[slice(*span)])


def _person_in(row: Marked, span: Cell | None) -> Person | None:
    for mark in row.of(PERSON) if span else ():
        if span and span[0] <= mark.at < span[1] and isinstance(mark.what, Person):
            return mark.what
    return None
