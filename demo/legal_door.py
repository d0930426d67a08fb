"""What people and courts tell of a case at law, as `starter.py case` and `legal` take it."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Engine
from sqlmodel import col, select

from channels.visits import VisitReport, refusal
from demo.teller import COLLECTORS
from domain import known
from domain.clock import Clock
from domain.facts import BorrowerReached, CourtSaid
from domain.gate.words import Channel, ContactOutcome
from domain.legal.asking import FileEvidence
from domain.legal.court import step_of
from domain.legal.file import LegalFile
from domain.refused import Refused
from intake.cases import Cases
from intake.speaking import Speaker
from ledger.calls import Call, called
from ledger.case_tables import CaseFileRow, ContactRow
from ledger.engine import writing
from ledger.legal_documents import COURT
from ledger.legal_events import LegalEvent
from ledger.legal_tables import LegalKind
from ledger.legal_tasks import put_on_file

VISITORS = COLLECTORS[:2]
COURT_CLERK = COLLECTORS[-1]
"""Who writes down what courts say."""

COURT_NAME = "上海市浦东新区人民法院"
"""The court to which the papers of the sample book go."""


def entry(loan_id: str, request: FileEvidence, at: datetime) -> LegalEvent:
    """What is put on the legal file of a loan; a court with its name."""
    return LegalEvent(
        request.request_id,
        loan_id,
        LegalKind.EVIDENCE,
        request.item,
        request.on,
        request.by,
        at,
        reference=request.reference,
        text=COURT_NAME if request.item in COURT else "",
    )


@dataclass(frozen=True, slots=True)
class LegalDoor:
    """Writes what is told into the ledger first, and then tells the case."""

    engine: Engine
    cases: Cases
    clock: Clock

    async def put(self, mine: CaseFileRow, request: FileEvidence) -> Refused | None:
        """Something is put on the legal file."""
        event = entry(mine.loan_id, request, request.at or self._now())
        await asyncio.to_thread(self._record, event)
        answer = await self.cases.ask(mine.case_id, request)
        await self.cases.watch(mine.loan_id, self.clock)
        return answer if isinstance(answer, Refused) else None

    async def court_said(self, mine: CaseFileRow, fact: CourtSaid) -> Refused | None:
        """The court said something; not before the case stands where a court can say it."""
        file = await self.cases.legal(mine.case_id)
        step = step_of(file) if isinstance(file, LegalFile) else None
        if step is None or fact.what not in step.answers:
            return Refused("court-not-there", f"No court can say {fact.what} to {mine.loan_id}.")
        event = LegalEvent(
            fact.fact_id,
            mine.loan_id,
            LegalKind.COURT,
            fact.what,
            fact.on,
            COURT_CLERK,
            fact.at or self._now(),
            remedy=fact.remedy,
            reference=fact.reference,
        )
        await asyncio.to_thread(self._record, event)
        refused = await self.cases.tell(mine.case_id, fact)
        await self.cases.watch(mine.loan_id, self.clock)
        return refused

    async def visited(self, mine: CaseFileRow, fact: BorrowerReached) -> Refused | None:
        """Two people tell of the visit that stands on the list; the ledger has the case told."""
        now = self._now()
        report = VisitReport(now, ContactOutcome.CONVERSATION, VISITORS)
        if refused := refusal(report, now):
            return refused
        if not await asyncio.to_thread(self._visit, mine, fact.fact_id, report):
            return Refused("no-visit-listed", f"Nobody was to visit about {mine.loan_id}.")
        await Speaker(self.engine, self._cases, self.clock).speak(datetime.now(UTC), mine.loan_id)
        return None

    def _now(self) -> datetime:
        return self.clock.at(datetime.now(UTC))

    async def _cases(self) -> Cases:
        return self.cases

    def _record(self, event: LegalEvent) -> None:
        with writing(self.engine) as session:
            put_on_file(session, event, (known.remedies(), known.calendars()))

    def _visit(self, mine: CaseFileRow, an_id: str, report: VisitReport) -> bool:
        listed = select(ContactRow.key).where(
            ContactRow.loan_id == mine.loan_id,
            ContactRow.episode == mine.episode,
            ContactRow.channel == Channel.VISIT,
            ContactRow.claimed_at <= report.at,
            col(ContactRow.outcome).is_(None),
        )
        names = ", ".join(report.visitors)
        loan = (an_id, mine.loan_id, mine.episode)
        call = Call(*loan, report.outcome, report.at, names, channel=Channel.VISIT)
        with writing(self.engine) as session:
            if session.exec(listed).first() is None:
                return False
            called(session, call)
        return True
