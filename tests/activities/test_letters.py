"""Every notice of every strategy can be written in every locale, exactly and in the right words."""

from datetime import date
from pathlib import Path

import pytest

from channels.approvals import read_approved
from channels.letters import TEMPLATES, LetterFailed, Letters, TemplateMissing
from channels.samples import MORE
from channels.texts import page_of
from domain.money import EXPONENTS, to_major
from policies.strategy_files import load_strategies
from tests.activities.world import LENDER
from tests.templates.unnamed import unnamed

STRATEGIES = Path(__file__).parents[2] / "policies" / "strategies"
LOCALES = ["zh_CN", "en"]
FACTS = {
    "name": "王伟",
    "loan_id": "L1",
    "currency": "CNY",
    "as_of": date(2026, 3, 10),
    "arrears_minor": 123_456,
    "outstanding_minor": 9_876_543,
    "days_past_due": 9,
    "oldest_due": date(2026, 3, 1),
    "promise": {"amount_minor": 20_001, "by": date(2026, 3, 5)},
    "instalment": {"amount_minor": 30_002, "due": date(2026, 3, 4)},
    "promised_minor": 20_003,
    "promised_by": date(2026, 3, 12),
    "plan_minor": 30_004,
    "plan_due": date(2026, 3, 13),
    "next_minor": 30_005,
    "next_due": date(2026, 3, 14),
}


def notices() -> list[tuple[str, str]]:
    """Every template and channel that a strategy names, wherever it does."""
    steps = [step for strategy in load_strategies().values() for step in strategy.steps()]
    return sorted(
        {
            (step.template, page_of(channel))
            for step in steps
            for channel in (step.channel, *step.otherwise)
        }
    )


GUIDES = ("call", "visit")
"""What is written for collectors, not for borrowers."""

ASK_NOTHING = {
    "thanks_cured",
    "thanks_kept",
    "education",
    "plan_agreed",
    "promise_due",
    "instalment_due",
    "due_soon",
}
"""Letters that ask for no payment beyond what was agreed, so that they name no arrears."""


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(("template", "channel"), notices())
def test_every_notice_of_a_strategy_can_be_written(template, channel, locale):
    needs = read_approved(TEMPLATES).notices[template].needs
    facts = FACTS | {need: MORE[need] for need in needs}
    letter = Letters(LENDER).write(template, channel, locale, facts)
    assert letter.subject
    if channel in GUIDES:
        return
    assert LENDER.name in letter.subject + letter.text
    if channel not in ("email", "letter") or template in ASK_NOTHING:
        return
    assert LENDER.email in letter.text
    assert "1,234.56" in letter.text
    assert "9" in letter.text
    assert ("2026年3月1日" if locale == "zh_CN" else "March 1, 2026") in letter.text
    assert ("帮助" if locale == "zh_CN" else "elp") in letter.text


@pytest.mark.parametrize("locale", LOCALES)
def test_every_template_is_named_by_some_strategy(locale):
    written = {(f.parent.name, f.stem) for f in (TEMPLATES / locale).glob("*/*.txt")}
    assert set(notices()) <= written
    assert {text for text in written if not unnamed(*text)} <= set(notices())
    assert {f.name for f in TEMPLATES.iterdir() if f.is_dir()} == set(LOCALES)


@pytest.mark.parametrize("locale", LOCALES)
def test_a_letter_speaks_of_what_it_is_about(locale):
    letters = Letters(LENDER)
    assert "200.01" in letters.write("promise_broken", "email", locale, FACTS).text
    assert "300.02" in letters.write("instalment_missed", "email", locale, FACTS).text
    assert "98,765.43" in letters.write("final_demand", "email", locale, FACTS).text


@pytest.mark.parametrize("locale", ["zh", "zh_TW", "zh_HK", "zh-Hans-CN"])
def test_chinese_readers_get_chinese(locale):
    letters = Letters(LENDER)
    assert letters.write("gentle", "email", locale, FACTS) == letters.write(
        "gentle", "email", "zh_CN", FACTS
    )


@pytest.mark.parametrize(
    ("template", "channel", "locale", "path"),
    [
        ("gentle", "email", "fr", "templates/fr/gentle/email.txt"),
        ("gentle", "fax", "en", "templates/en/gentle/fax.txt"),
        ("threat", "email", "zh_TW", "templates/zh_CN/threat/email.txt"),
        ("gentle", "email", "../../etc", "templates/../../etc/gentle/email.txt"),
    ],
)
def test_a_missing_template_is_named_by_its_path(template, channel, locale, path):
    with pytest.raises(TemplateMissing) as missing:
        Letters(LENDER).write(template, channel, locale, FACTS)
    assert str(missing.value) == path


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("currency", sorted(EXPONENTS))
def test_money_is_exact_in_every_currency(currency, locale, tmp_path):
    folder = tmp_path / locale / "bill"
    folder.mkdir(parents=True)
    (folder / "email.txt").write_text("Subject: Bill\n\n{{ arrears_minor | money }}")
    letter = Letters(LENDER, tmp_path).write(
        "bill", "email", locale, FACTS | {"currency": currency}
    )
    digits = "".join(sign for sign in letter.text if sign.isdigit() or sign == ".")
    assert digits.lstrip(".") == to_major(123_456, currency)


@pytest.mark.parametrize(
    "page",
    [
        "Subject: Hi\n\n{{ nmae }}",
        "Subject: Hi\n\n{{ promise.nothing }}",
        "Subject: Hi\n\n{{ name.__class__.__mro__ }}",
        "Subject: Hi\n\n{{ ().__class__.__base__.__subclasses__() }}",
        "Subject: Hi\n\n{{ name | money }}",
        "Subject: Hi\n\n{% for %}",
        "Subject: Hi\n\n{% include 'en/nothing.txt' %}",
        "Hi\n\ntext",
        "Subject: Hi\nBcc: all\n\ntext",
        "Subject: Hi\n\n  \n",
        "",
    ],
)
def test_a_broken_template_makes_no_letter(page, tmp_path):
    (tmp_path / "en" / "odd").mkdir(parents=True)
    (tmp_path / "en" / "odd" / "email.txt").write_text(page)
    with pytest.raises(LetterFailed):
        Letters(LENDER, tmp_path).write("odd", "email", "en", FACTS)


def test_a_name_is_text_and_never_a_template():
    facts = FACTS | {"name": "{{ loan_id }}{% raw %}<b>"}
    assert "{{ loan_id }}{% raw %}<b>" in Letters(LENDER).write("gentle", "email", "en", facts).text
