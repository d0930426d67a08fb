"""Why people are late and what they can afford: reasons, vulnerability, income and expenditure."""

from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from domain.affordability import Finances, Line
from domain.reasons import Reason, Vulnerability
from ledger import decisions
from ledger.approval_tables import FinancesRow, ReasonRow, VulnerabilityRow
from ledger.cases import chain_of
from ledger.errors import KeyReused, LedgerError
from ledger.loans import lock_loan

_SECTIONS = ("income", "housing", "living", "debts")


@dataclass(frozen=True, slots=True)
class Told:
    """Something a person told us about themselves: under which id, of which loan, to whom, when."""

    told_id: str
    loan_id: str
    by: str
    at: datetime


def add_reason(session: Session, told: Told, episode: date, reason: Reason) -> bool:
    """Write why the loan is late; False when it was written before.

    The decision record says that a reason was given and not which: it may be one of health.
    """
    lock_loan(session, told.loan_id)
    known = session.get(ReasonRow, told.told_id)
    if known is not None:
        if (known.loan_id, known.reason) != (told.loan_id, reason):
            raise KeyReused(f"Reason {told.told_id!r} is known with other content.")
        return False
    session.add(
        ReasonRow(
            reason_id=told.told_id,
            loan_id=told.loan_id,
            episode=episode,
            reason=reason,
            by=told.by,
            at=told.at,
        )
    )
    _decide(session, told, "reason")
    return True


def reason_of(session: Session, loan_id: str, episode: date) -> Reason | None:
    """Why the loan is late in that episode, as it was written last; None: nobody has asked."""
    mine = select(ReasonRow).where(ReasonRow.loan_id == loan_id, ReasonRow.episode == episode)
    newest = mine.order_by(col(ReasonRow.at).desc(), ReasonRow.reason_id)
    row = session.exec(newest).first()
    return row.reason if row else None


def flag(session: Session, told: Told, vulnerability: Vulnerability) -> bool:
    """Write what makes harm to the borrower likelier; False when it is in force already."""
    borrower_id = lock_loan(session, told.loan_id).borrower_id
    told_before = session.get(VulnerabilityRow, told.told_id) is not None
    if told_before or vulnerability in flags_of(session, borrower_id):
        return False
    session.add(
        VulnerabilityRow(
            flag_id=told.told_id,
            borrower_id=borrower_id,
            flag=vulnerability,
            by=told.by,
            at=told.at,
        )
    )
    _decide(session, told, "vulnerability")
    return True


def unflag(session: Session, told: Told, vulnerability: Vulnerability) -> bool:
    """Write that it is over; False when it was not in force."""
    borrower_id = lock_loan(session, told.loan_id).borrower_id
    row = next((r for r in _flags(session, borrower_id) if r.flag is vulnerability), None)
    if row is None:
        return False
    row.withdrawn_at, row.withdrawn_by = told.at, told.by
    session.add(row)
    _decide(session, told, "vulnerability", "withdrawn")
    return True


def flags_of(session: Session, borrower_id: str) -> frozenset[Vulnerability]:
    """What makes harm to this person likelier, as far as we were told."""
    return frozenset(row.flag for row in _flags(session, borrower_id))


def add_finances(session: Session, told: Told, finances: Finances) -> bool:
    """Write an income and expenditure form; False when it was written before.

    Raises LedgerError for a form in another currency than the loan.
    """
    loan = lock_loan(session, told.loan_id)
    if finances.currency != loan.currency:
        raise LedgerError(f"The form is in {finances.currency}, the loan in {loan.currency}.")
    form = _to_json(finances)
    known = session.get(FinancesRow, told.told_id)
    if known is not None:
        if known.form != form:
            raise KeyReused(f"Form {told.told_id!r} is known with other content.")
        return False
    session.add(
        FinancesRow(
            finances_id=told.told_id,
            borrower_id=loan.borrower_id,
            loan_id=told.loan_id,
            currency=finances.currency,
            taken_on=finances.taken_on,
            form=form,
            by=told.by,
            at=told.at,
        )
    )
    _decide(session, told, "finances")
    return True


def finances_of(session: Session, borrower_id: str) -> Finances | None:
    """The borrower's newest form, or None."""
    mine = select(FinancesRow).where(FinancesRow.borrower_id == borrower_id)
    newest = mine.order_by(col(FinancesRow.taken_on).desc(), col(FinancesRow.at).desc())
    row = session.exec(newest).first()
    return _from_json(row.form) if row else None


def _flags(session: Session, borrower_id: str) -> list[VulnerabilityRow]:
    mine = select(VulnerabilityRow).where(
        VulnerabilityRow.borrower_id == borrower_id, col(VulnerabilityRow.withdrawn_at).is_(None)
    )
    return list(session.exec(mine.order_by(col(VulnerabilityRow.at), VulnerabilityRow.flag_id)))


def _decide(session: Session, told: Told, what: str, verdict: str = "given") -> None:
    session.flush()
    chain = chain_of(session, told.loan_id)
    key = f"{what}/{told.told_id}/{verdict}"
    decisions.append(session, chain, told.at, what, key, verdict, inputs={"by": told.by})


def _to_json(finances: Finances) -> dict[str, object]:
    said = asdict(finances) | {"taken_on": finances.taken_on.isoformat()}
    for section in _SECTIONS:
        said[section] = {line.name: line.amount_minor for line in getattr(finances, section)}
    return said


def _from_json(form: dict[str, object]) -> Finances:
    said = dict(form)
    for section in _SECTIONS:
        lines = said[section]
        assert isinstance(lines, dict), f"{section} is kept by the names of its lines"
        said[section] = tuple(Line(name, amount) for name, amount in lines.items())
    said["taken_on"] = date.fromisoformat(str(said["taken_on"]))
    return Finances(**said)  # type: ignore[arg-type]
