"""One event as it stands: who says what of it, the verdict on each attribute, and its row."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipeline.categories import ConflictKind, EventStatus, EventType
from pipeline.intervals import DateInterval
from pipeline.ledger import Event
from pipeline.reconcile.agreement import Family, family_of
from pipeline.reconcile.assembly import Mention
from pipeline.reconcile.facts import candidates
from pipeline.reconcile.kinship import Kinship
from pipeline.reconcile.lines import LineKey
from pipeline.reconcile.rulings import Rulings
from pipeline.reconcile.statements import (
    DATE_ATTRIBUTES,
    DID_NOT_HAPPEN,
    EVENT,
    HAPPENED,
    NOT_NAMED,
    SUCCESSOR,
    MentionKey,
    Stance,
    Statement,
)
from pipeline.reconcile.tally import Tally
from pipeline.reconcile.verdicts import Verdict
from pipeline.reconcile.voices import status_of
from pipeline.reconcile.weighing import weigh

AS_OF = "as_of"
ORGANISATION = "organisation"
_OBJECT = "object"  # a tally of its own: which organisation the claims speak of, whatever else they say


class EventState:
    """The standing statements about one event, tallied by attribute. Mutable; fed by the replay."""

    def __init__(self, event_id: str, line: LineKey, kinship: Kinship) -> None:
        self.event_id = event_id
        self.mentions: dict[MentionKey, Mention] = {}
        self.verdicts: dict[str, Verdict] = {}
        self._touched: set[str] = set()
        self.kinship = kinship
        self._line = line
        self._tallies: dict[str, Tally] = {}
        self._routes: dict[str, tuple[str, list[tuple[str, Statement]]]] = {}
        self._documents: Counter[str] = Counter()
        self._withdrawn: defaultdict[str, list[Statement]] = defaultdict(list)

    def add(self, statement: Statement, mention: Mention) -> None:
        """Count a statement for every attribute on which it bears."""
        routes = list(_routes(statement, mention, self.kinship))
        self._routes[statement.claim_id] = (statement.document_id, routes)
        self._documents[statement.document_id] += 1
        for attribute, said in routes:
            self._tally(attribute).add(said)
            self._touched.add(attribute)

    def remove(self, claim_id: str, *, for_good: bool = False) -> frozenset[str]:
        """Take back a statement; gives the attributes on which it bore. `for_good`: its publisher withdrew it."""
        document_id, routes = self._routes.pop(claim_id)
        for attribute, said in routes:
            self._tallies[attribute].remove(said)
            self._touched.add(attribute)
            if for_good:
                self._withdrawn[attribute].append(said)
        self._documents[document_id] -= 1
        if not self._documents[document_id]:
            del self._documents[document_id]
        return frozenset(attribute for attribute, _ in routes)

    def weigh(self, rulings: Rulings, ids: tuple[str, ...]) -> set[str]:
        """Bring the verdicts up to date; gives the attributes looked at. `ids`: all the event could have."""
        touched, self._touched = self._touched - {_OBJECT}, set()
        for attribute in touched:
            verdict = weigh(self._tallies[attribute], rulings.on_conflict(ids, attribute))
            if verdict is None:
                self.verdicts.pop(attribute, None)
            else:
                self.verdicts[attribute] = verdict
        successor, event = self.verdicts.get(SUCCESSOR), self.verdicts.get(EVENT)
        named_or_not = successor.dispute if successor else None
        if event and event.dispute and named_or_not and named_or_not.kind is ConflictKind.PRESENCE:
            # "Was a successor named" and "did an appointment happen" are one question; it is asked once.
            self.verdicts[EVENT] = replace(event, dispute=None)
        return touched

    @property
    def lead(self) -> str:
        """The attribute that stands for the event itself: of a metric its figure, otherwise `event`."""
        return self._line.metric or EVENT

    def tally(self, attribute: str) -> Tally | None:
        """All that is said of an attribute; None while nobody speaks of it."""
        return self._tallies.get(attribute)

    def withdrawn(self, attribute: str) -> Sequence[Statement]:
        """What was once said of an attribute and has been taken back."""
        return self._withdrawn.get(attribute, ())

    def touch_all(self) -> None:
        self._touched |= set(self._tallies)

    def row(self, rulings: Rulings, ids: tuple[str, ...], *, disputed: bool) -> Event:
        verdict = self.verdicts.get(self.lead)
        ruled = rulings.on_event(ids)
        return Event(
            event_id=self.event_id,
            type=self._line.event_type,
            subject_id=self._line.subject_id,
            object_id=self._object_id(),
            dates=self._dates(),
            status=ruled[0] if ruled else self._status(verdict),
            disputed=disputed,
            documents=len(self._documents),
            origins=len(verdict.origins) if verdict else 0,
            first_known_at=min(mention.first_known for mention in self.mentions.values()),
            last_known_at=max(mention.last_known for mention in self.mentions.values()),
        )

    def as_of(self) -> DateInterval | None:
        """The time a metric's value is stated for; None where nobody states one."""
        verdict = self.verdicts.get(self.lead)
        if verdict is None:
            return None
        stated = [dates for position in verdict.backing if (dates := position.value.dates)]
        return verdict.value.dates or min(stated, key=lambda dates: (dates.days, dates), default=None)

    def _status(self, verdict: Verdict | None) -> EventStatus:
        if not self._documents:
            return EventStatus.RETRACTED
        if verdict is None:
            return EventStatus.DENIED  # all that is left denies some part of it
        return status_of(verdict.stance, len(verdict.origins), attested=verdict.attested)

    def _dates(self) -> DateInterval | None:
        if self._line.event_type is EventType.METRIC:
            return self.as_of()
        held = [self.verdicts[one].value.dates for one in DATE_ATTRIBUTES if one in self.verdicts]
        dates = [one for one in held if one is not None]
        # `left in the third quarter` and `resigned on the 9th` agree, and the day says more.
        return min((one for one in dates if dates[0].contains(one)), key=lambda one: one.days, default=None)

    def _object_id(self) -> str | None:
        tally = self._tallies.get(_OBJECT)
        ranked = candidates(tally) if tally and tally.positions else []
        return ranked[0].core[0].held.object_id if ranked else None

    def _tally(self, attribute: str) -> Tally:
        tally = self._tallies.get(attribute)
        if tally is None:
            family = Family.ORGANISATION if attribute == _OBJECT else family_of(self._line.event_type, attribute)
            tally = self._tallies[attribute] = Tally(family, self.kinship)
        return tally


