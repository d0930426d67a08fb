"""The case's future: what happens in the next days if nobody says anything."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.case import Case
from domain.gate.rulebook import Rulebook
from domain.strategy import Stage, Strategy
from simulation.driver import Life, VirtualDesk
from simulation.world import LawfulWorld

_CANCELS = {
    Stage.WATCH_DUE: "payment of what falls due, a plan, a hold, closing",
    Stage.REMIND: "payment of the arrears, a promise, a plan, a hold, closing",
    Stage.NEGOTIATE: "payment of the arrears, a promise, a plan, a hold, closing",
    Stage.WATCH_PROMISE: "the promised payment, a plan, closing",
    Stage.WATCH_PLAN: "payment of the instalment or of the arrears, closing",
    Stage.TRACE: "news of the borrower, payment of the arrears, a promise, a plan, a hold, closing",
    Stage.LEGAL: "payment of the arrears, a promise, a plan, a hold, closing",
    Stage.COURT: "payment of the arrears, a promise, a plan, news from the court, closing",
    Stage.PLACED: "payment of the arrears, a promise, a plan, closing",
}


@dataclass(frozen=True, slots=True)
class Expected:
    """Something that will happen at `at` unless one of the things in `cancelled_by` comes first."""

    at: datetime
    stage: str
    what: str
    waits_for: str
    cancelled_by: str


def future(
    case: Case, strategy: Strategy, rules: Mapping[str, Rulebook], days: int = 30
) -> list[Expected]:
    """What the case will do in the next days without news, by the stage code itself.

    Every send is taken as sent and every agency as willing. Empty when nothing is due.
    """
    copy = deepcopy(case)
    end = copy.now + timedelta(days=days)
    life = Life(copy, strategy, VirtualDesk(copy, strategy, LawfulWorld(rules)))
    expected: list[Expected] = []
    while (waiting := life.waiting) is not None and waiting.at is not None and waiting.at <= end:
        stage = copy.stage
        expected.append(
            Expected(max(waiting.at, copy.now), stage, waiting.then, waiting.why, _CANCELS[stage])
        )
        life.ring()
    return expected
