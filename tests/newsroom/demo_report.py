"""What the demo prints at the end: what is new, what is disputed and who says what, and one alert."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from typing import Any

from rich import box
from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from tests.newsroom import demo_words as words
from tests.newsroom.demo_words import Row
from warehouse import Published

# An event with all that is said of it in a few words, whatever its type.
TOLD = """
    SELECT events.event_id, events.type, events.date_from, events.date_to, events.status, events.disputed,
        events.origins, events.metric, person.person, person.organisation, person.role, person.successor,
        model.model, model.sizes, model.context_tokens, model.license, model.availability,
        subject.name AS subject, figure.value_number AS value, figure.bound,
        alerts.kind, alerts.severity, conflicts.attribute, alerts.created_at
    FROM alerts JOIN events_as_of($at) AS events USING (event_id)
    LEFT JOIN conflicts USING (conflict_id)
    LEFT JOIN personnel_changes AS person USING (event_id)
    LEFT JOIN model_releases AS model USING (event_id)
    LEFT JOIN entities AS subject ON subject.entity_id = events.subject_id
    LEFT JOIN facts_as_of($at) AS figure ON figure.event_id = events.event_id AND figure.attribute = events.metric
"""
NEW = f"""
    FROM ({TOLD}) WHERE kind = 'new_event'
    QUALIFY row_number() OVER (PARTITION BY event_id ORDER BY created_at) = 1
    ORDER BY CASE type WHEN 'release' THEN 1 WHEN 'metric' THEN 2 ELSE 0 END, created_at, type, event_id
"""
DAY = f"""
    FROM ({TOLD}) WHERE created_at = $at AND kind NOT IN ('fact_changed', 'source_failing', 'source_recovered')
    ORDER BY CASE severity WHEN 'high' THEN 0 WHEN 'medium' THEN 1 ELSE 2 END,
        CASE kind WHEN 'new_event' THEN 0 WHEN 'conflict_opened' THEN 1 ELSE 2 END, type, event_id
"""
DISPUTED = """
    SELECT open_conflicts.*, open_conflicts.event_type AS type, events.metric, person.person, person.organisation,
        open_conflicts.subject AS model
    FROM open_conflicts JOIN events USING (event_id)
    LEFT JOIN personnel_changes AS person USING (event_id)
    ORDER BY CASE severity WHEN 'high' THEN 0 WHEN 'medium' THEN 1 ELSE 2 END, opened_at, open_conflicts.conflict_id
"""
GROUPS = {"release": "Models", "metric": "Numbers"}
STATUS_STYLES = {
    "confirmed": "green",
    "corroborated": "cyan",
    "reported": "yellow",
    "rumoured": "magenta",
    "denied": "red",
}
SLACK_LINK = re.compile(r"<[^<>|\s]+\|([^<>]+)>")
MOST_QUOTES = 2
LONGEST_QUOTE = 170
RULE = 20


def records(published: Published, query: str, **parameters: object) -> Sequence[Row]:
    """The answer to a query on the published copy, a mapping a row."""
    return published.query(query, parameters).records()


def what_is_new(found: Sequence[Row]) -> RenderableType:
    """A table of everything that readers were told of, as it is held at the end."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, expand=True, header_style="bold")
    table.add_column("When", no_wrap=True)
    table.add_column("What", ratio=5)
    table.add_column("Detail", ratio=6)
    table.add_column("How sure", no_wrap=True)
    table.add_column("Sources", justify="right", no_wrap=True)
    group = None
    for row in found:
        title = GROUPS.get(row["type"], "People")
        if title != group:
            table.add_row(Text(title, style="bold dim"), "", "", "", "")
            group = title
        sure = Text(row["status"], style=STATUS_STYLES.get(row["status"], ""))
        if row["disputed"]:
            sure.append(" ≠", style="bold red")
        table.add_row(
            words.when(row), Text(words.what(row)), Text(words.detail(row), style="dim"), sure, str(row["origins"])
        )
    return table


def what_is_disputed(found: Sequence[Row]) -> RenderableType:
    """Both sides of every open conflict beside each other, each with its words and who says them."""
    panels = []
    for row in found:
        title = Text.assemble((words.what(row), "bold"), f": {words.question(row)}")
        sides = Table(box=None, expand=True, padding=(0, 1), header_style="bold")
        for side in ("left", "right"):
            voices = row[f"{side}_origins"]
            heard = f"  {voices} source{'' if voices == 1 else 's'}"
            sides.add_column(Text.assemble(words.side(row, side), (heard, "dim")), ratio=1, overflow="fold")
        sides.add_row(_quotes(row, "left"), _quotes(row, "right"))
        note = f"{row['kind']} · {row['severity']} · since {row['opened_at']:%-d %b}"
        panels.append(Panel(sides, title=title, subtitle=f"[dim]{note}[/]", title_align="left", box=box.ROUNDED))
    return Group(*panels)


