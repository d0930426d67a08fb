"""What a step of a strategy asks of the gate: in the claim and in virtual time the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.gate.answers import Allowed, Permit
from domain.gate.gate import may_contact
from domain.gate.question import Contact, LegalHold, Proposed, Question
from domain.gate.rulebook import Rulebook
from domain.gate.words import VOICE, ContactOutcome, Fact, Purpose
from domain.gate.words import Channel as Medium
from domain.holds import Hold
from domain.outcomes import SendOutcome, Sent
from domain.strategy import Channel, MessageClass

PURPOSES = {
    MessageClass.DUNNING: Purpose.COLLECTION,
    MessageClass.STATUTORY: Purpose.STATUTORY_NOTICE,
    MessageClass.RECEIPT: Purpose.SERVICE,
    MessageClass.SERVICE: Purpose.SERVICE,
}
"""What a message of each class is for, in the words of the rules."""

MEDIA = {channel: Medium(channel.value) for channel in Channel}
"""The channels of the strategies, in the words of the rules."""

PRODUCTS = frozenset({"consumer_loan", "credit_card"})
"""The products that packs tell apart; another is not known, so the rules for each hold for it."""

_FACTS = {
    kind: frozenset({Fact.DUNNING}) if kind is MessageClass.DUNNING else frozenset[Fact]()
    for kind in MessageClass
}


@dataclass(frozen=True, slots=True)
class Planned:
    """A contact that a step asks for, with a borrower in `zone` about a loan.

    `number` is the contact point (None: not known), `product` the loan's, as its book calls it.
    """

    at: datetime
    borrower_id: str
    loan_id: str
    zone: str
    channel: Channel
    message_class: MessageClass
    number: str | None = None
    product: str | None = None


def question(
    book: Rulebook, planned: Planned, log: Sequence[Contact], holds: Sequence[Hold]
) -> Question:
    """May the step be made? `log` and `holds` are the borrower's, over all loans."""
    proposed = Proposed(
        at=planned.at,
        channel=MEDIA[planned.channel],
        person=planned.borrower_id,
        debts=(planned.loan_id,),
        number=planned.number,
        purpose=PURPOSES[planned.message_class],
        product=planned.product if planned.product in PRODUCTS else None,
        facts=_FACTS[planned.message_class],
    )
    legal = [_legal(book, hold) for hold in holds] if holds else ()
    return Question(proposed, (planned.zone,), log, legal)


def answer(permit: Permit) -> SendOutcome | None:
    """What the step hears: put off, or given up where waiting does not help; None if it may."""
    if isinstance(permit, Allowed):
        return None
    if permit.until is None:
        return SendOutcome(Sent.SUPPRESSED, permit.rule, permit.reason)
    return SendOutcome(Sent.DEFERRED, permit.rule, permit.reason, until=permit.until)


def refusal(
    book: Rulebook, planned: Planned, log: Sequence[Contact], holds: Sequence[Hold]
) -> SendOutcome | None:
    """Why the step may not be made now, or None if it may."""
    return answer(may_contact(book, question(book, planned, log, holds)))


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
    medium = MEDIA[planned.channel]
    if outcome is None and medium not in VOICE:
        outcome = ContactOutcome.SENT
    return Contact(
        at=planned.at,
        channel=medium,
        person=planned.borrower_id,
        outcome=outcome,
        inbound=inbound,
        number=planned.number,
        debts=(planned.loan_id,),
        by=by,
        purpose=PURPOSES[planned.message_class],
    )


def _legal(book: Rulebook, hold: Hold) -> LegalHold:
    """The hold under the rule of its reason; without one it lets through what any hold does."""
    rule = book.hold_rules.get(hold.reason) or f"hold-{hold.reason}"
    return LegalHold(rule, hold.start, hold.until)
