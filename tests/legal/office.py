"""The court's activity on a real ledger, and short ways to put things on file."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from temporalio.testing import ActivityEnvironment

from activities.court import Court
from channels.letters import Lender
from domain.delinquency import Instalment, Payment, Terms
from domain.facts import PaymentReceived
from domain.keys import question_id
from domain.legal.filing import FileOrder, PrepareOrder, WatchOrder, filing_of
from domain.orders import TaskOrder
from ledger import approvals
from ledger.engine import reading, writing
from ledger.legal_documents import documents_of
from ledger.legal_events import LegalEvent, record_legal
from ledger.legal_tables import LegalKind
from ledger.loans import add_borrower, add_loan
from ledger.payments import record_payment
from ledger.questions import put
from ledger.tasks import tasks_of
from ledger.values import Borrower, ContactPoint, Loan
from ledger.words import PointChannel
from policies.authority_files import load_authority
from policies.calendars import rest_days
from policies.remedy_files import load_remedies

WEI = Borrower("B1", "王伟", "zh_CN", "Asia/Shanghai", "CN")
ADDRESS = ContactPoint(PointChannel.POSTAL, "上海市徐汇区漕溪北路\n200030")
EPISODE = date(2025, 11, 10)
DUES = (Instalment(EPISODE, 3_000_000), Instalment(date(2025, 12, 10), 2_500_000))
MORNING = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)  # ten o'clock in Shanghai
LENDER = Lender("和缓消费金融有限公司", "help@gentle.example", address="上海市浦东新区世纪大道")
REMEDIES = load_remedies()
AUTHORITY = replace(
    load_authority(), people={"sue": "manager", "zhao": "manager", "li": "supervisor"}
)
LAW = (REMEDIES, {"CN": rest_days("CN"), "US": rest_days("US")})


def a_debt(engine, borrower=WEI, product="cash_loan", dues=DUES, strategy=None):
    with writing(engine) as session:
        add_borrower(session, borrower, [ADDRESS])
        who, lent_on = borrower.borrower_id, date(2025, 1, 10)
        loan = Loan("L1", who, "CNY", 5_500_000, product, "north", lent_on, strategy)
        add_loan(session, loan, dues, MORNING - timedelta(days=300))


def court(engine) -> Court:
    return Court(engine, LENDER, LAW, lambda _: Terms())


async def run(activity, order):
    return await ActivityEnvironment().run(activity, order)


def told(engine, what, on, kind=LegalKind.EVIDENCE, **said):
    """Put one thing on file."""
    event = LegalEvent(f"{what}-{on}", "L1", kind, what, date.fromisoformat(on), "ann", MORNING)
    with writing(engine) as session:
        return record_legal(session, replace(event, **{"reference": f"DMS-{what}"} | said))


def ready_for(engine, name, law="CN", on="2026-02-25"):
    """Put everything on file that people must bring for a remedy."""
    for item in REMEDIES[law][name].items:
        if item.source == "person" or item.name in ("notices", "address"):
            told(engine, item.name, on)
    told(engine, "court", "2026-02-26", reference="C-1", text="上海市徐汇区人民法院")


def pays(engine, amount, on, payment="P1"):
    fact = PaymentReceived(f"F-{payment}", payment, amount, date.fromisoformat(on))
    with writing(engine) as session:
        record_payment(session, "L1", fact, "CNY", MORNING)
    return Payment(payment, fact.on, amount)


def prepare(name, at=MORNING):
    return PrepareOrder("L1", name, at, "standard@0")


def order(name="payment_order", version=0, at=MORNING, papers=(), number=1):
    return FileOrder("L1", "B1", EPISODE, name, papers, version, at, "standard@0", number)


def puts(engine, name="payment_order", number=1):
    """Have the case of L1 ask a second person whether that may be filed; the question's id."""
    what, until = filing_of(name), MORNING + timedelta(days=30)
    key = question_id("L1", EPISODE, what, number)
    with writing(engine) as session:
        put(session, TaskOrder("L1", EPISODE, what, f"approve {what}", MORNING, key, until))
    return key


def answers(engine, question, given=True, by="sue", at=MORNING):
    """What came of an answer: the row, or by which rule it was refused."""
    with writing(engine) as session:
        return approvals.answer(session, question, given, by, AUTHORITY, at)


def ripe_for(engine, name, on="2026-02-25"):
    """Put everything on file, and have a second person approve that it is filed."""
    ready_for(engine, name, on=on)
    answers(engine, puts(engine, name))


def watching(at):
    return WatchOrder("L1", at)


def papers_of(engine):
    with reading(engine) as session:
        return list(documents_of(session, "L1"))


def asked(engine):
    with reading(engine) as session:
        return [(task.what, task.reason) for task in tasks_of(session, "L1")]
