"""The demo: the real monitor over a fortnight of the bundled newsroom, then what a reader wants to know."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import io
import shutil
import sys
import time
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows.reports import CycleReport
from flows.server import embedded
from tests.newsroom import demo_report as report
from tests.newsroom import demo_words as words
from tests.newsroom import server
from tests.newsroom.configuration import write_config
from tests.newsroom.receivers import MailServer, SlackReceiver
from tests.newsroom.story import evenings
from warehouse import Published

DATA = Path("demo-data")
COLUMNS = 100
LEFT_COLUMNS = 12, 22
CAME = """
    SELECT count(*) AS documents, count(*) FILTER (story_role IN ('copy', 'rewrite')) AS copies,
        count(*) FILTER (story_role = 'revision') AS revisions
    FROM documents WHERE fetched_at = $at
"""
COMMANDS = (
    ("{program} report --data demo-data", "One page with all of it, to be opened in a browser:"),
    ("{program} facts --data demo-data", "Everything that is held, and how sure it is:"),
    ("{program} conflicts --data demo-data", "What sources disagree about:"),
    ("{program} why {event} --data demo-data", "The words on each side of one event, with publisher and link:"),
    ('{program} sql "FROM personnel_changes" --data demo-data', "Any other question, in SQL:"),
)


def main() -> int:
    """Run the demo and return its exit code."""
    # The runs' own output is caught, so the demo writes to the terminal as it is now.
    console = Console(file=sys.stdout, width=COLUMNS if not sys.stdout.isatty() else None)
    console.width = min(console.width, COLUMNS)
    shutil.rmtree(DATA, ignore_errors=True)
    slack, mail = SlackReceiver(), MailServer()
    try:
        with server.start(next(evenings())) as newsroom:
            config = write_config(DATA / "config", newsroom.port, slack.url, mail.port)
            introduce(console, newsroom)
            printed = run_story(console, newsroom, config)
            tell(console, DATA, slack, mail, printed)
    finally:
        slack.close()
        mail.close()
    return 0


def introduce(console: Console, newsroom: server.Newsroom) -> None:
    """What the reader is about to see."""
    outlets = newsroom.story.outlets
    languages, days = len({outlet.language for outlet in outlets}), len(list(evenings()))
    console.print()
    console.print("[bold]Qwen Watch[/], on the newsroom that comes with it")
    console.print(
        f"{len(outlets)} outlets in {languages} languages, {days} days of an invented story: "
        "no person or outlet in it is real.\n"
        f"Every evening the real monitor asks all of them, over HTTP, at {newsroom.gateway}.\n",
        style="dim",
        highlight=False,
    )


def run_story(console: Console, newsroom: server.Newsroom, config: Path) -> str:
    """Run the monitor once a day, with a line a day; returns what the runs printed themselves."""
    printed = io.StringIO()
    started = time.monotonic()
    with contextlib.ExitStack() as stack:
        with console.status("Starting Prefect's server"):
            prefect = stack.enter_context(embedded(DATA))
            # Prefect reads its settings when it is imported, and `embedded` has set them by now.
            from flows.monitor import monitor

            prefect.wait_ready()
        asyncio.run(_run_days(console, newsroom, printed, partial(monitor, str(DATA), str(config))))
    console.print(closing_line(newsroom, time.monotonic() - started))
    return printed.getvalue()


async def _run_days(
    console: Console,
    newsroom: server.Newsroom,
    printed: io.StringIO,
    monitor: Callable[..., Awaitable[CycleReport]],
) -> None:
    for at in evenings():
        newsroom.clock = at
        with console.status(f"{words.day_of(at)}: asking"), contextlib.redirect_stdout(printed):
            await monitor(at=at, force=True)
        console.print(day_line(DATA, at, newsroom, console.width))


def day_line(data: Path, at: dt.datetime, newsroom: server.Newsroom, width: int) -> Table:
    """One day on one line: what came in, and what readers were told of it."""
    published = Published(data)
    came = report.records(published, CAME, at=at)[0]
    told = report.records(published, report.DAY, at=at)
    if told:
        news = words.changes(told, width - sum(LEFT_COLUMNS))
    else:
        asked = [request for request in newsroom.requests if request.at == at]
        same = sum(request.status == 304 for request in asked)
        news = Text(f"nothing to tell: {same} of {len(asked)} answers were “not modified”", style="dim")
    line = Table.grid(expand=True)
    for columns in LEFT_COLUMNS:
        line.add_column(width=columns, no_wrap=True)
    line.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    line.add_row(Text(words.day_of(at), style="bold"), Text(_came(came), style="dim"), news)
    return line


def closing_line(newsroom: server.Newsroom, seconds: float) -> Text:
    """What it took."""
    requests = newsroom.requests
    same = sum(request.status == 304 for request in requests)
    days = len(list(evenings()))
    return Text(
        f"\n{days} runs in {seconds:.0f} s, Prefect's server included. {len(requests):,} requests, "
        f"{same:,} of them answered “not modified”.",
        style="dim",
    )


def tell(console: Console, data: Path, slack: SlackReceiver, mail: MailServer, printed: str) -> None:
    """What is new, what is disputed, how one alert looks, and how to look further."""
    *_, last_evening = evenings()
    published = Published(data)
    disputed = report.records(published, report.DISPUTED)
    report.heading(console, "What is new")
    console.print(report.what_is_new(report.records(published, report.NEW, at=last_evening)))
    report.heading(console, "What is disputed")
    console.print(report.what_is_disputed(disputed))
    report.heading(console, "One alert, as it arrives")
    alert_id = report.shown_message(published, disputed)
    for text in report.printed_alert(printed, alert_id):
        console.print(text)
    for payload in slack.messages[alert_id][:1]:
        console.print(report.as_slack_shows_it(payload))
    for message in mail.messages[alert_id][:1]:
        console.print(report.as_mail_shows_it(message))
    console.print(_received(slack, mail))
    report.heading(console, "Look further")
    names = {"program": _program(), "event": disputed[0]["event_id"] if disputed else "EVENT"}
    console.print(report.commands((command.format(**names), what) for command, what in COMMANDS))


def _program() -> str:
    """The command line as the reader has to type it here."""
    installed = Path(sys.executable).parent / "qwen-watch"
    if shutil.which("qwen-watch") or not installed.is_relative_to(Path.cwd()):
        return "qwen-watch"
    return str(installed.relative_to(Path.cwd()))


def _came(row: words.Row) -> str:
    if not row["documents"]:
        return "–"
    parts = [f"{row['documents']} new"]
    parts += [f"{row['copies']} copied"] if row["copies"] else []
    parts += [f"{row['revisions']} edited"] if row["revisions"] else []
    return ", ".join(parts)


def _received(slack: SlackReceiver, mail: MailServer) -> Text:
    posts, mails = slack.messages, mail.messages
    twice = sum(len(each) > 1 for each in (*posts.values(), *mails.values())) or "none"
    return Text(
        f"{len(posts)} messages reached Slack and {len(mails)} the editors' mail, {twice} of them twice.",
        style="dim",
    )


if __name__ == "__main__":
    sys.exit(main())
