"""Citations of papers, as Semantic Scholar and OpenAlex count them: metrics of the models that the papers present."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipeline.model import Document, Fetch, Problem, Source
from pipeline.read.blocks import plain
from pipeline.sources.figures import Counted, Figure, figures_document
from pipeline.sources.json_answers import beginning, json_object, objects, text
from pipeline.sources.listing import Listing, unreadable
from pipeline.sources.tokens import TOKEN_OPTION, Secret, bearer

_MODEL_OPTION = {
    "model": "the model whose paper it is; left out, the title's words before a colon or before Technical Report",
}
_REPORT = re.compile(r"\s*(?::|,|\btechnical report\b).*", re.IGNORECASE)
_MOST_WORDS = 3


@dataclass(frozen=True, slots=True)
class _Paper:
    """One paper with its count, under the address where people look it up."""

    title: str
    url: str
    citations: int


@dataclass(frozen=True, slots=True)
class SemanticScholarKind:
    """A paper of the Graph API: `/graph/v1/paper/arXiv:2505.09388?fields=title,citationCount`."""

    options: Mapping[str, str] = field(
        default_factory=lambda: {
            **_MODEL_OPTION,
            TOKEN_OPTION: "name of the secret with an API key of Semantic Scholar; left out, the shared limit applies",
        }
    )

    def headers(self, source: Source, secret: Secret) -> Mapping[str, str] | Problem:
        """The field `x-api-key`, where a key is named."""
        found = bearer(source, secret)
        if isinstance(found, Problem) or not found:
            return found
        return {"x-api-key": found["Authorization"].removeprefix("Bearer ")}

    def read(self, source: Source, fetch: Fetch, now: dt.datetime) -> Listing:
        answer = json_object(fetch.body)
        papers = [_of_semantic_scholar(answer)] if answer else []
        return _listing([paper for paper in papers if paper], "Semantic Scholar", source, fetch, now)


@dataclass(frozen=True, slots=True)
class OpenAlexKind:
    """A work of OpenAlex, `/works/doi:…`, or a list of works, `/works?filter=doi:…|…`."""

    options: Mapping[str, str] = field(default_factory=lambda: dict(_MODEL_OPTION))

    def read(self, source: Source, fetch: Fetch, now: dt.datetime) -> Listing:
        answer = json_object(fetch.body) or {}
        works = objects(answer["results"]) if "results" in answer else iter([answer])
        return _listing([paper for work in works if (paper := _of_openalex(work))], "OpenAlex", source, fetch, now)


def _of_semantic_scholar(answer: Mapping[str, Any]) -> _Paper | None:
    paper, title = text(answer.get("paperId")), plain(text(answer.get("title")))
    count = answer.get("citationCount")
    if not paper or not title or not isinstance(count, int):
        return None
    return _Paper(title, f"https://www.semanticscholar.org/paper/{paper}", count)


def _of_openalex(work: Mapping[str, Any]) -> _Paper | None:
    url, title = text(work.get("id")), plain(text(work.get("display_name")) or text(work.get("title")))
    count = work.get("cited_by_count")
    if not url.startswith("https://openalex.org/") or not title or not isinstance(count, int):
        return None
    return _Paper(title, url, count)


def _listing(papers: Sequence[_Paper], place: str, source: Source, fetch: Fetch, now: dt.datetime) -> Listing:
    if not papers:
        said = beginning(fetch.body)
        message = f"{fetch.url} did not answer with a paper's title and citations but with {said!r}"
        return unreadable(source, f"{message}; look the paper's id up, and ask for these fields")
    documents: list[Document] = []
    problems: list[Problem] = []
    for paper in papers:
        model = source.options.get("model") or _model_in(paper.title)
        if model is None:
            message = f"whose paper {paper.title!r} is cannot be told from its title; name it by options.model"
            problems.append(Problem("read", source.name, f"{paper.url}: {message}"))
            continue
        counted = Counted(paper.url, f"{place}: {paper.title}", place, paper=paper.title)
        figure = Figure(model, "citations", str(paper.citations))
        documents.append(figures_document([figure], counted, source, now))
    return Listing(documents=tuple(documents), problems=tuple(problems))


def _model_in(title: str) -> str | None:
    """The model that a title names at its beginning: `Qwen3 Technical Report`, `Qwen-VL: A Versatile …`."""
    name = _REPORT.sub("", title)
    return name if name and name != title and len(name.split()) <= _MOST_WORDS else None
