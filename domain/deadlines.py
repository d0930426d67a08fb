"""Every clock of the law that a case can wait for: which event starts it, and when it ends.

Court and limitation periods of China end on a working day (CN-CAL-01); our own duties, such as
answers and deletions, do not move. Rules marked M were written down from memory and need a lawyer.
"""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from domain.periods import Period, months_after


@dataclass(frozen=True, slots=True)
class Law:
    """A rule with its clocks by step, its source and how sure we are of it.

    `confidence` is V (the text was read), S (a secondary source), M (from memory), or policy (no
    law asks it; it is our own).
    """

    source: str
    confidence: str
    steps: Mapping[str, Period]


class OneOffRepair(Period):
    """CN-CR-05: overdue items repaid by 2026-03-31 leave the credit report without a request.

    Repaid by 2025-11-30: not displayed from 2026-01-01. Later: by the end of the next month.
    """

    __slots__ = ()

    def end(self, start: date, rest_days: Container[date]) -> date:
        """The last date by which the item disappears; ValueError outside the programme."""
        if not date(2020, 1, 1) <= start <= date(2026, 3, 31):
            raise ValueError("the one-off repair takes repayments from 2020-01-01 to 2026-03-31.")
        next_month = super().end(start, rest_days).replace(day=1)
        return max(date(2026, 1, 1), months_after(next_month, 1) - timedelta(days=1))


def _law(source: str, confidence: str = "V", **steps: Period) -> Law:
    return Law(source, confidence, steps)


_moving = partial(Period, moves=True)
_restarted = _moving("what interrupted the limitation", years=3)
_guarantee = _moving("the main debt fell due", months=6)

