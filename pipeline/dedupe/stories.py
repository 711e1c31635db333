"""Stories: which documents are copies, rewrites or later versions of one original."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pipeline.categories import StoryRole
from pipeline.dedupe.fingerprints import fingerprint, jaccard, tokens
from pipeline.dedupe.versions import Versions
from pipeline.model import Document, Story, content_id

NEAR = 0.5  # Jaccard; light rewrites sit near 0.57 (measured.md)
COPY = 0.85  # above this a text was taken over, not rewritten
SHARED = 3  # fingerprint hashes two texts must share before they are compared at all
SHORT = 30  # words; two shorter texts are alike by chance too easily and count only when equal


@dataclass(frozen=True, slots=True)
class Grouping:
    """What `group_stories` found. `documents` are the new ones and those stored ones whose story fields
    changed; `duplicates` are ids of new documents that were there already, the same version of an address;
    `gone` are ids of stored stories that turned out to be part of another one. `returned` are the documents with
    another id than they were given, which came back to what their address said before: new id to given id.
    `dated_back` are ids of stored documents that turned out to have been there earlier than they were known."""

    documents: tuple[Document, ...]
    stories: tuple[Story, ...]
    duplicates: tuple[str, ...]
    gone: tuple[str, ...]
    returned: Mapping[str, str] = field(default_factory=dict)
    dated_back: frozenset[str] = frozenset()


def group_stories(new: Sequence[Document], stored: Sequence[Document]) -> Grouping:
    """Put new documents into stories together with the stored ones they may belong with.

    A story is a connected component of "near-copy of" and "version of the same address", so the order and the
    batches in which documents arrive do not matter. `stored` must hold whole stories.
    """
    held = {document.document_id: document for document in stored}
    versions = Versions(stored)
    fresh: dict[str, Document] = {}
    returned: dict[str, str] = {}
    duplicates: list[str] = []
    earlier: dict[str, Document] = {}
    for document in sorted(new, key=_first_known):
        taken = versions.take(document)
        if taken is None:
            duplicates.append(document.document_id)
            if (moved := versions.dated_back(document)) is not None:
                earlier[moved.document_id] = moved
            continue
        fresh[taken.document_id] = taken
        if taken.document_id != document.document_id:
            returned[taken.document_id] = document.document_id
    everything = held | earlier | fresh
    stories: list[Story] = []
    changed: list[Document] = []
    gone: set[str] = set()
    for members in _components(everything, fresh):
        if not any(member.document_id in fresh or member.document_id in earlier for member in members):
            continue
        grouped, story = _story(members)
        stories.append(story)
        gone |= {member.story_id for member in members if member.document_id in held} - {story.story_id, ""}
        changed += [document for document in grouped if document != held.get(document.document_id)]
    return Grouping(
        tuple(sorted(changed, key=_first_known)),
        tuple(sorted(stories, key=lambda story: story.story_id)),
        tuple(sorted(duplicates)),
        tuple(sorted(gone)),
        returned,
        frozenset(earlier),
    )


class _Forest:
    """Union-find over document ids."""

    def __init__(self, ids: Iterable[str]) -> None:
        self._parent = {one: one for one in ids}

    def root(self, one: str) -> str:
        while self._parent[one] != one:
            self._parent[one] = self._parent[self._parent[one]]
            one = self._parent[one]
        return one

    def join(self, one: str, other: str) -> None:
        self._parent[self.root(one)] = self.root(other)

    def joined(self, one: str, other: str) -> bool:
        return self.root(one) == self.root(other)


def _components(everything: dict[str, Document], fresh: dict[str, Document]) -> Iterator[list[Document]]:
    forest = _Forest(everything)
    first_of: dict[tuple[str, str], str] = {}
    for one, document in everything.items():
        links = [("url", document.url), ("text", document.text_sha256)]
        if document.story_id and one not in fresh:
            links.append(("story", document.story_id))
        for link in links:
            forest.join(one, first_of.setdefault(link, one))
    for one, other in _suspects(everything, fresh):
        # Skipping pairs that are joined already changes no component and spares most comparisons.
        if not forest.joined(one, other) and _near(everything[one], everything[other]):
            forest.join(one, other)
    members: dict[str, list[Document]] = defaultdict(list)
    for one, document in everything.items():
        members[forest.root(one)].append(document)
    yield from members.values()


def _suspects(everything: dict[str, Document], fresh: dict[str, Document]) -> Iterator[tuple[str, str]]:
    """Pairs with a new document in them that share enough fingerprint hashes to be compared."""
    texts = {document.text_sha256: one for one, document in everything.items()}  # equal texts are joined already
    long = {
        one: fingerprint(everything[one].text) for one in texts.values() if len(tokens(everything[one].text)) >= SHORT
    }
    holders: dict[int, list[str]] = defaultdict(list)
    for one, hashes in long.items():
        for hashed in hashes:
            holders[hashed].append(one)
    for one in (texts[document.text_sha256] for document in fresh.values()):
        shared = Counter(other for hashed in long.get(one, ()) for other in holders[hashed])
        yield from ((one, other) for other, count in shared.items() if count >= SHARED and other != one)


def _near(one: Document, other: Document) -> bool:
    return jaccard(one.text, other.text) >= NEAR


def _story(members: list[Document]) -> tuple[list[Document], Story]:
    """The documents of one component with their story fields set, and the story."""
    members = sorted(members, key=_first_known)
    story_id = content_id("story", members[0].document_id)
    replaced = _replaced(members)
    originals = [document for document in members if document.document_id not in replaced]
    origin = min(originals, key=lambda document: (document.published_at, *_first_known(document)))
    grouped = [
        replace(
            document,
            story_id=story_id,
            story_role=_role(document, origin, replaced),
            revision_of=replaced.get(document.document_id),
        )
        for document in members
    ]
    publishers = len({document.publisher for document in members})
    return grouped, Story(story_id, origin.document_id, members[0].fetched_at, len(members), publishers)


def _replaced(members: list[Document]) -> dict[str, str]:
    """For each later version of an address the id of the version it replaced; `members` by time known."""
    latest: dict[str, str] = {}
    replaced: dict[str, str] = {}
    for document in members:
        if document.url in latest:
            replaced[document.document_id] = latest[document.url]
        latest[document.url] = document.document_id
    return replaced


def _role(document: Document, origin: Document, replaced: dict[str, str]) -> StoryRole:
    if document.document_id in replaced:
        return StoryRole.REVISION
    if document.document_id == origin.document_id:
        return StoryRole.ORIGIN
    same = document.text_sha256 == origin.text_sha256
    return StoryRole.COPY if same or jaccard(document.text, origin.text) >= COPY else StoryRole.REWRITE


def _first_known(document: Document) -> tuple[object, str]:
    return (document.fetched_at, document.document_id)
