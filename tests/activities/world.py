"""Short ways to build the activities of these tests and to run them as a worker would."""

from datetime import UTC, datetime

from temporalio.testing import ActivityEnvironment

from activities.agency import Agency
from activities.messaging import Messaging
from channels.email import SmtpChannel, SmtpServer
from channels.http import SignedHttp
from channels.letters import Lender, Letters
from channels.message import Sender
from channels.texts import Texts
from domain.clock import Clock
from domain.gate.words import Channel
from domain.orders import NoticeOrder
from ledger.contacts import contacts_of
from ledger.engine import reading
from ledger.tasks import open_tasks
from tests.ledger.book import MORNING, RULES, TERMS, order

SECRET = "known to both sides"
LENDER = Lender("北方消费金融", "help@lender.example", "400 000 0000")
NAME, ADDRESS = "王伟", "wei@example.cn"


def email(port: int, timeout: float = 5) -> SmtpChannel:
    return SmtpChannel(
        SmtpServer("127.0.0.1", port, "北方 <loans@lender.example>", timeout=timeout)
    )


def messaging(engine, sender: Sender | int, rules=None, letters=None) -> Messaging:
    """The activity; `sender` may be the port of a mail server."""
    way_out = email(sender) if isinstance(sender, int) else sender
    return Messaging(
        engine,
        {Channel.EMAIL: way_out},
        Texts(letters or Letters(LENDER)),
        {"CN": RULES} if rules is None else rules,
        lambda strategy_id: TERMS,
    )


def notice(step="gentle", **changes) -> NoticeOrder:
    """An order decided just now, by a case whose clock shows ten in the morning."""
    changes.setdefault("clock", Clock(MORNING, datetime.now(UTC)))
    return order("L1", step, **changes)


async def run(activity, asked):
    """Run the activity as a worker does, outside a workflow."""
    return await ActivityEnvironment().run(activity, asked)


def log_of(engine):
    """The contact log of the loan."""
    with reading(engine) as session:
        return contacts_of(session, "L1")


def asked_of_people(engine) -> list[str]:
    with reading(engine) as session:
        return [task.what for task in open_tasks(session)]


def agency_at(engine, url: str, secret: str = SECRET, timeout: float = 5) -> Agency:
    return Agency(engine, SignedHttp(url, secret, timeout))


def everything_said(failure: BaseException) -> str:
    """All words of a failure and its causes, as Temporal would keep them."""
    said, links = "", [failure]
    while links:
        link = links.pop()
        said += f"{link} {getattr(link, 'message', '')}"
        if link.__cause__:
            links.append(link.__cause__)
        elif link.__context__ and not link.__suppress_context__:
            links.append(link.__context__)
    return said
