"""Assembly: which tellings are of one event, kept up to date as testimony comes in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from pipeline.categories import EventType
from pipeline.intervals import DateInterval
from pipeline.ledger import Testimony
from pipeline.model import content_id
from pipeline.reconcile.clusters import GAP, RELEASE_GAP, EventClusters, MonthClusters, Placement, month_of
from pipeline.reconcile.grouping import Grouping, Label, Telling, regroup
from pipeline.reconcile.lines import LineKey
from pipeline.reconcile.statements import DATE_ATTRIBUTES, MentionKey, denies_event
from pipeline.reconcile.voices import fold_outlet, is_official

TOGETHER = dt.timedelta(days=2)  # within which a publisher's pages on one release come out


@dataclass(slots=True)
class Mention:
    """One document's telling of an event: the times it gives, and when its claims became known (UTC).

    `official` names the publisher of a document of the organisation itself.
    """

    key: MentionKey
    published: dt.date
    first_known: dt.datetime
    last_known: dt.datetime
    story: str = ""
    times: frozenset[DateInterval] = frozenset()
    denies: bool = False
    official: str | None = None

    @property
    def narrowest(self) -> DateInterval | None:
        return min(self.times, key=lambda time: (time.days, time), default=None)

    @property
    def placement(self) -> Placement:
        return Placement(tuple(sorted(self.times)), self.published)

    @property
    def seniority(self) -> tuple[dt.datetime, MentionKey]:
        return (self.first_known, self.key)


class Assembly:
    """Places the mentions of one line into events. An event's id comes from its first-known mention."""

    def __init__(self, line: LineKey) -> None:
        self._line = line
        self._by_month = line.event_type is EventType.METRIC
        self._clusters: EventClusters | MonthClusters = MonthClusters() if self._by_month else EventClusters()
        self.mentions: dict[MentionKey, Mention] = {}
        self._groupings: tuple[Grouping, ...] = ()
        self._founders: dict[Label, Mention] = {}
        self._event_ids: dict[MentionKey, str] = {}
        self._own_ids: dict[MentionKey, str] = {}
        self._officials: list[Mention] = []
        self._ties: frozenset[tuple[DateInterval, ...]] = frozenset()

    def mention_key(self, testimony: Testimony, published: dt.date) -> MentionKey:
        """What a claim is part of: a telling of one event, and of metrics the month it speaks of."""
        claim = testimony.claim
        if not self._by_month:
            return MentionKey(claim.document_id, claim.occurrence)
        times = (claim.value.dates,) if claim.value.dates else ()
        return MentionKey(claim.document_id, month_of(Placement(times, published)))

    def event_of(self, key: MentionKey) -> str:
        return self._event_ids[key]

    def ids_of(self, mentions: Iterable[MentionKey]) -> tuple[str, ...]:
        """Every id an event with these mentions could have had, depending on which was known first."""
        return tuple({self._event_id(key) for key in mentions})

    def take(
        self,
        arriving: Iterable[tuple[MentionKey, Testimony, dt.date]],
        moment: dt.datetime,
        groupings: Sequence[Grouping] = (),
    ) -> dict[MentionKey, str | None]:
        """Take in the testimony of one moment, each with the day its story was published.

        `groupings` are all the merges and splits that were decided by then. Gives the mentions that are new,
        read differently or moved, with the event they belonged to before.
        """
        fresh: set[MentionKey] = set()
        changed: set[MentionKey] = set()
        for key, testimony, published in arriving:
            mention = self.mentions.get(key)
            if mention is None:
                mention = self.mentions[key] = Mention(
                    key, published, moment, moment, testimony.voice.story_id, official=_official(testimony)
                )
                fresh.add(key)
                if mention.official and self._line.event_type is EventType.RELEASE:
                    self._officials.append(mention)
            if _reads(mention, testimony, moment, by_month=self._by_month):
                changed.add(key)
        before = {key: self._event_ids.get(key) for key in fresh | changed}
        ties, self._ties = self._ties, slips(self._officials)
        self._groupings = tuple(groupings)
        if (
            self._groupings
            or changed - fresh
            or ties != self._ties
            or any(self._clusters.learns(self.mentions[key].placement) for key in fresh)
        ):
            return before | self._place_all()
        self._place(fresh)
        return before

    def _place_all(self) -> dict[MentionKey, str | None]:
        """Place every mention anew; gives those that moved with the event they belonged to before."""
        before = dict(self._event_ids)
        if not self._by_month:
            gap = RELEASE_GAP if self._line.event_type is EventType.RELEASE else GAP
            times = (mention.placement.times for mention in self.mentions.values())
            self._clusters = EventClusters(times, gap, self._ties)
        self._founders.clear()
        self._place(self.mentions)
        return {key: was for key, was in before.items() if was != self._event_ids[key]}

    def _place(self, keys: Iterable[MentionKey]) -> None:
        labels: dict[MentionKey, Label] = {key: self._clusters.place(self.mentions[key].placement) for key in keys}
        if self._groupings:
            tellings = {
                key: Telling(mention.story or key.document_id, mention.times) for key, mention in self.mentions.items()
            }
            labels = regroup(labels, self._groupings, tellings)
        for key, label in labels.items():
            mention, founder = self.mentions[key], self._founders.get(label)
            if founder is None or mention.seniority < founder.seniority:
                self._founders[label] = mention
        for key, label in labels.items():
            self._event_ids[key] = self._event_id(self._founders[label].key)

    def _event_id(self, founder: MentionKey) -> str:
        if founder not in self._own_ids:
            self._own_ids[founder] = event_id_of(self._line, founder)
        return self._own_ids[founder]


