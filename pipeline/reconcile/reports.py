"""What an alert says of one transition: its title, a sentence, and its body, a few more."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.categories import AlertKind, ConflictKind, EventStatus
from pipeline.ledger import Conflict, Fact, Testimony
from pipeline.model import Value
from pipeline.reconcile.agreement import members
from pipeline.reconcile.conflicts import BY_SOURCES
from pipeline.reconcile.disputes import OFFICIAL
from pipeline.reconcile.lines import Cast, Transition
from pipeline.reconcile.sentences import Account
from pipeline.wording.words import capital

_TOLD = ("announced", "resigned", "effective", "destination", "voluntary", "reason")  # in a new event's body


class Report:
    """Words for one transition. `testimony` holds the claims it quotes, by id."""

    def __init__(self, transition: Transition, account: Account, testimony: Mapping[str, Testimony]) -> None:
        self._transition = transition
        self._account = account
        self._words = account.words
        self._testimony = testimony

    def title(self) -> str:
        """One sentence: what changed, and how sure it is."""
        match self._transition.kind:
            case AlertKind.NEW_EVENT:
                return self._told("new_event")
            case AlertKind.STATUS_RAISED:
                return self._raised()
            case AlertKind.CONFLICT_OPENED:
                sides = self._words.say("lists.or").join(map(self._side, self._transition.casts))
                return self._words.say("titles.conflict_opened", topic=self._topic(), sides=sides)
            case AlertKind.CONFLICT_RESOLVED:
                return self._words.say("titles.conflict_resolved", topic=self._topic(), value=self._outcome())
            case AlertKind.CORRECTION:
                return self._corrected()
            case _:
                return self._changed()

    def body(self) -> str:
        """One to three sentences: what was held before, and why sides differ."""
        return self._words.say("lists.sentence").join(self._sentences())

    def label(self, cast: Cast) -> str:
        """The value of one side; empty where the transition is of the whole event."""
        attribute = self._transition.attribute
        cited = (self._testimony[claim].claim.value for claim in cast.claims if claim in self._testimony)
        said = next((value for value in cited if value.text == cast.label), None)
        return self._words.value(attribute, said) if attribute and said else cast.label if attribute else ""

    def _sentences(self) -> list[str]:
        match self._transition.kind:
            case AlertKind.NEW_EVENT:
                return [*self._details(), *self._first_word()]
            case AlertKind.CONFLICT_OPENED:
                return [*self._decided(), *self._why(), *self._held_before(), *self._holds_now()]
            case AlertKind.CONFLICT_RESOLVED:
                return self._resolution()
            case AlertKind.STATUS_RAISED | AlertKind.CORRECTION if self._transition.attribute is None:
                return [*self._status_before(), *self._decided()]
            case _:
                # The day that the title tells is not told again.
                fact = self._transition.fact(self._transition.attribute or "")
                headline = self._account.headline(told=fact.value.dates if fact else None)
                of = self._words.say("bodies.of", headline=headline, standing=self._standing())
                return [*self._held_before(), of]

    def _told(self, title: str) -> str:
        """A title of the event as a whole."""
        return self._words.say(
            f"titles.{title}",
            headline=self._account.headline(),
            standing=self._standing(),
            sources=self._words.sources(self._transition.event.origins),
            by=self._by(),
        )

    def _by(self) -> str | None:
        word_of = self._transition.word_of
        spoken = self._account.spoken(word_of) if word_of else None
        return self._words.say("standing.subject", s=spoken) if spoken == self._account.subject else spoken

    def _standing(self) -> str:
        event = self._transition.event
        # "Has not named a successor" is a denial in itself; that it is denied would say the opposite.
        status = EventStatus.REPORTED if self._account.says_no else event.status
        return self._words.standing(status, event.origins, self._by())

    def _raised(self) -> str:
        match self._transition.event.status:
            case EventStatus.CONFIRMED:
                return self._told("confirmed")
            case EventStatus.CORROBORATED:
                return self._told("corroborated")
            case EventStatus.RUMOURED:
                return self._told("rumoured_again")
            case _ if self._transition.status_before is EventStatus.RETRACTED:
                return self._told("no_longer_withdrawn")
            case _:
                rumour = self._transition.status_before is EventStatus.RUMOURED
                return self._told("no_longer_rumour" if rumour else "no_longer_denied")

    def _corrected(self) -> str:
        transition = self._transition
        if transition.attribute is not None:
            before = self._of(transition.attribute, transition.held)
            after = self._of(transition.attribute, transition.fact(transition.attribute))
            title = "titles.corrected" if after else "titles.correction_withdrawn"
            topic = self._account.topic(transition.attribute, ConflictKind.VALUE)
            return self._words.say(title, topic=topic, before=before, after=after)
        match transition.event.status:
            case EventStatus.DENIED:
                return self._told("denied")
            case EventStatus.RETRACTED:
                return self._told("withdrawn_by" if transition.word_of else "withdrawn")
            case _:
                return self._told("less_sure")

    def _changed(self) -> str:
        attribute = self._transition.attribute or ""
        before = self._of(attribute, self._transition.held)
        after = self._of(attribute, self._transition.fact(attribute))
        topic = self._account.topic(attribute, ConflictKind.VALUE)
        if before:
            return self._words.say("titles.changed", topic=capital(topic), after=after, before=before)
        shown = self._day_shown_before()
        if shown is not None:
            return self._words.say("titles.day_corrected", topic=capital(topic), before=shown, after=after)
        return self._words.say("titles.now_known", topic=topic, after=after)

    def _day_shown_before(self) -> str | None:
        """The day that the event had until now, where its own first day contradicts it."""
        before, after = self._transition.dates_before, self._transition.event.dates
        if self._transition.attribute != "date" or before is None or after is None or before.overlaps(after):
            return None
        return self._words.date(before)

    def _topic(self) -> str:
        conflict = self._conflict()
        return self._account.topic(conflict.attribute, conflict.kind)

    def _outcome(self) -> str | None:
        resolution = self._conflict().resolution
        return self._claimed(resolution) if resolution else None

    def _resolution(self) -> list[str]:
        conflict = self._conflict()
        left, right = self._claimed(conflict.left_value), self._claimed(conflict.right_value)
        told = [self._words.say("bodies.were", left=left, right=right)]
        if conflict.resolved_by == BY_SOURCES:
            told.append(self._words.say("bodies.one_side_gone"))
        elif self._transition.decided:
            told += self._decided()
        elif conflict.resolved_by:
            told.append(self._words.say("bodies.decided", by=self._decider(conflict.resolved_by)))
        return told

    def _decider(self, resolved_by: str) -> str:
        name = resolved_by.removeprefix(OFFICIAL)
        if name == resolved_by:
            return name
        return self._words.say("standing.official", by=self._account.spoken(name))

    def _decided(self) -> list[str]:
        """Who decided so, and why, where a person did."""
        made = self._transition.decided
        if made is None:
            return []
        reason = made.reason.strip().rstrip(".。")
        key = "bodies.reopened" if made.decision == "reopen" else "bodies.decided"
        told = self._words.say(key, by=made.who, reason=reason)
        return [told[:-1] if reason.endswith(("!", "?", "！", "？")) else told]

    def _side(self, cast: Cast) -> str:
        """One side in the title: `3 March 2026 (Daily Model, 36 Sparks)`."""
        found = (self._testimony[claim].voice.publisher for claim in cast.claims if claim in self._testimony)
        names = list(dict.fromkeys(found))
        more = cast.origins - len(names)
        names += [self._words.say("sides.more", n=str(more))] if names and more > 0 else []
        listed = self._words.say("lists.comma").join(names)
        return self._words.say("sides.side", value=self._claimed(cast.label), names=listed)

    def _claimed(self, text: str) -> str:
        """A value of the conflict's attribute in words; its text is all that the conflict keeps of it."""
        conflict = self._conflict()
        words = self._words.value(conflict.attribute, self._value(conflict.attribute, text))
        asked = conflict.kind is ConflictKind.PRESENCE and conflict.attribute == "successor"
        no = self._words.say("values.not_named")
        return self._words.say("values.yes_namely", value=words) if asked and words != no else words

    def _value(self, attribute: str, text: str) -> Value:
        fact = self._transition.fact(attribute)
        claims = [claim for cast in self._transition.casts for claim in cast.claims]
        held = [self._testimony[claim].claim.value for claim in claims if claim in self._testimony]
        known = [*([fact.value] if fact else []), *held]
        return next((value for value in known if value.text == text), Value(text))

    def _why(self) -> list[str]:
        say, conflict = self._words.say, self._conflict()
        left, right = (self._value(conflict.attribute, one) for one in (conflict.left_value, conflict.right_value))
        match conflict.kind:
            case ConflictKind.TIME_ZONE:
                return [say("bodies.time_zone")]
            case ConflictKind.DATE if left.dates and right.dates:
                return [say("bodies.apart", days=self._words.counted(left.dates.gap_days(right.dates), "day"))]
            case ConflictKind.MAGNITUDE if left.number and right.number:
                larger, smaller = max(left.number, right.number), min(left.number, right.number)
                dates = self._transition.event.dates
                told = [say("bodies.times", times=f"{larger / smaller:.1f}")]
                return [*told, say("bodies.same_time", date=self._words.date(dates))] if dates else told
            case ConflictKind.SET:
                return [self._difference(conflict)]
            case ConflictKind.PRESENCE:
                return [say("bodies.presence")]
            case _:
                return [say("bodies.cannot_hold")]

    def _difference(self, conflict: Conflict) -> str:
        left, right = members(conflict.left_value), members(conflict.right_value)
        only = (("bodies.only_first", left - right), ("bodies.only_second", right - left))
        told = [self._words.say(key, items=self._words.listed(sorted(sizes))) for key, sizes in only if sizes]
        if not told:
            return self._words.say("bodies.lists_differ")
        return self._sentence(self._words.say("details.separator").join(told))

    def _held_before(self) -> list[str]:
        held, attribute = self._transition.held, self._transition.attribute
        words = self._of(attribute or "", held)
        if held is None or words is None:
            return []
        conflict = self._transition.conflict
        asked = conflict is not None and conflict.kind is ConflictKind.PRESENCE
        key = "bodies.until_now_answer" if asked else "bodies.until_now"
        return [self._words.say(key, value=words, sources=self._words.sources(held.origins))]

    def _holds_now(self) -> list[str]:
        conflict, fact = self._conflict(), self._transition.fact(self._conflict().attribute)
        if fact is None or conflict.left_origins == conflict.right_origins:
            return []
        more = fact.origins >= max(conflict.left_origins, conflict.right_origins)
        return [
            self._words.say("bodies.more_sources" if more else "bodies.for_now", value=self._claimed(fact.value.text))
        ]

    def _status_before(self) -> list[str]:
        before = self._transition.status_before
        return [self._words.say("bodies.status_before", was=self._words.say(f"was.{before}"))] if before else []

    def _details(self) -> list[str]:
        values = ((one, self._account.value(one)) for one in _TOLD)
        told = [
            self._words.say(f"bodies.{one}", value=self._words.value(one, value))
            for one, value in values
            if value is not None and not (value.dates and value.dates == self._transition.event.dates)
        ]
        return [self._sentence(self._words.listed(told))] if told else []

    def _first_word(self) -> list[str]:
        claims = [claim for cast in self._transition.casts for claim in cast.claims]
        if not claims or claims[0] not in self._testimony:
            return []
        voice, others = self._testimony[claims[0]].voice, self._transition.event.documents - 1
        more = self._words.counted(others, "document") if others else None
        date = self._words.day(voice.published_at.date())
        return [self._words.say("bodies.first_word", publisher=voice.publisher, date=date, more=more)]

    def _of(self, attribute: str, fact: Fact | None) -> str | None:
        return self._words.value(attribute, fact.value) if fact else None

    def _sentence(self, text: str) -> str:
        return self._words.say("bodies.sentence", text=capital(text))

    def _conflict(self) -> Conflict:
        conflict = self._transition.conflict
        if conflict is None:
            raise ValueError(f"a transition of kind {self._transition.kind} carries no conflict")
        return conflict
