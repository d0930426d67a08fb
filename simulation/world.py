"""Simulated worlds: one where the law is kept and every letter arrives, and a silent one."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.case import Case, Placement
from domain.outcomes import AgencyOutcome, Placed, SendOutcome, Sent
from domain.permit import ContactRules, Denied, PastContact, may_contact
from domain.records import Record
from domain.strategy import Channel, Step


@dataclass(slots=True)
class LawfulWorld:
    """Every contact passes the real contact rules; `reachable` are the channels that work.

    `contacts` is the contact log of each borrower, over all their loans.
    """

    rules: Mapping[str, ContactRules]
    reachable: frozenset[Channel] = frozenset(Channel)
    contacts: dict[str, list[PastContact]] = field(default_factory=dict)
    agencies_answer: Placed = Placed.ACCEPTED

    def send(self, case: Case, step: Step, /) -> SendOutcome:
        """Answer as the ledger's claim does: nothing due, the permit, the contact point."""
        log = self.contacts.setdefault(case.borrower_id, [])
        rules = self.rules.get(case.jurisdiction)
        if rules is None:
            return SendOutcome(Sent.SUPPRESSED, rule="rules-missing")
        permit = may_contact(rules, log, case.holds, case.zone, step.message_class, case.now)
        if isinstance(permit, Denied):
            kind = Sent.SUPPRESSED if permit.until is None else Sent.DEFERRED
            return SendOutcome(kind, rule=permit.rule, until=permit.until)
        if step.channel not in self.reachable:
            return SendOutcome(Sent.SUPPRESSED, rule="no-contact-point")
        log.append(PastContact(case.now, step.message_class))
        return SendOutcome(Sent.SENT)

    def place(self, _case: Case, _placement: Placement, /) -> AgencyOutcome:
        """Every agency answers alike."""
        return AgencyOutcome(self.agencies_answer)

    def tell_agency(self, _case: Case, _placement: Placement, _what: str, /) -> AgencyOutcome:
        """Every agency answers alike."""
        return AgencyOutcome(self.agencies_answer)

    def write(self, _case: Case, _records: list[Record], /) -> None:
        """Nothing is kept beyond the case itself."""
