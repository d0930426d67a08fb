"""What a paper says of its sums: what a claim is made of, and how payments and penalty count."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

from domain.legal.figures import Allocated, Figures, PenaltyTerms

Money = Callable[[int], str]
"""An amount in minor units as the paper shows it."""

COMPONENTS: Mapping[str, Mapping[str, str]] = {
    "zh": {
        "principal": "本金", "instalments": "分期本息", "interest": "利息",
        "plan_interest": "还款计划利息", "penalty": "罚息", "fees": "费用",
        "costs": "实现债权的费用",
    },
    "en": {
        "principal": "principal", "instalments": "instalments with their interest",
        "interest": "interest", "plan_interest": "interest of the payment plan",
        "penalty": "penalty interest", "fees": "fees", "costs": "costs of recovery",
    },
}  # fmt: skip
"""What a debt is made of, by language."""

_PLAIN = {
    "zh": "还款按到期先后冲抵。",
    "en": "Payments settle the oldest instalment first.",
}
_BASES = {
    "zh": {
        "CN-ALLOC-01": "依照《商业银行信用卡业务监督管理办法》第五十七条",
        "CN-ALLOC-02": "依照《中华人民共和国民法典》第五百六十一条",
        "CONTRACT": "按照合同约定",
        "": "就本借款",
    },
    "en": {
        "CN-ALLOC-01": "As article 57 of the rules on credit cards of commercial banks orders",
        "CN-ALLOC-02": "As article 561 of the Civil Code of the PRC orders",
        "CONTRACT": "As the contract orders",
        "": "For this loan",
    },
}
_SENTENCES = {
    "zh": {
        "due": "{basis}，还款依次冲抵已到期的{order}；同一项目内先到期的先冲抵。",
        "instalments": "{basis}，还款{before}自最早到期的一期起逐期冲抵，"
        "每期之内依次为{parts}{after}。",
        "before": "先冲抵整笔借款的{order}，再",
        "after": "；最后冲抵整笔借款的{order}",
        "late": "自逾期第91天起，改为依次冲抵{order}。",
        "penalty": "罚息以到期未还的{base}为基数，自到期日后第{first}天起按年利率{rate}、"
        "一年{year}天逐日计算，计至{as_of}。",
        "cap": "利息、费用与罚息合计以年利率{cap}为上限，超出部分未计入。",
        "and": "、",
    },
    "en": {
        "due": "{basis}, payments cover what is due in this order: {order}; within each, the "
        "oldest first.",
        "instalments": "{basis}, payments cover {before}the instalments one by one, the oldest "
        "first, and within each: {parts}{after}.",
        "before": "first the {order} of the loan as a whole, then ",
        "after": "; last the {order} of the loan as a whole",
        "late": "From day 91 past due the order is: {order}.",
        "penalty": "Penalty interest runs on the {base} that is due and unpaid, from day {first} "
        "after the due date, at {rate} a year of {year} days, up to {as_of}.",
        "cap": "Interest, fees and penalty together are bounded by {cap} a year; what is beyond is "
        "not claimed.",
        "and": ", ",
    },
}


def claimed(figures: Figures, lang: str, money: Money) -> str:
    """The sum that is claimed, with what it is made of where that is more than one thing."""
    whole = money(figures.claimed_minor)
    if not figures.claim:
        return whole
    parts = [(COMPONENTS[lang][name], money(amount)) for name, amount in figures.claim]
    if lang == "zh":
        return f"{whole}（其中{'、'.join(f'{name}{amount}' for name, amount in parts)}）"
    return f"{whole} ({'; '.join(f'{name} {amount}' for name, amount in parts)})"


def allocation(allocated: Allocated | None, lang: str) -> str:
    """How payments cover what is due, in a sentence or two."""
    if allocated is None:
        return _PLAIN[lang]
    says, basis = _SENTENCES[lang], _BASES[lang][allocated.rule]
    if allocated.by_instalment:
        return _one_by_one(allocated, lang, basis)
    told = says["due"].format(basis=basis, order=_named(allocated.order, lang))
    if not allocated.late_order:
        return told
    return told + _gap(lang) + says["late"].format(order=_named(allocated.late_order, lang))


def penalty(terms: PenaltyTerms, lang: str, as_of: str) -> str:
    """How penalty interest was counted, and what bounds it."""
    says = _SENTENCES[lang]
    base = ("principal", "interest") if terms.compound else ("principal",)
    told = says["penalty"].format(
        base=_named(base, lang),
        first=terms.grace_days + 1,
        rate=_percent(terms.ppm),
        year=terms.year_days,
        as_of=as_of,
    )
    if terms.cap_ppm is None:
        return told
    return told + _gap(lang) + says["cap"].format(cap=_percent(terms.cap_ppm))


def _one_by_one(allocated: Allocated, lang: str, basis: str) -> str:
    """Charges of the whole loan that stand before principal come first, the others last."""
    says, cut = _SENTENCES[lang], allocated.order.index("principal")
    whole = [name for name in allocated.order if name not in ("interest", "principal")]
    before = [name for name in whole if name in allocated.order[:cut]]
    after = [name for name in whole if name in allocated.order[cut:]]
    parts = [name for name in allocated.order if name in ("fees", "interest", "principal")]
    return says["instalments"].format(
        basis=basis,
        before=says["before"].format(order=_named(before, lang)) if before else "",
        parts=_named(parts, lang),
        after=says["after"].format(order=_named(after, lang)) if after else "",
    )


def _named(names: Iterable[str], lang: str) -> str:
    return _SENTENCES[lang]["and"].join(COMPONENTS[lang][name] for name in names)


def _gap(lang: str) -> str:
    return "" if lang == "zh" else " "


def _percent(ppm: int) -> str:
    return f"{(Decimal(ppm) / 10_000).normalize():f}%"
