"""Departures, hires, appointments and foundings told in sentences."""

from __future__ import annotations

import re
from dataclasses import replace

from pipeline.categories import EntityKind, EventType, Modality
from pipeline.extract.dates import DateMention
from pipeline.extract.drafts import Discourse, Statement, of_dates
from pipeline.extract.lexicon import Lexicon
from pipeline.extract.marking import DATE, ORGANISATION, PERSON, Marked
from pipeline.extract.modality import Stance, StanceReader
from pipeline.extract.organisations import Organisation
from pipeline.extract.persons import Person
from pipeline.extract.placing import date_for
from pipeline.extract.roles import RoleReader, directly_behind, narrowest
from pipeline.extract.subjects import Found, SubjectFinder
from pipeline.extract.triggers import Hit, spans_beside
from pipeline.intervals import DateInterval
from pipeline.model import Mention, Value

_UNKNOWN_ORGANISATION = re.compile(
    rf"\s(?:(?P<preposition>from|at)\s|as\s[^{ORGANISATION}{PERSON},.;]{{2,50}}\s(?P<of>of|at)\s)?(?:the )?"
    r"(?P<name>[A-Z][\w.&-]*(?:\s[A-Z][\w.&-]*){0,3})"
)


_CLAUSE_END = re.compile(r"[;；。]|\.\s|, (?:and|but|while)\b|，")


