"""A tally that statements come to and leave is the tally of those that stayed."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from pipeline.model import Value
from pipeline.reconcile.agreement import Family
from pipeline.reconcile.kinship import Kinship
from pipeline.reconcile.statements import Speaker, Stance, Statement
from pipeline.reconcile.tally import Tally
from tests.reconcile.telling import ENTITIES, Teller, day, hours

KIN = Kinship(ENTITIES)


@st.composite
def statements(draw: st.DrawFn) -> list[Statement]:
    made = []
    for number in range(draw(st.integers(1, 8))):
        value = day(draw(st.sampled_from(["2026-05", "2026-05-03", "2026-05-04", "2026-Q2"])))
        one = Teller(f"d{number}", draw(st.integers(0, 5))).says("date", value)
        speaker = Speaker(draw(st.sampled_from("abc")), draw(st.sampled_from([0.2, 0.6])), hours(number))
        official = draw(st.booleans())
        stance = draw(st.sampled_from(list(Stance)))
        dated = draw(st.sampled_from([None, value.dates]))
        made.append(Statement(one.claim.claim_id, one, value, "team", stance, speaker, official, official, dated))
    return made


def shape(tally: Tally) -> dict[object, tuple[object, ...]]:
    return {
        key: (
            set(one.statements),
            one.origins,
            one.documents,
            one.moments,
            one.official,
            one.attested,
            one.first_known,
            one.held,
            {other.key for other in tally.agreeing(one)},
        )
        for key, one in tally.positions.items()
    }


@given(told=statements(), data=st.data())
def test_what_left_leaves_no_trace(told: list[Statement], data: st.DataObject) -> None:
    leaving = data.draw(st.lists(st.sampled_from(told), unique_by=lambda one: one.claim_id))
    tally = Tally(Family.DATE, KIN)
    for one in told:
        tally.add(one)
    for one in leaving:
        tally.remove(one)
    fresh = Tally(Family.DATE, KIN)
    for one in told:
        if one not in leaving:
            fresh.add(one)
    assert shape(tally) == shape(fresh)


def test_a_value_that_cannot_be_weighed_is_left_out_and_can_leave_again() -> None:
    one = Teller("a").says("date", Value("some time soon"))
    speaker = Speaker("a", 0.6, dt.datetime(2026, 5, 4, tzinfo=dt.UTC))
    statement = Statement(one.claim.claim_id, one, one.claim.value, None, Stance.SUPPORTS, speaker, False, False, None)
    tally = Tally(Family.DATE, KIN)
    tally.add(statement)
    assert not tally.positions
    tally.remove(statement)
