"""Tables of models with the days they came out: each row a release, its other cells what is said of the model."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.categories import EntityKind
from pipeline.extract.drafts import Statement, of_dates
from pipeline.extract.fields import FieldReader
from pipeline.extract.lexicon import Lexicon
from pipeline.extract.marking import MODEL, Marked
from pipeline.extract.releases import ReleaseReader
from pipeline.extract.specifications import parameter_values
from pipeline.extract.tables import Cell, Table, cell_text, cells
from pipeline.model import Mention
from pipeline.naming.models import parse_model


class ModelTableReader:
    """The rules for tables of models of one language, compiled from its lexicon."""

    def __init__(self, lexicon: Lexicon, releases: ReleaseReader, fields: FieldReader) -> None:
        self._releases = releases
        self._fields = fields
        self._of_releases = lexicon.pattern("table_of_releases")
        self._unreleased = lexicon.pattern("table_unreleased")
        self._variants = frozenset(variant.casefold() for variant in lexicon.file.model_variants)

    def read(self, table: Table, families: frozenset[str]) -> list[Statement]:
        """The releases of a table of models and dates; a ranking is none, and a row without a date tells of none."""
        when = self._dated_by(table)
        rows = table.rows if when else ()
        place = self._model_column(table, rows)
        if when is None or place is None:
            return []
        attributes = {
            column: found
            for column, name in enumerate(table.header)
            if column not in (place, table.columns[when]) and (found := self._fields.attributes(name))
        }
        published = table.page.document.published_at.date()
        known = {family.casefold() for family in families}
        named = {mention.model.family for at in table.places for mention in table.page.models(at)}
        wanted = families | {family for family in named if family.casefold() in known}
        statements = []
        for row in rows:
            dates = table.date(row, when)
            spans = cells(row)
            if dates is None or dates.first > published or place >= len(spans):
                continue
            stated = [table.columns[when], *(c for c, names in attributes.items() if "availability" in names)]
            if any(self._unreleased.search(cell_text(row, spans[c])) for c in stated if c < len(spans)):
                continue
            for statement in self._releases.read_row(row, spans[place], wanted):
                self._name_in_full(statement, row, spans[place])
                statement.dates = dates
                statement.details = [detail for detail in statement.details if detail.attribute != "date"]
                statement.add("date", of_dates(dates))
                self._specify(statement, row, spans, attributes)
                statements.append(statement)
        return statements

    def _dated_by(self, table: Table) -> str | None:
        """The kind of the column with the days of release; a plain date is one where the table is of releases."""
        if "table_event" in table.columns or "table_score" in table.columns:
            return None
        if "table_released" in table.columns:
            return "table_released"
        if "table_when" not in table.columns:
            return None
        words = [table.page.document.title, *table.header, *(marked.sentence.text for marked in table.context)]
        return "table_when" if any(self._of_releases.search(text) for text in words) else None

    def _model_column(self, table: Table, rows: Sequence[Marked]) -> int | None:
        """The column in which most cells begin with a model's name, rather the one that is called so."""
        named: dict[int, int] = {}
        for row in rows:
            for column, span in enumerate(cells(row)):
                named[column] = named.get(column, 0) + row.masked[slice(*span)].strip(" |*").startswith(MODEL)
        likely = [column for column, count in named.items() if count * 2 >= len(rows)]
        called = table.columns.get("table_model")
        return called if called in likely else next(iter(likely), None)

    def _name_in_full(self, statement: Statement, row: Marked, span: Cell) -> None:
        """`GPT-5.5 mini` fills its cell: in running text the last word might be no part of the name."""
        mark = next(mark for mark in row.of(MODEL) if span[0] <= mark.at < span[1])
        rest, written = row.masked[mark.at + 1 : span[1]].rstrip(" |"), cell_text(row, span)
        variants = rest and all(word.casefold() in self._variants for word in rest.split())
        model = parse_model(written) if variants or re.fullmatch(r"[-.\w]*\d[-.\w]*", rest) else None
        if model is None:
            return
        statement.subject = Mention(EntityKind.MODEL, model.canonical, (written,))
        for size in model.sizes:
            for attribute, value in parameter_values(size):
                statement.add(attribute, value)

    def _specify(
        self, statement: Statement, row: Marked, spans: Sequence[Cell], attributes: dict[int, tuple[str, ...]]
    ) -> None:
        given = {detail.attribute for detail in statement.details}
        for column, names in attributes.items():
            if column < len(spans):
                for attribute, value in self._fields.values(names, cell_text(row, spans[column])):
                    if attribute not in given:
                        statement.add(attribute, value)
