"""Legal papers: read back from the PDF, the same bytes again, and no sign lost."""

import io
import string
from dataclasses import replace
from datetime import date

import pytest
from pypdf import PdfReader

from channels.documents.page import paper_pdf
from channels.documents.paper import Party
from channels.documents.words import LABELS, WORDS
from domain.legal.papers import Paper
from tests.documents.drawing import drawn, packed, text_of

BOTH = ("zh_CN", "en_GB")
THREATS = ("失信", "拘留", "警", "dishonest", "police")


@pytest.mark.parametrize("locale", BOTH)
@pytest.mark.parametrize("paper", list(Paper))
def test_every_paper_names_its_parties_its_number_and_its_title(paper, locale):
    said = text_of(paper_pdf(drawn(paper, locale)))
    words = WORDS[locale[:2]][paper]
    for told in (words.title, "王伟", "和缓消费金融有限公司", "20260310-1A2B3C4D", words.signed):
        assert packed(told) in said
    assert "{" not in said


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_both_languages_have_every_paper_and_say_the_same_things(lang):
    other = WORDS["en" if lang == "zh" else "zh"]
    assert set(WORDS[lang]) == set(Paper)
    for paper, words in WORDS[lang].items():
        assert names(words) == names(other[paper]), paper
    assert set(LABELS["zh"]) == set(LABELS["en"])


def names(words) -> set[str]:
    lines = (*words.asks, *words.tells, *words.addressed)
    parsed = [part for line in lines for part in string.Formatter().parse(line)]
    return {name for _, name, _, _ in parsed if name} - {"creditor", "debtor"}


def test_a_payment_order_application_says_what_the_law_asks_of_it():
    said = text_of(paper_pdf(drawn(Paper.PAYMENT_ORDER)))
    for told in (
        "支付令申请书", "申请人", "被申请人", "50,000.00元", "逾期120天", "第二百二十五条",
        "没有其他债务纠纷", "此致", "上海市徐汇区人民法院", "已签署的借款合同（DMS-77）",
        "2025年11月10日",
    ):  # fmt: skip
        assert packed(told) in said, told


def test_a_calculation_shows_every_number_of_the_snapshot():
    said = text_of(paper_pdf(drawn(Paper.CALCULATION)))
    for told in (
        "60,000.00元", "5,000.00元", "50,000.00元", "55,000.00元", "25,000.00元", "1,050.00元",
        "520.00元", "87.50元", "2026年3月10日", "计算版本：3",
    ):  # fmt: skip
        assert packed(told) in said, told


def test_a_preservation_names_its_own_fee_beside_that_of_the_suit():
    assert "520.00元" in text_of(paper_pdf(drawn(Paper.PRESERVATION)))


def test_an_enforcement_names_the_extra_interest_and_threatens_no_list():
    said = text_of(paper_pdf(drawn(Paper.ENFORCEMENT)))
    assert "87.50元" in said
    for paper in Paper:
        for locale in BOTH:
            text = text_of(paper_pdf(drawn(paper, locale)))
            assert not {
                word for word in ("失信", "拘留", "警", "dishonest", "police") if word in text
            }


def test_a_demand_letter_names_no_court_and_a_lawyers_letter_only_what_may_be_done():
    demand = text_of(paper_pdf(drawn(Paper.DEMAND_LETTER)))
    assert "法院" not in demand
    letter = text_of(paper_pdf(drawn(Paper.LAWYERS_LETTER)))
    assert "可以依法向有管辖权的人民法院主张权利" in letter
    assert "由委托人另行决定" in letter


def test_what_a_paper_does_not_have_is_left_out_whole():
    paper = drawn(Paper.PAYMENT_ORDER)
    bare = text_of(paper_pdf(replace(paper, figures=replace(paper.figures, fees=()), exhibits=())))
    assert "申请费" not in bare
    assert "证据和材料目录" not in bare


