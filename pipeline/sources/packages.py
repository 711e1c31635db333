"""Package registries, PyPI and npm: each version of a package is a release note, and a withdrawn one says so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from pipeline.categories import DocumentForm
from pipeline.model import Document, Fetch, Source
from pipeline.read.blocks import plain
from pipeline.read.dates import DateCandidate, choose
from pipeline.read.days import parse_moment
from pipeline.read.document import build_document
from pipeline.sources.json_answers import json_object, mapping, objects, text
from pipeline.sources.listing import Listing, unreadable

MOST_VERSIONS = 30
"""The newest versions that are read; older ones only where they were withdrawn."""


@dataclass(frozen=True, slots=True)
class Release:
    """One version of a package. `withdrawn` says how it was taken back, "" for one that stands."""

    package: str
    version: str
    url: str
    published_at: dt.datetime
    summary: str = ""
    license: str = ""
    withdrawn: str = ""


@dataclass(frozen=True, slots=True)
class PackageKind:
    """The versions of one package, as `releases` reads them out of a registry's answer."""

    registry: str
    example: str
    releases: Callable[[Mapping[str, Any]], Iterator[Release]]
    options: Mapping[str, str] = field(default_factory=dict)

    def read(self, source: Source, fetch: Fetch, now: dt.datetime) -> Listing:
        answer = json_object(fetch.body)
        found = list(self.releases(answer)) if answer is not None else []
        if not found:
            message = f"{fetch.url} did not answer with the versions of a package; {self.registry} gives them at "
            return unreadable(source, f"{message}{self.example}")
        documents = (_document(release, source, self.registry, now) for release in _worth_reading(found))
        return Listing(documents=tuple(documents))


def pypi_releases(answer: Mapping[str, Any]) -> Iterator[Release]:
    """The versions in an answer of `https://pypi.org/pypi/NAME/json`; without `releases` the newest one."""
    info = mapping(answer.get("info"))
    name, summary = text(info.get("name")), text(info.get("summary"))
    files = mapping(answer.get("releases")) or {text(info.get("version")): answer.get("urls")}
    for version, listed in files.items():
        uploads = list(objects(listed))
        moments = [moment.at for one in uploads if (moment := parse_moment(text(one.get("upload_time_iso_8601"))))]
        if not name or not version or not moments:
            continue
        yanked = all(one.get("yanked") is True for one in uploads)
        reason = next((reason for one in uploads if (reason := text(one.get("yanked_reason")))), "no reason given")
        is_latest = version == text(info.get("version"))
        yield Release(
            package=name,
            version=version,
            url=f"https://pypi.org/project/{quote(name)}/{quote(version)}/",
            published_at=min(moments),
            summary=summary if is_latest else "",
            license=(text(info.get("license_expression")) or text(info.get("license"))) if is_latest else "",
            withdrawn=f"yanked: {plain(reason)}" if yanked else "",
        )


def npm_releases(answer: Mapping[str, Any]) -> Iterator[Release]:
    """The versions in an answer of `https://registry.npmjs.org/NAME`; one that is gone has only its time left."""
    name, versions = text(answer.get("name")), mapping(answer.get("versions"))
    for version, written in mapping(answer.get("time")).items():
        moment = parse_moment(written) if isinstance(written, str) else None
        if not name or moment is None or version in ("created", "modified", "unpublished"):
            continue
        manifest = mapping(versions.get(version))
        deprecated = text(manifest.get("deprecated"))
        yield Release(
            package=name,
            version=version,
            url=f"https://www.npmjs.com/package/{quote(name, safe='@/')}/v/{quote(version)}",
            published_at=moment.at,
            summary=text(manifest.get("description")),
            license=text(manifest.get("license")),
            withdrawn=f"deprecated: {plain(deprecated)}" if deprecated else "" if manifest else "unpublished: yes",
        )


NPM = PackageKind("npm", "https://registry.npmjs.org/NAME", npm_releases)
PYPI = PackageKind("PyPI", "https://pypi.org/pypi/NAME/json", pypi_releases)


def _worth_reading(releases: Iterable[Release]) -> list[Release]:
    newest_first = sorted(releases, key=lambda release: (release.published_at, release.version), reverse=True)
    older = [release for release in newest_first[MOST_VERSIONS:] if release.withdrawn]
    return [*newest_first[:MOST_VERSIONS], *older[:MOST_VERSIONS]]


def _document(release: Release, source: Source, registry: str, now: dt.datetime) -> Document:
    title = f"{release.package} {release.version}"
    lines = [title, plain(release.summary), release.withdrawn]
    lines += [f"uploaded: {release.published_at.astimezone(dt.UTC):%Y-%m-%d}"]
    # Some write the whole text of their licence where its name belongs.
    lines += [f"license: {release.license}"] if release.license and len(release.license) <= 80 else []
    return build_document(
        url=release.url,
        title=title,
        text="\n".join(line for line in map(plain, lines) if line),
        published=choose([DateCandidate(release.published_at, registry, precise=True)], (), now),
        source=source,
        fetched_at=now,
        language="en",
        form=DocumentForm.RELEASE_NOTE,
    )
