"""What is asked of a case and why it is refused: every rule at least once."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from domain import requests
from domain.case import Approval, Case
from domain.clock import local_instant
from domain.delinquency import Instalment
from domain.facts import PaymentReceived
from domain.hearing import ask, hear
from domain.holds import HoldReason
from domain.opening import open_case
from domain.requests import (
    AgreePlan,
    Approve,
    Assign,
    Close,
    LiftHold,
    Note,
    PlaceHold,
    PromiseToPay,
    Request,
    refusal,
)
from domain.strategy import Outcome
from tests.strategies import standard, strategy_with

DUE = date(2026, 1, 9)
TODAY = date(2026, 1, 14)
NOW = local_instant(TODAY, time(12), "Asia/Shanghai")


def after(days: int) -> date:
    return TODAY + timedelta(days=days)


def a_case() -> Case:
    case = open_case(
        loan_id="L1",
        borrower_id="B1",
        currency="CNY",
        jurisdiction="CN",
        zone="Asia/Shanghai",
        strategy=standard(),
        at=NOW,
        instalments=[Instalment(DUE, 30_000), Instalment(after(30), 10_000)],
        payments=[],
    )
    assert case is not None
    return case


def promise(amount: int = 20_000, by: int = 5, currency: str = "CNY") -> PromiseToPay:
    return PromiseToPay("R1", "wang", amount, currency, after(by))


def plan(*parts: tuple[int, int], currency: str = "CNY") -> AgreePlan:
    return AgreePlan("R1", "wang", currency, tuple(Instalment(after(d), m) for d, m in parts))


def approve(by: str = "li", what: str = "placement") -> Approve:
    return Approve("R1", by, what)


def hold(until: datetime | None = None) -> PlaceHold:
    return PlaceHold("R1", "wang", HoldReason.DISPUTE, until)


SIXTY_ONE = tuple((n, 100) for n in range(1, 62))
REFUSED: list[tuple[str, Request]] = [
    ("request-unsigned", replace(promise(), request_id="")),
    ("request-unsigned", replace(promise(), by="")),
    ("wrong-currency", promise(currency="USD")),
    ("wrong-currency", plan((5, 30_000), currency="USD")),
    ("promise-not-positive", promise(0)),
    ("promise-not-positive", promise(-1)),
    ("promise-not-in-future", promise(by=0)),
    ("promise-not-in-future", promise(by=-1)),
    ("promise-too-far", promise(by=31)),
    ("promise-above-arrears", promise(30_001)),
    ("plan-length", plan()),
    ("plan-length", plan(*SIXTY_ONE)),
    ("plan-not-positive", plan((5, 30_000), (6, 0))),
    ("plan-dates", plan((0, 30_000))),
    ("plan-dates", plan((6, 15_000), (5, 15_000))),
    ("plan-dates", plan((5, 15_000), (5, 15_000))),
    ("plan-starts-late", plan((46, 30_000))),
    ("plan-length", replace(plan(), offer_id="O1")),
    ("waiver-without-offer", replace(plan((5, 20_000)), waived_minor=10_000)),
    ("waiver-without-offer", replace(plan((5, 40_000)), offer_id="O1", waived_minor=-10_000)),
    ("interest-without-offer", replace(plan((5, 30_500)), interest=(Instalment(after(5), 500),))),
    ("plan-interest", replace(plan((5, 30_500)), offer_id="O1", interest=(Instalment(DUE, 500),))),
    ("plan-sum", replace(plan((5, 30_000)), offer_id="O1", waived_minor=1)),
    ("plan-sum", plan((5, 30_001))),
    ("plan-sum", plan((5, 39_999))),
    ("hold-without-zone", hold(datetime(2026, 2, 1))),  # noqa: DTZ001 - just that is refused
    ("hold-in-past", hold(NOW)),
    ("no-such-hold", LiftHold("R1", "wang", "H")),
    ("no-collector", Assign("R1", "li", "")),
    ("no-note", Note("R1", "wang", "")),
    ("nothing-to-approve", approve()),
    ("no-reason", Close("R1", "li", "")),
]
TAKEN: list[Request] = [
    promise(1, 1),
    promise(30_000, 30),
    plan((1, 30_000)),
    plan((45, 10_000), (400, 30_000)),
    plan(*((n, 500) for n in range(1, 61))),
    replace(plan((60, 20_000)), offer_id="O1", waived_minor=10_000),
    replace(plan(*((n, 500) for n in range(1, 81))), offer_id="O1"),
    hold(),
    hold(NOW + timedelta(seconds=1)),
    Assign("R1", "li", "wang"),
    Note("R1", "wang", "N1"),
    Close("R1", "li", "sold"),
]


def refused(case: Case, request: Request) -> str | None:
    found = refusal(case, request, standard(), NOW)
    assert found is None or found.reason.endswith(".")
    return found.rule if found else None


@pytest.mark.parametrize(("rule", "request_"), REFUSED, ids=lambda value: str(value)[:40])
def test_a_request_that_cannot_be_taken_names_its_rule_and_changes_nothing(rule, request_):
    case = a_case()
    assert refused(case, request_) == rule
    before = replace(case, timeline=[])
    answer = ask(case, request_, standard(), NOW)
    assert answer is not None
    assert answer.rule == rule
    assert replace(case, timeline=[]) == before
    assert [entry.what for entry in case.timeline] == ["opened", "refused"]


@pytest.mark.parametrize("request_", TAKEN, ids=lambda value: type(value).__name__)
def test_a_request_at_its_limits_is_taken_and_only_once(request_):
    case = a_case()
    assert ask(case, request_, standard(), NOW) is None
    lines = len(case.timeline)
    assert lines > 1
    assert ask(case, request_, standard(), NOW) is None
    assert len(case.timeline) == lines


def test_an_ended_case_refuses_everything():
    case = a_case()
    case.turn(Outcome.CURED)
    assert {refused(case, request) for _, request in REFUSED} == {"case-closed"}


def test_after_too_many_broken_promises_no_more_are_taken():
    case = a_case()
    case.promises_broken = 2
    assert refused(case, promise()) == "promises-broken"


def test_promises_that_are_only_replaced_come_to_an_end():
    case, strategy = a_case(), strategy_with(("promise.max_rolled", 1))
    first, second, third = (replace(promise(), request_id=f"R{n}") for n in (1, 2, 3))
    assert ask(case, first, strategy, NOW) is None
    assert ask(case, second, strategy, NOW) is None
    answer = ask(case, third, strategy, NOW)
    assert answer is not None
    assert answer.rule == "promises-rolled"
    hear(case, PaymentReceived("F1", "P1", 100, TODAY), strategy, NOW)
    assert ask(case, third, strategy, NOW) is None


def test_while_a_plan_performs_no_promise_is_taken():
    case = a_case()
    assert ask(case, plan((5, 30_000)), standard(), NOW) is None
    assert refused(case, replace(promise(), request_id="R2")) == "plan-performing"


def test_a_second_person_approves_what_was_asked_once():
    case = a_case()
    case.collector = "wang"
    case.approval = Approval("placement", NOW, NOW + timedelta(days=9))
    assert refused(case, approve("wang")) == "own-case"
    assert refused(case, approve(what="write-off")) == "nothing-to-approve"
    assert ask(case, approve("li"), standard(), NOW) is None
    assert case.approval.answer is True
    assert refused(case, replace(approve("li"), request_id="R2")) == "nothing-to-approve"


def test_a_hold_is_lifted_once():
    case = a_case()
    ask(case, hold(), standard(), NOW)
    lift = LiftHold("R2", "wang", "R1")
    assert ask(case, lift, standard(), NOW + timedelta(hours=1)) is None
    assert refused(case, replace(lift, request_id="R3")) in (None, "no-such-hold")
    later = refusal(case, replace(lift, request_id="R3"), standard(), NOW + timedelta(hours=1))
    assert later is not None
    assert later.rule == "no-such-hold"


def test_a_promise_may_cover_the_arrears_as_they_are_now():
    case = a_case()
    hear(case, PaymentReceived("F1", "P1", 10_000, TODAY), standard(), NOW)
    assert refused(case, promise(20_001)) == "promise-above-arrears"
    assert refused(case, promise(20_000)) is None


def test_nothing_is_agreed_on_for_longer_than_ten_years():
    case = a_case()
    far = NOW + timedelta(days=3654)
    assert refused(case, replace(hold(), until=far)) == "hold-too-long"
    assert refused(case, replace(hold(), until=NOW + timedelta(days=3653))) is None
    assert refused(case, replace(hold(), until=datetime.max.replace(tzinfo=UTC))) == "hold-too-long"
    assert refused(case, plan((5, 10_000), (3654, 20_000))) == "plan-too-long"
    assert refused(case, plan((5, 10_000), (3653, 20_000))) is None


def test_a_case_that_is_ending_takes_nothing_more():
    case = a_case()
    hear(case, PaymentReceived("F1", "P1", 30_000, TODAY), standard(), NOW)
    assert case.cured
    assert refused(case, promise()) == "case-ending"


def test_nothing_is_promised_before_a_due_date_is_over():
    ahead = a_case()
    ahead.early, ahead.anchor = True, TODAY
    assert refused(ahead, promise()) == "nothing-late"
    ahead.anchor = DUE
    assert refused(ahead, promise()) is None


def test_every_rule_has_its_case_here():
    source = Path(requests.__file__).read_text(encoding="utf-8")
    rules = set(re.findall(r'Refused\(\s*"([a-z-]+)"', source))
    here = Path(__file__).read_text(encoding="utf-8")
    assert {rule for rule in rules if f'"{rule}"' not in here} == set()
    assert len(rules) > 15
