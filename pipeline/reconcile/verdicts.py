"""Verdicts: what is held of an attribute, on whose word, and what speaks against it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.model import Value
from pipeline.reconcile.disputes import Dispute
from pipeline.reconcile.statements import Stance
from pipeline.reconcile.tally import Position, documents_of, origins_of


@dataclass(frozen=True, slots=True)
class Verdict:
    """The value that is held, the positions behind it, and the dispute about it if there is one."""

    value: Value
    stance: Stance
    backing: tuple[Position, ...]
    dispute: Dispute | None = None

    @property
    def origins(self) -> Mapping[str, float]:
        return origins_of(self.backing)

    @property
    def against(self) -> Mapping[str, float]:
        """The origins on the other side of an open dispute, but for those that are on this one as well."""
        if self.dispute is None or self.dispute.settled_by is not None:
            return {}
        for_it = self.dispute.left.origins
        return {origin: weight for origin, weight in self.dispute.right.origins.items() if origin not in for_it}

    @property
    def documents(self) -> frozenset[str]:
        return documents_of(self.backing)

    @property
    def attested(self) -> bool:
        return any(position.attested for position in self.backing)
