"""PyPI and npm: a new version of a package is a release note, and one that is taken back says so."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pipeline.categories import DocumentForm
from pipeline.sources.packages import MOST_VERSIONS
from tests.sources.site import DAY, HOUR, NOW, Limits, Notebook, Web, source

PYPI, NPM = "https://pypi.example/pypi/qwen-toolkit/json", "https://registry.example/@qwen-tools/cli"


def upload(version: str, time: str, **said: Any) -> dict[str, Any]:
    """A file of a version, with the fields that PyPI gives of each."""
    return {
        "comment_text": "",
        "digests": {"blake2b_256": "ab" * 32, "md5": "cd" * 16, "sha256": "ef" * 32},
        "downloads": -1,
        "filename": f"qwen_toolkit-{version}-py3-none-any.whl",
        "has_sig": False,
        "md5_digest": "cd" * 16,
        "packagetype": "bdist_wheel",
        "python_version": "py3",
        "requires_python": ">=3.10",
        "size": 81_112,
        "upload_time": time,
        "upload_time_iso_8601": f"{time}.120000Z",
        "url": f"https://files.example/qwen_toolkit-{version}-py3-none-any.whl",
        "yanked": False,
        "yanked_reason": None,
        **said,
    }


def pypi(latest: str, **releases: list[dict[str, Any]]) -> str:
    info = {
        "author": "Toolkit team",
        "license": None,
        "license_expression": "Apache-2.0",
        "name": "qwen-toolkit",
        "package_url": "https://pypi.example/project/qwen-toolkit/",
        "summary": "Agents and tools for Qwen models",
        "version": latest,
        "yanked": False,
        "yanked_reason": None,
    }
    named = {name.removeprefix("v").replace("_", "."): files for name, files in releases.items()}
    body = {"info": info, "last_serial": 1, "releases": named, "urls": named.get(latest, []), "vulnerabilities": []}
    return json.dumps(body)


def packument(times: dict[str, str], **deprecated: str) -> str:
    versions = {
        version: {
            "name": "@qwen-tools/cli",
            "version": version,
            "description": "A coding agent",
            "license": "Apache-2.0",
            "dist": {"shasum": "0" * 40, "tarball": f"https://registry.example/cli-{version}.tgz"},
        }
        for version in times
        if version not in ("created", "modified") and version not in deprecated.get("gone", "").split()
    }
    for version in deprecated.get("withdrawn", "").split():
        versions[version]["deprecated"] = "Broken on Windows; use the next one"
    newest = {"latest": list(versions)[-1]}
    return json.dumps(
        {"_id": "@qwen-tools/cli", "name": "@qwen-tools/cli", "dist-tags": newest, "versions": versions, "time": times}
    )


TIMES = {
    "created": "2026-01-05T10:00:00.000Z",
    "modified": "2026-05-03T10:00:00.000Z",
    "0.1.0": "2026-01-05T10:00:00.412Z",
    "0.2.0": "2026-05-01T07:30:00.000Z",
}


def put(web: Web, url: str, body: str) -> None:
    web.put(url, body, content_type="application/json")


def test_each_version_of_a_python_package_is_a_release_note_of_its_day(web: Web, limits: Limits) -> None:
    book = Notebook([source(PYPI, "pypi", publisher="Qwen")], limits)
    put(web, PYPI, pypi("0.0.31", v0_0_30=[upload("0.0.30", "2026-04-01T06:00:00")], v0_0_31=[
        upload("0.0.31", "2026-05-02T09:15:00"), upload("0.0.31", "2026-05-02T09:14:58")]))  # fmt: skip
    newest, older = book.cycle(NOW).documents
    assert newest.text.split("\n") == [
        "qwen-toolkit 0.0.31",
        "Agents and tools for Qwen models",
        "uploaded: 2026-05-02",
        "license: Apache-2.0",
    ]
    assert newest.url == "https://pypi.org/project/qwen-toolkit/0.0.31/"
    assert (newest.published_at.isoformat(), newest.published_from) == ("2026-05-02T09:14:58.120000+00:00", "PyPI")
    assert (newest.form, older.title) == (DocumentForm.RELEASE_NOTE, "qwen-toolkit 0.0.30")


def test_a_version_that_is_yanked_later_is_a_new_version_of_its_note(web: Web, limits: Limits) -> None:
    book = Notebook([source(PYPI, "pypi")], limits)
    put(web, PYPI, pypi("0.0.31", v0_0_31=[upload("0.0.31", "2026-05-02T09:15:00")]))
    (first,) = book.cycle(NOW).documents
    files = [upload("0.0.31", "2026-05-02T09:15:00", yanked=True, yanked_reason="breaks\n imports")]
    put(web, PYPI, pypi("0.0.31", v0_0_31=files))
    (second,) = book.cycle(NOW + HOUR).documents
    assert "yanked: breaks imports" in second.text.split("\n")
    assert (second.url, "yanked" in first.text) == (first.url, False)
    files = [upload("0.0.31", "2026-05-02T09:15:00", yanked=True), upload("0.0.31", "2026-05-02T09:15:00")]
    put(web, PYPI, pypi("0.0.31", v0_0_31=files))
    (third,) = book.cycle(NOW + DAY).documents
    assert "yanked" not in third.text


def test_without_the_list_of_releases_the_newest_is_read(web: Web, limits: Limits) -> None:
    answer = json.loads(pypi("1.0", v1_0=[upload("1.0", "2026-05-02T09:15:00")]))
    put(web, PYPI, json.dumps({key: value for key, value in answer.items() if key != "releases"}))
    (document,) = Notebook([source(PYPI, "pypi")], limits).cycle(NOW).documents
    assert document.title == "qwen-toolkit 1.0"


def test_versions_on_npm_are_told_with_what_became_of_them(web: Web, limits: Limits) -> None:
    book = Notebook([source(NPM, "npm")], limits)
    put(web, NPM, packument(TIMES))
    newest, older = book.cycle(NOW).documents
    assert newest.text.split("\n")[:2] == ["@qwen-tools/cli 0.2.0", "A coding agent"]
    assert newest.url == "https://www.npmjs.com/package/@qwen-tools/cli/v/0.2.0"
    put(web, NPM, packument(TIMES | {"0.3.0": "2026-05-04T01:00:00.000Z"}, withdrawn="0.2.0", gone="0.1.0"))
    told = {document.title: document.text for document in book.cycle(NOW + HOUR).documents}
    assert set(told) == {"@qwen-tools/cli 0.3.0", newest.title, older.title}
    assert "deprecated: Broken on Windows; use the next one" in told[newest.title]
    assert "unpublished: yes" in told[older.title]


def test_of_a_long_history_the_newest_and_the_withdrawn_are_read(web: Web, limits: Limits) -> None:
    times = {f"0.{number}.0": f"2026-01-{1 + number // 4:02}T{number % 4:02}:00:00.000Z" for number in range(60)}
    put(web, NPM, packument(times, withdrawn="0.3.0 0.59.0"))
    titles = [document.title for document in Notebook([source(NPM, "npm")], limits).cycle(NOW).documents]
    assert len(titles) == MOST_VERSIONS + 1
    assert titles[0].endswith("0.59.0")
    assert titles[-1].endswith("0.3.0")


@pytest.mark.parametrize("body", ["<html>", "[]", '{"message": "Not Found"}', '{"info": null, "releases": [1]}'])
@pytest.mark.parametrize(("kind", "url"), [("pypi", PYPI), ("npm", NPM)])
def test_an_answer_without_versions_is_a_problem_that_says_where_they_are(
    web: Web, limits: Limits, kind: str, url: str, body: str
) -> None:
    put(web, url, body)
    (problem,) = Notebook([source(url, kind)], limits).cycle(NOW).problems
    assert "did not answer with the versions of a package" in problem.message
    assert "/NAME" in problem.message