class PersonnelReader:
    """The personnel rules of one language, compiled from its lexicon."""

    def __init__(self, lexicon: Lexicon, stances: StanceReader, roles: RoleReader) -> None:
        self._lexicon = lexicon
        self._subjects = SubjectFinder(lexicon)
        self._stances = stances
        self._roles = roles
        self._to_destination = re.compile(
            rf"(?:{lexicon.pattern('to_destination').pattern})\s?(?:the |rival |its rival )?"
            rf"(?:(?P<known>{ORGANISATION})|(?-i:(?P<name>[A-Z][\w.&-]*(?:\s[A-Z][\w.&-]*){{0,3}})))",
            re.IGNORECASE,
        )
        self._other_fields = lexicon.pattern("other_fields")
        words = {name: lexicon.pattern(name).pattern for name in ("pronouns", "own_word")}
        self._own_word = re.compile(
            rf"(?:{PERSON}|{words['pronouns']})[^,.;，。；]{{0,16}}?(?:{words['own_word']})", re.IGNORECASE
        )

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
            subject = self._subject(marked, hit, stance, discourse) if stance else None
            if stance is None or subject is None:
                continue
            denied = stance.modality == Modality.DENIED
            if denied and hit.entry.voluntary is not None:
                continue  # `she was not pushed out` denies the push, not the leaving
            placed = None if denied or not stance.dated else self._dates(marked, hit, found, discourse)
            dates, spoken = placed or (None, False)
            if hit.entry.form == "possessed" and dates is None:
                continue
            for person in (*subject, *self._subjects.together_with(marked, hit.last)):
                if person is discourse.author or self._is_own_word(marked, person):
                    stance = replace(stance, attributed_to=person.name)
                statement = self._statement(marked, hit, found, person, stance)
                if statement is None:
                    continue
                if dates is not None:
                    statement.dates = dates
                    # `he confirmed on Monday that he had left` dates the word: what was said, not what was done.
                    told = "announced" if spoken and hit.entry.event == "departure" else hit.entry.date
                    statement.add(told, of_dates(dates))
                statements.append(statement)
        self._move_on(statements, discourse)
        return statements

    def _is_own_word(self, marked: Marked, person: Person) -> bool:
        """True when the person who moved is the one who says so: `she confirmed`, `向本报确认，他已离职`."""
        persons = [mark.what for mark in marked.of(PERSON)]
        if not persons or any(named is not person for named in persons):
            return False
        return bool(self._own_word.search(marked.masked))

    def _subject(self, marked: Marked, hit: Hit, stance: Stance, discourse: Discourse) -> tuple[Person, ...] | None:
        found: Found | None
        if hit.entry.form == "verb":
            found = self._subjects.before(marked, hit.first) or self._subjects.including(marked, hit.last)
        elif hit.entry.form == "object":
            found = self._subjects.after(marked, hit.last)
        elif hit.entry.form == "possessed":
            named = [m for m in marked.of(PERSON) if hit.first <= m.at < hit.last and isinstance(m.what, Person)]
            found = Found(tuple(m.what for m in named if isinstance(m.what, Person)), hit.first, pronoun=not named)
        else:
            found = self._subjects.possessor(marked, hit.first)
            if found is None and (of := re.match(r"\s(?:of|by)\s|\s?[:：]\s", marked.masked[hit.last :])):
                found = self._subjects.after(marked, hit.last + of.end() - 1)
        if found is None or (found.listed and stance.modality == Modality.DENIED):
            return None
        if found.author:
            speaker = discourse.speaker or discourse.author
            return (speaker,) if speaker else None
        if found.pronoun:
            return (discourse.person,) if discourse.person else None
        return found.persons or None

    def _dates(
        self, marked: Marked, hit: Hit, found: tuple[Hit, ...], discourse: Discourse
    ) -> tuple[DateInterval, bool] | None:
        if hit.entry.form == "noun" and self._lexicon.file.spaced:
            beside = re.match(
                rf"(?:\s(?:of|by)\s[^.;]{{0,60}}?{PERSON}(?:[^{DATE}.;,]{{0,20}}))?\s?{DATE}",
                marked.masked[hit.last :],
            )
            opens = (
                marked.masked.startswith(DATE)
                and len(marked.masked[: hit.first]) < 30
                and not self._counts_from(marked)
            )
            if not beside and not opens:
                return None
        return date_for(
            marked, hit.first, hit.last, spans_beside(found, hit), discourse, self._lexicon.pattern("speech")
        )

    def _statement(
        self, marked: Marked, hit: Hit, found: tuple[Hit, ...], person: Person, stance: Stance
    ) -> Statement | None:
        event = EventType(hit.entry.event)
        clause_end = _clause_end(marked, hit, found)
        reach = hit.last + 30 if hit.entry.form == "noun" else clause_end
        destination = self._destination(marked, hit, found) if event == EventType.DEPARTURE else None
        looked = narrowest if event == EventType.APPOINTMENT else directly_behind
        organisation = looked(marked, hit.last, min(reach, clause_end))
        if hit.entry.form == "noun" and not re.match(r"\s(?:from|at)\b", marked.masked[hit.last :]):
            organisation = None
        role = self._role(marked, hit, clause_end)
        object_ = organisation.mention() if organisation else None
        if destination is not None and object_ is not None and object_.name == destination.name:
            object_ = None
        if object_ is None and (event == EventType.FOUNDING or hit.entry.form == "verb"):
            object_ = self._named_after(marked, hit)
        if event == EventType.HIRE:
            if hit.entry.form == "object":
                employer = self._before(marked, hit)
                object_ = employer.mention() if employer else object_
            if object_ is None and not self._lexicon.pattern("hired_here").match(marked.masked, hit.first):
                return None
        if event == EventType.APPOINTMENT and not role:
            leads = re.search(self._lexicon.patterns["led"].pattern, marked.masked[hit.first : hit.last], re.IGNORECASE)
            succeeds = self._lexicon.pattern("succession").search(marked.masked[hit.first : hit.last + 1])
            if not (organisation and leads) and not succeeds:
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

    def _role(self, marked: Marked, hit: Hit, clause_end: int) -> str | None:
        """The role that a trigger gives or takes: behind `as`, behind the person, or behind the trigger."""
        begin = hit.last
        words = marked.masked[hit.last : clause_end]
        if behind := self._lexicon.pattern("in_the_role").search(words):
            begin = hit.last + behind.end()
        elif hit.entry.event == "departure":
            return None
        elif (person := words.rfind(PERSON)) >= 0:
            begin = hit.last + person + 1
            to_lead = self._lexicon.pattern("to_lead").search(marked.masked, begin, clause_end)
            if (to_lead and not self._roles.in_words(marked, begin, to_lead.start())) or (
                to_lead and re.match(r"\s?,", marked.masked[begin:])
            ):
                begin = to_lead.start()
        if hit.entry.event == "appointment" and self._lexicon.pattern("to_lead").match(marked.masked[begin:].lstrip()):
            return self._lexicon.file.words["leading_role"][0]
        return self._roles.in_words(marked, begin, clause_end)

    def _destination(self, marked: Marked, hit: Hit, found: tuple[Hit, ...]) -> Mention | None:
        """Where somebody goes who leaves: the organisation behind `to join`, before anybody else's move is told."""
        stop = re.search(rf"[;；。]|\.\s|{PERSON}", marked.masked[hit.last :])
        later = [h.first for h in found if h.first >= hit.last and h.entry.event not in ("hire", "departure")]
        end = min([hit.last + (stop.start() if stop else len(marked.masked)), *later])
        match = self._to_destination.search(marked.masked, hit.last, end)
        if match is None:
            return None
        if match["known"]:
            organisation = directly_behind(marked, match.start("known"), end)
            return organisation.mention() if organisation else None
        if match["name"].split()[0] in self._lexicon.file.words["not_names"]:
            return None
        return Mention(EntityKind.ORGANISATION, match["name"].rstrip("."))

    def _counts_from(self, marked: Marked) -> bool:
        """True when the sentence opens with `a month after`: a date that this event gives and does not take."""
        opening = marked.at(0).what
        return isinstance(opening, DateMention) and opening.follows is not None

    def _named_after(self, marked: Marked, hit: Hit) -> Mention | None:
        """An organisation no list knows, by its capitals right after the verb: `joined Lepton AI`."""
        if hit.entry.event == "founding" and (named := self._founded(marked, hit)):
            return named
        match = _UNKNOWN_ORGANISATION.match(marked.masked, hit.last)
        if not match or match["name"].split()[0] in self._lexicon.file.words.get("not_names", ()):
            return None
        direct = self._lexicon.pattern("direct_departure").search(marked.masked, hit.first, hit.last)
        behind = match["preposition"] or match["of"] or (hit.entry.event == "departure" and direct)
        if not behind and hit.entry.event in ("departure", "appointment"):
            return None
        return Mention(EntityKind.ORGANISATION, match["name"].rstrip("."))

    def _founded(self, marked: Marked, hit: Hit) -> Mention | None:
        """The new company's name: `a start-up called Tidewheel`, `创立潮机智能（Tidewheel）`."""
        called = self._lexicon.pattern("called").pattern
        if hit.entry.form == "object" and (
            match := re.search(
                r"(?P<name>[A-Z][\w&-]*(?:\s[A-Z][\w&-]*)*),? (?:a|an|the|which|was|were)\b[^,.;]{0,60}$",
                marked.masked[: hit.first],
            )
        ):
            return Mention(EntityKind.ORGANISATION, match["name"])
        match = re.match(
            rf"[^.;,]{{0,60}}?(?:{called})\s(?P<name>[A-Z][\w&-]*(?:\s[A-Z][\w&-]*)*)", marked.masked[hit.last :]
        )
        if match is not None:
            return Mention(EntityKind.ORGANISATION, match["name"])
        pattern = r"[“「]?(?P<name>[\u3400-\u9fff]{2,8})[”」]?(?:[（(](?P<latin>[A-Z][\w &-]{1,30})[)）])?(?=[，,。])"
        if not (match := re.match(pattern, marked.masked[hit.last :])):
            return None
        names = [name for name in (match["latin"], match["name"]) if name]
        return Mention(EntityKind.ORGANISATION, names[0], tuple(names[1:]))

    def _before(self, marked: Marked, hit: Hit) -> Organisation | None:
        return narrowest(marked, max(0, marked.masked.rfind(ORGANISATION, 0, hit.first)), hit.first)

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


def _clause_end(marked: Marked, hit: Hit, found: tuple[Hit, ...]) -> int:
    """Where the words about this trigger end: at the next trigger, the clause's end, or 110 characters on."""
    stop = _CLAUSE_END.search(marked.masked, hit.last)
    limit = stop.start() if stop else len(marked.masked) + hit.last
    later = [h.first for h in found if h.first >= hit.last]
    return min([limit, hit.last + 110, *later])
