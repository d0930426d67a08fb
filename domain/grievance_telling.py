"""What operators see of a grievance, and what people are asked about it: ids, codes and dates."""

from domain.grievances import Due, Grievance, GrievanceKind, hold_reason
from domain.telling import Waiting, listed

STAGE = "grievance"
"""What the search attribute CaseStage says of every grievance."""


def named(grievance: Grievance) -> str:
    """The kind in words and the id."""
    return f"{grievance.kind.replace('_', ' ')} {grievance.grievance_id}"


def headline(grievance: Grievance) -> str:
    """One line that names it when it starts."""
    kind = grievance.kind.replace("_", " ").capitalize()
    last = grievance.last_day.isoformat()
    return f"{kind} on loan {grievance.loan_id} · about {grievance.about} · answer by {last}"


def to_answer(grievance: Grievance) -> str:
    """What a person is asked when it comes, and by when."""
    marked = "mark the entry as disputed, and " if _about_the_record(grievance) else ""
    return f"{marked}answer {_due(grievance)}"


def to_hurry(grievance: Grievance, days: int) -> str:
    """What a person is reminded of, so many days before the last one."""
    left = "1 day" if days == 1 else f"{days} days"
    return f"{left} left: answer {_due(grievance)}"


def to_escalate(grievance: Grievance) -> str:
    """What compliance is asked when a complaint was not answered in time."""
    return f"compliance: a breach of {grievance.rule}; answer {_due(grievance)}, late as it is"


def to_correct(grievance: Grievance) -> str:
    """What a person is asked to put right when the borrower was right, or is by our lateness."""
    what = "the entry at the bureau"
    if not _about_the_record(grievance):
        what = "the ledger, and what a bureau was told"
    return f"correct {what}: {named(grievance)} about {grievance.about} {grievance.verdict}"


def waiting(grievance: Grievance, due: Due | None) -> Waiting:
    """What it waits for, until when, and what happens then."""
    why = f"the answer to {named(grievance)}"
    if due is None:
        return Waiting(None, why, "")
    if due.days is not None:
        return Waiting(due.at, why, f"a person is reminded, {due.days} before the last day")
    lapses = "the breach goes to compliance"
    if grievance.kind is not GrievanceKind.COMPLAINT:
        lapses = "it is closed for the borrower"
    return Waiting(due.at, why, f"if nobody answers: {lapses}")


def current_details(grievance: Grievance, waits: Waiting) -> str:
    """The same in Markdown, with the rule and its dates."""
    rows = [
        ("Waits for", waits.why),
        ("Until", f"{waits.at:%Y-%m-%d %H:%M} UTC" if waits.at else "there is news"),
        ("Then", waits.then if waits.at else "nothing happens without news"),
        ("About", grievance.about),
        ("Came", f"{grievance.opened_at:%Y-%m-%d %H:%M} UTC"),
        ("Answer by", f"{grievance.last_day.isoformat()} ({grievance.rule})"),
        ("Can be extended to", ", ".join(_later(grievance)) or "no later date"),
        ("Verdict", str(grievance.verdict or "none yet")),
        ("Collection", "goes on" if hold_reason(grievance.kind) is None else "rests"),
        ("Case clock", f"{grievance.now:%Y-%m-%d %H:%M} UTC"),
    ]
    return listed(rows)


def _due(grievance: Grievance) -> str:
    last = grievance.last_day.isoformat()
    return f"{named(grievance)} about {grievance.about} by {last} ({grievance.rule})"


def _about_the_record(grievance: Grievance) -> bool:
    return grievance.kind is GrievanceKind.RECORD_DISPUTE


def _later(grievance: Grievance) -> list[str]:
    return [
        f"{extension.until.isoformat()}{' with a second person' if extension.approved else ''}"
        for extension in grievance.extensions
        if extension.until > grievance.last_day
    ]
