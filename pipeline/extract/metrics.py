"""Metrics of a model family in sentences and tables: downloads, derivatives, users, stars."""

from __future__ import annotations

import re
from functools import reduce
from operator import or_

from pipeline.categories import EntityKind, EventType, Modality
from pipeline.extract.dates import DateMention
from pipeline.extract.drafts import Statement
from pipeline.extract.lexicon import Lexicon, Phrase
from pipeline.extract.marking import DATE, MODEL, NUMBER, ORGANISATION, Mark, Marked
from pipeline.extract.modality import Stance, StanceReader
from pipeline.extract.model_mentions import ModelMention
from pipeline.extract.numbers import Quantity
from pipeline.extract.organisations import Organisation
from pipeline.extract.tables import Table, cells
from pipeline.intervals import DateInterval
from pipeline.model import Mention, Value

# Below this a number beside a metric's words counts something else (`four open models`).
_LEAST = {"released_models": 20.0, "arena_rank": 1.0, "arena_score": 100.0}
_LEAST_OTHER = 50.0


class MetricReader:
    """The metric rules of one language, compiled from its lexicon."""

    def __init__(self, lexicon: Lexicon, stances: StanceReader, families: frozenset[str]) -> None:
        self._lexicon = lexicon
        self._stances = stances
        self._families = families
        joint = rf"(?:{lexicon.words('counted_joint')}|\s){{0,3}}"
        self._beside = re.compile(r"[\s+-]*(?:[\w'’-]+\s){0,2}" if lexicon.file.spaced else joint)
        self._share = re.compile(rf"\s?(?:[%％‰]|{lexicon.words('currencies')})")
        self._growth = lexicon.pattern("growth")
        self.bits = reduce(or_, (phrase.bit for _, phrase in lexicon.metrics), 0)

    def read(self, marked: Marked, topic: str | None) -> list[Statement]:
        """The metrics of one sentence; `topic` is the family the document is about."""
        if NUMBER not in marked.masked or not self._metrics_of(marked):
            return []
        statements = []
        for mark in marked.of(NUMBER):
            if marked.sentence.is_quoted(mark.start) or self._is_share(marked, mark):
                continue
            metric = self._metric_at(marked, mark)
            if metric is None:
                continue
            stance = self._stances.of(marked, mark.at, mark.at + 1)
            subject = self._subject(marked, mark, topic)
            if stance is not None and subject is not None:
                statements += self._statement(marked, mark, metric, subject, stance, self._as_of(marked, mark))
        return statements

    def read_table(self, table: Table, topic: str | None) -> list[Statement]:
        """The metrics of a table whose header names a metric column and a value column."""
        if "table_metric" not in table.columns or "table_value" not in table.columns:
            return []
        statements = []
        for row in table.rows:
            spans = cells(row)
            if len(spans) <= max(table.columns["table_metric"], table.columns["table_value"]):
                continue
            label, value = spans[table.columns["table_metric"]], spans[table.columns["table_value"]]
            words = row.masked[slice(*label)]
            metric = next((name for name, p in self._metrics_of(row) if p.pattern.search(words)), None)
            number = next(
                (m for m in row.of(NUMBER) if value[0] <= m.at < value[1] and not self._is_share(row, m)), None
            )
            subject = self._subject(row, number, topic) if number else None
            if metric and number and subject and not self._growth.search(words):
                stance = Stance(Modality.ASSERTED, None)
                as_of = self._dated_in(row, label) or self._dated_in(row, value)
                statements += self._statement(row, number, metric, subject, stance, as_of)
        return statements

    def _metrics_of(self, marked: Marked) -> list[tuple[str, Phrase]]:
        return [found for found in self._lexicon.metrics if marked.sentence.may_hold(found[1].bit)]

    def _metric_at(self, marked: Marked, mark: Mark) -> str | None:
        after, before = marked.masked[mark.at + 1 :], marked.masked[: mark.at]
        for metric, phrase in self._metrics_of(marked):
            if (match := phrase.pattern.search(after)) and self._beside.fullmatch(after[: match.start()]):
                return metric
        for metric, phrase in self._metrics_of(marked):
            for match in phrase.pattern.finditer(before):
                gap = before[match.end() :]
                if len(gap) <= 40 and not re.search(rf"[.;,，。；|{NUMBER}]", gap):
                    return metric
        return self._continued(marked, mark)

    def _continued(self, marked: Marked, mark: Mark) -> str | None:
        """`from 31 million users in January to 203 million`: the second number counts what the first does."""
        earlier = [m for m in marked.of(NUMBER) if m.at < mark.at]
        if not earlier:
            return None
        gap = marked.masked[earlier[-1].at + 1 : mark.at]
        if len(gap) > 60 or not self._lexicon.pattern("to_number").search(gap):
            return None
        if len(gap) <= 30 and (same := self._metric_at(marked, earlier[-1])):
            return same
        return next((metric for metric, phrase in self._metrics_of(marked) if phrase.pattern.search(gap)), None)

    def _statement(
        self, marked: Marked, mark: Mark, metric: str, subject: Mention, stance: Stance, as_of: DateInterval | None
    ) -> list[Statement]:
        quantity = mark.what
        if not isinstance(quantity, Quantity) or quantity.value < _LEAST.get(metric, _LEAST_OTHER):
            return []
        rule = f"metric: {metric}"
        statement = Statement(EventType.METRIC, subject, None, marked, stance, dates=as_of, rule=rule)
        text = f"{quantity.value:.0f}"
        statement.add(metric, Value(text, dates=as_of, number=quantity.value, unit=metric, bound=quantity.bound))
        if as_of is not None:
            statement.add("as_of", Value(str(as_of), dates=as_of, unit=metric))
        return [statement]

    def _dated_in(self, row: Marked, cell: tuple[int, int]) -> DateInterval | None:
        """The date a cell gives its figure; `since 2023` dates the counting, not the count."""
        for mark in row.of(DATE):
            if cell[0] <= mark.at < cell[1] and isinstance(mark.what, DateMention) and not self._is_start(row, mark):
                return mark.what.dates
        return None

    def _is_start(self, marked: Marked, mark: Mark) -> bool:
        return bool(self._lexicon.pattern("counting_from").match(marked.sentence.text[mark.start : mark.end]))

    def _as_of(self, marked: Marked, mark: Mark) -> DateInterval | None:
        dates = [
            m
            for m in marked.of(DATE)
            if isinstance(m.what, DateMention) and m.what.dates and not self._is_start(marked, m)
        ]
        after = [m for m in dates if 0 < m.at - mark.at <= 45 and NUMBER not in marked.masked[mark.at + 1 : m.at]]
        before = [m for m in dates if 0 < mark.at - m.at <= 60]
        for found in [*after[:1], *reversed(before)]:
            if isinstance(found.what, DateMention):
                return found.what.dates
        return None

    def _subject(self, marked: Marked, mark: Mark, topic: str | None) -> Mention | None:
        models = [m for m in marked.of(MODEL) if isinstance(m.what, ModelMention)]
        if models:
            nearest = min(models, key=lambda m: (m.at > mark.at, abs(m.at - mark.at)))
            if isinstance(nearest.what, ModelMention):
                return Mention(EntityKind.MODEL, nearest.what.model.canonical)
        named = [(m.at, m.what.name) for m in marked.of(ORGANISATION) if isinstance(m.what, Organisation)]
        # What stands before the number is nearer to it than what stands behind.
        for _, name in sorted(named, key=lambda found: (found[0] > mark.at, abs(found[0] - mark.at))):
            if name in self._families:
                return Mention(EntityKind.MODEL, name)
        return Mention(EntityKind.MODEL, topic) if topic else None

    def _is_share(self, marked: Marked, mark: Mark) -> bool:
        """True for a percentage or an amount of money."""
        text = marked.sentence.text
        sign = text[max(0, mark.start - 1) : mark.start]
        return self._share.match(text, mark.end) is not None or sign in set("$¥€£")
