"""The team's README against its blog, where the archives lie beside the project: about which days they disagree.

The list was judged by reading. The README of 2024 has four dated lines, and of each the blog gave another day:

- Qwen1.5: the README says 5 February, the post is of 4 February, 13:33 in Beijing, and was never changed;
- Qwen1.5-MoE-A2.7B: the post came out on 28 March dated 28 February, and was put right the next day;
- Qwen2: the post is dated midnight of 7 June in Beijing, which is 6 June further west: a time zone;
- Qwen2.5: the posts came out dated 18 September and were moved to the 19th, the day the README had announced, on the
  evening of the 18th (UTC).

The posts on Qwen2.5-Math and Qwen2.5-Coder stand a day beside the one on Qwen2.5, which names them again: one site
that tells of a release twice, and no disagreement.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from flows.ingest import ingest
from pipeline.config import load_settings
from tests.flows.command import ROOT, SHIPPED_CONFIG
from warehouse import Published

REPLAY = ROOT.parent / "shared" / "replay"
ARCHIVES = [REPLAY / "qwen-blog-2024.warc.gz", REPLAY / "qwen-readme-2024.warc.gz"]
NOW = dt.datetime(2026, 5, 1, tzinfo=dt.UTC)
README = "https://raw.githubusercontent.com/QwenLM/Qwen2.5/main/README.md"
BLOG = "https://qwenlm.github.io/"

pytestmark = pytest.mark.skipif(
    not all(archive.exists() for archive in ARCHIVES), reason="the archives do not lie beside this checkout"
)

# Model, kind, severity, what the README says, what the blog says, status, opened, resolved (days in UTC), for which.
TRUE = [
    ("Qwen1.5", "date", "medium", "2024-02-05", "2024-02-04", "open", "2024-02-05", None, None),
    ("Qwen1.5-MoE-A2.7B", "date", "medium", "2024-03-28", "2024-02-28", "resolved", "2024-03-28", "2024-03-29",
     "2024-03-28"),
    ("Qwen2", "time zone", "low", "2024-06-06", "2024-06-07", "open", "2024-06-06", None, None),
    ("Qwen2.5", "date", "medium", "2024-09-19", "2024-09-18", "resolved", "2024-09-18", "2024-09-18", "2024-09-19"),
]  # fmt: skip


@pytest.fixture(scope="module")
def conflicts(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    place = tmp_path_factory.mktemp("official")
    config = place / "config"
    (config / "lexicon").mkdir(parents=True)
    for file in SHIPPED_CONFIG.rglob("*.yaml"):
        if file.parent in (SHIPPED_CONFIG, SHIPPED_CONFIG / "lexicon"):
            (config / file.relative_to(SHIPPED_CONFIG)).write_bytes(file.read_bytes())
    sources = [
        source("README", "news_lines", README, "en"),
        source("Blog", "feed", f"{BLOG}blog/index.xml", "en"),
        source("Blog (Chinese)", "feed", f"{BLOG}zh/blog/index.xml", "zh"),
    ]
    (config / "sources.yaml").write_text(json.dumps({"sources": sources}), "utf-8")  # JSON is YAML
    report = ingest(ARCHIVES, load_settings(config), place / "data", lambda: NOW)
    assert report.turn.problems == ()
    return Published(place / "data").query("FROM conflict_sides ORDER BY opened_at, conflict_id").records()


def source(name: str, kind: str, url: str, language: str) -> dict[str, str]:
    return {"name": name, "kind": kind, "url": url, "publisher": "Qwen", "tier": "official", "language": language,
            "every": "1h"}  # fmt: skip


def sides(conflict: dict[str, Any]) -> tuple[str, str]:
    """Which side is the README's, and which the blog's."""
    is_left = all(url.startswith(README) for url in conflict["left_urls"])
    return ("left", "right") if is_left else ("right", "left")


def test_the_list_of_disagreements_is_the_one_judged_true(conflicts: list[dict[str, Any]]) -> None:
    found = []
    for conflict in conflicts:
        readme, blog = sides(conflict)
        resolved = conflict["resolved_at"]
        found.append(
            (
                conflict["subject"],
                conflict["kind"],
                conflict["severity"],
                conflict[f"{readme}_value"],
                conflict[f"{blog}_value"],
                conflict["status"],
                str(conflict["opened_at"].date()),
                str(resolved.date()) if resolved else None,
                conflict["resolution"],
            )
        )
    assert found == TRUE
    assert {(conflict["event_type"], conflict["attribute"]) for conflict in conflicts} == {("release", "date")}


def test_each_has_the_line_of_the_readme_and_the_words_of_the_blog(conflicts: list[dict[str, Any]]) -> None:
    for conflict in conflicts:
        readme, blog = sides(conflict)
        days = {quote.partition(":")[0].replace(".", "-") for quote in conflict[f"{readme}_quotes"]}
        assert days == {conflict[f"{readme}_value"]}
        assert all(url.startswith(BLOG) for url in conflict[f"{blog}_urls"])
        assert {url.startswith(f"{BLOG}zh/") for url in conflict[f"{blog}_urls"]} == {True, False}
        assert all(conflict["subject"] in quote for quote in conflict[f"{blog}_quotes"])


def test_the_blog_s_correction_resolves_a_disagreement_and_nobody_else(conflicts: list[dict[str, Any]]) -> None:
    assert {conflict["resolved_by"] for conflict in conflicts if conflict["resolved_at"]} == {"the sources"}
