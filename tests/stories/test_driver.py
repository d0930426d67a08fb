"""The virtual driver itself: where it stops, what it refuses, and the future it tells."""

from datetime import date, datetime, time, timedelta

import pytest

from domain.case import Case
from domain.clock import local_instant
from domain.delinquency import Instalment
from domain.facts import PaymentReceived
from domain.holds import HoldReason
from domain.opening import open_case
from domain.requests import PlaceHold
from domain.strategy import Outcome
from simulation.driver import Life, NothingMoreError, VirtualDesk, run
from simulation.future import future
from simulation.world import LawfulWorld
from tests.strategies import rulebooks, standard

DUE = date(2026, 1, 9)


def on(day: int, at: time = time(12)) -> datetime:
    return local_instant(DUE + timedelta(days=day), at, "Asia/Shanghai")


def a_case() -> Case:
    case = open_case(
        loan_id="L1", borrower_id="B1", currency="CNY", jurisdiction="CN", zone="Asia/Shanghai",
        strategy=standard(), at=on(1), instalments=[Instalment(DUE, 40_000)], payments=[],
    )  # fmt: skip
    assert case is not None
    return case


def names(case: Case) -> list[str]:
    return [e.detail.split(" ")[0] for e in case.timeline if e.what == "notice"]


def world() -> LawfulWorld:
    return LawfulWorld(rulebooks())


def test_a_run_stops_before_the_instant_it_is_told_to():
    assert names(run(a_case(), standard(), [], world(), on(10, time(10)))) == ["gentle"]
    after = on(10, time(10)) + timedelta(seconds=1)
    assert names(run(a_case(), standard(), [], world(), after)) == ["gentle", "reminder"]


def test_a_run_that_stops_hears_and_does_nothing_that_comes_later():
    paid = PaymentReceived("F", "P", 40_000, DUE)
    case = run(a_case(), standard(), [(on(50), paid)], world(), on(12))
    assert names(case) == ["gentle", "reminder"]
    assert case.payments == []


def test_waiting_for_news_that_never_comes_is_said():
    hold = PlaceHold("R", "wang", HoldReason.DISPUTE)
    with pytest.raises(NothingMoreError, match="L1 waits for gentle email"):
        run(a_case(), standard(), [(on(2), hold)], world())
    assert run(a_case(), standard(), [(on(2), hold)], world(), on(99)).outcome is None


def test_a_stage_may_await_nothing_but_its_desk(monkeypatch):
    class Other:
        def __await__(self):
            yield "something else"

    async def astray(*_: object) -> None:
        await Other()

    monkeypatch.setattr("simulation.driver.live", astray)
    case = a_case()
    with pytest.raises(AssertionError, match="nothing but its desk"):
        Life(case, standard(), VirtualDesk(case, standard(), world()))


def test_where_no_rules_are_known_nobody_is_contacted():
    case = run(a_case(), standard(), [], LawfulWorld({}))
    notices = [e.detail for e in case.timeline if e.what == "notice"]
    assert len(notices) == 7
    assert all(notice.endswith("suppressed (rules-missing)") for notice in notices)
    assert case.outcome is Outcome.EXHAUSTED
    assert case.approval is None


def test_the_future_is_what_happens_when_nobody_says_anything():
    case = a_case()
    before = list(case.timeline)
    expected = future(case, standard(), rulebooks(), days=30)
    assert [(e.at, e.waits_for) for e in expected] == [
        (on(3, time(10)), "gentle email"),
        (on(10, time(10)), "reminder email"),
        (on(20, time(10)), "offer_help email"),
        (on(30, time(14)), "call call"),
    ]
    assert all("payment" in e.cancelled_by for e in expected)
    assert case.timeline == before


def test_the_future_of_a_case_on_open_hold_is_empty():
    case = a_case()
    life = Life(case, standard(), VirtualDesk(case, standard(), world()))
    life.tell(PlaceHold("R", "wang", HoldReason.DISPUTE), on(2))
    assert future(case, standard(), rulebooks()) == []
