"""The report page as a file: made on request, and again after a cycle that changed something."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from pipeline.errors import WarehouseError
from pipeline.model import Problem

REPORT_FILE = "report.html"
NEWS_OF = dt.timedelta(days=7)


def report_page(data_dir: Path, made_at: dt.datetime, since: dt.datetime | dt.timedelta = NEWS_OF) -> str:
    """The page that tells of the published copy; a span in `since` counts back from the copy's latest moment.

    Raises WarehouseError when nothing is published.
    """
    # Drawing and templates take a moment to import, and most cycles change nothing.
    from pipeline.report.assembly import contents_of
    from pipeline.report.page import page
    from warehouse import Published
    from warehouse.briefing import briefing

    return page(contents_of(briefing(Published(data_dir), since=since)), made_at=made_at)


def write_page(html: str, out: Path) -> None:
    """Put the page at `out` in one step, so that no reader meets half of it. Raises WarehouseError where it cannot."""
    draft = out.with_name(f".{out.name}.tmp")
    try:
        draft.write_text(html, "utf-8")
        draft.replace(out)
    except OSError as error:
        raise WarehouseError(
            f"{out}: cannot be written: {error.strerror}; name another place with --out, or make room"
        ) from error


def refresh_report(data_dir: Path, made_at: dt.datetime, *, changed: bool = True) -> Problem | None:
    """Renew the page beside the published copy, where something changed or no page is there yet.

    That it cannot be made is a problem of the run and no reason to lose it.
    """
    out = data_dir / REPORT_FILE
    if not changed and out.exists():
        return None
    try:
        write_page(report_page(data_dir, made_at), out)
    except WarehouseError as error:
        return Problem("report", str(out), str(error))
    return None


def renew_report(data_dir: Path, made_at: dt.datetime) -> tuple[Problem, ...]:
    """Make a page that is there anew, after something other than a cycle changed the ledger."""
    problem = refresh_report(data_dir, made_at) if (data_dir / REPORT_FILE).exists() else None
    return (problem,) if problem else ()
