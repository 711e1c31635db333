"""Many lines at once: each from its own testimony, judgements and kin, whatever else it is reconciled with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from pipeline.ledger import Entity, Judgement, Testimony
from pipeline.reconcile.history import reconcile_line
from pipeline.reconcile.kinship import Kinship
from pipeline.reconcile.lines import Line, LineKey, line_of


def reconcile_lines(
    testimony: Iterable[Testimony], judgements: Sequence[Judgement], entities: Mapping[str, Entity]
) -> dict[LineKey, Line]:
    """The ledger of every line of the testimony, in a fixed order.

    A line sees only entities that it speaks of and what they are part of: what happens to be at hand for other
    lines of a batch must not decide what it holds.
    """
    by_line: defaultdict[LineKey, list[Testimony]] = defaultdict(list)
    for one in testimony:
        by_line[line_of(one)].append(one)
    kinship = Kinship(entities)
    return {
        key: reconcile_line(by_line[key], judgements, _kin(by_line[key], kinship, entities))
        for key in sorted(by_line, key=lambda key: key.sort_key)
    }


def _kin(testimony: Iterable[Testimony], kinship: Kinship, entities: Mapping[str, Entity]) -> dict[str, Entity]:
    spoken_of = {id for one in testimony for id in (one.subject_id, one.object_id) if id is not None}
    related = sorted({member for one in spoken_of for member in kinship.lineage(one)})
    return {id: entities[id] for id in related if id in entities}
