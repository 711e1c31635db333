"""What is watched: organisations, people and models with their names. Extraction finds others, too."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.categories import EntityKind


@dataclass(frozen=True, slots=True)
class Watched:
    """One watched entity. `parent` is the name of the wider organisation or model, `handles` keep no `@`."""

    kind: EntityKind
    name: str
    aliases: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class Watchlist:
    entries: tuple[Watched, ...] = ()

    def of_kind(self, kind: EntityKind) -> tuple[Watched, ...]:
        return tuple(entry for entry in self.entries if entry.kind == kind)
