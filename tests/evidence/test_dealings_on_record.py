"""Who asked, who approved, what was filed and what people told us stand in the evidence."""

import io
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlalchemy import event, text

from channels.evidence.archive import pack, unpack
from channels.evidence.checking import check
from channels.evidence.page import bundle_pdf
from channels.evidence.sealing import archived, sealed
from channels.evidence.shape import FORMAT, bundle_of, canonical
from commands.evidence import gathered
from ledger.engine import reading, writing
from ledger.errors import LedgerError
from ledger.evidence import evidence_of
from tests.evidence.book import KEY, NOON
from tests.evidence.dealt import PAPER, fill_dealings, the_dealt_bundle, the_dealt_file
from tests.ledger.book import MORNING, WEI, a_loan, paid

NEW = (
    "offer", "agreement", "approval", "delegation", "loan_terms", "money_event", "legal_event",
    "legal_document", "right", "grievance", "reply", "reason", "vulnerability", "finances",
    "bureau_consent", "bureau_report",
)  # fmt: skip


def says(kind):
    return [entry.says for entry in the_dealt_bundle().entries if entry.kind == kind]


def by_id(kind):
    return {entry.id: entry.says for entry in the_dealt_bundle().entries if entry.kind == kind}


def text_of(document: bytes) -> str:
    pages = PdfReader(io.BytesIO(document)).pages
    return "".join("".join(page.extract_text().split()) for page in pages)


def test_every_kind_is_in_it_and_it_is_whole_on_every_database(ledger):
    fill_dealings(ledger)
    bundle = gathered(ledger, "L1", NOON, "ann")
    assert set(NEW) <= bundle.counts.keys()
    assert check(sealed(bundle, KEY)).problems == ()
    named = [
        [(entry.kind, entry.id) for entry in one.entries] for one in (bundle, the_dealt_bundle())
    ]
    assert named[0] == named[1]


def test_an_offer_stands_in_it_with_its_answer_and_the_agreement_with_its_proof():
    (offer,), (agreement,) = says("offer"), says("agreement")
    assert (offer["state"], offer["made_by"], offer["approval_id"]) == (
        "accepted", "wang", "O1/approval",
    )  # fmt: skip
    assert offer["instalments"][1] == {"due": "2026-05-01", "amount_minor": 15_000}
    assert (agreement["manner"], agreement["recording"], agreement["state"]) == (
        "oral", "tape-1", "pending",
    )  # fmt: skip


def test_an_approval_says_who_asked_who_decided_when_and_by_whose_lent_authority():
    asked = by_id("approval")
    assert asked.keys() == {"O1/approval", "waiver-1", "off-1"}
    offer = asked["O1/approval"]
    assert (offer["asked_by"], offer["answer"], offer["answered_by"]) == ("wang", "given", "chen")
    assert (offer["lent_by"], offer["answered_at"]) == ("zhao", "2026-03-11T02:00:00+00:00")
    assert (asked["off-1"]["answer"], asked["waiver-1"]["lent_by"]) == ("declined", "")
    (lending,) = says("delegation")
    assert (lending["delegation_id"], lending["giver"], lending["taker"]) == ("D1", "zhao", "chen")


def test_each_dealing_with_the_money_names_who_asked_who_approved_and_why():
    dealings = by_id("money_event")
    waiver = dealings["waiver-1"]
    assert (waiver["by"], waiver["approved_by"]) == ("wang", "li")
    assert (waiver["reason"], waiver["amount_minor"]) == ("goodwill", 100)
    (void,) = (one for one in dealings.values() if one["of"] == "fee-1")
    assert (void["by"], void["reason"]) == ("ann", "wrong loan")
    assert says("loan_terms")[0]["by"] == "ann"


def test_a_legal_paper_stands_in_it_with_its_digest_and_what_it_was_drawn_up_from():
    (paper,) = says("legal_document")
    assert "pdf" not in paper
    assert (paper["number"], paper["paper"], paper["dated"]) == (
        "20260310-AB12CD34", "payment_order_application", "2026-03-10",
    )  # fmt: skip
    assert paper["draft"]["exhibits"] == [["contract", "DMS-7"]]
    assert paper["draft"]["figures"]["arrears_minor"] == 40_000
    filed = by_id("legal_event")
    assert (filed["ev-1"]["kind"], filed["ev-2"]["kind"]) == ("evidence", "court")
    assert filed["ev-2"]["reference"] == "(2026)沪督1号"


def test_a_legal_paper_that_is_not_what_was_filed_is_not_made_evidence(ledger):
    fill_dealings(ledger)
    with writing(ledger) as session:
        forged = {"pdf": PAPER + b" and more"}
        session.connection().execute(text("UPDATE legal_document SET pdf = :pdf"), forged)
    with (
        reading(ledger) as session,
        pytest.raises(LedgerError, match="20260310-AB12CD34 is not whole"),
    ):
        evidence_of(session, "L1")


def test_what_bears_on_another_loan_alone_is_left_out():
    assert by_id("right").keys() == {"R1"}
    assert by_id("reply").keys() == {"reply-1", "reply-2"}
    assert by_id("grievance").keys() == {"g1", "g2"}, "a complaint rests every loan of the person"


