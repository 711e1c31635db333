"""Documents, stories and the ledger together: any order and any batches give the same lines."""

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.categories import EntityKind, EventType, Modality
from pipeline.dedupe.stories import group_stories
from pipeline.model import Claim, Document, Mention, Value
from pipeline.reconcile import testimony as testimonies
from pipeline.reconcile.entities import Registry
from pipeline.reconcile.history import reconcile_line
from pipeline.reconcile.lines import Line, LineKey, line_of
from pipeline.watchlist import Watched, Watchlist
from tests.dedupe.documents import LIGHT_REWRITE, OTHER, WIRE, document
from tests.reconcile.telling import day

REGISTRY = Registry(Watchlist((Watched(EntityKind.ORGANISATION, "Quince Lab", ("昆斯",)),)))
SAID = {  # what each text says, by who is named in it
    WIRE: (("Deng Kaiming", "announced", "2026-05-04"), ("Deng Kaiming", "effective", "2026-05-31")),
    LIGHT_REWRITE: (("Kaiming Deng", "announced", "2026-05-03"), ("Bai Ruo", "date", "2026-05")),
    OTHER: (("邓凯明", "announced", "2026-05-04"), ("邓凯明", "date", "2019")),
    "Deng is back.": (("Deng Kaiming", "date", "2026-05-20"),),
}


def claims(read: Document) -> list[Claim]:
    return [
        Claim(
            document_id=read.document_id,
            event_type=EventType.DEPARTURE,
            subject=Mention(EntityKind.PERSON, person),
            object=Mention(EntityKind.ORGANISATION, "昆斯"),
            occurrence=0 if attribute != "date" else 1,
            attribute=attribute,
            value=Value(date, dates=day(date).dates),
            modality=Modality.ASSERTED,
            attributed_to=None,
            quote=read.text[start : start + 5],
            start=start,
            end=start + 5,
            extractor="test",
            extractor_version="1",
            confidence=0.9,
            known_at=read.fetched_at,
        )
        for start, (person, attribute, date) in enumerate(SAID[read.text])
    ]


def ledger(batches: Sequence[Sequence[Document]]) -> tuple[dict[LineKey, Line], dict[str, str]]:
    """The lines and the entities' names after some batches, each taken in as a cycle takes it in."""
    held: dict[str, Document] = {}
    told, entities = [], {}
    for batch in batches:
        grouping = group_stories(batch, list(held.values()))
        new = [one for one in grouping.documents if one.document_id not in held]
        held |= {one.document_id: one for one in grouping.documents}
        given, found, _ = testimonies.testimony_of([c for d in new for c in claims(d)], new, REGISTRY, entities)
        entities |= {one.entity_id: one for one in found}
        told = testimonies.withdraw([*told, *given], grouping.documents)
    keys = {line_of(one) for one in told}
    lines = {key: reconcile_line([one for one in told if line_of(one) == key], (), entities) for key in keys}
    return lines, {one.entity_id: one.name for one in entities.values()}


_documents = st.lists(
    st.builds(
        lambda text, host, hours: document(text, f"https://{host}.example/a", publisher=host, hours=hours),
        st.sampled_from(sorted(SAID)),
        st.sampled_from("abcd"),
        st.integers(0, 9),
    ),
    min_size=1,
    max_size=7,
    unique_by=lambda one: one.document_id,
)


@settings(deadline=None)
@given(documents=_documents, data=st.data())
def test_any_order_and_any_batches_give_the_same_ledger(documents: list[Document], data: st.DataObject) -> None:
    left = data.draw(st.permutations(documents))
    batches = []
    while left:
        cut = data.draw(st.integers(1, len(left)))
        batches.append(left[:cut])
        left = left[cut:]
    assert ledger(batches) == ledger([documents])
