"""征信: a batch of ours for the central database, one account a line, with the standard's names.

The interface of the financial credit information database is not public: it is given to licensed
institutions with their access. So this is a batch layout of our own, tab-separated UTF-8 with a
head, a body and a foot that counts it. Its columns carry the names that the second generation of
the standard uses for a loan account and its monthly performance, as far as they are known from
memory (M). A gateway at the institution turns it into the official message.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from channels.bureau.fixed import LayoutBroken
from domain.money import to_major

COLUMNS = (
    ("报告序号", "our number of the report, by which it is answered"),
    ("报告类型", "adverse, cured, disputed, dispute_over or delete"),
    ("借款人姓名", "name"),
    ("证件类型", "kind of identity document; empty: the lender does not keep it"),
    ("证件号码", "its number; empty: the lender does not keep it"),
    ("账户标识码", "account"),
    ("信息报告日期", "date of the report, YYYY-MM-DD"),
    ("开户日期", "date the account was opened"),
    ("币种", "ISO 4217"),
    ("借款金额", "amount lent"),
    ("余额", "balance"),
    ("当前逾期期数", "instalments overdue now"),
    ("当前逾期总额", "amount overdue now"),
    ("当前逾期天数", "days overdue now"),
    ("五级分类", "five-grade class"),
    ("账户状态", "state of the account"),
    ("首次逾期日期", "first day of this delinquency"),
    ("结清日期", "date on which the arrears ended"),
    ("异议标注", "1 while the entry is disputed"),
    ("不良信息删除日期", "date on which the bad entry must be gone"),
)
"""Each column with what it holds."""

_HEAD, _FOOT = "征信批量报送", "合计"
_VERSION = "1"

_CLASSES = ((361, "损失"), (271, "可疑"), (91, "次级"), (1, "关注"), (0, "正常"))
"""The floor of each class by days past due (DC-28, from memory: M)."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One account on a date, and what is told of it. Money in minor units of `currency`."""

    key: str
    kind: str
    name: str
    account: str
    as_of: date
    opened: date | None
    currency: str
    principal_minor: int
    balance_minor: int
    instalments_overdue: int
    overdue_minor: int
    days_past_due: int
    first_delinquent: date | None
    cured_on: date | None = None
    disputed: bool = False
    delete_on: date | None = None


def class_of(days_past_due: int) -> str:
    """The five-grade class by days past due alone; other signs may only make it worse."""
    return next(name for floor, name in _CLASSES if max(0, days_past_due) >= floor)


def file_of(entries: Sequence[Entry], institution: str, at: datetime) -> bytes:
    """The batch: a head, the names of the columns, the lines, and a foot that seals them.

    The head has the instant `at` by the clock it comes with, which is the lender's.
    Raises LayoutBroken for a value that holds a tab or a line end.
    """
    head = [_HEAD, _VERSION, institution, at.isoformat(timespec="seconds")]
    names = [name for name, _ in COLUMNS]
    body = [_line(head), _line(names), *(_line(_cells(entry)) for entry in entries)]
    text = "".join(f"{line}\n" for line in body)
    foot = _line([_FOOT, str(len(entries)), sha256(text.encode()).hexdigest()])
    return f"{text}{foot}\n".encode()


def read_file(content: bytes) -> list[dict[str, str]]:
    """The lines of a batch by column; LayoutBroken when it was cut off or changed."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        raise LayoutBroken("The batch is not UTF-8.") from None
    body, _, foot = text.rstrip("\n").rpartition("\n")
    lines = body.split("\n")
    names = [name for name, _ in COLUMNS]
    if len(lines) < 2 or lines[0].split("\t")[:2] != [_HEAD, _VERSION]:
        raise LayoutBroken("The batch has no head.")
    if lines[1].split("\t") != names:
        raise LayoutBroken("The batch has other columns.")
    sealed = _line([_FOOT, str(len(lines) - 2), sha256(f"{body}\n".encode()).hexdigest()])
    if foot != sealed:
        raise LayoutBroken("The batch was cut off or changed: its foot does not fit.")
    return [dict(zip(names, line.split("\t"), strict=True)) for line in lines[2:]]


def _cells(entry: Entry) -> list[str]:
    def money(amount_minor: int) -> str:
        return to_major(max(0, amount_minor), entry.currency)

    return [
        entry.key,
        entry.kind,
        entry.name,
        "",
        "",
        entry.account,
        _day(entry.as_of),
        _day(entry.opened),
        entry.currency,
        money(entry.principal_minor),
        money(entry.balance_minor),
        str(entry.instalments_overdue),
        money(entry.overdue_minor),
        str(entry.days_past_due),
        class_of(entry.days_past_due),
        _state(entry),
        _day(entry.first_delinquent),
        _day(entry.cured_on),
        "1" if entry.disputed else "0",
        _day(entry.delete_on),
    ]


def _state(entry: Entry) -> str:
    if entry.balance_minor <= 0:
        return "结清"
    return "逾期" if entry.overdue_minor > 0 else "正常"


def _day(value: date | None) -> str:
    return "" if value is None else value.isoformat()


def _line(cells: Sequence[str]) -> str:
    if any(sign in cell for cell in cells for sign in "\t\n\r"):
        raise LayoutBroken("A value holds a tab or a line end.")
    return "\t".join(cells)
