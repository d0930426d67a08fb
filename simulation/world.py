"""Simulated worlds: one where the law is kept and every letter arrives, and a silent one."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.case import Case, Placement
from domain.contacting import Planned, logged, refusal
from domain.gate.question import Contact
from domain.gate.rulebook import Rulebook
from domain.outcomes import AgencyOutcome, Placed, SendOutcome, Sent
from domain.records import Record
from domain.strategy import Channel, Step


@dataclass(slots=True)
class LawfulWorld:
    """Every contact passes the real gate; `reachable` are the channels that work.

    `rules` are the rule packs by jurisdiction, `contacts` is the contact log of each borrower,
    over all their loans.
    """

    rules: Mapping[str, Rulebook]
    reachable: frozenset[Channel] = frozenset(Channel)
    contacts: dict[str, list[Contact]] = field(default_factory=dict)
    agencies_answer: Placed = Placed.ACCEPTED

    def send(self, case: Case, step: Step, /) -> SendOutcome:
        """Answer as the ledger's claim does: nothing due, the gate, the contact point."""
        log = self.contacts.setdefault(case.borrower_id, [])
        book = self.rules.get(case.jurisdiction)
        if book is None:
            return SendOutcome(Sent.SUPPRESSED, rule="rules-missing")
        planned = Planned(
            case.now, case.borrower_id, case.loan_id, case.zone, step.channel, step.message_class
        )
        if refused := refusal(book, planned, log, case.holds):
            return refused
        if step.channel not in self.reachable:
            return SendOutcome(Sent.SUPPRESSED, rule="no-contact-point")
        log.append(logged(planned))
        return SendOutcome(Sent.SENT)

    def place(self, _case: Case, _placement: Placement, /) -> AgencyOutcome:
        """Every agency answers alike."""
        return AgencyOutcome(self.agencies_answer)

    def tell_agency(self, _case: Case, _placement: Placement, _what: str, /) -> AgencyOutcome:
        """Every agency answers alike."""
        return AgencyOutcome(self.agencies_answer)

    def write(self, _case: Case, _records: list[Record], /) -> None:
        """Nothing is kept beyond the case itself."""
