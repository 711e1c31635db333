"""Tables and bullet lists under a heading or lead-in that carries the verb."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.categories import EventType, Modality
from pipeline.extract.dates import DateMention
from pipeline.extract.drafts import Statement, of_dates
from pipeline.extract.lexicon import Lexicon
from pipeline.extract.marking import DATE, PERSON, Marked
from pipeline.extract.modality import Stance, StanceReader
from pipeline.extract.persons import Person
from pipeline.extract.triggers import hits
from pipeline.model import Value

_COLUMNS = (
    "table_who",
    "table_role",
    "table_when",
    "table_event",
    "table_metric",
    "table_value",
    "table_source",
)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of one table, from sentence `first` up to `last` (excluded); `columns` maps a column's kind
    (`table_who`, …) to its place in the header."""

    columns: dict[str, int]
    header: tuple[str, ...]
    rows: tuple[Marked, ...]
    first: int
    last: int


def cells(marked: Marked) -> tuple[tuple[int, int], ...]:
    """The spans of a row's cells in its masked text."""
    text = marked.masked
    begin = 1 if text.startswith("|") else 0
    end = len(text) - 1 if text.endswith("|") and len(text) > 1 else len(text)
    spans: list[tuple[int, int]] = []
    for part in re.finditer(r"[^|]*", text[begin:end]):
        if part.start() == part.end() and spans and spans[-1][1] == begin + part.start():
            continue
        spans.append((begin + part.start(), begin + part.end()))
    return tuple(spans)


def cell_text(marked: Marked, span: tuple[int, int]) -> str:
    return marked.unmasked(*span).strip(" |")


def find_tables(sentences: Sequence[Marked], lexicon: Lexicon) -> tuple[Table, ...]:
    """The tables among the sentences; the first row is the header where its cells are column names."""
    found = []
    index = 0
    while index < len(sentences):
        if sentences[index].sentence.kind != "row":
            index += 1
            continue
        last = index
        while last < len(sentences) and sentences[last].sentence.kind == "row":
            last += 1
        rows = [row for row in sentences[index:last] if not re.fullmatch(r"[\s|:\-]+", row.masked)]
        if len(rows) > 1:
            header = tuple(cell_text(rows[0], span) for span in cells(rows[0]))
            found.append(Table(_columns(header, lexicon), header, tuple(rows[1:]), index, last))
        index = last
    return tuple(found)


def people_of_table(table: Table, context: Sequence[Marked], lexicon: Lexicon) -> list[Statement]:
    """The departures of a table of people, when its heading or the lines before it say that they left."""
    if "table_who" not in table.columns or not carries_departure(context, lexicon):
        return []
    statements = []
    for row in table.rows:
        spans = cells(row)
        who = _cell(spans, table.columns["table_who"])
        person = _person_in(row, who) if who else None
        if person is None:
            continue
        stance = Stance(Modality.ASSERTED, None)
        statement = Statement(EventType.DEPARTURE, person.mention(), None, row, stance, person=person)
        if (role := _cell(spans, table.columns.get("table_role"))) and (words := cell_text(row, role)):
            statement.add("role", Value(words))
        if when := _cell(spans, table.columns.get("table_when")):
            _add_date(statement, row, when)
        statements.append(statement)
    return statements


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
            statement = Statement(EventType.DEPARTURE, person.mention(), None, item, stance, person=person)
            dates = [m for m in item.of(DATE) if isinstance(m.what, DateMention) and m.what.dates]
            if len(dates) == 1 and hits(item, lexicon):
                _add_date(statement, item, (dates[0].at, dates[0].at + 1))
            statements.append(statement)
    return statements


def carries_departure(context: Sequence[Marked], lexicon: Lexicon) -> bool:
    """True when a heading or lead-in holds a departure's verb or noun."""
    return any(hit.entry.event == "departure" for marked in context for hit in hits(marked, lexicon))


def _columns(header: Sequence[str], lexicon: Lexicon) -> dict[str, int]:
    columns: dict[str, int] = {}
    for place, name in enumerate(header):
        for kind in _COLUMNS:
            if kind not in columns and kind in lexicon.patterns and lexicon.patterns[kind].fullmatch(name.strip()):
                columns[kind] = place
                break
    return columns


def _cell(spans: Sequence[tuple[int, int]], place: int | None) -> tuple[int, int] | None:
    return spans[place] if place is not None and place < len(spans) else None


def _person_in(row: Marked, span: tuple[int, int]) -> Person | None:
    for mark in row.of(PERSON):
        if span[0] <= mark.at < span[1] and isinstance(mark.what, Person):
            return mark.what
    return None


def _add_date(statement: Statement, row: Marked, span: tuple[int, int]) -> None:
    for mark in row.of(DATE):
        if span[0] <= mark.at < span[1] and isinstance(mark.what, DateMention) and mark.what.dates:
            statement.dates = mark.what.dates
            statement.add("date", of_dates(mark.what.dates))
            return
