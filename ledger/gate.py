"""The gate before a contact: what its answer is made from, and the answer, with its reasons."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from domain import contacting
from domain.clock import local_date
from domain.contacting import Planned
from domain.counting import counted
from domain.delinquency import Terms
from domain.gate.answers import Allowed, Permit
from domain.gate.gate import may_contact
from domain.gate.question import Contact, Question
from domain.gate.rulebook import Rulebook
from domain.gate.words import Channel, Party, Purpose
from domain.holds import Hold
from domain.keys import digest
from domain.orders import NoticeOrder
from domain.outcomes import SendOutcome, Sent
from domain.rights import Right
from domain.steps import MessageClass
from ledger import merging, points
from ledger.agreements import holds_of
from ledger.case_tables import ContactRow
from ledger.consents import unconsented
from ledger.errors import LedgerError
from ledger.loans import loan_view
from ledger.payments import money_facts, version
from ledger.rights import rights_of
from ledger.snapshots import Snapshot, snapshot_of
from ledger.values import ContactPoint, LoanView
from ledger.words import NO_POINT, ContactStatus

SHUT = "channel-off"
"""The rule of a contact by a channel that is not set up."""

_SLACK = timedelta(days=2)
"""How much further back than the longest window of a cap: zones apart may call the same date."""

_BEHIND = timedelta(minutes=15)
"""How long a contact waits for a payment that the case has heard of and the ledger has not."""

_KIND = (MessageClass.RECEIPT, MessageClass.SERVICE)
"""What asks for nothing, so that it also goes to those who owe nothing."""

_COUNTS = (ContactStatus.CLAIMED, ContactStatus.SENT, ContactStatus.SENT_UNCERTAIN)
"""Contacts the borrower has or may have got; each counts in every cap."""

_LASTING = timedelta(minutes=10)
"""A permit that still holds so much later may wait in the queue of a dialer."""


@dataclass(frozen=True, slots=True)
class House:
    """What a claim is judged by.

    `rules` are those of the borrower's jurisdiction, `terms` those of the strategy, `channels` the
    ways out of the house that are set up.
    """

    rules: Rulebook
    terms: Terms
    channels: frozenset[Channel] = frozenset(Channel)


@dataclass(frozen=True, slots=True)
class Asked:
    """A contact asked for, with everything its answer is made from, all of one transaction."""

    order: NoticeOrder
    house: House
    at: datetime
    view: LoanView
    snapshot: Snapshot
    version: int
    point: ContactPoint | None
    rested_at: datetime | None
    also: tuple[Snapshot, ...]
    holds: Sequence[Hold]
    rights: Sequence[Right]
    question: Question
    permit: Permit


def asked(session: Session, order: NoticeOrder, house: House, at: datetime) -> Asked:
    """Read what the answer is made from, and ask the gate; LedgerError for an unknown loan."""
    view = loan_view(session, order.loan_id)
    if view is None:
        raise LedgerError(f"Loan {order.loan_id!r} is not in the ledger.")
    rules = house.rules
    point, rested_at = points.chosen(session, order, view, at)
    also = merging.other_loans(session, order, view, house.terms, at)
    since = at - timedelta(days=rules.look_back_days) - _SLACK
    holds = holds_of(session, order.borrower_id, order.loan_id)
    rights = rights_of(session, order.borrower_id)
    today = local_date(at, view.borrower.calendar_zone)
    question = contacting.question(
        rules,
        _planned(order, view, point, also, at),
        log_of(session, order.borrower_id, since),
        holds,
        rights,
    )
    return Asked(
        order=order,
        house=house,
        at=at,
        view=view,
        snapshot=snapshot_of(session, view, house.terms, today),
        version=version(session, order.loan_id),
        point=point,
        rested_at=rested_at,
        also=also,
        holds=holds,
        rights=rights,
        question=question,
        permit=may_contact(rules, question),
    )


def objection(session: Session, asked: Asked) -> SendOutcome | None:
    """Why the contact may not be made now, or None if it may; the first reason found."""
    return (
        unheard(session, asked.order, asked.version)
        or _behind(asked)
        or _needless(asked)
        or merging.spoken_of_already(session, asked.order, asked.at)
        or _shut(asked)
        or forbidden(asked)
        or unconsented(asked.order.channel, asked.rights, asked.at)
        or _unreachable(asked)
    )


def lasts(asked: Asked) -> bool:
    """Whether the contact would still be lawful some minutes later."""
    proposed = replace(asked.question.proposed, at=asked.at + _LASTING)
    permit = may_contact(asked.house.rules, replace(asked.question, proposed=proposed))
    return isinstance(permit, Allowed)


def inputs(asked: Asked) -> dict[str, Any]:
    """What the answer was made from, for the record: rule packs, ids, amounts, dates, counts."""
    order, money, log = asked.order, asked.snapshot, asked.question.log
    holds = [hold for hold in asked.question.holds if hold.start <= asked.at]
    return {
        "loan_id": order.loan_id,
        "borrower_id": order.borrower_id,
        "step": order.step,
        "channel": order.channel,
        "template": order.template,
        "message_class": order.message_class,
        "decided_at": order.decided_at.isoformat(),
        "heard_version": order.ledger_version,
        "ledger_version": asked.version,
        "as_of": money.as_of,
        "currency": money.currency,
        "arrears_minor": money.arrears_minor,
        "outstanding_minor": money.outstanding_minor,
        "days_past_due": money.days_past_due,
        "oldest_due": money.oldest_due,
        "jurisdiction": asked.view.borrower.jurisdiction,
        "region": asked.view.borrower.region,
        "packs": list(asked.house.rules.packs),
        "profile": asked.house.rules.profile,
        "purpose": asked.question.proposed.purpose,
        "zones": list(asked.question.zones),
        "contacts_before": len(log),
        "dunning_before": sum(line.purpose is Purpose.COLLECTION for line in log),
        "last_contact_at": max((line.at.isoformat() for line in log), default=None),
        "holds": sorted(hold.rule for hold in holds if hold.until is None or hold.until > asked.at),
        "right_ids": sorted(r.right_id for r in asked.rights if r.holds_at(asked.at)),
        "hold_ids": sorted(hold.hold_id for hold in asked.holds if hold.bites(asked.at)),
        "warnings": [caution.rule for caution in asked.permit.warnings],
        "contact_point_id": asked.point and asked.point.id,
        "also_loans": [snapshot.loan_id for snapshot in asked.also],
    }


def fingerprint(order: NoticeOrder) -> str:
    """What makes two orders the same contact; when and on what facts they were decided does not."""
    parts = (
        order.loan_id,
        order.borrower_id,
        order.episode.isoformat(),
        order.step,
        order.channel,
        order.template,
        order.message_class,
    )
    return digest("\n".join(parts))


def unheard(session: Session, order: NoticeOrder, known: int) -> SendOutcome | None:
    """The fence: money moved since the case decided; `known` is the ledger's version now."""
    heard = order.ledger_version
    if heard >= known:
        return None
    reason = f"The case had heard {counted(heard, 'money fact')}, the ledger knows {known}."
    return SendOutcome(
        Sent.STALE, "balance-fence", reason, facts=money_facts(session, order.loan_id)
    )


