"""The labels: what each labelled article says, in the rows of a `gold.jsonl`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

NOTHING = "none"
TYPES = frozenset({"departure", "hire", "appointment", "founding", "release", "metric", NOTHING})
DATES = frozenset({"date", "announced", "resigned", "effective"})
NUMBERS = frozenset({"context_tokens", "parameters_total", "parameters_active", "training_tokens", "value"})
TEXTS = frozenset(
    {"organisation", "role", "destination", "successor", "licence", "availability", "metric", "bound"}
    | {"modality", "description"}
)
ATTRIBUTES = DATES | NUMBERS | TEXTS | {"as_of", "sizes", "voluntary"}


@dataclass(frozen=True, slots=True)
class GoldRow:
    """One labelled event. The subject `*` is anybody; an `optional` row may be found or not."""

    url: str
    type: str
    subject: str = ""
    also: tuple[str, ...] = ()
    optional: bool = False
    attributes: Mapping[str, Any] = field(default_factory=dict)
    why: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        return (self.subject, *self.also)


def read_gold(path: Path) -> Iterator[GoldRow]:
    """The rows of a `gold.jsonl`, in its order; raises ValueError or TypeError on a line that is no such row."""
    for line in path.read_text("utf-8").splitlines():
        if line.strip():
            row = json.loads(line)
            yield GoldRow(**{**row, "url": row["url"].rstrip("/"), "also": tuple(row.get("also", ()))})
