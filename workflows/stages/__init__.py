"""The stages of a case, one file each, and the life that runs through them."""

from collections.abc import Awaitable, Callable

from domain.case import Case
from domain.ladder import undone
from domain.recalling import correct_report, take_back_correction
from domain.strategy import Next, Outcome, Stage, Strategy
from workflows.desk import Desk
from workflows.stages.court import court
from workflows.stages.legal import legal
from workflows.stages.negotiate import negotiate
from workflows.stages.placed import placed
from workflows.stages.remind import remind
from workflows.stages.thank import thank
from workflows.stages.trace import trace
from workflows.stages.watch_due import watch_due
from workflows.stages.watch_plan import watch_plan
from workflows.stages.watch_promise import watch_promise

STAGES: dict[Stage, Callable[[Case, Strategy, Desk], Awaitable[Next]]] = {
    Stage.WATCH_DUE: watch_due,
    Stage.REMIND: remind,
    Stage.NEGOTIATE: negotiate,
    Stage.WATCH_PROMISE: watch_promise,
    Stage.WATCH_PLAN: watch_plan,
    Stage.TRACE: trace,
    Stage.LEGAL: legal,
    Stage.COURT: court,
    Stage.PLACED: placed,
}


async def live(case: Case, strategy: Strategy, desk: Desk) -> Outcome:
    """Take a case from the stage it is in to its end."""
    while True:
        while case.outcome is None:
            case.turn(await STAGES[case.stage](case, strategy, desk))
        await thank(case, strategy, desk)
        correct_report(case)
        if not undone(case) and await desk.close():
            return case.outcome
        take_back_correction(case)
        case.reopen()
