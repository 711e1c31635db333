"""Documents made from text, and their claims by the shipped lexicons."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.categories import Tier
from pipeline.config import Settings, load_settings
from pipeline.extract.extractor import Extractor
from pipeline.model import Claim, Document, content_id

CONFIG = Path(__file__).resolve().parents[2] / "config"

Told = dict[tuple[str, str], dict[str, str]]


@pytest.fixture(scope="session")
def shipped() -> Settings:
    return load_settings(CONFIG)


@pytest.fixture(scope="session")
def extractor(shipped: Settings) -> Extractor:
    return Extractor(shipped.lexicons, shipped.watchlist)


def document(
    text: str,
    language: str = "en",
    published: str = "2026-09-10T12:00:00+00:00",
    tier: Tier = Tier.PRESS,
    title: str = "Notes on Alibaba",
) -> Document:
    moment = dt.datetime.fromisoformat(published)
    return Document(
        document_id=content_id(text),
        url="https://daily.example/a",
        source_id="s",
        publisher="Daily",
        tier=tier,
        title=title,
        author=None,
        published_at=moment,
        published_from="feed",
        modified_at=None,
        fetched_at=moment,
        language=language,
        text=text,
        text_sha256="",
    )


@pytest.fixture(scope="session")
def claims(extractor: Extractor) -> Callable[..., tuple[Claim, ...]]:
    return lambda text, **options: extractor.claims(document(text, **options))


@pytest.fixture(scope="session")
def told(extractor: Extractor) -> Callable[..., Told]:
    """What a text tells, as {(event type, subject): {attribute: first value}}; `event` holds its modality."""

    def tell(text: str, **options: object) -> Told:
        events: Told = defaultdict(dict)
        for claim in extractor.claims(document(text, **options)):  # type: ignore[arg-type]
            value = str(claim.modality) if claim.attribute == "event" else claim.value.text
            events[str(claim.event_type), claim.subject.name].setdefault(claim.attribute, value)
        return dict(events)

    return tell
