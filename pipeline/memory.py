"""What earlier runs left behind for the next fetches: plain data that the warehouse fills."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.model import Validators


@dataclass(frozen=True, slots=True)
class Memory:
    """What is known before a harvest.

    `validators` are those of the last successful fetch of each URL, by the URL as it was asked. `versions`
    tells of each canonical URL the `Document.version` of the latest document there. `articles` are, by
    source_id, the URLs that were asked for a source besides its own, each with the moment it was first asked,
    answered or not: from them edits and earlier failures are found while the list that links them stays the same.
    """

    validators: Mapping[str, Validators] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    articles: Mapping[str, Mapping[str, dt.datetime]] = field(default_factory=dict)
