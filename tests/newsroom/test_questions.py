"""The page of questions tells the truth: its SQL runs over the story's ledger and gives the answers shown."""

from __future__ import annotations

import pytest

from tests.newsroom.expectations import Told
from tests.newsroom.questions import PAGE, Question, answered, questions, renewed
from warehouse import Published

FOUND = questions(PAGE.read_text("utf-8"))


@pytest.mark.parametrize("question", FOUND, ids=[question.title for question in FOUND])
def test_a_question_has_the_answer_shown(told: Told, question: Question) -> None:
    answer = answered(Published(told.data_dir), question)
    assert answer == question.answer, "run: make demo && python -m tests.newsroom.questions demo-data"
    assert len(answer) > 1, "an answer without a row shows nothing"


def test_there_are_twenty_and_none_is_overlooked() -> None:
    assert len(FOUND) == len({question.title for question in FOUND}) == 20
    assert PAGE.read_text("utf-8").count("```sql") == 20
    assert PAGE.read_text("utf-8").count("\n## ") == 20


def test_writing_the_answers_anew_changes_nothing(told: Told) -> None:
    page = PAGE.read_text("utf-8")
    assert renewed(page, Published(told.data_dir)) == page