def _routes(statement: Statement, mention: Mention, kinship: Kinship) -> Iterator[tuple[str, Statement]]:
    """The attributes on which a statement bears, with what it says of each.

    Whoever dates an event or says who it was takes it for true, unless the same telling denies it. A denial
    of some other attribute is no word for any value and bears on nothing.
    """
    attribute, denies = statement.claim.attribute, statement.stance is Stance.DENIES
    if statement.object_id is not None:
        yield _OBJECT, statement
    if attribute == EVENT:
        yield EVENT, statement.saying(DID_NOT_HAPPEN if denies else HAPPENED)
        return
    if attribute == SUCCESSOR:
        yield SUCCESSOR, statement.saying(NOT_NAMED) if denies else statement
    elif attribute == ORGANISATION and not denies:
        yield attribute, replace(statement, object_id=_organisation(statement, kinship))
    elif not denies and attribute != AS_OF:
        yield attribute, statement
    if statement.claim.event_type is EventType.METRIC:
        return  # the figure stands for itself
    if attribute == SUCCESSOR or (not denies and not mention.denies):
        yield EVENT, statement.saying(DID_NOT_HAPPEN if denies else HAPPENED)


def _organisation(statement: Statement, kinship: Kinship) -> str | None:
    """The organisation an `organisation` claim names, which may be a wider one than the claim's object."""
    name, named = statement.value.text, statement.claim.object
    if named is not None and named.name.casefold() == name.casefold():
        return statement.object_id
    return kinship.organisation(name)
