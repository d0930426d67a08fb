"""Records one history of every stage and of a continue-as-new, to be replayed on every change.

`python -m tests.histories.record` writes them beside this file, with the strategy they were lived
under; with names, those alone, and leaves the others as they are. Record anew only when running
cases need no replay any more, or to add a history: replaying the old ones is what keeps a change
from breaking the cases that run.
"""

import logging
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Engine
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowHandle, WorkflowHistory
from temporalio.exceptions import ApplicationError

from activities import contracts
from domain import known
from domain.acknowledging import RECALL
from domain.facts import AgencyReported, BorrowerReached, ContactBounced, CourtSaid
from domain.grievance_requests import ExtendAnswer, GiveAnswer
from domain.grievances import GrievanceKind, Verdict
from domain.holds import HoldReason
from domain.keys import placement_key
from domain.plans import split_evenly
from domain.requests import AgreePlan, Approve, Assign, LiftHold, Note, PlaceHold
from exits import run_entrypoint
from ledger.engine import open_ledger
from ledger.migrate import upgrade
from policies.calendars import COUNTRIES, rest_days
from tests.workflows.agency_house import strict, strict_text
from tests.workflows.courthouse import COURT, COURT_FILE, REMEDIES, Courthouse
from tests.workflows.disputing import Held, House, house
from tests.workflows.histories import runs
from tests.workflows.loans import DUE, OPENED, OWED, day, late_loan, payment, promise
from tests.workflows.office import Asked, Office
from tests.workflows.playing import Played, start
from tests.workflows.seeded import BRISK, BRISK_FILE, PLAIN, PLAIN_FILE, RULES, dunned
from tests.workflows.server import at_work, embedded_server
from tests.workflows.watching import MORNING, Watchhouse, watchhouse
from workflows import temporal_desk

HERE = Path(__file__).parent
WORDS_OF_THE_COURT = (
    (80, "file-payment_order"), (84, "filed"), (86, "accepted"), (90, "issued"), (95, "served"),
    (100, "objected"), (105, "terminated"), (125, "file-suit"), (128, "filed"), (132, "docketed"),
    (140, "served"), (200, "final"), (205, "file-enforcement"), (210, "filed"),
)  # fmt: skip
STRATEGIES = HERE / "strategies"
STOPPED = "stop-payment-part"
"""What the agency acknowledges of the money that came past it."""


async def remind(played: Played) -> None:
    """Reminded under a deferral, partly paid, charged back, cured."""
    await played.say(day(12), payment("part", day(12), 100))
    await played.say(day(15), payment("all", day(15)))


async def negotiate(played: Played) -> None:
    """Called, in peace for a hold that is lifted, cured."""
    await played.say(day(33), PlaceHold("hold", "ann", HoldReason.DISPUTE))
    await played.say(day(36), LiftHold("lift", "ann", "hold"))
    await played.say(day(50), payment("all", day(50)))


