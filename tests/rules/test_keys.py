"""Keys name what a thing is: the same thing the same key, another thing another."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from domain import keys

loans = st.sampled_from(["L1", "L11", "l1", "A.7", "x:y", "2026-01-09", "1"])
episodes = st.sampled_from([date(2026, 1, 9), date(2026, 10, 9)])
steps = st.sampled_from(["gentle", "promise_broken-1", "promise_broken-11", "recall", "1"])
numbers = st.sampled_from([1, 2, 11])
made = st.one_of(
    st.tuples(st.just(keys.case_id), loans, episodes),
    st.tuples(st.just(keys.notice_key), loans, episodes, steps),
    st.tuples(st.just(keys.placement_key), loans, episodes, numbers),
    st.tuples(st.just(keys.task_key), loans, episodes, steps),
    st.tuples(st.just(keys.grievance_workflow_id), loans, steps),
    st.tuples(st.just(keys.posting_key), steps, loans),
    st.tuples(st.just(keys.event_key), steps, loans),
    st.tuples(st.just(keys.tape_payment_key), loans, numbers),
)


@given(made, made)
def test_different_things_have_different_keys(one, other):
    (make, *parts), (make_other, *others) = one, other
    assert (make(*parts) == make_other(*others)) == (one == other)


def test_keys_are_readable():
    day = date(2026, 1, 9)
    assert keys.case_id("L1", day) == "case/L1/2026-01-09"
    assert keys.notice_key("L1", day, "gentle") == "notice/L1/2026-01-09/gentle"
    placement = keys.placement_key("L1", day, 1)
    assert placement == "placement/L1/2026-01-09/1"
    assert keys.agency_message_key(placement, "recall") == "placement/L1/2026-01-09/1/recall"


def test_a_message_id_hides_the_loan_and_stays_the_same():
    one = keys.message_id("notice/L1/2026-01-09/gentle")
    assert one == keys.message_id("notice/L1/2026-01-09/gentle")
    assert one.endswith("@forbear>")
    assert "L1" not in one
    assert len(keys.digest("x")) == 32
