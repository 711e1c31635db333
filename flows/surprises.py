"""Errors that nobody expected, as rows beside those that were."""

from __future__ import annotations

from pathlib import Path

from pipeline.model import Problem


def surprise(stage: str, item: str, error: BaseException) -> Problem:
    """An error that nobody expected, as a row that says where it came from."""
    trace, place = error.__traceback__, ""
    while trace is not None:
        place = f" ({Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno})"
        trace = trace.tb_next
    return Problem(stage, item, f"unexpected {type(error).__name__}: {error}{place}")
