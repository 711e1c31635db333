"""What other sentences of a document add to the events it tells of: role, organisation, voluntary, specifications."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from pipeline.categories import EventType, Modality, Tier
from pipeline.extract.dates import DateMention
from pipeline.extract.drafts import Statement, of_dates
from pipeline.extract.lexicon import Lexicon
from pipeline.extract.marking import DATE, MODEL, PERSON, Marked
from pipeline.extract.modality import Stance, StanceReader
from pipeline.extract.model_mentions import ModelMention
from pipeline.extract.organisations import Organisation
from pipeline.extract.releases import ReleaseReader
from pipeline.extract.roles import Role, narrowest
from pipeline.intervals import DateInterval
from pipeline.model import Document, Value

_ASSERTED = Stance(Modality.ASSERTED, None)


def complete(
    statements: list[Statement],
    marked: Sequence[Marked],
    roles: Sequence[Role],
    lexicon: Lexicon,
    stances: StanceReader,
    releases: ReleaseReader,
    document: Document,
) -> None:
    """Add to `statements` what the document says elsewhere; the quote is the sentence that says it."""
    departures = [s for s in statements if s.event_type == EventType.DEPARTURE]
    _add_roles(departures, roles, statements)
    _add_organisations(statements, marked, roles)
    _add_voluntary(departures, marked, lexicon, stances)
    _add_specifications(statements, marked, releases, document.tier == Tier.OFFICIAL)
    _date_first_hand(statements, releases, document)
    _date_foundings(statements, marked, lexicon)


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
            statement.add("role", Value(role.text), marked=role.marked, stance=_as_sure_as(statement))


def _add_organisations(statements: Sequence[Statement], marked: Sequence[Marked], roles: Sequence[Role]) -> None:
    """The team a person left: beside the verb, beside the role, in the sentence, or what the document opens with."""
    opening = next(((s, o) for s in marked[:6] if (o := narrowest(s, 0, len(s.masked)))), None)
    for statement in statements:
        if statement.event_type not in (EventType.DEPARTURE, EventType.APPOINTMENT) or statement.person is None:
            continue
        found: list[tuple[Marked, Organisation]] = []
        sentence = statement.marked
        if (here := narrowest(sentence, 0, len(sentence.masked))) is not None:
            found.append((sentence, here))
        joined = {
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
        if not found and not joined and opening is not None and not _names_another(sentence):
            found.append(opening)
        if not found:
            continue
        where, best = max(found, key=lambda item: item[1].depth)
        named = {detail.value.text for detail in statement.details if detail.attribute == "organisation"}
        if best.name not in named and (statement.event_type == EventType.DEPARTURE or not named):
            statement.add("organisation", Value(best.name), marked=where, stance=_as_sure_as(statement))
        if statement.object is None or statement.event_type == EventType.DEPARTURE:
            statement.object = best.mention()


def _as_sure_as(statement: Statement) -> Stance:
    """What is plainly said of a person belongs to a rumoured or denied event no more surely than the event itself."""
    return statement.stance if statement.stance.modality in (Modality.SPECULATED, Modality.DENIED) else _ASSERTED


def _names_another(marked: Marked) -> bool:
    """True when a sentence names a place or company in capitals that no list knows: it may be what was left."""
    return (
        bool(re.search(r"(?:\b(?:from|at|of) |[在从于] ?)[A-Z][A-Za-z]+ [A-Z][A-Za-z]+(?!\w)", marked.masked[1:]))
        and marked.sentence.kind != "row"
    )


def _add_voluntary(
    departures: Sequence[Statement], marked: Sequence[Marked], lexicon: Lexicon, stances: StanceReader
) -> None:
    """Whether a departure was voluntary, of the person the sentence names or else the one the document is about."""
    counts = Counter(s.subject.name for s in departures)
    if not counts:
        return
    leading = next(s for s in departures if s.subject.name == counts.most_common(1)[0][0])
    by_person = {id(s.person): s for s in reversed(departures)}
    for sentence in marked:
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
            target.add("voluntary", Value(text), marked=sentence, stance=stance)


def _add_specifications(
    statements: Sequence[Statement], marked: Sequence[Marked], releases: ReleaseReader, first_hand: bool
) -> None:
    """What later sentences say of a released model: those that name it, or in its maker's own post any."""
    told = [s for s in statements if s.event_type == EventType.RELEASE]
    by_key = {s.subject.name: s for s in reversed(told)}
    for sentence in marked:
        if any(s.marked is sentence for s in told) or sentence.sentence.kind == "row":
            continue
        named = [
            m.what.model.canonical
            for m in sentence.of(MODEL)
            if isinstance(m.what, ModelMention) and not releases.is_compared(sentence, m)
        ]
        targets = {by_key[name].subject.name: by_key[name] for name in named if name in by_key}
        if len(by_key) == 1 and not named and first_hand:
            targets = dict(by_key)
        if len(targets) == 1 and len(set(named)) <= 1:
            releases.details(next(iter(targets.values())), sentence)


def _date_foundings(statements: Sequence[Statement], marked: Sequence[Marked], lexicon: Lexicon) -> None:
    """The day a founded company was registered, from the sentence that has the company as its subject."""
    for statement in statements:
        if statement.event_type != EventType.FOUNDING or statement.dates is not None or statement.object is None:
            continue
        names = (statement.object.name, *statement.object.aliases)
        for sentence in marked:
            begun = lexicon.pattern("registered").search(sentence.masked)
            dates = [m.what.dates for m in sentence.of(DATE) if isinstance(m.what, DateMention) and m.what.dates]
            if begun and len(dates) == 1 and any(name in sentence.sentence.text for name in names):
                statement.dates = dates[0]
                statement.add("date", of_dates(dates[0]), marked=sentence, stance=_ASSERTED)
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
            statement.add("date", of_dates(day))
