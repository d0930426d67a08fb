"""The Chinese page says every code in Chinese, and leaves ids and what people wrote alone."""

import io
import re
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest
from pypdf import PdfReader
from sqlmodel import SQLModel

from channels.evidence import chinese
from channels.evidence.archive import unpack
from channels.evidence.reading import Reader, reader
from channels.evidence.sections import sections
from channels.evidence.words import CHINESE, ENGLISH, KINDS
from domain.books import Account
from domain.legal.remedies import Remedy
from ledger import evidence, evidence_dealings, evidence_people
from policies.remedy_files import load_remedies
from tests.evidence.book import the_bundle
from tests.evidence.dealt import the_dealt_bundle, the_dealt_file

LEDGER = Path(evidence.__file__).parent
BUNDLES = (the_bundle, the_dealt_bundle)

NAMES = {"held", "suit", "approval"}
"""The name of a step, the reason that somebody gave for a fee, and the end of the id of a task."""


def rows() -> set[type[SQLModel]]:
    """Every table that a bundle is made of."""
    return {
        table
        for module in (evidence, evidence_dealings, evidence_people)
        for table in vars(module).values()
        if isinstance(table, type) and issubclass(table, SQLModel) and table is not SQLModel
    }


@cache
def codes() -> set[str]:
    """Every value that a column of these tables may hold as a code."""
    found = {
        str(value)
        for table in rows()
        for field in table.model_fields.values()
        for enum in enums(field.annotation)
        for value in enum
    }
    return found | set(map(str, Account))


def enums(annotation: Any) -> Iterator[type[StrEnum]]:
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        yield annotation
    for part in get_args(annotation):
        yield from enums(part)


def test_every_code_of_every_table_has_a_word():
    assert len(codes()) > 100
    assert {code for code in codes() if code not in chinese.CODES} == set()


def test_every_field_of_every_table_has_a_name():
    names = {name.removesuffix("_minor") for table in rows() for name in table.model_fields}
    assert names - chinese.FIELDS.keys() == set()


def test_every_kind_of_decision_and_of_entry_has_a_word():
    text = "\n".join(file.read_text("utf-8") for file in sorted(LEDGER.glob("*.py")))
    kinds = set(re.findall(r'decisions\.append\(\s*session, [^,]+, [^,]+, "(\w+)"', text))
    assert len(kinds) > 10
    assert kinds - chinese.CODES.keys() == set()
    kept = {entry.kind for bundle in BUNDLES for entry in bundle().entries}
    unnamed = {"borrower", "loan", "instalment", "strategy", "rule"}  # they stand under no kind
    assert kept - KINDS["zh"].keys() <= unnamed


def test_the_page_says_the_same_things_in_both_languages():
    assert CHINESE.keys() == ENGLISH.keys()


def cells(read: Reader) -> Iterator[str]:
    """Every text of the page that is not word for word what was sent or pinned."""
    for section in sections(read):
        for row in section.get("rows", ()):
            yield from row
        for text in section.get("texts", ()):
            yield from (value for _, value in text["facts"])


@pytest.mark.parametrize("bundle", BUNDLES)
def test_no_raw_code_stands_on_the_chinese_page(bundle):
    raw = codes() | chinese.CODES.keys() | {f"{name}_minor" for name in chinese.FIELDS}
    raw |= {name for name in chinese.FIELDS if "_" in name} | {"True", "False"}
    pieces = {
        piece.strip()
        for cell in cells(reader(bundle()))
        for piece in re.split(r"; | = |, |: |[()]", cell)
    }
    assert pieces & raw <= NAMES


def test_words_stand_in_the_pdf_and_ids_beside_them():
    pages = PdfReader(io.BytesIO(unpack(the_dealt_file())["bundle.pdf"])).pages
    shown = "".join("".join(page.extract_text().split()) for page in pages)
    for said in (
        "支付令申请书", "已批准", "已拒绝", "应收本金", "贷款发放", "退订", "征信", "暂缓报送",
        "CN-COMP-01", "standard@0f3a", "20260310-AB12CD34", "会计分录", "wrongloan",
    ):  # fmt: skip
        assert said in shown, said
    for raw in ("receivable", "opt_out", "payment_order", "amount_minor", "Loanopened"):
        assert raw not in shown, raw


@pytest.mark.parametrize(
    ("code", "of", "said"),
    [
        ("given", "approval", "已批准"),
        ("given", "reason", "已提供"),
        ("held", "bureau", "暂缓报送"),
        ("held", "hold", "已暂停"),
        ("opt_out service", "right", "退订服务"),
        ("of our own making", "", "of our own making"),
    ],
)
def test_a_code_means_what_it_means_there(code, of, said):
    assert chinese.word(code, of) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Fee charged: taken back", "收取费用，撤回"),
        ("Payment received, corrected", "收到还款，更正"),
        ("No contact while a hold is in force: dispute.", "暂停期间不得联系：异议。"),
        ("The borrower called: no answer", "The borrower called: no answer"),
    ],
)
def test_a_fixed_sentence_is_said_in_chinese_and_another_as_it_is(text, said):
    assert chinese.sentence(text) == said


def test_the_english_page_says_codes_as_they_are_on_record():
    read = Reader(the_dealt_bundle(), "en", "Asia/Shanghai", "CNY")
    shown = "\n".join(cells(read))
    assert "payment_order_application" in shown
    assert chinese.CODES["payment_order_application"] not in shown


def remedies() -> list[Remedy]:
    return [remedy for law in load_remedies().values() for remedy in law.values()]


def test_every_item_that_a_remedy_asks_for_and_every_word_of_its_court_is_said_in_chinese():
    items = {item.name for remedy in remedies() for item in remedy.items}
    said = {word for remedy in remedies() for step in remedy.steps for word in step.answers}
    assert items >= {"identity", "no_dispute", "unperformed", "venue", "forbearance"}
    raw = {
        code for code in items | said if re.search("[A-Za-z_]", chinese.word(code, "legal_event"))
    }
    assert raw == set()
