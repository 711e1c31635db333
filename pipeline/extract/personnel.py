"""Departures, hires, appointments and foundings told in sentences."""

from __future__ import annotations

import re
from dataclasses import replace

from pipeline.categories import EventType, Modality
from pipeline.extract.dates import DateMention
from pipeline.extract.drafts import Discourse, Statement, of_dates, who_left
from pipeline.extract.lexicon import Lexicon
from pipeline.extract.marking import DATE, PERSON, Marked
from pipeline.extract.modality import Stance, StanceReader
from pipeline.extract.move_organisations import MoveOrganisations
from pipeline.extract.persons import Person
from pipeline.extract.placing import date_for
from pipeline.extract.quotations import QuotationReader
from pipeline.extract.roles import RoleReader, narrowest
from pipeline.extract.subjects import Found, SubjectFinder
from pipeline.extract.triggers import Hit, is_quoted, spans_beside
from pipeline.intervals import DateInterval
from pipeline.model import Value


class PersonnelReader:
    """The personnel rules of one language, compiled from its lexicon."""

    def __init__(self, lexicon: Lexicon, stances: StanceReader, roles: RoleReader) -> None:
        self._lexicon = lexicon
        self._subjects = SubjectFinder(lexicon)
        self._quotations = QuotationReader(lexicon)
        self._stances = stances
        self._roles = roles
        self._organisations = MoveOrganisations(lexicon, roles)
        self._other_fields = lexicon.pattern("other_fields")
        words = {name: lexicon.pattern(name).pattern for name in ("pronouns", "own_word", "denial")}
        self._own_word = re.compile(
            rf"(?:{PERSON}|{words['pronouns']})[^,.;，。；]{{0,16}}?(?:{words['own_word']})", re.IGNORECASE
        )
        # Whoever denies is often told of between commas first: `Wen Tao, who leads the team, denied that …`.
        aside = r"(?:,[^,.;，。；]{1,90},|，[^,.;，。；]{1,30}，)?"
        self._own_denial = re.compile(
            rf"(?:{PERSON}|{words['pronouns']}){aside}[^,.;，。；]{{0,16}}?(?:{words['denial']})", re.IGNORECASE
        )

        words_between = rf"\s{lexicon.words('noun_subject')}\s"
        self._of_person = re.compile(rf"{words_between}|\s?[:：]\s")
        self._dated_behind = re.compile(rf"(?:{words_between}[^.;]{{0,60}}?{PERSON}(?:[^{DATE}.;,]{{0,20}}))?\s?{DATE}")
        self._led = re.compile(lexicon.pattern("led").pattern, re.IGNORECASE)
        self._own = lexicon.pattern("first_person_possessive")
        self._speech, self._succession = lexicon.pattern("speech"), lexicon.pattern("succession")
        self._hired_here, self._changes_sides = lexicon.pattern("hired_here"), lexicon.pattern("changes_sides")
        self._in_the_role, self._to_lead = lexicon.pattern("in_the_role"), lexicon.pattern("to_lead")
        # `named {person} as her successor`, `was named {person}'s successor`
        named = rf"(?:{PERSON}|(?-i:\b[A-Z][\w-]+))(?:{lexicon.words('possessive')})"
        owner = rf"(?:{named}|{lexicon.words('possessive_pronouns')})"
        self._as_successor = re.compile(rf"{owner}\s?{lexicon.words('successor_words')}", re.IGNORECASE)
        self._leading_role = next(iter(lexicon.file.words["leading_role"]), None)

    @property
    def bits(self) -> int:
        """The prefilter's bits of sentences that may tell of a move."""
        return self._lexicon.trigger_bits("departure", "hire", "appointment", "founding")

    def read(self, marked: Marked, found: tuple[Hit, ...], discourse: Discourse) -> list[Statement]:
        """The personnel statements of one sentence with its triggers; moves the discourse on to whom it speaks of."""
        statements: list[Statement] = []
        if self._other_fields.search(marked.masked):
            return statements
        for hit in found:
            if hit.entry.event == "release":
                continue
            stance = self._stances.of(marked, hit.first, hit.last)
            subject = self._subject(marked, hit, stance, discourse, statements) if stance else None
            if stance is None or subject is None:
                continue
            denied = stance.modality == Modality.DENIED
            if denied and hit.entry.voluntary is not None:
                continue  # `she was not pushed out` denies the push, not the leaving
            placed = None if denied or not stance.dated else self._dates(marked, hit, found, discourse)
            dates, spoken = placed or (None, False)
            if hit.entry.form == "possessed" and dates is None and not self._own.match(marked.masked, hit.first):
                continue
            for person in (*subject, *self._subjects.together_with(marked, hit.last)):
                own = self._is_own_word(marked, person, stance)
                if is_quoted(marked, hit.first) or person is discourse.author or own:
                    stance = replace(stance, attributed_to=person.name)
                statement = self._statement(marked, hit, found, person, stance)
                if statement is None:
                    continue
                if dates is not None:
                    statement.dates = dates
                    # `he confirmed on Monday that he had left` dates the word: what was said, not what was done.
                    told = "announced" if spoken and hit.entry.event == "departure" else hit.entry.date
                    statement.add(told, of_dates(dates))
                statements += [statement, *self._left_behind(marked, hit, statement)]
        self._move_on(statements, discourse)
        return statements

    def _left_behind(self, marked: Marked, hit: Hit, hire: Statement) -> list[Statement]:
        """What somebody leaves who changes sides, where the sentence says whose post that was: `跳槽`, `defected`."""
        if hire.event_type != EventType.HIRE or hire.object is None or hire.person is None:
            return []
        if not self._changes_sides.search(marked.masked[hit.first : hit.last]):
            return []
        held = [role for role in self._roles.find(marked) if role.person is hire.person and role.organisation]
        before = next((role.organisation for role in held if role.organisation), None)
        if before is None or before.name == hire.object.name:
            return []
        left = Statement(EventType.DEPARTURE, hire.subject, before.mention(), marked, hire.stance, person=hire.person)
        left.tell_rule(f"personnel: who changes sides leaves, “{marked.unmasked(hit.first, hit.last)}”")
        left.dates = hire.dates
        left.add("organisation", Value(before.name))
        left.add("destination", Value(hire.object.name))
        if hire.dates is not None:
            left.add("date", of_dates(hire.dates))
        return [left]

    def _is_own_word(self, marked: Marked, person: Person, stance: Stance) -> bool:
        """True when who moved is the one who says so, or denies it: `she confirmed`, `向本报确认，他已离职`."""
        persons = [mark.what for mark in marked.of(PERSON)]
        if not persons or any(named is not person for named in persons):
            return False
        said = self._own_denial if stance.modality == Modality.DENIED else self._own_word
        return bool(said.search(marked.masked))

    def _subject(
        self, marked: Marked, hit: Hit, stance: Stance, discourse: Discourse, told: list[Statement]
    ) -> tuple[Person, ...] | None:
        found: Found | None
        if hit.entry.form == "purpose":
            return who_left(told)
        if hit.entry.form == "verb":
            found = self._subjects.before(marked, hit.first) or self._subjects.including(marked, hit.last)
        elif hit.entry.form == "object":
            found = self._subjects.after(marked, hit.last)
        elif hit.entry.form == "possessed":
            named = [m for m in marked.of(PERSON) if hit.first <= m.at < hit.last and isinstance(m.what, Person)]
            mine = self._own.match(marked.masked, hit.first) is not None
            persons = tuple(m.what for m in named if isinstance(m.what, Person))
            found = Found(persons, hit.first, pronoun=not named and not mine, author=mine)
        else:
            found = self._subjects.possessor(marked, hit.first)
            if found is None and (of := self._of_person.match(marked.masked, hit.last)):
                found = self._subjects.after(marked, of.end() - 1)
        if found is None or (found.listed and stance.modality == Modality.DENIED):
            return None
        quoted = is_quoted(marked, hit.first)
        if quoted and not found.author:
            return None
        if found.author:
            speaker = discourse.speaker or (
                self._quotations.speaker(discourse.page, discourse.here)
                if quoted
                else discourse.author or self._quotations.signer(discourse.page, discourse.here)
            )
            return (speaker,) if speaker else None
        if found.pronoun:
            return (discourse.person,) if discourse.person else None
        return found.persons or None

    def _dates(
        self, marked: Marked, hit: Hit, found: tuple[Hit, ...], discourse: Discourse
    ) -> tuple[DateInterval, bool] | None:
        if hit.entry.form == "noun" and self._lexicon.file.spaced:
            beside = self._dated_behind.match(marked.masked, hit.last)
            opens = (
                marked.masked.startswith(DATE)
                and len(marked.masked[: hit.first]) < 30
                and not self._counts_from(marked)
            )
            if not beside and not opens:
                return None
        return date_for(marked, hit.first, hit.last, spans_beside(found, hit), discourse, self._speech)

    def _statement(
        self, marked: Marked, hit: Hit, found: tuple[Hit, ...], person: Person, stance: Stance
    ) -> Statement | None:
        event = EventType(hit.entry.event)
        destination = self._organisations.destination(marked, hit, found) if event == EventType.DEPARTURE else None
        clause_end = self._organisations.clause_end(marked, hit, found)
        role = self._role(marked, hit, clause_end)
        object_ = self._organisations.of(marked, hit, found, destination)
        if event == EventType.HIRE and object_ is None and not self._hired_here.match(marked.masked, hit.first):
            return None
        if event == EventType.APPOINTMENT and not role and not self._takes_over(marked, hit, clause_end):
            return None
        rule = f"personnel: {event}, {hit.entry.form} “{marked.unmasked(hit.first, hit.last)}”"
        statement = Statement(event, person.mention(), object_, marked, stance, person=person, rule=rule)
        if object_:
            statement.add("organisation", Value(object_.name))
        if destination is not None:
            statement.add("destination", Value(destination.name))
        if role and event != EventType.FOUNDING:
            statement.add("role", Value(role))
        if hit.entry.voluntary is not None:
            statement.add("voluntary", Value(str(hit.entry.voluntary).lower()))
        return statement

    def _takes_over(self, marked: Marked, hit: Hit, clause_end: int) -> bool:
        """True for an appointment that names no role: somebody is to lead a team, or takes somebody's place."""
        named = self._as_successor.search(marked.masked, hit.last, clause_end)
        # `has named {person}'s successor` names nobody.
        if named and (hit.entry.form != "object" or PERSON in marked.masked[hit.last : named.start()]):
            return True
        leads = self._led.search(marked.masked[hit.first : hit.last])
        if leads and narrowest(marked, hit.last, clause_end) is not None:
            return True
        return self._succession.search(marked.masked[hit.first : hit.last + 1]) is not None

    def _role(self, marked: Marked, hit: Hit, clause_end: int) -> str | None:
        """The role that a trigger gives or takes: behind `as`, behind the person, or behind the trigger."""
        begin = hit.last
        words = marked.masked[hit.last : clause_end]
        if behind := self._in_the_role.search(words):
            begin = hit.last + behind.end()
        elif hit.entry.event == "departure":
            return None
        elif (person := words.rfind(PERSON)) >= 0:
            begin = hit.last + person + 1
            to_lead = self._to_lead.search(marked.masked, begin, clause_end)
            if (to_lead and not self._roles.in_words(marked, begin, to_lead.start())) or (
                to_lead and re.match(r"\s?,", marked.masked[begin:])
            ):
                begin = to_lead.start()
        if hit.entry.event == "appointment" and self._to_lead.match(marked.masked[begin:].lstrip()):
            return self._leading_role
        if role := self._roles.in_words(marked, begin, clause_end):
            return role
        if hit.entry.event != "appointment":
            return None
        # `its new research chief is Name`, `takes charge of research`
        if hit.entry.form == "object":
            return self._roles.in_words(marked, hit.first, hit.last)
        return self._roles.leading(marked, hit.first, hit.last, clause_end)

    def _counts_from(self, marked: Marked) -> bool:
        """True when the sentence opens with `a month after`: a date that this event gives and does not take."""
        opening = marked.at(0).what
        return isinstance(opening, DateMention) and opening.follows is not None

    def _move_on(self, statements: list[Statement], discourse: Discourse) -> None:
        told = [s for s in statements if s.event_type == EventType.DEPARTURE]
        dated = [s for s in told if s.dates is not None]
        if dated:
            same = discourse.dated_person is dated[0].person
            discourse.event_dates = (discourse.event_dates if same else []) + [s.dates for s in dated if s.dates]
            discourse.dated_person = dated[0].person
        if statements and (last := statements[-1].person):
            alone = len({s.subject.name for s in statements}) == 1
            discourse.speak_of(statements[0].person or last if alone else last)
