"""The page for people: it says what the record says, and nothing a person wrote runs in it."""

import io
from dataclasses import replace
from datetime import timedelta

from pypdf import PdfReader

from channels.evidence.archive import unpack
from channels.evidence.page import bundle_pdf
from channels.evidence.shape import bundle_of, mark
from commands.evidence import gathered
from domain.outcomes import Sent
from ledger import contacts
from ledger.engine import writing
from tests.evidence.book import CHINESE, NASTY, NOON, the_bundle, the_file
from tests.ledger.book import MORNING, WEI, a_loan, claim, key, order

ADA = replace(WEI, borrower_id="B2", name="Ada O'Brien", locale="en_GB", zone="Europe/London")


def pages(document: bytes) -> list[str]:
    """The text of each page without spaces: a reader puts some between Chinese and Latin signs."""
    found = PdfReader(io.BytesIO(document)).pages
    return ["".join(page.extract_text().split()) for page in found]


def packed(text: str) -> str:
    return "".join(text.split())


def test_every_page_names_the_digest_of_the_record_and_its_number():
    parts = unpack(the_file())
    shown = pages(parts["bundle.pdf"])
    assert len(shown) > 2
    for number, page in enumerate(shown, 1):
        assert mark(parts["bundle.json"]) in page
        assert f"第{number}页，共{len(shown)}页" in page


def test_it_shows_people_texts_money_rules_and_their_sources():
    shown = "".join(pages(unpack(the_file())["bundle.pdf"]))
    for said in (
        "贷款 L1 催收证据", "王伟 (B1)", "wei@example.cn", "还款提醒", "100.00 CNY", "未进行的联系",
        "CN-DAY-01", "本机构政策", "hold-dispute", "name: standard", "# 温和", "A-77",
        "2026-03-10 10:00:00 +0800",
    ):  # fmt: skip
        assert packed(said) in shown, said
    for line in CHINESE.splitlines():
        assert packed(line) in shown


def test_nothing_a_person_wrote_runs_or_hides():
    shown = "".join(pages(unpack(the_file())["bundle.pdf"]))
    assert packed(NASTY) in shown
    for code in ("[U+202E]hidden[U+200B]", "[U+1F600]", "[U+20BB7]"):
        assert code in shown


def test_another_language_reads_english_at_the_borrowers_clock(ledger):
    with writing(ledger) as session:
        a_loan(session, "L1", ADA)
    asked = order(borrower_id="B2", decided_at=MORNING + timedelta(hours=8))
    claim(ledger, asked, at=asked.decided_at)
    with writing(ledger) as session:
        text = "Dear Ada O'Brien,\n\n    we can help.\n"
        contacts.confirm(session, key(), Sent.SENT, MORNING, "Your loan", text)
    bundle = gathered(ledger, "L1", NOON, "ann")
    shown = pages(bundle_pdf(bundle, "d" * 64))
    for said in ("Evidence of the collection of loan L1", "Ada O'Brien (B2)", "we can help.",
                 "2026-03-10 10:00:00 +0000", "None on record.", "d" * 64):  # fmt: skip
        assert packed(said) in "".join(shown), said
    assert f"Page1of{len(shown)}" in shown[0]


def test_the_page_carries_its_title_and_its_instant():
    meta = PdfReader(io.BytesIO(unpack(the_file())["bundle.pdf"])).metadata
    assert meta is not None
    assert (meta.title, meta.author) == ("贷款 L1 催收证据", "ann")
    assert meta.creation_date == NOON


def test_the_same_bundle_is_the_same_page():
    digest = mark(unpack(the_file())["bundle.json"])
    assert bundle_pdf(the_bundle(), digest) == unpack(the_file())["bundle.pdf"]


def test_an_instant_may_fall_within_a_second():
    told = [(e.at, e.kind, e.id, e.says) for e in the_bundle().entries]
    bundle = bundle_of("L1", told, NOON.replace(microsecond=7), "ann")
    assert bundle_pdf(bundle, "d" * 64).startswith(b"%PDF")
