"""Hugging Face's models API: each model is a document of a few plain lines."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from pipeline.model import Document, Fetch, Problem, Source
from pipeline.read.dates import DateCandidate, choose
from pipeline.read.days import parse_moment
from pipeline.read.document import build_document
from pipeline.sources.listing import Listing, choice, unreadable

_COUNTS = (("downloads", "Downloads"), ("likes", "Likes"))


@dataclass(frozen=True, slots=True)
class HuggingFaceKind:
    """A list of models as `/api/models?author=…` gives it.

    Counts change by the hour, so they are left out of the text unless asked for: with them every fetch
    makes a new version of nearly every model, without them only what the model is does.
    """

    options: Mapping[str, str] = field(
        default_factory=lambda: {
            "counts": "yes: the text also has the downloads and likes, and each change of them makes a new "
            "version of the document; no, the default, leaves them out"
        }
    )

    def read(self, source: Source, fetch: Fetch, now: dt.datetime) -> Listing:
        counts = choice(source, "counts", "no", ("yes", "no"))
        if isinstance(counts, Problem):
            return Listing(problems=(counts,))
        models = _models(fetch.body)
        if models is None:
            return unreadable(source, f"{fetch.url} did not answer with a JSON list of models")
        found = [_document(model, source, fetch, now, counts == "yes") for model in models]
        documents = tuple(document for document in found if document)
        if models and not documents:
            return unreadable(source, f"{fetch.url} answered with a JSON list whose entries are no models")
        return Listing(documents=documents)


def _models(body: bytes) -> list[Mapping[str, Any]] | None:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(answer, list):
        return None
    return [model for model in answer if isinstance(model, dict) and model.get("private") is not True]


def _document(
    model: Mapping[str, Any], source: Source, fetch: Fetch, now: dt.datetime, with_counts: bool
) -> Document | None:
    name = model.get("id") or model.get("modelId")
    if not isinstance(name, str) or "/" not in name:
        return None
    created = parse_moment(str(model.get("createdAt", "")))
    site = urlsplit(fetch.url)
    published = [DateCandidate(created.at, "Hugging Face", created.precise)] if created else []
    return build_document(
        url=f"{site.scheme}://{site.netloc}/{name}",
        title=name,
        text="\n".join(_lines(name, model, created.at if created else None, with_counts)),
        published=choose(published, (), now),
        source=source,
        fetched_at=now,
        language="en",
        author=str(model.get("author") or name.partition("/")[0]),
    )


def _lines(name: str, model: Mapping[str, Any], created: dt.datetime | None, with_counts: bool) -> Iterator[str]:
    yield f"{name} was published on Hugging Face" + (f" on {created:%Y-%m-%d}." if created else ".")
    tags = model.get("tags")
    for tag in tags if isinstance(tags, list) else ():
        prefix, _, value = str(tag).partition(":")
        if prefix == "license" and value:
            yield f"License: {value}"
    if isinstance(model.get("pipeline_tag"), str):
        yield f"Task: {model['pipeline_tag']}"
    for key, label in _COUNTS if with_counts else ():
        if isinstance(model.get(key), int):
            yield f"{label}: {model[key]:,}"
