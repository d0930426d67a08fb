"""What a credit bureau may be told of a borrower and when, and what must follow it."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from domain.deadlines import deadline
from domain.refused import Refused


class Bureau(StrEnum):
    """Where reports go, by the format of the file: Metro 2 in the US, 征信 in China."""

    METRO2 = "metro2"
    ZHENGXIN = "zhengxin"


class ReportKind(StrEnum):
    """What a bureau is told.

    `adverse`: the debt is late. `cured`: it no longer is, which corrects the entry. `disputed` and
    `dispute_over`: the borrower contests the entry, and no longer does. `delete`: take it out.
    """

    ADVERSE = "adverse"
    CURED = "cured"
    DISPUTED = "disputed"
    DISPUTE_OVER = "dispute_over"
    DELETE = "delete"


BUREAUS = {"US": Bureau.METRO2, "CN": Bureau.ZHENGXIN}
"""The bureau of each jurisdiction; elsewhere nobody is reported."""

ZONES = {Bureau.METRO2: "America/New_York", Bureau.ZHENGXIN: "Asia/Shanghai"}
"""By which clock a bureau's file and its batch are dated, wherever the machine stands.

China has one. In the US it is the one in the east, and no date in a file lies after the file's.
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """What an adverse report is decided from; all dates are the borrower's.

    `noticed_on` is when the prior notice went out and did not come back (None: never), and
    `notice_days` how many days the borrower has to answer it. `consent`: the borrower agreed in
    writing to reporting. `spoken_on` is the first conversation about the debt. `on_hold` is the
    reason of a hold that forbids an adverse report, empty for none.
    """

    jurisdiction: str
    today: date
    noticed_on: date | None
    notice_days: int
    consent: bool = False
    spoken_on: date | None = None
    on_hold: str = ""
    late: bool = True


HELD = {"military": "US-SCRA-02", "moratorium": "bureau-hold", "bankruptcy": "bureau-hold"}
"""Holds under which nothing adverse is reported, and the rule that says so."""


def refusal(standing: Standing) -> Refused | None:
    """Why the late debt may not be reported now, or None if it may.

    China: written consent (CN-CR-02), and the borrower told first (CN-CR-01) with the days we give
    them to pay. US: nobody is reported before they were spoken to, or a letter went out and 14 days
    brought no bounce (US-CR-01, which binds collectors and which we keep as the lender too); that
    letter is also the notice of negative information (US-CR-02).
    """
    if standing.jurisdiction not in BUREAUS:
        return Refused("no-bureau", f"There is no bureau for {standing.jurisdiction}.")
    if not standing.late:
        return Refused("nothing-due", "Nothing is late, so nothing adverse is reported.")
    if rule := HELD.get(standing.on_hold):
        return Refused(rule, f"Nothing adverse is reported during the hold: {standing.on_hold}.")
    if standing.jurisdiction == "CN" and not standing.consent:
        return Refused("CN-CR-02", "The borrower has not agreed in writing to being reported.")
    first = report_from(standing)
    if first is None:
        rule = "CN-CR-01" if standing.jurisdiction == "CN" else "US-CR-01"
        return Refused(rule, "The borrower was not told before the report.")
    if standing.today < first:
        rule = "CN-CR-01" if standing.jurisdiction == "CN" else "US-CR-01"
        return Refused(rule, f"The borrower has until {first} to answer the notice.")
    return None


def report_from(standing: Standing) -> date | None:
    """The first date of an adverse report; None while the borrower was never told."""
    if standing.noticed_on is None:
        return None
    told = standing.noticed_on + timedelta(days=standing.notice_days)
    if standing.jurisdiction != "US":
        return told
    mailed = deadline("US-CR-01", "furnish_from", standing.noticed_on, ())
    spoken = standing.spoken_on
    return max(told, mailed if spoken is None else min(mailed, max(spoken, standing.noticed_on)))


def delete_on(jurisdiction: str, first_delinquent: date, cured_on: date | None) -> date | None:
    """When the entry must be gone; None while its clock has not started.

    China: five years from the end of the bad conduct, so nothing runs before the cure (CN-CR-03).
    US: seven years from 180 days after the delinquency began, whatever came later (US-CR-06).
    """
    if jurisdiction == "US":
        return deadline("US-CR-06", "delete", first_delinquent, ())
    return None if cured_on is None else deadline("CN-CR-03", "delete", cured_on, ())


def follows(told: tuple[ReportKind, ...], kind: ReportKind) -> bool:
    """Whether that may be told next to a bureau that was told these, the oldest first.

    Only what was reported can be corrected, disputed or deleted, and nothing is said twice.
    """
    states = [k for k in told if k in (ReportKind.ADVERSE, ReportKind.CURED, ReportKind.DELETE)]
    flags = [k for k in told if k in (ReportKind.DISPUTED, ReportKind.DISPUTE_OVER)]
    state, flag = states[-1] if states else None, flags[-1] if flags else None
    if kind is ReportKind.ADVERSE:
        return state is not ReportKind.ADVERSE
    if state in (None, ReportKind.DELETE):
        return False
    if kind is ReportKind.CURED:
        return state is ReportKind.ADVERSE
    if kind is ReportKind.DISPUTED:
        return flag is not ReportKind.DISPUTED
    if kind is ReportKind.DISPUTE_OVER:
        return flag is ReportKind.DISPUTED
    return True