CHINA = {
    "CN-PLAN-01": _law(
        "信用卡办法 art. 70",
        latest_end=Period("the card plan was agreed", months=60),
    ),
    "CN-CLASS-01": _law(
        "风险分类办法 arts 10-13",
        "M",
        observed_until=Period("the loan was restructured", years=1),
    ),
    "CN-REC-01": _law(
        "信用卡办法 art. 68", "S", keep_until=Period("the recording was made", years=2)
    ),
    "CN-REC-02": _law(
        "消费金融公司管理办法", "S", keep_until=Period("the record was made", years=5)
    ),
    "CN-REC-03": _law(
        "on CN-REC-01 and CN-REC-02",
        "policy",
        keep_until=Period("the debt was settled", years=5),
    ),
    "CN-AGY-01": _law("GB/T 45251", "S", review=Period("the agency was last reviewed", years=1)),
    "CN-AGY-02": _law("GB/T 45251", "S", training=Period("the last training", years=1)),
    "CN-COMP-01": _law(
        "银行业保险业消费投诉处理管理办法",
        "S",
        simple=Period("the complaint arrived", days=15),
        complex=Period("the complaint arrived", days=30),
        special=Period("the complaint arrived", days=60),
    ),
    "CN-PI-06": _law("PIPL arts 55-56", keep_until=Period("the report was written", years=3)),
    "CN-PI-07": _law(
        "网络数据安全管理条例 art. 12", keep_until=Period("the data were handed over", years=3)
    ),
    "CN-CR-03": _law("征信业管理条例 art. 16", delete=Period("the bad conduct ended", years=5)),
    "CN-CR-04": _law("征信业管理条例 art. 25", answer=Period("the dispute arrived", days=20)),
    "CN-CR-05": _law(
        "PBoC notice 2025-12-22",
        "S",
        not_displayed_from=OneOffRepair("the item was repaid", months=1),
    ),
    "CN-LIM-01": _law(
        "民法典 art. 188",
        limitation=_moving("the lender knew, or the debt fell due", years=3),
        absolute=_moving("the right was infringed", years=20),
    ),
    "CN-LIM-02": _law(
        "民法典 art. 189", limitation=_moving("the last instalment fell due", years=3)
    ),
    "CN-LIM-03": _law("民法典 art. 195", limitation=_restarted),
    "CN-LIM-04": _law("诉讼时效规定 art. 8", limitation=_restarted),
    "CN-LIM-05": _law("银行卡规定 art. 3", limitation=_restarted),
    "CN-LIM-06": _law("诉讼时效规定 art. 14", limitation=_restarted),
    "CN-LIM-07": _law("诉讼时效规定 arts 9, 15, 17", limitation=_restarted),
    "CN-LIM-08": _law("诉讼时效规定 arts 11-12", limitation=_restarted),
    "CN-LIM-09": _law(
        "民法典 art. 194", limitation=_moving("the cause of the suspension ended", months=6)
    ),
    "CN-LIM-11": _law(
        "民法典 arts 692-693", joint_guarantor=_guarantee, general_guarantor=_guarantee
    ),
    "CN-PO-03": _law(
        "民诉法 arts 226-227",
        accept=_moving("the application was filed", days=5),
        issue=_moving("the court accepted the application", days=15),
        objection=_moving("the borrower received the order", days=15),
        enforceable_from=_moving("the borrower received the order", days=15, then_days=1),
    ),
    "CN-PO-04": _law("民诉法解释 art. 430", unserved=_moving("the order was issued", days=30)),
    "CN-PO-06": _law(
        "民诉法解释 arts 438-439", decline_suit=_moving("the ruling was received", days=7)
    ),
    # A ruling within 48 hours (arts 103, 104) is a matter of hours, and no step here.
    "CN-PRES-01": _law("民诉法 art. 104", sue=_moving("the court took the measure", days=30)),
    "CN-PRES-02": _law("财产保全规定 art. 4", ruling=_moving("the application came in", days=5)),
    # A freeze ends on its date, rest day or not, and the days before it do not wait either.
    "CN-PRES-03": _law(
        "民诉法解释 art. 485; 财产保全规定 art. 18",
        deposit=Period("the deposit was frozen", years=1),
        movables=Period("the movables were seized", years=2),
        real_estate=Period("the real estate was sealed", years=3),
        renewal=Period("the day the freeze ends", then_days=-7),
        deposit_renewal=Period("the deposit was frozen", years=1, then_days=-7),
        movables_renewal=Period("the movables were seized", years=2, then_days=-7),
        real_estate_renewal=Period("the real estate was sealed", years=3, then_days=-7),
    ),
    "CN-SUIT-01": _law(
        "民诉法 arts 126, 128, 152, 164, 171",
        file=_moving("the claim was handed in", days=7),
        serve_copy=_moving("the case was filed", days=5),
        defence=_moving("the borrower received the copy", days=15),
        simple=_moving("the case was filed", months=3),
        simple_extended=_moving("the case was filed", months=4),
        ordinary=_moving("the case was filed", months=6),
        ordinary_extended=_moving("the case was filed", months=12),
        appeal=_moving("the judgment was served", days=15),
    ),
    "CN-SUIT-02": _law(
        "民诉法 arts 165, 168",
        small_claim=_moving("the case was filed", months=2),
        small_claim_extended=_moving("the case was filed", months=3),
    ),
    "CN-SERV-01": _law(
        "民诉法 art. 95", public_notice=_moving("the notice was published", days=30)
    ),
    "CN-ENF-01": _law("民诉法 art. 250", enforcement=_moving("the time to perform ended", years=2)),
}

UNITED_STATES = {
    "US-FREQ-02": _law(
        "12 CFR 1006.14(b)(2)(i)(B)", call_from=Period("the conversation (day 1)", days=7)
    ),
    "US-FREQ-03": _law(
        "12 CFR 1006.14(b)(3)(i)", consent_last_day=Period("the consent (day 1)", days=6)
    ),
    "US-MED-03": _law(
        "12 CFR 1006.6(d)(4)", opt_out_not_before=Period("the notice was sent", days=35)
    ),
    "US-MED-04": _law(
        "12 CFR 1006.6(d)(5)", last_day=Period("the number was last confirmed", days=60)
    ),
    "US-VAL-01": _law("12 CFR 1006.34(a)", send_by=Period("the initial communication", days=5)),
    "US-VAL-02": _law(
        "12 CFR 1006.34(b)(5)",
        assumed_receipt=Period("the notice was sent", business_days=5),
        period_end=Period("the notice was sent", business_days=5, days=30),
    ),
    "US-CR-01": _law(
        "12 CFR 1006.30(a)(1)", furnish_from=Period("the letter was mailed (day 1)", days=14)
    ),
    "US-CR-02": _law(
        "15 USC 1681s-2(a)(7)", notice=Period("negative data were furnished", days=30)
    ),
    "US-CR-03": _law(
        "15 USC 1681s-2(a)(5)", delinquency_date=Period("the data were furnished", days=90)
    ),
    "US-CR-05": _law(
        "15 USC 1681i(a); 12 CFR 1022.43(e)-(f)",
        answer=Period("the dispute arrived", days=30),
        answer_extended=Period("the dispute arrived", days=45),
        tell_furnisher=Period("the bureau received the dispute", business_days=5),
        frivolous=Period("the dispute was found frivolous", business_days=5),
    ),
    "US-CR-06": _law(
        "15 USC 1681c(a)(4), (c)(1)", delete=Period("the delinquency began", days=180, years=7)
    ),
    "US-PLAN-01": _law(
        "12 CFR 1006.22(c)",
        notice_from=Period("the day of the deposit", business_days=-10),
        notice_by=Period("the day of the deposit", business_days=-3),
    ),
    "US-REC-01": _law(
        "12 CFR 1006.100",
        keep_until=Period("the last collection activity", years=3),
        keep_recording_until=Period("the call", years=3),
    ),
    "US-TCPA-02": _law(
        "47 CFR 64.1200(a)(10)", "S", honour=Period("consent was revoked", business_days=10)
    ),
    "US-SCRA-01": _law(
        "50 USC 3937",
        notice=Period("military service ended", days=180),
        mortgage_cap_until=Period("military service ended", years=1),
    ),
    "US-SCRA-02": _law("50 USC 3931", stay=Period("the stay was granted", days=90)),
    "US-MA-01": _law(
        "940 CMR 7.04(1)(h)",
        "S",
        work_calls_stop_until=Period("the oral request", days=10),
        confirm_by=Period("the oral request", days=7),
    ),
}

