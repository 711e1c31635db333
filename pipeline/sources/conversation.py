"""What passes between a conversation with a source and whoever holds it: requests, answers, and the outcome."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field

from pipeline.model import BrokenBody, Document, Fetch, Problem, Source, SourceState, Validators


@dataclass(frozen=True, slots=True)
class Harvest:
    """What sources gave: every exchange (without its body), new documents, problems, new states.

    `broken` are the bodies that broke their reader, `mended` the hashes of those that were read at last.
    """

    fetches: tuple[Fetch, ...] = ()
    documents: tuple[Document, ...] = ()
    problems: tuple[Problem, ...] = ()
    states: tuple[SourceState, ...] = ()
    broken: tuple[BrokenBody, ...] = ()
    mended: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ask:
    """A request that a conversation wants made. `is_exempt` is one that robots.txt does not speak of.

    One that `may_share` takes the answer that another conversation of the run was given for its URL. `headers`
    may hold a token. `collect` makes the exchange where it is none of HTTP.
    """

    source: Source
    url: str
    validators: Validators | None
    is_exempt: bool = False
    may_share: bool = False
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    collect: Callable[[], Fetch] | None = None


@dataclass(frozen=True, slots=True)
class Postponed:
    """The answer to a request that is not made now: its host rests `until` then, or the run's time is over."""

    until: dt.datetime
    reason: str
    run_is_over: bool = False


class NotNowError(Exception):
    """Ends a conversation whose request is not made in this run."""

    def __init__(self, answer: Postponed) -> None:
        super().__init__(answer.reason)
        self.answer = answer


Reply = Fetch | Postponed
Conversation = Generator[Ask, Reply, Harvest]
Asking = Generator[Ask, Reply, Fetch]
