"""What borrowers wrote back, for the person who answers."""

from commands.asking import LoanId
from commands.doors import open_house
from commands.saying import AsJson, plain, show_json, show_table
from commands.standing import standing
from domain.counting import counted
from ledger.engine import reading
from ledger.replies import replies_of


def replies(loan: LoanId, as_json: AsJson = False) -> int:
    """Show what the borrower of a loan wrote, the oldest first. Needs no server."""
    house = open_house()
    standing(house.engine, loan)
    with reading(house.engine) as session:
        found = [row.model_dump() for row in replies_of(session, loan)]
    if as_json:
        show_json([plain(row) for row in found])
        return 0
    columns = ("At", "By", "Text", "Asks to stop", "Answers")
    cells = [
        (
            row["at"],
            row["channel"],
            row["text"],
            "yes" if row["opt_out"] else "",
            row["contact_key"],
        )
        for row in found
    ]
    show_table(counted(len(found), "reply"), columns, cells)
    return 0
