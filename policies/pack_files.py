"""The shape of a rule pack file: what may stand in it, and how a rule becomes the domain's."""

from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from domain.gate.pack import Binding, Confidence, Rule, Scope, Source
from domain.gate.terms import (
    Caps,
    ClosedDays,
    Flagged,
    GateTerms,
    HoldTerms,
    Hours,
    NamedHours,
    Needs,
    Pattern,
    ThirdParty,
    Visitors,
    Wording,
)
from domain.gate.words import Actor, Channel, Party, Profile, Purpose, Rank, Severity
from domain.grievances import AnswerClock, GrievanceKind
from domain.holds import HoldReason
from domain.rights import RightKind

GATE_KINDS: dict[str, type[GateTerms]] = {
    "hours": Hours,
    "named_hours": NamedHours,
    "closed_days": ClosedDays,
    "cap": Caps,
    "pattern": Pattern,
    "third_party": ThirdParty,
    "flagged": Flagged,
    "visitors": Visitors,
    "needs": Needs,
    "wording": Wording,
}
"""Kinds that the gate or the wording guard decides; their params are read strictly."""

OTHER_KINDS = {
    "agency", "allocation", "classification", "conduct", "consent", "credit", "deadline",
    "disclosure", "fee", "forbearance", "hold", "limitation", "note", "plan", "privacy", "rate",
    "record",
}  # fmt: skip
"""Kinds whose numbers other parts read; a `hold` says what a hold under the rule lets through."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SourceFile(_Part):
    """A source that several rules cite; `in_force` dates the rules that give no date themselves."""

    title: str
    where: str | None = None
    in_force: date | None = None


class CitationFile(_Part):
    """Which of the pack's sources a rule comes from, and how well it is known."""

    of: str
    article: str | None = None
    confidence: Confidence
    quote: str | None = None


class ScopeFile(_Part):
    """What rules are about; a rule names only what differs from its pack."""

    products: list[str] | None = None
    actors: list[Actor] | dict[Profile, list[Actor]] | None = None
    purposes: list[Purpose] | None = None
    channels: list[Channel] | None = None


class EffectiveFile(_Part):
    """The first date of a rule, and the first date it binds no longer."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    start: date | None = Field(default=None, alias="from")
    end: date | None = Field(default=None, alias="to")


class SeverityFile(_Part):
    """What a breach does under each profile."""

    prudent: Severity
    minimum: Severity


class HoldFile(_Part):
    """What a hold under the rule lets through."""

    rank: Rank
    allows: dict[Purpose, str] = {}
    parties: frozenset[Party] = frozenset()
    reply_once: bool = False
    confirm_minutes: int = 5
    joint: bool = False
    reasons: frozenset[HoldReason] = frozenset()
    rights: frozenset[RightKind] = frozenset()


class AnswerTermFile(_Part):
    """One time to answer, by its name among the rule's `steps`; all but the first are later ones,
    for the reason `because` (empty: any) and, where `approved`, with a second person's consent."""

    step: str
    because: str = ""
    approved: bool = False


class AnswersFile(_Part):
    """Which grievances a deadline is about: they start it; `terms` come in the order of dates."""

    starts: frozenset[GrievanceKind] = Field(min_length=1)
    terms: list[AnswerTermFile] = Field(min_length=1)


RuleId = Annotated[str, Field(pattern=r"^[A-Z]{2}(-[A-Z0-9]+)+$")]


class RuleFile(_Part):
    """One rule."""

    id: RuleId
    says: str
    kind: str
    params: dict[str, Any] = {}
    hold: HoldFile | None = None
    binding: Binding
    modal: str
    severity: SeverityFile
    scope: ScopeFile = ScopeFile()
    effective: EffectiveFile | None = None
    source: CitationFile
    reviewed_by: str | None = None
    answers: AnswersFile | None = None

    def rule(
        self, pack: "PackFile", terms: GateTerms | None, answers: AnswerClock | None = None
    ) -> Rule:
        """The domain's rule, with what it leaves out taken from its pack."""
        cited = pack.sources[self.source.of]
        dates = self.effective or EffectiveFile(start=cited.in_force)
        return Rule(
            id=self.id,
            says=self.says,
            kind=self.kind,
            params=self.params,
            terms=terms,
            hold=HoldTerms(**dict(self.hold)) if self.hold else None,
            binding=self.binding,
            modal=self.modal,
            severity=dict(
                zip(Profile, (self.severity.prudent, self.severity.minimum), strict=True)
            ),
            scope=_scope(self.scope, pack.scope),
            effective=(dates.start, dates.end),
            source=Source(
                cited.title,
                self.source.article,
                cited.where,
                self.source.confidence,
                self.source.quote,
            ),
            reviewed_by=self.reviewed_by,
            answers=answers,
        )


class TimeFile(_Part):
    """Whose clock the law reads, and which zones stand in for one that is not known."""

    legal_zone: str | None = None
    legal_zone_counts: bool = False
    unknown_zones: list[str] = []


class PackFile(_Part):
    """A whole rule pack file. An overlay names its `region` and its `base`."""

    pack: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    version: str = Field(pattern=r"^20\d\d\.(0[1-9]|1[0-2])\.\d+$")
    jurisdiction: str = Field(pattern=r"^[A-Z]{2}$")
    region: str | None = Field(default=None, pattern=r"^[A-Z]{2}-[A-Z0-9]{1,3}$")
    base: str | None = None
    time: TimeFile = TimeFile()
    scope: ScopeFile
    sources: dict[str, SourceFile]
    rules: list[RuleFile]


def _scope(own: ScopeFile, pack: ScopeFile) -> Scope:
    actors = own.actors or pack.actors or list(Actor)
    by_profile = actors if isinstance(actors, dict) else dict.fromkeys(Profile, actors)
    return Scope(
        products=frozenset(own.products or pack.products or ()),
        actors={profile: frozenset(by_profile.get(profile, ())) for profile in Profile},
        purposes=frozenset(own.purposes or pack.purposes or Purpose),
        channels=frozenset(own.channels or pack.channels or Channel),
    )
