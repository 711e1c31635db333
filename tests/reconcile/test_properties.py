"""The ledger is a function of what was said: order, batches, repetition and copies do not change it."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.categories import Bound, EventType, Modality, Tier
from pipeline.intervals import DateInterval
from pipeline.ledger import Judgement
from pipeline.model import Value
from pipeline.reconcile.conflicts import conflict_id
from pipeline.reconcile.history import reconcile_line
from pipeline.reconcile.lines import Line
from pipeline.reconcile.statements import stance_of
from pipeline.reconcile.voices import Chorus
from tests.reconcile.telling import BEIJING, ENTITIES, Teller, Told, day, hours

OUTLETS = ("Harbour Post", "Lantern", "The Ferry", "Pagoda News", "qwen.example")
DATES = ("2019", "2026", "2026-Q2", "2026-05", "2026-05-03", "2026-05-04", "2026-05-05", "2026-09-30", "2027-03-01")
NUMBERS = (100.0, 110.0, 140.0, 600.0, 1000.0)

_values = {
    "event": st.just(Value("true")),
    "date": st.sampled_from(DATES).map(day),
    "announced": st.sampled_from(DATES[3:]).map(day),
    "effective": st.sampled_from(DATES[6:]).map(day),
    "role": st.sampled_from(["tech lead", "technical lead", "head of training", "技术负责人"]).map(Value),
    "voluntary": st.sampled_from(["true", "false"]).map(Value),
    "organisation": st.sampled_from(["Qwen", "Tongyi Lab", "Quince Labs", "Elsewhere"]).map(Value),
    "successor": st.sampled_from(["not named", "named: Bai Ruo", "named: a scholar", "named: Wen Tao"]).map(Value),
    "sizes": st.sampled_from(["2B", "2B, 9B", "0.6B, 2B", "0.8B, 2B, 9B"]).map(Value),
    "stars": st.builds(
        lambda number, as_of: Value(f"{number:g}", number=number, bound=Bound.AT_LEAST, dates=as_of),
        st.sampled_from(NUMBERS),
        st.sampled_from([None, DateInterval.month(2026, 4), DateInterval.month(2026, 5)]),
    ),
}
_attributes = {
    EventType.DEPARTURE: ("event", "date", "announced", "effective", "role", "voluntary", "organisation"),
    EventType.APPOINTMENT: ("event", "date", "successor", "role"),
    EventType.RELEASE: ("event", "date", "sizes"),
    EventType.METRIC: ("stars",),
}


@st.composite
def tellings(draw: st.DrawFn, type: EventType, number: int) -> Told:
    """What one document says."""
    teller = Teller(
        f"d{number}",
        draw(st.integers(0, 40)),
        publisher=draw(st.sampled_from(OUTLETS)),
        tier=draw(st.sampled_from(list(Tier))),
        story=draw(st.sampled_from([None, "wire", "second wire"])),
        zone=draw(st.sampled_from([dt.UTC, BEIJING])),
        withdrawn=draw(st.sampled_from([None, None, None, 20, 45])),
        type=type,
        subject="family" if type in (EventType.METRIC, EventType.RELEASE) else "wen",
        object=None if type in (EventType.METRIC, EventType.RELEASE) else draw(st.sampled_from(["team", "lab"])),
    )
    said = draw(st.lists(st.sampled_from(_attributes[type]), min_size=1, max_size=4))
    return [
        teller.says(
            attribute,
            draw(_values[attribute]),
            draw(st.sampled_from([Modality.ASSERTED, Modality.ASSERTED, *Modality])),
            by=draw(st.sampled_from([None, None, "Wen Tao", "Harbour Post", "Bai Ruo"])),
            occurrence=draw(st.sampled_from([0, 0, 0, 1])),
        )
        for attribute in said
    ]


@st.composite
def stories(draw: st.DrawFn) -> Told:
    """The testimony of one line."""
    type = draw(st.sampled_from(sorted(_attributes)))
    return [one for number in range(draw(st.integers(1, 7))) for one in draw(tellings(type, number))]


@st.composite
def judged_stories(draw: st.DrawFn) -> tuple[Told, list[Judgement]]:
    """Testimony, and what people decided about its conflicts and events at any time."""
    told = draw(stories())
    line = reconcile_line(told, (), ENTITIES)
    about = [(conflict.conflict_id, None) for conflict in line.conflicts]
    about += [(None, version.event.event_id) for version in line.events]
    judgements = []
    for number in range(draw(st.integers(0, 2)) if about else 0):
        conflict, event = draw(st.sampled_from(about))
        decision = draw(st.sampled_from(["resolve", "reopen"] if conflict else ["confirm", "retract", "reopen"]))
        value = draw(st.sampled_from([None, "2026-05-03", "not named", "600", "2B"]))
        at = hours(draw(st.integers(0, 50)))
        judgements.append(Judgement(f"j{number}", conflict, event, decision, value, "", "Ada", at))
    return told, [*judgements, *draw(regroupings(told, line))]


@st.composite
def regroupings(draw: st.DrawFn, told: Told, line: Line) -> list[Judgement]:
    """What people decided about which tellings are of one event."""
    claims = sorted({one.claim.claim_id for one in told})
    event_id = line.events[0].event.event_id
    made = []
    for number in range(draw(st.integers(0, 2))):
        several = st.lists(st.sampled_from(claims), min_size=1, unique=True).map(tuple)
        decision = draw(st.sampled_from(["merge", "split"]))
        at = hours(draw(st.integers(0, 50)))
        judgement = Judgement(f"g{number}", None, event_id, decision, None, "", "Ada", at, draw(several), draw(several))
        made.append(judgement)
    return made


def known_by(told: Sequence, moment: dt.datetime) -> Told:  # type: ignore[type-arg]
    """What was known at a moment; a withdrawal after it had not happened yet."""
    known = [one for one in told if one.claim.known_at <= moment]
    later = [one.voice.withdrawn_at is not None and one.voice.withdrawn_at > moment for one in known]
    return [
        replace(one, voice=replace(one.voice, withdrawn_at=None)) if ahead else one
        for one, ahead in zip(known, later, strict=True)
    ]


def held_at(line: Line, moment: dt.datetime) -> tuple[object, ...]:
    """Events and facts as they were held at a moment, whenever that ended."""

    def stands(one) -> bool:  # type: ignore[no-untyped-def]
        return one.known_from <= moment and (one.known_to is None or one.known_to > moment)

    events = [(one.event, one.known_from) for one in line.events if stands(one)]
    steps = [one for one in line.status_changes if one.changed_at <= moment]
    held = (line.facts, line.fact_voices, line.outcomes)
    return events, steps, *([replace(one, known_to=None) for one in rows if stands(one)] for rows in held)  # type: ignore[attr-defined]


def standing(line: Line) -> tuple[object, ...]:
    """What is held in the end of statuses, origins, values and conflicts, documents aside."""
    events = {
        (one.event.event_id, one.event.status, one.event.origins, one.event.disputed, one.event.dates)
        for one in line.events
        if one.known_to is None
    }
    facts = {
        (one.event_id, one.attribute, one.value.text, one.status, one.origins, one.confidence)
        for one in line.facts
        if one.known_to is None
    }
    conflicts = {
        (one.conflict_id, one.kind, one.left_value, one.right_value, one.left_origins, one.right_origins, one.status)
        for one in line.conflicts
    }
    voices = {
        (one.event_id, one.attribute, one.origin, one.tier, one.against, one.guess)
        for one in line.fact_voices
        if one.known_to is None
    }
    outcomes = {replace(one, known_from=hours(0)) for one in line.outcomes if one.known_to is None}
    return events, facts, conflicts, voices, outcomes


@settings(deadline=None)
@given(case=judged_stories(), data=st.data())
def test_the_order_of_testimony_does_not_matter(case: tuple[Told, list[Judgement]], data: st.DataObject) -> None:
    told, judgements = case
    shuffled = data.draw(st.permutations(told))
    assert reconcile_line(shuffled, judgements[::-1], ENTITIES) == reconcile_line(told, judgements, ENTITIES)


@settings(deadline=None)
@given(case=judged_stories())
def test_what_is_said_twice_counts_once(case: tuple[Told, list[Judgement]]) -> None:
    told, judgements = case
    assert reconcile_line(told * 2, judgements, ENTITIES) == reconcile_line(told, judgements, ENTITIES)


@settings(deadline=None)
@given(case=judged_stories(), at=st.integers(-1, 60))
def test_what_was_held_at_a_moment_is_what_a_replay_to_that_moment_gives(
    case: tuple[Told, list[Judgement]], at: int
) -> None:
    told, judgements = case
    moment = hours(at)
    made = [one for one in judgements if one.made_at <= moment]
    now = reconcile_line(known_by(told, moment), made, ENTITIES)
    later = reconcile_line(told, judgements, ENTITIES)
    assert held_at(later, moment) == held_at(now, moment)
    assert [one for one in later.transitions if one.moment <= moment] == list(now.transitions)


@settings(deadline=None)
@given(told=stories(), copies=st.integers(1, 5), hour=st.integers(41, 60))
def test_copies_change_no_status_no_origin_and_no_conflict(told: Told, copies: int, hour: int) -> None:
    original = told[0].claim.document_id
    copied = [one for one in told if one.claim.document_id == original and one.voice.tier is not Tier.OFFICIAL]
    copied = [one for one in copied if one.voice.withdrawn_at is None]
    more = [
        replace(
            one,
            claim=replace(one.claim, document_id=f"copy{number}", known_at=hours(hour + number)),
            voice=replace(
                one.voice,
                document_id=f"copy{number}",
                publisher=f"Mirror {number}",
                published_at=hours(hour),
                known_at=hours(hour + number),
            ),
        )
        for number in range(copies)
        for one in copied
    ]
    assert standing(reconcile_line([*told, *more], (), ENTITIES)) == standing(reconcile_line(told, (), ENTITIES))


def conflicts_at(line: Line, moment: dt.datetime) -> set[str]:
    """The conflicts that were open at a moment, of those whose last opening was before it."""
    return {
        one.conflict_id
        for one in line.conflicts
        if one.opened_at <= moment and (one.resolved_at is None or one.resolved_at > moment)
    }


@settings(deadline=None)
@given(case=judged_stories(), at=st.integers(-1, 60))
def test_a_dispute_of_now_was_a_dispute_when_it_was_opened(case: tuple[Told, list[Judgement]], at: int) -> None:
    told, judgements = case
    moment = hours(at)
    made = [one for one in judgements if one.made_at <= moment]
    then = reconcile_line(known_by(told, moment), made, ENTITIES)
    later = reconcile_line(told, judgements, ENTITIES)
    assert conflicts_at(later, moment) <= {one.conflict_id for one in then.conflicts if one.resolved_at is None}


@settings(deadline=None)
@given(told=stories(), data=st.data())
def test_what_comes_later_never_changes_what_was_held_before(told: Told, data: st.DataObject) -> None:
    """Batches of any size, each ending at a moment: every ledger is the beginning of the next one."""
    moments = sorted({one.claim.known_at for one in told})
    ends = sorted(data.draw(st.sets(st.sampled_from(moments), min_size=1)))
    whole = reconcile_line(told, (), ENTITIES)
    for end in ends:
        part = reconcile_line(known_by(told, end), (), ENTITIES)
        assert [one for one in whole.transitions if one.moment <= end] == list(part.transitions)
        assert held_at(whole, end) == held_at(part, end)


@settings(deadline=None)
@given(told=stories(), number=st.sampled_from([1, 3, 100]), hour=st.integers(41, 60), chained=st.booleans())
def test_outlets_that_only_cite_change_no_status_and_no_confidence(
    told: Told, number: int, hour: int, chained: bool
) -> None:
    """Neither those that cite the outlet nor those that cite the one before them."""
    chorus = Chorus()
    chorus.hear(told)
    cited = [one for one in told if one.voice.withdrawn_at is None and one.claim.attributed_to is None]
    cited = [
        one for one in cited if chorus.root(one).publisher == one.voice.publisher and one.claim.attribute == "event"
    ]
    # Who repeats one half of what an outlet says both ways is not its voice; and an outlet is of one tier.
    sides = {(one.voice.publisher, stance_of(one.claim), one.voice.tier) for one in told}
    spoken = Counter(publisher for publisher, *_ in sides)
    cited = [one for one in cited if spoken[one.voice.publisher] == 1]
    # Of which of two events a text without a date speaks is another question.
    if not cited or len({one.event.event_id for one in reconcile_line(told, (), ENTITIES).events}) > 1:
        return
    word, more = cited[0], []
    zone = chorus.root(word).published_at.tzinfo
    for place in range(number):
        name = f"gazette{place}"
        by = f"Gazette {place - 1}" if chained and place else word.voice.publisher
        known, at = hours(hour + place / 100), hours(hour).astimezone(zone)
        claim = replace(word.claim, document_id=name, attributed_to=by, modality=word.claim.modality, known_at=known)
        voice = replace(
            word.voice, document_id=name, publisher=f"Gazette {place}", tier=Tier.PRESS, story_id=name, known_at=known
        )
        more.append(replace(word, claim=claim, voice=replace(voice, published_at=at)))
    before, after = (reconcile_line([*told, *some], (), ENTITIES) for some in ((), more))
    assert standing(after)[1] == standing(before)[1]  # facts, each with its status and confidence
    assert [one[:3] for one in sorted(standing(after)[0])] == [one[:3] for one in sorted(standing(before)[0])]  # type: ignore[type-var,index]


@settings(deadline=None)
@given(
    wide=st.sampled_from(["2026", "2026-Q2", "2026-05"]),
    narrow=st.sampled_from(["2026-05-03", "2026-05"]),
    others=st.integers(1, 5),
)
def test_a_narrower_date_refines_and_never_conflicts(wide: str, narrow: str, others: int) -> None:
    told = [Teller(f"w{n}", n).says("date", day(wide)) for n in range(others)]
    told.append(Teller("n", 3).says("date", day(narrow)))
    line = reconcile_line(told, (), ENTITIES)
    [held] = [one for one in line.facts if one.attribute == "date" and one.known_to is None]
    assert not line.conflicts
    assert held.value.dates in (day(wide).dates, day(narrow).dates)
    assert day(wide).dates.contains(held.value.dates)  # type: ignore[union-attr,arg-type]


@settings(deadline=None)
@given(case=judged_stories())
def test_the_ledger_keeps_its_own_rules(case: tuple[Told, list[Judgement]]) -> None:
    told, judgements = case
    line = reconcile_line(told, judgements, ENTITIES)
    assert set(line.claim_events) == {one.claim.claim_id for one in told}
    assert set(line.claim_events.values()) <= {one.event.event_id for one in line.events}
    assert len({one.fact_id for one in line.facts}) == len(line.facts)
    standing_facts = [(one.event_id, one.attribute) for one in line.facts if one.known_to is None]
    assert len(set(standing_facts)) == len(standing_facts)
    assert all(one.known_to is None or one.known_from < one.known_to for one in (*line.facts, *line.events))
    assert all(one.conflict_id == conflict_id(one.event_id, one.attribute) for one in line.conflicts)
    assert all(0.0 <= one.confidence <= 1.0 for one in line.facts)
    disputed = {one.event.event_id for one in line.events if one.known_to is None and one.event.disputed}
    assert disputed == {one.event_id for one in line.conflicts if one.resolved_at is None}
