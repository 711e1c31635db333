"""The command `annotation`: a claim, or all claims of an event, as Web Annotations for other programs."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.cli_options import DEFAULT_DATA, DataOption


def register(app: typer.Typer) -> None:
    app.command(epilog=EXAMPLES)(annotation)


EXAMPLES = """\b
Examples:
  qwen-watch annotation 4496f0              all claims of an event, by its id or the beginning of it
  qwen-watch annotation fe35f0e727a1e333    one claim
"""


def annotation(
    asked: Annotated[str, typer.Argument(metavar="ID", help="A claim or an event, by its id or the beginning of it.")],
    data: DataOption = DEFAULT_DATA,
) -> int:
    """A claim or an event's claims as JSON-LD.

    Each is a Web Annotation: the quote with what stands around it, its place in the stored text, the page's address,
    when it was read, and the archived body.
    """
    import json
    import sys

    from pipeline import annotation as web
    from pipeline.evidence import Fault
    from warehouse import Published
    from warehouse.citations import cited, meant

    published = Published(data)
    found = meant(published, asked.strip().lower()) if asked.strip() else []
    if len(found) != 1:
        which = f"{asked!r} is the beginning of {len(found)} ids; give more of it" if found else f"no id is {asked!r}"
        raise typer.BadParameter(f"{which}; `qwen-watch verify` and the view evidence show ids", param_hint="ID")
    [(kind, id)] = found
    claims = [web.Cited(**row) for row in cited(published, kind, id)]
    if kind == "claim":
        made = web.annotation(claims[0])
    else:
        made = web.collection(id, f"{claims[0].event_type} of {claims[0].subject}", claims)
    if isinstance(made, Fault):
        print(f"qwen-watch: {made.message}; `qwen-watch verify` tells more", file=sys.stderr)
        return 1
    print(json.dumps(made, ensure_ascii=False, indent=2))
    return 0
