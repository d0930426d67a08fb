"""Credit bureaus: files of what they are to be told, and their answers brought into the ledger.

The files lie in one folder, from which the lender's transfer to the bureau takes them. A file is
written beside its place, then recorded, then moved there: one that lies in its place is on record.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Engine
from sqlmodel import Session

from channels.bureau import metro2, zhengxin
from channels.bureau.answers import read_answers
from channels.bureau.fixed import LayoutBroken
from channels.bureau.places import national, parted
from domain.bureau import ZONES, Bureau, ReportKind
from domain.clock import zone
from domain.gate.words import Party
from ledger import bureau_batches
from ledger.bureau_batches import Reconciled, Reported
from ledger.bureau_held import StillHeld, still_held
from ledger.engine import reading, writing
from ledger.values import LoanView
from ledger.words import PointChannel, PointStatus

ENDINGS = {Bureau.METRO2: "m2", Bureau.ZHENGXIN: "tsv"}

_REVOLVING = frozenset({"card", "credit_card"})
_CONDITIONS = {
    ReportKind.DISPUTED: metro2.DISPUTED,
    ReportKind.DISPUTE_OVER: metro2.DISPUTE_OVER,
}


@dataclass(frozen=True, slots=True)
class Made:
    """One file that was made; `held` are the reports whose values did not fit.

    `waiting` are those that a rule of law still holds back.
    """

    path: Path | None
    batch_id: str
    reports: int
    held: tuple[str, ...]
    waiting: tuple[StillHeld, ...] = ()


class Bureaus:
    """The bureaus' folder, and who we are to them."""

    def __init__(self, engine: Engine, folder: Path, reporter: metro2.Reporter) -> None:
        self._engine = engine
        self._folder = folder
        self._reporter = reporter

    def batch(self, bureau: Bureau, at: datetime) -> Made:
        """Make the file of everything that is to be told; none when there is nothing.

        Raises LayoutBroken when what we are called does not fit the file.
        """
        self.recover()
        self._folder.mkdir(parents=True, exist_ok=True)
        with writing(self._engine) as session:
            fit, held = self._fitting(session, bureau, at)
            waiting = tuple(one for one in still_held(session, bureau, at) if one.key not in held)
            if not fit:
                return Made(None, "", 0, held, waiting)
            content = self._content(bureau, fit, at)
            digest = sha256(content).hexdigest()
            row = bureau_batches.batched(session, bureau, fit, digest, at)
            beside = self._beside(bureau, row.batch_id)
            beside.write_bytes(content)
        path = beside.with_suffix("")
        beside.replace(path)
        return Made(path, row.batch_id, row.reports, held, waiting)

    def recover(self) -> list[Path]:
        """Put files in their place that were recorded and then left beside it by a crash."""
        with reading(self._engine) as session:
            rows = list(bureau_batches.batches(session))
        found = []
        for row in rows:
            beside = self._beside(row.bureau, row.batch_id)
            if beside.exists() and sha256(beside.read_bytes()).hexdigest() == row.digest:
                found.append(beside.replace(beside.with_suffix("")))
        return found

    def reconcile(self, content: bytes, at: datetime) -> Reconciled:
        """Take a file of answers; raises LayoutBroken when it cannot be read, and takes nothing."""
        answers = [(one.key, one.accepted, one.code) for one in read_answers(content)]
        with writing(self._engine) as session:
            return bureau_batches.reconcile(session, answers, at)

    def _beside(self, bureau: Bureau, batch_id: str) -> Path:
        return self._folder / f"{batch_id}.{ENDINGS[bureau]}.part"

    def _fitting(
        self, session: Session, bureau: Bureau, at: datetime
    ) -> tuple[list[Reported], tuple[str, ...]]:
        """The reports that fit the file; the others are held back, and stop nobody else's.

        Raises LayoutBroken when our own name or address does not fit.
        """
        self._content(bureau, (), at)
        fit: list[Reported] = []
        held: list[str] = []
        for report in bureau_batches.due(session, bureau, at):
            try:
                self._content(bureau, [report], at)
            except LayoutBroken as broken:
                bureau_batches.refuse(session, report, str(broken), at)
                held.append(report.row.key)
            else:
                fit.append(report)
        return fit, tuple(held)

    def _content(self, bureau: Bureau, reports: Sequence[Reported], at: datetime) -> bytes:
        """The file, dated by the bureau's own clock."""
        there = at.astimezone(zone(ZONES[bureau]))
        if bureau is Bureau.METRO2:
            latest = {report.row.loan_id: report for report in reports}
            accounts = [_by(account_of(report), there.date()) for report in latest.values()]
            return metro2.file_of(accounts, self._reporter, there)
        entries = [entry_of(report) for report in reports]
        return zhengxin.file_of(entries, self._reporter.number, there)


