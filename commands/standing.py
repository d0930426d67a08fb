"""Which case a loan means: its open one, or else the one that ended last."""

from dataclasses import dataclass

from sqlalchemy import Engine
from sqlmodel import Session, col, select

from commands.saying import Failed
from domain.refused import Refused
from ledger.case_tables import CaseFileRow
from ledger.cases import open_case_of
from ledger.engine import reading
from ledger.loans import loan_view
from ledger.values import LoanView


@dataclass(frozen=True, slots=True)
class Standing:
    """A loan as the ledger has it, and the file of its case; None when it never had one."""

    view: LoanView
    file: CaseFileRow | None

    @property
    def case(self) -> CaseFileRow:
        """The file of the case; a loan that never had one is an end with a sentence."""
        if self.file is None:
            loan = self.view.loan.loan_id
            raise Failed(f"Loan {loan!r} has no case. `case open {loan}` opens one if it is late.")
        return self.file

    @property
    def over(self) -> Refused | None:
        """Why nothing more can be asked of the case, or None while it is open."""
        if self.case.closed_at is None:
            return None
        ended = f"{self.case.closed_at:%Y-%m-%d}: {self.case.outcome}"
        return Refused("case-closed", f"The case ended on {ended}.")


def standing(engine: Engine, loan_id: str) -> Standing:
    """The loan and its case; an unknown loan is an end with a sentence."""
    with reading(engine) as session:
        view = known_loan(session, loan_id)
        return Standing(view, open_case_of(session, loan_id) or _latest(session, loan_id))


def known_loan(session: Session, loan_id: str) -> LoanView:
    """The loan as the ledger has it; an unknown one is an end with a sentence."""
    view = loan_view(session, loan_id)
    if view is None:
        raise Failed(f"Loan {loan_id!r} is not in the ledger. Import its tape first.")
    return view


def _latest(session: Session, loan_id: str) -> CaseFileRow | None:
    mine = select(CaseFileRow).where(CaseFileRow.loan_id == loan_id)
    return session.exec(mine.order_by(col(CaseFileRow.opened_at).desc())).first()
