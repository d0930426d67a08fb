"""The agency misbehaves on purpose: nothing is lost, nothing placed twice, every recall ends."""

import asyncio
from datetime import timedelta

import pytest

from demo.agency_reports import Manner
from domain.bureau import ReportKind
from domain.holds import Hold, HoldReason
from domain.records import HoldChanged
from domain.requests import Approve, PlaceHold
from domain.strategy import Outcome
from ledger.cases import write_records
from ledger.decisions import decisions_of
from ledger.engine import reading, writing
from ledger.loans import payments_of
from ledger.payments import record_payment
from ledger.words import PlacementStatus
from tests.workflows.agency_house import MORE, Placement, placing, strict
from tests.workflows.loans import DUE, day, payment
from workflows import acting

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]


RAW = Approve("raw", "mallory", "placement")
"""What anybody may send in the Temporal UI."""


async def placed(house: Placement, at: int = 40) -> None:
    """A person approves, and the agency has the case."""
    await house.approve(day(at))
    await house.played.skip_to(day(at, "13:00"))


async def asked_in_vain(house: Placement) -> None:
    """A person approves, and the agency answers none of several attempts."""
    house.stand_in.behave({"failures": [500] * 400})
    await house.approve(day(40))
    await house.played.skip_to(day(40, "15:00"))


def recovered(
    house: Placement, amount_minor: int, on: int, number: str = "R1"
) -> dict[str, object]:
    return {
        "payment_id": f"{house.loan_id}-{number}",
        "amount_minor": amount_minor,
        "currency": "CNY",
        "on": str(day(on).date()),
    }


async def paid_at_the_bank(house: Placement, name: str, on: int, amount_minor: int) -> None:
    """Money comes in as the core system tells of it: the ledger first, then the case."""
    fact = payment(name, day(on), amount_minor)
    await house.played.skip_to(day(on))
    with writing(house.engine) as session:
        record_payment(session, house.loan_id, fact, "CNY", day(on))
    await house.played.say(day(on), fact)


async def test_an_agency_that_fails_and_answers_too_late_gets_the_case_once(server, tmp_path):
    async with placing(server, tmp_path, "slow") as house:
        house.stand_in.behave({"failures": [500, 503, 500], "late": 1})
        await house.approve(day(40))
        skipping = asyncio.create_task(house.played.skip_to(day(41)))
        await asyncio.to_thread(house.stand_in.book.taken.wait, 60)
        house.stand_in.behave({"late": 0})
        await skipping
        assert list(house.stand_in.book.placements) == [house.rows()[0].key]
        assert [row.status for row in house.rows()] == [PlacementStatus.PLACED]
        assert "agency: north: accepted" in await house.played.lines()


async def test_a_yes_that_goes_past_the_ledger_places_nothing_and_the_case_asks_on(
    server, tmp_path
):
    async with placing(server, tmp_path, "raw") as house:
        await house.played.say(day(40), RAW)
        await house.played.skip_to(day(41))
        assert (house.rows(), house.stand_in.book.placements) == ([], {})
        lines = await house.played.lines()
        assert "approval: placement: not on record (approval-open)" in lines
        assert (await house.played.state()).waits_for == "approval of placement"
        await house.approve(day(42))
        await house.played.skip_to(day(43))
        assert [row.status for row in house.rows()] == [PlacementStatus.PLACED]
        assert (await house.played.state()).waits_for.startswith("agency north")


async def test_a_no_on_record_outweighs_a_yes_that_goes_past_it(server, tmp_path):
    async with placing(server, tmp_path, "no") as house:
        await house.played.skip_to(day(40))
        house.on_record(day(40), given=False)
        await house.played.say(day(40), RAW)
        assert await house.played.handle.result() is Outcome.EXHAUSTED
        assert (house.rows(), house.stand_in.book.placements) == ([], {})
        lines = await house.played.lines()
        assert "approval: placement: not on record (approval-declined)" in lines


async def test_a_report_that_nobody_approved_is_not_ordered_and_is_asked_for_again(
    server, tmp_path
):
    reporting = strict("reporting", MORE)
    async with placing(server, tmp_path, "report", reporting) as house:
        waits = "approval of the bureau report"
        await house.played.skip_to(day(37))
        assert (await house.played.state()).waits_for == waits
        await house.played.say(day(37), Approve("raw", "mallory", "bureau_report"))
        await house.played.skip_to(day(37, "23:00"))
        assert house.reported() == []
        lines = await house.played.lines()
        assert "bureau: adverse report: not on record (approval-open)" in lines
        assert (await house.played.state()).waits_for == waits
        await house.approve(day(38), "bureau_report")
        await house.played.skip_to(day(39))
        [row] = house.reported()
        assert (row.kind, row.by) == (ReportKind.ADVERSE, "sue")
        lines = await house.played.lines()
        assert lines.count("bureau: adverse report ordered") == 2
        assert lines.count("bureau: adverse report: not on record (approval-open)") == 1


