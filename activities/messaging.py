"""Contacts with the borrower: claimed in the contact log, made, and confirmed with their text."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.contracts import SEND_NOTICE
from activities.database import in_ledger
from activities.faults import Blocked, rules_for, shown_once
from channels.calls import call_to_make
from channels.errors import Bounced, NotDelivered, TryAgain, Unknown
from channels.letters import Letter, LetterFailed
from channels.message import Message, Sender
from channels.provider import OptedOut
from channels.receipts import Receipt
from channels.texts import Text, Texts
from channels.visits import visit_to_make
from domain.clock import zone
from domain.delinquency import Terms
from domain.gate.rulebook import Rulebook
from domain.gate.words import Channel
from domain.keys import case_id, notice_key
from domain.known import calendars
from domain.orders import NoticeOrder, TaskOrder
from domain.outcomes import SendOutcome, Sent
from domain.steps import AT_MOST_ONCE
from ledger import by_hand, claims, contacts, decisions, tasks
from ledger.agreements import spoken_of
from ledger.engine import writing
from ledger.gate import House, unheard
from ledger.legal_position import known_of
from ledger.legal_threats import threat_refused
from ledger.loans import lock_borrower
from ledger.payments import version
from ledger.statutory import statutory_facts
from ledger.stops import told_to_provider

GATES = {
    Channel.EMAIL: "Smtp",
    Channel.SMS: "Sms",
    Channel.PUSH: "Push",
    Channel.LETTER: "Post",
    Channel.AI_CALL: "Dialer",
    Channel.SOCIAL: "Social",
}
"""What an operator calls the gate of a channel; the error types begin with it."""

BY_HAND = {Channel.CALL: call_to_make, Channel.VISIT: visit_to_make}
"""Channels that people work: what leaves the house is an entry on their list."""

PERMIT = timedelta(seconds=20)
"""How long a permit lasts on the wall: as long as an attempt of the activity."""

PATIENCE = 4
"""Attempts after which a ledger that cannot be reached is shown on the case."""

QUEUED = timedelta(minutes=10)
"""How long a dialer may keep a call in its queue, where the call stays lawful so long."""


@dataclass(frozen=True, slots=True)
class _Sending:
    """A contact that is ours to make: the order, its instants, what was claimed and is written."""

    order: NoticeOrder
    at: datetime
    wall: datetime
    claimed: claims.Claimed
    text: Text

    @property
    def letter(self) -> Letter:
        return self.text.letter

    @property
    def message(self) -> Message:
        """What goes out; the same again has the same key."""
        claimed, order = self.claimed, self.order
        queued = order.channel is Channel.AI_CALL and claimed.lasts
        paper = order.channel is Channel.LETTER
        return Message(
            key=claimed.key,
            to=f"{claimed.name}\n{claimed.address}" if paper else claimed.address,
            text=self.letter.text,
            locale=claimed.locale,
            at=claimed.at.astimezone(zone(claimed.zone)),
            not_after=self.wall + (QUEUED if queued else PERMIT),
            subject=self.letter.subject,
            provider_template_id=self.text.provider_template_id,
            params=self.text.params,
            consent=claimed.consent,
        )


class Messaging:
    """The gates through which a contact leaves the house, and the rule packs of each jurisdiction.

    `channels` has a sender for every channel that is set up, but for those that people work;
    `rules` is by jurisdiction and region, `terms_of` by strategy id.
    """

    def __init__(
        self,
        engine: Engine,
        channels: Mapping[Channel, Sender],
        texts: Texts,
        rules: Mapping[str, Rulebook],
        terms_of: Callable[[str], Terms],
    ) -> None:
        self._engine = engine
        self._channels = channels
        self._open = frozenset(channels) | frozenset(BY_HAND)
        self._texts = texts
        self._rules = rules
        self._terms_of = terms_of

    @activity.defn(name=SEND_NOTICE)
    async def send_notice(self, order: NoticeOrder) -> SendOutcome:
        """Make a contact, once: send it, or put it on the list of those who call or visit.

        What is wrong on our side (no rules, no zone, no ledger) is answered once as a deferral, so
        that the case shows it; a case that does raises until it is mended. Raises, to be tried
        again, for each gate, as Smtp: SmtpUnavailable when it is down, SmtpUnanswered when a
        message that may be sent twice got no answer. Raises for good: KeyReused when the key was
        used for another content.
        """
        wall = datetime.now(UTC)
        at = max(order.decided_at, order.clock.instant(order.decided_at, wall))
        try:
            if order.channel in BY_HAND:
                return await in_ledger(self._list, order, at, wall)
            ours = await in_ledger(self._claim, order, at, wall)
        except LetterFailed as failure:
            return await in_ledger(self._not_written, order, at, failure)
        except Blocked as fault:
            return await in_ledger(self._blocked, order, at, fault)
        except ApplicationError as failure:
            shown = order.blocked or activity.info().attempt < PATIENCE
            if shown or failure.type != "LedgerUnavailable":
                raise
            return shown_once(order, at, "ledger-away", failure.message)
        if isinstance(ours, SendOutcome):
            return ours
        return await self._send(ours)

    async def _send(self, ours: _Sending) -> SendOutcome:
        """Act and confirm. What was certainly not sent is released and tried again."""
        try:
            receipt = await self._channels[ours.order.channel].send(ours.message)
        except Bounced as refusal:
            return await self._refused(ours, refusal)
        except TryAgain as failure:
            await in_ledger(self._release, ours, failure)
            raise self._again(ours.order, "Unavailable", failure) from None
        except Unknown as silence:
            if ours.order.message_class in AT_MOST_ONCE:
                return await self._confirm(ours, Sent.UNCERTAIN, "at-most-once", silence)
            await in_ledger(self._note_silence, ours, silence)
            raise self._again(ours.order, "Unanswered", silence) from None
        return await self._confirm(ours, Sent.SENT, receipt=receipt)

    def _claim(self, order: NoticeOrder, at: datetime, wall: datetime) -> _Sending | SendOutcome:
        with writing(self._engine) as session:
            return self._claimed(session, order, at, wall)

    def _claimed(
        self, session: Session, order: NoticeOrder, at: datetime, wall: datetime
    ) -> _Sending | SendOutcome:
        """Claim and write the letter in one transaction: what cannot be written is not claimed."""
        borrower = lock_borrower(session, order.borrower_id)
        try:
            rules = rules_for(self._rules, borrower)
        except Blocked:
            if stale := unheard(session, order, version(session, order.loan_id)):
                return stale  # paid, perhaps: that ends the wait
            raise
        house = House(rules, self._terms_of(order.strategy_id), self._open)
        law = calendars()
        threatens = self._texts.threatens(order.template)
        refused = threat_refused(session, order, at, law) if threatens else None
        claimed = claims.claim(session, order, house, at, wall, refused)
        if isinstance(claimed, SendOutcome):
            return claimed
        facts = letter_facts(session, claimed)
        barred = known_of(session, order.loan_id, at, law)
        page = (order.template, order.channel, claimed.locale)
        text = self._texts.write(*page, facts, rules, barred)
        return _Sending(order, at, wall, claimed, text)

    def _list(self, order: NoticeOrder, at: datetime, wall: datetime) -> SendOutcome:
        """Claim, put on the list and confirm in one transaction: nothing can come between."""
        with writing(self._engine) as session:
            ours = self._claimed(session, order, at, wall)
            if isinstance(ours, SendOutcome):
                return ours
            key, guide = ours.claimed.key, ours.letter
            by_hand.put_on(session, BY_HAND[order.channel](order, guide, at), order.channel)
            contacts.confirm(session, key, Sent.SENT, wall, guide.subject, guide.text)
        return SendOutcome(Sent.SENT)

    def _blocked(self, order: NoticeOrder, at: datetime, fault: Blocked) -> SendOutcome:
        """Our fault, once in the case and on its record."""
        outcome = shown_once(order, at, fault.rule, said := str(fault))
        key = notice_key(order.loan_id, order.episode, order.step)
        case = case_id(order.loan_id, order.episode)
        with writing(self._engine) as session:
            lock_borrower(session, order.borrower_id)
            decisions.append(
                session, case, at, "contact", key, outcome.kind, fault.rule, {"reason": said}
            )
        return outcome

    def _not_written(self, order: NoticeOrder, at: datetime, failure: LetterFailed) -> SendOutcome:
        """No letter, so no contact: a person is asked to mend the template."""
        key, said = notice_key(order.loan_id, order.episode, order.step), str(failure)
        case = case_id(order.loan_id, order.episode)
        what = f"{failure.rule}/{order.step}"
        with writing(self._engine) as session:
            lock_borrower(session, order.borrower_id)
            if tasks.ask(session, TaskOrder(order.loan_id, order.episode, what, said, at)):
                verdict, inputs = Sent.FAILED.value, {"template": said}
                decisions.append(session, case, at, "contact", key, verdict, failure.rule, inputs)
        return SendOutcome(Sent.FAILED, failure.rule, said)

    async def _refused(self, ours: _Sending, refusal: Bounced) -> SendOutcome:
        """A refused address is dead. A refused text is our problem, and a person looks at it.

        Who told the provider to stop has told us: it is their right, and other channels stay open.
        """
        if refusal.address_dead:
            return await self._confirm(ours, Sent.BOUNCED, "address-refused", refusal)
        if isinstance(refusal, OptedOut):
            stop = partial(told_to_provider, key=ours.claimed.key, at=ours.at)
            return await self._confirm(ours, Sent.FAILED, "opted-out", refusal, stop)
        order, rule = ours.order, "message-refused"
        what = f"{rule}/{order.step}"
        task = TaskOrder(order.loan_id, order.episode, what, refusal.words, ours.at)
        return await self._confirm(ours, Sent.FAILED, rule, refusal, partial(tasks.ask, order=task))

    async def _confirm(  # noqa: PLR0913  what came of it, why, what follows, what they call it
        self,
        ours: _Sending,
        kind: Sent,
        rule: str = "",
        failure: NotDelivered | None = None,
        follows: Callable[[Session], object] | None = None,
        receipt: Receipt | None = None,
    ) -> SendOutcome:
        """Write the outcome, with the text as the borrower may have got it; answers what it is."""
        key, letter, wall = ours.claimed.key, ours.letter, datetime.now(UTC)
        reason = failure.reason if failure else ""
        number = receipt.provider_id if receipt else ""

        def write() -> SendOutcome:
            with writing(self._engine) as session:
                if follows:
                    follows(session)
                said = (letter.subject, letter.text, reason, rule, number)
                return contacts.confirm(session, key, kind, wall, *said)

        return await in_ledger(write)

    def _release(self, ours: _Sending, failure: TryAgain) -> None:
        with writing(self._engine) as session:
            contacts.release(session, ours.claimed.key, failure.reason)

    def _note_silence(self, ours: _Sending, silence: Unknown) -> None:
        """Put on record that a letter which will be sent again may have arrived already."""
        case = case_id(ours.order.loan_id, ours.order.episode)
        key, inputs = ours.claimed.key, {"reason": silence.reason}
        with writing(self._engine) as session:
            lock_borrower(session, ours.order.borrower_id)
            decisions.append(
                session, case, ours.at, "contact", key, "unanswered", "at-least-once", inputs
            )

    def _again(self, order: NoticeOrder, what: str, failure: NotDelivered) -> ApplicationError:
        return ApplicationError(failure.reason, type=f"{GATES[order.channel]}{what}")


def letter_facts(session: Session, claimed: claims.Claimed) -> dict[str, Any]:
    """What a letter may say: the snapshots, the name, and what the notice is about."""
    snapshot = claimed.snapshot
    return (
        asdict(snapshot)
        | {"name": claimed.name, "also": [asdict(other) for other in claimed.also]}
        | spoken_of(session, snapshot.loan_id)
        | statutory_facts(session, snapshot)
    )
