"""Which organisations a move is about: what was left, joined or founded, and where somebody goes who leaves."""

from __future__ import annotations

import re

from pipeline.categories import EntityKind, EventType
from pipeline.extract.lexicon import Lexicon
from pipeline.extract.marking import ORGANISATION, PERSON, Marked
from pipeline.extract.organisations import Organisation
from pipeline.extract.roles import RoleReader, narrowest
from pipeline.extract.triggers import Hit
from pipeline.model import Mention

# An organisation that no list knows, and a new company, by their capitals.
_LETTER = r"[^\W\u3400-\u9fff]"
_NAME = rf"(?P<name>[A-Z](?:{_LETTER}|[.&-])*(?:\s[A-Z](?:{_LETTER}|[.&-])*){{0,3}})"
_COMPANY = rf"(?P<name>[A-Z](?:{_LETTER}|[&-])*(?:\s[A-Z](?:{_LETTER}|[&-])*)*)"
_COMPANY_IN_HAN = re.compile(
    r"[“「]?(?P<name>[\u3400-\u9fff]{2,8})[”」]?(?:[（(](?P<latin>[A-Z][\w &-]{1,30})[)）])?(?=[，,。])"
)
_SENTENCE_STOP = re.compile(r"[;；。]|\.\s")
_OTHER_MOVE = re.compile(rf"[;；。]|\.\s|{PERSON}")
# How far behind a trigger its organisation stands, in characters: behind a noun less far than behind a verb.
_REACH = 110
_REACH_OF_NOUN = 30