def test_circumstances_stand_in_it_without_what_was_said():
    for kind in ("reason", "vulnerability", "finances"):
        (told,) = says(kind)
        assert (told["by"], told["at"]) == ("wang", "2026-03-10T02:00:00+00:00")
    whole = canonical(the_dealt_bundle().model_dump()).decode()
    for secret in ("carer", "912345", "salary", '"reason":"illness"'):
        assert secret not in whole, secret


def test_a_report_to_a_bureau_names_its_consent_and_its_file():
    (consent,), (report,) = says("bureau_consent"), says("bureau_report")
    assert consent["reference"] == "contract 17, page 4"
    assert (report["batch"]["made_at"], len(report["batch"]["digest"])) == (
        "2026-03-11T02:00:00+00:00", 64,
    )  # fmt: skip


def test_the_rules_of_agreements_grievances_and_reports_have_their_sources():
    assert {"CN-COMP-01", "CN-CR-01"} <= by_id("rule").keys()


def one_byte_off(value):
    """The same value with one byte of it changed."""
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case str() if value:
            return value[:-1] + chr(ord(value[-1]) ^ 1)
        case _:
            return None


@pytest.mark.parametrize("kind", NEW)
def test_a_changed_byte_in_any_new_part_is_found_and_the_entry_named(kind):
    parts = unpack(the_dealt_file())
    record = json.loads(parts["bundle.json"])
    mine = [entry for entry in record["entries"] if entry["kind"] == kind]
    assert mine
    for entry in mine:
        for name, value in entry["says"].items():
            changed = one_byte_off(value)
            if changed is None:
                continue
            entry["says"][name] = changed
            altered = {"bundle.json": canonical(record), "bundle.pdf": parts["bundle.pdf"]}
            named = f"bundle.json, entry {entry['number']} ({kind} {entry['id']}): was changed."
            assert named in check(archived(altered, the_dealt_bundle(), KEY)).problems
            entry["says"][name] = value
            forged = check(pack(parts | {"bundle.json": canonical(record) + b" "}))
            assert "bundle.json: was changed after it was sealed." in forged.problems


def test_the_page_shows_them_in_chinese():
    shown = text_of(unpack(the_dealt_file())["bundle.pdf"])
    for said in (
        "还款方案与协议", "tape-1", "50.00 CNY", "审批：申请人与审批人", "借用授权自 zhao",
        "20000.00 CNY", "账户条款与账务处理", "goodwill", "法律文书、在案材料与法院事项",
        "20260310-AB12CD34", "合同 DMS-7", "(2026)沪督1号", "请下月再说 1", "not-mine",
        "借款人情况", "contract 17, page 4",
    ):  # fmt: skip
        assert "".join(said.split()) in shown, said
    assert "912345" not in shown
    (paper,) = says("legal_document")
    assert paper["sha256"] in shown


def test_the_page_shows_them_in_english():
    told = [
        (e.at, e.kind, e.id, e.says | {"locale": "en_GB"} if e.kind == "borrower" else e.says)
        for e in the_dealt_bundle().entries
    ]
    shown = text_of(bundle_pdf(bundle_of("L1", told, NOON, "ann"), "d" * 64))
    for said in (
        "Offers and agreements", "Approvals: who asked, and who decided",
        "given, chen, with the authority of zhao, 2026-03-11 10:00:00 +0800", "declined, li",
        "Terms of the account, and dealings with its money", "Legal papers, what is on file",
        "Rights, complaints, disputes and replies", "Agencies and credit bureaus",
        "Circumstances: what was asked and told, without what was said",
    ):  # fmt: skip
        assert "".join(said.split()) in shown, said


def test_an_old_bundle_still_verifies():
    """One of the first format, as it was exported before these parts came."""
    data = (Path(__file__).parent / "old" / "evidence-1.zip").read_bytes()
    assert b'"format":"forbear-evidence/1"' in data
    assert FORMAT == "forbear-evidence/2"
    checked = check(data)
    assert (checked.problems, checked.loan_id, checked.entries) == ((), "L1", 40)


def test_an_old_bundle_does_not_pass_for_a_new_one():
    data = (Path(__file__).parent / "old" / "evidence-1.zip").read_bytes()
    parts = unpack(data)
    newer = parts["bundle.json"].replace(b"forbear-evidence/1", b"forbear-evidence/2")
    said = check(pack(parts | {"bundle.json": newer})).problems
    assert "bundle.json: the format is forbear-evidence/2; signed was forbear-evidence/1." in said


def test_a_bundle_of_a_long_account_asks_the_ledger_no_more_questions(ledger):
    """An export is of one loan: its cost does not grow by a question for every entry."""
    asked: list[str] = []
    fill_dealings(ledger)

    @event.listens_for(ledger, "before_cursor_execute")
    def count(_conn, _cursor, statement, *_):
        asked.append(statement)

    def questions() -> int:
        asked.clear()
        with reading(ledger) as session:
            evidence_of(session, "L1")
        return len(asked)

    before = questions()
    for number in range(30):
        paid(ledger, f"p{number}", 100, known_at=MORNING + timedelta(days=4, minutes=number))
    assert questions() == before
    with writing(ledger) as session:
        a_loan(session, "L9", replace(WEI, borrower_id="B9"))
    with reading(ledger) as session:
        assert {item.kind for item in evidence_of(session, "L9")} == {
            "borrower", "loan", "instalment", "journal",
        }  # fmt: skip
