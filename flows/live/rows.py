"""The rows that the API answers with, so that its OpenAPI document names every field.

They are those of the command line's `--json`. Columns may be added; none is renamed.
"""

from __future__ import annotations

import datetime as dt
from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field


class _Row(BaseModel):
    # A column that a view gains is passed on before it is described here.
    model_config = ConfigDict(extra="allow")


Row = TypeVar("Row", bound=_Row)


class Page(BaseModel, Generic[Row]):
    """Some rows of an answer."""

    rows: list[Row]
    next: str | None = Field(description="Address of the rows that follow; null where these are the last.")


class FactRow(_Row):
    """What is held of one attribute of one event."""

    subject: str | None
    type: str
    object: str | None
    attribute: str
    value: str
    bound: str | None = Field(description="at least, at most, about; null where the number is meant exactly.")
    status: str
    origins: int = Field(description="How many independent voices say so.")
    documents: int
    held_since: dt.datetime
    disputed: bool
    event_id: str


class EventRow(_Row):
    """Something that happened."""

    date_from: dt.date | None
    date_to: dt.date | None
    type: str
    subject: str | None
    object: str | None
    metric: str | None
    status: str
    disputed: bool
    documents: int
    origins: int
    first_known_at: dt.datetime
    event_id: str


class TimelineRow(EventRow):
    """Something that happened, with a few words."""

    what: str


class ConflictRow(_Row):
    """Two values that cannot both hold, each with its words."""

    subject: str | None
    event_type: str | None
    attribute: str
    kind: str
    severity: str
    left_value: str
    left_origins: int
    left_quotes: list[str] | None
    left_publishers: list[str] | None
    left_urls: list[str] | None
    right_value: str
    right_origins: int
    right_quotes: list[str] | None
    right_publishers: list[str] | None
    right_urls: list[str] | None
    status: str
    opened_at: dt.datetime
    resolved_at: dt.datetime | None
    resolution: str | None
    event_id: str
    conflict_id: str


class AlertRow(_Row):
    """What was raised, and how far it has got."""

    created_at: dt.datetime
    kind: str
    severity: str
    title: str
    body: str | None
    deliveries: str | None
    event_id: str | None
    conflict_id: str | None
    alert_id: str


class SourceRow(_Row):
    """How one source is doing."""

    name: str
    kind: str
    publisher: str | None
    tier: str
    status: str
    consecutive_failures: int
    last_error: str | None
    last_checked_at: dt.datetime | None
    last_changed_at: dt.datetime | None
    next_check_at: dt.datetime | None
    documents: int
    url: str
    source_id: str


class ClaimRow(_Row):
    """What one document says, word for word."""

    document_url: str
    publisher: str
    published_at: dt.datetime
    event_type: str
    subject: str | None
    organisation: str | None
    attribute: str
    value_text: str
    modality: str
    attributed_to: str | None
    quote: str
    claim_id: str
    event_id: str | None
