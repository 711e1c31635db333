"""Hugging Face's models API: each repository is a record of a few lines, one fact a line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from pipeline.categories import DocumentForm
from pipeline.model import Document, Fetch, Problem, Source
from pipeline.read.dates import DateCandidate, choose
from pipeline.read.days import Moment, parse_moment
from pipeline.read.document import build_document
from pipeline.sources.hub_figures import model_figures, organisation_figures
from pipeline.sources.json_answers import json_list, json_object, objects
from pipeline.sources.listing import Listing, choice, unreadable
from pipeline.sources.tokens import TOKEN_MEANING, TOKEN_OPTION, Secret, bearer

_COUNTS = ("downloads", "likes")
# The hub gives this moment to every repository that is older than its record of such moments.
_UNRECORDED = dt.datetime(2022, 3, 2, 23, 29, 4, tzinfo=dt.UTC)

HUB_OPTIONS = {
    "counts": "yes: the text also has the downloads and likes, and each change of them makes a new version of the "
    "document; no, the default, leaves them out",
    TOKEN_OPTION: TOKEN_MEANING,
}

_ORGANISATION = {
    "counts": f"{HUB_OPTIONS['counts']}; organisation: only the sums over the whole list are kept, as figures over time"
}


@dataclass(frozen=True, slots=True)
class HuggingFaceKind:
    """A list of models as `/api/models?author=…` gives it.

    With `full=true` it has all that is read here but the number of parameters, which takes `expand[]=safetensors`
    beside the other fields by name. Counts change by the hour, so they are left out of the text unless asked
    for: with them every fetch makes a new version of nearly every model, without them only what the model is does.
    """

    options: Mapping[str, str] = field(default_factory=lambda: HUB_OPTIONS | _ORGANISATION)

    def headers(self, source: Source, secret: Secret) -> Mapping[str, str] | Problem:
        return bearer(source, secret)

    def read(self, source: Source, fetch: Fetch, now: dt.datetime) -> Listing:
        counts = choice(source, "counts", "no", ("yes", "no", "organisation"))
        if isinstance(counts, Problem):
            return Listing(problems=(counts,))
        figures = model_figures(json_object(fetch.body) or {}, fetch.url, source, now)
        if figures:
            return Listing(documents=(figures,))
        models = _models(fetch.body)
        if models is None:
            return unreadable(source, f"{fetch.url} did not answer with a JSON list of models")
        if counts == "organisation":
            return _of_organisation(models, source, fetch, now)
        found = [_document(model, source, fetch, now, counts == "yes") for model in models]
        documents = tuple(document for document in found if document)
        if models and not documents:
            return unreadable(source, f"{fetch.url} answered with a JSON list whose entries are no models")
        return Listing(documents=documents, further=(fetch.next_page,) if fetch.next_page else ())


def _of_organisation(models: list[Mapping[str, Any]], source: Source, fetch: Fetch, now: dt.datetime) -> Listing:
    if fetch.next_page:
        return unreadable(source, f"{fetch.url} is only a part of the list, which cannot be summed up; use limit=1000")
    figures = organisation_figures(models, fetch.url, source, now)
    if figures is None:
        return unreadable(source, f"{fetch.url} lists no model, or those of several owners; use author=NAME")
    return Listing(documents=(figures,))


def _models(body: bytes) -> list[Mapping[str, Any]] | None:
    answer = json_list(body)
    return None if answer is None else [model for model in objects(answer) if model.get("private") is not True]


def _document(
    model: Mapping[str, Any], source: Source, fetch: Fetch, now: dt.datetime, with_counts: bool
) -> Document | None:
    name = model.get("id") or model.get("modelId")
    if not isinstance(name, str) or "/" not in name:
        return None
    created = parse_moment(str(model.get("createdAt", "")))
    site = urlsplit(fetch.url)
    kind = "datasets" if "/datasets" in site.path else "spaces" if "/spaces" in site.path else "models"
    folder = "" if kind == "models" else f"{kind}/"
    published = [DateCandidate(created.at, "Hugging Face", created.precise)] if created else []
    return build_document(
        url=f"{site.scheme}://{site.netloc}/{folder}{name}",
        title=name,
        text="\n".join([f"{kind[:-1]}: {name}", *_lines(model, created, with_counts)]),
        published=choose(published, (), now),
        source=source,
        fetched_at=now,
        language="en",
        author=str(model.get("author") or name.partition("/")[0]),
        form=DocumentForm.HUB_MODEL,
    )


def _lines(model: Mapping[str, Any], created: Moment | None, with_counts: bool) -> Iterator[str]:
    if created:
        yield f"created{' by' if created.at == _UNRECORDED else ''}: {created.at.astimezone(dt.UTC):%Y-%m-%d}"
    if model.get("gated"):
        yield f"gated: {'yes' if model['gated'] is True else model['gated']}"
    if model.get("disabled") is True:
        yield "disabled: yes"
    license = _license(model)
    if license:
        yield f"license: {license}"
    if isinstance(model.get("pipeline_tag"), str):
        yield f"task: {model['pipeline_tag']}"
    parameters = _mapping(model, "safetensors").get("total")
    if isinstance(parameters, int):
        yield f"parameters: {parameters}"
    for value in tagged(model, "base_model"):
        relation, _, base = value.rpartition(":")
        if relation:
            yield f"base model: {base} ({relation})"
    for key in _COUNTS if with_counts else ():
        if isinstance(model.get(key), int):
            yield f"{key}: {model[key]:,}"


def _license(model: Mapping[str, Any]) -> str | None:
    """The licence by the hub's name for it, or for one that has none there by its own."""
    named = next(tagged(model, "license"), None)
    own = _mapping(model, "cardData").get("license_name")
    return own if named in (None, "other") and isinstance(own, str) else named


def tagged(model: Mapping[str, Any], prefix: str) -> Iterator[str]:
    """What the tags of the form `prefix:value` say."""
    tags = model.get("tags")
    for tag in tags if isinstance(tags, list) else ():
        name, _, value = str(tag).partition(":")
        if name == prefix and value:
            yield value


def _mapping(model: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = model.get(key)
    return value if isinstance(value, dict) else {}
