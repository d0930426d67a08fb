"""How a statement of account is shown: to people as tables, to programs as JSON."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlmodel import Session

from commands.saying import people, show_facts, show_table
from domain.all_in import all_in_to_date
from domain.classification import GradeRule, grade, grade_rule, worst
from domain.counting import counted
from domain.delinquency import Instalment, Payment, Terms, delinquency
from domain.gate.pack import Pack
from domain.money import to_major
from domain.plan_interest import with_interest
from ledger.account_facts import facts_of
from ledger.agreements import plans_of
from ledger.statements import Statement, statement
from ledger.values import LoanView
from ledger.waived import as_posted

_CLASSES = "classification"


@dataclass(frozen=True, slots=True)
class Shown:
    """A statement with what rules make of it.

    `days_past_due` and `bucket` are by the instalments alone, as letters state them; `grade` is
    empty where the pack has no classes. Rates are in millionths a year: the one in all is None
    where it cannot be known, the cap where there is none.
    """

    statement: Statement
    days_past_due: int
    bucket: str
    grade: str
    all_in_ppm: int | None
    cap_ppm: int | None
    cap_rule: str
    allocation: str


def shown(
    session: Session,
    view: LoanView,
    pack: Pack | None,
    as_of: date,
    known_at: datetime | None,
) -> Shown:
    """The statement of a loan on that day, as known then, and what the pack makes of it."""
    said = statement(session, view.loan, as_of, known_at)
    facts = facts_of(session, view.loan, known_at)
    counted = {event.event_id for event in facts.events}
    payments = [
        Payment(p.payment_id, p.on, p.amount_minor)
        for p in view.payments
        if p.payment_id in counted
    ]
    forgiven, taken = as_posted(session, view.loan.loan_id, known_at)
    if forgiven != taken:
        payments.append(Payment("beside", view.instalments[0].due, forgiven - taken))
    interest = [Instalment(part.due, part.amount_minor) for part in facts.plan_interest]
    schedule = with_interest(view.instalments, interest)
    late = delinquency(schedule, payments, (), Terms(), as_of)
    return Shown(
        said,
        late.days_past_due,
        late.bucket,
        _grade(session, view, pack, said),
        all_in_to_date(facts, said.account, view.loan.principal_minor),
        facts.terms.cap_ppm,
        facts.terms.cap_rule,
        facts.terms.allocation,
    )


def to_json(found: Shown) -> dict[str, Any]:
    """The statement for programs: amounts in minor units, days and instants as text."""
    said = found.statement
    account = said.account
    return {
        "loan_id": said.loan_id,
        "currency": said.currency,
        "as_of": said.as_of,
        "known_at": said.known_at,
        "owed": account.owed,
        "due": account.due,
        "charges_minor": account.charges_minor,
        "unposted_minor": account.unposted_minor,
        "unapplied_minor": account.unapplied_minor,
        "payoff_minor": account.payoff_minor,
        "days_past_due": found.days_past_due,
        "bucket": found.bucket,
        "grade": found.grade,
        "all_in_ppm": found.all_in_ppm,
        "cap_ppm": found.cap_ppm,
        "cap_rule": found.cap_rule,
        "allocation": found.allocation,
        "charged_off_on": account.charged_off_on,
        "settled_on": account.settled_on,
        "instalments": [asdict(instalment) for instalment in account.instalments],
        "covered": [covered._asdict() for covered in account.covered],
        "balances": said.balances,
        "entries": [asdict(line) for line in said.lines],
        "differences": said.differences,
    }


def show(found: Shown) -> None:
    """The statement for people."""
    said, account = found.statement, found.statement.account
    show_facts(f"Loan {said.loan_id} on {said.as_of}{_known(said)}", _facts(found))
    names = [name for name, amount in account.owed.items() if amount]
    rows = [
        (name, _major(account.owed[name], said), _major(account.due[name], said)) for name in names
    ]
    show_table(f"What is owed, in {said.currency}", ("Component", "In all", "Payable now"), rows)
    open_ = [i for i in account.instalments if i.unpaid_minor]
    show_table(
        f"Open: {len(open_)} of {counted(len(account.instalments), 'instalment')}",
        ("No.", "Due", "Amount", "Unpaid"),
        [
            (i.number, i.due, _major(i.amount_minor, said), _major(i.unpaid_minor, said))
            for i in open_
        ],
    )
    show_table(
        f"Entries: {len(said.lines)} (known at: UTC)",
        ("Counts from", "Known at", "What", "Moved"),
        [(line.on, line.known_at, line.narrative, _moved(line.moved, said)) for line in said.lines],
    )
    for difference in said.differences:
        people().print(f"The journal does not agree: {difference}", markup=False)


def _facts(found: Shown) -> Iterator[tuple[str, object]]:
    said, account = found.statement, found.statement.account
    yield "Days past due", f"{found.days_past_due} ({found.bucket})"
    yield "Grade", found.grade
    yield "To pay the loan off that day", _major(account.payoff_minor, said)
    if account.charges_minor:
        yield "Of it late charges", _major(account.charges_minor, said)
    if account.unposted_minor:
        yield "Run since the last entry", _major(account.unposted_minor, said)
    if account.unapplied_minor:
        yield "Unapplied", _major(account.unapplied_minor, said)
    yield "Charged off on", account.charged_off_on
    yield "Settled on", account.settled_on
    yield "Order of payments", found.allocation
    if found.all_in_ppm is not None:
        yield "All-in rate a year, late charges included", _all_in(found.all_in_ppm)
    if found.cap_ppm is not None:
        rule = f" ({found.cap_rule})" if found.cap_rule else ""
        yield "Cap on it", f"{_percent(found.cap_ppm)}{rule}"


def _grade(session: Session, view: LoanView, pack: Pack | None, said: Statement) -> str:
    rule = _grade_rule(pack)
    if rule is None:
        return ""
    if said.account.charged_off_on is not None:
        return worst(rule)
    plans = [p.agreed_on for p in plans_of(session, view.loan.loan_id) if p.agreed_on <= said.as_of]
    return grade(rule, said.account.days_late, max(plans, default=None), said.as_of)


def _grade_rule(pack: Pack | None) -> GradeRule | None:
    """The rule of the pack that sorts loans into grades, or None."""
    found = [rule for rule in pack.rules if rule.kind == _CLASSES] if pack else []
    if not found:
        return None
    params = found[0].params
    floors = [(floor["above_days"], floor["grade"]) for floor in params["floors"]]
    return grade_rule(floors, params["watch_years"])


def _known(said: Statement) -> str:
    return f", as known at {said.known_at:%Y-%m-%d %H:%M} UTC" if said.known_at else ""


def _major(amount_minor: int, said: Statement) -> str:
    return to_major(amount_minor, said.currency)


def _moved(moved: Mapping[str, int], said: Statement) -> str:
    return ", ".join(f"{name} {_major(amount, said)}" for name, amount in moved.items())


def _all_in(ppm: int) -> str:
    """The rate in all; below zero the loan costs nothing, and it is said why."""
    return _percent(ppm) if ppm >= 0 else "none: less comes back than was lent"


def _percent(ppm: int) -> str:
    return f"{Decimal(ppm) / 10_000:.2f} %"