def account_of(report: Reported) -> metro2.Account:
    """The report as an account of Metro 2; a dispute is marked whatever else is told."""
    view, row = report.view, report.row
    opened = view.loan.disbursed_on or view.instalments[0].due
    condition = _CONDITIONS.get(row.kind, "")
    return metro2.Account(
        number=view.loan.loan_id,
        consumer=consumer_of(report),
        as_of=report.as_of,
        opened=opened,
        currency=view.loan.currency,
        principal_minor=view.loan.principal_minor,
        scheduled_minor=view.instalments[0].amount_minor,
        months=len(view.instalments),
        balance_minor=report.balance_minor,
        past_due_minor=report.overdue_minor,
        days_past_due=report.days_past_due,
        first_delinquent=row.first_delinquent,
        last_paid=report.last_paid,
        revolving=view.loan.product in _REVOLVING,
        cured_on=row.cured_on,
        closed=report.balance_minor == 0,
        condition=metro2.DISPUTED if report.disputed else condition,
        delete=row.kind is ReportKind.DELETE,
    )


def _by(account: metro2.Account, last: date) -> metro2.Account:
    """The account with no date after the file's: where the borrower's day is ahead, the file's."""
    paid, cured, since = account.last_paid, account.cured_on, account.first_delinquent
    return replace(
        account,
        as_of=min(account.as_of, last),
        opened=min(account.opened, last),
        first_delinquent=since and min(since, last),
        last_paid=paid and min(paid, last),
        cured_on=cured and min(cured, last),
    )


def consumer_of(report: Reported) -> metro2.Consumer:
    """Who owes, as far as the lender keeps it: no social security number, no date of birth.

    The last word of a name is the surname. A postal address is read as street, city, state and
    ZIP between commas or line ends, a telephone number as a North American one; what is written
    otherwise is left out, and so is what belongs to somebody else.
    """
    view = report.view
    first, _, surname = view.borrower.name.rpartition(" ")
    home = parted(_point(view, PointChannel.POSTAL))
    phone = national(_point(view, PointChannel.PHONE))
    return metro2.Consumer(
        surname, first, home.lines, home.city, home.state, home.zip, telephone=phone
    )


def entry_of(report: Reported) -> zhengxin.Entry:
    """The report as a line of the 征信 batch."""
    view, row = report.view, report.row
    return zhengxin.Entry(
        key=row.key,
        kind=row.kind,
        name=view.borrower.name,
        account=view.loan.loan_id,
        as_of=report.as_of,
        opened=view.loan.disbursed_on,
        currency=view.loan.currency,
        principal_minor=view.loan.principal_minor,
        balance_minor=report.balance_minor,
        instalments_overdue=report.overdue_instalments,
        overdue_minor=report.overdue_minor,
        days_past_due=report.days_past_due,
        first_delinquent=row.first_delinquent,
        cured_on=row.cured_on,
        disputed=report.disputed,
        delete_on=row.delete_on,
    )


def _point(view: LoanView, channel: PointChannel) -> str:
    """The borrower's own first living point of that kind; empty for none."""
    mine = (
        point.address
        for point in view.contact_points
        if (point.channel, point.status, point.party)
        == (channel, PointStatus.ACTIVE, Party.BORROWER)
    )
    return next(mine, "")
