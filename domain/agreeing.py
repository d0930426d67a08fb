"""From an offer to an agreement: what must be there, and why it may be refused."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.offers import Offer
from domain.refused import Refused


class OfferState(StrEnum):
    """Where an offer stands; one that is made and past its last day has expired."""

    WAITING = "waiting"
    MADE = "made"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class AgreementState(StrEnum):
    """Where an agreement stands.

    Pending: the ledger agreed, and the case has yet to take the plan. Undone: the case refused it,
    and nothing of it stays.
    """

    PENDING = "pending"
    IN_FORCE = "in_force"
    UNDONE = "undone"


class Manner(StrEnum):
    """How an agreement was made: by word of mouth, or in writing."""

    ORAL = "oral"
    WRITTEN = "written"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What proves an agreement; empty where there is none.

    `recording` is where the recording of the talk is, `signed` where the signed paper or the click
    is, `consent` where the guarantor's written consent is.
    """

    recording: str = ""
    signed: str = ""
    consent: str = ""

    @property
    def manner(self) -> Manner:
        """In writing where something was signed, else by word of mouth."""
        return Manner.WRITTEN if self.signed else Manner.ORAL


@dataclass(frozen=True, slots=True)
class Standing:
    """An offer as it stands, on a day and with the money facts the ledger knows then."""

    offer: Offer
    state: OfferState
    made_from: int
    today: date
    ledger_version: int

    @property
    def shown(self) -> str:
        """The state as people read it: what is made and past its last day has expired."""
        if self.state is OfferState.MADE and self.today > self.offer.expires_on:
            return "expired"
        return self.state


def acceptance_refusal(standing: Standing, evidence: Evidence) -> Refused | None:
    """Why the offer cannot become an agreement now, or None if it can."""
    offer = standing.offer
    if standing.state is OfferState.WAITING:
        return Refused("approval-missing", "A second person has not approved the offer yet.")
    if standing.state is not OfferState.MADE:
        return Refused("offer-answered", f"The offer was {standing.state} before.")
    if standing.today > offer.expires_on:
        return Refused("offer-expired", f"The offer was valid until {offer.expires_on}.")
    if standing.ledger_version != standing.made_from:
        return Refused("offer-outdated", "Money has moved since it was made; make it anew.")
    return evidence_refusal(offer, evidence)


def evidence_refusal(offer: Offer, evidence: Evidence) -> Refused | None:
    """What is missing to prove the agreement, or None when nothing is.

    CN-PLAN-03: an oral agreement needs its recording. CN-PLAN-05: a guaranteed debt is changed with
    the guarantor's written consent.
    """
    if offer.written and evidence.manner is Manner.ORAL:
        return Refused("written-agreement", "With this borrower we agree in writing: --signed.")
    if offer.recording and evidence.manner is Manner.ORAL and not evidence.recording:
        return Refused(offer.recording, "A plan agreed by word of mouth needs its recording.")
    if offer.guarantor and not evidence.consent:
        return Refused(offer.guarantor, "The guarantor has not consented in writing.")
    return None
