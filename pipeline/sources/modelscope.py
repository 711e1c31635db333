"""ModelScope's OpenAPI: each model of an owner is a record of a few lines, as on Hugging Face."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import ceil
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from pipeline.categories import DocumentForm
from pipeline.model import Document, Fetch, Problem, Source
from pipeline.read.dates import choose
from pipeline.read.days import parse_moment
from pipeline.read.document import build_document
from pipeline.sources.huggingface import HUB_OPTIONS, tagged
from pipeline.sources.json_answers import beginning, json_object, mapping, objects, text
from pipeline.sources.listing import Listing, choice, unreadable
from pipeline.sources.tokens import Secret, bearer

PLACE = "ModelScope"
PAGE_SIZE = 50
"""The most models that one answer holds."""


@dataclass(frozen=True, slots=True)
class ModelScopeKind:
    """A list of models as `/openapi/v1/models?owner=…` gives it, page by page.

    ModelScope counts downloads by its own rules, so its figures carry its name and contradict nobody else's.
    """

    options: Mapping[str, str] = field(default_factory=lambda: HUB_OPTIONS)

    def headers(self, source: Source, secret: Secret) -> Mapping[str, str] | Problem:
        return bearer(source, secret)

    def read(self, source: Source, fetch: Fetch, now: dt.datetime) -> Listing:
        counts = choice(source, "counts", "no", ("yes", "no"))
        if isinstance(counts, Problem):
            return Listing(problems=(counts,))
        answer = json_object(fetch.body) or {}
        data = mapping(answer.get("data"))
        if not isinstance(data.get("models"), list) or answer.get("success") is False:
            said = text(answer.get("message")) or beginning(fetch.body)
            return unreadable(source, f"{fetch.url} did not answer with a list of models: {said!r}")
        found = (_document(model, source, fetch, now, counts == "yes") for model in objects(data["models"]))
        documents = tuple(document for document in found if document)
        if data["models"] and not documents:
            return unreadable(source, f"{fetch.url} answered with models that have no `id` of the form OWNER/NAME")
        return Listing(documents=documents, further=tuple(_further(fetch.url, data.get("total_count"))))


def _further(url: str, total: object) -> Iterator[str]:
    """The other pages of a list whose first one is at `url`."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    size, first = query.get("page_size", ""), query.get("page_number", "1")
    if not isinstance(total, int) or not size.isdecimal() or int(size) < 1 or first != "1":
        return
    for number in range(2, ceil(total / int(size)) + 1):
        yield urlunsplit(parts._replace(query=urlencode(query | {"page_number": str(number)})))


def _document(
    model: Mapping[str, Any], source: Source, fetch: Fetch, now: dt.datetime, with_counts: bool
) -> Document | None:
    name = text(model.get("id"))
    if "/" not in name:
        return None
    site = urlsplit(fetch.url)
    return build_document(
        url=f"{site.scheme}://{site.netloc}/models/{name}",
        title=name,
        text="\n".join([f"model: {name}", *_lines(model, with_counts)]),
        # When the model came to ModelScope is no day of its release, which may have been elsewhere before.
        published=choose((), (), now),
        source=source,
        fetched_at=now,
        language="en",
        author=name.partition("/")[0],
        form=DocumentForm.HUB_MODEL,
    )


def _lines(model: Mapping[str, Any], with_counts: bool) -> Iterator[str]:
    created = parse_moment(text(model.get("created_at")))
    if created:
        yield f"created by: {created.at.astimezone(dt.UTC):%Y-%m-%d}"
    if model.get("gated") is True:
        yield "gated: yes"
    license = text(model.get("license")) or next(tagged(model, "license"), "")
    if license:
        yield f"license: {license.lower()}"
    tasks = [task for task in model.get("tasks") or () if isinstance(task, str)]
    if tasks:
        yield f"task: {', '.join(tasks)}"
    parameters = model.get("params")
    if isinstance(parameters, int) and parameters > 0:
        yield f"parameters: {parameters}"
    for value in tagged(model, "base_model"):
        relation, _, base = value.rpartition(":")
        if relation:
            yield f"base model: {base} ({relation})"
    if with_counts:
        yield f"counted by: {PLACE}"
        for key in ("downloads", "likes"):
            if isinstance(model.get(key), int):
                yield f"{key}: {model[key]:,}"
