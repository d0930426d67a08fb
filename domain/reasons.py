"""Why a borrower is late, in codes, and what makes a person easier to harm than others."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Why the loan is late, as the borrower said it or a collector found it."""

    FORGOT = "forgot"
    CASH_FLOW = "cash_flow"
    INCOME_CUT = "income_cut"
    JOB_LOSS = "job_loss"
    BUSINESS_FAILED = "business_failed"
    ILLNESS = "illness"
    BEREAVEMENT = "bereavement"
    SEPARATION = "separation"
    DISASTER = "disaster"
    TOO_MUCH_DEBT = "too_much_debt"
    DISPUTE = "dispute"
    UNWILLING = "unwilling"
    UNREACHABLE = "unreachable"
    OTHER = "other"


class Vulnerability(StrEnum):
    """What makes harm likelier: health, an event of life, little to fall back on, or capability."""

    ILLNESS = "illness"
    MENTAL_HEALTH = "mental_health"
    DISABILITY = "disability"
    ADDICTION = "addiction"
    BEREAVEMENT = "bereavement"
    ABUSE = "abuse"
    CARER = "carer"
    LOW_RESILIENCE = "low_resilience"
    LOW_CAPABILITY = "low_capability"
    OLD_AGE = "old_age"


@dataclass(frozen=True, slots=True)
class Care:
    """What vulnerability changes in an agreement; the default changes nothing.

    `spare_percent` of the surplus is left to the borrower; the first instalment comes `rest_days`
    after today at the earliest; means are looked at again every `check_back_days` (None: as the
    offer says). A `written` agreement is needed, word of mouth is not enough. A `second_look` of
    another person comes before the agreement.
    """

    spare_percent: int = 0
    rest_days: int = 0
    check_back_days: int | None = None
    written: bool = False
    second_look: bool = False


def care_of(flags: Collection[Vulnerability], cares: Mapping[Vulnerability, Care]) -> Care:
    """The kindest of everything that the flags ask for; a flag without an entry asks nothing."""
    asked = [cares[flag] for flag in sorted(flags) if flag in cares]
    reviews = [care.check_back_days for care in asked if care.check_back_days is not None]
    return Care(
        spare_percent=max((care.spare_percent for care in asked), default=0),
        rest_days=max((care.rest_days for care in asked), default=0),
        check_back_days=min(reviews, default=None),
        written=any(care.written for care in asked),
        second_look=any(care.second_look for care in asked),
    )
