"""Contacts with the borrower: claimed in the contact log, made, and confirmed with their text."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.contracts import SEND_NOTICE
from activities.database import in_ledger
from channels.calls import call_to_make
from channels.errors import Bounced, NotDelivered, TryAgain, Unknown
from channels.letters import Letter, LetterFailed, Letters
from channels.message import Message, Sender
from domain.delinquency import Terms
from domain.gate.rulebook import Rulebook
from domain.keys import case_id, notice_key
from domain.orders import NoticeOrder, TaskOrder
from domain.outcomes import SendOutcome, Sent
from domain.strategy import Channel, MessageClass
from ledger import contacts, decisions, tasks
from ledger.agreements import spoken_of
from ledger.engine import writing
from ledger.loans import lock_borrower

GATES = {Channel.EMAIL: "Smtp"}
"""What an operator calls the gate of a channel; the error types begin with it."""


@dataclass(frozen=True, slots=True)
class _Sending:
    """A contact that is ours to make: the order, its instants, what was claimed and is written."""

    order: NoticeOrder
    at: datetime
    claimed: contacts.Claimed
    letter: Letter

    @property
    def message(self) -> Message:
        """The letter as it goes out; the same again has the same id."""
        claimed, letter = self.claimed, self.letter
        return Message(claimed.message_id, claimed.address, letter.subject, letter.text, self.at)


class Messaging:
    """The gates through which a contact leaves the house, and the rule packs of each jurisdiction.

    `channels` has a sender for every channel but calls, which a collector makes; `rules` is by
    jurisdiction, `terms_of` by strategy id.
    """

    def __init__(
        self,
        engine: Engine,
        channels: Mapping[Channel, Sender],
        letters: Letters,
        rules: Mapping[str, Rulebook],
        terms_of: Callable[[str], Terms],
    ) -> None:
        self._engine = engine
        self._channels = channels
        self._letters = letters
        self._rules = rules
        self._terms_of = terms_of

    @activity.defn(name=SEND_NOTICE)
    async def send_notice(self, order: NoticeOrder) -> SendOutcome:
        """Make a contact, once: e-mail it, or put it on the collectors' call list.

        Raises, to be tried again: RulesMissing for a jurisdiction without rules, SmtpUnavailable
        when the gate is down, SmtpUnanswered when a letter that may be sent twice got no answer.
        Raises for good: KeyReused when the key was used for another content.
        """
        wall = datetime.now(UTC)
        at = max(order.decided_at, order.clock.instant(order.decided_at, wall))
        try:
            if order.channel is Channel.CALL:
                return await in_ledger(self._list_call, order, at, wall)
            ours = await in_ledger(self._claim, order, at, wall)
        except LetterFailed as failure:
            return await in_ledger(self._not_written, order, at, failure)
        if isinstance(ours, SendOutcome):
            return ours
        return await self._send(ours)

    async def _send(self, ours: _Sending) -> SendOutcome:
        """Act and confirm. What was certainly not sent is released and tried again."""
        try:
            await self._channels[ours.order.channel].send(ours.message)
        except Bounced as refusal:
            return await self._refused(ours, refusal)
        except TryAgain as failure:
            await in_ledger(self._release, ours, failure)
            raise self._again(ours.order, "Unavailable", failure) from None
        except Unknown as silence:
            if ours.order.message_class is MessageClass.DUNNING:
                return await self._confirm(ours, Sent.UNCERTAIN, "at-most-once", silence)
            await in_ledger(self._note_silence, ours, silence)
            raise self._again(ours.order, "Unanswered", silence) from None
        return await self._confirm(ours, Sent.SENT)

    def _claim(self, order: NoticeOrder, at: datetime, wall: datetime) -> _Sending | SendOutcome:
        with writing(self._engine) as session:
            return self._claimed(session, order, at, wall)

    def _claimed(
        self, session: Session, order: NoticeOrder, at: datetime, wall: datetime
    ) -> _Sending | SendOutcome:
        """Claim and write the letter in one transaction: what cannot be written is not claimed."""
        borrower = lock_borrower(session, order.borrower_id)
        rules = self._rules.get(borrower.jurisdiction)
        if rules is None:
            said = f"There are no rules for {borrower.jurisdiction}: nobody is contacted."
            raise ApplicationError(said, type="RulesMissing")
        terms = self._terms_of(order.strategy_id)
        claimed = contacts.claim(session, order, rules, terms, at, wall)
        if isinstance(claimed, SendOutcome):
            return claimed
        facts = letter_facts(session, claimed)
        letter = self._letters.write(order.template, order.channel, claimed.locale, facts)
        return _Sending(order, at, claimed, letter)

    def _list_call(self, order: NoticeOrder, at: datetime, wall: datetime) -> SendOutcome:
        """Claim, put on the call list and confirm in one transaction: nothing can come between."""
        with writing(self._engine) as session:
            ours = self._claimed(session, order, at, wall)
            if isinstance(ours, SendOutcome):
                return ours
            key, guide = ours.claimed.key, ours.letter
            tasks.ask(session, call_to_make(order, guide, at))
            contacts.confirm(session, key, Sent.SENT, wall, guide.subject, guide.text)
        return SendOutcome(Sent.SENT)

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
        """A refused address is dead. A refused text is our problem, and a person looks at it."""
        if refusal.address_dead:
            return await self._confirm(ours, Sent.BOUNCED, "address-refused", refusal)
        order, rule = ours.order, "message-refused"
        what = f"{rule}/{order.step}"
        task = TaskOrder(order.loan_id, order.episode, what, refusal.words, ours.at)
        return await self._confirm(ours, Sent.FAILED, rule, refusal, task)

    async def _confirm(
        self,
        ours: _Sending,
        kind: Sent,
        rule: str = "",
        failure: NotDelivered | None = None,
        task: TaskOrder | None = None,
    ) -> SendOutcome:
        """Write the outcome with the text as the borrower may have got it."""
        key, letter, wall = ours.claimed.key, ours.letter, datetime.now(UTC)
        reason = failure.reason if failure else ""

        def write() -> None:
            with writing(self._engine) as session:
                if task:
                    tasks.ask(session, task)
                contacts.confirm(session, key, kind, wall, letter.subject, letter.text, reason)

        await in_ledger(write)
        return SendOutcome(kind, rule, reason)

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


def letter_facts(session: Session, claimed: contacts.Claimed) -> dict[str, Any]:
    """What a letter may say: the snapshot, the name, and what the notice is about."""
    snapshot = claimed.snapshot
    return asdict(snapshot) | {"name": claimed.name} | spoken_of(session, snapshot.loan_id)
