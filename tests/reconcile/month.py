"""A scripted month: one outlet is always first and always right, others copy or cite it, one invents."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.categories import EventType, Modality, Tier
from pipeline.ledger import Testimony
from pipeline.reconcile.history import reconcile_line
from pipeline.reconcile.lines import Line, LineKey, line_of
from tests.reconcile.telling import ENTITIES, OUTSIDERS, STAFF, Teller, Told, day

LEDGER, COURIER, MIRROR, ECHO, WHISPER, TEAM = "The Ledger", "Courier", "Mirror", "Echo", "Whisper", "Qwen"


def month() -> Told:
    """Twelve departures that the team confirms, and six hires that nobody but Whisper has ever heard of."""
    return [one for number, who in enumerate(STAFF) for one in _departure(number, who)] + [
        one for number, who in enumerate(OUTSIDERS) for one in _invention(number, who)
    ]


def lines(told: Told) -> dict[LineKey, Line]:
    keys = sorted({line_of(one) for one in told}, key=lambda key: key.sort_key)
    return {key: reconcile_line([one for one in told if line_of(one) == key], (), ENTITIES) for key in keys}


def _departure(number: int, who: str) -> Iterator[Testimony]:
    """The Ledger has it first; on every second one Courier finds out by itself, and once it errs on the day."""
    noon, date = 48 * number, day(f"2026-05-{4 + 2 * number:02}")

    def teller(name: str, after: float, publisher: str, tier: Tier = Tier.PRESS, story: str | None = None) -> Teller:
        return Teller(f"{name}-{who}", noon + after, publisher, tier, story, subject=who)

    ledger = teller("ledger", 0, LEDGER, story=f"ledger on {who}")
    yield ledger.says()
    yield ledger.says("announced", date)
    mirror = teller("mirror", 1, MIRROR, Tier.AGGREGATOR, story=f"ledger on {who}")
    yield mirror.says()
    yield mirror.says("announced", date)
    yield teller("echo", 2, ECHO).says(modality=Modality.REPORTED, by="Ledger")
    if number % 2:
        courier = teller("courier", 5, COURIER)
        yield courier.says()
        yield courier.says("announced", date if number > 1 else day("2026-05-09"))
    if number % 4 == 0:
        yield teller("whisper", 6, WHISPER, Tier.COMMUNITY).says("announced", day("2026-05-28"))
    team = teller("team", 24, TEAM, Tier.OFFICIAL)
    yield team.says()
    yield team.says("announced", date)


def _invention(number: int, who: str) -> Iterator[Testimony]:
    """The team denies the first three; nobody ever speaks of the others again."""
    about = {"type": EventType.HIRE, "subject": who}
    whisper = Teller(f"whisper-{who}", 100 * number, WHISPER, Tier.COMMUNITY, **about)  # type: ignore[arg-type]
    yield whisper.says()
    if number < 3:
        team = Teller(f"team-{who}", 100 * number + 30, TEAM, Tier.OFFICIAL, **about)  # type: ignore[arg-type]
        yield team.says(modality=Modality.DENIED)
