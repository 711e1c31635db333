"""Three lines are a source, whatever its kind."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from pipeline.categories import Tier
from pipeline.config import load_settings
from pipeline.sources.registry import KINDS

MAIL = {"imap": "imaps", "maildir": "file"}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_name_kind_and_address_are_enough(directory: Path, kind: str) -> None:
    scheme = MAIL.get(kind, "https")
    entry = (
        f"  - name: A place\n    kind: {kind}\n    url: {scheme}://{'' if scheme == 'file' else 'place.example'}/list\n"
    )
    (directory / "sources.yaml").write_text(f"sources:\n{entry}", "utf-8")
    (source,) = load_settings(directory).sources
    assert (source.publisher, source.language, source.enabled) == ("", None, True)
    assert source.tier is not Tier.OFFICIAL
    assert dt.timedelta(hours=1) <= source.every <= dt.timedelta(days=1)
