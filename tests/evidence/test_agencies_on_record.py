"""What an agency earned and what a bureau was told stand in the evidence of the loan."""

from datetime import date, timedelta

from domain.agencies import Agency, Band, CommissionTerms
from domain.bureau import ReportKind
from domain.orders import PlacementOrder
from domain.outcomes import AgencyOutcome, Placed
from ledger import agency_news, bureau, commissions
from ledger.bureau import ReportOrder
from ledger.engine import open_ledger, reading, writing
from ledger.evidence import evidence_of
from ledger.migrate import upgrade
from ledger.placements import claim_placement, confirm_placement
from tests.ledger.book import EPISODE, MORNING, open_book, paid

KEY = "placement/L1/2026-03-01/1"
ENDS = date(2030, 1, 1)


def test_commissions_and_reports_are_part_of_what_is_on_record(tmp_path):
    upgrade(f"sqlite:///{tmp_path}/ledger.db")
    engine = open_ledger(f"sqlite:///{tmp_path}/ledger.db")
    open_book(engine)
    terms = CommissionTerms((Band(0, 1000),), 20)
    north = Agency("north", "North", ("CN",), (), 1, "N", ENDS, ENDS, date(2026, 1, 1), terms)
    order = PlacementOrder("L1", "B1", EPISODE, 1, "north", date(2026, 5, 9), MORNING)
    later = MORNING + timedelta(days=2)
    with writing(engine) as session:
        claim_placement(session, order, {"north": north})
        confirm_placement(session, KEY, AgencyOutcome(Placed.ACCEPTED), MORNING)
    paid(engine, "p", 10_000, on=date(2026, 3, 11), known_at=MORNING + timedelta(days=1))
    with writing(engine) as session:
        commissions.settle(session, agency_news.placement_for(session, KEY, "north"), later)
        bureau.order(session, ReportOrder("L1", EPISODE, ReportKind.ADVERSE, "sue", later, "n", 15))
    with reading(engine) as session:
        found = {item.kind: item.says for item in evidence_of(session, "L1")}
    assert (found["commission"]["payable_minor"], found["commission"]["agency"]) == (800, "north")
    assert (found["bureau_report"]["status"], found["bureau_report"]["rule"]) == (
        "held",
        "CN-CR-02",
    )
    engine.dispose()