def slips(mentions: Iterable[Mention]) -> frozenset[tuple[DateInterval, ...]]:
    """Pairs of days that one publisher gives for one release, of which one is a slip in the month or the year.

    Two of its pages that come out together, on the day that one of them gives, mean that day; the other stands
    on the same day of another month. Taken for two releases, the disagreement would never be seen.
    """
    days: dict[tuple[str, int], list[Mention]] = {}
    for mention in mentions:
        stated = mention.narrowest
        if mention.official and stated is not None and stated.days == 1:
            days.setdefault((mention.official, stated.first.day), []).append(mention)
    return frozenset(
        tuple(sorted(time for time in (one.narrowest, other.narrowest) if time is not None))
        for alike in days.values()
        for one, other in combinations(alike, 2)
        if _is_slip(one, other)
    )


def _is_slip(one: Mention, other: Mention) -> bool:
    left, right = one.narrowest, other.narrowest
    if left is None or right is None or abs(one.first_known - other.first_known) > TOGETHER:
        return False
    later = max(left, right)
    months = 12 * (right.first.year - left.first.year) + right.first.month - left.first.month
    fresh = abs(min(one.first_known, other.first_known).date() - later.first) <= TOGETHER
    return fresh and abs(months) in (1, 12)


def _official(testimony: Testimony) -> str | None:
    return fold_outlet(testimony.voice.publisher) if is_official(testimony) else None


def event_id_of(line: LineKey, founder: MentionKey) -> str:
    """The id of the event of a line that this telling is the first of; of metrics the month says which."""
    if line.event_type is not EventType.METRIC:
        return content_id("event", line.event_type, line.subject_id, *founder)
    return content_id("event", line.event_type, line.subject_id, line.metric, *founder[1:])


def possible_event_ids(line: LineKey, testimony: Iterable[Testimony]) -> frozenset[str]:
    """Every id that an event of the line could have, whichever of this testimony was known first."""
    testimony = tuple(testimony)
    if line.event_type is not EventType.METRIC:
        keys = {MentionKey(one.claim.document_id, one.claim.occurrence) for one in testimony}
    else:
        # A copy speaks of the month in which its story's origin was published, which is among these.
        published = {one.voice.published_at.date() for one in testimony}
        stated = {one.claim.value.dates for one in testimony} - {None}
        told = [
            *(Placement((), day) for day in published),
            *(Placement((dates,), dates.last) for dates in stated if dates),
        ]
        keys = {MentionKey("", month_of(placement)) for placement in told}
    return frozenset(event_id_of(line, key) for key in keys)


def _reads(mention: Mention, testimony: Testimony, moment: dt.datetime, *, by_month: bool) -> bool:
    """Add what a testimony says of time to its mention; True when the mention is now read differently."""
    claim = testimony.claim
    mention.last_known = moment
    before = (mention.times, mention.denies)
    if claim.value.dates is not None and (by_month or claim.attribute in DATE_ATTRIBUTES):
        mention.times |= {claim.value.dates}
    mention.denies = mention.denies or denies_event(claim)
    return before != (mention.times, mention.denies)
