"""What the registry says of a kind is what its class can do."""

from __future__ import annotations

import pytest

from pipeline.errors import UnknownCategoryError
from pipeline.sources.registry import KINDS, REGISTERED, kind_named


@pytest.mark.parametrize("name", sorted(KINDS))
def test_a_kind_does_what_it_is_registered_for(name: str) -> None:
    kind = KINDS[name]
    assert kind is KINDS[name]
    assert REGISTERED[name].sends_fields == hasattr(kind, "headers")
    assert REGISTERED[name].collects == hasattr(kind, "collect")
    assert (KINDS.header_kind(name) or kind) is kind
    assert (KINDS.collector(name) or kind) is kind
    assert isinstance(kind.options, dict)
    assert callable(kind.read)


def test_a_kind_that_there_is_not_is_named_with_those_there_are() -> None:
    with pytest.raises(UnknownCategoryError, match="no source kind 'fead'; the kinds are feed, gdelt, "):
        kind_named("fead")
    assert KINDS.get("fead") is None
    assert KINDS.collector("fead") is None
