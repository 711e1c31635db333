"""Verify: the claim whose words were touched is the one that is named, wherever they were touched."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from flows import stages, verifying
from flows.cli import exit_code
from tests.flows.command import PAGES, SHIPPED_CONFIG, Done, qwen_watch, write_warc
from warehouse import Published


@dataclass(frozen=True)
class Stored:
    """A data directory that holds both pages, and the claim that the test is about."""

    data: Path
    claim_id: str
    document_id: str
    quote: str
    start: int

    @property
    def url(self) -> str:
        return PAGES[0].url

    def change(self, statement: str, *values: object) -> None:
        with duckdb.connect(str(self.data / "qwen.duckdb")) as connection:
            connection.execute(statement, values)

    def claims_of_document(self) -> set[str]:
        query = f"SELECT claim_id FROM claims WHERE document_id = '{self.document_id}'"
        return {claim_id for (claim_id,) in Published(self.data).query(query).rows}

    def body(self) -> tuple[Path, int]:
        query = f"SELECT archive_file, archive_offset FROM documents WHERE document_id = '{self.document_id}'"
        [(file, offset)] = Published(self.data).query(query).rows
        return self.data / "archive" / file, offset


@pytest.fixture(scope="module")
def ingested(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("verify")
    memo = place / "memo.txt"
    memo.write_text("A memo\n\nZhou Mingyuan resigned from Qwen on March 3, 2026.\n", "utf-8")
    files = write_warc(place, *PAGES), memo
    done = qwen_watch("ingest", *files, "--data", place / "data", "--config", SHIPPED_CONFIG)
    assert done.code == 0, done.err
    return place / "data"


@pytest.fixture
def stored(ingested: Path, tmp_path: Path) -> Stored:
    data = tmp_path / "data"
    shutil.copytree(ingested, data)
    query = f"""
        SELECT claim_id, document_id, quote, quote_start FROM claims
        WHERE attribute = 'event' AND document_id IN (SELECT document_id FROM documents WHERE url = '{PAGES[0].url}')
        """
    [row] = Published(data).query(query).rows
    return Stored(data, *row)


def verify(stored: Stored, *options: str) -> Done:
    """The command in this process: a start of its own for each of these would take most of the time."""
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as err:
        code = exit_code(["verify", "--data", str(stored.data), *options])
    return Done(code, out.getvalue(), err.getvalue())


def failing(stored: Stored) -> list[dict[str, str]]:
    done = verify(stored, "--format", "csv")
    assert (done.code, done.err) == (1, "")
    return list(csv.DictReader(io.StringIO(done.out)))


def flip(path: Path, place: int) -> None:
    content = bytearray(path.read_bytes())
    content[place] ^= 0x10
    path.write_bytes(content)


def test_what_nobody_touched_is_well_and_counted(stored: Stored) -> None:
    done = qwen_watch("verify", "--data", stored.data)
    assert (done.code, done.err) == (0, "")
    claims = Published(stored.data).query("SELECT count(*) FROM claims").rows[0][0]
    assert done.out == f"all is well: {claims} claims of 3 documents, 3 archived bodies read\n"


def test_one_changed_character_of_a_quote_names_that_claim_and_no_other(stored: Stored) -> None:
    altered = stored.quote.replace("March 3", "March 8")
    stored.change("UPDATE claims SET quote = ? WHERE claim_id = ?", altered, stored.claim_id)
    [failure] = failing(stored)
    assert (failure["claim_id"], failure["document_url"]) == (stored.claim_id, stored.url)
    assert "March 8" in failure["expected"]
    assert "March 3" in failure["found"]


@pytest.mark.parametrize(
    ("old", "new"), [("'", "’"), (" ", "\u00a0"), ("", "\u200b")], ids=["quotation mark", "space", "invisible"]
)
def test_a_difference_that_hardly_shows_is_one(stored: Stored, old: str, new: str) -> None:
    quote = stored.quote.replace(old, new, 1)
    stored.change("UPDATE claims SET quote = ? WHERE claim_id = ?", quote, stored.claim_id)
    assert [failure["claim_id"] for failure in failing(stored)] == [stored.claim_id]


def test_a_quote_at_another_place_says_where_it_stands(stored: Stored) -> None:
    stored.change("UPDATE claims SET quote_start = quote_start + 1 WHERE claim_id = ?", stored.claim_id)
    [failure] = failing(stored)
    assert failure["fault"].endswith(f"but at {stored.start}")


def test_one_changed_character_of_the_text_names_the_claims_that_quote_it(stored: Stored) -> None:
    stored.change(
        "UPDATE documents SET text = replace(text, 'March 3', 'March 8') WHERE document_id = ?", stored.document_id
    )
    failures = failing(stored)
    misquoting = [failure for failure in failures if "March 3" in failure["expected"]]
    assert stored.claim_id in {failure["claim_id"] for failure in misquoting}
    assert all("March 8" in failure["found"] for failure in misquoting)
    digests = {failure["claim_id"] for failure in failures if "SHA-256" in failure["fault"]}
    assert digests == stored.claims_of_document()


def test_a_changed_text_outside_of_every_quote_fails_the_claims_of_the_document(stored: Stored) -> None:
    stored.change("UPDATE documents SET text = text || '!' WHERE document_id = ?", stored.document_id)
    failures = failing(stored)
    assert {failure["claim_id"] for failure in failures} == stored.claims_of_document()
    assert {failure["document_url"] for failure in failures} == {stored.url}


def test_one_changed_byte_of_the_archive_names_the_claims_that_rest_on_that_body(stored: Stored) -> None:
    path, offset = stored.body()
    flip(path, offset + 200)
    failures = failing(stored)
    assert {failure["claim_id"] for failure in failures} == stored.claims_of_document()
    assert all(f"{path.name} at byte {offset}" in failure["fault"] for failure in failures)


def test_a_missing_archive_file_fails_every_claim_that_rests_on_it(stored: Stored) -> None:
    path, _ = stored.body()
    path.unlink()
    assert stored.claim_id in {failure["claim_id"] for failure in failing(stored)}


def test_a_claim_without_its_document_is_named(stored: Stored) -> None:
    stored.change("DELETE FROM documents WHERE document_id = ?", stored.document_id)
    failures = failing(stored)
    assert {failure["claim_id"] for failure in failures} == stored.claims_of_document()
    assert {failure["fault"] for failure in failures} == {"the document that it quotes is not stored"}


def test_a_person_is_told_claim_event_document_and_both_snippets(stored: Stored) -> None:
    altered = stored.quote.replace("March 3", "March 8")
    stored.change("UPDATE claims SET quote = ? WHERE claim_id = ?", altered, stored.claim_id)
    done = qwen_watch("verify", "--data", stored.data)
    assert done.code == 1
    assert f"{stored.url}  (document {stored.document_id})" in done.out
    assert f"  claim {stored.claim_id}  departure of Zhou Mingyuan: event true  (event " in done.out
    assert "March 8" in done.out
    assert "March 3" in done.out
    assert done.out.splitlines()[-1].startswith("failing: 1 claim in 1 document; read: ")


def test_documents_of_before_the_archive_are_counted_and_do_not_fail(stored: Stored) -> None:
    stored.change("UPDATE documents SET archive_file = NULL, archive_offset = NULL")
    done = verify(stored)
    assert done.code == 0
    assert done.out.endswith("0 archived bodies read; 3 documents without an archived body\n")


def test_json_gives_the_failures_and_nothing_else(stored: Stored) -> None:
    assert json.loads(verify(stored, "--format", "json").out) == []


def test_hostile_text_stays_inert(stored: Stored) -> None:
    stored.change("UPDATE claims SET quote = ? WHERE claim_id = ?", "\x1b[2J\u202eowned", stored.claim_id)
    assert not set(verify(stored).out) & set("\x1b\u202e")


def test_without_anything_published_it_says_what_to_run_first(tmp_path: Path) -> None:
    done = qwen_watch("verify", "--data", tmp_path / "none")
    assert done.code == 1
    assert "qwen-watch run" in done.err


def test_the_archive_is_looked_for_where_it_is_written() -> None:
    assert verifying.ARCHIVE_FOLDER == stages.ARCHIVE_FOLDER


@pytest.mark.parametrize("command", ["init", "explain", "verify"])
def test_help_gives_examples(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code([command, "--help"]) == 0
    assert f"  Examples:\n    qwen-watch {command}" in capsys.readouterr().out
