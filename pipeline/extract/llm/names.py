"""Names that a model gives: their canonical form, and what they mean, as rules and ledger have it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pipeline.categories import EntityKind
from pipeline.extract.lexicon import Lexicon
from pipeline.extract.model_mentions import ModelScanner
from pipeline.extract.organisations import OrganisationScanner
from pipeline.model import Claim, Mention
from pipeline.naming.chinese import HAN
from pipeline.naming.models import parse_model
from pipeline.reconcile.entities import Registry
from pipeline.reconcile.lines import metric_of
from pipeline.watchlist import Watchlist

_LONGEST_NAME = 80
_PERSON = re.compile(r"[^\W\d_][^\d\n|;:<>{}\[\]]*")

EventKey = tuple[str, str, str]
"""An event's type, the entity it is about, and the metric: what tells one line of events from another."""


class Names:
    """The names of one configuration's lexicons and watchlist."""

    def __init__(self, lexicons: Mapping[str, Lexicon], watchlist: Watchlist) -> None:
        self._models = ModelScanner(lexicons.values(), watchlist)
        self._organisations = OrganisationScanner(lexicons.values(), watchlist)
        self._registry = Registry(watchlist)

    def mention(self, kind: EntityKind, written: str) -> Mention | None:
        """What a written name means under its canonical name; None for what cannot be a name of that kind."""
        written = " ".join(written.split()).removeprefix("@")
        if not (1 < len(written) <= _LONGEST_NAME and written.isprintable()):
            return None
        match kind:
            case EntityKind.PERSON:
                return self._person(written)
            case EntityKind.ORGANISATION:
                return self._organisation(written)
            case EntityKind.MODEL:
                return self._model(written)

    def family(self, written: str) -> Mention | None:
        """The model family that goes by this name, for figures that count for it."""
        return next((_named(EntityKind.MODEL, m.model.canonical, written) for m in self._models.find(written)), None)

    def event_key(self, claim: Claim) -> EventKey:
        """The line of events on which a claim bears."""
        return claim.event_type, self._registry.resolve(claim.subject).entity_id, metric_of(claim) or ""

    def meaning(self, kind: EntityKind, name: str) -> str:
        """The id of the entity that a name means."""
        return self._registry.resolve(Mention(kind, name)).entity_id

    def _person(self, written: str) -> Mention | None:
        entity = self._registry.resolve(Mention(EntityKind.PERSON, written))
        if entity.watched:
            return _named(EntityKind.PERSON, entity.name, written)
        # A surname alone could be anybody.
        whole = len(HAN.findall(written)) > 1 or len(written.split()) > 1
        return Mention(EntityKind.PERSON, written) if whole and _PERSON.fullmatch(written) else None

    def _organisation(self, written: str) -> Mention | None:
        found = self._organisations.find(written)
        if found:
            narrowest = max(found, key=lambda organisation: organisation.depth)
            return _named(EntityKind.ORGANISATION, narrowest.name, written)
        return Mention(EntityKind.ORGANISATION, written) if any(char.isalpha() for char in written) else None

    def _model(self, written: str) -> Mention | None:
        found = self._models.find(written)
        if found and found[0].start == 0:
            return _named(EntityKind.MODEL, found[0].model.canonical, written)
        model = parse_model(written)
        if model is None or not (model.version or model.sizes):
            return None
        return _named(EntityKind.MODEL, model.canonical, written)


def _named(kind: EntityKind, name: str, written: str) -> Mention:
    return Mention(kind, name, (written,) if written != name else ())
