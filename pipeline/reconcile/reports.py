"""What an alert says of one transition: its title, a sentence, and its body, a few more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.categories import AlertKind, ConflictKind, EventStatus
from pipeline.ledger import Conflict, Fact, Testimony
from pipeline.model import Value
from pipeline.reconcile.agreement import members
from pipeline.reconcile.lines import Cast, Transition
from pipeline.reconcile.phrases import (
    counted,
    date_words,
    listed,
    sources_words,
    standing_words,
    value_words,
)
from pipeline.reconcile.sentences import Account

_TOLD = ("announced", "resigned", "effective", "destination", "voluntary", "reason")  # in a new event's body
_LABELS = {
    "announced": "announced {}",
    "resigned": "resigned {}",
    "effective": "in effect {}",
    "destination": "goes to {}",
    "voluntary": "{}",
    "reason": "reason given: {}",
}


class Report:
    """Words for one transition. `testimony` holds the claims it quotes, by id."""

    def __init__(self, transition: Transition, account: Account, testimony: Mapping[str, Testimony]) -> None:
        self._transition = transition
        self._account = account
        self._testimony = testimony

    def title(self) -> str:
        """One sentence: what changed, and how sure it is."""
        match self._transition.kind:
            case AlertKind.NEW_EVENT:
                return f"{self._account.headline()}: {self._standing()}."
            case AlertKind.STATUS_RAISED:
                return self._raised()
            case AlertKind.CONFLICT_OPENED:
                return f"Sources disagree on {self._topic()}: {' or '.join(map(self._side, self._transition.casts))}."
            case AlertKind.CONFLICT_RESOLVED:
                return f"No longer disputed: {self._topic()}{self._outcome()}."
            case AlertKind.CORRECTION:
                return self._corrected()
            case _:
                return self._changed()

    def body(self) -> str:
        """One to three sentences: what was held before, and why sides differ."""
        match self._transition.kind:
            case AlertKind.NEW_EVENT:
                return " ".join([*self._details(), *self._first_word()])
            case AlertKind.CONFLICT_OPENED:
                return " ".join([*self._decided(), self._why(), *self._held_before(), *self._holds_now()])
            case AlertKind.CONFLICT_RESOLVED:
                return " ".join(self._resolution())
            case AlertKind.STATUS_RAISED | AlertKind.CORRECTION if self._transition.attribute is None:
                return " ".join([self._status_before(), *self._decided()])
            case _:
                return " ".join([*self._held_before(), f"Of: {self._account.headline()}, {self._standing()}."])

    def _standing(self) -> str:
        event = self._transition.event
        # "Has not named a successor" is a denial in itself; that it is denied would say the opposite.
        status = EventStatus.REPORTED if self._account.says_no else event.status
        return standing_words(status, event.origins, self._transition.word_of)

    def _raised(self) -> str:
        event, headline, by = self._transition.event, self._account.headline(), self._transition.word_of
        match event.status:
            case EventStatus.CONFIRMED:
                return f"Confirmed{f' by {by}' if by else ''}: {headline}."
            case EventStatus.CORROBORATED:
                return f"Now reported by {sources_words(event.origins)}: {headline}."
            case EventStatus.RUMOURED:
                return f"Talked of again: {headline}: {self._standing()}."
            case _ if self._transition.status_before is EventStatus.RETRACTED:
                return f"No longer withdrawn: {headline}, {self._standing()}."
            case _:
                was = "a rumour" if self._transition.status_before is EventStatus.RUMOURED else "denied"
                return f"No longer only {was}: {headline}, {self._standing()}."

    def _corrected(self) -> str:
        transition = self._transition
        if transition.attribute is not None:
            before = self._words(transition.attribute, transition.held)
            after = self._words(transition.attribute, transition.fact(transition.attribute))
            what = self._account.topic(transition.attribute, ConflictKind.VALUE)
            if after is None:
                return f"Correction on {what}: no source says any more{f' that it was {before}' if before else ''}."
            return f"Correction on {what}: {after}{f', not {before}' if before else ''}."
        match transition.event.status:
            case EventStatus.DENIED:
                return f"Denied: {self._account.headline()}; {self._standing()}."
            case EventStatus.RETRACTED if transition.word_of:
                return f"Withdrawn by {transition.word_of}: {self._account.headline()}."
            case EventStatus.RETRACTED:
                return f"Withdrawn: no source stands by it any more that {self._account.headline()}."
            case _:
                return f"Less sure than before: {self._account.headline()}, now {self._standing()}."

    def _changed(self) -> str:
        attribute = self._transition.attribute or ""
        before = self._words(attribute, self._transition.held)
        after = self._words(attribute, self._transition.fact(attribute))
        topic = self._account.topic(attribute, ConflictKind.VALUE)
        return f"{_capital(topic)}: now {after} (was {before})." if before else f"Now known: {topic}, {after}."

    def _topic(self) -> str:
        conflict = self._conflict()
        return self._account.topic(conflict.attribute, conflict.kind)

    def _outcome(self) -> str:
        resolution = self._conflict().resolution
        words = self._claimed(resolution) if resolution else None
        return f"; it is {words}" if words else ""

    def _resolution(self) -> list[str]:
        conflict = self._conflict()
        sides = [self._claimed(conflict.left_value), self._claimed(conflict.right_value)]
        told = [f"It was {sides[0]} or {sides[1]}."]
        if conflict.resolved_by == "the sources":
            told.append("The sources of one side no longer say so.")
        elif self._transition.decided:
            told += self._decided()
        elif conflict.resolved_by:
            told.append(f"Decided by {conflict.resolved_by}.")
        return told

    def _decided(self) -> list[str]:
        """Who decided so, and why, where a person did."""
        made = self._transition.decided
        if made is None:
            return []
        what = f"{'Reopened' if made.decision == 'reopen' else 'Decided'} by {made.who}"
        reason = made.reason.strip()
        return [
            f"{what}: {reason}" if reason.endswith((".", "!", "?")) else f"{what}: {reason}." if reason else f"{what}."
        ]

    def _side(self, cast: Cast) -> str:
        """One side in the title: `3 March 2026 (Daily Model, 36 Sparks)`."""
        publishers = self._publishers(cast)
        more = cast.origins - len(publishers)
        names = [*publishers, *([f"{more} more"] if more > 0 else [])]
        return f"{self._claimed(cast.label)} ({', '.join(names)})" if names else self._claimed(cast.label)

    def _publishers(self, cast: Cast) -> list[str]:
        found = (self._testimony[claim].voice.publisher for claim in cast.claims if claim in self._testimony)
        return list(dict.fromkeys(found))

    def _claimed(self, text: str) -> str:
        """A value of the conflict's attribute in words; its text is all that the conflict keeps of it."""
        attribute = self._conflict().attribute
        kind = self._conflict().kind
        value = self._value(attribute, text)
        words = value_words(attribute, value)
        yes = kind is ConflictKind.PRESENCE and attribute == "successor" and words != "no"
        return f"yes, {words}" if yes else words

    def _value(self, attribute: str, text: str) -> Value:
        fact = self._transition.fact(attribute)
        claims = [claim for cast in self._transition.casts for claim in cast.claims]
        held = [self._testimony[claim].claim.value for claim in claims if claim in self._testimony]
        known = [*([fact.value] if fact else []), *held]
        return next((value for value in known if value.text == text), Value(text))

    def _why(self) -> str:
        conflict = self._conflict()
        left, right = (self._value(conflict.attribute, one) for one in (conflict.left_value, conflict.right_value))
        match conflict.kind:
            case ConflictKind.TIME_ZONE:
                return (
                    "The two are one day apart and the sources sit in different time zones, "
                    "so both may mean the same moment."
                )
            case ConflictKind.DATE if left.dates and right.dates:
                return f"The two are {counted(left.dates.gap_days(right.dates), 'day')} apart."
            case ConflictKind.MAGNITUDE if left.number and right.number:
                larger, smaller = max(left.number, right.number), min(left.number, right.number)
                dates = self._transition.event.dates
                when = f" Both speak of {date_words(dates)}." if dates else ""
                return f"The larger figure is {larger / smaller:.1f} times the smaller.{when}"
            case ConflictKind.SET:
                return _difference(conflict)
            case ConflictKind.PRESENCE:
                return "Both speak of the same days, so both cannot be up to date."
            case _:
                return "Both cannot hold."

    def _held_before(self) -> list[str]:
        held, attribute = self._transition.held, self._transition.attribute
        words = self._words(attribute or "", held)
        if held is None or words is None:
            return []
        conflict = self._transition.conflict
        if conflict is not None and conflict.kind is ConflictKind.PRESENCE:
            return [f"Until now the answer was {words}, on the word of {sources_words(held.origins)}."]
        return [f"Until now we held {words}, on the word of {sources_words(held.origins)}."]

    def _holds_now(self) -> list[str]:
        conflict, fact = self._conflict(), self._transition.fact(self._conflict().attribute)
        if fact is None or conflict.left_origins == conflict.right_origins:
            return []
        words, more = self._claimed(fact.value.text), max(conflict.left_origins, conflict.right_origins)
        return [f"More sources stand behind {words}." if fact.origins >= more else f"For now we hold {words}."]

    def _status_before(self) -> str:
        before = self._transition.status_before
        was = {
            EventStatus.RUMOURED: "a rumour",
            EventStatus.REPORTED: "reported by one source",
            EventStatus.CORROBORATED: "reported by several independent sources",
            EventStatus.CONFIRMED: "confirmed",
            EventStatus.DENIED: "denied",
            EventStatus.RETRACTED: "withdrawn",
        }
        return f"Until now it was {was[before]}." if before else ""

    def _details(self) -> list[str]:
        values = ((one, self._account.value(one)) for one in _TOLD)
        told = [
            _LABELS[one].format(value_words(one, value))
            for one, value in values
            if value is not None and not (value.dates and value.dates == self._transition.event.dates)
        ]
        return [f"{_capital(listed(told))}."] if told else []

    def _first_word(self) -> list[str]:
        claims = [claim for cast in self._transition.casts for claim in cast.claims]
        if not claims or claims[0] not in self._testimony:
            return []
        voice = self._testimony[claims[0]].voice
        documents = self._transition.event.documents
        more = f", with {counted(documents - 1, 'more document')} so far" if documents > 1 else ""
        return [f"From {voice.publisher}, {voice.published_at.day} {voice.published_at:%B %Y}{more}."]

    def _words(self, attribute: str, fact: Fact | None) -> str | None:
        return value_words(attribute, fact.value) if fact else None

    def _conflict(self) -> Conflict:
        conflict = self._transition.conflict
        if conflict is None:
            raise ValueError(f"a transition of kind {self._transition.kind} carries no conflict")
        return conflict


def _difference(conflict: Conflict) -> str:
    left, right = members(conflict.left_value), members(conflict.right_value)
    only: Sequence[tuple[str, frozenset[str]]] = (("first", left - right), ("second", right - left))
    told = [f"only the {which} lists {listed(sorted(sizes))}" for which, sizes in only if sizes]
    return f"{_capital('; '.join(told))}." if told else "The lists differ."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
