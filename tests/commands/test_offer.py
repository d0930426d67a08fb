"""Offers, approvals and means by the command line, up to an agreement or a refusal."""

import asyncio
import json
import time
from functools import partial

import pytest

from domain.agreeing import AgreementState
from domain.delinquency import Instalment
from domain.facts import PaymentReceived
from domain.keys import case_id, question_id
from domain.orders import TaskOrder
from intake import bargaining
from ledger.agreed import agreement_facts
from ledger.approval_tables import AgreementRow
from ledger.cases import NewCase, open_case
from ledger.engine import reading, writing
from ledger.loans import add_loan
from ledger.offers import offer_row
from ledger.payments import record_payment
from ledger.questions import put
from ledger.values import Loan
from policies.offer_files import load_offers
from tests.commands.conftest import told
from tests.intake.house import add, day, now
from tests.strategies import standard

FORM = """\
currency: CNY
taken_on: {today}
adults: 1
income: {{salary: "4000.00"}}
housing: {{rent: "1200.00"}}
living: {{food: "900.00"}}
"""
PEOPLE = "people: {li: supervisor, zhao: manager}"


@pytest.fixture
def book(run, ledger, monkeypatch, tmp_path):
    """Loan L1, forty days late with 400.00, and a lender with two who may decide."""
    text = (standard_authority()).replace("people: {}", PEOPLE)
    (tmp_path / "authority.yaml").write_text(text, "utf-8")
    monkeypatch.setenv("FORBEAR_AUTHORITY_FILE", str(tmp_path / "authority.yaml"))
    run("task", "list")
    add(ledger, "L1", day(-40))
    with writing(ledger) as session:
        case = NewCase("L1", "b-L1", day(-40), standard().id)
        open_case(session, case, now())
    return run


def standard_authority() -> str:
    from policies.authority_files import FILE

    return FILE.read_text("utf-8")


def refused(result) -> str:
    """The rule by which a request was refused, as JSON says it."""
    assert result.exit_code == 1, result.output
    return str(json.loads(result.stdout)["refused"]["rule"])


def test_what_can_be_offered_is_listed_with_why_the_rest_cannot(book):
    listed = told(book("offer", "list", "L1", "--json"))
    assert list(listed["can"]) == ["instalments"]
    assert {name: no["rule"] for name, no in listed["cannot"].items()} == {
        "deferral": "reason-missing",
        "interest_freeze": "reason-missing",
        "longer_term": "finances-missing",
        "waiver": "reason-missing",
        "settlement": "offer-days-past-due",
    }
    assert book("case", "reason", "L1", "job_loss").stdout == "Written.\n"
    assert list(told(book("offer", "list", "L1", "--json"))["can"]) == ["deferral", "instalments"]
    shown = book("offer", "list", "L1").stdout
    assert "reason-missing" not in shown
    assert "finances-missing" in shown


def test_the_form_says_what_can_be_asked_for_and_opens_more_offers(book, tmp_path):
    form = tmp_path / "form.yaml"
    form.write_text(FORM.format(today=day(0)), "utf-8")
    found = told(book("case", "finances", "L1", form, "--json"))
    assert found["surplus_minor"] == 400_000 - 120_000 - 150_000
    assert found["affordable_minor"] == found["surplus_minor"] * 90 // 100
    assert "1170.00 CNY" in book("case", "finances", "L1", form).stdout
    book("case", "reason", "L1", "illness")
    can = told(book("offer", "list", "L1", "--json"))["can"]
    assert list(can)[:3] == ["deferral", "interest_freeze", "instalments"]
    assert "No such" in book("case", "finances", "L1", tmp_path / "none.yaml").stderr
    form.write_text("adults: none", "utf-8")
    assert "form.yaml:1: adults" in book("case", "finances", "L1", form).stderr


def test_vulnerability_changes_the_offer_until_it_is_over(book):
    assert book("case", "vulnerable", "L1", "low_capability").stdout == "Written.\n"
    offer = told(book("offer", "list", "L1", "--json"))["can"]["instalments"]
    assert (offer["written"], offer["second_look"]) == (True, True)
    assert book("case", "vulnerable", "L1", "low_capability", "--over").stdout == "Written.\n"
    assert book("case", "vulnerable", "L1", "carer", "--over").stdout == "Nothing changed.\n"
    assert not told(book("offer", "list", "L1", "--json"))["can"]["instalments"]["written"]


