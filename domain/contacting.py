"""What a step of a strategy asks of the gate: in the claim and in virtual time the same."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from domain.gate.answers import Allowed, Permit
from domain.gate.gate import may_contact
from domain.gate.question import Contact, LegalHold, Proposed, Question
from domain.gate.rulebook import Rulebook
from domain.gate.words import VOICE, Channel, ContactOutcome, Fact, Party, Purpose
from domain.holds import Hold
from domain.outcomes import SendOutcome, Sent
from domain.rights import Right, kept
from domain.steps import MessageClass

PURPOSES = {
    MessageClass.DUNNING: Purpose.COLLECTION,
    MessageClass.LOCATE: Purpose.LOCATE,
    MessageClass.STATUTORY: Purpose.STATUTORY_NOTICE,
    MessageClass.RECEIPT: Purpose.SERVICE,
    MessageClass.SERVICE: Purpose.SERVICE,
}
"""What a message of each class is for, in the words of the rules."""

VISITORS = 2
"""How many go together to a visit (CN-VISIT-01): the visit list takes no fewer."""

PRODUCTS = frozenset({"consumer_loan", "credit_card"})
"""The products that packs tell apart; another is not known, so the rules for each hold for it."""

_FACTS = dict.fromkeys(MessageClass, frozenset[Fact]()) | {
    MessageClass.DUNNING: frozenset({Fact.DUNNING}),
    MessageClass.RECEIPT: frozenset({Fact.RECEIPT}),
}


@dataclass(frozen=True, slots=True)
class Planned:
    """A contact that a step asks for, with a borrower in `zone` about a loan.

    `other_zones` are further zones where the borrower may be.

    `number` is the contact point (None: not known), `product` the loan's, as its book calls it.
    With a `party` other than the borrower it is a contact with whoever is at that number. `others`
    are further loans that it speaks of.
    """

    at: datetime
    borrower_id: str
    loan_id: str
    zone: str
    channel: Channel
    message_class: MessageClass
    number: str | None = None
    product: str | None = None
    party: Party = Party.BORROWER
    others: tuple[str, ...] = ()
    other_zones: tuple[str, ...] = ()

    @property
    def person(self) -> str:
        """Whose contact it is: the borrower's, or that of the person at the number."""
        own = self.party is Party.BORROWER
        return self.borrower_id if own else f"{self.borrower_id}/{self.number}"


def question(
    book: Rulebook,
    planned: Planned,
    log: Sequence[Contact],
    holds: Sequence[Hold],
    rights: Sequence[Right] = (),
) -> Question:
    """May the step be made? `log`, `holds` and `rights` are the borrower's, over all loans."""
    proposed = Proposed(
        at=planned.at,
        channel=planned.channel,
        person=planned.person,
        debts=(planned.loan_id, *planned.others),
        number=planned.number,
        party=planned.party,
        purpose=PURPOSES[planned.message_class],
        about=planned.borrower_id if planned.person != planned.borrower_id else None,
        product=planned.product if planned.product in PRODUCTS else None,
        collectors=VISITORS if planned.channel is Channel.VISIT else None,
        discloses_debt=planned.message_class is not MessageClass.LOCATE,
        facts=_FACTS[planned.message_class],
    )
    legal = [_legal(book, hold) for hold in holds] if holds else ()
    zones = (planned.zone, *planned.other_zones)
    if not rights:
        return Question(proposed, zones, log, legal)
    said = kept(book.right_rules, rights, proposed)
    return Question(
        replace(proposed, facts=proposed.facts | said.facts),
        zones,
        log,
        [*legal, *said.holds],
        said.consents,
        said.slots,
        said.inconvenient,
    )


def answer(permit: Permit) -> SendOutcome | None:
    """What the step hears: put off, or given up where waiting does not help; None if it may."""
    if isinstance(permit, Allowed):
        return None
    if permit.until is None:
        return SendOutcome(Sent.SUPPRESSED, permit.rule, permit.reason)
    return SendOutcome(Sent.DEFERRED, permit.rule, permit.reason, until=permit.until)


def refusal(
    book: Rulebook,
    planned: Planned,
    log: Sequence[Contact],
    holds: Sequence[Hold],
    rights: Sequence[Right] = (),
) -> SendOutcome | None:
    """Why the step may not be made now, or None if it may."""
    return answer(may_contact(book, question(book, planned, log, holds, rights)))


def logged(
    planned: Planned,
    outcome: ContactOutcome | None = None,
    by: str = "lender",
    *,
    inbound: bool = False,
) -> Contact:
    """The contact as a line of the log.

    A message without an outcome was sent; of a call nobody has written the outcome yet, so it
    counts as each.
    """
    if outcome is None and planned.channel not in VOICE:
        outcome = ContactOutcome.SENT
    return Contact(
        at=planned.at,
        channel=planned.channel,
        person=planned.person,
        outcome=outcome,
        inbound=inbound,
        number=planned.number,
        debts=(planned.loan_id, *planned.others),
        by=by,
        purpose=PURPOSES[planned.message_class],
    )


def _legal(book: Rulebook, hold: Hold) -> LegalHold:
    """The hold under the rule of its reason; without one it lets through what any hold does."""
    rule = book.hold_rules.get(hold.reason) or f"hold-{hold.reason}"
    return LegalHold(rule, hold.start, hold.until)
