"""The command `verify`: do the words that every claim rests on still stand where it says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import typer

from flows.cli_options import DEFAULT_DATA, DataOption, Format, FormatOption, with_formats

if TYPE_CHECKING:
    from flows.verifying import Failure, Tally


def register(app: typer.Typer) -> None:
    app.command(epilog=EXAMPLES)(with_formats(verify))


EXAMPLES = """\b
Examples:
  qwen-watch verify                         every claim under ./data
  qwen-watch verify --data backup           of a copy of the data directory
  qwen-watch verify --format csv > failing.csv
"""
COLUMNS = (
    "claim_id", "event_id", "event_type", "subject", "attribute", "value", "document_id", "document_url", "fault",
    "expected", "found",
)  # fmt: skip


def verify(data: DataOption = DEFAULT_DATA, form: FormatOption = Format.TABLE) -> int:
    """Check the evidence of every claim.

    Each quote is compared with the stored text at its place, each text with the digest it was read with, and each
    archived body with the digests of its record. Claims that fail are named, and the exit code is 1.
    """
    from flows.output import print_rows
    from flows.verifying import Tally
    from flows.verifying import verify as failures_of

    tally = Tally()
    failures = failures_of(data, tally)
    if form is Format.TABLE:
        _tell(failures, tally)
    else:
        print_rows(COLUMNS, list(map(_row, failures)), form)
    return 1 if tally.fails else 0


def _tell(failures: Iterator[Failure], tally: Tally) -> None:
    from flows.output import say
    from flows.reports import counted

    document, told = None, None
    for failure in failures:
        if failure.document_id != document:
            document = failure.document_id
            say(f"{failure.url or 'a document that is not stored'}  (document {document})", style="bold")
        claim = failure.citation
        if claim and claim != told:
            told = claim
            about = f"{claim.event_type} of {claim.subject}: {claim.attribute} {claim.value}"
            say(f"  claim {claim.claim_id}  {about}  (event {claim.event_id or 'none'})", style="yellow")
        say(f"    {failure.fault.message}")
        if failure.fault.expected or failure.fault.found:
            # As Python writes it: what differs may be a character that does not show.
            say(f"      expected  {failure.fault.expected!r}")
            say(f"      found     {failure.fault.found!r}")
    read = f"{counted(tally.claims, 'claim')} of {counted(tally.documents, 'document')}"
    bodies = f"{tally.bodies} archived {'body' if tally.bodies == 1 else 'bodies'}"
    without = f"; {counted(tally.unarchived, 'document')} without an archived body" if tally.unarchived else ""
    if tally.fails:
        failing = f"{counted(tally.failing_claims, 'claim')} in {counted(tally.failing_documents, 'document')}"
        say(f"failing: {failing}; read: {read}, {bodies}{without}", style="red")
    else:
        say(f"all is well: {read}, {bodies} read{without}", style="green")


def _row(failure: Failure) -> tuple[object, ...]:
    claim = failure.citation
    about: tuple[object, ...] = (None,) * 6
    if claim:
        about = (claim.claim_id, claim.event_id, claim.event_type, claim.subject, claim.attribute, claim.value)
    fault = failure.fault
    return (*about, failure.document_id, failure.url, fault.message, fault.expected, fault.found)
