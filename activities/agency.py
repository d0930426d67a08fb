"""The collection agency: cases are handed over, and holds and recalls are told, each once."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import quote

from sqlalchemy import Engine
from sqlmodel import Session
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.contracts import LEAVE_PLACEMENT, PLACE_WITH_AGENCY, TELL_AGENCY
from activities.database import in_ledger
from channels.errors import TryAgain
from channels.http import Answer
from domain.clock import local_date
from domain.gate.words import Party
from domain.keys import case_id
from domain.orders import AgencyOrder, LeaveOrder, PlacementOrder
from domain.outcomes import AgencyOutcome, Placed
from ledger import placements
from ledger.engine import writing
from ledger.granted import placement_refusal
from ledger.left_placements import leave_placement
from ledger.loans import loan_view
from ledger.scrubs import Panel
from ledger.snapshots import outstanding
from ledger.standing import in_force
from ledger.words import PointStatus

NO_AGENCY = AgencyOutcome(Placed.UNREACHABLE, reason="no-agency-set-up")

NOT_FOUND = 404
"""The agency has no such placement; what never arrived is as good as given back."""

WILL_ANSWER = 202
"""The agency has the message; whether it heeds it comes later, as a report."""

_PLAIN = re.compile(r"[A-Za-z0-9._:/-]{1,64}")
"""What of an agency's words may go into a case: a code or a number, never a sentence."""


class Way(Protocol):
    """How an agency is told: over HTTP, or by files that are left for it."""

    async def post(self, path: str, key: str, said: Mapping[str, Any]) -> Answer:
        """Say it under its key; raises TryAgain when it is not known whether it arrived."""
        ...


class Agency:
    """The agencies; `ways` are those with a way of their own, by name, and `http` is for the rest.

    Without any way nobody is set up, and nothing is told. By the `panel` an agency is given what it
    may have; without one (None) an account is only scrubbed. An agency is told what it needs to
    collect and no more: the loan's id, the amount, the term, and the borrower's name, language,
    time zone and living contact points.
    """

    def __init__(
        self,
        engine: Engine,
        http: Way | None,
        ways: Mapping[str, Way] | None = None,
        panel: Panel | None = None,
    ) -> None:
        self._engine = engine
        self._http = http
        self._ways = ways or {}
        self._panel = panel

    @activity.defn(name=PLACE_WITH_AGENCY)
    async def place_with_agency(self, order: PlacementOrder) -> AgencyOutcome:
        """Hand a case over that a second person approved; the agency knows a repeat by its key.

        Raises AgencyUnavailable to be tried again, KeyReused when the key has another content.
        """
        way = self._ways.get(order.agency, self._http)
        if way is None:
            return NO_AGENCY
        claimed = await in_ledger(self._claim_placement, order)
        if isinstance(claimed, AgencyOutcome):
            return claimed
        outcome = await self._ask(way, "/placements", claimed["key"], claimed)
        return await in_ledger(self._confirm_placement, claimed["key"], outcome, order)

    @activity.defn(name=LEAVE_PLACEMENT)
    async def leave_placement(self, order: LeaveOrder) -> AgencyOutcome:
        """Give a hand-off up; asks the ledger alone."""

        def leave() -> AgencyOutcome:
            with writing(self._engine) as session:
                return _with_standing(session, leave_placement(session, order), order.placement)

        return await in_ledger(leave)

    @activity.defn(name=TELL_AGENCY)
    async def tell_agency(self, order: AgencyOrder) -> AgencyOutcome:
        """Tell the agency of a hold or a recall; raises AgencyUnavailable to be tried again."""
        if self._http is None and not self._ways:
            return NO_AGENCY
        claimed = await in_ledger(self._claim_message, order)
        if isinstance(claimed, AgencyOutcome):
            return claimed
        way = self._ways.get(claimed["agency"], self._http)
        certain = claimed.pop("certain")
        path = f"/placements/{quote(claimed['placement_key'], safe='')}/messages"
        outcome = await self._ask(way, path, claimed["key"], claimed, certain) if way else NO_AGENCY
        await in_ledger(self._confirm_message, claimed["key"], outcome, order)
        return outcome

    async def _ask(
        self, way: Way, path: str, key: str, said: dict[str, Any], certain: bool = True
    ) -> AgencyOutcome:
        try:
            answer = await way.post(path, key, said)
            if answer.status == NOT_FOUND and not certain:
                return AgencyOutcome(Placed.ACCEPTED)
            return _outcome(answer)
        except TryAgain as failure:
            raise ApplicationError(failure.reason, type="AgencyUnavailable") from None

    def _claim_placement(self, order: PlacementOrder) -> dict[str, Any] | AgencyOutcome:
        with writing(self._engine) as session:
            if refused := placement_refusal(session, order):
                return AgencyOutcome(Placed.UNAPPROVED, reason=refused.rule)
            claimed = placements.claim_placement(session, order, self._panel)
            if isinstance(claimed, AgencyOutcome):
                return _with_standing(session, claimed, order)
            return {
                "key": claimed.key,
                "agency": claimed.agency,
                "loan_id": claimed.loan_id,
                "currency": claimed.currency,
                "amount_minor": claimed.amount_minor,
                "until": claimed.until.isoformat(),
                "borrower": _borrower(session, claimed.loan_id),
            }

    def _confirm_placement(
        self, key: str, outcome: AgencyOutcome, order: PlacementOrder
    ) -> AgencyOutcome:
        with writing(self._engine) as session:
            placements.confirm_placement(session, key, outcome, order.decided_at)
            return _with_standing(session, outcome, order)

    def _claim_message(self, order: AgencyOrder) -> dict[str, Any] | AgencyOutcome:
        with writing(self._engine) as session:
            claimed = placements.claim_agency_message(session, order)
            if isinstance(claimed, AgencyOutcome):
                return claimed
            return {
                "key": claimed.key,
                "agency": claimed.agency,
                "placement_key": claimed.placement_key,
                "reference": claimed.reference,
                "what": claimed.what,
                "reason": claimed.reason,
                "certain": claimed.certain,
                "at": order.at.isoformat(),
                **_balance(session, claimed.loan_id, order.at),
            }

    def _confirm_message(self, key: str, outcome: AgencyOutcome, order: AgencyOrder) -> None:
        with writing(self._engine) as session:
            placements.confirm_agency_message(session, key, outcome, order.at)


