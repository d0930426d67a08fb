"""What the ledger can say about the demo at any moment, in numbers."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session, col, func, select

from domain.gate.words import Channel
from ledger.agency_tables import BureauReportRow
from ledger.case_tables import CaseFileRow, ContactRow, HoldRow, PlacementRow, PlanRow, PromiseRow
from ledger.legal_tables import LegalDocumentRow
from ledger.tables import PaymentRow
from ledger.words import ContactStatus


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts by word; a word nobody used is missing and counts 0."""

    outcomes: Mapping[str, int] = field(default_factory=Counter)
    letters: Mapping[str, int] = field(default_factory=Counter)
    calls: Mapping[str, int] = field(default_factory=Counter)
    promises: Mapping[str, int] = field(default_factory=Counter)
    plans: Mapping[str, int] = field(default_factory=Counter)
    placements: Mapping[str, int] = field(default_factory=Counter)
    papers: Mapping[str, int] = field(default_factory=Counter)
    reports: Mapping[str, int] = field(default_factory=Counter)
    holds: int = 0
    payments: int = 0
    reversals: int = 0

    @property
    def open_cases(self) -> int:
        return self.outcomes.get("open", 0)

    @property
    def letters_sent(self) -> int:
        return self.letters.get(ContactStatus.SENT, 0)


def figures(session: Session) -> Figures:
    """The numbers of the whole ledger, all of one transaction."""
    payments, reversals = session.exec(
        select(func.count(), func.count(col(PaymentRow.reversed_on))).select_from(PaymentRow)
    ).one()
    return Figures(
        outcomes=_by(session, col(CaseFileRow.outcome), "open"),
        letters=_by(session, col(ContactRow.status), where=ContactRow.channel == Channel.EMAIL),
        calls=_by(session, col(ContactRow.status), where=ContactRow.channel == Channel.CALL),
        promises=_by(session, col(PromiseRow.status)),
        plans=_by(session, col(PlanRow.ended), "performing"),
        placements=_by(session, col(PlacementRow.status)),
        papers=_by(session, col(LegalDocumentRow.paper)),
        reports=_by(session, col(BureauReportRow.kind)),
        holds=session.exec(select(func.count()).select_from(HoldRow)).one(),
        payments=payments,
        reversals=reversals,
    )


def _by(session: Session, word: Any, empty: str = "", where: Any = True) -> Counter[str]:
    rows = session.exec(select(word, func.count()).where(where).group_by(word))
    return Counter({str(name or empty): count for name, count in rows})
