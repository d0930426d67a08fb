"""The parts of a strategy file, one class a section, and how each becomes the domain's."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from domain.delinquency import Bucket, Terms
from domain.keys import digest
from domain.strategy import (
    PLAN_AGREED,
    BureauTerms,
    LegalTerms,
    LostContactTerms,
    PlacementTerms,
    PlanTerms,
    PromiseTerms,
    Stage,
    Strategy,
    ThanksTerms,
)
from policies.campaign_files import CampaignFile
from policies.early_files import EarlyFile
from policies.files import LocalTime
from policies.step_parts import (
    BeforeFile,
    Count,
    Days,
    EventStepFile,
    LadderFile,
    Name,
    Part,
    made,
)


def _rising(buckets: dict[str, int]) -> dict[str, int]:
    starts = list(buckets.values())
    if not starts or starts[0] != 0 or starts != sorted(set(starts)):
        raise ValueError("buckets must start at day 0 and rise")
    return buckets


class DelinquencyFile(Part):
    """What counts as late, and whether days on hold move a case up its ladder."""

    grace_days: Days
    materiality_minor: Annotated[int, Field(strict=True, ge=0)]
    materiality_percent: Annotated[Decimal, Field(ge=0, lt=100)]
    paused_days_count: Annotated[bool, Field(strict=True)]
    quiet_days_after_payment: Days = 0
    buckets: Annotated[dict[str, int], AfterValidator(_rising)]

    def terms(self) -> Terms:
        """The domain's terms."""
        return Terms(
            self.grace_days,
            self.materiality_minor,
            self.materiality_percent,
            tuple(Bucket(name, day) for name, day in self.buckets.items()),
        )


class PromiseFile(Part):
    """How promises are taken and judged; `broken` and `before` are absent where none is sent."""

    max_days: Count
    grace_days: Days
    tolerance_percent: Annotated[int, Field(strict=True, ge=1, le=100)]
    max_broken: Annotated[int, Field(strict=True, ge=0)]
    judge_at: LocalTime
    broken: EventStepFile | None = None
    before: BeforeFile | None = None
    max_rolled: Days | None = None
    watch_days: Days = 0

    def terms(self) -> PromiseTerms:
        """The domain's terms."""
        return PromiseTerms(
            self.max_days,
            self.grace_days,
            self.tolerance_percent,
            self.max_broken,
            self.judge_at,
            made(self.broken),
            made(self.before),
            self.before.days if self.before else 0,
            self.max_rolled,
            self.watch_days,
        )


class PlanFile(Part):
    """How plans are taken and judged; `missed` and `before` are absent where none is sent.

    `agreed` is absent where an accepted offer is confirmed by e-mail with the usual letter.
    """

    max_instalments: Count
    first_within_days: Count
    grace_days: Days
    misses_tolerated: Annotated[int, Field(strict=True, ge=0)]
    judge_at: LocalTime
    missed: EventStepFile | None = None
    before: BeforeFile | None = None
    agreed: EventStepFile | None = None
    check_back_days: Count | None = None
    default_to: Literal[Stage.REMIND, Stage.NEGOTIATE, Stage.LEGAL] = Stage.NEGOTIATE

    def terms(self) -> PlanTerms:
        """The domain's terms."""
        return PlanTerms(
            self.max_instalments,
            self.first_within_days,
            self.grace_days,
            self.misses_tolerated,
            self.judge_at,
            made(self.missed),
            made(self.before),
            self.before.days if self.before else 0,
            self.check_back_days,
            self.default_to,
            self.agreed.step() if self.agreed else PLAN_AGREED,
        )


class LostContactFile(LadderFile):
    """When contact counts as lost, and how the borrower is looked for."""

    after_failed: Count
    repair_days: Days

    def terms(self) -> LostContactTerms:
        """The domain's terms."""
        return LostContactTerms(self.ladder(), self.after_failed, self.repair_days)


class ThanksFile(Part):
    """Who is thanked; absent: nobody."""

    cured: EventStepFile | None = None
    kept: EventStepFile | None = None

    def terms(self) -> ThanksTerms:
        """The domain's terms."""
        return ThanksTerms(made(self.cured), made(self.kept))


class LegalFile(LadderFile):
    """The final demand, its notice period and the approval; `remedies` at court are in order."""

    notice_days: Days
    approval_days: Count
    remedies: tuple[Name, ...] = ()

    def terms(self) -> LegalTerms:
        """The domain's terms."""
        return LegalTerms(self.ladder(), self.notice_days, self.approval_days, self.remedies)


class PlacementFile(Part):
    """Agencies in order; an empty list means that none is used.

    With `shares` a lot draws the order instead; what is absent is not asked of an agency.
    """

    term_days: Count
    agencies: list[str]
    shares: dict[str, Days] = Field(default={})
    acknowledge_days: Count | None = None
    stop_on_payment: Annotated[bool, Field(strict=True)] = False
    recall_days: Count | None = None

    def terms(self) -> PlacementTerms:
        """The domain's terms."""
        return PlacementTerms(
            agencies=tuple(self.agencies),
            term_days=self.term_days,
            shares=tuple(sorted(self.shares.items())),
            acknowledge_days=self.acknowledge_days,
            stop_on_payment=self.stop_on_payment,
            recall_days=self.recall_days,
        )


class BureauFile(Part):
    """Reporting to a credit bureau after the step `notice` and its days, if a person approves."""

    notice: Name
    notice_days: Days
    approval_days: Count

    def terms(self) -> BureauTerms:
        """The domain's terms."""
        return BureauTerms(self.notice, self.notice_days, self.approval_days)


class StrategyFile(Part):
    """A whole strategy file; without `lost_contact` nobody is looked for.

    Without `bureau` nobody is reported to a credit bureau, and without `campaigns` all
    seasons are alike.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9_-]*$")
    delinquency: DelinquencyFile
    remind: LadderFile
    negotiate: LadderFile
    promise: PromiseFile
    plan: PlanFile
    legal: LegalFile
    placement: PlacementFile
    lost_contact: LostContactFile | None = None
    thanks: ThanksFile = ThanksFile()
    bureau: BureauFile | None = None
    early: EarlyFile | None = None
    campaigns: tuple[CampaignFile, ...] = ()

    def strategy(self, text: str) -> Strategy:
        """The domain's strategy; its digest is that of the file's text."""
        return Strategy(
            name=self.name,
            digest=digest(text)[:12],
            terms=self.delinquency.terms(),
            paused_days_count=self.delinquency.paused_days_count,
            quiet_days_after_payment=self.delinquency.quiet_days_after_payment,
            remind=self.remind.ladder(),
            negotiate=self.negotiate.ladder(),
            promise=self.promise.terms(),
            plan=self.plan.terms(),
            legal=self.legal.terms(),
            placement=self.placement.terms(),
            lost_contact=self.lost_contact.terms() if self.lost_contact else None,
            thanks=self.thanks.terms(),
            bureau=self.bureau.terms() if self.bureau else None,
            early=self.early.terms() if self.early else None,
            campaigns=tuple(campaign.campaign() for campaign in self.campaigns),
        )
