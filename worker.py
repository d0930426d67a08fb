"""The composition root: settings, ledger, channels, activities, and the worker that serves cases.

`python worker.py` serves until it is told to stop (SIGTERM or Ctrl-C), then finishes what it has
in hand. Everything a process needs is built here once, top to bottom.
"""

import asyncio
import logging
import signal
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from pydantic import ValidationError
from pydantic_core import ErrorDetails
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from temporalio.client import Client
from temporalio.service import RPCError
from temporalio.worker import Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from activities.agency import Agency
from activities.court import Court
from activities.grievances import GrievanceActivities
from activities.ledger import LedgerActivities
from activities.messaging import Messaging
from activities.siblings import Siblings
from activities.watching import Watching
from channels.approvals import TemplatesRefused
from channels.letters import Lender
from channels.texts import Texts, production_texts
from domain import known
from domain.gate.words import Profile
from exits import run_entrypoint
from gates import Gates, open_gates
from intake.alarm import alarm
from intake.cases import Cases
from intake.connect import Unanswered, connect
from intake.learning import InASentence, learn, learning
from intake.panel import Agencies
from intake.treatments import Treatments, load_treatments
from intake.watching import AgencyFiles, Opener
from ledger.engine import open_ledger, writing
from ledger.migrate import upgrade
from ledger.strategies import remember
from policies.authority_files import load_authority
from policies.books import books_of
from policies.files import PolicyError
from policies.packs import Packs
from settings import Settings
from workflows.daily_watch import DailyWatch
from workflows.grievance import Grievance
from workflows.legal_clock import LegalClock
from workflows.loan_case import LoanCase
from workflows.one_content import OneContent

OWN_ROOMS = ("activities", "domain", "policies", "simulation", "workflows")
"""Passed through the workflow sandbox: a cached case costs some 50 KiB instead of 2 MiB."""

GRACEFUL = timedelta(seconds=20)
"""How long a stopping worker may take to finish the activities it has in hand."""

log = structlog.get_logger("worker")


def know_policies(engine: Engine, profile: Profile, now: datetime) -> Treatments:
    """Make the rules, and the strategies of files and of the ledger's past, known to this process.

    Rule packs with a problem are left out, loudly: nobody they are about is contacted. Raises
    PolicyError with every problem of every strategy.
    """
    treatments = load_treatments(profile)
    for problem in treatments.left_out:
        log.error("rules left out: nobody they are about is contacted", problem=problem)
    with writing(engine) as session:
        for strategy_id, text in treatments.texts.items():
            remember(session, strategy_id, text, now)
    learn(engine)
    return treatments


def build_texts(settings: Settings, packs: Packs) -> Texts:
    """What may be sent: approved texts; raises TemplatesRefused with every problem of every one."""
    lender = Lender(
        settings.lender_name, settings.lender_email, settings.lender_phone, settings.lender_address
    )
    return production_texts(lender, books_of(packs), settings.sms_templates)


def build_activities(
    engine: Engine, gates: Gates, texts: Texts, siblings: Siblings | None = None
) -> list[Callable[..., Any]]:
    """Every activity, each built with the outside party it speaks to."""
    messaging = Messaging(
        engine,
        gates.channels,
        texts,
        known.rules(),
        lambda strategy_id: known.strategy(strategy_id).terms,
    )
    ledger = LedgerActivities(engine, siblings)
    agencies = gates.agencies
    agency = Agency(engine, gates.agency, agencies.ways, agencies.panel)
    return [
        messaging.send_notice,
        ledger.leave_notice,
        ledger.read_ledger,
        ledger.record_agreed,
        ledger.close_case,
        ledger.ask_person,
        agency.place_with_agency,
        agency.leave_placement,
        agency.tell_agency,
    ]


def court_activities(engine: Engine, settings: Settings) -> list[Callable[..., Any]]:
    """What cases ask of the court's side, and the clock of our own deadlines."""
    lender = Lender(
        settings.lender_name, settings.lender_email, settings.lender_phone, settings.lender_address
    )
    law = (known.remedies(), known.calendars())
    court = Court(engine, lender, law, lambda strategy_id: known.strategy(strategy_id).terms)
    return [court.prepare_remedy, court.file_papers, court.watch_deadlines]


