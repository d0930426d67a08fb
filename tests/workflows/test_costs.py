"""What a case costs in history events and Temporal actions, counted from real histories.

Kept beside the least that each script needs; printed with `-s`, and written to build/costs.json.
"""

import json
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import pytest
from temporalio.client import WorkflowHistory
from temporalio.testing import WorkflowEnvironment

from domain import known
from domain.plans import monthly, split_evenly
from domain.requests import AgreePlan, Approve
from domain.steps import Ladder, Step
from domain.strategy import Outcome
from tests.workflows.courthouse import COURT, Courthouse
from tests.workflows.histories import TIMER_STARTED, Cost, cost, runs, unskipped
from tests.workflows.loans import DUE, OWED, day, late_loan, payment, promise
from tests.workflows.office import Office
from tests.workflows.playing import Played, start
from tests.workflows.seeded import PLAIN, RULES
from tests.workflows.server import at_work
from tests.workflows.test_court import CALM, told
from workflows import temporal_desk

pytestmark = pytest.mark.asyncio(loop_scope="session")

ALLOWED = 1.15
LONG_LIFE = Cost(events=685, actions=131)
REPORT = Path(__file__).parents[2] / "build" / "costs.json"


@dataclass(frozen=True, slots=True)
class Needs:
    """The least a script needs, by name and number; timers fire, or end early by news."""

    activities: dict[str, int]
    fired: dict[str, int] = field(default_factory=dict)
    early: dict[str, int] = field(default_factory=dict)
    signals: dict[str, int] = field(default_factory=dict)
    updates: dict[str, int] = field(default_factory=dict)
    upserts: dict[str, int] = field(default_factory=dict)

    @property
    def least(self) -> Cost:
        """Events and actions, by what each primitive of Temporal costs."""
        a, f, e = _sum(self.activities), _sum(self.fired), _sum(self.early)
        s, u, v = _sum(self.signals), _sum(self.updates), _sum(self.upserts)
        events = 5 + 6 * a + 5 * f + 2 * e + 4 * s + 5 * u + v
        return Cost(events, actions=1 + a + f + e + s + u + v)


def _sum(counted: dict[str, int]) -> int:
    return sum(counted.values())


NEEDS = {
    "cured after one reminder": Needs(
        activities={"SendNotice": 1, "CloseCase": 1},
        fired={"gentle": 1},
        early={"reminder": 1},
        signals={"payment_received": 1},
    ),
    "promise kept": Needs(
        activities={"SendNotice": 1, "RecordAgreed": 1, "CloseCase": 1},
        fired={"gentle": 1},
        early={"reminder": 1, "promised payment": 1},
        signals={"payment_received": 1},
        updates={"promise_to_pay": 1},
        upserts={"watch_promise": 1},
    ),
    "twelve-instalment plan": Needs(
        activities={"SendNotice": 1, "RecordAgreed": 1, "CloseCase": 1},
        fired={"gentle": 1},
        early={"reminder": 1, "instalment": 12},
        signals={"payment_received": 12},
        updates={"agree_plan": 1},
        upserts={"watch_plan": 1},
    ),
    "full legal": Needs(
        activities={
            "SendNotice": 7,
            "ReadLedger": 1,
            "AskPerson": 1,
            "PlaceWithAgency": 1,
            "TellAgency": 1,
            "CloseCase": 1,
        },
        fired={"reminders": 3, "calls and options": 3, "final demand": 1, "notice period": 1},
        early={"approval": 1, "agency": 1},
        signals={"payment_received": 1},
        updates={"approve": 1},
        upserts={"negotiate": 1, "legal": 1, "placed": 1},
    ),
}


async def cured_after_one_reminder(played: Played) -> None:
    await played.say(day(5), payment("all", day(5)))


async def promise_kept(played: Played) -> None:
    await played.say(day(5), promise("p", day(12)))
    await played.say(day(10), payment("all", day(10)))


async def twelve_instalment_plan(played: Played) -> None:
    instalments = split_evenly(OWED, monthly(day(20).date(), 12))
    await played.say(day(5), AgreePlan("plan", "ann", "CNY", instalments))
    for number, item in enumerate(instalments):
        at = day((item.due - DUE).days - 1)
        await played.say(at, payment(str(number), at, item.amount_minor))


async def full_legal(played: Played) -> None:
    await played.say(day(80), Approve("yes", "sue", "placement"))
    await played.say(day(100), payment("all", day(100)))


SCRIPTS: dict[str, Callable[[Played], Awaitable[None]]] = {
    "cured after one reminder": cured_after_one_reminder,
    "promise kept": promise_kept,
    "twelve-instalment plan": twelve_instalment_plan,
    "full legal": full_legal,
}


@pytest.fixture(scope="module")
def report() -> Iterator[dict[str, object]]:
    figures: dict[str, object] = {}
    yield figures
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


