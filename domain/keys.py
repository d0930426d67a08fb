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


def visit_key(loan_id: str, episode: date, request_id: str) -> str:
    """One key per visit that the visitors tell of, under the id of the telling."""
    return f"visit/{loan_id}/{episode.isoformat()}/{request_id}"


def placement_key(loan_id: str, episode: date, number: int) -> str:
    """One key per placement; `number` counts from 1 within the episode."""
    return f"placement/{loan_id}/{episode.isoformat()}/{number}"


def agency_message_key(placement: str, what: str) -> str:
    """One key per thing told to an agency about one placement: a recall, a stop, a hold."""
    return f"{placement}/{what}"


def agency_update_source(agency: str) -> str:
    """Who sends what an agency reports, as a loan event names its sender."""
    return f"/agencies/{agency}"


def agency_payment_id(agency: str, number: str) -> str:
    """One id per recovery: an agency numbers its own, and two agencies may use the same number."""
    return f"agency/{agency}/{number}"


def agency_contact_key(agency: str, update_id: str) -> str:
    """One key per contact that an agency made and reported."""
    return f"contact/{agency}/{update_id}"


def agency_refusal_key(agency: str, file: str, content: str) -> str:
    """One key per row of an agency's file, or whole file, that cannot be taken."""
    return f"task/agency/{agency}/{digest(f'{file}/{content}')}"


def commission_key(placement: str, fact_id: str) -> str:
    """One key per commission; `fact_id` is the money fact that earned it or took it back."""
    return f"{placement}/commission/{fact_id}"


def bureau_key(loan_id: str, episode: date, what: str, number: int) -> str:
    """One key per thing told to a credit bureau; `number` counts from 1 within the episode."""
    return f"bureau/{loan_id}/{episode.isoformat()}/{what}/{number}"


def lot_digest(loan_id: str, episode: date, draw: int) -> str:
    """What a lot is drawn from: the case and the number of the draw, and nothing else."""
    return digest(f"lot/{loan_id}/{episode.isoformat()}/{draw}")


def task_key(loan_id: str, episode: date, what: str) -> str:
    """One key per thing asked of a person."""
    return f"task/{loan_id}/{episode.isoformat()}/{what}"


OPEN_CASE = "open-case"
"""What a person is asked about a loan that the daily watch could not open a case of."""


def question_id(loan_id: str, episode: date, what: str, number: int) -> str:
    """One id per thing that a case asks of a second person; `number` counts from 1 for each."""
    return f"{case_id(loan_id, episode)}/{what}/{number}"


def answer_key(question: str, by: str) -> str:
    """One key per question and who answered it, for the request that tells the case."""
    return f"{question}/{by}"


def paper_key(loan_id: str, episode: date, remedy: str, paper: str, nth: int = 1) -> str:
    """One key per legal paper of a remedy: it is drawn up and numbered once in a delinquency.

    One that was drawn anew, because money came before it was handed in, is the `nth`.
    """
    key = f"paper/{loan_id}/{episode.isoformat()}/{remedy}/{paper}"
    return key if nth == 1 else f"{key}/{nth}"


def legal_clock_id(loan_id: str) -> str:
    """The workflow id of the clock of our deadlines: one per loan, however many cases it has."""
    return f"legal-clock/{loan_id}"


DAILY_WATCH = "daily-watch"
"""The id of the schedule of the daily watch, and what the ids of its workflows begin with."""


def mass_hold_key(mass_id: str, of: str) -> str:
    """One key per mass hold and whom it holds: `of` is `borrower/<id>`, or the id of a case."""
    return f"mass/{mass_id}/{of}"


GRIEVANCE = "grievance/"
"""What the ids of everything about a complaint or dispute begin with."""


def grievance_workflow_id(loan_id: str, grievance_id: str) -> str:
    """The workflow id: one clock per complaint or dispute."""
    return f"{GRIEVANCE}{loan_id}/{grievance_id}"


def grievance_hold_key(grievance_id: str, of: str) -> str:
    """One key per grievance and what rests for it: `of` is `person/<id>`, `loan/<id>`, or the id
    of a case."""
    return f"{GRIEVANCE}{grievance_id}/{of}"


CORRECT = "correct"
"""What a person is asked about a grievance that ended for the borrower: to put things right."""


def grievance_task(grievance_id: str, what: str) -> str:
    """What a person is asked about a grievance; with loan and episode it makes the task's key."""
    return f"{GRIEVANCE}{grievance_id}/{what}"