def test_nothing_a_person_wrote_runs_hides_or_keeps_the_paper_from_being_made():
    debtor = Party("#panic() *王伟*\u202ehidden", ("𠮷田 \U0001f600",))
    said = text_of(paper_pdf(drawn(Paper.CLAIM, debtor=debtor)))
    for told in ("#panic()*王伟*", "[U+202E]hidden", "[U+20BB7]", "[U+1F600]"):
        assert told in said, told


def test_the_same_paper_is_the_same_bytes_and_carries_its_day():
    paper = drawn(Paper.CLAIM)
    document = paper_pdf(paper)
    assert document == paper_pdf(paper)
    meta = PdfReader(io.BytesIO(document)).metadata
    assert meta is not None
    assert meta.title == "民事起诉状"
    assert meta.creation_date is not None
    assert meta.creation_date.date() == date(2026, 3, 10)


def test_yen_have_no_decimals():
    paper = drawn(Paper.CALCULATION, "en_GB")
    shown = text_of(paper_pdf(replace(paper, figures=replace(paper.figures, currency="JPY"))))
    assert "JPY5,000,000" in shown


@pytest.mark.parametrize("locale", BOTH)
def test_a_sheet_of_one_page_stays_one_with_its_version_and_does_not_list_itself(locale):
    paper = drawn(Paper.CALCULATION, locale)
    sheet = {"en": "a calculation", "zh": "欠款计算明细"}
    document = paper_pdf(replace(paper, exhibits=(*paper.exhibits, (sheet, paper.number))))
    assert len(PdfReader(io.BytesIO(document)).pages) == 1
    said = text_of(document)
    assert packed(sheet[locale[:2]]) not in said.replace("欠款计算明细表", "")
    assert packed(LABELS[locale[:2]]["version"].format(version=3)) in said
    assert "CN-" not in said, "a court is told what a fee is, and not our name of its rule"


@pytest.mark.parametrize("locale", BOTH)
def test_what_is_filled_in_by_hand_has_its_label_and_a_ruled_line(locale):
    paper = drawn(Paper.CLAIM, locale)
    bare = paper_pdf(paper)
    named = replace(paper.debtor, blanks=("identity",))
    asked = paper_pdf(replace(paper, debtor=named))
    label = packed(LABELS[locale[:2]]["identity"])
    assert label in text_of(asked)
    assert label not in text_of(bare)
    assert strokes(asked) == strokes(bare) + 1


def strokes(document: bytes) -> int:
    """How many lines are drawn on the pages: each is a filled path."""
    found = [page.get_contents() for page in PdfReader(io.BytesIO(document)).pages]
    return sum(content.get_data().split().count(b"f") for content in found if content is not None)


@pytest.mark.parametrize("locale", BOTH)
def test_a_lawyers_letter_is_signed_by_a_law_firm_and_never_under_the_name_of_the_lender(locale):
    lang = locale[:2]
    said = text_of(paper_pdf(drawn(Paper.LAWYERS_LETTER, locale)))
    words = WORDS[lang][Paper.LAWYERS_LETTER]
    ends = said.index(packed(LABELS[lang]["law_firm"]))
    assert packed(words.signed) in said[ends:]
    assert "和缓消费金融有限公司" not in said[ends:]
    ours = text_of(paper_pdf(drawn(Paper.DEMAND_LETTER, locale)))
    assert packed(LABELS[lang]["law_firm"]) not in ours
    assert f"和缓消费金融有限公司{packed(WORDS[lang][Paper.DEMAND_LETTER].signed)}" in ours


@pytest.mark.parametrize("locale", BOTH)
@pytest.mark.parametrize("paper", [Paper.LAWYERS_LETTER, Paper.DEMAND_LETTER])
def test_a_letter_that_asks_for_an_answer_says_where_to_write_to(paper, locale):
    lines = ("上海市浦东新区世纪大道", "+86 21 5555 0100", "help@gentle.example")
    reached = Party("和缓消费金融有限公司", lines, ("representative",))
    said = text_of(paper_pdf(replace(drawn(paper, locale), creditor=reached)))
    for told in (LABELS[locale[:2]]["contact"], *lines):
        assert packed(told) in said, told
    assert packed(LABELS[locale[:2]]["representative"]) not in said, "a letter is to no court"