async def test_a_hold_that_only_the_ledger_knows_costs_no_agency_its_turn(server, tmp_path):
    async with placing(server, tmp_path, "race") as house:
        hold = Hold("elsewhere", HoldReason.BANKRUPTCY, day(39), day(43), "li")
        with writing(house.engine) as session:
            row = HoldChanged(hold, day(39))
            write_records(session, "race", "B-race", DUE, [row])
        await house.approve(day(40))
        await house.played.skip_to(day(42))
        assert house.rows() == []
        assert not house.stand_in.book.placements
        assert "agency: north: deferred (scrub-bankruptcy)" in await house.played.lines()
        await house.played.skip_to(day(44))
        assert [(row.agency, row.number) for row in house.rows()] == [("north", 1)]
        assert list(house.stand_in.book.placements) == [house.rows()[0].key]
        with reading(house.engine) as session:
            verdicts = [
                one.verdict for one in decisions_of(session, "race") if one.what == "placement"
            ]
        assert verdicts == ["deferred", "allowed", "placed"]


async def test_money_that_only_the_ledger_knows_is_heard_instead_of_placing(server, tmp_path):
    async with placing(server, tmp_path, "paid") as house:
        fact = payment("all", day(39), 40_000)
        await house.played.skip_to(day(39))
        with writing(house.engine) as session:
            record_payment(session, "paid", fact, "CNY", day(39))
        await house.approve(day(40))
        assert await house.played.handle.result() is Outcome.CURED
        assert house.rows() == []
        assert not house.stand_in.book.placements


async def test_reports_twice_backwards_and_forged_come_to_one_of_each(server, tmp_path):
    async with placing(server, tmp_path, "twice") as house:
        await placed(house)
        await house.say(1, "acknowledged")
        await house.say(1, "contacted", channel="call", outcome="no_answer")
        await house.say(1, "recovered", **recovered(house, 10_000, 40))
        house.reports.manner = Manner.FORGED
        assert await house.send() == [401] * 3
        house.reports.manner = Manner.TWICE
        assert await house.send() == [200] * 6
        house.reports.manner = Manner.BACKWARDS
        await house.say(1, "recovered", **recovered(house, 10_000, 40))
        await house.say(1, "promised", amount_minor=5_000, pay_by=str(day(45).date()))
        assert await house.send() == [200] * 2
        await house.played.skip_to(day(42))
        with reading(house.engine) as session:
            assert [p.amount_minor for p in payments_of(session, "twice")] == [10_000]
        lines = await house.played.lines()
        assert lines.count("payment: 100.00 CNY") == 1
        assert lines.count("agency: reported: contacted") == 1
        assert (await house.played.state()).waits_for == "agency north"
        assert house.told() == {}, "it brought that money itself"


async def test_days_of_silence_lose_the_agency_the_case_and_the_next_one_gets_it(server, tmp_path):
    async with placing(server, tmp_path, "silent") as house:
        house.reports.manner = Manner.SILENT
        await placed(house)
        await house.say(1, "acknowledged")
        assert await house.send() == []
        assert (await house.played.state()).waits_for == "agency north to acknowledge placement"
        await house.played.skip_to(day(44))
        assert [(row.agency, row.status) for row in house.rows()] == [
            ("north", PlacementStatus.RECALLED),
            ("south", PlacementStatus.PLACED),
        ]
        assert house.told() == {"recall": "acknowledged", "return-data": "acknowledged"}
        house.reports.manner = Manner.ORDERLY
        assert await house.send() == [200], "what comes late is recorded and changes nothing"
        assert (await house.played.state()).waits_for.startswith("agency south")


async def test_an_agency_that_never_answers_the_hand_off_is_stopped_before_the_next_gets_it(
    server, tmp_path, monkeypatch
):
    monkeypatch.setattr(acting.RETRY, "maximum_interval", timedelta(hours=12))
    async with placing(server, tmp_path, "mute") as house:
        house.stand_in.behave({"late": 1})
        await house.approve(day(40))
        skipping = asyncio.create_task(house.played.skip_to(day(44)))
        await asyncio.to_thread(house.stand_in.book.taken.wait, 60)
        house.stand_in.behave({"late": 0, "failures": [503] * 100})
        await skipping
        house.stand_in.failures.clear()
        assert [row.agency for row in house.rows()] == ["north"], "nobody else has it meanwhile"
        await house.played.skip_to(day(47))
        assert [(row.agency, row.status) for row in house.rows()] == [
            ("north", PlacementStatus.RECALLED),
            ("south", PlacementStatus.PLACED),
        ]
        assert house.told()["recall"] == "acknowledged"
        assert "failed-place-1-north" in house.tasks()
        lines = await house.played.lines()
        assert "agency: north: uncertain" in lines
        assert "agency: north: recalled, no answer to the hand-off, accepted" in lines