def _behind(asked: Asked) -> SendOutcome | None:
    """The ledger has yet to hear of money that the case knows of."""
    heard = asked.order.ledger_version
    if heard <= asked.version:
        return None
    reason = f"The case has heard {counted(heard, 'money fact')}, the ledger knows {asked.version}."
    return SendOutcome(Sent.DEFERRED, "ledger-behind", reason, until=asked.at + _BEHIND)


def _needless(asked: Asked) -> SendOutcome | None:
    """Only thanks and receipts are sent when nothing material is late."""
    if asked.snapshot.oldest_due or asked.order.message_class in _KIND:
        return None
    reason = f"Nothing is due on {asked.snapshot.as_of}."
    return SendOutcome(Sent.SUPPRESSED, "nothing-due", reason)


def forbidden(asked: Asked) -> SendOutcome | None:
    """Why the rule packs or the person's holds bar the contact now, or None if they do not."""
    return contacting.answer(asked.permit)


def _shut(asked: Asked) -> SendOutcome | None:
    """A channel that is not set up, which people are told of when the worker starts."""
    channel = asked.order.channel
    if channel in asked.house.channels:
        return None
    return SendOutcome(Sent.SUPPRESSED, SHUT, f"There is no way out of the house by {channel}.")


def _unreachable(asked: Asked) -> SendOutcome | None:
    """A contact needs a living contact point, and one that has rested where the step says so."""
    if asked.point is None:
        reason = f"There is no active {points.KINDS[asked.order.channel]} to use."
        return SendOutcome(Sent.SUPPRESSED, NO_POINT, reason)
    if asked.rested_at is not None:
        reason = f"Every {points.KINDS[asked.order.channel]} was tried a short while ago."
        return SendOutcome(Sent.DEFERRED, "point-resting", reason, until=asked.rested_at)
    return None


def log_of(session: Session, borrower_id: str, since: datetime) -> Sequence[Contact]:
    """The contacts with the person since then, over all loans, as the gate counts them."""
    rows = session.exec(
        select(ContactRow).where(
            ContactRow.borrower_id == borrower_id,
            ContactRow.claimed_at >= since,
            col(ContactRow.status).in_(_COUNTS),
        )
    )
    return [_line(row) for row in rows]


def _line(row: ContactRow) -> Contact:
    point = row.contact_point_id
    planned = Planned(
        at=row.claimed_at,
        borrower_id=row.borrower_id,
        loan_id=row.loan_id,
        zone="",
        channel=row.channel,
        message_class=row.message_class,
        number=None if point is None else str(point),
        party=row.party,
        others=tuple(row.covers),
    )
    return contacting.logged(planned, row.outcome, row.contacted_by, inbound=row.inbound)


def _planned(
    order: NoticeOrder,
    view: LoanView,
    point: ContactPoint | None,
    also: Sequence[Snapshot],
    at: datetime,
) -> Planned:
    return Planned(
        at=at,
        borrower_id=order.borrower_id,
        loan_id=order.loan_id,
        zone=view.borrower.zone,
        channel=order.channel,
        message_class=order.message_class,
        number=None if point is None else str(point.id),
        product=view.loan.product,
        party=point.party if point else Party.BORROWER,
        others=tuple(snapshot.loan_id for snapshot in also),
        other_zones=view.borrower.other_zones,
    )
