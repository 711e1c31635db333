"""What earlier runs left behind for the next fetches: plain data that the warehouse fills."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Generic, TypeVar

from pipeline.model import BrokenBody, Validators

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Memory:
    """What is known before a harvest.

    `validators` are those of the last successful fetch of each URL, by the URL as it was asked. `versions`
    tells of each canonical URL the `Document.version` of the latest document there. `articles` are, by
    source_id, the URLs that were asked for a source besides its own, each with the moment it was first asked,
    answered or not: from them edits and earlier failures are found while the list that links them stays the same.
    `givers` are the ids of the sources of any document. `broken` are the bodies that broke their reader, by hash.

    What lies long back is not at hand; `recall` looks it up, and `of` is how to ask for it. `texts` looks up the
    text of the latest document at a canonical URL.
    """

    validators: Mapping[str, Validators] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    articles: Mapping[str, Mapping[str, dt.datetime]] = field(default_factory=dict)
    givers: frozenset[str] = frozenset()
    recall: Callable[[Collection[str]], Memory] | None = None
    broken: Mapping[str, BrokenBody] = field(default_factory=dict)
    texts: Callable[[str], str | None] | None = None

    def text_of(self, url: str) -> str | None:
        """The text of the latest document at a canonical URL; None where there is none."""
        return self.texts(url) if self.texts is not None else None

    def of(self, urls: Collection[str]) -> Memory:
        """This memory with all that is stored about `urls`: one look-up, however many they are."""
        unknown = [url for url in dict.fromkeys(urls) if url not in self.validators or url not in self.versions]
        if self.recall is None or not unknown:
            return self
        found = self.recall(unknown)
        return replace(
            self,
            validators=_Both(self.validators, found.validators),
            versions=_Both(self.versions, found.versions),
            articles={
                id: _Both(self.articles.get(id, {}), found.articles.get(id, {}))
                for id in self.articles.keys() | found.articles.keys()
            },
        )


class _Both(Mapping[str, V], Generic[V]):
    """Two mappings as one; what both hold is taken from the first."""

    def __init__(self, first: Mapping[str, V], second: Mapping[str, V]) -> None:
        self._first = first
        self._second = second

    def __getitem__(self, key: str) -> V:
        return self._first[key] if key in self._first else self._second[key]

    def __contains__(self, key: object) -> bool:
        return key in self._first or key in self._second

    def __iter__(self) -> Iterator[str]:
        return chain(self._first, (key for key in self._second if key not in self._first))

    def __len__(self) -> int:
        return sum(1 for _ in self)
