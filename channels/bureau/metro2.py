"""Metro 2: the file in which US furnishers tell the bureaus of accounts, in its 426-byte format.

Places and lengths of the header, base segment and trailer follow the public field layout of the
format (character format, one base segment a record); a second, open implementation has the same
places. What the codes mean was written down from memory (M) and needs the licensed guide of the
Consumer Data Industry Association before a file is sent: the account status by age, 13 with its
payment rating, 93, DA, and the compliance condition codes XB, XH and XR.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from channels.bureau.fixed import LayoutBroken, day, layout, read, record
from domain.money import exponent

LENGTH = 426

HEADER = layout(
    ("record_descriptor_word", 4, True),
    ("record_identifier", 6),
    ("cycle_identifier", 2),
    ("innovis_program", 10),
    ("equifax_program", 10),
    ("experian_program", 5),
    ("transunion_program", 10),
    ("activity_date", 8),
    ("date_created", 8),
    ("program_date", 8),
    ("program_revision_date", 8),
    ("reporter_name", 40),
    ("reporter_address", 96),
    ("reporter_telephone", 10),
    ("software_vendor", 40),
    ("software_version", 5),
    ("prbc_program", 10),
    ("reserved", 146),
)

BASE = layout(
    ("record_descriptor_word", 4, True),
    ("processing_indicator", 1),
    ("time_stamp", 14),
    ("reserved_1", 1, True),
    ("identification_number", 20),
    ("cycle_identifier", 2),
    ("consumer_account_number", 30),
    ("portfolio_type", 1),
    ("account_type", 2),
    ("date_opened", 8),
    ("credit_limit", 9, True),
    ("highest_credit", 9, True),
    ("terms_duration", 3),
    ("terms_frequency", 1),
    ("scheduled_payment", 9, True),
    ("actual_payment", 9, True),
    ("account_status", 2),
    ("payment_rating", 1),
    ("payment_history", 24),
    ("special_comment", 2),
    ("compliance_condition", 2),
    ("current_balance", 9, True),
    ("amount_past_due", 9, True),
    ("original_charge_off", 9, True),
    ("date_of_account_information", 8),
    ("date_of_first_delinquency", 8),
    ("date_closed", 8),
    ("date_of_last_payment", 8),
    ("interest_type", 1),
    ("reserved_2", 17),
    ("surname", 25),
    ("first_name", 20),
    ("middle_name", 20),
    ("generation_code", 1),
    ("social_security_number", 9, True),
    ("date_of_birth", 8),
    ("telephone", 10, True),
    ("ecoa_code", 1),
    ("consumer_information", 2),
    ("country", 2),
    ("address_1", 32),
    ("address_2", 32),
    ("city", 20),
    ("state", 2),
    ("zip", 9),
    ("address_indicator", 1),
    ("residence_code", 1),
)

_STATUSES = (
    *("DA", "05", "11", "13", "61", "62", "63", "64", "65", "71", "78", "80", "82", "83", "84"),
    *("88", "89", "93", "94", "95", "96", "97"),
)
_COUNTED = (
    *("ecoa_z", "employment", "original_creditor", "purchased_to", "mortgage"),
    *("payment_information", "changes", "ssn_all", "ssn_base", "ssn_j1", "ssn_j2"),
    *("birth_all", "birth_base", "birth_j1", "birth_j2", "telephone_all"),
)

TRAILER = layout(
    ("record_descriptor_word", 4, True),
    ("record_identifier", 7),
    ("base_records", 9, True),
    ("reserved_1", 9),
    ("status_DF", 9, True),
    ("segments_j1", 9, True),
    ("segments_j2", 9, True),
    ("block_count", 9, True),
    *((f"status_{code}", 9, True) for code in _STATUSES),
    *((name, 9, True) for name in _COUNTED),
    ("reserved_2", 19),
)

_BY_AGE = ((180, "84", "6"), (150, "83", "5"), (120, "82", "4"), (90, "80", "3"), (60, "78", "2"))
"""Account status and payment rating from so many days past due."""

DISPUTED, DISPUTE_OVER, REMOVED = "XB", "XH", "XR"
"""Compliance condition codes: in dispute, no longer in dispute, and take the code out."""


@dataclass(frozen=True, slots=True)
class Consumer:
    """Who owes; what the lender does not keep is empty or None and stands as blanks or zeros."""

    surname: str
    first_name: str
    address: tuple[str, ...] = ()
    city: str = ""
    state: str = ""
    zip: str = ""
    social_security_number: str = ""
    born: date | None = None
    telephone: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """One account on a date; `first_delinquent` never moves (US-CR-03). Money in minor units."""

    number: str
    consumer: Consumer
    as_of: date
    opened: date
    currency: str
    principal_minor: int
    scheduled_minor: int
    months: int
    balance_minor: int
    past_due_minor: int
    days_past_due: int
    first_delinquent: date | None
    last_paid: date | None
    revolving: bool = False
    cured_on: date | None = None
    closed: bool = False
    condition: str = ""
    delete: bool = False
    history: str = field(default="B" * 24)


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who reports: `number` is how the bureaus know us, `telephone` ten digits or empty."""

    name: str
    address: str
    telephone: str
    number: str


