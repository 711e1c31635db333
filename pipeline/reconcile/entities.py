"""Entities: from the names in a document to who or what is meant, the same whatever is read first."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from pipeline.categories import EntityKind, NameKind
from pipeline.ledger import Entity, EntityName
from pipeline.model import Mention, content_id
from pipeline.naming.chinese import HAN
from pipeline.naming.models import ModelName, parse_model
from pipeline.naming.persons import in_latin, person_key
from pipeline.watchlist import Watched, Watchlist


@dataclass(frozen=True, slots=True)
class _Name:
    kind: EntityKind
    key: str


class Registry:
    """Resolves mentions by the watchlist's names and the rules of naming; holds nothing of what it resolved.

    An entity's id comes from its kind and the key of its name: every order of documents gives the same ids.
    """

    def __init__(self, watchlist: Watchlist) -> None:
        self._watched: dict[_Name, Watched] = {}
        self._named: dict[tuple[EntityKind, str], Watched] = {}
        for entry in watchlist.entries:
            self._named[entry.kind, entry.name] = entry
            for name in (entry.name, *entry.aliases, *entry.handles):
                self._watched.setdefault(_Name(entry.kind, _key(entry.kind, name)), entry)

    def resolve(self, mention: Mention) -> Entity:
        """The entity a mention means; an unknown name makes an entity of its own."""
        entry = self._entry(mention)
        if entry is not None:
            return self._watched_entity(entry)
        if mention.kind is EntityKind.MODEL and (model := parse_model(mention.name)):
            return self._model(model)
        return _entity(mention.kind, mention.name)

    def lineage(self, mention: Mention) -> tuple[Entity, ...]:
        """The entity a mention means and everything it lies within, nearest first."""
        found = [self.resolve(mention)]
        while (parent := self._parent(found[-1])) is not None and parent not in found:
            found.append(parent)
        return tuple(found)

    def names(self, mention: Mention) -> tuple[EntityName, ...]:
        """The names by which the mentioned entity is known: watchlist names, and those met in the text."""
        entity, entry = self.resolve(mention), self._entry(mention)
        known = list(_watchlist_names(entry, entity.entity_id)) if entry else []
        listed = {name.name for name in known}
        kind = NameKind.LEARNED if entry else NameKind.CANONICAL
        for name in (mention.name, *mention.aliases):
            if name not in listed:
                listed.add(name)
                known.append(EntityName(entity.entity_id, name, _language(mention.kind, name), kind))
                kind = NameKind.LEARNED
        return tuple(known)

    def entities(self) -> tuple[Entity, ...]:
        """The watched entities."""
        return tuple(self._watched_entity(entry) for entry in self._named.values())

    def watched_names(self) -> tuple[EntityName, ...]:
        """The names of the watched entities as the watchlist gives them."""
        return tuple(
            name
            for entry in self._named.values()
            for name in _watchlist_names(entry, self._watched_entity(entry).entity_id)
        )

    def _entry(self, mention: Mention) -> Watched | None:
        keys = (_Name(mention.kind, _key(mention.kind, name)) for name in (mention.name, *mention.aliases))
        return next((self._watched[key] for key in keys if key in self._watched), None)

    def _watched_entity(self, entry: Watched) -> Entity:
        entity = replace(_entity(entry.kind, entry.name), watched=True)
        parent = self._named.get((entry.kind, entry.parent)) if entry.parent else None
        if parent is not None:
            return replace(entity, parent_id=_entity_id(parent.kind, parent.name))
        model = parse_model(entry.name) if entry.kind is EntityKind.MODEL else None
        return replace(entity, parent_id=self._model_id(model.parent)) if model and model.parent else entity

    def _model(self, model: ModelName) -> Entity:
        entry = self._watched.get(_Name(EntityKind.MODEL, model.key))
        if entry is not None:
            return self._watched_entity(entry)
        parent_id = self._model_id(model.parent) if model.parent else None
        return Entity(content_id("entity", EntityKind.MODEL, model.key), EntityKind.MODEL, model.canonical, parent_id)

    def _model_id(self, model: ModelName) -> str:
        return self._model(model).entity_id

    def _parent(self, entity: Entity) -> Entity | None:
        if entity.parent_id is None:
            return None
        entry = self._named.get((entity.kind, entity.name))
        if entry is not None and entry.parent:
            return self._watched_entity(self._named[entity.kind, entry.parent])
        model = parse_model(entity.name)
        return self._model(model.parent) if model and model.parent else None


def preferred(names: Iterable[str]) -> str:
    """The name to show of several that one unwatched entity goes by, whatever order they came in.

    Latin letters before Han, since tables are in English; then more capitals, more words, the surname of a Chinese
    name first, and the alphabet.
    """
    return min(names, key=_preference)


def _preference(name: str) -> tuple[bool, int, int, bool, str]:
    capitals = sum(char.isupper() for char in name)
    return (bool(HAN.search(name)), -capitals, -len(name.split()), in_latin(name) != name, name)


def _entity(kind: EntityKind, name: str) -> Entity:
    return Entity(_entity_id(kind, name), kind, name)


def _entity_id(kind: EntityKind, name: str) -> str:
    return content_id("entity", kind, _key(kind, name))


def _key(kind: EntityKind, name: str) -> str:
    """What is equal for the ways of writing one name; handles and aliases are keyed like names."""
    if kind is EntityKind.PERSON:
        return person_key(name)
    model = parse_model(name) if kind is EntityKind.MODEL else None
    return model.key if model else " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _watchlist_names(entry: Watched, entity_id: str) -> Iterator[EntityName]:
    yield EntityName(entity_id, entry.name, _language(entry.kind, entry.name), NameKind.CANONICAL)
    for name in entry.aliases:
        yield EntityName(entity_id, name, _language(entry.kind, name), NameKind.ALIAS)
    for name in entry.handles:
        yield EntityName(entity_id, name, None, NameKind.HANDLE)


def _language(kind: EntityKind, name: str) -> str | None:
    if name.startswith("@") or (kind is EntityKind.MODEL and not HAN.search(name)):
        return None
    return "zh" if HAN.search(name) else "en"
