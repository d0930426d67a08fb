"""How the proof of a mass hold is shown to people."""

from collections.abc import Sequence

from commands.saying import complain, show_facts, show_table
from ledger.mass_report import Left, Report


def show_report(found: Report) -> None:
    """The counts, the contacts behind them, and what is wrong with the record."""
    show_facts(
        f"Mass hold {found.mass_id}: {'OK' if found.clean else 'NOT OK'}",
        [
            ("Where", found.where),
            ("Rule", found.rule),
            ("From (UTC)", found.since),
            ("In force for all from", found.complete),
            ("Until", found.until or "lifted"),
            ("As of", found.at),
            ("People", f"{found.people}, lifted for {found.lifted}"),
            ("Contacts that left", len(found.leaked)),
            ("Refused by this hold", found.refused),
            ("Statutory, lawful", len(found.statutory)),
            ("In flight at the start", len(found.in_flight)),
            ("Decisions checked", f"{found.decisions}, {len(found.problems)} broken"),
        ],
    )
    _show_contacts("LEFT DURING THE HOLD", found.leaked)
    _show_contacts("Statutory, which no hold bars", found.statutory)
    _show_contacts("Claimed before the hold, outcome after it or unknown", found.in_flight)
    for problem in found.problems:
        complain(problem)


def _show_contacts(title: str, contacts: Sequence[Left]) -> None:
    if contacts:
        columns = ("Contact", "Borrower", "Class", "Status", "Claimed", "Confirmed")
        rows = [
            (c.key, c.borrower_id, c.message_class, c.status, c.claimed_at, c.confirmed_at or "")
            for c in contacts
        ]
        show_table(title, columns, rows)
