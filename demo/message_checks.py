"""What must be true of texts, pushes, calls by machine and paper: the log and the outside agree."""

from collections import Counter

from sqlmodel import Session, col, select

from demo.checking import Check
from demo.outside import Outside
from domain.gate.words import Channel
from ledger.case_tables import ContactRow
from ledger.words import ContactStatus

_BY = {"webhook": Channel.SMS, "fcm": Channel.PUSH, "dialer": Channel.AI_CALL}
"""The channel of each provider."""

_OVER = (*_BY.values(), Channel.LETTER)
_MADE = (ContactStatus.SENT, ContactStatus.SENT_UNCERTAIN)


def message_checks(session: Session, outside: Outside) -> list[Check]:
    """Every message on record arrived, none arrived that is not on record, and none twice."""
    rows = session.exec(
        select(ContactRow).where(
            col(ContactRow.channel).in_(_OVER), col(ContactRow.status).in_(_MADE)
        )
    ).all()
    logged = {row.key for row in rows if not row.inbound}
    arrived = Counter(arrival.said.key for arrival in outside.providers.arrivals())
    arrived.update(letter["key"] for letter in outside.letters())
    twice = sum(count - 1 for count in arrived.values())
    by = Counter(str(row.channel) for row in rows)
    said = ", ".join(f"{count} {channel}" for channel, count in sorted(by.items()))
    delivered = sum(row.delivery == "delivered" for row in rows if row.channel is Channel.SMS)
    return [
        Check(
            "messages_astray",
            "messages that arrived = contact log",
            len(logged ^ arrived.keys()),
            said or "none",
        ),
        Check("messages_twice", "no message twice", twice, f"{twice} twice"),
        Check(
            "reports_lost",
            "every text is reported as delivered",
            by[Channel.SMS] - delivered,
            f"{delivered} of {by[Channel.SMS]}",
        ),
    ]
