"""The wording guard: the worked cases on content, by their id, and what hides nothing."""

import pytest

from domain.gate.wording import forbidden_words
from domain.gate.words import Fact, Severity
from policies.packs import load_packs

PACKS = load_packs()
BARRED = frozenset({Fact.TIME_BARRED})


def broken(law: str, text: str, facts: frozenset[Fact] = frozenset()) -> list[str]:
    return sorted({found.rule for found in forbidden_words(text, PACKS.book(law), facts)})


def test_st_10_a_threat_with_the_list_and_arrest():
    found = forbidden_words("不还款将被列入失信名单并抓捕", PACKS.book("CN"))
    assert {(one.rule, one.severity) for one in found} == {("CN-PROH-01", Severity.DENY)}
    assert [one.phrase for one in found] == ["列入失信", "抓捕"]


def test_st_25_a_suit_is_not_threatened_on_a_barred_debt():
    assert broken("US", "Pay by Friday or we will sue.", BARRED) == ["US-TB-01"]
    assert broken("US", "Pay by Friday or we will sue.") == []
    assert broken("US", "We will not sue you for this debt.", BARRED) == []


def test_st_30_nobody_is_told_to_borrow_more():
    text = "Have you thought of taking another loan to clear your arrears?"
    assert broken("UK", text) == ["UK-FORB-02"]


@pytest.mark.parametrize(
    "text", ["抓 捕", "抓\u200b捕", "抓.捕", "抓-捕", "We will have you ARRESTED", "ａｒｒｅｓｔ"]
)
def test_spaces_marks_case_and_width_hide_nothing(text):
    assert broken("CN", text) == ["CN-PROH-01"]


@pytest.mark.parametrize(
    ("law", "text"),
    [
        ("CN", "您的贷款已逾期5天，请于3月9日前还款300.00元。如有困难，请与我们联系。"),
        ("CN", "如逾期未还，我行可能依法向人民法院起诉，并在告知您后报送征信。"),
        ("UK", "Free debt advice is available. You can talk to us about what you can afford."),
        ("US", "This is from a debt collector. You may dispute the debt until 6 August."),
    ],
)
def test_lawful_letters_pass(law, text):
    assert broken(law, text) == []
