"""A digest as a briefing: people first, then models, what sources disagree about in one place, and figures last."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from pipeline.categories import AlertKind, EventType
from pipeline.ledger import Alert
from pipeline.notify.digest import RANK, Digest
from pipeline.notify.inert import shorten
from pipeline.notify.render import body, headline, link_of, publishers_of
from pipeline.wording import Words, words_in

SECTIONS = ("people", "models", "other", "disagreements", "figures", "sources")
_DISPUTES = frozenset({AlertKind.CONFLICT_OPENED, AlertKind.CONFLICT_RESOLVED})
_OPERATOR = frozenset({AlertKind.SOURCE_FAILING, AlertKind.SOURCE_RECOVERED})
# Each of these tells the whole event as it stands, so that the latest of them speaks for those before it.
_WHOLE = frozenset({AlertKind.NEW_EVENT, AlertKind.STATUS_RAISED, AlertKind.CORRECTION})
LONGEST_PARAGRAPH = 1_200


@dataclass(frozen=True, slots=True)
class Paragraph:
    """What became of one event: its headline, further sentences, who says so, and a link to the first words."""

    headline: str
    text: str
    publishers: str
    link: str | None


@dataclass(frozen=True, slots=True)
class Section:
    heading: str
    paragraphs: tuple[Paragraph, ...]


def briefing(digest: Digest) -> tuple[Section, ...]:
    """The sections of a digest in its language; those without a paragraph are left out."""
    words = words_in(digest.language)
    found: dict[str, list[Paragraph]] = {name: [] for name in SECTIONS}
    for alerts in _by_event(digest.alerts):
        found[_section(alerts[0])].append(_paragraph(alerts, words))
    for alert in digest.open_conflicts:
        found["disagreements"].append(_still_open(alert, words))
    return tuple(
        Section(words.say(f"briefing.{name}"), tuple(paragraphs)) for name, paragraphs in found.items() if paragraphs
    )


def _by_event(alerts: Iterable[Alert]) -> list[tuple[Alert, ...]]:
    """Alerts of one event, or of one dispute, together; the weightiest group first."""
    groups: dict[str, list[Alert]] = {}
    for alert in alerts:
        about = alert.conflict_id if alert.kind in _DISPUTES else alert.event_id
        groups.setdefault(f"{_section(alert)}:{about or alert.alert_id}", []).append(alert)
    ordered = [tuple(sorted(group, key=_telling)) for group in groups.values()]
    return sorted(ordered, key=lambda group: min((RANK[one.severity], one.created_at, one.alert_id) for one in group))


def _telling(alert: Alert) -> tuple[bool, dt.datetime, str]:
    return alert.kind not in _WHOLE, alert.created_at, alert.alert_id


def _section(alert: Alert) -> str:
    if alert.kind in _OPERATOR:
        return "sources"
    if alert.kind in _DISPUTES:
        return "disagreements"
    match alert.event_type:
        case EventType.METRIC:
            return "figures"
        case EventType.RELEASE:
            return "models"
        case None:
            return "other"
        case _:
            return "people"


def _paragraph(alerts: Sequence[Alert], words: Words) -> Paragraph:
    whole = [one for one in alerts if one.kind in _WHOLE]
    rest = [one for one in alerts if one.kind not in _WHOLE]
    if alerts[0].event_type is EventType.METRIC and rest:
        # A figure that changed says what it was before, which is all that there is to say.
        whole, rest = [], rest[-1:]
    lead, *more = [*whole[-1:], *rest]
    told = [*map(headline, more)]
    if lead.kind in _DISPUTES or not whole:
        told.insert(0, body(lead))
    return _of(lead, told, alerts, words)


def _still_open(alert: Alert, words: Words) -> Paragraph:
    since = words.say("briefing.still_open", date=words.day(alert.created_at.date()), text=body(alert) or "…")
    return _of(alert, [since], [alert], words)


def _of(lead: Alert, told: Iterable[str], alerts: Sequence[Alert], words: Words) -> Paragraph:
    joined = words.say("lists.sentence").join(filter(None, dict.fromkeys(told)))
    named = dict.fromkeys(chain.from_iterable(map(publishers_of, [lead, *alerts])))
    publishers = shorten(words.say("lists.comma").join(list(named)[:4]), 120)
    link = next((found for alert in (lead, *alerts) if (found := link_of(alert))), None)
    return Paragraph(headline(lead), shorten(joined.replace("\n", " "), LONGEST_PARAGRAPH), publishers, link)