@pytest.mark.parametrize("script", SCRIPTS)
async def test_a_script_costs_little_more_than_the_least_it_needs(server, report, script):
    spent, least = await lived(server, script), NEEDS[script].least
    report[script] = {"spent": asdict(spent), "least": asdict(least)}
    print(f"\n{script}: {spent}, the least is {least}")
    assert spent.events <= ALLOWED * least.events
    assert spent.actions <= ALLOWED * least.actions


async def lived(server: WorkflowEnvironment, script: str) -> Cost:
    """What the script cost on the real server."""
    office = Office(RULES)
    async with at_work(server, office) as queue:
        played = await start(server, queue, office, late_loan(f"COST {script}".replace(" ", "-")))
        await SCRIPTS[script](played)
        await played.skip_to(day(1000))
        assert await played.handle.result() is Outcome.CURED
        return cost(await runs(played))


async def test_two_years_of_enforcement_cost_their_payments_and_nothing_else(
    server, report, monkeypatch
):
    rolls_at = temporal_desk.ROLL_AT_EVENTS
    monkeypatch.setattr(temporal_desk, "ROLL_AT_EVENTS", 2 * rolls_at)
    known.know({COURT.id: COURT}, {})
    office, story = Courthouse(RULES), told("COST-ENFORCED", CALM)
    async with at_work(server, office) as queue:
        played = await start(server, queue, office, story.case)
        for at, event in story.events:
            await played.say(at, event)
        await played.skip_to(day(129))
        before = await runs(played)
        for month in range(24):
            at = day(130 + 30 * month)
            await played.say(at, payment(f"m{month}", at, 100))
        await played.skip_to(day(130 + 730))
        after = await runs(played)
        assert (await played.state()).waits_for == "the court to collect"
    spent, whole = cost(after), cost(before)
    years = Cost(spent.events - whole.events, spent.actions - whole.actions)
    least = Cost(events=4 * 24, actions=24)
    report["two years of enforcement"] = {
        "spent": asdict(years),
        "least": asdict(least),
        "case": asdict(spent),
    }
    print(
        f"\ntwo years of enforcement, 24 payments: {years.events} history events and "
        f"{years.actions} actions of {spent.events} and {spent.actions} of the case; "
        f"the least is {least}"
    )
    assert years == least, "a signal and a workflow task for each payment; no timer, no look"
    assert _timers(after) == _timers(before)
    assert len(after) == 1
    assert spent.events < rolls_at, "without time skipping it need not continue as new either"


def _timers(histories: Sequence[WorkflowHistory]) -> int:
    events = (event for history in histories for event in history.events)
    return sum(event.event_type == TIMER_STARTED for event in events)


MONTHS = 54
HEARD_BY_SIGNAL = range(4, 52, 4)
ARTEFACTS = 55
"""Events of time skipping before the roll, by which the test lets a run grow longer."""


def patient() -> tuple[Step, ...]:
    """Seven reminders, of which the script needs six: the promise comes before the last."""
    first = PLAIN.remind.steps[0]
    return tuple(replace(first, name=f"reminder_{n}", day=4 * n) for n in range(1, 8))


async def test_a_life_of_54_months_stays_within_its_budget(server, report, monkeypatch):
    rolls_at = temporal_desk.ROLL_AT_EVENTS
    monkeypatch.setattr(temporal_desk, "ROLL_AT_EVENTS", rolls_at + ARTEFACTS)
    strategy = replace(PLAIN, name="patient", remind=Ladder(patient()))
    known.know({strategy.id: strategy}, {})
    office = Office(RULES, keeps_books=True)
    async with at_work(server, office) as queue:
        played = await start(server, queue, office, late_loan("COST-LIFE", strategy=strategy))
        await played.say(day(25), promise("p", day(40)))
        instalments = split_evenly(OWED, monthly(day(45).date(), MONTHS))
        await played.say(day(30), AgreePlan("plan", "ann", "CNY", instalments))
        for number, item in enumerate(instalments):
            at = day((item.due - DUE).days - 1)
            paid = payment(str(number), at, item.amount_minor)
            office.loans["COST-LIFE"].money.append(paid)
            if number in HEARD_BY_SIGNAL:
                await played.say(at, paid)
        await played.skip_to(day(2500))
        assert await played.handle.result() is Outcome.CURED
        histories = await runs(played)
    spent = cost(histories)
    lengths = [len(unskipped(history.events)) for history in histories]
    report["54 months"] = {"spent": asdict(spent), "allowed": asdict(LONG_LIFE), "runs": lengths}
    print(f"\n54 months: {spent} over runs of {lengths} events, allowed are {LONG_LIFE}")
    assert len(office.done("SendNotice")) == 6
    assert len(office.done("ReadLedger")) == MONTHS - len(HEARD_BY_SIGNAL)
    longest = max(len(history.events) for history in histories)
    assert longest < rolls_at + ARTEFACTS + 25, "a run rolls soon after it has grown long"
    assert spent.events <= LONG_LIFE.events
    assert spent.actions <= LONG_LIFE.actions
