"""The questions of docs/questions.md: each with its SQL, and its answer as it stands there and as it comes out.

`python -m tests.newsroom.questions demo-data` writes the answers anew after `make demo`.
"""

from __future__ import annotations

import contextlib
import io
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from flows.output import print_rows
from warehouse import Published

PAGE = Path(__file__).resolve().parents[2] / "docs" / "questions.md"
MORE = "…"
_QUESTION = re.compile(r"^## (?P<title>[^\n]+)\n.*?```sql\n(?P<sql>.*?)```\n\n```text\n(?P<answer>.*?)```", re.M | re.S)


@dataclass(frozen=True)
class Question:
    """`answer` are the lines of the page; a last line `…` stands for rows that are left out."""

    title: str
    sql: str
    answer: tuple[str, ...]

    @property
    def rows_shown(self) -> int | None:
        return len(self.answer) - 2 if self.answer[-1:] == (MORE,) else None


def questions(page: str) -> list[Question]:
    """The questions of a page, in its order."""
    found = _QUESTION.finditer(page)
    return [Question(one["title"], one["sql"], tuple(one["answer"].splitlines())) for one in found]


def answered(published: Published, question: Question) -> tuple[str, ...]:
    """The answer as `qwen-watch sql` prints it, shortened as on the page."""
    table = published.query(question.sql)
    printed = io.StringIO()
    shown = table.rows if question.rows_shown is None else table.rows[: question.rows_shown]
    with contextlib.redirect_stdout(printed):
        print_rows(table.columns, shown)
    more = (MORE,) if len(shown) < len(table.rows) else ()
    return (*printed.getvalue().splitlines(), *more)


def renewed(page: str, published: Published) -> str:
    """The page with its answers as they come out now."""
    by_sql = {question.sql: question for question in questions(page)}

    def replaced(found: re.Match[str]) -> str:
        answer = answered(published, by_sql[found["sql"]])
        return found[0].removesuffix(f"{found['answer']}```") + "".join(f"{line}\n" for line in answer) + "```"

    return _QUESTION.sub(replaced, page)


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text("utf-8"), Published(Path(sys.argv[1]))), "utf-8")