EUROPE = {
    "UK-FORB-03": _law(
        "CONC 7.3.11R-7.3.12G",
        "M",
        hold=Period("an adviser began a plan", days=30),
        hold_extended=Period("an adviser began a plan", days=60),
    ),
    "UK-ARR-01": _law(
        "CCA 1974 ss 86B-86E",
        "M",
        notice=Period("the second payment was missed", days=14),
        repeat=Period("the last arrears notice", months=6),
    ),
    "UK-DN-01": _law(
        "CCA 1974 s. 88", earliest_date=Period("the default notice was served", days=14)
    ),
    "UK-BS-01": _law(
        "SI 2020/1311 reg. 26", "S", last_day=Period("the first day, which counts", days=59)
    ),
    "UK-BS-04": _law("SI 2020/1311 regs 28-33", "S", last_day=Period("treatment ended", days=30)),
    "UK-LIM-01": _law(
        "Limitation Act 1980 ss 5, 29",
        limitation=Period("the debt fell due or was acknowledged", years=6),
    ),
    "UK-LIM-02": _law("PL(S)A 1973 s. 6", "M", limitation=Period("the debt fell due", years=5)),
    "UK-PAP-01": _law(
        "Pre-Action Protocol for Debt Claims",
        "M",
        reply=Period("the letter of claim", days=30),
        issue_from=Period("notice after the reply", days=14),
    ),
    "EU-GDPR-01": _law("GDPR art. 14", "M", notice=Period("the data were obtained", months=1)),
}

HOUSE = {
    # The letter names the same day: what is announced in it may not come before.
    "house": _law(
        "no law asks it; our own caution",
        "policy",
        letter_reply=Period("the letter was sent", days=15),
        letter_talks=Period("the borrower answered the letter", days=15),
    ),
}

LAWS: Mapping[str, Law] = {**CHINA, **UNITED_STATES, **EUROPE, **HOUSE}
"""Every rule with a day count, by its id; `house` has those that are our own."""


def deadline(rule: str, step: str, start: date, rest_days: Container[date]) -> date:
    """The date that a step of a rule leads to, from the date of the event that starts its clock.

    `rest_days` are the days of the calendar that `period(rule, step).calendar` names. Raises
    ValueError for a rule or a step that is not known, with those that are.
    """
    return period(rule, step).end(start, rest_days)


def period(rule: str, step: str | None = None) -> Period:
    """The clock of that step; the step may be left out where the rule has only one."""
    if rule not in LAWS:
        raise ValueError(f"rule: {rule!r} has no deadline; known are {', '.join(LAWS)}.")
    steps = LAWS[rule].steps
    if step is None and len(steps) == 1:
        return next(iter(steps.values()))
    if step is None:
        raise ValueError(f"step: is missing; {rule} has {', '.join(steps)}.")
    if step not in steps:
        raise ValueError(f"step: {rule} has no {step!r}; it has {', '.join(steps)}.")
    return steps[step]
