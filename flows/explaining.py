"""Explanations for a terminal, a pipe and programs: each sentence that carries claims, and what was made of it."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Sequence

from flows.output import say
from flows.reports import counted
from pipeline.explain import Explanation, Passage
from pipeline.explain.wording import headline, rule_of, standing, value_text, visible
from pipeline.model import Claim, Mention

OPENED, CLOSED = "⟦", "⟧"
"""Around what is quoted, where nothing can be underlined."""


def tell(explanation: Explanation, *, everything: bool = False) -> None:
    """Print a document's sentences with their claims; with `everything` also those without a claim."""
    document = explanation.document
    say(document.title, style="bold")
    when = f"{document.published_at.isoformat()} ({document.published_from})"
    say(f"{document.publisher}, {when}, {document.language}, {document.tier}", style="dim")
    say(document.url, style="dim")
    count = counted(len(explanation.claims), "claim")
    say(f"document {document.document_id}, learned of {document.fetched_at.isoformat()}; {count}", style="dim")
    if explanation.silence:
        say("")
        say(f"Nothing was extracted: {explanation.silence}.", style="yellow")
    for passage in explanation.passages:
        if passage.claims or everything:
            say("")
            _tell_passage(passage)


def tell_json(explanations: Sequence[Explanation]) -> None:
    """Print explanations as a JSON list, one object a document."""
    print(json.dumps([_plain(each) for each in explanations], ensure_ascii=False, indent=2))


def _tell_passage(passage: Passage) -> None:
    place = f"{passage.start:>6}  "
    if sys.stdout.isatty():
        _print_underlined(place, passage)
    else:
        marked = "".join(f"{OPENED}{run.text}{CLOSED}" if run.claims else run.text for run in passage.runs)
        print(place + " ".join(visible(marked).split()))
    for claim in passage.claims:
        say(f"        {headline(claim)}", style="cyan")
        said = f"          {standing(claim)}; rule: {rule_of(claim)}"
        say(said if claim.quote == passage.text else f"{said}; quotes {claim.start} to {claim.end}", style="dim")
    if not passage.claims and passage.triggers:
        words = ", ".join(f"“{word}” ({event})" for word, event in passage.triggers)
        say(f"        no claim; may tell of an event: {words}", style="yellow")


def _print_underlined(place: str, passage: Passage) -> None:
    from rich.console import Console
    from rich.text import Text

    line = Text(place, style="dim", overflow="fold")
    for run in passage.runs:
        line.append(visible(run.text), style="not dim underline green" if run.claims else "not dim")
    Console(highlight=False).print(line)


def _plain(explanation: Explanation) -> dict[str, object]:
    document = explanation.document
    return {
        "document_id": document.document_id,
        "url": document.url,
        "publisher": document.publisher,
        "tier": document.tier,
        "title": document.title,
        "published_at": document.published_at.isoformat(),
        "published_from": document.published_from,
        "fetched_at": document.fetched_at.isoformat(),
        "language": document.language,
        "silence": explanation.silence or None,
        "claims": [_plain_claim(claim) for claim in explanation.claims],
        "sentences": [
            {
                "start": passage.start,
                "end": passage.end,
                "text": passage.text,
                "claims": [claim.claim_id for claim in passage.claims],
                "triggers": [{"words": words, "event": event} for words, event in passage.triggers],
            }
            for passage in explanation.passages
        ],
    }


def _plain_claim(claim: Claim) -> dict[str, object]:
    dates = claim.value.dates
    return {
        "claim_id": claim.claim_id,
        "event_type": claim.event_type,
        "subject": _plain_mention(claim.subject),
        "object": _plain_mention(claim.object),
        "occurrence": claim.occurrence,
        "attribute": claim.attribute,
        "value": value_text(claim.value),
        "value_text": claim.value.text,
        "value_from": dates.first.isoformat() if dates else None,
        "value_to": dates.last.isoformat() if dates else None,
        "value_number": claim.value.number,
        "unit": claim.value.unit,
        "bound": claim.value.bound,
        "modality": claim.modality,
        "attributed_to": claim.attributed_to,
        "quote": claim.quote,
        "start": claim.start,
        "end": claim.end,
        "rule": claim.rule or None,
        "extractor": claim.extractor,
        "extractor_version": claim.extractor_version,
        "confidence": claim.confidence,
    }


def _plain_mention(mention: Mention | None) -> dict[str, object] | None:
    return dataclasses.asdict(mention) if mention else None