class MoveOrganisations:
    """The rules of one language for the organisations of moves, compiled from its lexicon."""

    def __init__(self, lexicon: Lexicon, roles: RoleReader) -> None:
        words = lexicon.words
        self._roles = roles
        self._direct_departure = lexicon.pattern("direct_departure")
        self._not_names = frozenset(lexicon.file.words["not_names"])
        at = words("organisation_preposition")
        as_role = rf"{words('in_the_role')}\s[^{ORGANISATION}{PERSON},.;]{{2,50}}\s(?P<of>{words('of_organisation')})"
        self._unknown = re.compile(
            rf"\s(?:(?P<preposition>{at})\s|{as_role}\s)?(?:{words('definite_article')} )?{_NAME}"
        )
        self._came_from = re.compile(
            rf"[^.,;，。；{ORGANISATION}]{{0,40}}?{words('came_from')}\s?"
            rf"(?:{words('definite_article')} )?{ORGANISATION}",
            re.IGNORECASE,
        )
        self._at_organisation = re.compile(rf"\s{at}\b")
        self._to_destination = re.compile(
            rf"(?:{lexicon.pattern('to_destination').pattern})\s?(?:{words('organisation_epithets')} )?"
            rf"(?:(?P<known>{ORGANISATION})|(?-i:{_NAME}))",
            re.IGNORECASE,
        )
        # `lost its architect, Name, to Rival`
        self._lost_to = re.compile(
            rf"[^.;{PERSON}{ORGANISATION}]{{0,70}}{PERSON},?\s?{words('lost_to')}\s?"
            rf"(?:{words('organisation_epithets')} )?(?P<known>{ORGANISATION})"
        )
        self._employed_at = re.compile(
            rf"(?:{words('employed_at')})\s?(?:{words('definite_article')} )?"
            rf"(?:(?P<known>{ORGANISATION})|(?-i:{_NAME}))",
            re.IGNORECASE,
        )
        self._past = re.compile(rf"(?:{words('of_the_past')})\s?(?:{words('definite_article')}\s)?$", re.IGNORECASE)
        turn = rf"|, {words('clause_turn')}\b" if lexicon.file.spaced else ""
        self._clause_stop = re.compile(rf"[;；。]|\.\s|，{turn}")
        self._company_before = re.compile(rf"{_COMPANY},? {words('company_described')}\b[^,.;]{{0,60}}$")
        self._company_called = re.compile(rf"[^.;,]{{0,60}}?(?:{lexicon.pattern('called').pattern})\s{_COMPANY}")

    def of(self, marked: Marked, hit: Hit, found: tuple[Hit, ...], destination: Mention | None) -> Mention | None:
        """The organisation that a move is of: what was left, joined, founded, or where the post is."""
        event, noun = EventType(hit.entry.event), hit.entry.form == "noun"
        end = self.clause_end(marked, hit, found)
        looked = narrowest if event == EventType.APPOINTMENT else self._roles.directly_behind
        known = looked(marked, hit.last, min(hit.last + _REACH_OF_NOUN, end) if noun else end)
        if noun and not self._at_organisation.match(marked.masked, hit.last):
            known = None
        if event == EventType.HIRE and hit.entry.form == "object" and (hiring := self._hiring(marked, hit)):
            return hiring
        if event == EventType.HIRE and self._came_from.match(marked.masked, hit.last):
            return None  # `joined in 2024 from Name` names where somebody came from
        named = known.mention() if known else None
        if destination is not None and named is not None and named.name == destination.name:
            named = None
        if event == EventType.APPOINTMENT and hit.entry.form == "object" and known and self._is_past(marked, known):
            return self._hiring(marked, hit)
        if named is None and (event == EventType.FOUNDING or hit.entry.form == "verb"):
            named = self._named_after(marked, hit)
        if event == EventType.DEPARTURE and hit.entry.form == "verb" and named is None:
            named = self._employer_before(marked, hit, found)
        return named

    def _is_past(self, marked: Marked, organisation: Organisation) -> bool:
        """True for who employed somebody before: `tapped a former Name engineer`."""
        named = [mark.at for mark in marked.of(ORGANISATION) if mark.what is organisation]
        return bool(named) and all(self._past.search(marked.masked, 0, at) for at in named)

    def _hiring(self, marked: Marked, hit: Hit) -> Mention | None:
        """Who hires, before the verb: `Name hired`."""
        before = max(0, marked.masked.rfind(ORGANISATION, 0, hit.first))
        employer = narrowest(marked, before, hit.first)
        return employer.mention() if employer else None

    def destination(self, marked: Marked, hit: Hit, found: tuple[Hit, ...]) -> Mention | None:
        """Where somebody goes who leaves: the organisation behind `to join`, before anybody else's move is told."""
        if hit.entry.form == "object" and (lost := self._lost_to.match(marked.masked, hit.last)):
            organisation = self._roles.directly_behind(marked, lost.start("known"), lost.end())
            return organisation.mention() if organisation else None
        stop = _OTHER_MOVE.search(marked.masked[hit.last :])
        later = [h.first for h in found if h.first >= hit.last and h.entry.event not in ("hire", "departure")]
        end = min([hit.last + (stop.start() if stop else len(marked.masked)), *later])
        match = self._to_destination.search(marked.masked, hit.last, end)
        if match is None:
            return None
        if match["known"]:
            organisation = self._roles.directly_behind(marked, match.start("known"), end)
            return organisation.mention() if organisation else None
        return self._unknown_organisation(match)

    def clause_end(self, marked: Marked, hit: Hit, found: tuple[Hit, ...]) -> int:
        """Where the words about this trigger end: at the next trigger, the clause's end, or 110 characters on."""
        stop = self._clause_stop.search(marked.masked, hit.last)
        limit = stop.start() if stop else len(marked.masked) + hit.last
        later = [h.first for h in found if h.first >= hit.last]
        return min([limit, hit.last + _REACH, *later])

    def _employer_before(self, marked: Marked, hit: Hit, found: tuple[Hit, ...]) -> Mention | None:
        """Whom somebody worked for by a clause before the verb: `worked at Name until 2025 and then left`."""
        nearest, only = marked.masked.rfind(PERSON, 0, hit.first), marked.masked.count(PERSON, 0, hit.first) == 1
        match = self._employed_at.search(marked.masked, max(0, nearest), hit.first)
        if match is None and only:  # `After years at Name, somebody is going`
            match = self._employed_at.search(marked.masked, 0, nearest)
        if match is None or _SENTENCE_STOP.search(marked.masked, match.end(), hit.first):
            return None
        if any(match.start() < other.first < hit.first for other in found):
            return None  # another move is told in between: the employer is of before that
        if match["known"]:
            organisation = self._roles.directly_behind(marked, match.start("known"), hit.first)
            return organisation.mention() if organisation else None
        return self._unknown_organisation(match)

    def _named_after(self, marked: Marked, hit: Hit) -> Mention | None:
        """An organisation no list knows, by its capitals right after the verb: `joined Lepton AI`."""
        if hit.entry.event == "founding" and (named := self._founded(marked, hit)):
            return named
        match = self._unknown.match(marked.masked, hit.last)
        if match is None:
            return None
        direct = self._direct_departure.search(marked.masked, hit.first, hit.last)
        behind = match["preposition"] or match["of"] or (hit.entry.event == "departure" and direct)
        if not behind and hit.entry.event in ("departure", "appointment"):
            return None
        return self._unknown_organisation(match)

    def _unknown_organisation(self, match: re.Match[str]) -> Mention | None:
        if match["name"].split()[0] in self._not_names:
            return None
        return Mention(EntityKind.ORGANISATION, match["name"].rstrip("."))

    def _founded(self, marked: Marked, hit: Hit) -> Mention | None:
        """The new company's name: `a start-up called Tidewheel`, `创立潮机智能（Tidewheel）`."""
        if hit.entry.form == "object" and (match := self._company_before.search(marked.masked[: hit.first])):
            return Mention(EntityKind.ORGANISATION, match["name"])
        behind = marked.masked[hit.last :]
        if match := self._company_called.match(behind):
            return Mention(EntityKind.ORGANISATION, match["name"])
        if not (match := _COMPANY_IN_HAN.match(behind)):
            return None
        names = [name for name in (match["latin"], match["name"]) if name]
        return Mention(EntityKind.ORGANISATION, names[0], tuple(names[1:]))
