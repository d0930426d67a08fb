"""Cases on the real server with a real ledger, a real agency over HTTP, and our door for it."""

import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from sqlalchemy import Engine

from activities.agency import Agency
from activities.ledger import LedgerActivities
from channels.http import SignedHttp
from demo.agency import AgencyStandIn
from demo.agency_reports import Reports
from demo.serving import HOST, bound, web
from domain import known
from domain.agencies import Agency as OnPanel
from domain.agencies import Band, CommissionTerms
from domain.case import Case
from domain.refused import Refused
from domain.requests import Approve
from domain.strategy import Strategy
from intake.agency_door import AgencyDoor, routes
from intake.agency_updates import AgencyUpdates
from ledger import approvals
from ledger.agency_tables import BureauReportRow, CommissionRow
from ledger.bureau import reports_of
from ledger.case_tables import PlacementRow
from ledger.cases import NewCase, open_case
from ledger.commissions import lines_of
from ledger.engine import open_ledger, reading, writing
from ledger.loans import add_borrower, add_loan
from ledger.migrate import upgrade
from ledger.placements import messages_of, placements_of
from ledger.questions import question_of
from ledger.tasks import tasks_of
from ledger.values import Borrower, ContactPoint, Loan
from ledger.words import PointChannel
from policies.authority_files import load_authority
from policies.strategy_files import load_strategy
from tests.workflows.loans import DUE, ZONE, late_loan
from tests.workflows.office import Office
from tests.workflows.playing import Played, start
from tests.workflows.seeded import RULES
from tests.workflows.server import at_work

SECRET = "known to both sides"
MANAGER = "sue"
BRISK = Path(__file__).with_name("brisk.yaml")
STRICT = """
placement:
  term_days: 20
  agencies: [north, south]
  acknowledge_days: 3
  stop_on_payment: true
  recall_days: 2
"""


MORE = """
  shares: {north: 1, south: 2}
bureau:
  notice: final_demand
  notice_days: 5
  approval_days: 4
"""


def strict_text(name: str = "strict", more: str = "") -> str:
    """The brisk treatment with what an agency can be asked for, and more, as a file has it."""
    text = BRISK.read_text(encoding="utf-8")
    text = text[: text.index("placement:")].replace("name: brisk", f"name: {name}")
    return text + STRICT.lstrip() + more.lstrip("\n")


def strict(name: str = "strict", more: str = "") -> Strategy:
    """That treatment, known to this process."""
    strategy = load_strategy(Path(f"{name}.yaml"), strict_text(name, more))
    known.know({strategy.id: strategy}, {})
    return strategy


def on_panel(name: str) -> OnPanel:
    ends, terms = date(2030, 1, 1), CommissionTerms((Band(0, 1000),), conduct_percent=20)
    return OnPanel(name, name, ("CN",), (), 100, name, ends, ends, date(2025, 12, 1), terms)


@dataclass
class AgencyHouse(Office):
    """An office whose ledger and agency are real; letters are not."""

    engine: Engine | None = None
    agency: Agency | None = None

    def activities(self) -> list[Callable[..., Any]]:
        assert self.engine is not None
        assert self.agency is not None
        ledger = LedgerActivities(self.engine)
        real: dict[str, Callable[..., Any]] = {
            "read_ledger": ledger.read_ledger,
            "record_agreed": ledger.record_agreed,
            "close_case": ledger.close_case,
            "ask_person": ledger.ask_person,
            "place_with_agency": self.agency.place_with_agency,
            "leave_placement": self.agency.leave_placement,
            "tell_agency": self.agency.tell_agency,
        }
        usual = {one.__name__: one for one in super().activities()}
        return list((usual | real).values())