def test_an_offer_is_made_once_and_declined(book):
    make = ("offer", "make", "L1", "instalments", "--instalments", 4, "--request-id", "O1")
    first = told(book(*make, "--json"))
    assert [part["amount_minor"] for part in first["instalments"]] == [10_000] * 4
    assert told(book(*make, "--json"))["made_at"] == first["made_at"]
    assert "Offer O1: made" in book(*make).stdout
    assert "O1" in book("offer", "list", "L1").stdout
    assert "The offer is declined." in book("offer", "decline", "L1", "O1").stdout
    assert "offer-answered" in book("offer", "withdraw", "L1", "O1").stderr
    (made,) = told(book("offer", "list", "L1", "--json"))["made"]
    assert made["state"] == "declined"
    assert refused(book("offer", "make", "L1", "gift", "--json")) == "offer-unknown"
    assert refused(book("offer", "make", "L1", "instalments", "--percent", 5, "--json")) == (
        "no-discount"
    )


def test_an_offer_that_care_wants_looked_at_waits_for_a_second_person(book):
    book("case", "vulnerable", "L1", "addiction")
    made = told(book("offer", "make", "L1", "instalments", "--request-id", "O1", "--json"))
    assert (made["state"], made["approval_id"]) == ("waiting", "O1/approval")
    (waits,) = told(book("approval", "list", "--json"))
    assert waits["action"] == "agreement"
    assert "O1/approval" in book("approval", "list").stdout
    assert refused(book("approval", "give", "O1/approval", "--json")) == "own-request"
    assert refused(book("approval", "give", "O1/approval", "--by", "x", "--json")) == (
        "above-authority"
    )
    assert (
        told(book("approval", "give", "O1/approval", "--by", "li", "--json"))["answer"] == "given"
    )
    (made,) = told(book("offer", "list", "L1", "--json"))["made"]
    assert made["state"] == "made"


def test_what_a_case_asked_is_not_answered_while_the_case_cannot_hear_it(book, ledger):
    question = question_id("L1", day(-40), "file-suit", 1)
    order = TaskOrder("L1", day(-40), "file-suit", "approve file-suit", now(), question, now())
    with writing(ledger) as session:
        put(session, order)
    assert refused(book("case", "approve", "L1", "--json")) == "nothing-to-approve"
    for command in (
        ("approval", "give", question),
        ("case", "approve", "L1", "--what", "file-suit"),
    ):
        away = book(*command, "--by", "zhao")
        assert away.exit_code == 1
        assert "No Temporal server answers" in away.stderr
    (waits,) = told(book("approval", "list", "--json"))
    assert (waits["approval_id"], waits["answer"]) == (question, None)
    assert "is not in the ledger" in book("approval", "give", "A9", "--by", "zhao").stderr


def test_a_write_off_is_asked_for_declined_lent_and_spoken_of(book):
    ask = ("approval", "ask", "L1", "write_off", "--amount", "350.00", "--by", "wang")
    assert told(book(*ask, "--request-id", "A1", "--json"))["answer"] is None
    assert "write_off A1: declined." in book("approval", "decline", "A1", "--by", "zhao").stdout
    assert refused(book("approval", "give", "A1", "--by", "li", "--json")) == "approval-answered"
    assert refused(book("approval", "ask", "L1", "write_off", "--amount", "401", "--json")) == (
        "above-the-debt"
    )
    assert book("approval", "ask", "L1", "discount", "--amount", "1").exit_code == 2
    assert "by the case" in book("approval", "ask", "L1", "legal_filing", "--amount", "1").stderr
    told(book(*ask, "--request-id", "A2", "--json"))
    lend = ("approval", "delegate", "--by", "li", "--to", "chen", "--until")
    assert "lent-too-long" in book(*lend, day(40)).stderr
    assert "Lent to chen: D1" in book(*lend, day(3), "--request-id", "D1").stdout
    assert "lent-not-owned" in book("approval", "take-back", "D1", "--by", "chen").stderr
    assert told(book("approval", "give", "A2", "--by", "chen", "--json"))["lent_by"] == "li"
    assert "Taken back." in book("approval", "take-back", "D1", "--by", "li").stdout
    assert book("approval", "remind").stdout == "Reminded of 0, ended 0.\n"
    assert len(told(book("approval", "list", "--loan", "L1", "--json"))) == 2


def test_nothing_can_be_offered_where_no_case_is_open(run, ledger):
    run("task", "list")
    add(ledger, "L2", day(-40))
    assert "has no case" in run("offer", "list", "L2").stderr
    assert "is not in the ledger" in run("offer", "accept", "NOPE", "O1").stderr


@pytest.mark.slow
def test_an_agreement_is_one_saga_over_ledger_case_and_letter(home, at_home):
    add(home.engine, "OFFER1", day(-2))
    told(at_home("case", "open", "OFFER1", "--json"))
    told(at_home("offer", "make", "OFFER1", "instalments", "--request-id", "S1", "--json"))
    accept = ("offer", "accept", "OFFER1", "S1", "--json")
    assert refused(at_home(*accept)) == "CN-PLAN-03"
    state = told(at_home(*accept, "--recording", "tape-7"))["state"]
    assert state["plan"] == "0 of 6 judged"
    assert eventually(lambda: in_force(home.engine, "OFFER1"))
    assert eventually(lambda: "plan_agreed-1 by email" in str(timeline(at_home, "OFFER1")))
    assert refused(at_home(*accept, "--recording", "tape-7")) == "offer-answered"


