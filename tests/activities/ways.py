"""Every way out of the house, with what each needs, and its counterpart in the test's own process.

A way is a channel with one provider of it; `call` and `visit` are lists that people work.
"""

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from activities.messaging import Messaging
from channels.letters import Letters
from channels.message import Sender
from channels.paper import LetterHead, PaperPost
from channels.texts import ProviderTemplate, Texts
from domain.gate.words import Channel
from domain.rights import Right, RightKind
from ledger.engine import writing
from ledger.loans import add_borrower, add_loan
from ledger.rights import exercise
from ledger.values import Borrower, ContactPoint, Loan
from ledger.words import PointChannel
from tests.activities.world import LENDER, email, notice
from tests.channels.world import sender_for
from tests.ledger.book import DUES, EPISODE, MORNING, RULES, TERMS, WEI

CHANNELS = {
    "email": Channel.EMAIL,
    "aliyun": Channel.SMS,
    "tencent": Channel.SMS,
    "twilio": Channel.SMS,
    "webhook": Channel.SMS,
    "fcm": Channel.PUSH,
    "paper": Channel.LETTER,
    "dialer": Channel.AI_CALL,
    "social": Channel.SOCIAL,
    "call": Channel.CALL,
    "visit": Channel.VISIT,
}
SMS = ("aliyun", "tencent", "twilio", "webhook")
PROVIDERS = (*SMS, "fcm", "dialer", "social")
LISTS = ("call", "visit")

TEMPLATES = {
    Channel.LETTER: "reminder",
    Channel.AI_CALL: "call",
    Channel.CALL: "call",
    Channel.VISIT: "visit",
}
POINTS = {
    PointChannel.EMAIL: "wei{n}@example.cn",
    PointChannel.PHONE: "+86138000001{n:02}",
    PointChannel.DEVICE: "token-{n}",
    PointChannel.POSTAL: "北京市和平路{n}号",
    PointChannel.SOCIAL: "wechat-{n}",
}
PROVIDED = {
    "zh_CN/gentle/sms.txt": ProviderTemplate(
        id="SMS_1", params={"name": "{{ name }}", "amount": "{{ arrears_minor | money }}"}
    )
}
TEXTS = Texts(Letters(LENDER))
HEAD = LetterHead("北方消费金融", ("北京市东城区1号",))


def open_people(engine, count: int = 1, *, consent: bool = True) -> None:
    """People B1 to B<count>, each with a late loan L<n>, and every kind of contact point."""
    with writing(engine) as session:
        for n in range(1, count + 1):
            points = [ContactPoint(kind, form.format(n=n)) for kind, form in POINTS.items()]
            add_borrower(session, _person(n), points)
            loan = Loan(f"L{n}", f"B{n}", "CNY", 70_000, "card", "north", date(2026, 1, 1))
            add_loan(session, loan, DUES, MORNING - timedelta(days=60))
            if consent:
                exercise(session, agreed(f"B{n}"), MORNING - timedelta(days=30))


def _person(n: int) -> Borrower:
    return WEI if n == 1 else replace(WEI, borrower_id=f"B{n}", name=f"王伟{n}")


def agreed(borrower_id: str = "B1") -> Right:
    """A consent to social messages."""
    return Right(
        right_id=f"consent-{borrower_id}",
        borrower_id=borrower_id,
        kind=RightKind.CONSENT,
        start=MORNING - timedelta(days=30),
        by="li",
        channel=Channel.SOCIAL,
        reference=f"C-{borrower_id}",
    )


def sender_of(way: str, place: str, timeout: float = 5) -> Sender:
    """The sender of that way; `place` is its counterpart's URL, SMTP port or outbox."""
    if way == "email":
        return email(int(place), timeout)
    if way == "paper":
        return PaperPost(Path(place), HEAD)
    return sender_for(way, place, timeout=timeout)


def by_way(engine, way: str, sender: Sender | None, rules=None, texts=None) -> Messaging:
    """The activity with that one way open, beside the lists; None: nothing is set up."""
    if texts is None:
        by_template = way in ("aliyun", "tencent")
        texts = Texts(Letters(LENDER), provided=PROVIDED) if by_template else TEXTS
    return Messaging(
        engine,
        {} if sender is None else {CHANNELS[way]: sender},
        texts,
        {"CN": RULES} if rules is None else rules,
        lambda strategy_id: TERMS,
    )


def order_by(way: str, number: int = 1, step: str = "first", **changes):
    """An order of that way for person and loan `number`."""
    channel = CHANNELS[way]
    changes.setdefault("template", TEMPLATES.get(channel, "gentle"))
    asked = notice(step, channel=channel, **changes)
    return replace(asked, loan_id=f"L{number}", borrower_id=f"B{number}", episode=EPISODE)


def letters_in(outbox: Path) -> list[dict[str, Any]]:
    """The manifests of what lies in the outbox."""
    return [json.loads(file.read_bytes()) for file in sorted(outbox.glob("*.json"))]
