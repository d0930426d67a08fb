"""The gate before a contact: what its answer is made from, and the answer, with its reasons."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from domain import contacting
from domain.clock import local_date
from domain.contacting import Planned
from domain.delinquency import Terms
from domain.gate.answers import Permit
from domain.gate.gate import may_contact
from domain.gate.question import Contact, Question
from domain.gate.rulebook import Rulebook
from domain.gate.words import Purpose
from domain.holds import Hold
from domain.keys import digest
from domain.orders import NoticeOrder
from domain.outcomes import SendOutcome, Sent
from domain.strategy import Channel, MessageClass
from ledger.agreements import holds_of
from ledger.case_tables import ContactRow
from ledger.errors import LedgerError
from ledger.loans import loan_view
from ledger.payments import money_facts, version
from ledger.snapshots import Snapshot, snapshot_of
from ledger.values import ContactPoint, LoanView
from ledger.words import ContactStatus, PointChannel, PointStatus

NO_POINT = "no-contact-point"
"""The rule of a contact that has nowhere to go."""

_SLACK = timedelta(days=2)
"""How much further back than the longest window of a cap: zones apart may call the same date."""

_BEHIND = timedelta(minutes=15)
"""How long a contact waits for a payment that the case has heard of and the ledger has not."""

_COUNTS = (ContactStatus.CLAIMED, ContactStatus.SENT, ContactStatus.SENT_UNCERTAIN)
"""Contacts the borrower has or may have got; each counts in every cap."""

_POINTS = {Channel.EMAIL: PointChannel.EMAIL, Channel.CALL: PointChannel.PHONE}


@dataclass(frozen=True, slots=True)
class Asked:
    """A contact asked for, with everything its answer is made from, all of one transaction."""

    order: NoticeOrder
    rules: Rulebook
    at: datetime
    view: LoanView
    snapshot: Snapshot
    version: int
    point: ContactPoint | None
    holds: Sequence[Hold]
    question: Question
    permit: Permit


def asked(
    session: Session, order: NoticeOrder, rules: Rulebook, terms: Terms, at: datetime
) -> Asked:
    """Read what the answer is made from, and ask the gate; LedgerError for an unknown loan."""
    view = loan_view(session, order.loan_id)
    if view is None:
        raise LedgerError(f"Loan {order.loan_id!r} is not in the ledger.")
    point = _point(view, order.channel)
    since = at - timedelta(days=rules.look_back_days) - _SLACK
    holds = holds_of(session, order.borrower_id)
    question = contacting.question(
        rules,
        _planned(order, view, point, at),
        log_of(session, order.borrower_id, since),
        holds,
    )
    return Asked(
        order=order,
        rules=rules,
        at=at,
        view=view,
        snapshot=snapshot_of(session, view, terms, local_date(at, view.borrower.zone)),
        version=version(session, order.loan_id),
        point=point,
        holds=holds,
        question=question,
        permit=may_contact(rules, question),
    )


def objection(session: Session, asked: Asked) -> SendOutcome | None:
    """Why the contact may not be made now, or None if it may; the first reason found."""
    return _stale(session, asked) or _needless(asked) or forbidden(asked) or _unreachable(asked)


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
        "packs": list(asked.rules.packs),
        "profile": asked.rules.profile,
        "purpose": asked.question.proposed.purpose,
        "zones": list(asked.question.zones),
        "contacts_before": len(log),
        "dunning_before": sum(line.purpose is Purpose.COLLECTION for line in log),
        "last_contact_at": max((line.at.isoformat() for line in log), default=None),
        "holds": sorted(hold.rule for hold in holds if hold.until is None or hold.until > asked.at),
        "hold_ids": sorted(hold.hold_id for hold in asked.holds if hold.bites(asked.at)),
        "warnings": [caution.rule for caution in asked.permit.warnings],
        "contact_point_id": asked.point and asked.point.id,
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


def _stale(session: Session, asked: Asked) -> SendOutcome | None:
    """The fence: money moved since the case decided, or the ledger has yet to hear of it."""
    heard = asked.order.ledger_version
    if heard < asked.version:
        facts = money_facts(session, asked.order.loan_id)
        reason = f"The case had heard {heard} money facts, the ledger knows {asked.version}."
        return SendOutcome(Sent.STALE, "balance-fence", reason, facts=facts)
    if heard > asked.version:
        reason = f"The case has heard {heard} money facts, the ledger knows {asked.version}."
        return SendOutcome(Sent.DEFERRED, "ledger-behind", reason, until=asked.at + _BEHIND)
    return None


def _needless(asked: Asked) -> SendOutcome | None:
    """Only a receipt is sent when nothing material is late."""
    if asked.snapshot.oldest_due or asked.order.message_class is MessageClass.RECEIPT:
        return None
    reason = f"Nothing is due on {asked.snapshot.as_of}."
    return SendOutcome(Sent.SUPPRESSED, "nothing-due", reason)


def forbidden(asked: Asked) -> SendOutcome | None:
    """Why the rule packs or the person's holds bar the contact now, or None if they do not."""
    return contacting.answer(asked.permit)


def _unreachable(asked: Asked) -> SendOutcome | None:
    """A letter needs a living e-mail address, a call a living number."""
    if asked.point:
        return None
    reason = f"The borrower has no active {_POINTS[asked.order.channel]}."
    return SendOutcome(Sent.SUPPRESSED, NO_POINT, reason)


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
    )
    return contacting.logged(planned, row.outcome, row.contacted_by, inbound=row.inbound)


def _planned(
    order: NoticeOrder, view: LoanView, point: ContactPoint | None, at: datetime
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
    )


def _point(view: LoanView, channel: Channel) -> ContactPoint | None:
    wanted = (_POINTS[channel], PointStatus.ACTIVE)
    return next((p for p in view.contact_points if (p.channel, p.status) == wanted), None)
