"""Whether anything is to be delivered: every cycle asks, and few have to load what sends messages."""

from __future__ import annotations

from pathlib import Path

from flows.send_journal import any_journal
from warehouse import Writer


def anything_to_deliver(writer: Writer, data_dir: Path) -> bool:
    """Whether a delivery would find anything, due or not; where it would not, its turn can be spared."""
    return writer.any_open_delivery() or any_journal(data_dir)
