"""The `ledger terms` command: what the contract says of late charges and the order of payments."""

from decimal import Decimal, InvalidOperation
from typing import Annotated

import typer

from commands import reading as read
from commands.asking import LoanId
from commands.doors import now, open_house, os_user
from commands.saying import WRONG_INPUT, Failed
from commands.standing import standing
from domain.books import COMPONENTS
from domain.interest import DayCount
from domain.money_events import AccountTerms
from ledger.accounts import NewTerms, set_terms
from ledger.engine import writing

_PPM_OF_A_PERCENT = 10_000


def terms(
    loan: LoanId,
    penalty: Annotated[
        str, typer.Option("--penalty", help="Percent a year on late principal.")
    ] = "0",
    day_count: Annotated[
        DayCount, typer.Option("--day-count", help="How days are counted.")
    ] = DayCount.ACT_365,
    grace_days: Annotated[int, typer.Option("--grace-days", min=0)] = 0,
    compound: Annotated[bool, typer.Option("--compound", help="On late interest too.")] = False,
    late_fee: Annotated[
        str, typer.Option("--late-fee", help="In major units, an instalment.")
    ] = "0",
    late_fee_after: Annotated[int, typer.Option("--late-fee-after", min=0, help="Days late.")] = 0,
    order: Annotated[str, typer.Option("--order", help="Agreed order, with commas.")] = "",
    by: Annotated[str, typer.Option("--by", help="Who says so. Default: the OS user.")] = "",
) -> int:
    """Say what the contract says of late charges and of the order of payments."""
    house = open_house()
    view = standing(house.engine, loan).view
    agreed = tuple(order.replace(" ", "").split(",")) if order else ()
    said = AccountTerms(
        day_count=day_count,
        penalty_ppm=_ppm(penalty),
        compound=compound,
        grace_days=grace_days,
        late_fee_minor=read.amount(late_fee, "--late-fee", view.loan.currency),
        late_fee_after_days=late_fee_after,
        order=agreed or COMPONENTS,
    )
    with writing(house.engine) as session:
        set_terms(session, loan, NewTerms(said, agreed, (), by or os_user()), now())
    print(f"The terms of loan {loan} are written.")
    return 0


def _ppm(percent: str) -> int:
    """A rate in percent a year as whole millionths."""
    try:
        rate = Decimal(percent) * _PPM_OF_A_PERCENT
    except InvalidOperation:
        rate = Decimal("NaN")
    if not rate.is_finite() or rate != int(rate) or rate < 0:
        raise Failed(f"--penalty: {percent!r} is not a rate such as 18 or 18.25.", WRONG_INPUT)
    return int(rate)
