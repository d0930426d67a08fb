"""The 征信 batch: every line under the standard's names, sealed by its foot."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from channels.bureau import zhengxin
from channels.bureau.fixed import LayoutBroken
from channels.bureau.zhengxin import Entry, class_of

AT = datetime(2026, 6, 30, 8, 15, tzinfo=UTC)
LATE = Entry(
    key="bureau/L1/2026-03-01/adverse/1",
    kind="adverse",
    name="王伟",
    account="L1",
    as_of=date(2026, 6, 30),
    opened=date(2026, 1, 1),
    currency="CNY",
    principal_minor=70_000,
    balance_minor=80_000,
    instalments_overdue=2,
    overdue_minor=80_000,
    days_past_due=121,
    first_delinquent=date(2026, 3, 2),
)


def batch(*entries) -> bytes:
    return zhengxin.file_of(entries or (LATE,), "FORBEAR", AT)


def test_a_late_account_is_read_back_under_the_names_of_the_standard():
    (found,) = zhengxin.read_file(batch())
    assert found == {
        "报告序号": "bureau/L1/2026-03-01/adverse/1",
        "报告类型": "adverse",
        "借款人姓名": "王伟",
        "证件类型": "",
        "证件号码": "",
        "账户标识码": "L1",
        "信息报告日期": "2026-06-30",
        "开户日期": "2026-01-01",
        "币种": "CNY",
        "借款金额": "700.00",
        "余额": "800.00",
        "当前逾期期数": "2",
        "当前逾期总额": "800.00",
        "当前逾期天数": "121",
        "五级分类": "次级",
        "账户状态": "逾期",
        "首次逾期日期": "2026-03-02",
        "结清日期": "",
        "异议标注": "0",
        "不良信息删除日期": "",
    }


def test_a_cured_account_says_when_its_entry_must_be_gone():
    cured = replace(
        LATE,
        kind="cured",
        balance_minor=0,
        overdue_minor=0,
        days_past_due=0,
        cured_on=date(2026, 3, 2),
        delete_on=date(2031, 3, 2),
        disputed=True,
    )
    (found,) = zhengxin.read_file(batch(cured))
    assert (found["账户状态"], found["五级分类"], found["结清日期"]) == (
        "结清",
        "正常",
        "2026-03-02",
    )
    assert (found["异议标注"], found["不良信息删除日期"]) == ("1", "2031-03-02")
    (going_on,) = zhengxin.read_file(batch(replace(cured, balance_minor=40_000)))
    assert going_on["账户状态"] == "正常"


@pytest.mark.parametrize(
    ("days", "name"),
    [
        (0, "正常"),
        (1, "关注"),
        (90, "关注"),
        (91, "次级"),
        (270, "次级"),
        (271, "可疑"),
        (360, "可疑"),
        (361, "损失"),
    ],
)
def test_the_class_has_its_floor_by_days_past_due(days, name):
    assert class_of(days) == name


def test_a_batch_that_was_cut_off_or_changed_is_refused():
    whole = batch(LATE, replace(LATE, account="L2"))
    lines = whole.splitlines(keepends=True)
    for broken in (
        b"".join(lines[:-1]),
        b"".join([*lines[:2], *lines[3:]]),
        whole.replace(b"800.00", b"8.00"),
        b"",
        b"x\n" + whole,
        b"\xff",
    ):
        with pytest.raises(LayoutBroken):
            zhengxin.read_file(broken)


def test_a_name_cannot_break_out_of_its_column():
    with pytest.raises(LayoutBroken):
        batch(replace(LATE, name="王\t伟"))


def test_every_column_says_what_it_holds():
    assert len({name for name, _ in zhengxin.COLUMNS}) == len(zhengxin.COLUMNS)
    assert all(what for _, what in zhengxin.COLUMNS)
