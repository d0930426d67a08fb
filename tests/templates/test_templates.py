"""Shipped texts are approved, lawful and whole; a spoilt one is found, by file, line and rule."""

from datetime import date

import pytest

from channels.approvals import TemplatesRefused, approve, read_approved
from channels.guard import LONGEST, WordingRefused, guarded
from channels.letters import TEMPLATES, Lender, LetterFailed, Letters, TemplateNotApproved
from channels.samples import MORE, sample_facts
from channels.statements import incomplete, read_statutes, unstated
from channels.template_check import production_letters, template_problems
from domain.gate.words import Fact
from domain.strategy import Strategy
from policies.packs import load_packs
from policies.strategy_files import load_strategies
from tests.templates.conftest import BOOKS, LENDER
from tests.templates.unnamed import ONE_LANGUAGE, UNNAMED_NOTICES

PACKS = load_packs()
GENTLE = "en/gentle/email.txt"


def test_every_shipped_text_may_be_sent():
    assert template_problems(LENDER, BOOKS) == []
    assert production_letters(LENDER, BOOKS).write("gentle", "email", "en", facts("en")).version


def test_every_notice_of_a_strategy_has_its_short_forms_and_its_class():
    told = read_approved(TEMPLATES)
    for step in steps(*load_strategies().values()):
        assert told.notices[step.template].message_class is step.message_class
        if told.notices[step.template].audience == "borrower":
            for (channel, language), _ in LONGEST.items():
                locale = "zh_CN" if language == "zh" else "en"
                assert f"{locale}/{step.template}/{channel}.txt" in told.versions


def test_what_no_strategy_names_is_there_in_both_languages_or_says_why_not():
    for notice in UNNAMED_NOTICES:
        assert (TEMPLATES / "en" / notice).is_dir()
        assert (TEMPLATES / "zh_CN" / notice).is_dir() is (notice not in ONE_LANGUAGE)


@pytest.mark.parametrize(
    ("page", "old", "new", "found"),
    [
        (GENTLE, "It is easy", "Pay or you will be arrested. It is easy", "5: CN-PROH-01"),
        (GENTLE, "It is easy", "The collection fee is 催收费. It is easy", "5: CN-PROH-02"),
        ("zh_CN/gentle/email.txt", "日子一忙", "否则将被列入失信名单。日子一忙", "5: CN-PROH-01"),
        ("en/offer_help/email.txt", "Just tell", "We will sue.\nJust tell", "15: US-TB-01"),
        ("en/reminder/email.txt", "{{ name }}", "{{ nmae }}", "3: template-broken"),
        (GENTLE, "It is", "{% if false %}{{ nmae }}{% endif %}It is", "5: template-broken"),
        (GENTLE, "It is", "{{ validation.ends }}It is", "5: template-broken"),
        (GENTLE, "It is", "{% for %}It is", "5: template-broken"),
        (GENTLE, '{% include "en/figures.txt" %}', "{% include loan_id %}", "1: template-broken"),
        (GENTLE, '{% include "en/reach_us.txt" %}', "Bye.", "1: US-MED-02"),
        ("en/gentle/sms.txt", "Subject", "Subject", ""),
        ("en/gentle/sms.txt", "you.", "you very, very, very, very much.", "1: template-shape"),
        ("zh_CN/gentle/sms.txt", "已还请忽略", "如果您这几天已经归还了请忽略", "1: template-shape"),
        ("zh_CN/gentle/sms.txt", "【{{ lender }}】", "您好，", "1: template-shape"),
        ("en/gentle/push.txt", "new message", "overdue loan", "3: debt-disclosed"),
        ("zh_CN/gentle/push.txt", "新消息", "欠款提醒", "3: debt-disclosed"),
        ("zh_CN/card_demand/letter.txt", "（盖章处）", "", "1: CN-REC-04"),
        ("zh_CN/card_demand/letter.txt", "提出异议和提交证据", "其他", "1: CN-REC-04"),
        ("en/validation_notice/letter.txt", "cfpb.gov", "lender.example", "1: US-VAL-01"),
        ("en/default_notice/letter.txt", "may make a time order", "helps", "1: UK-DN-01"),
    ],
)  # fmt: skip
def test_a_spoilt_text_is_found(spoil, page, old, new, found):
    assert spoil(page, old, new) == ([f"templates/{page}:{found}"] if found else [])


@pytest.mark.parametrize("item", ["", *sorted(BOOKS)])
def test_the_bystander_is_told_of_no_debt(folder, item):
    """A message for somebody else that names a debt is refused, whatever the law."""
    heads, page = folder / "approved.yaml", folder / "en" / "call_back" / "sms.txt"
    laws = f", jurisdictions: [{item}]" if item else ""
    head = f"notices:\n  call_back: {{tone: factual, class: service, audience: third_person{laws}}}"
    heads.write_text(heads.read_text("utf-8").replace("notices:", head), "utf-8")
    page.parent.mkdir()
    for text, found in (("please ask {{ name }} to call us.", []), ("about a loan.", [3])):
        page.write_text("Subject: Message\n\n{{ lender }}: " + text, "utf-8")
        version = Letters(LENDER, folder).pages.version("en/call_back/sms.txt")
        approve(folder, {"en/call_back/sms.txt": version}, "ann", date(2026, 3, 2))
        problems = template_problems(LENDER, BOOKS, folder)
        assert [(p.line, p.rule) for p in problems] == [(n, "debt-disclosed") for n in found]


