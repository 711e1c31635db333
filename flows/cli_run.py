"""The commands that work: `run` and `serve`. Prefect is imported only when one of them starts."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from flows.addresses import Address
from flows.cli_options import DEFAULT_DATA, ConfigOption, DataOption, config_directory, moment


def register(app: typer.Typer) -> None:
    app.command(epilog=RUN_EXAMPLES)(run)
    app.command(epilog=SERVE_EXAMPLES)(serve)


RUN_EXAMPLES = """\b
Examples:
  qwen-watch run                                   what is due, with ./data and ./config
  qwen-watch run --force                           every source, due or not
  qwen-watch run --data replay --at 2026-03-04T08:00   as if it were that moment
  PREFECT_API_URL=http://prefect:4200/api qwen-watch run   on your own Prefect server
"""
SERVE_EXAMPLES = """\b
Examples:
  qwen-watch serve                                 until Ctrl-C
  qwen-watch serve --every 5                       check for due sources every five minutes
  qwen-watch serve --page-only --data copy         only show what is held there
"""

VerboseOption = Annotated[bool, typer.Option("--verbose", "-v", help="Show Prefect's own log lines, too.")]


def run(
    data: DataOption = DEFAULT_DATA,
    config: ConfigOption = None,
    force: Annotated[bool, typer.Option("--force", help="Ask also the sources that are not due.")] = False,
    at: Annotated[
        dt.datetime | None,
        typer.Option("--at", parser=moment, metavar="TIME", help="Act as if it were TIME; for replays."),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print errors and alerts only.")] = False,
    verbose: VerboseOption = False,
) -> int:
    """One cycle: fetch, reconcile, alert, deliver.

    Sources that are due are fetched and read; what they say is reconciled with what is known; alerts that come
    of it are delivered. A second run on one data directory waits for the first, and is skipped if that takes long.
    """
    from flows.running import run_once

    return run_once(data, config_directory(config), at=at, force=force, quiet=quiet, verbose=verbose)


def serve(
    data: DataOption = DEFAULT_DATA,
    config: ConfigOption = None,
    every: Annotated[
        int, typer.Option("--every", min=1, max=1440, metavar="MINUTES", help="Minutes between two cycles.")
    ] = 15,
    digest_at: Annotated[
        str, typer.Option("--digest-at", metavar="HH:MM", help="When the day's digest goes out, UTC.")
    ] = "08:00",
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="Port of Prefect's page on 127.0.0.1; 0: any.")
    ] = 4200,
    listen: Annotated[
        str, typer.Option("--listen", metavar="HOST:PORT", help="Where the report, the API and /health are served.")
    ] = "127.0.0.1:8400",
    allow_host: Annotated[
        list[str] | None,
        typer.Option("--allow-host", metavar="NAME", help="Another name under which --listen may be asked for."),
    ] = None,
    stale_after: Annotated[
        int | None,
        typer.Option(
            "--stale-after", min=1, metavar="MINUTES", help="/health fails when the last good cycle is older."
        ),
    ] = None,
    page_only: Annotated[
        bool, typer.Option("--page-only", help="Only the report, the API and /health: fetch, send and change nothing.")
    ] = False,
    verbose: VerboseOption = False,
) -> int:
    """Run on a schedule, in the foreground, and show what is held.

    Cycles, repeated deliveries and the daily digest go on until Ctrl-C. The report stands at http://127.0.0.1:8400/,
    the API under /api (its description: /api/openapi.json), /health for whoever watches the watch.
    """
    from flows.showing import Window, show_page

    window = Window(
        data, _address(listen), tuple(allow_host or ()), dt.timedelta(minutes=stale_after or 4 * every + 30)
    )
    if page_only:
        return show_page(window)
    from flows.running import serve_forever

    with window.open():
        return serve_forever(
            data, config_directory(config), every=every, digest_at=_time_of_day(digest_at), port=port, verbose=verbose
        )


def _address(text: str) -> Address:
    try:
        return Address.read(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--listen") from None


def _time_of_day(text: str) -> dt.time:
    try:
        return dt.datetime.strptime(text, "%H:%M").replace(tzinfo=dt.UTC).time()
    except ValueError:
        raise typer.BadParameter(
            f"{text!r} is not a time of day; write it like 08:00", param_hint="--digest-at"
        ) from None