async def test_a_hold_is_told_and_one_that_nobody_acknowledges_recalls_the_case(server, tmp_path):
    async with placing(server, tmp_path, "deaf") as house:
        await placed(house)
        await house.say(1, "acknowledged")
        await house.send()
        house.stand_in.behave({"hesitant": True})
        await house.played.say(day(42), PlaceHold("h1", "bob", HoldReason.DISPUTE, None))
        await house.played.skip_to(day(42, "13:00"))
        assert house.told() == {"hold-h1": "told"}
        await house.played.skip_to(day(46))
        assert "agency: north: hold-h1-until-open not acknowledged" in await house.played.lines()
        assert (await house.played.state()).waits_for == "recall from north: acknowledge"
        await house.played.skip_to(day(50))
        assert [row.status for row in house.rows()] == [PlacementStatus.RECALLED]
        assert house.tasks()[-2:] == ["recall-1-acknowledge", "recall-1-data-gone"]
        assert (await house.played.state()).waits_for == "end of the hold"


async def test_a_part_payment_at_the_bank_stops_the_agency_with_the_new_balance(server, tmp_path):
    async with placing(server, tmp_path, "stop") as house:
        await placed(house)
        await house.say(1, "acknowledged")
        await house.send()
        await paid_at_the_bank(house, "part", 42, 15_000)
        await house.played.skip_to(day(43))
        assert house.told() == {"stop-payment-part": "acknowledged"}
        (told,) = house.stand_in.book.messages.values()
        assert (told["amount_minor"], told["currency"]) == (25_000, "CNY")
        assert (await house.played.state()).waits_for == "agency north"


async def test_a_cure_while_placed_ends_after_every_step_of_the_recall(server, tmp_path):
    async with placing(server, tmp_path, "cured") as house:
        await placed(house)
        await house.say(1, "acknowledged")
        await house.say(1, "recovered", **recovered(house, 30_000, 40))
        assert await house.send() == [200, 200]
        house.stand_in.behave({"hesitant": True})
        await paid_at_the_bank(house, "rest", 42, 10_000)
        await house.played.skip_to(day(42, "13:00"))
        assert (await house.played.state()).waits_for == "recall from north: acknowledge"
        await house.say(1, "acknowledged", about="recall")
        assert await house.send() == [200]
        await house.played.skip_to(day(42, "14:00"))
        assert (await house.played.state()).waits_for == "recall from north: data gone"
        await house.say(1, "data_gone")
        house.reports.manner = Manner.TWICE
        assert await house.send() == [200, 200]
        assert await house.played.handle.result() is Outcome.CURED
        (row,) = house.rows()
        assert (row.status, row.data_gone_at is not None) == (PlacementStatus.RECALLED, True)
        earned = [
            (c.recovered_minor, c.payable_minor, c.withheld_minor) for c in house.commissions()
        ]
        assert sorted(earned) == [(10_000, 800, 200), (30_000, 2_400, 600)]
        assert house.tasks() == []


async def test_an_agency_that_is_gone_does_not_keep_a_recall_from_ending(
    server, tmp_path, monkeypatch
):
    monkeypatch.setattr(acting.RETRY, "maximum_interval", timedelta(hours=12))
    async with placing(server, tmp_path, "gone") as house:
        await placed(house)
        await house.say(1, "acknowledged")
        await house.send()
        house.stand_in.stop()
        await paid_at_the_bank(house, "all", 42, 40_000)
        await house.played.skip_to(day(52))
        assert await house.played.handle.result() is Outcome.CURED
        assert [row.status for row in house.rows()] == [PlacementStatus.RECALLED]
        assert set(house.tasks()) == {
            "failed-tell-1-recall",
            "recall-1-stop",
            "failed-tell-1-return-data",
            "recall-1-data",
        }


async def test_an_agency_that_says_it_twice_that_it_gives_up_gives_the_case_back_once(
    server, tmp_path
):
    async with placing(server, tmp_path, "back") as house:
        await placed(house)
        house.reports.manner = Manner.TWICE
        await house.say(1, "uncollectable")
        assert await house.send() == [200, 200]
        await house.played.skip_to(day(41))
        assert [row.agency for row in house.rows()] == ["north", "south"]
        lines = await house.played.lines()
        assert lines.count("agency: north: recalled, uncollectable, accepted") == 1


