"""A body that breaks its reader: tried three times, then left alone until the reading has changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pipeline.categories import FailureKind, Outcome
from pipeline.memory import Memory
from pipeline.model import BrokenBody, Source
from pipeline.sources.harvest import Harvest
from tests.sources.site import HOUR, NOW, Answer, Limits, Web, asked, joined, rss, source

FEED = "https://daily.example/feed.xml"
BODY = rss(("https://daily.example/a", "A note", "Mon, 04 May 2026 16:00:00 +0800")).encode()
SOUND = source(FEED, options={"articles": "entry"})
# A kind that is not there stands for a defect of a reader: it breaks on every body.
BREAKING = replace(SOUND, kind="a reader with a defect")


def check(limits: Limits, watched: Source, broken: Mapping[str, BrokenBody], hours: int = 0) -> Harvest:
    return joined(asked([watched], Memory(broken=broken), limits, NOW + hours * HOUR))


def tries(gathered: Harvest) -> dict[str, BrokenBody]:
    return {body.sha256: body for body in gathered.broken}


def test_a_body_is_tried_three_times_and_then_left_alone(web: Web, limits: Limits) -> None:
    web.pages[FEED] = Answer(BODY)
    held: dict[str, BrokenBody] = {}
    for number in (1, 2, 3):
        gathered = check(limits, BREAKING, held, number)
        held |= tries(gathered)
        (body,) = held.values()
        assert (body.tries, body.url, body.source_id) == (number, FEED, BREAKING.source_id)
        assert (body.first_failed_at, body.last_failed_at) == (NOW + HOUR, NOW + number * HOUR)
    # Now even a sound reader is not asked, as nothing says that the reading has changed.
    gathered = check(limits, SOUND, held, 4)
    assert (gathered.broken, gathered.mended, gathered.documents) == ((), (), ())
    assert gathered.fetches[0].outcome is Outcome.ERROR
    assert gathered.fetches[0].failure is FailureKind.UNREADABLE
    assert "is in quarantine (qwen-watch sources --quarantine) after 3 tries" in gathered.problems[0].message
    assert "UnknownCategoryError" in gathered.problems[0].message


def test_a_body_that_is_read_at_last_is_struck_off(web: Web, limits: Limits) -> None:
    web.pages[FEED] = Answer(BODY)
    held = tries(check(limits, BREAKING, {}))
    gathered = check(limits, SOUND, held, 1)
    assert gathered.mended == tuple(held)
    assert gathered.fetches[0].outcome is Outcome.NEW


def test_when_the_reading_has_changed_it_is_read_again_and_counted_anew(web: Web, limits: Limits) -> None:
    web.pages[FEED] = Answer(BODY)
    before = {id: replace(body, tries=3, rules="before") for id, body in tries(check(limits, BREAKING, {})).items()}
    assert check(limits, SOUND, before, 1).mended == tuple(before)
    assert [body.tries for body in check(limits, BREAKING, before, 1).broken] == [1]


def test_another_body_of_the_same_address_is_read(web: Web, limits: Limits) -> None:
    web.pages[FEED] = Answer(BODY)
    held = {id: replace(body, tries=3) for id, body in tries(check(limits, BREAKING, {})).items()}
    web.pages[FEED] = Answer(BODY.replace(b"A note", b"Another note"))
    assert check(limits, SOUND, held, 1).fetches[0].outcome is Outcome.NEW
