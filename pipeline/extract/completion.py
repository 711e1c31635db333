"""What other sentences of a document add to the events it tells of: role, organisation, voluntary, specifications."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.categories import EventType, Modality, Tier
from pipeline.extract.dates import DateMention
from pipeline.extract.drafts import Statement, of_dates
from pipeline.extract.lexicon import Lexicon
from pipeline.extract.marking import DATE, PERSON, Marked
from pipeline.extract.modality import Stance, StanceReader
from pipeline.extract.organisations import Organisation
from pipeline.extract.page import Page
from pipeline.extract.release_details import ReleaseDetails
from pipeline.extract.releases import ReleaseReader
from pipeline.extract.roles import Role, RoleReader, narrowest
from pipeline.intervals import DateInterval
from pipeline.model import Document, Mention, Value

_MOVES = (EventType.DEPARTURE, EventType.APPOINTMENT, EventType.HIRE)
_ASSERTED = Stance(Modality.ASSERTED, None)


@dataclass(frozen=True, slots=True)
class Completion:
    """The rules of one language by which a document's other sentences complete what it tells."""

    lexicon: Lexicon
    stances: StanceReader
    releases: ReleaseReader
    roles: RoleReader
    details: ReleaseDetails
    elsewhere: re.Pattern[str]
    voluntary_bits: int
    founded_bits: int

    def complete(self, statements: list[Statement], page: Page) -> None:
        """Add to `statements` what the document says elsewhere; the quote is the sentence that says it."""
        moves = [s for s in statements if s.event_type in _MOVES]
        departures = [s for s in moves if s.event_type == EventType.DEPARTURE]
        if any(s.person for s in moves):
            roles = self.roles_of(page)
            _add_roles(departures, roles, statements)
            _add_organisations(statements, page, roles, self.elsewhere)
        if departures:
            _add_voluntary(departures, page, self.lexicon, self.stances, self.voluntary_bits)
        self.details.add(statements, page)
        _date_first_hand(statements, self.releases, page.document)
        _date_foundings(statements, page, self.lexicon, self.founded_bits)

    def roles_of(self, page: Page) -> list[Role]:
        """Every role that the document gives a person."""
        if page.roles is None:
            places = [place for place in page.places_with(self.roles.bits) if page.names_a_person(place)]
            page.roles = [role for place in places for role in self.roles.find(page[place])]
        return page.roles


def completion_of(
    lexicon: Lexicon, stances: StanceReader, releases: ReleaseReader, roles: RoleReader, details: ReleaseDetails
) -> Completion:
    """The rules of one language, compiled from its lexicon, beside the readers of its events."""
    words = lexicon.words
    before = f"{words('organisation_preposition')}|{words('of_organisation')}"
    lead = rf"\b(?:{before}) " if lexicon.file.spaced else f"(?:{before}) ?"
    return Completion(
        lexicon,
        stances,
        releases,
        roles,
        details,
        elsewhere=re.compile(rf"{lead}[A-Z][A-Za-z]+ [A-Z][A-Za-z]+(?!\w)"),
        voluntary_bits=lexicon.bit("involuntary", "voluntary"),
        founded_bits=lexicon.bit("registered"),
    )


def _add_roles(departures: Sequence[Statement], roles: Sequence[Role], statements: Sequence[Statement]) -> None:
    """The role a person left, unless the document tells of a new post, whose role it may be."""
    arriving = {id(s.person) for s in statements if s.event_type == EventType.APPOINTMENT and s.dates is None}
    for statement in departures:
        if id(statement.person) in arriving:
            continue
        if any(detail.attribute == "role" for detail in statement.details) or statement.person is None:
            continue
        own = [role for role in roles if role.person is statement.person]
        own.sort(key=lambda role: role.marked is not statement.marked)
        for role in own[:1]:
            statement.add(
                "role",
                Value(role.text),
                marked=role.marked,
                stance=_as_sure_as(statement),
                rule="roles: what the text calls the person",
            )