@dataclass
class Placement:
    """A case that a person has approved for placement, with everything around it."""

    played: Played
    stand_in: AgencyStandIn
    engine: Engine
    loan_id: str
    reports: Reports
    at: list[datetime] = field(default_factory=list)

    async def send(self) -> list[int]:
        """Let the agency send what it has to report, now."""
        return await self.reports.send()

    async def say(self, number: int, kind: str, **more: object) -> None:
        """The agency has something to report on that placement."""
        self.at[:] = [await self.played.now()]
        self.reports.say(self.rows()[number - 1].key, kind, **more)

    async def approve(self, at: datetime, what: str = "placement", given: bool = True) -> None:
        """A manager says yes or no: on record first, then to the case."""
        await self.played.skip_to(at)
        self.on_record(at, what, given)
        await self.played.say(at, Approve(f"yes-{at:%d%H%M}", MANAGER, what, given))

    def on_record(self, at: datetime, what: str = "placement", given: bool = True) -> None:
        """The answer in the ledger alone."""
        with writing(self.engine) as session:
            asked = question_of(session, self.loan_id, DUE, what)
            assert asked is not None, f"the case has asked about {what}"
            authority = replace(load_authority(), people={MANAGER: "manager"})
            answer = approvals.answer(session, asked.approval_id, given, MANAGER, authority, at)
            assert not isinstance(answer, Refused), answer.reason

    def rows(self) -> list[PlacementRow]:
        with reading(self.engine) as session:
            return list(placements_of(session, self.loan_id))

    def reported(self) -> list[BureauReportRow]:
        """What bureaus are to be told of the loan."""
        with reading(self.engine) as session:
            return list(reports_of(session, self.loan_id))

    def told(self, number: int = 1) -> dict[str, str]:
        """What the agency was told of that placement, with how it stands."""
        with reading(self.engine) as session:
            rows = messages_of(session, self.rows()[number - 1].key)
            return {row.what.split("-until-")[0]: str(row.status) for row in rows}

    def tasks(self) -> list[str]:
        """What people were asked, beside the approval of the placement."""
        approval = ("placement", "approve-")
        with reading(self.engine) as session:
            asked = [task.what for task in tasks_of(session, self.loan_id)]
        return [what for what in asked if not what.startswith(approval)]

    def commissions(self) -> list[CommissionRow]:
        with reading(self.engine) as session:
            return list(lines_of(session))


@contextlib.asynccontextmanager
async def placing(
    server: Any, folder: Path, loan_id: str, strategy: Strategy | None = None
) -> AsyncIterator[Placement]:
    """The house with that loan in it, its case begun on the first day past due."""
    engine = _ledger(folder)
    stand_in = AgencyStandIn(SECRET)
    stand_in.start()
    http = SignedHttp(stand_in.url, SECRET, timeout=0.4)
    panel = {name: on_panel(name) for name in ("north", "south")}
    office = AgencyHouse(RULES, engine=engine, agency=Agency(engine, http, panel=panel))
    case = late_loan(loan_id, strategy=strategy or strict())
    _write(engine, case)
    instants = [case.opened_at]
    async with at_work(server, office) as queue:
        played = await start(server, queue, office, case)

        async def cases() -> Any:
            return played.cases

        door = AgencyDoor(AgencyUpdates(engine, cases), {"north": SECRET}, lambda: instants[-1])
        app, listening = FastAPI(), bound(0)
        app.include_router(routes(door))
        url = f"http://{HOST}:{listening.getsockname()[1]}"
        async with web(app, listening):
            reports = Reports(url, "north", SECRET, lambda: instants[-1])
            yield Placement(played, stand_in, engine, loan_id, reports, instants)
    stand_in.stop()
    engine.dispose()


def _ledger(folder: Path) -> Engine:
    url = f"sqlite:///{folder}/ledger.db"
    upgrade(url)
    return open_ledger(url)


def _write(engine: Engine, case: Case) -> None:
    who = Borrower(case.borrower_id, "王伟", "zh_CN", ZONE, "CN")
    owed = sum(instalment.amount_minor for instalment in case.instalments)
    loan = Loan(case.loan_id, who.borrower_id, "CNY", owed)
    points = [ContactPoint(PointChannel.PHONE, "+8613800000000")]
    with writing(engine) as session:
        add_borrower(session, who, points)
        add_loan(session, loan, case.instalments, case.opened_at)
        new = NewCase(case.loan_id, who.borrower_id, case.episode, case.strategy_id)
        open_case(session, new, case.opened_at)
