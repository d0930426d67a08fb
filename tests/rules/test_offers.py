"""Offers sum exactly, can be afforded, keep every cap, come kindest first, and say why not."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.gate.words import Profile
from domain.offer_terms import Guards, Lengths, OfferKind, Waive, WaivedOf
from domain.offers import Offer, Wanted, compose, offers, refusal
from domain.plan_law import Bound, PlanLaw, plan_law
from domain.reasons import Care, Reason, Vulnerability
from domain.refused import Refused
from domain.spreading import first_due, level_minor, spread
from policies.files import PolicyError
from policies.offer_files import FOLDER, load_offer, load_offers
from policies.packs import load_packs
from tests.rules.bargain import LEVELS, TODAY, definitions, law, rules, situation, surplus

CARD, LOAN = law("CN", "credit_card"), law("CN")
AMOUNTS = st.integers(1, 10**10)
RATES = st.integers(0, 3_600)
COUNTS = st.integers(1, 60)


def due(day: int) -> date:
    return TODAY + timedelta(days=day)


def months(count: int) -> list[date]:
    return [due(30 * n) for n in range(1, count + 1)]


def made(name: str, wanted=None, of=None, **changes) -> Offer:
    offer = answer(name, wanted, of, **changes)
    assert isinstance(offer, Offer), offer
    return offer


def answer(name: str, wanted=None, of=None, **changes) -> Offer | Refused:
    return compose(definitions()[name], situation(**changes), of or rules(), wanted or Wanted())


def why(name: str, wanted=None, of=None, **changes) -> str:
    refused = answer(name, wanted, of, **changes)
    assert isinstance(refused, Refused), refused
    assert refused.reason.endswith(".")
    return refused.rule


@given(AMOUNTS, COUNTS, RATES)
def test_a_schedule_sums_to_the_debt_and_its_interest(debt, count, rate):
    found = spread(debt, months(count), rate)
    amounts = [part.amount_minor for part in found.instalments]
    assert sum(amounts) == debt + found.interest_minor
    assert all(amount > 0 for amount in amounts)
    assert max(amounts) <= level_minor(debt, count, rate)


@given(AMOUNTS, COUNTS, RATES)
def test_the_rate_of_the_year_is_never_passed(debt, count, rate):
    """Discounted at the rate of the year, what is paid is worth no more than the debt."""
    parts = spread(debt, months(count), rate).instalments
    left = debt
    for number, part in enumerate(parts):
        most = left * rate / 120_000 if number else 0
        left = left + most - part.amount_minor
    assert left >= -(1e-6 + debt * 1e-9)


@given(AMOUNTS, st.integers(1, 59), RATES)
def test_more_instalments_are_never_dearer_each_and_never_cost_less(debt, count, rate):
    assert level_minor(debt, count + 1, rate) <= level_minor(debt, count, rate)
    short, long = (spread(debt, months(n), rate) for n in (count, count + 1))
    assert long.interest_minor + count >= short.interest_minor


@given(st.dates(date(2020, 1, 1), date(2030, 12, 31)), st.integers(1, 31))
def test_the_first_falls_due_the_day_after_income_comes(earliest, pay_day):
    first = first_due(earliest, pay_day)
    assert earliest <= first <= earliest + timedelta(days=32)
    eve = first - timedelta(days=1)
    last_of_month = (eve + timedelta(days=1)).day == 1
    assert eve.day == pay_day or (last_of_month and eve.day < pay_day)
    assert first_due(earliest, None) == earliest


@given(
    st.integers(1, 10**8), st.integers(0, 10**8), st.integers(0, 10**7), st.integers(0, 10**6),
    st.sampled_from(sorted(definitions())), st.sampled_from([CARD, LOAN, law("UK")]),
    st.integers(0, 40),
)  # fmt: skip
def test_every_offer_sums_to_the_last_unit_and_can_be_afforded(
    arrears, more, affordable, charges, name, of, rest
):
    care = Care(rest_days=rest)
    offer = answer(
        name,
        of=rules(of, care),
        arrears_minor=arrears,
        outstanding_minor=arrears + more,
        charges_minor=charges,
        means=surplus(affordable),
        asked_for=OfferKind(name),
        days_past_due=91 if name == "settlement" else 40,
    )
    if isinstance(offer, Refused):
        return
    assert offer.total_minor == offer.debt_minor - offer.waived_minor + offer.interest_minor
    assert offer.instalments[0].due > offer.expires_on
    assert offer.instalments[0].due >= due(rest)
    if definitions()[name].judged_by_surplus:
        assert max(part.amount_minor for part in offer.instalments) <= affordable
    bound = of.instalments
    assert len(offer.instalments) <= (bound.most if bound else 84)


@given(st.integers(0, 10**6), st.integers(0, 10**5))
def test_who_can_afford_more_is_offered_no_less_and_never_longer(affordable, more):
    lean = answer("instalments", means=surplus(affordable))
    rich = answer("instalments", means=surplus(affordable + more))
    if isinstance(lean, Offer):
        assert isinstance(rich, Offer)
        assert len(rich.instalments) <= len(lean.instalments)


@given(RATES, RATES, st.integers(0, 3_600))
def test_no_rate_is_above_the_offers_the_loans_or_the_laws(wanted, own, cap):
    definition = replace(definitions()["instalments"], annual_bps=wanted)
    of = rules(PlanLaw(annual_bps=Bound(cap, "CN-RATE-02")))
    offer = compose(definition, situation(annual_bps=own, means=None), of)
    assert isinstance(offer, Offer)
    assert offer.annual_bps == min(wanted, own, cap)


def test_offers_come_kindest_first():
    found = offers(list(definitions().values()), situation(), rules(LOAN))
    assert [offer.kind for offer in found] == [
        "deferral", "interest_freeze", "instalments", "longer_term", "waiver",
    ]  # fmt: skip
    found = offers(list(definitions().values()), situation(means=None), rules(LOAN))
    assert [offer.kind for offer in found] == ["deferral", "instalments"]


def test_the_cheaper_of_two_equally_kind_offers_comes_first():
    dear = replace(definitions()["instalments"], name="dear", annual_bps=1_200)
    both = [dear, definitions()["instalments"]]
    found = offers(both, situation(annual_bps=1_200), rules())
    assert [offer.interest_minor > 0 for offer in found] == [False, True]


def test_a_deferral_lets_its_months_pass():
    offer = made("deferral", means=None)
    assert [(part.due, part.amount_minor) for part in offer.instalments] == [
        (date(2027, 1, 22), 300_000)
    ]


def test_an_interest_freeze_says_until_when_charges_rest():
    assert made("interest_freeze").frozen_until == date(2027, 5, 22)
    assert made("instalments").frozen_until is None


def test_a_settlement_forgives_a_part_of_all_and_names_who_may_agree():
    late = {"days_past_due": 120, "asked_for": OfferKind.SETTLEMENT}
    offer = made("settlement", **late)
    assert (offer.debt_minor, offer.waived_minor, offer.percent) == (2_000_000, 400_000, 20)
    assert offer.level == "supervisor"
    deep = made("settlement", Wanted(percent=35), **late)
    assert (deep.level, deep.total_minor) == ("manager", 1_300_000)
    assert why("settlement", Wanted(percent=51), **late) == "discount-too-deep"
    floor = replace(definitions()["settlement"], waive=Waive(WaivedOf.DEBT, {"manager": 90}, 50))
    refused = refusal(floor, situation(**late), rules())
    assert refused is not None
    assert refused.rule == "settlement-floor"


def test_a_waiver_forgives_interest_and_fees_and_no_principal():
    offer = made("waiver", Wanted(percent=100))
    assert (offer.waived_minor, offer.level) == (20_000, "manager")
    assert made("waiver").level == "collector"
    assert why("waiver", charges_minor=None) == "charges-unknown"
    assert why("waiver", charges_minor=0) == "nothing-to-waive"


@pytest.mark.parametrize(
    ("name", "changes", "rule"),
    [
        ("instalments", {"arrears_minor": 0}, "offer-nothing-owed"),
        ("deferral", {"reason": None}, "reason-missing"),
        ("deferral", {"reason": Reason.UNWILLING}, "offer-reason"),
        ("deferral", {"days_past_due": 91}, "offer-days-past-due"),
        ("waiver", {"days_past_due": 30}, "offer-days-past-due"),
        ("deferral", {"plans_broken": 2}, "offer-plans-broken"),
        ("settlement", {"days_past_due": 91}, "offer-on-request"),
        ("longer_term", {"means": None}, "finances-missing"),
        ("longer_term", {"finances_on": TODAY - timedelta(days=91)}, "finances-stale"),
        ("instalments", {"means": surplus(100)}, "not-affordable"),
        ("longer_term", {"means": surplus(0)}, "not-affordable"),
    ],
)  # fmt: skip
def test_what_cannot_be_offered_says_why(name, changes, rule):
    assert why(name, **changes) == rule


@pytest.mark.parametrize(
    ("guards", "rule"),
    [
        (Guards(jurisdictions=frozenset({"UK"})), "offer-jurisdiction"),
        (Guards(products=frozenset({"credit_card"})), "offer-product"),
        (Guards(portfolios=frozenset({"north"})), "offer-portfolio"),
        (Guards(vulnerable=frozenset({Vulnerability.ILLNESS})), "offer-vulnerability"),
    ],
)
def test_each_guard_keeps_out_whom_it_is_not_for(guards, rule):
    definition = replace(definitions()["instalments"], guards=guards)
    refused = refusal(definition, situation(), rules())
    assert refused is not None
    assert refused.rule == rule
    welcome = situation(
        jurisdiction="UK",
        product="credit_card",
        portfolio="north",
        flags=frozenset({Vulnerability.ILLNESS}),
    )
    assert refusal(definition, welcome, rules()) is None


@pytest.mark.parametrize(
    ("wanted", "rule"),
    [
        (Wanted(instalments=1), "offer-length"),
        (Wanted(instalments=25), "offer-length"),
        (Wanted(instalments=2), "not-affordable"),
        (Wanted(percent=5), "no-discount"),
        (Wanted(first=due(14)), "offer-first-due"),
        (Wanted(first=due(60)), "offer-first-due"),
    ],
)
def test_what_is_wanted_beyond_the_rules_is_refused(wanted, rule):
    assert why("instalments", wanted) == rule


def test_what_is_wanted_within_the_rules_is_taken():
    offer = made("instalments", Wanted(instalments=10, first=due(20)))
    assert (len(offer.instalments), offer.instalments[0].due) == (10, due(20))


def test_a_card_plan_of_61_instalments_is_refused_and_of_60_taken():
    long = replace(definitions()["longer_term"], lengths=Lengths(12, 24, 84))
    card = situation(product="credit_card")
    refused = compose(long, card, rules(CARD), Wanted(instalments=61))
    assert refused == Refused("CN-PLAN-01", "A plan has at most 60 instalments.")
    assert isinstance(compose(long, card, rules(CARD), Wanted(instalments=60)), Offer)
    assert isinstance(compose(long, situation(), rules(LOAN), Wanted(instalments=61)), Offer)
    never = replace(long, lengths=Lengths(61, 61, 84))
    assert refusal(never, card, rules(CARD)) == refused


def test_a_guarantor_must_consent_and_an_oral_card_plan_be_recorded():
    guaranteed = made("instalments", of=rules(CARD), guarantor=True)
    assert (guaranteed.guarantor, guaranteed.recording) == ("CN-PLAN-05", "CN-PLAN-03")
    plain = made("instalments", of=rules(LOAN))
    assert (plain.guarantor, plain.recording) == ("", "")


def test_care_reaches_the_offer():
    care = Care(rest_days=40, check_back_days=30, written=True, second_look=True)
    offer = made("instalments", of=rules(care=care))
    assert offer.instalments[0].due == due(40)
    assert (offer.written, offer.second_look, offer.check_back_days) == (True, True, 30)
    assert made("instalments").check_back_days == 90


def test_the_law_of_agreements_is_read_from_the_packs():
    assert CARD.instalments == Bound(60, "CN-PLAN-01")
    assert LOAN.instalments is None
    assert CARD.annual_bps == Bound(2_400, "CN-RATE-02")
    unknown = law("CN", "")
    assert (unknown.instalments, unknown.recording) == (CARD.instalments, "CN-PLAN-03")
    assert law("UK").offer_first == ("UK-FORB-01",)
    assert law("EU").offer_first == ("EU-CCD-01",)
    mild = law("CN", "credit_card", Profile.MINIMUM)
    assert (mild.guarantor, "CN-PLAN-05" in mild.warnings) == ("", True)
    assert law("US") == PlanLaw(warnings=law("US").warnings)
    serving = plan_law(load_packs().bases["US"].rules, "", Profile.PRUDENT, TODAY, serving=True)
    assert serving.annual_bps == Bound(600, "US-SCRA-01")


def test_a_law_that_is_not_in_force_yet_does_not_bind_under_minimum():
    before = law("EU", "consumer_loan", Profile.MINIMUM, date(2026, 11, 19))
    after = law("EU", "consumer_loan", Profile.MINIMUM, date(2026, 11, 20))
    assert (before.offer_first, after.offer_first) == ((), ("EU-CCD-01",))


def test_shipped_offers_stand_in_the_order_of_kindness():
    found = sorted(definitions().values(), key=lambda offer: offer.kindness)
    assert [offer.kind for offer in found] == [
        "deferral", "interest_freeze", "instalments", "longer_term", "waiver", "settlement",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("deferral", "rest_months: 2", "", "deferral.yaml:1: rest_months: a deferral lets"),
        ("deferral", "kind: deferral", "kind: gift", "deferral.yaml:3: kind: "),
        ("deferral", "usual: 1", "usual: 4", "deferral.yaml:8: instalments: must rise"),
        ("deferral", "to: 90", "to: 0", "deferral.yaml:12: who.days_past_due: the last day"),
        ("deferral", "valid_days", "valid_day", "valid_day: unknown name; is it misspelt?"),
        ("interest_freeze", "freeze_months: 6", "", "freeze_months: an interest freeze, and"),
        ("instalments", "covers: arrears", "freeze_months: 1\ncovers: arrears", "freeze_months: "),
        ("longer_term", "covers: debt", "covers: arrears", "covers: a longer_term covers the"),
        ("settlement", "  floor_percent: 50", "", "waive.floor_percent: a settlement has a"),
        ("settlement", "supervisor: 20", "boss: 20", "settlement.yaml:12: waive.percent.boss: is"),
        ("settlement", "manager: 50", "manager: 5", "waive.percent: a higher level may not"),
        ("waiver", "collector: 20, supervisor: 50", "supervisor: 20, collector: 50", "the levels"),
        ("waiver", "kind: waiver", "annual_bps: 1\nkind: waiver", "annual_bps: a waiver charges"),
        ("waiver", "kind: waiver", "kind: instalments", "waive: a instalments forgives nothing."),
    ],
)
def test_an_unsound_offer_is_named_by_file_and_line(name, old, new, said):
    path = FOLDER / f"{name}.yaml"
    text = path.read_text("utf-8")
    assert old in text
    with pytest.raises(PolicyError) as refused:
        load_offer(path, LEVELS, text.replace(old, new))
    assert said in str(refused.value)


def test_a_forgiving_offer_without_a_discount_is_unsound():
    path = FOLDER / "waiver.yaml"
    text = path.read_text("utf-8")
    start, end = text.index("waive:\n"), text.index("who:")
    with pytest.raises(PolicyError, match="waive: is missing; a waiver forgives something"):
        load_offer(path, LEVELS, text[:start] + text[end:])


def test_an_offer_is_named_by_its_content(tmp_path):
    text = (FOLDER / "deferral.yaml").read_text("utf-8")
    (tmp_path / "deferral.yaml").write_text(text.replace("valid_days: 14", "valid_days: 15"))
    (changed,) = load_offers(LEVELS, tmp_path)
    assert changed.startswith("deferral@")
    assert changed != definitions()["deferral"].id
    (tmp_path / "bad.yaml").write_text("name: [")
    with pytest.raises(PolicyError, match=r"bad.yaml:1"):
        load_offers(LEVELS, tmp_path)
