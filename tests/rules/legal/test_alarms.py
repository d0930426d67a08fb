"""Our own deadlines: who is woken, for what, and when."""

from datetime import date

from domain.legal.alarms import Guarantee, Position, alarms, next_wake, ringing
from domain.legal.limitation import Claim, Guarantor, Interruption, Restart
from tests.rules.legal.law import CALENDARS, said

CLAIM = Claim("CN", date(2026, 1, 31))


def shown(*court, claim=CLAIM, owed=500_000, guarantees=()):
    found = alarms(Position(claim, owed, court, guarantees), CALENDARS)
    return {alarm.name: (alarm.rule, alarm.ends.isoformat()) for alarm in found}


def test_the_limitation_is_the_first_deadline_of_every_loan():
    assert shown() == {"limitation": ("CN-LIM-02", "2029-01-31")}


def test_nothing_is_to_be_lost_on_a_loan_that_is_paid():
    assert shown(owed=0) == {}


def test_dc_08_a_guarantor_is_to_be_asked_or_sued_within_six_months():
    bound = (
        Guarantee(Guarantor.JOINT, "G1"),
        Guarantee(Guarantor.GENERAL, "G2", called=date(2026, 3, 2)),
    )
    assert shown(guarantees=bound)["joint_guarantor-G1"] == ("CN-LIM-11", "2026-07-31")
    assert "general_guarantor-G2" not in shown(guarantees=bound)


def test_after_a_pre_suit_freeze_we_must_sue_within_thirty_days_and_renew_before_it_ends():
    frozen = said("frozen_deposit", "2026-03-02", "preservation")
    found = shown(frozen)
    assert found["sue"] == ("CN-PRES-01", "2026-04-01")
    assert found["freeze-deposit-2026-MIN-17"] == ("CN-PRES-03", "2027-03-02")
    assert "sue" not in shown(frozen, said("filed", "2026-03-30", "suit"))


def test_a_renewed_freeze_counts_anew_and_a_lifted_one_not_at_all():
    frozen = said("frozen_real_estate", "2026-03-02", "suit")
    renewed = said("frozen_real_estate", "2029-02-01", "suit")
    assert shown(frozen, renewed)["freeze-real_estate-2026-MIN-17"][1] == "2032-02-01"
    assert not [name for name in shown(frozen, said("unfrozen", "2026-09-01")) if "freeze" in name]


def test_a_judgment_is_enforced_within_two_years_of_the_time_to_perform():
    judged = said("performance_due", "2026-05-15")
    assert shown(judged) == {"enforcement": ("CN-ENF-01", "2028-05-15")}
    assert shown(judged, said("filed", "2026-06-01", "enforcement")) == {}
    paid = Interruption(Restart.PAYMENT, date(2027, 3, 1), "P1")
    claim = Claim("CN", date(2026, 1, 31), [paid])
    assert shown(judged, claim=claim)["enforcement"][1] == "2029-03-01"


def test_an_order_that_lapsed_becomes_a_suit_unless_we_decline_in_seven_days():
    ruled = said("terminated", "2026-04-10")
    assert shown(ruled)["decline-suit"] == ("CN-PO-06", "2026-04-17")
    assert "decline-suit" not in shown(ruled, said("declined_suit", "2026-04-13"))


def test_people_are_woken_90_30_and_7_days_before_and_on_the_day_after():
    found = alarms(Position(CLAIM, 1), CALENDARS)
    day, woken = date(2026, 2, 1), []
    while (at := next_wake(found, day)) is not None:
        woken.append(at.isoformat())
        day = at
    assert woken == ["2028-11-02", "2029-01-01", "2029-01-24", "2029-02-01"]
    assert ringing(found, date(2028, 11, 1)) == []
    [(alarm, rang)] = ringing(found, date(2029, 1, 26))
    assert (alarm.name, rang.isoformat()) == ("limitation", "2029-01-24")
