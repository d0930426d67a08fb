"""Idempotency keys: the only file that builds them, always from what the thing is.

A reset, a retry or a second run finds the same key, so the same thing is never done twice.
"""

from datetime import date
from hashlib import sha256


def case_id(loan_id: str, episode: date) -> str:
    """The workflow id: one case per loan and delinquency."""
    return f"case/{loan_id}/{episode.isoformat()}"


def notice_key(loan_id: str, episode: date, step: str) -> str:
    """One key per loan, episode and step: the same letter is never sent twice in a delinquency."""
    return f"notice/{loan_id}/{episode.isoformat()}/{step}"


def call_key(loan_id: str, episode: date, request_id: str) -> str:
    """One key per call that a collector tells of, under the id of the telling."""
    return f"call/{loan_id}/{episode.isoformat()}/{request_id}"


def placement_key(loan_id: str, episode: date, number: int) -> str:
    """One key per placement; `number` counts from 1 within the episode."""
    return f"placement/{loan_id}/{episode.isoformat()}/{number}"


def agency_message_key(placement: str, what: str) -> str:
    """One key per thing told to an agency about one placement: a recall, a stop, a hold."""
    return f"{placement}/{what}"


def task_key(loan_id: str, episode: date, what: str) -> str:
    """One key per thing asked of a person."""
    return f"task/{loan_id}/{episode.isoformat()}/{what}"


def mass_hold_key(mass_id: str, of: str) -> str:
    """One key per mass hold and whom it holds: `of` is `borrower/<id>`, or the id of a case."""
    return f"mass/{mass_id}/{of}"


def lift_key(hold_id: str) -> str:
    """One key per hold for the request that lifts it."""
    return f"{hold_id}/lift"


def no_case_id(loan_id: str) -> str:
    """The name of the decisions on a loan that never had a case."""
    return f"case/{loan_id}/none"


def posting_key(kind: str, source_id: str) -> str:
    """One key per journal entry; `source_id` is the id of the fact that is posted."""
    return f"posting/{kind}/{source_id}"


def event_key(source: str, event_id: str) -> str:
    """One key per loan event: its sender numbers it, and two senders may use the same number."""
    return f"event/{source}/{event_id}"


def tape_payment_key(loan_id: str, number: int) -> str:
    """One key per payment that a tape tells of; `number` counts from 1 within the loan."""
    return f"tape/{loan_id}/{number}"


def message_id(key: str, domain: str) -> str:
    """The e-mail Message-ID of a notice: a mail server sees a repeat as the same letter."""
    return f"<{digest(key)}@{domain}>"


def digest(text: str) -> str:
    """A short content address: 32 hexadecimal digits of SHA-256."""
    return sha256(text.encode()).hexdigest()[:32]
