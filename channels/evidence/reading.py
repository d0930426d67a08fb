"""Reading a bundle for people: its entries by kind, with instants, amounts and names in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from channels.evidence.shape import Bundle, Entry
from channels.evidence.words import CHINESE, ENGLISH, KINDS, Words
from domain.clock import zone
from domain.money import to_major
from domain.whereabouts import calendar_zone

Row = tuple[object, ...]
"""The cells of a table's row, in the order of its columns."""

_EVERYWHERE = ("loan_id", "borrower_id", "episode")
"""What every entry of a loan repeats."""

_MINOR = "_minor"

_TERMS = ("borrower", "loan")

_AGREED = ("promise", "plan", "hold")
"""Decisions whose key begins with what was agreed."""


@dataclass(frozen=True, slots=True)
class Reader:
    """A bundle, read in one language and by the clock of the borrower."""

    bundle: Bundle
    lang: str
    zone: str
    currency: str

    @property
    def words(self) -> Words:
        """What the page says itself."""
        return CHINESE if self.lang == "zh" else ENGLISH

    def of(self, *kinds: str) -> Sequence[Entry]:
        """The entries of those kinds, in order."""
        return [entry for entry in self.bundle.entries if entry.kind in kinds]

    def kind(self, entry: Entry) -> str:
        """The kind of the entry, in words."""
        return KINDS[self.lang].get(entry.kind, entry.kind)

    def at(self, instant: str | None) -> str:
        """The instant by the borrower's clock, to the second; empty when there is none."""
        if instant is None:
            return ""
        there = datetime.fromisoformat(instant).astimezone(zone(self.zone))
        return f"{there:%Y-%m-%d %H:%M:%S %z}"

    def money(self, amount_minor: int, currency: str = "") -> str:
        """The amount in major units with its currency."""
        code = currency or self.currency
        return f"{to_major(amount_minor, code)} {code}"


def reader(bundle: Bundle) -> Reader:
    """The bundle in the borrower's language and zone; another language than Chinese is English."""
    says = {entry.kind: entry.says for entry in bundle.entries if entry.kind in _TERMS}
    locale = says["borrower"]["locale"].replace("-", "_")
    lang = "zh" if locale.partition("_")[0] == "zh" else "en"
    person = says["borrower"]
    zone_name = calendar_zone(person["zone"], person["jurisdiction"])
    return Reader(bundle, lang, zone_name, says["loan"]["currency"])


def short(key: str) -> str:
    """What a key is about: the step of a contact, the episode of a case."""
    return key.rpartition("/")[2]


def about(decision: Entry) -> str:
    """What a decision is about: the step of a contact, the id of a promise, a plan or a hold."""
    key: str = decision.says["key"]
    return key.partition("/")[0] if decision.says["what"] in _AGREED else short(key)


def particulars(read: Reader, said: dict[str, Any], left_out: Iterable[str] = ()) -> str:
    """What an entry says, with its amounts in major units."""
    currency = said.get("currency", "")
    shown = {
        name.removesuffix(_MINOR): read.money(value, currency) if name.endswith(_MINOR) else value
        for name, value in said.items()
    }
    shown["instalments"] = ", ".join(
        f"{portion['due']} {read.money(portion['amount_minor'], currency)}"
        for portion in said.get("instalments", ())
    )
    return pairs(shown, (*left_out, "key"))


def pairs(said: dict[str, Any], left_out: Iterable[str] = ()) -> str:
    """Names and values, leaving out what is empty and what stands elsewhere."""
    gone = {*_EVERYWHERE, *left_out}
    kept = {name: value for name, value in said.items() if name not in gone}
    shown = (f"{name} = {_shown(v)}" for name, v in kept.items() if v not in ("", None, []))
    return "; ".join(shown)


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_shown, value))
    return f"({pairs(value)})" if isinstance(value, dict) else str(value)