def test_a_part_that_changes_takes_the_approval_from_every_page_with_it(spoil, folder):
    before = read_approved(folder).versions
    found = spoil("en/figures.txt", "Overdue", "Late", approved=False)
    assert found
    assert {line.rpartition(" ")[2] for line in found} == {"template-not-approved"}
    with pytest.raises(TemplateNotApproved) as refused:
        Letters(LENDER, folder, before).write("gentle", "email", "en", facts("en"))
    assert refused.value.rule == "template-not-approved"
    version = Letters(LENDER, folder).pages.version(GENTLE)
    assert str(refused.value).startswith("templates/en/gentle/email.txt: was changed")
    assert version in str(refused.value)
    assert Letters(LENDER, folder).write("gentle", "email", "en", facts("en")).version == version
    with pytest.raises(TemplatesRefused):
        production_letters(LENDER, BOOKS, folder)


def test_a_name_can_bring_in_forbidden_words_and_is_seen_at_sending():
    letter = Letters(LENDER).write("gentle", "email", "en", facts("en") | {"name": "Deadbeat"})
    refused = guarded(letter, PACKS.book("CN"))
    assert isinstance(refused, WordingRefused)
    assert (refused.rule, refused.phrase) == ("CN-PROH-01", "deadbeat")
    assert str(refused).startswith("templates/en/gentle/email.txt: 'deadbeat'")
    assert isinstance(refused, LetterFailed)


def test_a_suit_may_be_named_until_the_debt_is_barred(tmp_path):
    page = tmp_path / "en" / "suit" / "letter.txt"
    page.parent.mkdir(parents=True)
    page.write_text("Subject: Suit\n\nWe may sue.", "utf-8")
    letter = Letters(LENDER, tmp_path).write("suit", "letter", "en", facts("en"))
    assert guarded(letter, PACKS.book("US")) is None
    barred = guarded(letter, PACKS.book("US"), frozenset({Fact.TIME_BARRED}))
    assert barred is not None
    assert barred.rule == "US-TB-01"


@pytest.mark.parametrize("rule", ["CN-REC-04", "US-VAL-01", "US-MED-02"])
def test_the_items_are_those_that_the_pack_lists(rule):
    listed = next(
        set(each.params["states"]) for p in PACKS.bases.values() for each in p.rules
        if each.id == rule
    )  # fmt: skip
    for items in read_statutes(TEMPLATES)[rule].items.values():
        assert set(items) == listed


def test_a_default_notice_gives_fourteen_days():
    assert missing(LENDER, act_by=date(2026, 10, 16)) == []
    short = "gives less than 14 days: default_notice.act_by is 2026-10-15."
    assert missing(LENDER, act_by=date(2026, 10, 15)) == [short]


def test_a_lender_without_an_address_sends_no_default_notice():
    bare = Lender("Forbear Bank", "help@lender.example")
    assert missing(bare) == ["does not state parties."]
    given, letters = sample_facts("en", ("UK",), ("default_notice",)), Letters(bare)
    letter = letters.write("default_notice", "letter", "en", given)
    refused = incomplete(letters, letter, read_statutes(TEMPLATES), "UK-DN-01", given)
    assert refused is not None
    assert refused.rule == "UK-DN-01"
    assert str(refused) == f"{letter.page}: does not state parties."


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("tone: friendly", "tone: stern", "templates/approved.yaml:5: notices.gentle.tone"),
        ("reminder: {", "remindr: {", "templates/approved.yaml:1: notices.reminder: has no tone"),
        ("states: UK-DN-01", "states: UK-DN-99", "notices.default_notice: UK-DN-99 is not known"),
        ("notices:", "notces:", "templates/approved.yaml:4: notces: Extra"),
    ],
)
def test_a_wrong_head_is_named_by_its_place(folder, old, new, said):
    heads = folder / "approved.yaml"
    heads.write_text(heads.read_text("utf-8").replace(old, new, 1), "utf-8")
    with pytest.raises(TemplatesRefused) as refused:
        production_letters(LENDER, BOOKS, folder)
    assert said in str(refused.value)


def test_a_notice_for_a_place_without_rules_is_named_and_stops_nobody_elsewhere(folder):
    heads = folder / "approved.yaml"
    text = heads.read_text("utf-8").replace("jurisdictions: [US]", "jurisdictions: [XX]", 1)
    heads.write_text(text, "utf-8")
    assert "XX is not known" in str(template_problems(LENDER, BOOKS, folder)[0])
    assert production_letters(LENDER, BOOKS, folder).lender == LENDER


def facts(locale: str):
    return sample_facts(locale, (), ())


def missing(lender: Lender, **changes) -> list[str]:
    """What a default notice with those dates does not state."""
    given = sample_facts("en", ("UK",), ("default_notice",))
    given["default_notice"] = MORE["default_notice"] | changes
    letters = Letters(lender)
    letter = letters.write("default_notice", "letter", "en", given)
    return list(unstated(letters, letter, read_statutes(TEMPLATES)["UK-DN-01"], "en", given))


def steps(*strategies: Strategy):
    for one in strategies:
        yield from (*one.remind.steps, *one.negotiate.steps, *one.legal.ladder.steps)
        yield from filter(None, (one.promise.broken, one.plan.missed))