def status_of(account: Account) -> tuple[str, str]:
    """Account status and payment rating; a rating stands only beside a closed account."""
    if account.delete:
        return "DA", ""
    if account.closed:
        return "13", _rating(account.days_past_due)
    if account.past_due_minor <= 0 or account.days_past_due < 30:
        return "11", ""
    aged = (status for days, status, _ in _BY_AGE if account.days_past_due >= days)
    return next(aged, "71"), ""


def base(account: Account, reporter: Reporter, at: datetime) -> str:
    """The base segment of one account, 426 characters; LayoutBroken for what does not fit."""
    status, rating = status_of(account)
    digits = exponent(account.currency)
    late = status not in ("11", "DA")

    def whole(amount_minor: int) -> str:
        return str(max(0, amount_minor) // 10**digits)

    said = {
        "record_descriptor_word": str(LENGTH),
        "processing_indicator": "1",
        "time_stamp": f"{at:%m%d%Y%H%M%S}",
        "identification_number": reporter.number,
        "consumer_account_number": account.number,
        "portfolio_type": "R" if account.revolving else "I",
        "account_type": "18" if account.revolving else "01",
        "date_opened": day(account.opened),
        "highest_credit": whole(account.principal_minor),
        "terms_duration": "REV" if account.revolving else f"{account.months:03d}",
        "terms_frequency": "M",
        "scheduled_payment": "0" if account.closed else whole(account.scheduled_minor),
        "account_status": status,
        "payment_rating": rating,
        "payment_history": account.history,
        "compliance_condition": account.condition,
        "current_balance": "0" if account.closed else whole(account.balance_minor),
        "amount_past_due": whole(account.past_due_minor) if late and not account.closed else "0",
        "date_of_account_information": day(account.as_of),
        "date_of_first_delinquency": day(account.first_delinquent if late else None),
        "date_closed": day(account.cured_on if account.closed else None),
        "date_of_last_payment": day(account.last_paid),
        "ecoa_code": "1",
        **_person(account.consumer),
    }
    return record(BASE, said)


def header(reporter: Reporter, activity: date, created: date) -> str:
    """The first record of a file."""
    said = {
        "record_descriptor_word": str(LENGTH),
        "record_identifier": "HEADER",
        "activity_date": day(activity),
        "date_created": day(created),
        "program_date": day(None),
        "program_revision_date": day(None),
        "reporter_name": reporter.name,
        "reporter_address": reporter.address,
        "reporter_telephone": reporter.telephone,
        "software_vendor": "FORBEAR",
    }
    return record(HEADER, said)


def trailer(lines: Sequence[str]) -> str:
    """The last record of a file: it counts what stands between it and the header."""
    told = [read(BASE, line) for line in lines]
    counts: Counter[str] = Counter(f"status_{one['account_status']}" for one in told)
    for name, part in (("ssn", "social_security_number"), ("birth", "date_of_birth")):
        counts[f"{name}_all"] = counts[f"{name}_base"] = _given(told, part)
    counts["telephone_all"] = _given(told, "telephone")
    counts["ecoa_z"] = sum(one["ecoa_code"] == "Z" for one in told)
    counts["base_records"] = len(told)
    counts["block_count"] = len(told) + 2
    said = {name: str(count) for name, count in counts.items()}
    said |= {"record_descriptor_word": str(LENGTH), "record_identifier": "TRAILER"}
    return record(TRAILER, said)


def file_of(accounts: Sequence[Account], reporter: Reporter, at: datetime) -> bytes:
    """The file of one activity period, one record a line; `at` is by the furnisher's clock."""
    latest = max((account.as_of for account in accounts), default=at.date())
    lines = [base(account, reporter, at) for account in accounts]
    whole = [header(reporter, latest, at.date()), *lines, trailer(lines)]
    return "".join(f"{line}\n" for line in whole).encode("ascii")


def read_file(content: bytes) -> list[dict[str, str]]:
    """The base segments of a file; LayoutBroken when it is cut off or its counts are wrong."""
    try:
        lines = content.decode("ascii").splitlines()
    except UnicodeDecodeError:
        raise LayoutBroken("The file holds a sign that is not ASCII.") from None
    if len(lines) < 2 or lines[0][4:10] != "HEADER" or lines[-1][4:11] != "TRAILER":
        raise LayoutBroken("The file has no header or no trailer.")
    found = [read(BASE, line) for line in lines[1:-1]]
    if read(TRAILER, lines[-1]) != read(TRAILER, trailer(lines[1:-1])):
        raise LayoutBroken("The trailer counts other records than the file has.")
    return found


def _person(consumer: Consumer) -> dict[str, str]:
    first, second, *_ = (*consumer.address, "", "")
    return {
        "surname": consumer.surname,
        "first_name": consumer.first_name,
        "social_security_number": consumer.social_security_number,
        "date_of_birth": day(consumer.born),
        "telephone": consumer.telephone,
        "country": "US",
        "address_1": first,
        "address_2": second,
        "city": consumer.city,
        "state": consumer.state,
        "zip": consumer.zip,
    }


def _rating(days_past_due: int) -> str:
    if days_past_due < 30:
        return "0"
    return next((rating for days, _, rating in _BY_AGE if days_past_due >= days), "1")


def _given(told: Sequence[Mapping[str, str]], name: str) -> int:
    return sum(bool(one[name].strip("0 ")) for one in told)
