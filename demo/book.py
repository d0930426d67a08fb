"""The sample book: made-up borrowers with their loans, and what happens to each in half a year.

The same seed and day give the same book. Every tale is told at least once; the rest of the
borrowers pay as late borrowers do.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from demo.eves import on_the_eve
from demo.lifelike import SHORT_PAYMENTS, days_to_cure, weekday_weight
from demo.people import PLACES, Person, person
from demo.tale import Tale
from demo.tales import TALES, opening, payer
from demo.teller import Happening, Teller
from domain.amortisation import annuity
from domain.delinquency import Instalment
from domain.interest import DayCount
from domain.money import exponent
from domain.plans import monthly
from intake.treatments import DEFAULT
from ledger.values import Loan, NewLoan

BORROWERS = 80
HALF_A_YEAR = timedelta(days=182)
STARTS = date(2025, 7, 7)
"""The first day of the half-year: a Monday, always the same, so that every run is the same book.

It holds the end of a year, with its campaigns, and lies in the past: commands that look at the
ledger afterwards ask as of today.
"""

STRATEGIES = ("standard", "yillion", "aibank", "webank", "commercial", "pingan")
"""What those who simply pay late are treated under, in turn."""

_LATEST_PAYER = 34
"""Days past due: those who would pay later still have tales of their own."""

_INTEREST_PPM = 120_000
"""What the loans cost a year, in millionths: twelve per cent, below every cap of the packs."""

_PLACES = {place.jurisdiction: place for place in PLACES}


@dataclass(frozen=True, slots=True)
class Life:
    """One loan of the book and everything that happens to it, in order of time."""

    tale: str
    strategy: str
    loan: NewLoan
    episode: date
    happenings: tuple[Happening, ...]


@dataclass(frozen=True, slots=True)
class Book:
    """The sample book; `starts` is midnight UTC of its first day."""

    starts: datetime
    ends: datetime
    lives: tuple[Life, ...]

    @property
    def borrowers(self) -> int:
        return len({life.loan.borrower.borrower_id for life in self.lives})

    def telling(self, tale: str) -> Life:
        """The first life of that tale."""
        return next(life for life in self.lives if life.tale == tale)


def sample_book(seed: int = 1, borrowers: int = BORROWERS) -> Book:
    """The book of that seed; with fewer borrowers than tales it still tells every tale once."""
    dice = Random(seed)
    starts = datetime.combine(STARTS, time(), tzinfo=UTC)
    lives: list[Life] = []
    for number, tale in enumerate(TALES, start=1):
        who = person(
            number,
            dice,
            reachable=not tale.dead_address,
            lost=tale.lost,
            place=_PLACES.get(tale.place),
        )
        due = _due(tale, dice)
        for _ in range(tale.loans):
            lives.append(_life(f"L-{len(lives) + 1:04}", who, tale, due, dice))
    for number in range(len(TALES) + 1, borrowers + 1):
        lives.append(_payers_life(f"L-{len(lives) + 1:04}", number, dice))
    return Book(starts, starts + HALF_A_YEAR, tuple(lives))


def one_loan(loan_id: str, who: Person, due: date, dice: Random) -> Life:
    """A single-instalment loan to which nothing has happened."""
    return Life("today", DEFAULT, _loan(loan_id, who, 1, due, dice), due, ())


def _payers_life(loan_id: str, number: int, dice: Random) -> Life:
    """The life of one who simply pays late, though not on the eve of a contact."""
    who = person(number, dice)
    while True:
        tale = _payer(number, dice)
        life = _life(loan_id, who, tale, _due(tale, dice), dice)
        if not on_the_eve(life.loan, life.strategy, life.happenings):
            return life


def _life(loan_id: str, who: Person, tale: Tale, due: date, dice: Random) -> Life:
    loan = _loan(loan_id, who, tale.instalments, due, dice)
    if tale.strategy:
        loan = replace(loan, loan=replace(loan.loan, strategy=tale.strategy))
    teller = Teller(loan, due, dice)
    for act in (opening(tale), *tale.acts):
        act(teller)
    ends = datetime.combine(STARTS, time(), tzinfo=UTC) + HALF_A_YEAR
    happenings = sorted((h for h in teller.happenings if h.at < ends), key=lambda h: h.at)
    return Life(tale.name, tale.strategy or DEFAULT, teller.loan, due, tuple(happenings))


def _loan(loan_id: str, who: Person, instalments: int, due: date, dice: Random) -> NewLoan:
    place = who.place
    unit = 10 ** exponent(place.currency)
    principal = round(dice.triangular(place.least, place.most, place.least)) // 10 * 10 * unit
    lent_on, dues = due - timedelta(days=30), monthly(due, instalments)
    loan = Loan(
        loan_id,
        who.borrower.borrower_id,
        place.currency,
        principal,
        product="cash" if instalments == 1 else "instalments",
        portfolio=f"consumer-{place.jurisdiction.lower()}",
        disbursed_on=lent_on,
    )
    portions = annuity(principal, _INTEREST_PPM, lent_on, dues, DayCount.ACT_365)
    owed = tuple(Instalment(portion.due, portion.amount_minor) for portion in portions)
    return NewLoan(who.borrower, loan, owed, who.points)


def _due(tale: Tale, dice: Random) -> date:
    """A due date that leaves room for the tale, and its last day on a lifelike weekday."""
    first = STARTS + timedelta(days=1 - tale.opens)
    room = HALF_A_YEAR.days - 8 - tale.days - abs(1 - tale.opens)
    dues = [first + timedelta(days=n) for n in range(max(1, room))]
    if tale.due is not None:
        since, until = tale.due
        dues = [due for due in dues if since <= (due.month, due.day) <= until]
    ends = (due + timedelta(days=tale.days) for due in dues)
    return dice.choices(dues, [weekday_weight(end.weekday()) for end in ends])[0]


def _payer(number: int, dice: Random) -> Tale:
    """One who pays as late borrowers do."""
    day = days_to_cure(dice)
    while day > _LATEST_PAYER:
        day = days_to_cure(dice)
    short = dice.random() < SHORT_PAYMENTS and day > 4
    strategy = STRATEGIES[number % len(STRATEGIES)]
    instalments = dice.choice((1, 1, 3, 6))
    return payer(day, instalments=instalments, short=short, strategy=strategy)
