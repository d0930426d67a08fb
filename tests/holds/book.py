"""People to be held, and short ways to hold them in the ledger."""

from dataclasses import replace
from datetime import date, timedelta

from domain.holds import HoldReason
from domain.keys import case_id
from domain.where import where_of
from ledger import mass_holds
from ledger.cases import NewCase, open_case
from ledger.engine import reading, writing
from ledger.mass_report import report
from ledger.matching import matching
from tests.ledger.book import EPISODE, MORNING, WEI, a_loan

UNTIL = date(2026, 5, 1)
ANNA = replace(WEI, borrower_id="B2", name="Anna", zone="Asia/Taipei", jurisdiction="TW")
MASS = mass_holds.MassHold("flood", HoldReason.DISASTER, UNTIL, "jurisdiction = CN", "ann")
MINUTE = timedelta(minutes=1)


def book(engine):
    """Wei owes L1, which has an open case, and L2; Anna owes L3, in another jurisdiction."""
    with writing(engine) as session:
        a_loan(session, "L1")
        a_loan(session, "L2")
        a_loan(session, "L3", ANNA)
        open_case(session, NewCase("L1", "B1", EPISODE, "standard@0f3a"), MORNING)


def people(engine, text=MASS.where, at=MORNING, running=None):
    with reading(engine) as session:
        return matching(session, where_of(text), at, running)


def placed(engine, mass=MASS, at=MORNING):
    """Hold everybody who matches; how many were new."""
    with reading(engine) as session:
        mass_holds.check(session, mass)
    new = 0
    for person in people(engine, mass.where, at):
        with writing(engine) as session:
            new += mass_holds.place(session, mass, person, at)
    return new


def lifted(engine, at, mass_id="flood"):
    with reading(engine) as session:
        guards = mass_holds.guards(session, mass_id)
    new = 0
    for guard in guards:
        with writing(engine) as session:
            new += mass_holds.lift(session, guard, "ann", at)
    return new


def proof(engine, at, mass_id="flood"):
    with reading(engine) as session:
        return report(session, mass_id, at)


CASE = case_id("L1", EPISODE)
