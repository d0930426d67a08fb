"""Simulated worlds: one where the law is kept and every letter arrives, and a silent one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from domain import known
from domain.case import Case
from domain.clock import local_date
from domain.contacting import Planned, logged, refusal
from domain.facts import ContactBounced, ContactFailed
from domain.gate.question import Contact
from domain.gate.rulebook import Rulebook, book_of
from domain.gate.words import Channel, ContactOutcome, Party
from domain.holds import Hold
from domain.legal.filing import FileOutcome, Filing
from domain.legal.limitation import Claim, Interruption, Restart, limitation
from domain.legal.papers import Paper
from domain.legal.remedies import Evidence, Prepared, Source
from domain.outcomes import AgencyOutcome, Placed, SendOutcome, Sent
from domain.placement import Placement
from domain.records import Record
from domain.rights import Right
from domain.steps import MessageClass, Step
from simulation.driver import Event


@dataclass(slots=True)
class LawfulWorld:
    """Every contact passes the real gate; `reachable` are the channels that work.

    `rules` are the rule packs by jurisdiction, `contacts` is the contact log of each borrower,
    over all their loans, and `made` each of them by loan and step; `rights` are what borrowers have
    told us of how they want to be treated. Agencies that hesitate have a message, and acknowledge
    it later. `kept_until` is when something passes that only the ledger knows, and that keeps every
    case from agencies; None: there is nothing.
    """

    rules: Mapping[str, Rulebook]
    reachable: frozenset[Channel] = frozenset(Channel)
    contacts: dict[str, list[Contact]] = field(default_factory=dict)
    agencies_answer: Placed = Placed.ACCEPTED
    agencies_hesitate: bool = False
    kept_until: datetime | None = None
    lacking: frozenset[str] = frozenset()
    made: dict[tuple[str, str], Contact] = field(default_factory=dict)
    rights: Mapping[str, Sequence[Right]] = field(default_factory=dict)

    def send(self, case: Case, step: Step, /) -> SendOutcome:
        """Answer as the ledger's claim does: nothing due, the gate, the contact point."""
        book = book_of(self.rules, case.jurisdiction, case.region)
        if book is None:
            return SendOutcome(Sent.SUPPRESSED, rule="rules-missing")
        planned = Planned(
            case.now, case.borrower_id, case.loan_id, case.zone, step.channel, step.message_class
        )
        return self.contact(book, planned, step.name, case.holds)

    def contact(
        self, book: Rulebook, planned: Planned, step: str, holds: Sequence[Hold]
    ) -> SendOutcome:
        """The same for whoever asks; somebody who may know where the borrower is, is a cousin."""
        if planned.message_class is MessageClass.LOCATE:
            planned = replace(planned, party=Party.CONTACT_PERSON)
        log = self.contacts.setdefault(planned.borrower_id, [])
        rights = self.rights.get(planned.borrower_id, ())
        if refused := refusal(book, planned, log, holds, rights):
            return refused
        if planned.channel not in self.reachable:
            return SendOutcome(Sent.SUPPRESSED, rule="no-contact-point")
        line = self.made[planned.loan_id, step] = logged(planned)
        log.append(line)
        return SendOutcome(Sent.SENT)

    def prepare(self, case: Case, remedy: str, /) -> Prepared:
        """Everything is on file since the case opened, but what lacks and nobody has brought."""
        found = known.remedies().get(case.jurisdiction, {}).get(remedy)
        told = tuple(case.legal.evidence) if case.legal is not None else ()
        if found is None:
            return Prepared(None)
        since = local_date(case.opened_at, case.zone)
        there = {evidence.item for evidence in told}
        held = tuple(
            Evidence(item.name, since, f"{item.name}-1")
            for item in found.items
            if item.name not in self.lacking | there and item.source is not Source.CLOCK
        )
        return Prepared(found, (*told, *held), last_day_to_sue(case))

    def file(self, case: Case, remedy: str, papers: tuple[Paper, ...], /) -> FileOutcome:
        """Number the papers: what the case knows is all that there is to know."""
        found = self.prepare(case, remedy).remedy
        assert found is not None, "only a known remedy is filed"
        drawn = papers or found.papers
        return FileOutcome(Filing.FILED, tuple(f"{case.loan_id}-{paper}" for paper in drawn))

    def place(self, case: Case, _placement: Placement, /) -> AgencyOutcome:
        """Every agency answers alike, once the ledger lets it be asked."""
        return self.handed_off(case.now)

    def handed_off(self, at: datetime) -> AgencyOutcome:
        """The same for whoever asks."""
        if self.kept_until is not None and at < self.kept_until:
            return AgencyOutcome(Placed.DEFERRED, reason="scrub-dispute", until=self.kept_until)
        return AgencyOutcome(self.agencies_answer)

    def tell_agency(self, _case: Case, _placement: Placement, _what: str, /) -> AgencyOutcome:
        """Every agency answers alike."""
        waits = self.agencies_hesitate and self.agencies_answer is Placed.ACCEPTED
        return AgencyOutcome(self.agencies_answer, pending=waits)

    def hear(self, case: Case, event: Event, /) -> None:
        """A call that reached nobody counts as that, and what came back was no contact at all."""
        self.heard(case.borrower_id, case.loan_id, event)

    def heard(self, borrower_id: str, loan_id: str, event: Event) -> None:
        """The same for whoever hears it."""
        if not isinstance(event, ContactBounced | ContactFailed):
            return
        line = self.made.pop((loan_id, event.step), None)
        if line is None:
            return
        log = self.contacts[borrower_id]
        log.remove(line)
        if isinstance(event, ContactFailed):
            log.append(replace(line, outcome=ContactOutcome(event.outcome)))

    def write(self, _case: Case, _records: list[Record], /) -> None:
        """Nothing is kept beyond the case itself."""


def last_day_to_sue(case: Case) -> date | None:
    """When the claim is barred, by the payments that the case knows; None: nobody can say."""
    paid = [
        Interruption(Restart.PAYMENT, payment.on, payment.payment_id)
        for payment in case.payments
        if payment.reversed_on is None
    ]
    last_due = max(instalment.due for instalment in case.instalments)
    rest_days = known.calendars().get(case.jurisdiction, ())
    counted = limitation(Claim(case.jurisdiction, last_due, paid), rest_days)
    return counted.ends if counted is not None else None