def shown_message(published: Published, disputed: Sequence[Row]) -> str:
    """The message to show in full, by its id: the one that tells of the weightiest conflict, or else the first."""
    conflict = disputed[0]["conflict_id"] if disputed else None
    wanted = """
        SELECT message_id FROM deliveries JOIN alerts USING (alert_id) WHERE channel = 'newsroom'
        ORDER BY conflict_id IS NOT DISTINCT FROM $conflict DESC, created_at, alert_id LIMIT 1
        """
    found = records(published, wanted, conflict=conflict)
    return str(found[0]["message_id"]) if found else ""


def printed_alert(printed: str, alert_id: str) -> list[RenderableType]:
    """The alert as the console channel wrote it, out of all that the runs have printed."""
    messages = (part.strip("─\n") for part in printed.split("─" * RULE))
    return [
        Panel(Text(message), title="[bold]Console[/]", title_align="left", box=box.ROUNDED)
        for message in messages
        if alert_id and alert_id in message
    ][:1]


def as_slack_shows_it(payload: Row) -> RenderableType:
    """A Block Kit message drawn for the terminal."""
    parts: list[RenderableType] = []
    for block in payload.get("blocks", []):
        texts = [block["text"]["text"]] if "text" in block else []
        texts += [field["text"] for field in block.get("fields", [])]
        texts += [element.get("text", "") for element in block.get("elements", []) if isinstance(element, dict)]
        style = {"header": "bold", "context": "dim"}.get(block["type"], "")
        if block["type"] == "divider":
            parts.append(Rule(style="dim"))
        elif any(texts):
            parts.append(Text("\n".join(_without_marks(text) for text in texts if text), style=style))
    return Panel(Group(*parts), title="[bold]Slack[/] (Block Kit)", title_align="left", box=box.ROUNDED)


def as_mail_shows_it(message: Any, lines: int = 9) -> RenderableType:
    """The head of a mail and the first lines of its text part."""
    shown = ("From", "To", "Subject", "Message-ID", "X-Qwen-Watch-Alert")
    head = Text("\n".join(f"{name}: {message[name]}" for name in shown if message[name]), style="dim")
    part = message.get_body(("plain",))
    text = part.get_content().rstrip().splitlines() if part is not None else []
    more = [f"… and {len(text) - lines} more lines, and the same as HTML"] if len(text) > lines else []
    body = Text("\n".join([*text[:lines], *more]))
    return Panel(Group(head, Text(), body), title="[bold]E-mail[/]", title_align="left", box=box.ROUNDED)


def heading(console: Console, text: str) -> None:
    """A heading with a line of air above it."""
    console.print()
    console.print(Rule(f"[bold]{text}[/]", align="left", style="dim"))


def commands(lines: Iterable[tuple[str, str]]) -> Text:
    """Commands to copy, each under what it shows."""
    shown = Text()
    for command, what in lines:
        shown.append(f"\n  {what}\n", "dim").append(f"  {command}\n", "cyan")
    return shown


def _quotes(row: Row, side: str) -> RenderableType:
    """The words of one side, once where several print the same."""
    shown: list[RenderableType] = []
    told: dict[str, set[str]] = {}
    for quote, publisher in zip(row[f"{side}_quotes"], row[f"{side}_publishers"], strict=True):
        said = set(quote.casefold().split())
        if len(told) == MOST_QUOTES or publisher in told or any(_alike(said, other) for other in told.values()):
            continue
        told[publisher] = said
        shown += [Text(f"“{_shortened(quote)}”", style="italic"), Text(publisher, style="cyan"), Text()]
    return Group(*shown[:-1])


def _without_marks(text: str) -> str:
    """Slack's mark-up as its readers see it: links by their words, `&`, `<` and `>` as themselves."""
    return html.unescape(SLACK_LINK.sub(r"\1", text))


def _alike(one: set[str], other: set[str]) -> bool:
    return len(one & other) * 2 > len(one | other)


def _shortened(quote: str) -> str:
    return quote if len(quote) <= LONGEST_QUOTE else quote[:LONGEST_QUOTE].rsplit(" ", 1)[0] + " …"
