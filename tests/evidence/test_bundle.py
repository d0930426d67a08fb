"""What is in a bundle: everything on record, in order, the same every time."""

import pytest
from sqlalchemy import text

from channels.evidence.archive import PARTS, unpack
from channels.evidence.checking import check
from channels.evidence.sealing import file_name, sealed
from channels.evidence.shape import bundle_of, canonical
from commands.evidence import gathered
from ledger.decisions import decisions_of
from ledger.engine import reading, writing
from ledger.errors import LedgerError
from ledger.evidence import evidence_of
from tests.evidence.book import CHINESE, KEY, NOON, fill, the_bundle, the_file
from tests.ledger.book import open_book

KINDS = {
    "rule", "borrower", "loan", "instalment", "strategy", "event", "payment", "reversal", "journal",
    "case", "promise", "plan", "hold", "decision", "contact", "placement", "agency_message", "note",
    "task",
}  # fmt: skip


def says(kind):
    return [entry.says for entry in the_bundle().entries if entry.kind == kind]


def test_everything_on_record_is_in_it():
    assert the_bundle().counts.keys() == KINDS
    assert [entry.number for entry in the_bundle().entries] == list(range(1, 41))
    instants = [entry.at for entry in the_bundle().entries if entry.at]
    assert instants == sorted(instants)


def test_a_text_stands_in_it_exactly_as_it_was_sent():
    (contact,) = says("contact")
    assert (contact["subject"], contact["body"]) == ("还款提醒", CHINESE)
    assert (contact["to"], contact["status"]) == ("wei@example.cn", "sent")
    assert contact["message_id"].endswith("@forbear>")


def test_a_silence_stands_in_it_with_its_inputs_its_rule_and_the_source():
    deferred = [d for d in says("decision") if d["verdict"] == "deferred"]
    assert [d["rule"] for d in deferred] == ["CN-DAY-01", "hold-dispute"]
    assert all(d["inputs"]["until"] for d in deferred)
    sources = {rule["rule"]: rule["source"] for rule in says("rule")}
    assert sources["CN-DAY-01"] == "our own policy"
    assert sources.keys() == {"CN-DAY-01", "balance-fence", "hold-dispute"}


def test_money_stands_in_it_with_its_postings():
    assert [entry["narrative"] for entry in says("journal")] == [
        "Loan opened", "Payment received", "Payment received", "Payment reversed",
    ]  # fmt: skip
    assert all(sum(p["amount_minor"] for p in e["postings"]) == 0 for e in says("journal"))
    (reversal,) = says("reversal")
    assert (reversal["payment_id"], reversal["amount_minor"]) == ("p2", 5_000)


def test_the_strategy_stands_in_it_word_for_word_and_the_case_with_its_end():
    assert says("strategy")[0]["text"] == "name: standard\n# 温和\nladder: []\n"
    (case,) = says("case")
    assert (case["outcome"], case["strategy"]) == ("closed", "standard@0f3a")


def test_holds_are_those_of_the_person_over_all_loans():
    assert {hold["hold_id"]: hold["loan_id"] for hold in says("hold")} == {"H1": "L1", "H2": "L2"}


def test_it_is_whole_and_the_same_bytes_again_on_every_database(ledger):
    fill(ledger)
    first, again = (sealed(gathered(ledger, "L1", NOON, "ann"), KEY) for _ in range(2))
    assert first == again
    checked = check(first)
    assert (checked.problems, checked.entries, checked.decisions) == ((), 40, 14)
    with reading(ledger) as session:
        hashes = [row.hash for row in decisions_of(session, "L1")]
    assert [d["hash"] for d in sorted(says("decision"), key=lambda d: d["seq"])] == hashes


def test_another_ledger_with_the_same_content_gives_the_same_bytes(tmp_path, sqlite_template):
    from ledger.engine import open_ledger

    file = tmp_path / "ledger.db"
    file.write_bytes(sqlite_template.read_bytes())
    engine = open_ledger(f"sqlite:///{file}")
    fill(engine)
    assert sealed(gathered(engine, "L1", NOON, "ann"), KEY) == the_file()
    engine.dispose()


def test_a_loan_without_a_case_has_a_bundle_too(ledger):
    open_book(ledger)
    bundle = gathered(ledger, "L1", NOON, "ann")
    assert bundle.counts == {"borrower": 1, "loan": 1, "instalment": 2, "journal": 1}
    assert check(sealed(bundle, KEY)).problems == ()


def test_an_unknown_loan_has_none(ledger):
    with pytest.raises(LedgerError, match="'L9' is not in the ledger"):
        gathered(ledger, "L9", NOON, "ann")


def test_a_decision_record_that_is_not_whole_is_not_made_evidence(tmp_path, sqlite_template):
    from ledger.engine import open_ledger

    file = tmp_path / "ledger.db"
    file.write_bytes(sqlite_template.read_bytes())
    engine = open_ledger(f"sqlite:///{file}")
    fill(engine)
    with writing(engine) as session:
        session.connection().execute(text("DROP TRIGGER decision_no_update"))
        session.connection().execute(text("UPDATE decision SET verdict = 'sent' WHERE seq = 4"))
    with (
        reading(engine) as session,
        pytest.raises(LedgerError, match=r"L1/2026-03-01, decision 4: was changed"),
    ):
        evidence_of(session, "L1")
    engine.dispose()


def test_the_parts_are_the_declared_ones_and_json_is_canonical():
    parts = unpack(the_file())
    assert tuple(parts) == PARTS
    assert parts["bundle.json"] == canonical(the_bundle().model_dump())
    assert "王伟".encode() in parts["bundle.json"]


def test_a_file_is_named_for_its_loan_and_day_and_leads_nowhere_else():
    assert file_name(the_bundle()) == "evidence-L1-2026-05-01.zip"
    assert file_name(the_bundle(), 2) == "evidence-L1-2026-05-01-2.zip"
    names = {
        file_name(bundle_of(loan, [], NOON, "ann")) for loan in ("../x", "..%x", "贷款", "a" * 300)
    }
    assert len(names) == 4
    assert all("/" not in name and ".." not in name and len(name) < 100 for name in names)


def test_the_instant_of_a_bundle_is_part_of_it():
    told = [(e.at, e.kind, e.id, e.says) for e in the_bundle().entries]
    other = bundle_of("L1", told, replace_second(NOON), "ann")
    assert other.entries[0].hash != the_bundle().entries[0].hash


def replace_second(at):
    return at.replace(second=1)
