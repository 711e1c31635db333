"""How entities stand to each other: a team within an organisation, a variant within a family of models."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pipeline.categories import EntityKind, NameKind
from pipeline.ledger import Entity, EntityName
from pipeline.naming.chinese import HAN, simplified
from pipeline.naming.persons import in_latin

_BY_AUTHORITY = (NameKind.CANONICAL, NameKind.ALIAS, NameKind.LEARNED)


class Kinship:
    """Answers questions about `parent_id` chains; entities that are not known have no kin but themselves.

    `names` are further names of the entities, by which readers of another language know them.
    """

    def __init__(self, entities: Mapping[str, Entity], names: Iterable[EntityName] = ()) -> None:
        self._entities = entities
        self._names: dict[str, list[EntityName]] = {}
        for name in names:
            self._names.setdefault(name.entity_id, []).append(name)
        organisations = (one for one in entities.values() if one.kind is EntityKind.ORGANISATION)
        self._organisations = {one.name.casefold(): one.entity_id for one in organisations}

    def lineage(self, entity_id: str) -> Iterator[str]:
        """`entity_id`, its parent, the parent's parent and so on; a loop in the data ends it."""
        seen: set[str] = set()
        current: str | None = entity_id
        while current is not None and current not in seen:
            seen.add(current)
            yield current
            entity = self._entities.get(current)
            current = entity.parent_id if entity else None

    def within(self, narrow: str, wide: str) -> bool:
        """True when `narrow` lies inside `wide` at any depth and is not the same."""
        return narrow != wide and wide in self.lineage(narrow)

    def related(self, one: str, other: str) -> bool:
        """True when both are under one roof: the same, one within the other, or two teams of a firm."""
        return self._root(one) == self._root(other)

    def watched(self, entity_id: str) -> bool:
        """True when the entity, or anything it lies within, is on the watchlist."""
        found = (self._entities.get(member) for member in self.lineage(entity_id))
        return any(entity.watched for entity in found if entity is not None)

    def organisation(self, name: str) -> str | None:
        """The id of the organisation of this name; None where no known one is called so."""
        return self._organisations.get(name.casefold())

    def name(self, entity_id: str) -> str | None:
        entity = self._entities.get(entity_id)
        return entity.name if entity else None

    def name_in(self, entity_id: str, language: str) -> str | None:
        """The name for readers of a language: in their script where one is known, or a person's can be worked out.

        It does not change as more names are met: a Chinese name in Latin letters has its surname first, always.
        """
        entity = self._entities.get(entity_id)
        if entity is None or entity.kind is EntityKind.MODEL:
            return entity.name if entity else None
        name = entity.name
        if bool(HAN.search(name)) != (language == "zh"):
            known = (one for one in self._names.get(entity_id, ()) if one.language == language)
            best = min((one for one in known if one.kind in _BY_AUTHORITY), key=_authority, default=None)
            name = best.name if best else name
        shown_as_is = entity.watched or entity.kind is not EntityKind.PERSON or language == "zh"
        return name if shown_as_is else in_latin(name)

    def is_called(self, entity_id: str, name: str) -> bool:
        """True when this is a name of the entity, however its letters are cased."""
        known = (self.name(entity_id), *(one.name for one in self._names.get(entity_id, ())))
        return name.casefold() in {one.casefold() for one in known if one}

    def kind(self, entity_id: str) -> EntityKind | None:
        entity = self._entities.get(entity_id)
        return entity.kind if entity else None

    def names(self, entity_id: str) -> tuple[str, ...]:
        """The entity's canonical name and those of everything it lies within, nearest first."""
        return tuple(name for name in map(self.name, self.lineage(entity_id)) if name)

    def _root(self, entity_id: str) -> str:
        *_, root = self.lineage(entity_id)
        return root


def _authority(name: EntityName) -> tuple[int, bool]:
    """What makes a name the one to show; of equal ones the first given is."""
    return _BY_AUTHORITY.index(name.kind), simplified(name.name) != name.name
