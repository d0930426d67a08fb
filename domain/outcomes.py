"""What came of an effect on the world: the answers an activity gives and a case records."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from domain.facts import MoneyFact, StandingChanged

OUR_FAULTS = frozenset({"rules-missing", "zone-unknown", "ledger-away"})
"""Rules under which nobody is contacted until we have mended something of ours."""

ANEW = "decided-anew"
"""The rule of a contact or a hand-off that was given up when something was heard."""

SILENT = "no-answer"
"""The rule of a hand-off that was given up because the agency did not answer in days."""


class Sent(StrEnum):
    """What came of asking for a contact."""

    SENT = "sent"
    ALREADY_SENT = "already_sent"
    DEFERRED = "deferred"
    SUPPRESSED = "suppressed"
    STALE = "stale"
    BOUNCED = "bounced"
    UNCERTAIN = "sent_uncertain"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class SendOutcome:
    """The answer to a contact asked for.

    `rule` and `reason` say why when it was deferred, suppressed, bounced or failed; `until` is
    the first lawful instant of a deferral; `facts` are the money facts the ledger knew and the
    case did not, when the answer is stale.
    """

    kind: Sent
    rule: str = ""
    reason: str = ""
    until: datetime | None = None
    facts: tuple[MoneyFact, ...] = field(default=())

    @property
    def settled(self) -> bool:
        """Whether the step is over: anything but a deferral or a stale decision."""
        return self.kind not in (Sent.DEFERRED, Sent.STALE)

    @property
    def our_fault(self) -> str:
        """The fault of ours that keeps the contact from being made; empty for none."""
        return self.rule if self.rule in OUR_FAULTS else ""

    @property
    def may_have_arrived(self) -> bool:
        """Whether the borrower may have got it, so that it counts in every cap."""
        return self.kind in (Sent.SENT, Sent.ALREADY_SENT, Sent.UNCERTAIN)


class Placed(StrEnum):
    """What an agency answered, or why it was not asked.

    Deferred: it may be later. Unapproved: the ledger has no yes of a second person for this.
    Uncertain: it was asked and did not answer before something was heard; it may have the case,
    so it is told to stop.
    """

    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    DEFERRED = "deferred"
    UNAPPROVED = "unapproved"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True, slots=True)
class AgencyOutcome:
    """The agency's answer to a hand-off, a recall or a notice; `reason` is empty when accepted.

    `standing` is, after a hand-off, what the ledger knows to bind everybody who contacts the
    person: the agency is told of each right after. `pending`: it has the message and still has to
    acknowledge it, which comes as its report. `until`: when a deferred hand-off is asked for again.
    """

    kind: Placed
    reference: str = ""
    reason: str = ""
    standing: tuple[StandingChanged, ...] = ()
    pending: bool = False
    until: datetime | None = None
