"""A message as data for programs: the same words, cleaned of what hides, with every id and time."""

from __future__ import annotations

import datetime as dt
from typing import Any

from pipeline.ledger import Alert, Quote
from pipeline.notify.briefing import briefing
from pipeline.notify.digest import Digest
from pipeline.notify.inert import clean, one_line
from pipeline.notify.links import link_to, safe_address
from pipeline.notify.render import Message, headline, words_of

VERSION = 1


def payload(message: Message) -> dict[str, Any]:
    """The JSON object of a message; keys may be added to it, and none is renamed within one `version`."""
    common = {
        "version": VERSION,
        "alert_id": message.alert_id,
        "language": words_of(message).language,
        "created_at": message.created_at.astimezone(dt.UTC).isoformat(),
    }
    return common | (_digest(message) if isinstance(message, Digest) else _alert(message))


def _alert(alert: Alert) -> dict[str, Any]:
    return {
        "kind": str(alert.kind),
        "severity": str(alert.severity),
        "event_id": alert.event_id,
        "event_type": str(alert.event_type) if alert.event_type else None,
        "conflict_id": alert.conflict_id,
        "source_id": alert.source_id,
        "title": one_line(alert.title),
        "body": clean(alert.body),
        "sides": [
            {"label": one_line(side.label), "origins": side.origins, "quotes": [*map(_quote, side.quotes)]}
            for side in alert.sides
        ],
    }


def _quote(quote: Quote) -> dict[str, Any]:
    return {
        "text": clean(quote.text),
        "publisher": one_line(quote.publisher),
        "published_at": quote.published_at.isoformat(),
        "url": safe_address(quote.url),
        "link": link_to(quote.url, quote.text),
    }


def _digest(digest: Digest) -> dict[str, Any]:
    return {
        "kind": "digest",
        "day": digest.day.isoformat(),
        "title": headline(digest),
        "alert_ids": [alert.alert_id for alert in digest.alerts],
        "sections": [
            {
                "heading": section.heading,
                "paragraphs": [
                    {
                        "headline": paragraph.headline,
                        "text": paragraph.text,
                        "publishers": paragraph.publishers,
                        "link": paragraph.link,
                    }
                    for paragraph in section.paragraphs
                ],
            }
            for section in briefing(digest)
        ],
    }
