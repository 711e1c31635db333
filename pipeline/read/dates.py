"""When a page was published: every candidate with the place it was found, and the choice among them."""

from __future__ import annotations

import copy
import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from lxml import html

from pipeline.read.blocks import Block
from pipeline.read.days import Moment, dated_line, parse_moment
from pipeline.read.metadata import Metadata

LEARNED = "learned"
_META_NAMES = (
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "datepublished",
    "publishdate",
    "publish_date",
    "pubdate",
    "publication_date",
    "date",
    "dc.date.issued",
    "dc.date",
    "dcterms.created",
    "parsely-pub-date",
    "sailthru.date",
    "citation_publication_date",
)
_DAY_IN_PATH = re.compile(r"/((?:19|20)\d\d)[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01])(?=\D|$)")
_FIRST_LINES = 6
_EARLIEST_YEAR = 1995
_CLOCK_SLACK = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DateCandidate:
    """A moment of publication and where it was found. `precise` is False for a bare day."""

    moment: dt.datetime
    found: str
    precise: bool


def stated_dates(page: html.HtmlElement, metadata: Metadata) -> tuple[DateCandidate, ...]:
    """The dates of publication that the page's markup states, the most trusted first."""
    found = [*_named(metadata.article.get("datePublished"), "JSON-LD")]
    for name in _META_NAMES:
        found += _named(metadata.meta.get(name), name if ":" in name else f"meta {name}")
    found += _time_elements(page)
    return tuple(found)


def line_dates(blocks: Sequence[Block]) -> Iterator[DateCandidate]:
    """Dates that have a line to themselves near the top of a text."""
    for block in blocks[:_FIRST_LINES]:
        moment = dated_line(block.text)
        if moment:
            yield DateCandidate(moment.at, "first lines", moment.precise)


def guessed_dates(
    page: html.HtmlElement, blocks: Sequence[Block], url: str, fetched_at: dt.datetime
) -> Iterator[DateCandidate]:
    """Days that stand in the page's text or in its address, for a page that states none."""
    yield from line_dates(blocks)
    # Imported here: it takes a tenth of a second, and most pages state their date.
    import htmldate

    latest = (fetched_at + _CLOCK_SLACK).strftime("%Y-%m-%d")
    day = htmldate.find_date(copy.deepcopy(page), extensive_search=False, original_date=True, max_date=latest)
    yield from _named(day, "page text")
    found = _DAY_IN_PATH.search(urlsplit(url).path)
    if found:
        yield from _named("-".join(found.groups()), "address")


def choose(stated: Iterable[DateCandidate], guessed: Iterable[DateCandidate], fetched_at: dt.datetime) -> DateCandidate:
    """The first plausible candidate; `fetched_at` itself, found "learned", where there is none.

    Refused is what lies more than a day after `fetched_at` or before the web. A stated bare day yields to a
    later candidate of that calendar day that knows its time and offset. `guessed` is asked for only at need.
    """
    plausible = [candidate for candidate in stated if is_plausible(candidate.moment, fetched_at)]
    if plausible:
        first = plausible[0]
        same_day = (c for c in plausible if c.precise and c.moment.date() == first.moment.date())
        return first if first.precise else next(same_day, first)
    for candidate in guessed:
        if is_plausible(candidate.moment, fetched_at):
            return candidate
    return DateCandidate(fetched_at, LEARNED, precise=True)


def is_plausible(moment: dt.datetime, fetched_at: dt.datetime) -> bool:
    """Whether a page learned of at `fetched_at` can have been published at `moment`."""
    return moment.year >= _EARLIEST_YEAR and moment <= fetched_at + _CLOCK_SLACK


def modified_moment(metadata: Metadata, published: dt.datetime, fetched_at: dt.datetime) -> dt.datetime | None:
    """When the page says it was last changed, if that is after its publication."""
    stated: Sequence[object] = (
        metadata.article.get("dateModified"),
        metadata.meta.get("article:modified_time"),
    )
    for value in stated:
        moment = _moment(value)
        if moment and published < moment.at and is_plausible(moment.at, fetched_at):
            return moment.at
    return None


def _time_elements(page: html.HtmlElement) -> Iterator[DateCandidate]:
    """Dates marked up as such outside navigation, asides and comments; those marked as publication first."""
    marked: list[str] = []
    plain: list[str] = []
    for element in page.xpath("//time[@datetime] | //*[@itemprop='datePublished']"):
        if any(parent.tag in ("nav", "aside", "footer") for parent in element.iterancestors()):
            continue
        value = element.get("datetime") or element.get("content") or element.text_content()
        published = "datePublished" in element.get("itemprop", "") or "pubdate" in element.attrib
        (marked if published else plain).append(value)
    for value in [*marked[:1], *plain[:1]]:
        yield from _named(value, "time element")


def _named(value: object, found: str) -> Iterator[DateCandidate]:
    moment = _moment(value)
    if moment:
        yield DateCandidate(moment.at, found, moment.precise)


def _moment(value: object) -> Moment | None:
    return parse_moment(value) if isinstance(value, str) else None
