"""Alerts: which transitions are worth a person's time, how much, and with which quotes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from pipeline.categories import AlertKind, EventStatus, EventType, Severity
from pipeline.ledger import Alert, Entity, EntityName, Event, Quote, Side, Testimony, Wording
from pipeline.naming.models import parse_model
from pipeline.reconcile.kinship import Kinship
from pipeline.reconcile.lines import Cast, Line, Transition
from pipeline.reconcile.reports import Report
from pipeline.reconcile.sentences import Account
from pipeline.reconcile.statements import EVENT
from pipeline.reconcile.threads import threads_of
from pipeline.wording import LANGUAGES, words_in

BACKGROUND = dt.timedelta(days=45)  # an event over for longer than this when first known is no news
ANCESTRY = dt.timedelta(days=7)  # a family's release speaks for its members' for this long

_PERSONNEL = frozenset({EventType.DEPARTURE, EventType.HIRE, EventType.APPOINTMENT, EventType.FOUNDING})


def alerts_of(
    lines: Iterable[Line],
    testimony_by_claim: Mapping[str, Testimony],
    entities: Mapping[str, Entity],
    now: dt.datetime,
    *,
    since: dt.datetime | None = None,
    background: dt.timedelta = BACKGROUND,
    releases: Mapping[str, dt.datetime] | None = None,
    names: Iterable[EntityName] = (),
    threads: Mapping[str, str] | None = None,
) -> tuple[Alert, ...]:
    """The alerts that the lines' transitions are worth, oldest first; `now` is when they are raised.

    Every transition of the lines' history after `since` is considered, so most alerts will have been raised
    before: whoever stores them keeps the first of each `dedupe_key`. `releases` says of models outside these
    lines when news of their release was first known; `names` are further names of the entities, and `threads` the
    threads of the events that were told of before.
    """
    lines = list(lines)
    kinship = Kinship(entities, names)
    thread = threads_of(lines, testimony_by_claim, kinship, threads or {})
    considered = [one for line in lines for one in line.transitions if since is None or one.moment > since]
    known = dict(releases or {}) | _news_of_releases(considered, background)
    series = _series_of(considered)
    raised: dict[str, Alert] = {}
    for one in sorted(considered, key=lambda one: (one.moment, one.event.event_id)):
        severity = _severity(one, kinship, background)
        if severity is None or one.dedupe_key in raised:
            continue
        if _spoken_for(one, known, kinship) or _is_listed(one, series, kinship):
            continue
        alert = _alert(one, severity, testimony_by_claim, kinship, now)
        raised[one.dedupe_key] = replace(alert, thread_id=thread.get(one.event.event_id, one.event.event_id))
    return tuple(raised.values())


def is_background(event: Event, background: dt.timedelta = BACKGROUND) -> bool:
    """True for what was over long before we learned of it, such as `joined in 2019`."""
    return event.dates is not None and event.dates.last < event.first_known_at.date() - background


def _severity(transition: Transition, kinship: Kinship, background: dt.timedelta) -> Severity | None:
    """How much a transition matters; None when it is not worth an alert at all."""
    event, kind = transition.event, transition.kind
    conflict = transition.conflict
    if is_background(event, background):
        return Severity.LOW if conflict is not None else None
    if not _concerns_us(event, kinship):
        return Severity.LOW
    if conflict is not None:
        return conflict.severity
    if kind is AlertKind.NEW_EVENT:
        return _of_new_event(event)
    if kind is AlertKind.STATUS_RAISED:
        return _of_new_event(event) if event.status is not EventStatus.CORROBORATED else Severity.LOW
    if kind is AlertKind.CORRECTION:
        return Severity.MEDIUM
    return Severity.LOW


def _of_new_event(event: Event) -> Severity:
    if event.type is EventType.METRIC or event.status is EventStatus.DENIED:
        return Severity.LOW
    if event.type in _PERSONNEL and event.status is not EventStatus.RUMOURED:
        return Severity.HIGH
    return Severity.MEDIUM


def _concerns_us(event: Event, kinship: Kinship) -> bool:
    """True when the event is about somebody or something on the watchlist, or a part of it."""
    return any(kinship.watched(one) for one in (event.subject_id, event.object_id) if one is not None)


def _news_of_releases(transitions: Sequence[Transition], background: dt.timedelta) -> dict[str, dt.datetime]:
    """When news of each model's release was first known, by the model's id."""
    found: dict[str, dt.datetime] = {}
    for one in sorted(transitions, key=lambda one: one.moment):
        new = one.kind is AlertKind.NEW_EVENT and one.event.type is EventType.RELEASE
        if new and not is_background(one.event, background):
            found.setdefault(one.event.subject_id, one.moment)
    return found


def _spoken_for(transition: Transition, releases: Mapping[str, dt.datetime], kinship: Kinship) -> bool:
    """True for the release of a model whose family was news at the same time: one alert speaks for both."""
    if transition.kind is not AlertKind.NEW_EVENT or transition.event.type is not EventType.RELEASE:
        return False
    _, *ancestors = kinship.lineage(transition.event.subject_id)
    # A family without a version (`Qwen`) is everything its maker does, and speaks for no model.
    families = (one for one in ancestors if one in releases and _has_version(kinship.name(one)))
    waits = (transition.moment - releases[one] for one in families)
    return any(dt.timedelta() <= wait <= ANCESTRY for wait in waits)


def _has_version(name: str | None) -> bool:
    model = parse_model(name or "")
    return model is None or bool(model.version)


def _series_of(transitions: Sequence[Transition]) -> list[tuple[str, frozenset[str], dt.datetime]]:
    """The releases of several sizes: model, sizes and when news of it was first known."""
    return [
        (one.event.subject_id, frozenset(fact.value.text.split(", ")), one.moment)
        for one in transitions
        if one.kind is AlertKind.NEW_EVENT and one.event.type is EventType.RELEASE
        for fact in one.facts
        if fact.attribute == "sizes"
    ]


def _is_listed(
    transition: Transition, series: Sequence[tuple[str, frozenset[str], dt.datetime]], kinship: Kinship
) -> bool:
    """True for the release of one size of a series whose release lists it: `Name-4B` beside `Name Small`."""
    if transition.kind is not AlertKind.NEW_EVENT or transition.event.type is not EventType.RELEASE:
        return False
    subject, *ancestors = kinship.lineage(transition.event.subject_id)
    model = parse_model(kinship.name(subject) or "")
    if model is None or len(model.sizes) != 1:
        return False
    return any(
        model.sizes[0] in sizes
        and subject != other
        and any(ancestor in kinship.lineage(other) for ancestor in ancestors[:1])
        and dt.timedelta() <= transition.moment - moment <= ANCESTRY
        for other, sizes, moment in series
    )


def _alert(
    transition: Transition,
    severity: Severity,
    testimony: Mapping[str, Testimony],
    kinship: Kinship,
    now: dt.datetime,
) -> Alert:
    cited = (testimony[claim].claim for cast in transition.casts for claim in cast.claims if claim in testimony)
    subject = next((claim.subject.name for claim in cited), None)

    def worded(language: str) -> Wording:
        account = Account.of(transition.event, transition.facts, kinship, words_in(language), subject)
        report = Report(transition, account, testimony)
        return Wording(language, report.title(), report.body(), tuple(map(report.label, transition.casts)))

    english, *others = map(worded, LANGUAGES)
    labelled = zip(english.labels, transition.casts, strict=True)
    return Alert(
        dedupe_key=transition.dedupe_key,
        kind=transition.kind,
        severity=severity,
        event_id=transition.event.event_id,
        conflict_id=transition.conflict.conflict_id if transition.conflict else None,
        source_id=None,
        title=english.title,
        body=english.body,
        sides=tuple(Side(label, cast.origins, _quotes(cast, testimony)) for label, cast in labelled),
        created_at=now,
        translations=tuple(others),
        event_type=transition.event.type,
        status=transition.event.status,
        conflict_kind=transition.conflict.kind if transition.conflict else None,
        entities=_concerned(transition.event, kinship),
    )


def _concerned(event: Event, kinship: Kinship) -> tuple[str, ...]:
    """Who and what an event is about, with everything that they lie within."""
    about = (one for one in (event.subject_id, event.object_id) if one is not None)
    return tuple(sorted({entity for one in about for entity in kinship.lineage(one)}))


def _quotes(cast: Cast, testimony: Mapping[str, Testimony]) -> tuple[Quote, ...]:
    return tuple(_quote(testimony[claim]) for claim in cast.claims if claim in testimony)


def _quote(testimony: Testimony) -> Quote:
    claim, voice = testimony.claim, testimony.voice
    # That something happened needs no value beside the words that say so, and a denial would read as its contrary.
    value = "" if claim.attribute == EVENT else words_in("en").value(claim.attribute, claim.value)
    return Quote(claim.quote, value, voice.publisher, voice.url, voice.published_at)
