"""Whether somebody pays on the eve of a contact: in a time-lapse, too close to it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache

from demo.teller import Happening
from domain.facts import PaymentReceived
from domain.gate.rulebook import Rulebook
from domain.opening import open_case
from domain.strategy import Strategy
from ledger.values import NewLoan
from policies.packs import load_packs
from policies.strategy_files import load_strategies
from simulation.driver import run
from simulation.world import LawfulWorld

NEAR = timedelta(hours=24)
"""A day: half a second when half a year passes in two minutes."""


def on_the_eve(loan: NewLoan, strategy: str, happenings: Sequence[Happening]) -> bool:
    """Whether some contact would have come soon after a payment, had the payment not."""
    events = [(h.at, h.event) for h in happenings if isinstance(h.event, PaymentReceived)]
    opens = next(h.at for h in happenings if h.event is None)
    return any(
        _contacted(loan, strategy, opens, events[:number], at)
        for number, (at, _) in enumerate(events)
        if at > opens
    )


def _contacted(
    loan: NewLoan,
    strategy: str,
    opens: datetime,
    before: list[tuple[datetime, PaymentReceived]],
    at: datetime,
) -> bool:
    case = open_case(
        loan_id=loan.loan.loan_id,
        borrower_id=loan.borrower.borrower_id,
        currency=loan.loan.currency,
        jurisdiction=loan.borrower.jurisdiction,
        zone=loan.borrower.zone,
        strategy=_strategies()[strategy],
        at=opens,
        instalments=list(loan.instalments),
        payments=[],
    )
    assert case is not None, "a borrower of the book falls behind"
    run(case, _strategies()[strategy], before, LawfulWorld(_rules()), until=at + NEAR)
    return any(e.what == "notice" and at <= e.at < at + NEAR for e in case.timeline)


@cache
def _strategies() -> dict[str, Strategy]:
    return {strategy.name: strategy for strategy in load_strategies().values()}


@cache
def _rules() -> dict[str, Rulebook]:
    return load_packs().books()
