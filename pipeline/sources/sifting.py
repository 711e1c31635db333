"""Sifting archived responses: those of the sites, or about the names, that somebody asked for are kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from pipeline.fetch.body_index import Place
from pipeline.fetch.responses import ArchivedResponse, response_of
from pipeline.fetch.warc import Damage, Record
from pipeline.fetch.warc_stream import records_of_stream
from pipeline.model import Problem
from pipeline.read.markup import media_type
from pipeline.sources.past import Keep
from pipeline.sources.wayback import Span

MOST_NAMED = 20
"""Damaged records of one file that are named one by one; of the others only the number is."""

_OK = 200


@dataclass(frozen=True, slots=True)
class Sieve:
    """What is kept: pages within `span` whose address is `wanted`, and, where it is given, that are `about` us."""

    span: Span
    wanted: Callable[[str], bool]
    about: Callable[[str], bool] | None = None

    def passes(self, response: ArchivedResponse) -> bool:
        if response.status != _OK or response.archived_at not in self.span:
            return False
        if self.wanted(response.url):
            return True
        is_text = media_type(response.content_type).startswith(("text/", "application/xhtml"))
        return self.about is not None and is_text and self.about(response.body.decode("utf-8", "ignore"))

    def may_pass(self, record: Record | Damage) -> bool:
        """Whether a record is worth being decoded."""
        if isinstance(record, Damage) or self.about is not None:
            return True
        return self.wanted(record.fields.get("warc-target-uri", "").strip("<>"))


@dataclass(slots=True)
class Sifted:
    """What came of one file: the kept responses, each without its body but with its place."""

    kept: list[tuple[ArchivedResponse, Place]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    damaged: int = 0

    def take(self, found: Iterable[ArchivedResponse | Problem], sieve: Sieve, keep: Keep, copied_from: str) -> None:
        """Keeps what passes; `copied_from` is the address of the file."""
        for each in found:
            if isinstance(each, Problem):
                self.damaged += 1
                if self.damaged <= MOST_NAMED:
                    self.problems.append(each)
            elif sieve.passes(each):
                place = keep(replace(each, copied_from=copied_from))
                if place is not None:
                    self.kept.append((replace(each, body=b""), place))
        if self.damaged > MOST_NAMED:
            more = self.damaged - MOST_NAMED
            self.problems.append(Problem("archive", copied_from, f"{more} more records cannot be read"))


def responses_of_stream(
    pieces: Iterable[bytes], name: str, sieve: Sieve, limit: int
) -> Iterator[ArchivedResponse | Problem]:
    """The responses in a WARC file that comes in pieces, as far as they may pass; `limit` bounds each, in bytes."""
    for record in records_of_stream(pieces, limit):
        response = response_of(record, name, limit) if sieve.may_pass(record) else None
        if response is not None:
            yield response