def _with_standing(
    session: Session, outcome: AgencyOutcome, order: PlacementOrder
) -> AgencyOutcome:
    """What an agency that has taken the case must hear next, as the ledger knows it now."""
    if outcome.kind is not Placed.ACCEPTED:
        return outcome
    case, at = case_id(order.loan_id, order.episode), order.decided_at
    found = in_force(session, order.loan_id, order.borrower_id, case, at)
    return replace(outcome, standing=found)


def _balance(session: Session, loan_id: str, at: datetime) -> dict[str, Any]:
    """What is still to be paid, so that nobody asks for money that came in."""
    view = loan_view(session, loan_id)
    assert view is not None, "a placed loan is in the ledger"
    owed = outstanding(view, local_date(at, view.borrower.calendar_zone))
    return {"currency": view.loan.currency, "amount_minor": owed}


def _borrower(session: Session, loan_id: str) -> dict[str, Any]:
    """Whom the agency is to speak to, and how; it hears of nobody else."""
    view = loan_view(session, loan_id)
    assert view is not None, "a claimed placement has its loan in the ledger"
    return {
        "name": view.borrower.name,
        "locale": view.borrower.locale,
        "zone": view.borrower.zone,
        "contact_points": [
            {"id": point.id, "channel": point.channel, "address": point.address}
            for point in view.contact_points
            if point.status is PointStatus.ACTIVE and point.party is Party.BORROWER
        ],
    }


def _outcome(answer: Answer) -> AgencyOutcome:
    """What the agency answered, in words that may go into a case."""
    if answer.accepted:
        reference = str(answer.said.get("reference", ""))
        known = reference if _PLAIN.fullmatch(reference) else ""
        return AgencyOutcome(Placed.ACCEPTED, known, pending=answer.status == WILL_ANSWER)
    reason = str(answer.said.get("reason", ""))
    return AgencyOutcome(
        Placed.REFUSED, reason=reason if _PLAIN.fullmatch(reason) else f"answer-{answer.status}"
    )
