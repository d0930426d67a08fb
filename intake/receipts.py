"""What came of contacts, recorded as it comes in: each request in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Engine

from channels.answers import answer_in
from channels.bounces import BouncedMail
from channels.receipts import Reply
from domain.clock import Clock
from domain.deliveries import CallReport, DeliveryReport, DeliveryStatus
from domain.gate.words import Channel
from ledger import calls, deliveries, replies
from ledger.engine import writing
from ledger.replies import Written


@dataclass(frozen=True, slots=True)
class Noted:
    """How many things a request told of, and how many of them are ours; the others are let be."""

    told: int
    ours: int


class Receipts:
    """Writes what providers, mail servers and dialers tell into one ledger.

    `clock` is the clock of the cases: the wall clock, except in a time-lapse.
    """

    def __init__(self, engine: Engine, clock: Clock | None = None) -> None:
        self._engine = engine
        self._clock = clock or Clock()

    def delivered(self, reports: Sequence[DeliveryReport], wall: datetime) -> Noted:
        """What became of short messages."""
        said = [replace(report, at=self._at(report.at, wall)) for report in reports]
        with writing(self._engine) as session:
            ours = deliveries.take_all(session, said, Channel.SMS, self._clock.at(wall))
        return Noted(len(said), ours)

    def replied(self, written: Sequence[Reply], provider: str, wall: datetime) -> Noted:
        """What people wrote back by short message."""
        said = [self._written(Channel.SMS, reply, provider, wall) for reply in written]
        with writing(self._engine) as session:
            ours = replies.take_all(session, said)
        return Noted(len(said), ours)

    def dialled(self, reports: Sequence[CallReport], wall: datetime) -> Noted:
        """What came of calls that a dialer made."""
        said = [replace(report, at=self._at(report.at, wall)) for report in reports]
        with writing(self._engine) as session:
            ours = calls.dialled_all(session, said, self._clock.at(wall))
        return Noted(len(said), ours)

    def bounced(self, bounces: Sequence[BouncedMail], wall: datetime) -> Noted:
        """Letters that came back; one counts when we sent it, and to that recipient."""
        at, failed = self._clock.at(wall), DeliveryStatus.UNDELIVERED
        with writing(self._engine) as session:
            keys = [deliveries.letter_key(session, b.message_id, b.recipient) for b in bounces]
            said = [
                DeliveryReport(key, "", failed, bounce.status, at, bounce.dead)
                for key, bounce in zip(keys, bounces, strict=True)
                if key
            ]
            ours = deliveries.take_all(session, said, Channel.EMAIL, at)
        return Noted(len(bounces), ours)

    def answered(self, raw: bytes, wall: datetime) -> Noted:
        """A letter in the mailbox that is no report; what a machine wrote is let be."""
        answer = answer_in(raw, wall)
        if answer is None:
            return Noted(1, 0)
        said = self._written(Channel.EMAIL, answer.reply, "mail", wall, answer.answers)
        with writing(self._engine) as session:
            ours = replies.take_all(session, [said])
        return Noted(1, ours)

    def _written(
        self, channel: Channel, reply: Reply, provider: str, wall: datetime, answers: str = ""
    ) -> Written:
        """A provider that numbers no replies tells them apart by when they were written."""
        number = f"{provider} {reply.provider_id or reply.at.isoformat()}"
        at = self._at(reply.at, wall)
        return Written(channel, reply.sender, reply.text, reply.opt_out, at, number, answers)

    def _at(self, said: datetime, wall: datetime) -> datetime:
        """The case's instant of what others say happened; nothing happens later than now."""
        return self._clock.at(min(said, wall))