async def watch_promise(played: Played) -> None:
    """A promise broken, a refused one, one superseded, one kept."""
    await played.say(day(5), promise("first", day(8), OWED // 2))
    await played.say(day(15), promise("refused", day(20), OWED * 2))
    await played.say(day(16), promise("second", day(20), OWED // 2))
    await played.say(day(17), promise("third", day(22)))
    await played.say(day(20), payment("all", day(20)))


async def watch_plan(played: Played) -> None:
    """A plan with an instalment paid, and then one miss too many."""
    dues = [day(10 * n).date() for n in range(1, 5)]
    await played.say(day(4), AgreePlan("plan", "ann", "CNY", split_evenly(OWED, dues)))
    await played.say(day(9), payment("first", day(9), OWED // 4))
    await played.skip_to(day(60))


async def legal(played: Played) -> None:
    """Assigned and held in the notice period of the final demand; nobody approves."""
    await played.say(day(65), Assign("mine", "sue", "ann"))
    await played.say(day(66), PlaceHold("hold", "ann", HoldReason.COMPLAINT, until=day(68)))
    await played.skip_to(day(200))


async def placed(played: Played) -> None:
    """Approved, placed, the agency told of a hold, recalled when cured."""
    await played.say(day(80), Approve("yes", "sue", "placement"))
    await played.say(day(85), PlaceHold("hold", "ann", HoldReason.COMPLAINT, until=day(90)))
    await played.say(day(100), payment("all", day(100)))


async def recalled(played: Played) -> None:
    """Put off by the ledger, placed, told of money, and recalled by steps, one left unanswered."""
    key = placement_key("recalled", DUE, 1)
    await played.say(day(40), Approve("yes", "sue", "placement"))
    await played.say(day(43), AgencyReported("has-it", key, "acknowledged", day(43)))
    await played.say(day(44), payment("part", day(44), 100))
    await played.say(day(45), AgencyReported("stops", key, "acknowledged", day(45), STOPPED))
    await played.say(day(46), payment("all", day(46)))
    await played.say(day(47), AgencyReported("back", key, "acknowledged", day(47), RECALL))
    await played.skip_to(day(60))


async def trace(played: Played) -> None:
    """Two letters that come back, the search, a reply, and thanks in the morning."""
    await played.say(day(3), ContactBounced("back-1", "gentle", "email"))
    await played.say(day(4), ContactBounced("back-2", "gentle-by-sms", "sms"))
    await played.say(day(8), BorrowerReached("reply", "email"))
    await played.say(day(13, "23:30"), payment("all", day(13)))
    await played.skip_to(day(15))


async def court(played: Played) -> None:
    """A payment order that is objected to, a suit approved, a title enforced until it is paid."""
    for number, (on, word) in enumerate(WORDS_OF_THE_COURT):
        if word.startswith("file-"):
            await played.say(day(on), Approve(f"yes-{number}", "sue", word))
        else:
            await played.say(day(on), CourtSaid(f"said-{number}", word, day(on).date(), "M-1"))
    await played.say(day(400), payment("all", day(400)))


async def given_up(played: Played) -> None:
    """A letter that can never be sent."""
    await played.say(day(15), payment("all", day(15)))


async def watch_due(played: Played) -> None:
    """Written to ahead, a plan taken and broken before the due date, held over it, cured late."""
    dues = [day(-3).date(), day(26).date()]
    await played.say(day(-4, "12:00"), AgreePlan("plan", "ann", "CNY", split_evenly(OWED, dues)))
    await played.say(day(0, "12:00"), PlaceHold("hold", "ann", HoldReason.HARDSHIP, until=day(4)))
    await played.say(day(6), payment("all", day(6)))


async def continued(played: Played) -> None:
    """A case on hold that is spoken to until it continues as new."""
    await played.say(day(2), PlaceHold("hold", "ann", HoldReason.HARDSHIP))
    for number in range(temporal_desk.ROLL_AT_EVENTS // 4):
        at = day(3) + timedelta(minutes=10 * number)
        await played.cases.mention(played.case_id, Note(f"n{number}", "ann", f"note-{number}", at))
        await played.state()
    await played.say(day(5), LiftHold("lift", "ann", "hold"))
    await played.say(day(12), payment("all", day(12)))


STORIES: dict[str, Callable[[Played], Awaitable[None]]] = {
    story.__name__: story
    for story in (
        remind,
        negotiate,
        watch_promise,
        watch_plan,
        legal,
        placed,
        recalled,
        trace,
        watch_due,
        court,
        given_up,
        continued,
    )
}


STEPS = strict("steps")
UNDER = {"trace": BRISK, "watch_due": BRISK, "court": COURT, "recalled": STEPS}
"""Stories that need what the plain strategy has not."""

SINCE = {"watch_due": day(-4, "08:00")}
"""Stories that do not begin on the first day past due."""


async def grievance_lapsed(home: House) -> Held:
    """A complaint given more time, and not answered until it was too late."""
    played = await home.case("grievance_lapsed")
    await played.skip_to(day(5))
    held = await home.opened("grievance_lapsed", GrievanceKind.COMPLAINT, day(5))
    await held.skip_to(day(16))
    await held.say(ExtendAnswer("more", "ann", day(35).date(), "complex"))
    await held.skip_to(day(60))
    await held.say(GiveAnswer("no", "sue", Verdict.REJECTED, "letter-1"))
    return held


async def grievance_upheld(home: House) -> Held:
    """A dispute that was right."""
    played = await home.case("grievance_upheld")
    await played.skip_to(day(5))
    held = await home.opened("grievance_upheld", GrievanceKind.DISPUTE, day(5))
    await held.skip_to(day(8))
    await held.say(GiveAnswer("yes", "sue", Verdict.UPHELD))
    return held


GRIEVANCES: dict[str, Callable[[House], Awaitable[Held]]] = {
    story.__name__: story for story in (grievance_lapsed, grievance_upheld)
}


async def daily_watch(home: Watchhouse) -> list[WorkflowHandle[Any, Any]]:
    """The first watch opens a case and refuses one; the next, five days later, goes on from it."""
    first, last = MORNING.date() - timedelta(days=1), MORNING.date() + timedelta(days=4)
    home.loan("late", first)
    home.loan("broken", first, strategy="gone")
    home.loan("later", last)
    await home.watched()
    await home.pass_days(5)
    await home.watched()
    return await home.ended()


WATCHES: dict[str, Callable[[Watchhouse], Awaitable[list[WorkflowHandle[Any, Any]]]]] = {
    story.__name__: story for story in (daily_watch,)
}


def office_of(name: str) -> Office:
    """The outside parties as that story needs them."""
    office = Courthouse(RULES) if name == "court" else Office(RULES)
    if name == "recalled":
        office.agencies_hesitate, office.world.kept_until = True, day(42)
    if name == "remind":
        office.contacts[f"B-{name}"] = [dunned(late_loan(name), day(3, "09:00"))]
    if name == "given_up":
        office.trouble = never_sent
    return office


def never_sent(asked: Asked, _attempt: int) -> None:
    """The first letter cannot be written."""
    if asked.name == contracts.SEND_NOTICE and "gentle" in asked.activity_id:
        raise ApplicationError("no such template", type="TemplateMissing", non_retryable=True)


async def record(name: str, queue: str, played: Played) -> None:
    """Live one story and write the history of each of its runs."""
    await STORIES[name](played)
    for number, history in enumerate(await runs(played), start=1):
        last = f"-{number}" if number > 1 else ""
        (HERE / f"{name}{last}.json").write_text(
            cleaned(history).to_json() + "\n", encoding="utf-8"
        )


def cleaned(history: WorkflowHistory) -> WorkflowHistory:
    """Without stack traces, which name the files of this machine."""
    return WorkflowHistory(history.workflow_id, [_cleaned(event) for event in history.events])


def _cleaned(event: HistoryEvent) -> HistoryEvent:
    copy = HistoryEvent()
    copy.CopyFrom(event)
    if copy.HasField("activity_task_failed_event_attributes"):
        copy.activity_task_failed_event_attributes.failure.ClearField("stack_trace")
    return copy


async def record_grievance(name: str, home: House) -> None:
    """Live one story of a complaint or dispute and write its history."""
    held = await GRIEVANCES[name](home)
    await held.handle.result()
    history = cleaned(await held.handle.fetch_history())
    (HERE / f"{name}.json").write_text(history.to_json() + "\n", encoding="utf-8")


async def record_watch(name: str, home: Watchhouse) -> None:
    """Live some days of the daily watch and write the history of each."""
    for number, handle in enumerate(await WATCHES[name](home), start=1):
        last = f"-{number}" if number > 1 else ""
        history = cleaned(await handle.fetch_history())
        (HERE / f"{name}{last}.json").write_text(history.to_json() + "\n", encoding="utf-8")


async def main() -> int:
    """Record every story anew, or those that are named."""
    logging.disable()  # an activity that fails is part of a story
    named = sys.argv[1:]
    for old in () if named else (*HERE.glob("*.json"), *STRATEGIES.glob("*.yaml")):
        old.unlink()
    STRATEGIES.mkdir(exist_ok=True)
    for strategy, file in ((PLAIN, PLAIN_FILE), (BRISK, BRISK_FILE), (COURT, COURT_FILE)):
        text = file.read_text(encoding="utf-8")
        (STRATEGIES / f"{strategy.id}.yaml").write_text(text, encoding="utf-8")
    (STRATEGIES / f"{STEPS.id}.yaml").write_text(strict_text(STEPS.name), encoding="utf-8")
    known.know({strategy.id: strategy for strategy in (PLAIN, BRISK, COURT, STEPS)}, RULES)
    known.know_law({country: rest_days(country) for country in COUNTRIES}, REMEDIES)
    async with await embedded_server() as server:
        for name in named or (*STORIES, *GRIEVANCES, *WATCHES):
            if name in WATCHES:
                with fresh_ledger() as engine:
                    async with watchhouse(server.client, engine, queue="cases") as watched:
                        await record_watch(name, watched)
            elif name in GRIEVANCES:
                with fresh_ledger() as engine:
                    async with house(server, engine, f"B-{name}", queue="cases") as home:
                        await record_grievance(name, home)
            else:
                office = office_of(name)
                async with at_work(server, office, queue="cases") as queue:
                    case = late_loan(
                        name, strategy=UNDER.get(name, PLAIN), at=SINCE.get(name, OPENED)
                    )
                    played = await start(server, queue, office, case)
                    await record(name, queue, played)
            print(f"{name}: {', '.join(path.name for path in sorted(HERE.glob(f'{name}*.json')))}")
    return 0


@contextmanager
def fresh_ledger() -> Iterator[Engine]:
    """An empty ledger, gone afterwards."""
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/ledger.db"
        upgrade(url)
        engine = open_ledger(url)
        yield engine
        engine.dispose()


if __name__ == "__main__":
    run_entrypoint(main)
