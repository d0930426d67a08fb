"""The ledger as a case speaks to it: hear money facts, write what was agreed, ask a person."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Engine
from temporalio import activity

from activities.contracts import (
    ASK_PERSON,
    CLOSE_CASE,
    LEAVE_NOTICE,
    READ_LEDGER,
    RECORD_AGREED,
)
from activities.database import in_ledger
from activities.siblings import Siblings
from domain.facts import MoneyFact
from domain.orders import CloseOrder, NoticeOrder, ReadOrder, RecordOrder, TaskOrder
from domain.outcomes import SendOutcome
from ledger import approvals, cases, contacts, questions, tasks
from ledger.engine import reading, writing
from ledger.granted import approved_only
from ledger.payments import money_facts, version
from ledger.standing import Telling, siblings_to_tell


class LedgerActivities:
    """Reads and writes of one ledger; each may be repeated and then changes nothing.

    `siblings` tells a person's other cases of a hold; None: nobody is told.
    """

    def __init__(self, engine: Engine, siblings: Siblings | None = None) -> None:
        self._engine = engine
        self._siblings = siblings

    @activity.defn(name=READ_LEDGER)
    async def read_ledger(self, order: ReadOrder) -> tuple[MoneyFact, ...]:
        """Every money fact of the loan, or none when the case has heard them all."""

        def read() -> tuple[MoneyFact, ...]:
            with reading(self._engine) as session:
                if version(session, order.loan_id) == order.ledger_version:
                    return ()
                return money_facts(session, order.loan_id)

        return await in_ledger(read)

    @activity.defn(name=RECORD_AGREED)
    async def record_agreed(self, order: RecordOrder) -> str | None:
        """Write promises, plans and holds as they stand; other agencies of the person hear.

        Answers by which rule an adverse report was not ordered, because no second person approved
        it; None: everything is written.
        """

        def write() -> tuple[str, list[Telling]]:
            loan = (order.loan_id, order.borrower_id)
            with writing(self._engine) as session:
                records, rule = approved_only(session, loan[0], order.episode, order.records)
                cases.write_records(session, *loan, order.episode, records)
                return rule, siblings_to_tell(session, *loan, records)

        rule, tellings = await in_ledger(write)
        await self._tell(tellings)
        return rule or None

    @activity.defn(name=LEAVE_NOTICE)
    async def leave_notice(self, order: NoticeOrder) -> SendOutcome | None:
        """Give a contact up for now; answers what came of it, None when it may be asked for."""

        def leave() -> SendOutcome | None:
            with writing(self._engine) as session:
                return contacts.leave(session, order)

        return await in_ledger(leave)

    @activity.defn(name=CLOSE_CASE)
    async def close_case(self, order: CloseOrder) -> tuple[MoneyFact, ...]:
        """Write how the case ended, with what was still to be recorded.

        A cure that the ledger knows more about is not written: the answer is every money fact.
        """

        def close() -> tuple[tuple[MoneyFact, ...], list[Telling]]:
            with writing(self._engine) as session:
                if cases.cure_is_stale(session, order):
                    return money_facts(session, order.loan_id), []
                loan_id, episode = order.loan_id, order.episode
                records, _ = approved_only(session, loan_id, episode, order.records)
                cases.close_case(session, replace(order, records=records))
                questions.end_all(session, order.loan_id, order.episode, order.at)
                approvals.end_about_nothing(session, order.at, order.loan_id)
                loan = (order.loan_id, order.borrower_id)
                return (), siblings_to_tell(session, *loan, order.records)

        facts, tellings = await in_ledger(close)
        await self._tell(tellings)
        return facts

    @activity.defn(name=ASK_PERSON)
    async def ask_person(self, order: TaskOrder) -> None:
        """Put something on the task list, once; a question to a second person also on record."""

        def ask() -> None:
            with writing(self._engine) as session:
                if order.question:
                    questions.put(session, order)
                else:
                    tasks.ask(session, order)

        await in_ledger(ask)

    async def _tell(self, tellings: Sequence[Telling]) -> None:
        if self._siblings is not None:
            await self._siblings.tell(tellings)
