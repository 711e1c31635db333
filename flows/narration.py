"""Evidence as a person reads it: what is held, who says otherwise, and the words to check it by."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flows.output import clean, say
from flows.reports import counted
from flows.voices import tell_steps, tell_voices
from warehouse.why import AttributeEvidence, EventEvidence, Words

MOST_QUOTES = 3


def tell_why(events: Sequence[EventEvidence]) -> None:
    """Print each event with its attributes, the values claimed for each, and every quote."""
    for number, event in enumerate(events):
        if number:
            say("")
        say(_headline(event), style="bold")
        say(_standing(event))
        tell_steps(event.steps)
        tell_voices(event.voices)
        for attribute in event.attributes:
            _tell_attribute(attribute)


EVIDENCE = (
    "event_id", "type", "subject", "object", "attribute", "held", "value", "publisher", "published_at", "modality",
    "attributed_to", "standing", "quote", "url",
)  # fmt: skip


def evidence_rows(events: Sequence[EventEvidence]) -> tuple[tuple[str, ...], list[tuple[object, ...]]]:
    """Each quote behind the events as a row, and the names of the columns."""
    rows = [
        (
            *(event.event_id, event.type, event.subject, event.object, attribute.attribute, attribute.held),
            *(claimed.value, words.publisher, words.published_at, words.modality, words.attributed_to),
            *(words.standing, words.quote, words.url),
        )
        for event in events
        for attribute in event.attributes
        for claimed in attribute.values
        for words in claimed.words
    ]
    return EVIDENCE, rows


def tell_conflicts(conflicts: Sequence[Mapping[str, Any]]) -> None:
    """Print each conflict with the two sides and up to three quotes of each."""
    if not conflicts:
        say("No sources disagree on anything that fits; `qwen-watch conflicts --all` shows what was resolved.")
    for number, conflict in enumerate(conflicts):
        if number:
            say("")
        what = f"{conflict['subject']}, {conflict['event_type']}: {conflict['attribute']}"
        say(f"{what} ({conflict['kind']}, {conflict['severity']})", style="bold")
        say(f"  open since {_moment(conflict['opened_at'])}; `qwen-watch why {conflict['event_id']}`")
        if conflict["status"] == "resolved":
            say(f"  resolved {_moment(conflict['resolved_at'])}: {conflict['resolution']}")
        for side in ("left", "right"):
            _tell_side(conflict, side)


def _tell_side(conflict: Mapping[str, Any], side: str) -> None:
    say(f"  {conflict[f'{side}_value']} ({counted(conflict[f'{side}_origins'], 'independent voice')})", style="yellow")
    quotes = list(
        zip(
            conflict[f"{side}_quotes"] or (),
            conflict[f"{side}_publishers"] or (),
            conflict[f"{side}_urls"] or (),
            strict=True,
        )
    )
    for quote, publisher, url in quotes[:MOST_QUOTES]:
        say(f"    “{_one_line(quote)}”")
        say(f"      {publisher}, {url}", style="dim")
    if len(quotes) > MOST_QUOTES:
        say(f"    and {len(quotes) - MOST_QUOTES} more; `qwen-watch why {conflict['event_id']}` shows all")


def _headline(event: EventEvidence) -> str:
    about = f"{event.metric} of {event.subject}" if event.metric else f"{event.type} of {event.subject}"
    if event.object:
        about += f" ({event.object})"
    return about[0].upper() + about[1:] + _dates(event.date_from, event.date_to)


def _standing(event: EventEvidence) -> str:
    disputed = ", disputed" if event.disputed else ""
    support = f"{counted(event.documents, 'document')}, {counted(event.origins, 'independent voice')}"
    return f"  {event.status}{disputed}; {support}; known since {_moment(event.first_known_at)}; id {event.event_id}"


def _tell_attribute(attribute: AttributeEvidence) -> None:
    held = "nothing is held" if attribute.held is None else f"{attribute.held} ({attribute.status})"
    conflict = f", sources disagree: {attribute.conflict}" if attribute.conflict else ""
    say(f"  {attribute.attribute}: {held}{conflict}", style="yellow" if attribute.conflict else "cyan")
    if attribute.confidence is not None:
        say(f"    {attribute.confidence:.2f}: {clean(attribute.because or '')}", style="dim")
    for claimed in attribute.values:
        if len(attribute.values) > 1 or claimed.value != attribute.held:
            say(f"    {claimed.value}")
        for words in claimed.words:
            say(f"      “{_one_line(words.quote)}”")
            say(f"        {_source(words)}", style="dim")


def _source(words: Words) -> str:
    parts = [words.publisher, f"{words.published_at:%Y-%m-%d}", words.url]
    said: Iterable[str] = (
        f"attributed to {words.attributed_to}" if words.attributed_to else "",
        "" if words.modality == "asserted" else words.modality,
        "" if words.standing else "since replaced by a newer version",
    )
    return ", ".join([*parts, *(part for part in said if part)])


def _dates(first: dt.date | None, last: dt.date | None) -> str:
    if first is None:
        return ""
    return f", {first}" if first == last else f", {first} to {last}"


def _moment(moment: dt.datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else "?"


def _one_line(text: str) -> str:
    return " ".join(clean(text).split())
