"""What Hugging Face counts, as figures over time: of one model, and of all that an organisation has there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from pipeline.model import Document, Source
from pipeline.sources.figures import Counted, Figure, figures_document

PLACE = "Hugging Face"


def model_figures(model: Mapping[str, Any], url: str, source: Source, now: dt.datetime) -> Document | None:
    """The counts of one model as `/api/models/OWNER/NAME` gives them; None where it gives none.

    `downloads` there are those of 30 days. Only `downloadsAllTime` is a number of downloads as others speak of it.
    """
    name = str(model.get("id") or "")
    found = list(_figures(name, _counted(model)))
    return _document(found, name, url, source, now) if "/" in name and found else None


def organisation_figures(
    models: Sequence[Mapping[str, Any]], url: str, source: Source, now: dt.datetime
) -> Document | None:
    """The sums over a whole list of an organisation's models, and how many they are; None for an empty list."""
    owners = {str(model.get("id") or "").partition("/")[0] for model in models}
    if len(owners) != 1:
        return None
    (owner,) = owners
    counts = [_counted(model) for model in models]
    sums = {metric: sum(count[metric] for count in counts) for metric in _COMMON if all(metric in c for c in counts)}
    return _document(list(_figures(owner, {"released_models": len(models)} | sums)), owner, url, source, now)


_COMMON = ("downloads", "likes")


def _counted(model: Mapping[str, Any]) -> dict[str, int]:
    children = model.get("childrenModelCount")
    derived = (
        sum(count for count in children.values() if isinstance(count, int)) if isinstance(children, dict) else None
    )
    given = {"downloads": model.get("downloadsAllTime"), "likes": model.get("likes"), "derivative_models": derived}
    return {metric: count for metric, count in given.items() if isinstance(count, int)}


def _figures(name: str, counts: Mapping[str, int]) -> Iterator[Figure]:
    return (Figure(name, metric, f"{count:,}") for metric, count in counts.items())


def _document(figures: list[Figure], name: str, url: str, source: Source, now: dt.datetime) -> Document:
    site = urlsplit(url)
    page = f"{site.scheme}://{site.netloc}/{name}#figures"
    return figures_document(figures, Counted(page, f"{name} on {PLACE}", PLACE), source, now)