async def test_with_every_fault_at_once_nothing_is_lost_or_placed_twice_and_the_recall_ends(
    server, tmp_path
):
    async with placing(server, tmp_path, "worst") as house:
        house.stand_in.behave({"failures": [500], "late": 1})
        await house.approve(day(40))
        skipping = asyncio.create_task(house.played.skip_to(day(41)))
        await asyncio.to_thread(house.stand_in.book.taken.wait, 60)
        house.stand_in.behave({"late": 0})
        await skipping
        await house.say(1, "acknowledged")
        await house.say(1, "contacted", channel="call", outcome="no_answer")
        await house.say(1, "recovered", **recovered(house, 10_000, 41))
        house.reports.manner = Manner.SILENT
        assert await house.send() == []
        await house.played.skip_to(day(42))
        house.reports.manner = Manner.FORGED
        assert await house.send() == [401] * 3
        house.reports.manner = Manner.TWICE
        assert await house.send() == [200] * 6
        house.stand_in.behave({"failures": [500, 503], "hesitant": True})
        await paid_at_the_bank(house, "rest", 43, 30_000)
        house.reports.manner = Manner.SILENT
        await house.played.skip_to(day(50))
        assert await house.played.handle.result() is Outcome.CURED
        assert list(house.stand_in.book.placements) == [house.rows()[0].key]
        assert [row.status for row in house.rows()] == [PlacementStatus.RECALLED]
        with reading(house.engine) as session:
            paid = sorted(p.amount_minor for p in payments_of(session, "worst"))
        assert paid == [10_000, 30_000]
        assert house.tasks()[-2:] == ["recall-1-acknowledge", "recall-1-data-gone"]
        assert sum(c.recovered_minor for c in house.commissions()) == 40_000


async def test_a_person_who_pays_while_the_agency_does_not_answer_is_not_sent_to_it_again(
    server, tmp_path, monkeypatch
):
    monkeypatch.setattr(acting.RETRY, "maximum_interval", timedelta(hours=12))
    async with placing(server, tmp_path, "paid-since") as house:
        await asked_in_vain(house)
        assert (await house.played.state()).waits_for == "agency north to answer"
        await paid_at_the_bank(house, "all", 41, 40_000)
        house.stand_in.failures.clear()
        assert await house.played.handle.result() is Outcome.CURED
        assert not house.stand_in.book.placements
        assert [row.status for row in house.rows()] == [PlacementStatus.RECALLED]
        assert house.told() == {"recall": "acknowledged", "return-data": "acknowledged"}
        assert house.tasks() == []


async def test_money_that_the_case_has_not_heard_keeps_the_next_attempt_from_the_agency(
    server, tmp_path, monkeypatch
):
    monkeypatch.setattr(acting.RETRY, "maximum_interval", timedelta(hours=12))
    async with placing(server, tmp_path, "unheard") as house:
        await asked_in_vain(house)
        with writing(house.engine) as session:
            fact = payment("all", day(40), 40_000)
            record_payment(session, "unheard", fact, "CNY", day(40))
        house.stand_in.failures.clear()
        await house.played.skip_to(day(42))
        assert not house.stand_in.book.placements
        assert "agency: north: uncertain" in await house.played.lines()
        assert await house.played.handle.result() is Outcome.CURED


async def test_a_hold_takes_back_what_may_have_arrived_and_costs_the_agency_no_turn(
    server, tmp_path, monkeypatch
):
    monkeypatch.setattr(acting.RETRY, "maximum_interval", timedelta(hours=12))
    async with placing(server, tmp_path, "arrived") as house:
        house.stand_in.behave({"late": 1})
        await house.approve(day(40))
        skipping = asyncio.create_task(house.played.skip_to(day(40, "10:00")))
        await asyncio.to_thread(house.stand_in.book.taken.wait, 60)
        await skipping
        house.stand_in.behave({"failures": [500] * 400, "late": 0})
        await house.played.say(day(41), PlaceHold("h1", "bob", HoldReason.DISPUTE, day(44)))
        house.stand_in.failures.clear()
        await house.played.skip_to(day(42))
        assert [row.status for row in house.rows()] == [PlacementStatus.RECALLED]
        assert next(m["what"] for m in house.stand_in.book.messages.values()) == "recall"
        await house.played.skip_to(day(45))
        assert [(row.agency, row.number) for row in house.rows()] == [("north", 1), ("north", 2)]
