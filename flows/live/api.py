"""The API: what the command line answers, as JSON. It reads the published copy and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Path, Query, Request, Response
from pydantic import BeforeValidator, WithJsonSchema

from flows.live import rows
from flows.times import read_moment_or_span
from pipeline.categories import ConflictStatus, DeliveryState, EventStatus, EventType, SourceStatus
from warehouse import Published, Table, questions
from warehouse.filters import Filters

LARGEST_PAGE = 500

Time = Annotated[
    Any,
    BeforeValidator(lambda text: None if text is None else read_moment_or_span(str(text))),
    WithJsonSchema({"type": "string", "examples": ["30d", "12h", "2026-03-04", "2026-03-04T08:00+08:00"]}),
]
Name = Annotated[str | None, Query(max_length=200, description="Only of this person, model or organisation.")]
Limit = Annotated[int, Query(ge=1, le=LARGEST_PAGE)]
Offset = Annotated[int, Query(ge=0, le=10_000_000)]


def times(
    since: Annotated[Time, Query(description="From that time on; a span counts back from the last run.")] = None,
    until: Annotated[Time, Query(description="Before that time.")] = None,
    as_of: Annotated[Time, Query(description="As it was held at that time.")] = None,
    limit: Limit = 100,
    offset: Offset = 0,
) -> Filters:
    """The filters that every question takes."""
    return Filters(since=since, until=until, as_of=as_of, limit=limit, offset=offset)


Times = Annotated[Filters, Depends(times)]


def narrowed(
    given: Times, about: Name = None, type: EventType | None = None, status: EventStatus | None = None
) -> Filters:
    """The filters of what happened."""
    return replace(given, entity=about, event_type=type, status=status)


Narrowed = Annotated[Filters, Depends(narrowed)]


def router(published: Published) -> APIRouter:
    """The API's addresses over one published copy."""
    api = APIRouter(prefix="/api", dependencies=[Depends(_unless_known(published))])

    def paged(question: Callable[[Published, Filters], Table], filters: Filters, request: Request) -> dict[str, Any]:
        # One more than asked for, to know whether there is more.
        table = question(published, replace(filters, limit=(filters.limit or 0) + 1))
        found = table.records()
        more = len(found) > (filters.limit or 0)
        beyond = str(request.url.include_query_params(offset=filters.offset + (filters.limit or 0)))
        return {"rows": found[: filters.limit], "next": beyond if more else None}

    @api.get("/facts", response_model=rows.Page[rows.FactRow])
    def facts(request: Request, filters: Narrowed) -> dict[str, Any]:
        """What is held, latest learned first."""
        return paged(questions.facts, filters, request)

    @api.get("/events", response_model=rows.Page[rows.EventRow])
    def events(request: Request, filters: Narrowed) -> dict[str, Any]:
        """What happened, latest learned first."""
        return paged(questions.events, filters, request)

    @api.get("/timeline", response_model=rows.Page[rows.TimelineRow])
    def timeline(request: Request, filters: Narrowed) -> dict[str, Any]:
        """What happened, in the order of its dates; `since` and `until` are of the world."""
        return paged(questions.timeline, filters, request)

    @api.get("/conflicts", response_model=rows.Page[rows.ConflictRow])
    def conflicts(
        request: Request,
        given: Times,
        about: Name = None,
        type: EventType | None = None,
        status: ConflictStatus | None = None,
    ) -> dict[str, Any]:
        """Where sources disagree, open and gravest first."""
        return paged(questions.conflicts, replace(given, entity=about, event_type=type, status=status), request)

    @api.get("/alerts", response_model=rows.Page[rows.AlertRow])
    def alerts(
        request: Request,
        given: Times,
        about: Name = None,
        type: EventType | None = None,
        status: DeliveryState | None = None,
    ) -> dict[str, Any]:
        """What was raised, latest first; `status` is of a delivery."""
        return paged(questions.alerts, replace(given, entity=about, event_type=type, status=status), request)

    @api.get("/sources", response_model=rows.Page[rows.SourceRow])
    def sources(
        request: Request, status: SourceStatus | None = None, limit: Limit = 100, offset: Offset = 0
    ) -> dict[str, Any]:
        """How each source is doing, those in trouble first."""
        return paged(questions.sources, Filters(status=status, limit=limit, offset=offset), request)

    @api.get("/claims/{claim_id}", response_model=rows.ClaimRow)
    def claim(claim_id: Annotated[str, Path(pattern="^[0-9a-f]{16}$")]) -> dict[str, Any]:
        """One claim: the words, who says them, and what they say."""
        found = questions.claim(published, claim_id).records()
        if not found:
            raise HTTPException(404, f"no claim has the id {claim_id}")
        return found[0]

    return api


def _unless_known(published: Published) -> Callable[[Request, Response], None]:
    """Answers with 304 where the asker has what this copy says; the copy's mark is the ETag of every answer."""

    def check(request: Request, response: Response) -> None:
        etag = f'"{published.token()}"'
        headers = {"ETag": etag, "Cache-Control": "no-cache"}
        asked = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
        if etag in asked or asked == ["*"]:
            raise HTTPException(304, headers=headers)
        response.headers.update(headers)

    return check
