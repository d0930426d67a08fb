"""The conditions of a mass hold, and what is said of wrong ones."""

import pytest

from domain.where import Subject, WhereError, where_of

LOAN = Subject("L1", "B1", "CN", "credit card", "card", "standard@0f3a", "CNY", days_past_due=30)


@pytest.mark.parametrize(
    ("text", "met"),
    [
        ("everything", True),
        ("jurisdiction = CN", True),
        ("jurisdiction=CN and currency=CNY", True),
        ("jurisdiction = CN AND currency = USD", False),
        ("portfolio = 'credit card'", True),
        ('portfolio in (consumer, "credit card")', True),
        ("portfolio in (consumer)", False),
        ("loan != L1", False),
        ("loan != L2", True),
        ("strategy = standard", True),
        ("strategy = standard@0f3a", True),
        ("strategy = standard@other", False),
        ("stage = remind", False),
        ("borrower = b1", False),
        ("days_past_due >= 30 and days_past_due <= 30", True),
        ("days_past_due > 30", False),
        ("days_past_due < 30", False),
        ("days_past_due in (1, 30)", True),
    ],
)
def test_conditions_are_met_or_not(text, met):
    assert where_of(text).matches(LOAN) is met


@pytest.mark.parametrize(
    ("text", "at", "wanted"),
    [
        ("", 1, "a field"),
        ("colour = red", 1, "jurisdiction, portfolio"),
        ("jurisdiction", 13, "= != in"),
        ("jurisdiction > CN", 14, "= != in"),
        ("jurisdiction = ", 16, "a value"),
        ("jurisdiction = CN or portfolio = x", 19, "'and'"),
        ("jurisdiction = CN and", 22, "a field"),
        ("jurisdiction in CN", 17, "'('"),
        ("jurisdiction in (CN", 20, "')'"),
        ("jurisdiction in ()", 18, "a value"),
        ("jurisdiction = 'CN", 16, "closed quotation"),
        ("days_past_due > many", 17, "a number of days"),
        ("days_past_due > -3", 17, "a number of days"),
        ("loan = __import__('os')", 18, "'and'"),
        ("loan = 1; drop", 11, "'and'"),
        ("everything and loan = L1", 1, "everything"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_place(text, at, wanted):
    with pytest.raises(WhereError) as wrong:
        where_of(text)
    assert f"at character {at} " in str(wrong.value)
    assert wanted in str(wrong.value)
    assert str(wrong.value).endswith(" " * (at - 1) + "^")
