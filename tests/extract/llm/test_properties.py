"""Whatever a model answers: nothing breaks, and every claim's quote is the document's own words."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.categories import Bound, EntityKind, EventType, Modality
from pipeline.config import Settings
from pipeline.extract.llm import combine
from pipeline.extract.llm.attributes import ATTRIBUTES
from pipeline.extract.llm.names import Names
from pipeline.extract.llm.prompt import beginning, estimated_tokens
from pipeline.extract.llm.protocol import Answer, ClaimRow, Unusable, read_completion
from pipeline.extract.llm.quotes import StoredText, fold
from pipeline.extract.llm.verify import verify
from tests.extract.conftest import document
from tests.extract.llm.conftest import CAME_OUT, DOWNLOADED, RESIGNED, TEXT
from tests.extract.llm.model_server import completion

WORDS = st.text("Lín 林\u3000“”\"'’—-.,。2０\u200b\xa0\u0301\n", max_size=60)
PIECES = st.sampled_from(
    [RESIGNED, DOWNLOADED, CAME_OUT, "Zhou Mingyuan", "Qwen", "Qwen4-9B", "staff engineer", "true"]
)
SAID = PIECES | WORDS
PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
JSON = st.recursive(PLAIN, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=10)
ROWS = st.builds(
    ClaimRow,
    quote=SAID,
    event=st.sampled_from(EventType),
    event_number=st.integers(0, 3),
    subject=SAID,
    subject_kind=st.sampled_from(EntityKind),
    object=st.none() | SAID,
    attribute=st.sampled_from(sorted(frozenset().union(*ATTRIBUTES.values()))),
    value=SAID,
    date_from=st.none() | st.dates(),
    date_to=st.none() | st.dates(),
    number=st.none() | st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from([6e8, 9.0]),
    bound=st.none() | st.sampled_from(Bound),
    modality=st.sampled_from(Modality),
    attributed_to=st.none() | SAID,
)


@pytest.fixture(scope="module")
def names(settings: Settings) -> Names:
    return Names(settings.lexicons, settings.watchlist)


@given(WORDS, st.integers(0, 60), st.integers(0, 60))
def test_a_found_quote_is_a_slice_that_reads_the_same(text: str, first: int, last: int) -> None:
    stored = unicodedata.normalize("NFC", text)
    quote = stored[first:last]
    span = StoredText(stored).find(quote)
    if not isinstance(span, str):
        assert fold(stored[span.start : span.end]).strip() == fold(quote).strip() != ""


@given(st.binary() | JSON.map(lambda data: json.dumps(data).encode()))
def test_any_body_is_an_answer_or_a_reason(body: bytes) -> None:
    assert isinstance(read_completion(body), Answer | Unusable)


@given(st.text() | JSON.map(json.dumps) | st.lists(JSON).map(lambda rows: json.dumps({"claims": rows})))
def test_any_content_is_an_answer_or_a_reason_on_one_line(content: str) -> None:
    read = read_completion(completion(content))
    assert isinstance(read, Answer) or "\n" not in read.reason


@given(rows=st.lists(ROWS, max_size=8))
def test_every_claim_quotes_the_document_and_the_order_of_rows_changes_nothing(
    settings: Settings, names: Names, rows: list[ClaimRow]
) -> None:
    found = verify(document(TEXT), rows, names, settings.lexicons, "v")
    assert all(one.quote == TEXT[one.start : one.end] != "" for one in found.claims)
    assert sum(found.dropped.values()) <= len(rows)
    assert len({one.claim_id for one in combine((), found.claims, names)}) <= len(found.claims)
    backwards = verify(document(TEXT), rows[::-1], names, settings.lexicons, "v")
    assert backwards.dropped == found.dropped


@given(WORDS, st.integers(1, 40))
def test_a_beginning_is_one_and_within_its_tokens(text: str, tokens: int) -> None:
    begun = beginning(text, tokens)
    assert text.startswith(begun)
    assert estimated_tokens(begun) <= tokens
