"""A loan about which much was asked, told, approved and filed, and its bundle."""

from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import TypeAdapter
from sqlalchemy import Engine
from sqlmodel import Session

from channels.evidence.sealing import sealed
from channels.evidence.shape import Bundle
from commands.evidence import gathered
from domain.affordability import Finances, Line
from domain.agreeing import Evidence
from domain.authority import Action, Authority, Delegation, Question
from domain.bureau import Bureau, ReportKind
from domain.delinquency import Instalment
from domain.gate.words import Channel, Purpose
from domain.grievances import Grievance, GrievanceKind
from domain.legal.figures import Draft, Figures
from domain.legal.papers import Paper
from domain.money_events import AccountTerms
from domain.offer_terms import Covers, OfferKind
from domain.offers import Offer
from domain.reasons import Reason, Vulnerability
from domain.rights import Right, RightKind
from ledger import approvals, bureau, grievances, hardship, offers
from ledger.accounts import NewTerms, deal, set_terms, take_back
from ledger.agency_tables import BureauBatchRow
from ledger.approval_tables import AgreementRow, ApprovalRow
from ledger.bureau import ReportOrder
from ledger.cases import NewCase, open_case
from ledger.dealings import Dealing
from ledger.engine import open_ledger, writing
from ledger.legal_events import LegalEvent, record_legal
from ledger.legal_tables import LegalDocumentRow, LegalKind
from ledger.migrate import upgrade
from ledger.people_tables import ReplyRow
from ledger.rights import exercise
from ledger.words import MoneyKind
from policies.authority_files import load_authority
from tests.evidence.book import KEY, NOON
from tests.ledger.book import EPISODE, MORNING, open_book

PAPER = b"%PDF-1.7 the application as it was handed in"
DAY = timedelta(days=1)
TODAY = MORNING.date()
OFFER = Offer(
    definition="instalments@abc",
    kind=OfferKind.INSTALMENTS,
    kindness=3,
    currency="CNY",
    covers=Covers.ARREARS,
    debt_minor=40_000,
    waived_minor=5_000,
    interest_minor=0,
    annual_bps=0,
    percent=0,
    instalments=(Instalment(date(2026, 4, 1), 20_000), Instalment(date(2026, 5, 1), 15_000)),
    expires_on=TODAY + 14 * DAY,
    level="manager",
    recording="CN-PLAN-03",
)


def fill_dealings(engine: Engine) -> None:
    """Live through it: an offer above authority, dealings with the money, papers, and people."""
    open_book(engine, "L1", "L2")
    with writing(engine) as session:
        for loan_id in ("L1", "L2"):
            open_case(session, NewCase(loan_id, "B1", EPISODE, "standard@0f3a"), MORNING)
        _tell(session)
        _deal(session)
        _file(session)
        _report(session)
        _bargain(session)
        _complain(session)


def _house() -> Authority:
    return replace(load_authority(), people={"li": "supervisor", "zhao": "manager"})


def _ask(session: Session, approval_id: str, action: Action, amount: int, subject: str) -> None:
    question = Question(action, "wang", MORNING, amount, "CNY", "")
    new = approvals.NewApproval(approval_id, "L1", EPISODE, question, subject)
    approvals.ask(session, new, _house())


def _answer(session: Session, approval_id: str, given: bool, by: str) -> None:
    row = approvals.answer(session, approval_id, given, by, _house(), MORNING + DAY)
    assert isinstance(row, ApprovalRow), row


def _bargain(session: Session) -> None:
    """An offer that chen approves with what zhao lent, and the agreement that came of it."""
    days = (MORNING - DAY, MORNING + 5 * DAY)
    lending = Delegation("zhao", "chen", frozenset({Action.DISCOUNT}), *days)
    assert approvals.lend(session, "D1", lending, _house(), MORNING) is None
    other = replace(lending, actions=frozenset({Action.WRITE_OFF}))
    assert approvals.lend(session, "D2", other, _house(), MORNING) is None
    _ask(session, "O1/approval", Action.DISCOUNT, 2_000_000, "O1")
    offers.make(session, offers.NewOffer("O1", "L1", OFFER, "wang", MORNING, "O1/approval"))
    _answer(session, "O1/approval", True, "chen")
    proof, at = Evidence(recording="tape-1"), MORNING + 2 * DAY
    agreed = offers.agree(session, "O1", proof, "wang", at, at.date())
    assert isinstance(agreed, AgreementRow), agreed


def _deal(session: Session) -> None:
    """New terms, a fee that was taken back, a waiver that li approved, a write-off declined."""
    set_terms(session, "L1", NewTerms(AccountTerms(), by="ann"), MORNING)
    fee = Dealing("fee-1", MoneyKind.FEE, TODAY, "wang", "suit", 900, "costs")
    deal(session, "L1", fee, MORNING)
    take_back(session, "L1", "back-1", "fee-1", "ann", "wrong loan", MORNING + DAY)
    _ask(session, "waiver-1", Action.DISCOUNT, 60_000, "")
    _answer(session, "waiver-1", True, "li")
    waiver = Dealing("waiver-1", MoneyKind.WAIVER, TODAY, "wang", "goodwill", 100)
    deal(session, "L1", replace(waiver, approved_by="li"), MORNING + DAY)
    _ask(session, "off-1", Action.WRITE_OFF, 80_000, "")
    _answer(session, "off-1", False, "li")


