"""What proves a plan that came from no offer: in the decision record, and so in the evidence."""

from datetime import datetime

from sqlmodel import Session

from domain.agreeing import Evidence
from domain.keys import plan_evidence_key
from ledger import decisions
from ledger.cases import chain_of
from ledger.loans import lock_loan


def keep_evidence(  # noqa: PLR0913  whose plan, what proves it, who says so and when
    session: Session, loan_id: str, request_id: str, evidence: Evidence, by: str, at: datetime
) -> bool:
    """Write where the proof of a plan lies, before its case is asked; False when it is written.

    The plan has the id of the request; there is none under it when the case refused.
    """
    lock_loan(session, loan_id)
    chain = chain_of(session, loan_id)
    key = plan_evidence_key(request_id, evidence.recording, evidence.signed)
    if decisions.recorded(session, chain, key):
        return False
    inputs = {"plan_id": request_id, "recording": evidence.recording, "signed": evidence.signed}
    said = {**inputs, "by": by}
    decisions.append(session, chain, at, "plan", key, f"proved {evidence.manner}", inputs=said)
    return True
