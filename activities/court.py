"""The court's side of a case: what a remedy needs, its papers drawn up once, and our deadlines."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from hashlib import sha256
from itertools import zip_longest

from sqlalchemy import Engine
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.contracts import FILE_PAPERS, PREPARE_REMEDY, WATCH_DEADLINES
from activities.database import in_ledger
from channels.documents.page import paper_pdf
from channels.documents.paper import Drawn, Party
from channels.letters import Lender
from channels.message import wall
from domain.clock import local_date
from domain.delinquency import Terms
from domain.legal.figures import Draft
from domain.legal.file import Calendars
from domain.legal.filing import (
    FileOrder,
    FileOutcome,
    Looked,
    PrepareOrder,
    WatchOrder,
)
from domain.legal.papers import Paper
from domain.legal.remedies import Prepared, Remedy
from ledger.engine import reading, writing
from ledger.legal_documents import Claimed, Printed, claim_papers, confirm_papers
from ledger.legal_gathering import prepared_of
from ledger.legal_watch import watch
from ledger.loans import loan_view
from ledger.values import LoanView
from ledger.words import PointChannel, PointStatus

Remedies = Mapping[str, Mapping[str, Remedy]]


class Court:
    """Prepares remedies and draws up their papers in the name of one lender.

    Papers are taken to court by people: each is filed in the ledger under its number, with a task
    that says to hand it in. `terms_of` has the terms of a strategy by its id.
    """

    def __init__(
        self,
        engine: Engine,
        lender: Lender,
        law: tuple[Remedies, Calendars],
        terms_of: Callable[[str], Terms],
    ) -> None:
        self._engine = engine
        self._lender = lender
        self._remedies, self._calendars = law
        self._terms_of = terms_of

    @activity.defn(name=PREPARE_REMEDY)
    async def prepare_remedy(self, order: PrepareOrder) -> Prepared:
        """What the remedy asks for, what the ledger has of it, and the last day to sue."""
        return await in_ledger(self._prepare, order)

    @activity.defn(name=FILE_PAPERS)
    async def file_papers(self, order: FileOrder) -> FileOutcome:
        """Draw up, number and file the papers of a remedy, once; see `ledger.legal_documents`."""
        claimed = await in_ledger(self._claim, order)
        if isinstance(claimed, FileOutcome):
            return claimed
        remedy = self._remedy(claimed.view, order.remedy)
        printed = [
            await asyncio.to_thread(self._print, draft, claimed.view, remedy)
            for draft in claimed.drafts
        ]
        return await in_ledger(self._confirm, order, printed)

    @activity.defn(name=WATCH_DEADLINES)
    async def watch_deadlines(self, order: WatchOrder) -> Looked:
        """Wake people for what is about to be lost, and say when to look again."""
        return await in_ledger(self._watch, order)

    def _prepare(self, order: PrepareOrder) -> Prepared:
        with reading(self._engine) as session:
            view = loan_view(session, order.loan_id)
            assert view is not None, "a case has its loan in the ledger"
            remedy = self._remedies.get(view.borrower.jurisdiction, {}).get(order.remedy)
            today = local_date(order.at, view.borrower.calendar_zone)
            return prepared_of(session, view, remedy, today, self._calendars)

    def _claim(self, order: FileOrder) -> Claimed | FileOutcome:
        with writing(self._engine) as session:
            view = loan_view(session, order.loan_id)
            assert view is not None, "a case has its loan in the ledger"
            remedy = self._remedy(view, order.remedy)
            terms = self._terms_of(order.strategy_id)
            return claim_papers(session, order, remedy, terms, self._calendars, order.decided_at)

    def _confirm(self, order: FileOrder, printed: list[Printed]) -> FileOutcome:
        with writing(self._engine) as session:
            return confirm_papers(session, order, printed, wall())

    def _watch(self, order: WatchOrder) -> Looked:
        with writing(self._engine) as session:
            return Looked(watch(session, order, self._calendars))

    def _remedy(self, view: LoanView, name: str) -> Remedy:
        law = view.borrower.jurisdiction
        if name not in self._remedies.get(law, {}):
            said = f"{law} has no remedy {name!r} in policies/remedies."
            raise ApplicationError(said, type="RemedyUnknown", non_retryable=True)
        return self._remedies[law][name]

    def _print(self, draft: Draft, view: LoanView, remedy: Remedy) -> Printed:
        pdf = paper_pdf(drawn_from(draft, view, remedy, self._lender))
        return Printed(draft.key, pdf, sha256(pdf).hexdigest())


def drawn_from(draft: Draft, view: LoanView, remedy: Remedy, lender: Lender) -> Drawn:
    """The paper with its parties: the lender, and the borrower with a living postal address."""
    says = {item.name: item.says for item in remedy.items}
    contact = (lender.address, lender.phone, lender.email)
    by_hand = remedy.jurisdiction == "CN" and draft.paper is not Paper.CALCULATION
    ours, theirs = (("representative",), ("identity",)) if by_hand else ((), ())
    return Drawn(
        paper=draft.paper,
        number=draft.number,
        dated=draft.dated,
        locale=draft.locale,
        loan_id=view.loan.loan_id,
        lent_on=view.loan.disbursed_on,
        creditor=Party(lender.name, tuple(line for line in contact if line), ours),
        debtor=Party(view.borrower.name, _address(view), theirs),
        figures=draft.figures,
        court=draft.court,
        exhibits=tuple(
            (says[item], day or reference)
            for (item, reference), day in zip_longest(draft.exhibits, draft.exhibit_days)
        ),
        title=draft.title,
        order=draft.order,
        reply_by=draft.reply_by,
    )


def translated(drawn: Drawn, locale: str) -> Drawn:
    """The same paper in another language, for those who read it beside the court's."""
    return replace(drawn, locale=locale)


def _address(view: LoanView) -> tuple[str, ...]:
    living = [
        point.address
        for point in view.contact_points
        if point.channel is PointChannel.POSTAL and point.status is PointStatus.ACTIVE
    ]
    return tuple(living[-1].splitlines()) if living else ()