def grievance_activities(engine: Engine, client: Client) -> list[Callable[..., Any]]:
    """What complaints and disputes do, in the ledger and by speaking to cases."""
    grievances = GrievanceActivities(engine, client)
    return [
        grievances.hold_for_grievance,
        grievances.extend_grievance,
        grievances.answer_grievance,
        grievances.lapse_grievance,
        grievances.tell_cases,
    ]


def watch_activities(
    engine: Engine, client: Client, settings: Settings, treatments: Treatments, agencies: Agencies
) -> list[Callable[..., Any]]:
    """What the daily watch does: opens cases, sweeps approvals, reads what agencies left.

    Raises PolicyError with every problem of the file of who may decide what.
    """
    cases = Cases(client, settings.task_queue)
    opener = Opener(engine, cases, treatments)
    files = AgencyFiles(engine, cases, agencies.inboxes, agencies.mirrors)
    authority = load_authority(settings.authority_file)
    watching = Watching(engine, authority, opener, files.read)
    return [watching.open_cases, watching.sweep_approvals, watching.read_agencies]


def sandbox() -> SandboxedWorkflowRunner:
    """The workflow sandbox, with our own pure rooms passed through."""
    restrictions = SandboxRestrictions.default.with_passthrough_modules(*OWN_ROOMS)
    return SandboxedWorkflowRunner(restrictions=restrictions)


def build_worker(client: Client, task_queue: str, activities: list[Callable[..., Any]]) -> Worker:
    """A worker that serves cases on that queue."""
    return Worker(
        client,
        task_queue=task_queue,
        workflows=[LoanCase, Grievance, LegalClock, DailyWatch],
        activities=activities,
        workflow_runner=sandbox(),
        interceptors=[OneContent()],
        graceful_shutdown_timeout=GRACEFUL,
        max_concurrent_activities=20,
    )


async def serve(settings: Settings) -> int:
    """Serve cases until told to stop."""
    upgrade(settings.ledger_url)
    engine = open_ledger(settings.ledger_url)
    treatments = know_policies(engine, settings.profile, datetime.now(UTC))
    texts = build_texts(settings, treatments.packs)
    gates = open_gates(settings)
    client = await connect(settings)
    activities = build_activities(engine, gates, texts, Siblings(client))
    activities += grievance_activities(engine, client)
    activities += court_activities(engine, settings)
    activities += watch_activities(engine, client, settings, treatments, gates.agencies)
    worker = build_worker(client, settings.task_queue, activities)
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    async with worker, alarm(client), learning(engine):
        log.info("serving", task_queue=settings.task_queue, server=settings.temporal_address)
        await stop.wait()
        log.info("stopping")
    await gates.close()
    return 0


async def main() -> int:
    """Read the settings and serve; what is set wrongly is said in a sentence."""
    try:
        settings = Settings()
    except ValidationError as wrong:
        log.error("cannot serve", problem="; ".join(_said(error) for error in wrong.errors()))
        return 1
    level = logging.getLevelNamesMapping()[settings.log_level]
    logging.basicConfig(level=level, format="%(levelname)s %(name)s %(message)s")
    for chatty in ("alembic", "asyncssh"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    logging.getLogger("temporalio.worker._workflow_instance").addFilter(InASentence())
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(level))
    try:
        return await serve(settings)
    except (PolicyError, RPCError, SQLAlchemyError, TemplatesRefused, Unanswered) as problem:
        what = "the ledger: " if isinstance(problem, SQLAlchemyError) else ""
        log.error("cannot serve", problem=f"{what}{problem}".partition("\n(Background")[0])
        return 1


def _said(error: ErrorDetails) -> str:
    return f"FORBEAR_{'_'.join(map(str, error['loc'])).upper()}: {error['msg']}"


if __name__ == "__main__":
    run_entrypoint(main)
