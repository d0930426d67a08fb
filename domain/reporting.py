"""Whether a case is reported to a credit bureau: its notice, its days, and a person's approval."""

from datetime import datetime, timedelta

from domain.approving import DECLINED, ask_second
from domain.bureau import BUREAUS, ReportKind
from domain.case import Approval, Case
from domain.clock import local_date, local_instant
from domain.holds import free_from
from domain.reaching import arrived
from domain.records import BureauOrdered
from domain.strategy import BureauTerms, Strategy

REPORT = "bureau_report"
"""What a second person is asked to approve."""


def to_report(case: Case, strategy: Strategy) -> BureauTerms | None:
    """The terms under which the case is still to be reported, or None when it is not.

    Nothing is asked where there is no bureau, nor when the prior notice never arrived: the law
    wants the borrower told first (CN-CR-01).
    """
    terms = strategy.bureau
    if terms is None or case.report_asked or case.reported:
        return None
    if case.jurisdiction not in BUREAUS or not arrived(case, terms.notice):
        return None
    return terms


def notice_run_out(case: Case, strategy: Strategy, terms: BureauTerms) -> datetime | None:
    """The first instant after the days of the prior notice without a hold; None: an open hold."""
    noticed = case.demanded or local_date(case.stage_since, case.zone)
    day = noticed + timedelta(days=terms.notice_days)
    at = local_instant(day, strategy.promise.judge_at, case.zone)
    return free_from(case.holds, max(at, case.now))


def asked(case: Case) -> bool:
    """Whether a person was asked, and the question is still the open one."""
    return case.approval is not None and case.approval.what == REPORT


def ask_report(case: Case, terms: BureauTerms, now: datetime) -> Approval:
    """The question to a second person."""
    return ask_second(case, REPORT, now, now + timedelta(days=terms.approval_days))


def take_back_report(case: Case, rule: str) -> None:
    """Take back a report that the ledger did not order, because it has no yes, by its rule.

    A second person who said no has said it; otherwise the case is to ask anew.
    """
    case.reported, case.report_asked = False, rule == DECLINED
    case.log("bureau", f"adverse report: not on record ({rule})")


def settle_report(case: Case, strategy: Strategy, terms: BureauTerms) -> None:
    """Order the report when it was approved; either way the question is not asked again."""
    approval = case.approval
    assert approval is not None and approval.what == REPORT, "the question was asked"
    noticed = to_report(case, strategy) is not None
    case.approval, case.report_asked = None, True
    if not approval.answer or not noticed:
        case.log("bureau", "not reported")
        return
    case.reported = True
    ordered = BureauOrdered(
        ReportKind.ADVERSE, case.now, terms.notice, terms.notice_days, approval.by
    )
    case.unwritten.append(ordered)
    case.log("bureau", "adverse report ordered")
