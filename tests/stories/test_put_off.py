"""A contact that was put off is decided anew when the person allows something, and only then."""

from datetime import timedelta

import pytest

from domain.facts import StandingChanged
from domain.hearing import hear
from domain.outcomes import AgencyOutcome, Placed, SendOutcome, Sent
from domain.placement import Placement
from domain.standing import frees
from tests.workflows.loans import OPENED, late_loan
from tests.workflows.seeded import PLAIN

NOW = OPENED + timedelta(hours=1)
LATER = OPENED + timedelta(hours=12)


@pytest.mark.parametrize(
    ("reason", "until", "anew"),
    [
        ("agreed_slot from-2026-01-11T22:00+0000", LATER, True),
        ("call_back before-2026-01-12", None, True),
        ("consent sms", None, True),
        ("opt_out sms", OPENED, True),
        ("dispute", OPENED, True),
        ("opt_out sms", None, False),
        ("cease", None, False),
        ("inconvenient_hours days-0 09:00-12:00", None, False),
    ],
)
def test_only_what_allows_something_or_is_over_has_a_contact_decided_anew(reason, until, anew):
    case = late_loan("P1")
    step = PLAIN.remind.steps[0]
    case.record(step, SendOutcome(Sent.DEFERRED, "CN-TIME-01", "It is night.", until=LATER))
    away = Placement("place/P1/2026-01-10/1", "north", OPENED, LATER)
    case.handed_off(away, AgencyOutcome(Placed.DEFERRED, reason="scrub-plan", until=LATER))
    fact = StandingChanged("f1", "right-1", reason, until)
    assert frees(fact, NOW) is anew
    hear(case, fact, PLAIN, NOW)
    assert case.not_before == {step.name: NOW if anew else LATER, away.key: LATER}