def _add_organisations(
    statements: Sequence[Statement], page: Page, roles: Sequence[Role], elsewhere: re.Pattern[str]
) -> None:
    """The team a person left: beside the verb, beside the role, in the sentence, or what the document opens with."""
    opening = next(((s, o) for s in page.first(6) if (o := narrowest(s, 0, len(s.masked)))), None)
    for statement in statements:
        moved = statement.event_type in (EventType.DEPARTURE, EventType.APPOINTMENT)
        hired = statement.event_type == EventType.HIRE and statement.object is None
        if not (moved or hired) or statement.person is None:
            continue
        if statement.object is None and (employer := _joined_before(statement, statements)):
            statement.object = employer
            statement.add("organisation", Value(employer.name), rule="organisations: what the person had joined")
            continue
        found: list[tuple[Marked, Organisation]] = []
        sentence = statement.marked
        going = {detail.value.text for detail in statement.details if detail.attribute == "destination"}
        if (here := narrowest(sentence, 0, len(sentence.masked))) is not None and here.name not in going:
            found.append((sentence, here))
        joined = going | {
            s.object.name
            for s in statements
            if s.person is statement.person
            and s.object
            and s.event_type in (EventType.HIRE, EventType.APPOINTMENT)
            and statement.event_type == EventType.DEPARTURE
            and s.dates is None
        }
        found += [
            (r.marked, r.organisation)
            for r in roles
            if r.person is statement.person and r.organisation and r.organisation.name not in joined
        ]
        if not found and joined <= going and opening is not None and not _names_another(sentence, elsewhere):
            found.append(opening)
        if not found:
            continue
        where, best = max(found, key=lambda item: item[1].depth)
        named = {detail.value.text for detail in statement.details if detail.attribute == "organisation"}
        if best.name not in named and (statement.event_type == EventType.DEPARTURE or not named):
            statement.add(
                "organisation",
                Value(best.name),
                marked=where,
                stance=_as_sure_as(statement),
                rule="organisations: the team that the text speaks of",
            )
        if statement.object is None or statement.event_type == EventType.DEPARTURE:
            statement.object = best.mention()


def _joined_before(statement: Statement, statements: Sequence[Statement]) -> Mention | None:
    """What a sentence says that somebody joined: to take a post there, or on an earlier day, and then left it."""
    if statement.event_type not in (EventType.DEPARTURE, EventType.APPOINTMENT):
        return None
    hires = [s for s in statements if s.event_type == EventType.HIRE and s.marked is statement.marked]
    if statement.event_type == EventType.DEPARTURE:
        hires = [s for s in hires if s.dates is not None]
    joined = [s.object for s in hires if s.person is statement.person]
    return joined[-1] if joined else None


def _as_sure_as(statement: Statement) -> Stance:
    """What is plainly said of a person belongs to a rumoured or denied event no more surely than the event itself."""
    return statement.stance if statement.stance.modality in (Modality.SPECULATED, Modality.DENIED) else _ASSERTED


def _names_another(marked: Marked, elsewhere: re.Pattern[str]) -> bool:
    """True when a sentence names a place or company in capitals that no list knows: it may be what was left."""
    return bool(elsewhere.search(marked.masked[1:])) and marked.sentence.kind != "row"


def _add_voluntary(
    departures: Sequence[Statement], page: Page, lexicon: Lexicon, stances: StanceReader, bits: int
) -> None:
    """Whether a departure was voluntary, of the person the sentence names or else the one the document is about."""
    counts = Counter(s.subject.name for s in departures)
    leading = next(s for s in departures if s.subject.name == counts.most_common(1)[0][0])
    by_person = {id(s.person): s for s in reversed(departures)}
    for place in page.places_with(bits):
        sentence = page[place]
        for name, text in (("involuntary", "false"), ("voluntary", "true")):
            match = lexicon.pattern(name).search(sentence.masked)
            if match is None:
                continue
            if name == "voluntary" and lexicon.pattern("involuntary").search(sentence.masked):
                continue
            stance = stances.of(sentence, match.start(), match.start())
            if stance is None or stance.modality == Modality.DENIED:
                continue
            named = [by_person[id(m.what)] for m in sentence.of(PERSON) if id(m.what) in by_person]
            target = named[0] if named else leading
            target.add("voluntary", Value(text), marked=sentence, stance=stance, rule=f"{name}: “{match[0]}”")


def _date_foundings(statements: Sequence[Statement], page: Page, lexicon: Lexicon, bits: int) -> None:
    """The day a founded company was registered, from the sentence that has the company as its subject."""
    for statement in statements:
        if statement.event_type != EventType.FOUNDING or statement.dates is not None or statement.object is None:
            continue
        names = (statement.object.name, *statement.object.aliases)
        for place in page.places_with(bits):
            sentence = page[place]
            begun = lexicon.pattern("registered").search(sentence.masked)
            dates = [m.what.dates for m in sentence.of(DATE) if isinstance(m.what, DateMention) and m.what.dates]
            if begun and len(dates) == 1 and any(name in sentence.sentence.text for name in names):
                statement.dates = dates[0]
                statement.add("date", of_dates(dates[0]), sentence, _ASSERTED, f"registered: “{begun[0]}”")
                break


def _date_first_hand(statements: Sequence[Statement], releases: ReleaseReader, document: Document) -> None:
    """A maker's own announcement in the first person releases on the day it is published."""
    if document.published_from == "learned":
        return
    day = DateInterval.day(document.published_at.date())
    for statement in statements:
        if statement.event_type != EventType.RELEASE or statement.dates is not None or statement.background:
            continue
        if document.tier == Tier.OFFICIAL or releases.is_first_person(statement.marked):
            statement.dates = day
            statement.add("date", of_dates(day), rule="first hand: a maker's own post speaks of its day")
