"""A grievance as its workflow acts on it: in the ledger, and on the cases that it touches."""

from collections.abc import Sequence

from sqlalchemy import Engine
from temporalio import activity
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from activities.contracts import (
    ANSWER_GRIEVANCE,
    EXTEND_GRIEVANCE,
    HOLD_FOR_GRIEVANCE,
    LAPSE_GRIEVANCE,
    TELL_CASES,
)
from activities.database import in_ledger
from domain.facts import GrievanceDecided
from domain.grievance_orders import AnswerOrder, ExtendOrder, GrievanceOrder
from domain.grievances import Grievance, hold_reason
from domain.keys import grievance_fact_id, grievance_hold_key
from domain.requests import PlaceHold
from ledger import grievances
from ledger.engine import reading, writing

_HOLD_SIGNAL = "place_hold"


class GrievanceActivities:
    """Each may be repeated: the ledger writes once, and a case takes one id once."""

    def __init__(self, engine: Engine, client: Client) -> None:
        self._engine = engine
        self._client = client

    @activity.defn(name=HOLD_FOR_GRIEVANCE)
    async def hold_for_grievance(self, order: GrievanceOrder) -> Grievance:
        """Let the cases rest that it is about, unless it was answered before they could."""
        grievance, cases = await in_ledger(self._read, order.grievance_id)
        reason = hold_reason(grievance.kind)
        if reason is not None and not grievance.settled:
            for case_id in cases:
                key = grievance_hold_key(grievance.grievance_id, case_id)
                hold = PlaceHold(key, grievance.by, reason, at=order.at)
                await self._signal(case_id, _HOLD_SIGNAL, hold)
        return grievance

    @activity.defn(name=EXTEND_GRIEVANCE)
    async def extend_grievance(self, order: ExtendOrder) -> Grievance:
        """Write that it is answered later; answers how it stands."""

        def write() -> Grievance:
            with writing(self._engine) as session:
                grievances.extend(session, order.grievance_id, order.request, order.at)
                return grievances.standing(session, order.grievance_id)

        return await in_ledger(write)

    @activity.defn(name=ANSWER_GRIEVANCE)
    async def answer_grievance(self, order: AnswerOrder) -> Grievance:
        """Write its answer; one that was written before stands, and is what this answers."""

        def write() -> Grievance:
            with writing(self._engine) as session:
                grievances.answer(session, order.grievance_id, order.request, order.at)
                return grievances.standing(session, order.grievance_id)

        return await in_ledger(write)

    @activity.defn(name=LAPSE_GRIEVANCE)
    async def lapse_grievance(self, order: GrievanceOrder) -> Grievance:
        """Write that we were too late, unless the ledger knows an answer or a later date."""

        def write() -> Grievance:
            with writing(self._engine) as session:
                return grievances.lapse(session, order.grievance_id, order.at)

        return await in_ledger(write)

    @activity.defn(name=TELL_CASES)
    async def tell_cases(self, order: GrievanceOrder) -> None:
        """Tell every open case that it touches how it was decided."""
        grievance, cases = await in_ledger(self._read, order.grievance_id)
        own, verdict = grievance.grievance_id, grievance.verdict
        assert verdict is not None, f"{own} is decided before cases are told"
        fact = GrievanceDecided(
            grievance_fact_id(own, verdict), own, grievance.kind, verdict, order.at
        )
        for case_id in cases:
            await self._signal(case_id, fact.kind, fact)

    def _read(self, grievance_id: str) -> tuple[Grievance, Sequence[str]]:
        with reading(self._engine) as session:
            grievance = grievances.standing(session, grievance_id)
            return grievance, grievances.reached(session, grievance)

    async def _signal(self, case_id: str, name: str, said: object) -> None:
        """A case that is over, or that nobody has started, hears nothing."""
        try:
            await self._client.get_workflow_handle(case_id).signal(name, said)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
