"""Whether a successor was named, named without a name, or explicitly not named."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from pipeline.categories import EventType, Modality
from pipeline.extract.drafts import SAME_EVENT_DAYS, Statement, of_dates
from pipeline.extract.lexicon import Lexicon
from pipeline.extract.marking import PERSON, Marked
from pipeline.extract.modality import Stance, StanceReader
from pipeline.extract.persons import Person
from pipeline.intervals import DateInterval
from pipeline.model import Mention, Value


class SuccessorReader:
    """The succession rules of one language. The subject of what they find is the team that is led."""

    def __init__(self, lexicon: Lexicon, stances: StanceReader) -> None:
        self._lexicon = lexicon
        self._stances = stances
        words = {name: pattern.pattern for name, pattern in lexicon.patterns.items()}
        gap = r"[^.;。；，]" if not lexicon.file.spaced else r"[^.;]"
        named = [
            rf"(?:{words['placed_in_charge']})\s*(?P<a>{gap}{{2,80}}?)\s*(?:{words['in_charge']})",
            rf"(?:{words['installed']})\s*(?P<b>{gap}{{2,80}}?)\s*(?:{words['new_leader']})",
            rf"(?:{words['successor_named']})[,:]?\s*(?P<c>{PERSON})",
        ]
        self._named = re.compile("|".join(named), re.IGNORECASE)
        self._none = lexicon.pattern("no_successor")
        self.bits = lexicon.bit("no_successor") | lexicon.prefilter.bit(self._named.pattern)

    def concerns(self, marked: Marked, told: Sequence[Statement]) -> bool:
        """True when the sentence may speak of a succession, so that its team is worth looking for."""
        if any(statement.event_type == EventType.APPOINTMENT for statement in told):
            return True
        found = marked.sentence.may_hold(self.bits)
        return found and bool(self._none.search(marked.masked) or self._named.search(marked.masked))

    def read(self, marked: Marked, team: Mention | None) -> list[Statement]:
        """The succession statements of one sentence about `team`."""
        if team is None or not marked.sentence.may_hold(self.bits):
            return []
        statements = []
        for match in self._none.finditer(marked.masked):
            if marked.sentence.is_quoted(marked.original(match.start())):
                continue
            stance = Stance(Modality.DENIED, self._stances.attribution(marked))
            statements.append(self._statement(marked, team, stance, "not named", "successor"))
        for match in self._named.finditer(marked.masked):
            found = self._stances.of(marked, match.start(), match.start() + 1)
            group = next(name for name, value in match.groupdict().items() if value)
            persons = [m.what for m in marked.of(PERSON) if match.start(group) <= m.at < match.end(group)]
            named = persons[0] if persons and isinstance(persons[0], Person) else None
            who = named.name if named else marked.unmasked(*match.span(group)).strip(" ,")
            if found and found.modality != Modality.DENIED and self._is_someone(match[group]):
                statements.append(self._statement(marked, team, found, f"named: {who}", "leader"))
        return statements

    def of_appointments(
        self, statements: Sequence[Statement], team: Mention | None, published: dt.date
    ) -> list[Statement]:
        """The succession that an appointment amounts to: somebody takes over, or becomes the leader of `team`.

        An appointment told as background, from long before `published`, succeeds nobody today.
        """
        found = []
        for statement in statements:
            if statement.event_type != EventType.APPOINTMENT or statement.person is None or team is None:
                continue
            if statement.stance.modality == Modality.DENIED or statement.object is None:
                continue
            role = next((d.value.text.lower() for d in statement.details if d.attribute == "role"), "")
            if statement.dates is not None and (published - statement.dates.last).days > SAME_EVENT_DAYS:
                continue
            takes_over = self._lexicon.pattern("succession").search(statement.marked.masked)
            leads = role in self._lexicon.file.words["top_roles"]
            of_a_part = bool(role) and not leads
            if (leads or (takes_over and not of_a_part)) and statement.object.name == team.name:
                value, dates = f"named: {statement.person.name}", statement.dates
                found.append(self._statement(statement.marked, team, statement.stance, value, "leader", dates))
        return found

    def _is_someone(self, words: str) -> bool:
        """True for a person, or for words that name a role such as `a researcher from …`."""
        return PERSON in words or bool(self._lexicon.pattern("role_heads").search(words))

    def _statement(
        self, marked: Marked, team: Mention, stance: Stance, value: str, role: str, dates: DateInterval | None = None
    ) -> Statement:
        statement = Statement(
            EventType.APPOINTMENT, team, team, marked, stance, dates=dates, rule=f"successor: {value}"
        )
        if dates is not None:
            statement.add("date", of_dates(dates))
        asserted = stance if stance.modality != Modality.DENIED else Stance(Modality.ASSERTED, stance.attributed_to)
        statement.add("successor", Value(value), stance=asserted)
        statement.add("organisation", Value(team.name))
        statement.add("role", Value(role))
        return statement
