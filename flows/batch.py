"""What one write turn is given to write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.model import BrokenBody, Claim, Document, Fetch, HostState, Problem, RobotsFile, SourceState, Unread


@dataclass(frozen=True, slots=True)
class Batch:
    """What was fetched, read and extracted, and is to be written together.

    `again` are stored documents that broke the extraction once and were read now; `unread` broke it now.
    `broken` are bodies that broke their reader, `mended` the hashes of such that were read now.
    """

    fetches: Sequence[Fetch] = ()
    states: Sequence[SourceState] = ()
    documents: Sequence[Document] = ()
    claims: Mapping[str, Sequence[Claim]] = field(default_factory=dict)
    problems: Sequence[Problem] = ()
    again: Sequence[Document] = ()
    unread: Sequence[Unread] = ()
    broken: Sequence[BrokenBody] = ()
    mended: Sequence[str] = ()
    hosts: Sequence[HostState] = ()
    robots: Sequence[RobotsFile] = ()
