"""Compares claims with labels, by the reading of right and wrong that the project is judged by.

One event is one (article, type, subject). A release is also answered by a narrower model (Qwen3-Coder by
Qwen3-Coder-480B-A35B), never by a wider one. A departure, hire, appointment, founding or release that no label has
counts against precision, whatever its modality; optional labels count neither way; metrics count for recall only.
Attributes are those of the labelled events that were found: see `agreement`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from pipeline.model import Claim
from tests.labelled.agreement import Names, agree
from tests.labelled.gold import DATES, NOTHING, GoldRow

PRECISION_TYPES = frozenset({"departure", "hire", "appointment", "founding", "release"})
# Labels and claims call these differently; the labels' word stands first.
CLAIMED_AS = {
    "licence": ("license", "licence"),
    "parameters_total": ("parameters", "parameters_total"),
    "github_stars": ("stars", "github_stars"),
}
# Nothing is claimed of a bound or a modality alone; a metric's name is what found it.
NOT_COMPARED = frozenset({"metric", "bound", "description", "modality"})

# Address, type of event and folded subject.
Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Invented:
    """An event that is claimed of an article and that no label of it has."""

    url: str
    type: str
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """A labelled attribute of an event that was found, with the claims that speak of it."""

    row: GoldRow
    attribute: str
    claims: tuple[Claim, ...]
    right: bool


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts, and the ratios made of them; a ratio of nothing is 0, and an F1 of nothing, too."""

    wanted: int = 0
    found: int = 0
    found_metrics: int = 0
    invented: int = 0
    right: int = 0
    attributes: int = 0

    @property
    def precision(self) -> float:
        events = self.found - self.found_metrics
        return _ratio(events, events + self.invented)

    @property
    def recall(self) -> float:
        return _ratio(self.found, self.wanted)

    @property
    def f1(self) -> float:
        return _ratio(2 * self.precision * self.recall, self.precision + self.recall)

    @property
    def attribute_accuracy(self) -> float:
        return _ratio(self.right, self.attributes)


@dataclass(frozen=True, slots=True)
class Score:
    """What was found, missed and invented, and which attributes of what was found are right."""

    found: tuple[GoldRow, ...]
    missed: tuple[GoldRow, ...]
    invented: tuple[Invented, ...]
    judged: tuple[Judged, ...]

    @property
    def wrong(self) -> tuple[Judged, ...]:
        return tuple(each for each in self.judged if not each.right)

    @property
    def total(self) -> Tally:
        return self._tally(lambda _url, _type: True)

    def by_type(self) -> dict[str, Tally]:
        return self._grouped(lambda _url, type_: type_)

    def by_article(self, group_of: Callable[[str], str]) -> dict[str, Tally]:
        """The figures of groups of articles: their language, kind or topic, as `group_of` tells from the address."""
        return self._grouped(lambda url, _type: group_of(url))

    def _grouped(self, group_of: Callable[[str, str], str]) -> dict[str, Tally]:
        events = [(row.url, row.type) for row in (*self.found, *self.missed)]
        events += [(each.url, each.type) for each in self.invented]
        groups = sorted({group_of(*event) for event in events})
        return {group: self._tally(partial(_belongs, group_of, group)) for group in groups}

    def _tally(self, counts: Callable[[str, str], bool]) -> Tally:
        found = [row for row in self.found if counts(row.url, row.type)]
        judged = [each for each in self.judged if counts(each.row.url, each.row.type)]
        return Tally(
            wanted=len(found) + sum(counts(row.url, row.type) for row in self.missed),
            found=len(found),
            found_metrics=sum(row.type == "metric" for row in found),
            invented=sum(counts(each.url, each.type) for each in self.invented),
            right=sum(each.right for each in judged),
            attributes=len(judged),
        )


def _belongs(group_of: Callable[[str, str], str], group: str, url: str, type_: str) -> bool:
    return group_of(url, type_) == group


def score(
    claims_by_url: Mapping[str, Sequence[Claim]], gold: Iterable[GoldRow], same_person: Iterable[Sequence[str]] = ()
) -> Score:
    """Scores the claims of labelled articles; `same_person` groups names that mean one, person or not."""
    rows = tuple(gold)
    names = Names(same_person)
    events = _events(claims_by_url, {row.url for row in rows}, names)
    labelled = {(row.url, row.type, names(row.subject)) for row in rows}
    used: set[Key] = set()
    found, missed, judged = [], [], []
    for row in rows:
        if row.type == NOTHING:
            continue
        keys = _answers(row, events, labelled, names)
        used.update(keys)
        if row.optional:
            continue
        if not keys:
            missed.append(row)
            continue
        found.append(row)
        judged += _judged(row, [claim for key in keys for claim in events[key]], _of_article(events, row.url), names)
    invented = (
        Invented(key[0], key[1], tuple(claims))
        for key, claims in events.items()
        if key[1] in PRECISION_TYPES and key not in used
    )
    return Score(tuple(found), tuple(missed), tuple(invented), tuple(judged))


def _events(
    claims_by_url: Mapping[str, Sequence[Claim]], labelled: set[str], names: Names
) -> Mapping[Key, list[Claim]]:
    events: dict[Key, list[Claim]] = defaultdict(list)
    for address, claims in claims_by_url.items():
        url = address.rstrip("/")
        for claim in claims if url in labelled else ():
            events[url, str(claim.event_type), names(claim.subject.name)].append(claim)
    return events


def _answers(row: GoldRow, events: Mapping[Key, list[Claim]], labelled: set[Key], names: Names) -> list[Key]:
    """The claimed events that answer a label."""
    alike = [key for key in events if key[:2] == (row.url, row.type)]
    if row.subject == "*":
        # A label of "nobody was named" is answered by a denial and covers nothing else.
        modality = row.attributes.get("modality")
        return [key for key in alike if not modality or any(claim.modality == modality for claim in events[key])]
    if row.type == "metric":
        metric = CLAIMED_AS.get(row.attributes["metric"], (row.attributes["metric"],))
        return [key for key in alike if any(claim.attribute in metric for claim in events[key])]
    wanted = [names(name) for name in row.names]
    exact = [key for key in alike if key[2] in wanted]
    if row.type != "release":
        return exact
    narrower = [key for key in alike if key not in exact and key not in labelled]
    return exact + [key for key in narrower if any(key[2].startswith(name) for name in wanted)]


def _judged(row: GoldRow, claims: Sequence[Claim], of_article: Sequence[Claim], names: Names) -> list[Judged]:
    judged = []
    for attribute, value in row.attributes.items():
        if attribute in NOT_COMPARED:
            continue
        if attribute == "successor":
            # A successor is said of the one who leaves, of the one who comes or of the post: each is as good.
            spoken = [claim for claim in of_article if claim.attribute == "successor"]
        else:
            spoken = [claim for claim in claims if claim.attribute in _claimed_as(row, attribute)]
        judged.append(Judged(row, attribute, tuple(spoken), agree(attribute, value, [c.value for c in spoken], names)))
    return judged


def _claimed_as(row: GoldRow, attribute: str) -> Iterable[str]:
    if attribute in DATES:
        return DATES
    if row.type == "metric" and attribute == "value":
        attribute = row.attributes["metric"]
    return CLAIMED_AS.get(attribute, (attribute,))


def _of_article(events: Mapping[Key, list[Claim]], url: str) -> list[Claim]:
    return [claim for key, claims in events.items() if key[0] == url for claim in claims]


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
