"""What a backfill is about: a configured source, an address, or everything below one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from pipeline.dedupe.urls import canonical_url
from pipeline.errors import InputError
from pipeline.model import Source
from pipeline.read.addresses import site_of

BELOW = "*"
"""Behind an address it means everything below."""


@dataclass(frozen=True, slots=True)
class Target:
    """One thing to fill in the past of; `source` is the configured source that it is, if it is one."""

    name: str
    url: str
    below: bool = False
    source: Source | None = None

    def wants(self, url: str) -> bool:
        """Whether a page at `url` is part of it: of a source all of its site, of an address that alone."""
        if self.source is not None:
            return site_of(url) == site_of(self.url)
        address = canonical_url(url)
        return address.startswith(canonical_url(self.url)) if self.below else address == canonical_url(self.url)


def target_named(given: str, sources: Sequence[Source]) -> Target:
    """The source of that name or address, or the address itself. Raises InputError, which says what to write."""
    text = given.strip()
    for source in sources:
        if text.casefold() in (source.name.casefold(), source.source_id) or text == source.url:
            return _of_source(source)
    if text.startswith(("http://", "https://")) and site_of(text):
        below = text.endswith(BELOW)
        return Target(text, text.rstrip(BELOW) if below else text, below)
    near = get_close_matches(text.casefold(), [source.name.casefold() for source in sources], n=1, cutoff=0.5)
    meant = next((source.name for source in sources if near and source.name.casefold() == near[0]), None)
    guess = f"; did you mean {meant!r}?" if meant else "."
    raise InputError(
        f"no source is called {given!r}{guess} Name one of sources.yaml, or a web address, with a * behind it for "
        "everything below"
    )


def web_targets(sources: Sequence[Source]) -> tuple[Target, ...]:
    """Every configured source that has a site of its own on the web."""
    return tuple(_of_source(source) for source in sources if source.url.startswith("http") and source.publisher)


def wanting(targets: Sequence[Target]) -> Callable[[str], bool]:
    """Whether a page at an address is part of any of the targets."""
    sites = {site_of(target.url) for target in targets if target.source is not None}
    others = [target for target in targets if target.source is None]
    return lambda url: site_of(url) in sites or any(target.wants(url) for target in others)


def _of_source(source: Source) -> Target:
    if not source.url.startswith("http"):
        raise InputError(f"{source.name!r} is read from {source.url}: archives of the web hold nothing of it")
    return Target(source.name, source.url, source=source)
