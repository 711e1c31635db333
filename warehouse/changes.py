"""What one transaction changes, as plain data, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields

from pipeline.categories import EventType
from pipeline.ledger import (
    Alert,
    Conflict,
    Delivery,
    Entity,
    EntityName,
    EventVersion,
    Fact,
    Judgement,
    Run,
    Testimony,
)
from pipeline.model import (
    BrokenBody,
    Document,
    Fetch,
    HostState,
    Problem,
    RobotsFile,
    Source,
    SourceState,
    Story,
    Unread,
)
from pipeline.standing import EventVoice, FactVoice, Outcome, StatusChange


@dataclass(frozen=True, slots=True)
class LineChange:
    """The whole ledger of one line (a type of event of one subject, for metrics of one metric) as it is now.

    It replaces what the line held before: versions, facts and conflicts, and who stood behind them. `claim_events`
    says for each of the line's claims to which event it belongs.
    """

    event_type: EventType
    subject_id: str
    metric: str | None
    events: Sequence[EventVersion] = ()
    facts: Sequence[Fact] = ()
    conflicts: Sequence[Conflict] = ()
    claim_events: Mapping[str, str] = field(default_factory=dict)
    voices: Sequence[EventVoice] = ()
    fact_voices: Sequence[FactVoice] = ()
    outcomes: Sequence[Outcome] = ()
    status_changes: Sequence[StatusChange] = ()


@dataclass(frozen=True, slots=True)
class Changes:
    """Everything that one transaction writes; what is written again replaces the row of the same id.

    Exceptions: an alert or delivery that is there already stays as it is, and so does a judgement. Deliveries
    of an alert given here count only where the alert is new. `fingerprints` are by document id; `testimony`
    holds new claims with the entities they were resolved to. `unread` are documents that broke the extraction,
    `read_again` the ids of such that were read now, and `rules` the fingerprint of the rules that read all of
    it. `broken` are bodies that broke their reader, `mended` the hashes of such that were read now.
    `summed_up` names changes that an alert given here tells of, by key, with the alert's id.
    """

    sources: Sequence[Source] = ()
    states: Sequence[SourceState] = ()
    fetches: Sequence[Fetch] = ()
    documents: Sequence[Document] = ()
    fingerprints: Mapping[str, Sequence[int]] = field(default_factory=dict)
    stories: Sequence[Story] = ()
    entities: Sequence[Entity] = ()
    entity_names: Sequence[EntityName] = ()
    testimony: Sequence[Testimony] = ()
    lines: Sequence[LineChange] = ()
    judgements: Sequence[Judgement] = ()
    alerts: Sequence[Alert] = ()
    deliveries: Sequence[Delivery] = ()
    summed_up: Mapping[str, str] = field(default_factory=dict)
    problems: Sequence[Problem] = ()
    unread: Sequence[Unread] = ()
    read_again: Sequence[str] = ()
    broken: Sequence[BrokenBody] = ()
    mended: Sequence[str] = ()
    rules: str | None = None
    run: Run | None = None
    hosts: Sequence[HostState] = ()
    robots: Sequence[RobotsFile] = ()

    @property
    def empty(self) -> bool:
        return not any(getattr(self, part.name) for part in fields(self))


@dataclass(frozen=True, slots=True)
class CommitReport:
    """What a commit let in: the alerts raised for the first time, and the deliveries that now wait."""

    alerts: tuple[Alert, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