def grievance_fact_id(grievance_id: str, verdict: str) -> str:
    """One id per grievance and verdict for the fact that cases hear."""
    return f"{GRIEVANCE}{grievance_id}/{verdict}"


def grievance_decision_key(grievance_id: str, what: str) -> str:
    """One key per decision on a grievance: that it came, was extended, lapsed or answered."""
    return f"{GRIEVANCE}{grievance_id}/{what}"


def agreement_key(offer_id: str) -> str:
    """One key per accepted offer: the plan, and the request that a case is asked with."""
    return f"{offer_id}/agreed"


def forgiven_key(plan_id: str) -> str:
    """One key per completed plan for what it forgives."""
    return f"{plan_id}/forgiven"


def offer_approval_key(offer_id: str) -> str:
    """One key per offer for what a second person is asked about it."""
    return f"{offer_id}/approval"


def lift_key(hold_id: str) -> str:
    """One key per hold for the request that lifts it."""
    return f"{hold_id}/lift"


def standing_key(what: str, until: str, case: str) -> str:
    """One key per thing that binds everybody, per end of it, and per case that hears of it."""
    return f"standing/{what}/{until}/{case}"


def given_to_each_case(hold_id: str) -> bool:
    """Whether such a hold is placed on every case it is for, so that no other need hear of it."""
    return hold_id.startswith(("mass/", "grievance/"))


def no_case_id(loan_id: str) -> str:
    """The name of the decisions on a loan that never had a case."""
    return f"case/{loan_id}/none"


def posting_key(kind: str, source_id: str) -> str:
    """One key per journal entry; `source_id` is the id of the fact that is posted."""
    return f"posting/{kind}/{source_id}"


def follow_key(fact_id: str, source: str, on: date) -> str:
    """One key per entry that a money fact brings about beside its own: whose, and of which day."""
    return f"posting/follows/{fact_id}/{source}/{on.isoformat()}"


def money_event_id(kind: str, event_id: str) -> str:
    """The name of a fee, waiver, offer and so on among an account's events, beside payments."""
    return f"{kind}/{event_id}"


def plan_interest_id(plan_id: str, due: date, number: int = 1) -> str:
    """One id per part of a plan's interest: a plan has one of a day.

    `number` counts from 1 how often it was written: a part that rests on a hold becomes less.
    """
    again = f"/{number}" if number > 1 else ""
    return f"{plan_id}/interest/{due.isoformat()}{again}"


def void_id(event_id: str) -> str:
    """One id per event of money that is taken back because what it came from is over."""
    return f"{event_id}/over"


def pause_id(loan_id: str, of: str, number: int) -> str:
    """One id per change of what stops the charges of a loan; `number` counts from 1 for each."""
    return f"pause/{loan_id}/{of}/{number}"


def event_key(source: str, event_id: str) -> str:
    """One key per loan event: its sender numbers it, and two senders may use the same number."""
    return f"event/{source}/{event_id}"


def waived_key(cause: str) -> str:
    """One key per thing that changed what is forgiven of a loan, under which its case is told."""
    return f"forgiven/{cause}"


def news_key(what: str, contact: str) -> str:
    """One key per kind of thing that a case is told about a contact, under the contact's key."""
    return f"{what}/{contact}"


def reply_key(channel: str, *said: str) -> str:
    """One key per thing that a person wrote; `said` is what tells it from every other reply."""
    return f"reply/{channel}/{digest(chr(10).join(said))}"


def stop_key(contact: str) -> str:
    """One key per contact at which a provider said that the person told it to stop."""
    return f"stop/{contact}"


def tape_payment_key(loan_id: str, number: int) -> str:
    """One key per payment that a tape tells of; `number` counts from 1 within the loan."""
    return f"tape/{loan_id}/{number}"


def plan_evidence_key(request: str, recording: str, signed: str) -> str:
    """One key per request for a plan and what proves it."""
    return f"plan/{request}/evidence/{digest(f'{recording}{chr(10)}{signed}')}"


MAIL_DOMAIN = "forbear"
"""The right side of every Message-ID; the left side is the key."""


def message_id(key: str) -> str:
    """The e-mail Message-ID of a notice: a mail server sees a repeat as the same letter."""
    return f"<{digest(key)}@{MAIL_DOMAIN}>"


def digest(text: str) -> str:
    """A short content address: 32 hexadecimal digits of SHA-256."""
    return sha256(text.encode()).hexdigest()[:32]
