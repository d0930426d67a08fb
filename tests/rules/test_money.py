"""Money is read exactly or not at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.money import EXPONENTS, MoneyError, exponent, share, to_major, to_minor

currencies = st.sampled_from(sorted(EXPONENTS))
amounts = st.integers(-(10**15) + 1, 10**15 - 1)


@given(amounts, currencies)
def test_what_is_written_is_read_back(amount_minor, currency):
    assert to_minor(to_major(amount_minor, currency), currency) == amount_minor


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("1234.5", "CNY", 123450),
        ("1234.50", "USD", 123450),
        ("1234.500", "USD", 123450),
        ("-0.01", "USD", -1),
        ("+7", "EUR", 700),
        (" 12 ", "GBP", 1200),
        ("500", "JPY", 500),
        ("500.0", "UGX", 500),
        ("1.234", "KWD", 1234),
        ("999999999999999.99", "CNY", 99999999999999999),
    ],
)
def test_plain_amounts_are_read(text, currency, minor):
    assert to_minor(text, currency) == minor


@pytest.mark.parametrize(
    "text",
    [
        "", "-", ".", ".5", "ten", "1,000", "1_000", "1e3", "1E+999999", "nan", "inf", "0x10",
        "１２", "1.2.3", "--1", "1 000", "1" * 16, "1.²",
    ],
)  # fmt: skip
def test_what_is_no_plain_number_is_refused(text):
    with pytest.raises(MoneyError, match="is not an amount"):
        to_minor(text, "CNY")


@pytest.mark.parametrize(
    ("text", "currency"), [("0.001", "CNY"), ("0.5", "JPY"), ("1.0001", "KWD")]
)
def test_more_decimals_than_the_currency_has_are_refused(text, currency):
    with pytest.raises(MoneyError, match="more than the"):
        to_minor(text, currency)


@pytest.mark.parametrize("code", ["", "cny", "RMB", "XXX"])
def test_an_unknown_currency_is_named(code):
    with pytest.raises(MoneyError, match=repr(code)):
        exponent(code)


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [(12345, "CNY", "123.45"), (-5, "CNY", "-0.05"), (500, "JPY", "500"), (7, "KWD", "0.007")],
)
def test_amounts_are_written_plainly(minor, currency, text):
    assert to_major(minor, currency) == text


@given(st.integers(0, 10**15), st.integers(1, 100))
def test_a_share_is_rounded_up_by_less_than_one(amount, percent):
    assert 0 <= share(amount, percent) * 100 - amount * percent < 100
