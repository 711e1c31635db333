"""What the kinds of source that read mail share: an option, and how messages become what was collected."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from pipeline.isolation.workers import Broken, Workers
from pipeline.model import Document, Problem, Source
from pipeline.read.mail import read_mail
from pipeline.sources.collecting import Collected

SENDERS = {
    "senders": "addresses or domains with commas between: messages of other senders are passed over; left out, all "
    "are read",
}


def read_messages(
    mark: str, messages: Iterable[tuple[str, bytes]], source: Source, now: dt.datetime, workers: Workers
) -> Collected:
    """The documents of `messages`, each with its place for problems; one that breaks the reading stops no other."""
    documents: list[Document] = []
    problems: list[Problem] = []
    size = 0
    for place, raw in messages:
        size += len(raw)
        read = workers.run(read_mail, raw, place, source, now)
        if isinstance(read, Broken):
            problems.append(Problem("read", place, read.reason))
        elif isinstance(read, Document):
            documents.append(read)
        elif read is not None:
            problems.append(read)
    return Collected(mark, tuple(documents), tuple(problems), size)
