from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sources.site import Limits, Web, serving


@pytest.fixture
def web() -> Iterator[Web]:
    with serving() as site:
        yield site


@pytest.fixture
def limits(web: Web) -> Limits:
    return Limits(gateway=web.gateway)
