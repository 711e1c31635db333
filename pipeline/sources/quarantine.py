"""Keeping one poisonous page from stopping all the others."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from pipeline.model import Problem

T = TypeVar("T")


def quarantined(item: str, read: Callable[[], T]) -> T | Problem:
    """What `read` gives; an error that nobody expected becomes a problem of `item`."""
    try:
        return read()
    except Exception as error:  # noqa: BLE001 (a page of the open web found a defect: the other pages go on)
        return Problem("read", item, f"unexpected {type(error).__name__} while reading it: {error}")
