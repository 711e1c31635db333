"""Tallies: for one attribute of one event, every value that is held, and who holds it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterable, Iterator, Sequence, Set

from pipeline.model import Value
from pipeline.reconcile.agreement import Family, Held, agree, key_of
from pipeline.reconcile.kinship import Kinship
from pipeline.reconcile.statements import Stance, Statement

PositionKey = tuple[Stance, Hashable]
Moment = tuple[dt.datetime, dt.date | None]


class Position:
    """One value in one stance with the statements behind it; grows and shrinks as claims come and go.

    `said` is when each origin first said so, `deciding` the first word that decides: when, whose, and by whom.
    """

    __slots__ = (
        "attested",
        "deciding",
        "documents",
        "first",
        "first_known",
        "held",
        "key",
        "official",
        "origins",
        "published",
        "said",
        "stance",
        "statements",
    )

    def __init__(self, key: PositionKey, first: Statement) -> None:
        self.key = key
        self.stance = first.stance
        self.statements: dict[str, Statement] = {}
        self._begin(first)

    def _begin(self, first: Statement) -> None:
        self.origins: dict[str, float] = {}
        self.said: dict[str, dt.datetime] = {}
        self.deciding: tuple[dt.datetime, str, str] | None = None
        self.documents: set[str] = set()
        self.published: dict[tuple[str, bool], set[Moment]] = {}
        self.official = False
        self.attested = False
        self._lead(first)

    def _lead(self, first: Statement) -> None:
        self.first = first
        self.first_known = _known(first)
        self.held = Held(first.value, first.object_id)

    @property
    def value(self) -> Value:
        """The value in the words in which it was first known."""
        return self.first.value

    @property
    def moments(self) -> frozenset[Moment]:
        """When it was published, each with the first day it speaks of, if it says one.

        Outlets that repeat another's word do not make it a later word, once that one has been heard itself.
        """
        own = {origin for origin, borrowed in self.published if not borrowed}
        first_hand = (
            moments for (origin, borrowed), moments in self.published.items() if not borrowed or origin not in own
        )
        return frozenset().union(*first_hand)

    def add(self, statement: Statement) -> None:
        self.statements[statement.claim_id] = statement
        speaker = statement.speaker
        self.origins[speaker.origin] = max(speaker.weight, self.origins.get(speaker.origin, 0.0))
        said_at = statement.said_at
        self.said[speaker.origin] = min(said_at, self.said.get(speaker.origin, said_at))
        if statement.attested:
            word = (said_at, speaker.origin, _by(statement))
            self.deciding = min(word, self.deciding or word)
        self.documents.add(statement.document_id)
        moment = (speaker.published_at, statement.dated.first if statement.dated else None)
        self.published.setdefault((speaker.origin, speaker.borrowed), set()).add(moment)
        self.official = self.official or statement.official
        self.attested = self.attested or statement.attested
        if _known(statement) < self.first_known:
            self._lead(statement)

    def remove(self, statement: Statement) -> None:
        """Take a statement back; what is derived from the others is worked out anew, as this is rare."""
        del self.statements[statement.claim_id]
        self._recount()

    def without(self, documents: Set[str]) -> Position | None:
        """This position but for what some documents say; None where nothing is left."""
        kept = {one: said for one, said in self.statements.items() if said.document_id not in documents}
        if not kept:
            return None
        copy = Position(self.key, self.first)
        copy.statements = kept
        copy._recount()
        return copy

    def _recount(self) -> None:
        statements = list(self.statements.values())
        if statements:
            self._begin(statements[0])
            for statement in statements:
                self.add(statement)


class Tally:
    """The positions on one attribute, and for each of them the positions that agree with it."""

    def __init__(self, family: Family, kinship: Kinship) -> None:
        self.family = family
        self.kinship = kinship
        self.positions: dict[PositionKey, Position] = {}
        self._agreeing: dict[PositionKey, set[PositionKey]] = {}

    def add(self, statement: Statement) -> None:
        """Count a statement; one whose value cannot be weighed (a date without days) is left out."""
        key = self.key(statement)
        if key is None:
            return
        position = self.positions.get(key)
        if position is None:
            position = Position(key, statement)
            self._meet(position)
        position.add(statement)

    def remove(self, statement: Statement) -> None:
        key = self.key(statement)
        if key is None:
            return
        position = self.positions[key]
        position.remove(statement)
        if not position.statements:
            del self.positions[key]
            for other in self._agreeing.pop(key):
                self._agreeing[other].discard(key)

    def pool(self) -> list[Position]:
        """The positions that count: what is asserted, else what is guessed, else what is denied."""
        for stance in Stance:
            found = self.stance(stance)
            if found:
                return found
        return []

    def stance(self, stance: Stance) -> list[Position]:
        return [position for position in self.positions.values() if position.stance is stance]

    def agreeing(self, position: Position) -> Iterator[Position]:
        """The positions of the same stance that agree with this one, itself included."""
        yield position
        for key in self._agreeing[position.key]:
            yield self.positions[key]

    def key(self, statement: Statement) -> PositionKey | None:
        """The position that a statement takes; None where its value cannot be weighed."""
        key = key_of(self.family, statement.value, statement.object_id)
        return None if key is None else (statement.stance, key)

    def _meet(self, position: Position) -> None:
        # Who agrees with whom depends on the values alone, so it is worked out once, when a value comes.
        mine: set[PositionKey] = set()
        if self.family is not Family.PRESENCE:
            for other in self.stance(position.stance):
                if agree(self.family, position.held, other.held, self.kinship):
                    mine.add(other.key)
                    self._agreeing[other.key].add(position.key)
        self.positions[position.key] = position
        self._agreeing[position.key] = mine


def origins_of(positions: Sequence[Position]) -> dict[str, float]:
    """The independent origins behind some positions, each with the weight of its word."""
    if not positions:
        return {}
    found = dict(positions[0].origins)
    for position in positions[1:]:
        for origin, weight in position.origins.items():
            found[origin] = max(weight, found.get(origin, 0.0))
    return found


def number_of_origins(positions: Sequence[Position]) -> int:
    if len(positions) == 1:
        return len(positions[0].origins)
    return len(set().union(*(position.origins for position in positions)))


def documents_of(positions: Iterable[Position]) -> frozenset[str]:
    return frozenset().union(*(position.documents for position in positions))


def _by(statement: Statement) -> str:
    """Whose word an attested statement is: the official source's, or that of whoever is quoted."""
    return statement.testimony.voice.publisher if statement.official else statement.claim.attributed_to or ""


def _known(statement: Statement) -> tuple[dt.datetime, str]:
    return (statement.claim.known_at, statement.claim_id)
