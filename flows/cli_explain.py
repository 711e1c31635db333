"""The command `explain`: a document with its claims marked in it, and the rule that made each."""

from __future__ import annotations

import datetime as dt
import re
import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli_options import DEFAULT_DATA, ConfigOption, DataOption, config_directory, moment

if TYPE_CHECKING:
    from pipeline.config import Settings
    from pipeline.model import Document


def register(app: typer.Typer) -> None:
    app.command(epilog=EXAMPLES)(explain)


EXAMPLES = """\b
Examples:
  qwen-watch explain https://example.org/article        its latest stored version
  qwen-watch explain 3f2a9c0d11e2b4c5                   a document by its id, as `evidence` has it
  qwen-watch explain article.html --all                 a file, with the sentences that gave no claim, too
  qwen-watch explain 2024.warc.gz --page https://example.org/article -f html > explained.html
"""


class Form(StrEnum):
    TEXT = "text"
    HTML = "html"
    JSON = "json"


def explain(
    target: Annotated[
        str, typer.Argument(metavar="URL|FILE", help="A stored address or document id, or a file as `ingest` takes it.")
    ],
    data: DataOption = DEFAULT_DATA,
    config: ConfigOption = None,
    form: Annotated[Form, typer.Option("--format", "-f", help="How to show it.")] = Form.TEXT,
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
    everything: Annotated[
        bool, typer.Option("--all", help="Text: the sentences without a claim, too, with the words that tell of one.")
    ] = False,
    version: Annotated[
        int | None, typer.Option("--version", min=1, metavar="N", help="Which stored version, 1 the oldest.")
    ] = None,
    page: Annotated[
        str | None, typer.Option("--page", metavar="URL", help="Of a WARC file only this address, all its versions.")
    ] = None,
    at: Annotated[
        dt.datetime | None,
        typer.Option("--at", parser=moment, metavar="TIME", help="When a file other than WARC was learned of."),
    ] = None,
) -> int:
    """Show a document with its claims marked in the text.

    For each claim: event, subject, attribute, value, how sure, who says so, and the rule that made it. Extraction is
    run anew, with the configuration as it is now; nothing is stored. Where there are no claims, it says why.
    """
    from flows.explaining import tell, tell_json
    from pipeline.config import load_settings
    from pipeline.explain import explain as explained
    from pipeline.explain import page as html_page

    form = Form.JSON if as_json else form
    settings = load_settings(config_directory(config))
    documents = _documents(target, data, settings, version, page, at)
    explanations = [explained(document, settings.lexicons, settings.watchlist) for document in documents]
    if form is Form.JSON:
        tell_json(explanations)
    elif form is Form.HTML:
        print(html_page(explanations))
    else:
        for number, each in enumerate(explanations):
            if number:
                print()
            tell(each, everything=everything)
    return 0 if explanations else 1


def _documents(
    target: str, data: Path, settings: Settings, version: int | None, page: str | None, at: dt.datetime | None
) -> Sequence[Document]:
    """What is to be explained; what stands in its way is told on standard error."""
    path = Path(target)
    if not re.match(r"(?i)https?://", target) and path.is_file():
        if version is not None:
            raise typer.BadParameter("is for stored documents; a WARC file shows every version", param_hint="--version")
        return _of_file(path, settings, page, at)
    if page is not None or at is not None:
        option = "--page" if page is not None else "--at"
        raise typer.BadParameter(f"is for files, and {target!r} is none that is there", param_hint=option)
    return [_stored(target, data, version)]


def _stored(target: str, data: Path, version: int | None) -> Document:
    from pipeline.dedupe.urls import canonical_url
    from warehouse import Published
    from warehouse.stored_documents import documents_beginning_with, versions_of

    is_id = bool(re.fullmatch(r"[0-9a-fA-F]{6,16}", target))
    if not is_id and "://" not in target:
        raise typer.BadParameter(f"there is no file {target!r}, and it is no address", param_hint="URL|FILE")
    published = Published(data)
    if is_id:
        found = documents_beginning_with(published, target.lower())
    else:
        found = versions_of(published, target) or versions_of(published, canonical_url(target))
    if not found:
        raise typer.BadParameter(
            f"{target!r} is not stored under {data}; "
            f'`qwen-watch sql "SELECT url FROM documents" --data {data}` lists what is',
            param_hint="URL|FILE",
        )
    if is_id and len(found) > 1:
        ids = ", ".join(document.document_id for document in found[:5])
        raise typer.BadParameter(f"{target!r} begins the ids of several documents: {ids}", param_hint="URL|FILE")
    if version is not None and version > len(found):
        raise typer.BadParameter(f"there are {len(found)}, 1 the oldest", param_hint="--version")
    chosen = found[-1] if version is None else found[version - 1]
    if len(found) > 1:
        print(f"version {found.index(chosen) + 1} of {len(found)}", file=sys.stderr)
    return chosen


def _of_file(path: Path, settings: Settings, page: str | None, at: dt.datetime | None) -> Sequence[Document]:
    from flows.clock import clock_of
    from flows.output import clean
    from flows.reading import read_files
    from pipeline.dedupe.urls import canonical_url

    read = read_files([path], settings, clock_of(at)())
    wanted = {page, canonical_url(page)} if page else set()
    documents = [document for document in read.documents if not wanted or document.url in wanted]
    for problem in read.problems:
        if not wanted or problem.item in wanted:
            print(clean(f"{problem.stage}: {problem.item}: {problem.message}"), file=sys.stderr)
    if not documents and not read.problems and not page:
        print(f"{path}: holds no document", file=sys.stderr)
    if page and not documents:
        there = "\n".join(f"  {clean(url)}" for url in sorted({document.url for document in read.documents})[:20])
        raise typer.BadParameter(f"{path} holds no document of {page!r}; it holds:\n{there}", param_hint="--page")
    return documents
