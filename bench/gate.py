"""The gate's decisions a second on a history of 200 contacts, beside a bare loop over it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice

from bench.measuring import Measured, rate
from domain.gate.gate import may_contact
from domain.gate.question import Contact, Proposed, Question
from domain.gate.words import Channel, ContactOutcome
from policies.packs import Packs

TIMES = 20_000
HISTORY = 200
DAYS = 180

_ZONES = {"CN": "Asia/Shanghai", "US": "America/New_York", "UK": "Europe/London"}


def gate_decisions(packs: Packs) -> list[Measured]:
    """Contacts asked about at all hours, each on the whole history; about half are refused."""
    return [_decisions(packs, jurisdiction) for jurisdiction in _ZONES]


def _decisions(packs: Packs, jurisdiction: str) -> Measured:
    book = packs.book(jurisdiction)
    log = _history()
    start = log[-1].at + timedelta(hours=1)
    questions = [
        Question(_proposed(start + timedelta(minutes=7 * n)), (_ZONES[jurisdiction],), log)
        for n in range(TIMES // 10)
    ]

    def ours() -> None:
        for question in islice(cycle(questions), TIMES):
            may_contact(book, question)

    def bare() -> None:
        for question in islice(cycle(questions), TIMES):
            since = question.proposed.at - timedelta(days=7)
            sum(line.at > since and line.person == "P1" for line in question.log)

    name = f"gate_{jurisdiction.lower()}_decisions_per_second"
    return Measured(name, rate(TIMES, ours), rate(TIMES, bare), "decisions/s of one core")


def _history() -> Sequence[Contact]:
    """Half a year of calls and messages to one person about two debts."""
    end = datetime(2026, 6, 1, 14, tzinfo=UTC)
    kinds = [
        (Channel.SMS, ContactOutcome.DELIVERED),
        (Channel.CALL, ContactOutcome.NO_ANSWER),
        (Channel.EMAIL, ContactOutcome.SENT),
        (Channel.CALL, ContactOutcome.CONVERSATION),
        (Channel.AI_CALL, ContactOutcome.NOT_CONNECTED),
    ]
    gap = timedelta(days=DAYS) / HISTORY
    return tuple(
        Contact(end - gap * (HISTORY - n), channel, "P1", outcome, False, "N1", (f"D{n % 2}",))
        for n, (channel, outcome) in enumerate(islice(cycle(kinds), HISTORY))
    )


def _proposed(at: datetime) -> Proposed:
    return Proposed(at, Channel.CALL, "P1", ("D1",), "N1")
