"""The real activities over a real ledger and a real mail server, for cases on the real server."""

from collections.abc import Callable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from activities.agency import Agency
from activities.ledger import LedgerActivities
from activities.messaging import Messaging
from channels.letters import Letters
from channels.message import Sender
from channels.texts import Texts
from domain import known
from domain.case import Case
from domain.clock import Clock
from domain.delinquency import Instalment
from domain.gate.rulebook import Rulebook
from domain.gate.words import Channel
from intake.opening import open_file
from intake.treatments import Treatments
from ledger.engine import writing
from ledger.loans import add_borrower, add_loan
from ledger.values import Borrower, ContactPoint, Loan
from ledger.words import PointChannel
from policies.packs import load_packs
from tests.activities.world import LENDER, email
from tests.workflows.loans import DUE, OPENED, OWED
from tests.workflows.seeded import PLAIN, PLAIN_FILE

WEI = Borrower("", "王伟", "zh_CN", "Asia/Shanghai", "CN")


@dataclass
class RealOffice:
    """What a worker does, with its own rules; see `tests.workflows.office.Office`."""

    engine: Engine
    sender: Sender
    rules: Mapping[str, Rulebook]

    def takes(self, case: Case) -> None:
        """Everything about a loan is in the ledger."""

    def activities(self) -> list[Callable[..., Any]]:
        """What a worker registers."""
        terms = lambda strategy_id: known.strategy(strategy_id).terms  # noqa: E731
        sending = Messaging(
            self.engine, {Channel.EMAIL: self.sender}, Texts(Letters(LENDER)), self.rules, terms
        )
        ledger, agency = LedgerActivities(self.engine), Agency(self.engine, None)
        return [
            sending.send_notice,
            ledger.leave_notice,
            ledger.read_ledger,
            ledger.record_agreed,
            ledger.close_case,
            ledger.ask_person,
            agency.place_with_agency,
            agency.leave_placement,
            agency.tell_agency,
        ]

    @classmethod
    def at(cls, engine: Engine, port: int, rules: Mapping[str, Rulebook]) -> "RealOffice":
        """The office whose letters go to the mail server at that port."""
        return cls(engine, email(port), rules)


def lent(engine: Engine, loan_id: str, at: datetime = OPENED, **particulars: Any) -> Case:
    """Write a late loan, of a borrower with those particulars, and open its case then."""
    person = replace(WEI, borrower_id=f"B-{loan_id}", **particulars)
    loan = Loan(
        loan_id, person.borrower_id, "CNY", OWED, "card", "cards", date(2025, 12, 1), PLAIN.id
    )
    point = ContactPoint(PointChannel.EMAIL, f"{loan_id}@example.cn")
    text = PLAIN_FILE.read_text("utf-8")
    treatments = Treatments({PLAIN.id: PLAIN}, {PLAIN.id: text}, load_packs())
    with writing(engine) as session:
        add_borrower(session, person, [point])
        add_loan(session, loan, (Instalment(DUE, OWED),), OPENED)
        opened = open_file(session, treatments, loan_id, at, Clock(at, datetime.now(UTC)))
    assert opened is not None, "nothing was paid, so the loan is late"
    return opened.case


@contextmanager
def out_of_reach(engine: Engine, file: Path):
    """The ledger's file is elsewhere as long as this lasts, and a folder is in its place."""
    engine.dispose()
    aside = file.with_suffix(".aside")
    file.rename(aside)
    file.mkdir()
    try:
        yield
    finally:
        engine.dispose()
        file.rmdir()
        aside.rename(file)