def _file(session: Session) -> None:
    """A contract on file, an order issued by a court, and the paper that asked for it."""
    contract = LegalEvent("ev-1", "L1", LegalKind.EVIDENCE, "contract", TODAY, "ann", MORNING)
    record_legal(session, replace(contract, reference="DMS-7"))
    issued = LegalEvent("ev-2", "L1", LegalKind.COURT, "issued", TODAY, "ann", MORNING + 3 * DAY)
    record_legal(session, replace(issued, remedy="payment_order", reference="(2026)沪督1号"))
    draft = Draft(
        key="paper/L1/2026-03-01/payment_order/payment_order",
        paper=Paper.PAYMENT_ORDER,
        number="20260310-AB12CD34",
        dated=TODAY,
        locale="zh_CN",
        remedy="payment_order",
        figures=Figures("CNY", TODAY, 4, 70_000, 40_000, 80_000, 0, 9, EPISODE),
        court="上海市徐汇区人民法院",
        exhibits=(("contract", "DMS-7"),),
    )
    session.add(
        LegalDocumentRow(
            key=draft.key,
            number=draft.number,
            loan_id="L1",
            borrower_id="B1",
            episode=EPISODE,
            remedy=draft.remedy,
            paper=draft.paper,
            locale=draft.locale,
            dated=draft.dated,
            currency="CNY",
            amount_minor=40_000,
            ledger_version=4,
            draft=TypeAdapter(Draft).dump_python(draft, mode="json"),
            drawn_at=MORNING,
            confirmed_wall=MORNING,
            sha256=sha256(PAPER).hexdigest(),
            pdf=PAPER,
        )
    )


def _report(session: Session) -> None:
    """A consent, and a report that left in a file."""
    bureau.consent(session, "B1", date(2026, 1, 1), "contract 17, page 4")
    asked = ReportOrder("L1", EPISODE, ReportKind.ADVERSE, "sue", MORNING)
    row = bureau.order(session, asked)
    assert row is not None
    digest = sha256(b"the file").hexdigest()
    file = BureauBatchRow(
        batch_id="b-1", bureau=Bureau.ZHENGXIN, made_at=MORNING + DAY, reports=9, digest=digest
    )
    session.add(file)
    session.flush()
    row.batch_id = file.batch_id
    session.add(row)


def _tell(session: Session) -> None:
    """Why, how vulnerable, with what means; and what is not to be done to the person."""
    told = hardship.Told("T1", "L1", "wang", MORNING)
    hardship.add_reason(session, told, EPISODE, Reason.ILLNESS)
    hardship.flag(session, told, Vulnerability.CARER)
    form = Finances("CNY", TODAY, 1, 0, (Line("salary", 912_345),), (), (), ())
    hardship.add_finances(session, told, form)
    wish = Right("R1", "B1", RightKind.OPT_OUT, MORNING, "wang", purpose=Purpose.SERVICE)
    exercise(session, wish, MORNING)
    exercise(session, replace(wish, right_id="R2", loan_id="L2"), MORNING)
    for number, loan_id in enumerate(("L1", None, "L2"), 1):
        session.add(
            ReplyRow(
                reply_id=f"reply-{number}",
                borrower_id="B1",
                loan_id=loan_id,
                channel=Channel.SMS,
                text=f"请下月再说 {number}",
                at=MORNING,
            )
        )


def _complain(session: Session) -> None:
    """A dispute of the loan, a complaint about the other, and a dispute of the other."""
    kinds = (GrievanceKind.DISPUTE, GrievanceKind.COMPLAINT, GrievanceKind.DISPUTE)
    for number, kind in enumerate(kinds, 1):
        grievance = Grievance(
            grievance_id=f"g{number}",
            kind=kind,
            loan_id="L1" if number == 1 else "L2",
            borrower_id="B1",
            episode=EPISODE,
            about="not-mine",
            opened_at=MORNING + 3 * DAY,
            by="ann",
            zone="Asia/Shanghai",
            rule="CN-COMP-01",
            answer_by=date(2026, 3, 30),
            now=MORNING + 3 * DAY,
            extensions=(),
            jurisdiction="CN",
            portfolio="north",
        )
        grievances.open_(session, grievance, MORNING + 3 * DAY)


@cache
def the_dealt_bundle() -> Bundle:
    """The bundle of the loan, from a real ledger."""
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'ledger.db'}"
        upgrade(url)
        engine = open_ledger(url)
        fill_dealings(engine)
        bundle = gathered(engine, "L1", NOON, "ann")
        engine.dispose()
    return bundle


@cache
def the_dealt_file() -> bytes:
    """The same, sealed."""
    return sealed(the_dealt_bundle(), KEY)
