"""Money in integer minor units, with the ISO 4217 exponent of each currency."""

import re

_TWO = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD "
    "CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ "
    "GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL "
    "MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR "
    "PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT "
    "TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG"
)
_ZERO = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_THREE = "BHD IQD JOD KWD LYD OMR TND"

EXPONENTS: dict[str, int] = {
    **dict.fromkeys(_TWO.split(), 2),
    **dict.fromkeys(_ZERO.split(), 0),
    **dict.fromkeys(_THREE.split(), 3),
}
"""Decimal places of each currency we take (ISO 4217)."""

_PLAIN = re.compile(r"([+-]?)([0-9]{1,15})(?:\.([0-9]*))?")
"""Fifteen digits before the point: in minor units they still fit a 64-bit column."""


class MoneyError(ValueError):
    """An amount or a currency that cannot be read exactly; the message says which and why."""


def exponent(currency: str) -> int:
    """Decimal places of a currency; raises MoneyError for a code that is not ISO 4217."""
    try:
        return EXPONENTS[currency]
    except KeyError:
        raise MoneyError(
            f"{currency!r} is not an ISO 4217 currency code such as CNY or USD."
        ) from None


def to_minor(text: str, currency: str) -> int:
    """The amount in minor units, exact.

    `text` is a plain decimal number in major units ("1234.5"). Raises MoneyError when it is no
    such number, has more than fifteen digits before the point, or has more decimals than the
    currency, because rounding a debt is not ours to do.
    """
    places = exponent(currency)
    plain = _PLAIN.fullmatch(text.strip())
    if plain is None:
        raise MoneyError(f"{text!r} is not an amount such as 1234.50.")
    sign, whole, part = plain.groups(default="")
    part = part.rstrip("0")
    if len(part) > places:
        raise MoneyError(f"{text!r} has more than the {places} decimals of {currency}.")
    return int(sign + whole + part.ljust(places, "0"))


def to_major(amount_minor: int, currency: str) -> str:
    """The amount in major units as plain digits: 12345 CNY is "123.45", 500 JPY is "500"."""
    places = exponent(currency)
    if places == 0:
        return str(amount_minor)
    sign = "-" if amount_minor < 0 else ""
    whole, part = divmod(abs(amount_minor), 10**places)
    return f"{sign}{whole}.{part:0{places}d}"


def share(amount_minor: int, percent: int) -> int:
    """`percent` per cent of an amount, rounded up to the next minor unit."""
    return -(-amount_minor * percent // 100)
