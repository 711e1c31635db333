"""Statements to claims: which of them tell of one event, and the exact words of each claim."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from pipeline.categories import EntityKind, EventType, Modality
from pipeline.extract.drafts import SAME_EVENT_DAYS, SAME_RELEASE_DAYS, Statement
from pipeline.extract.marking import Marked
from pipeline.extract.modality import Stance
from pipeline.extract.page import Page
from pipeline.intervals import DateInterval
from pipeline.model import Claim, Mention, Value
from pipeline.naming.models import parse_model
from pipeline.naming.persons import person_key

_QUOTES_A_VALUE = 2
# Attributes whose value is the words of the text.
_WORDS = frozenset({"role", "organisation", "destination", "successor"})
_CONFIDENCE = {
    Modality.ASSERTED: 0.9,
    Modality.REPORTED: 0.8,
    Modality.DENIED: 0.8,
    Modality.SPECULATED: 0.4,
}


def claims_of(page: Page, statements: Sequence[Statement], version: str) -> tuple[Claim, ...]:
    """The claims of a document's statements, each once a value and sentence, in the order of the text."""
    number_occurrences(statements)
    mentions = _fullest_mentions(statements)
    claims: dict[str, Claim] = {}
    said: dict[tuple[object, ...], int] = defaultdict(int)
    for statement in sorted(statements, key=lambda s: s.marked.sentence.start):
        subject = mentions[_line(statement)]
        rows = [("event", Value("true"), statement.marked, statement.stance, statement.rule)]
        rows += [(d.attribute, d.value, d.marked, d.stance, d.rule) for d in statement.details]
        if statement.event_type == EventType.METRIC:
            rows = rows[1:]
        for attribute, value, marked, stance, rule in rows:
            key = (_line(statement), statement.occurrence, attribute, value.text, stance.modality)
            if said[key] >= _QUOTES_A_VALUE:
                continue
            claim = _claim(page, statement, subject, attribute, value, marked, stance, rule, version)
            if claim.claim_id not in claims:
                said[key] += 1
                claims[claim.claim_id] = claim
    return tuple(sorted(claims.values(), key=lambda c: (c.start, c.attribute)))


def number_occurrences(statements: Sequence[Statement]) -> None:
    """Set each statement's occurrence: 0 for the first event of its type and subject, 1 for one long after it."""
    lines: dict[tuple[str, ...], list[Statement]] = defaultdict(list)
    for statement in statements:
        if statement.event_type != EventType.METRIC:
            lines[_line(statement)].append(statement)
    for line in lines.values():
        days = SAME_RELEASE_DAYS if line[0].event_type == EventType.RELEASE else SAME_EVENT_DAYS
        groups = _groups([s.dates for s in line if s.dates is not None], days)
        for statement in line:
            if statement.dates is None:
                statement.occurrence = max(0, len(groups) - 1)
            else:
                statement.occurrence = next(i for i, g in enumerate(groups) if g.contains(statement.dates))


def _groups(dates: Sequence[DateInterval], days: int) -> list[DateInterval]:
    groups: list[DateInterval] = []
    for interval in sorted(dates):
        if groups and groups[-1].gap_days(interval) <= days:
            groups[-1] = DateInterval(groups[-1].first, max(groups[-1].last, interval.last))
        else:
            groups.append(interval)
    return groups


def _line(statement: Statement) -> tuple[str, ...]:
    name = statement.subject.name
    if statement.subject.kind == EntityKind.PERSON:
        key = person_key(name)
    else:
        model = parse_model(name) if statement.subject.kind == EntityKind.MODEL else None
        key = model.key if model else name.casefold()
    metric = statement.details[0].attribute if statement.event_type == EventType.METRIC else ""
    return (statement.event_type, statement.subject.kind, key, metric)


def _fullest_mentions(statements: Sequence[Statement]) -> dict[tuple[str, ...], Mention]:
    """One mention a subject, with the other names that any statement saw."""
    mentions: dict[tuple[str, ...], Mention] = {}
    for statement in statements:
        known = mentions.get(_line(statement))
        names = (
            *((known.name, *known.aliases) if known else ()),
            statement.subject.name,
            *statement.subject.aliases,
        )
        first = known.name if known else statement.subject.name
        others = tuple(name for name in dict.fromkeys(names) if name != first)
        mentions[_line(statement)] = Mention(statement.subject.kind, first, others)
    return mentions


def _claim(
    page: Page,
    statement: Statement,
    subject: Mention,
    attribute: str,
    value: Value,
    marked: Marked,
    stance: Stance,
    rule: str,
    version: str,
) -> Claim:
    document = page.document
    start, end = page.quoted(marked.sentence)
    if attribute in _WORDS:
        value = replace(value, text=page.as_written(value.text))
    return Claim(
        document_id=document.document_id,
        event_type=statement.event_type,
        subject=_as_written(page, subject),
        object=_as_written(page, statement.object) if statement.object else None,
        occurrence=statement.occurrence,
        attribute=attribute,
        value=value,
        modality=stance.modality,
        attributed_to=page.as_written(stance.attributed_to) if stance.attributed_to else None,
        quote=document.text[start:end],
        start=start,
        end=end,
        extractor="rules",
        extractor_version=version,
        confidence=_CONFIDENCE[stance.modality],
        known_at=document.fetched_at,
        rule=rule,
    )


def _as_written(page: Page, mention: Mention) -> Mention:
    return Mention(mention.kind, page.as_written(mention.name), tuple(map(page.as_written, mention.aliases)))
