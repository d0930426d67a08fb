"""The letter of an agreement states what the plan costs: the interest, the total and the rate."""

import pytest

from channels.letters import Letters
from channels.samples import sample_facts
from tests.templates.conftest import LENDER

PARTS = [
    {"due": part["due"], "amount_minor": 50_000, "interest_minor": interest}
    for part, interest in zip(
        sample_facts("en", (), ("agreement",))["agreement"]["instalments"], (0, 499), strict=True
    )
]


def written(locale: str, page: str, **changes) -> str:
    facts = sample_facts(locale, (), ("agreement",))
    plain = facts["agreement"] | {
        "debt_minor": 99_501,
        "waived_minor": 0,
        "interest_minor": 499,
        "annual_percent": "5.50",
        "total_minor": 100_000,
        "instalments": PARTS,
    }
    agreed = facts | {"agreement": plain | changes}
    return Letters(LENDER).write("plan_agreed", page, locale, agreed).text


@pytest.mark.parametrize("page", ["email", "letter"])
def test_a_plan_with_interest_says_how_much_at_what_rate_and_in_which_part(page):
    text = written("en", page)
    assert "interest of 5.50 percent a year" in text
    assert "4.99 in all" in text
    assert text.count("of it interest") == 1
    assert "the plan itself costs nothing" not in text
    chinese = written("zh_CN", page)
    assert "年利率 5.50%" in chinese
    assert chinese.count("其中利息") == 1
    assert "本计划不另收费用" not in chinese


@pytest.mark.parametrize("page", ["email", "letter"])
def test_a_plan_without_interest_says_that_it_costs_nothing(page):
    free = [part | {"interest_minor": 0} for part in PARTS]
    text = written("en", page, interest_minor=0, instalments=free)
    assert "the plan itself costs nothing" in text
    assert "percent a year" not in text
    assert "of it interest" not in text
    assert "年利率" not in written("zh_CN", page, interest_minor=0, instalments=free)