@pytest.mark.slow
def test_what_the_case_refuses_leaves_no_agreement_and_no_letter(home, at_home):
    add(home.engine, "OFFER2", day(-2))
    told(at_home("case", "open", "OFFER2", "--json"))
    told(at_home("offer", "make", "OFFER2", "instalments", "--request-id", "S2", "--json"))
    told(at_home("case", "close", "OFFER2", "--reason", "sold", "--json"))
    accept = ("offer", "accept", "OFFER2", "S2", "--recording", "t", "--json")
    assert refused(at_home(*accept)) in ("case-closed", "case-ending")
    with reading(home.engine) as session:
        agreement = session.get(AgreementRow, "S2")
        assert agreement is not None
        assert agreement.state is AgreementState.UNDONE
        assert offer_row(session, "S2").state == "made"
        assert agreement_facts(session, "OFFER2") is None
    assert "plan_agreed" not in str(timeline(at_home, "OFFER2"))


async def tell(home, case, fact):
    """The case hears of a payment that is in the ledger."""
    await (await home.cases()).tell(case, fact)


def in_force(engine, loan) -> bool:
    with reading(engine) as session:
        return agreement_facts(session, loan) is not None


def timeline(at_home, loan):
    return told(at_home("case", "show", loan, "--json"))["timeline"]


def eventually(holds, seconds: float = 20) -> bool:
    until = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > until:
            return False
        time.sleep(0.2)
    return True


DEAR = """\
name: instalments
kind: instalments
kindness: 3
valid_days: 14
covers: arrears
instalments: {fewest: 2, usual: 6, most: 24}
annual_bps: 600
who: {}
"""


@pytest.fixture
def dear(monkeypatch, tmp_path):
    """The lender's one offer: instalments at 6 percent a year."""
    (tmp_path / "instalments.yaml").write_text(DEAR, "utf-8")
    monkeypatch.setattr(bargaining, "load_offers", partial(load_offers, folder=tmp_path))


def add_priced(engine, loan_id: str) -> None:
    """A loan of 360.00 for a year, of which 400.00 is to be paid back, since two days ago."""
    add(engine, f"{loan_id}-OTHER", day(-2))
    loan = Loan(loan_id, f"b-{loan_id}-OTHER", "CNY", 36_000, disbursed_on=day(-367))
    with writing(engine) as session:
        add_loan(session, loan, [Instalment(day(-2), 40_000)], now())


@pytest.mark.slow
@pytest.mark.usefixtures("dear")
def test_an_offer_with_interest_is_agreed_owed_and_paid_off_early(home, at_home):
    add_priced(home.engine, "DEAR1")
    told(at_home("case", "open", "DEAR1", "--json"))
    make = ("offer", "make", "DEAR1", "instalments", "--request-id", "S3")
    made = told(at_home(*make, "--json"))
    assert (made["annual_bps"], made["debt_minor"]) == (600, 40_000)
    assert made["interest_minor"] == sum(p.get("interest_minor", 0) for p in made["instalments"])
    assert 0 < made["interest_minor"] < 40_000 * 6 // 100
    assert "in all, at 6.00 percent a year" in at_home(*make).stdout
    accept = ("offer", "accept", "DEAR1", "S3", "--recording", "tape-8", "--json")
    assert told(at_home(*accept))["state"]["plan"] == "0 of 6 judged"
    assert eventually(lambda: in_force(home.engine, "DEAR1"))
    second = made["instalments"][1]
    show = ("ledger", "show", "DEAR1", "--json", "--as-of")
    assert told(at_home(*show, day(0)))["owed"]["plan_interest"] == 0
    after = told(at_home(*show, second["due"]))
    assert after["owed"]["plan_interest"] == second["interest_minor"]
    assert after["differences"] == []
    assert eventually(lambda: "plan_agreed-1 by email" in str(timeline(at_home, "DEAR1")))
    fact = PaymentReceived("F-DEAR1", "P-DEAR1", 40_000, day(0))
    with writing(home.engine) as session:
        record_payment(session, "DEAR1", fact, "CNY", now())
    asyncio.run(tell(home, case_id("DEAR1", day(-2)), fact))
    assert eventually(lambda: "cured" in str(timeline(at_home, "DEAR1")))
    assert eventually(lambda: told(at_home(*show, day(900)))["owed"]["plan_interest"] == 0)
    over = told(at_home(*show, day(900)))
    assert (sum(over["owed"].values()), over["unapplied_minor"]) == (0, 0)
    assert over["differences"] == []
