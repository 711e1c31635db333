"""Asking archives of the web for the past, as conversations like those with sources: one request at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from pipeline.categories import FailureKind, Outcome, Tier
from pipeline.fetch.body_index import Place
from pipeline.fetch.responses import ArchivedResponse
from pipeline.model import Fetch, Problem, Source, content_id
from pipeline.read.addresses import secured
from pipeline.sources.conversation import Ask, Asking, Conversation, Harvest, NotNowError, Postponed
from pipeline.sources.failures import speaks_of_its_host
from pipeline.sources.robots import API, OBEY
from pipeline.sources.wayback import Capture, Span, capture_at, index_query, read_index

TRIES = 2
"""How often a capture is asked for in one run: archives are often too busy, and then have it a moment later.

The third failure in a row, whatever is asked, makes their host rest.
"""

MOST_PAGES = 50
"""Answers of an index that are read for one address."""

_TOO_MANY = 429
_BRIEF = frozenset({FailureKind.TRUNCATED, FailureKind.RESET, FailureKind.TIMEOUT})

Keep = Callable[[ArchivedResponse], Place | None]
"""Puts a body into the archive and says where, or None where it is not kept."""


def archive_source(url: str, name: str, robots: str = OBEY) -> Source:
    """What stands in for a source where the archive at `url` is asked; no document bears its name."""
    source_id = content_id("source", url)
    options = {"robots": robots}
    return Source(source_id, name, "archive", url, "", None, Tier.AGGREGATOR, dt.timedelta(days=1), options=options)


@dataclass(slots=True)
class Asked:
    """What a conversation with an archive has come to. `stopped` says why it ended before its end."""

    fetches: list[Fetch] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    stopped: str | None = None

    def harvest(self) -> Harvest:
        return Harvest(tuple(self.fetches), (), tuple(self.problems))


@dataclass(slots=True)
class IndexAsking(Asked):
    """Asks the index of the Wayback Machine for the captures of one address; `captures` are what it lists.

    It leaves off once `most` of them are new, by the count of `new_among`; then `has_more` tells of further ones.
    """

    captures: list[Capture] = field(default_factory=list)
    has_more: bool = False

    def converse(
        self,
        archive: Source,
        url: str,
        span: Span,
        *,
        below: bool = False,
        most: int | None = None,
        new_among: Callable[[Sequence[Capture]], int] = len,
    ) -> Conversation:
        resume_key, new = None, 0
        for _ in range(MOST_PAGES):
            query = index_query(url, span, below=below, resume_key=resume_key)
            try:
                fetch = yield from _asked(Ask(archive, query, None, is_exempt=True))
            except NotNowError as stopped:
                self.stopped = stopped.answer.reason
                return self.harvest()
            self.fetches.append(replace(fetch, body=b"", sha256=None))
            page = read_index(fetch.body, url, span) if fetch.outcome is Outcome.NEW else f"{fetch.error}"
            if isinstance(page, str):
                self.problems.append(Problem("backfill", url, f"the Wayback Machine's index: {page}"))
                return self.harvest()
            self.captures += page.captures
            new += new_among(page.captures)
            resume_key = page.resume_key
            self.has_more = resume_key is not None
            if resume_key is None or (most is not None and new >= most):
                break
        return self.harvest()


@dataclass(slots=True)
class CaptureAsking(Asked):
    """Asks for captures one after another, each as it was taken; `kept` are those that came, and their places.

    A response in `kept` has no body: that is at its place. What is met twice, since one capture leads on to
    another, is kept once. `had` are the addresses whose captures came.
    """

    kept: list[tuple[ArchivedResponse, Place]] = field(default_factory=list)
    had: set[str] = field(default_factory=set)

    def converse(self, archive: Source, captures: Sequence[Capture], span: Span, keep: Keep) -> Conversation:
        is_exempt = archive.options.get("robots") == API
        met: set[tuple[str, dt.datetime]] = set()
        for capture in captures:
            try:
                fetch = yield from _asked(Ask(archive, capture.address, None, is_exempt))
            except NotNowError as stopped:
                self.stopped = stopped.answer.reason
                break
            found = _response(capture, fetch, span)
            if isinstance(found, str):
                self.problems.append(Problem("backfill", capture.address, found))
                place = None
                if fetch.outcome is Outcome.NEW:
                    # What is not taken must not pass for had: another span of time may want it.
                    fetch = replace(fetch, outcome=Outcome.ERROR, error=found, failure=FailureKind.UNREADABLE)
            else:
                self.had.add(capture.url)
                is_new = (found.url, found.archived_at) not in met
                met.add((found.url, found.archived_at))
                place = keep(found) if is_new else None
            if place is not None and not isinstance(found, str):
                fetch = replace(fetch, archive_file=place[0], archive_offset=place[1])
                self.kept.append((replace(found, body=b""), place))
            self.fetches.append(replace(fetch, body=b""))
            if fetch.failure is FailureKind.ROBOTS and fetch.status is None:
                self.stopped = f"{fetch.error}; its documentation invites programs, which --robots api goes by"
                break
        return self.harvest()


@dataclass(slots=True)
class FileAsking(Asked):
    """Asks for one file, which `collect` takes in as it comes, where it is too large to be held."""

    def converse(self, archive: Source, url: str, collect: Callable[[], Fetch] | None = None) -> Conversation:
        is_exempt = archive.options.get("robots") == API
        try:
            fetch = yield from _asked(Ask(archive, url, None, is_exempt, collect=collect))
        except NotNowError as stopped:
            self.stopped = stopped.answer.reason
            return self.harvest()
        self.fetches.append(fetch)
        if fetch.outcome is not Outcome.NEW:
            self.problems.append(Problem("backfill", url, f"{fetch.error}"))
        return self.harvest()


def _asked(ask: Ask) -> Asking:
    """The answer to `ask`, asked again where the archive was only busy. Raises NotNowError where it is not to be."""
    tries = 0
    while True:
        answer = yield ask
        if isinstance(answer, Postponed):
            raise NotNowError(answer)
        if answer.status == _TOO_MANY and answer.retry_after is None:
            # It does not say for how long, and shuts out who goes on.
            until = answer.requested_at + dt.timedelta(hours=1)
            raise NotNowError(Postponed(until, f"{ask.url} {answer.error}; leave it alone for an hour"))
        tries += 1
        if tries == TRIES or not _is_brief(answer):
            return answer


def _is_brief(fetch: Fetch) -> bool:
    if fetch.failure is FailureKind.ROBOTS:
        return False
    return fetch.failure in _BRIEF or speaks_of_its_host(fetch)


def _response(capture: Capture, fetch: Fetch, span: Span) -> ArchivedResponse | str:
    """What stood at the capture's address then, or why that is not had; a capture may lead on to another one."""
    if fetch.outcome is not Outcome.NEW:
        return fetch.error or "could not be had"
    found = capture_at(fetch.final_url)
    if found is None:
        return f"leads out of the archive, to {fetch.final_url}"
    if found.taken_at not in span:
        return f"the capture nearest to it is of {found.taken_at:%Y-%m-%d %H:%M:%S} UTC, outside of --since and --until"
    url = capture.url if fetch.final_url == fetch.url else secured(found.url, capture.url)
    kind = fetch.content_type
    headers = (("Content-Type", kind),) if kind else ()
    return ArchivedResponse(url, found.taken_at, 200, kind, headers, fetch.body, 0, fetch.final_url)
