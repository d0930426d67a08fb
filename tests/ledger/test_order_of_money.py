"""Whatever the order in which the ledger hears of money, it ends where its effective order ends."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.delinquency import Instalment
from domain.facts import PaymentReceived, PaymentReversed
from domain.holds import Hold, HoldReason
from domain.interest import DayCount
from domain.money_events import AccountTerms
from domain.plans import Plan
from domain.records import HoldChanged, PlanChanged
from ledger.accounts import NewTerms, deal, set_terms
from ledger.cases import write_records
from ledger.dealings import Dealing
from ledger.engine import reading, writing
from ledger.journal import unbalanced
from ledger.loans import add_borrower, add_loan
from ledger.payments import record_payment, record_reversal
from ledger.statements import statement
from ledger.values import Loan
from ledger.words import MoneyKind
from tests.ledger.book import DUES, EPISODE, MORNING, WEI, seen

END = date(2026, 9, 1)
TERMS = AccountTerms(day_count=DayCount.ACT_360, penalty_ppm=180_000, late_fee_minor=300)
NUMBER = count()

DAY = st.integers(0, 120).map(lambda n: date(2026, 1, 20) + timedelta(days=n))
HAPPENINGS = st.lists(
    st.one_of(
        st.tuples(st.just("pay"), DAY, st.integers(1, 5_000)),
        st.tuples(st.just("pay back"), DAY, st.integers(1, 5_000)),
        st.tuples(st.just("cost"), DAY, st.integers(1, 900)),
        st.tuples(st.just("waive"), DAY, st.integers(1, 200)),
        st.tuples(st.just("hold"), DAY, st.integers(1, 60)),
        st.tuples(st.just("plan"), DAY, st.just(0)),
    ),
    max_size=8,
)
"""None of them asks for more than is owed, so that none is refused, whenever it comes."""


def pieces(happenings):
    """What the ledger hears of, by effective day: a payment taken back is two."""
    found = []
    for number, (kind, on, value) in enumerate(happenings):
        name = f"{number}"
        if kind == "pay back":
            found.append(("pay", on, value, name))
            found.append(("undo", on + timedelta(days=9), 0, name))
        else:
            found.append((kind, on, value, name))
    return sorted(found, key=lambda piece: piece[1])


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(happenings=HAPPENINGS, data=st.data())
def test_any_order_of_arrival_ends_in_the_balances_of_the_effective_order(ledger, happenings, data):
    in_time = pieces(happenings)
    arrived = data.draw(st.permutations(in_time))
    ended = [lived(ledger, order) for order in (in_time, payments_first(arrived))]
    assert ended[0] == ended[1]


def payments_first(arrived):
    """The same order, but that nothing is taken back before it is known."""
    undone = {name: piece for piece in arrived for name in [piece[3]] if piece[0] == "undo"}
    order: list[tuple[str, date, int, str]] = []
    for piece in arrived:
        if piece[0] == "undo" and ("pay", piece[3]) not in {(p[0], p[3]) for p in order}:
            continue
        order.append(piece)
        late = undone.get(piece[3])
        if piece[0] == "pay" and late and arrived.index(late) < arrived.index(piece):
            order.append(late)
    return order


def lived(ledger, order):
    """What is owed and where it stands in the books, at the end of those happenings."""
    loan_id = f"M{next(NUMBER)}-{datetime.now(UTC).timestamp()}"
    person = replace(WEI, borrower_id=f"B-{loan_id}")
    with writing(ledger) as session:
        add_borrower(session, person)
        loan = Loan(loan_id, person.borrower_id, "CNY", 80_000, "cash", "north", date(2026, 1, 1))
        add_loan(session, loan, DUES, MORNING - timedelta(days=60))
        set_terms(session, loan_id, NewTerms(TERMS), MORNING - timedelta(days=59))
        for minute, piece in enumerate(order):
            _happens(session, loan, piece, MORNING + timedelta(minutes=minute))
    with reading(ledger) as session:
        told = statement(session, seen(session, loan_id).loan, END)
        assert told.differences == ()
        assert unbalanced(session) == []
        return told.account.owed, told.account.unapplied_minor, told.balances


def _happens(session, loan, piece, at):
    kind, on, value, name = piece
    loan_id, name = loan.loan_id, f"{loan.loan_id}/{name}"
    noon = datetime(on.year, on.month, on.day, 4, tzinfo=UTC)
    match kind:
        case "pay":
            record_payment(session, loan_id, PaymentReceived(name, name, value, on), "CNY", at)
        case "undo":
            record_reversal(session, loan_id, PaymentReversed(f"{name}-undo", name, on), at)
        case "cost" | "waive":
            made = MoneyKind.FEE if kind == "cost" else MoneyKind.WAIVER
            of = "costs" if kind == "cost" else "principal"
            asked = Dealing(name, made, on, "li", "asked", value, of, approved_by="chen")
            deal(session, loan_id, asked, at)
        case "hold":
            hold = Hold(name, HoldReason.DISPUTE, noon, noon + timedelta(days=value), "li")
            write_records(session, loan_id, loan.borrower_id, EPISODE, [HoldChanged(hold, at)])
        case "plan":
            plan = Plan(name, on, (Instalment(on + timedelta(days=30), 40_000),))
            write_records(session, loan_id, loan.borrower_id, EPISODE, [PlanChanged(plan, at)])
