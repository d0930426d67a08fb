"""Reading a bundle for people: its entries by kind, with instants, amounts and names in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from channels.evidence import chinese
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

_CODED = frozenset(
    ["account", "action", "actions", "actor", "answer", "bureau", "by", "channel", "component",
     "covers", "day_count", "dead_reason", "delivery", "kind", "level", "manner", "message_class",
     "outcome", "paper", "party", "place", "product", "profile", "purpose", "reason", "remedy",
     "right", "source", "state", "status", "type", "verdict", "was", "what"]
)  # fmt: skip
"""The fields that hold codes: what any other holds is shown as on record."""

_CODED_REASONS = ("hold", "reason")
"""Of these the reason is a code, and not what a person wrote."""

_NAMED_BY_CODE = ("approval", "reason", "vulnerability", "finances", "agency_message", "grievance")
"""Decisions whose key ends in a code."""

_OFFER = "offer"
"""Decisions whose key has the offer's id, its state and an instant."""

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

    def word(self, code: str, of: str = "") -> str:
        """A code of that kind of entry or decision, in words."""
        return chinese.word(code, of) if self.lang == "zh" else code

    def sentence(self, text: str) -> str:
        """A sentence that is the same wherever it stands."""
        return chinese.sentence(text) if self.lang == "zh" else text

    def told(self, name: str, value: Any, of: str = "") -> str:
        """What a field holds: a code in words, anything else as on record, nothing as nothing."""
        if value is None:
            return ""
        if isinstance(value, list):
            return ", ".join(filter(None, (self.told(name, part, of) for part in value)))
        if isinstance(value, dict):
            inner = pairs(self, value, of=of)
            return f"({inner})" if inner else ""
        if isinstance(value, bool):
            return self.words[str(value)]
        code = name in _CODED and (name != "reason" or of in _CODED_REASONS)
        return self.word(str(value), of) if code else str(value)

    def name(self, field: str) -> str:
        """What a field is called."""
        if self.lang != "zh":
            return field
        return chinese.FIELDS.get(field.removesuffix(_MINOR), field)

    def about(self, decision: Entry) -> str:
        """What a decision is about: a step, an episode, an id, or a code other than its verdict."""
        key: str = decision.says["key"]
        what, verdict = decision.says["what"], decision.says["verdict"]
        if what in _AGREED:
            return key.partition("/")[0]
        if what == _OFFER:
            return key.removeprefix(f"{_OFFER}/").rsplit("/", 2)[0]
        if what in _NAMED_BY_CODE and short(key) == verdict:
            return key.removeprefix(f"{what}/").removesuffix(f"/{verdict}")
        return self.word(short(key), what) if what in _NAMED_BY_CODE else short(key)

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


def particulars(
    read: Reader, said: dict[str, Any], left_out: Iterable[str] = (), of: str = ""
) -> str:
    """What an entry of the kind `of` says, with its amounts in major units."""
    currency = said.get("currency", "")
    shown = {
        name.removesuffix(_MINOR): read.money(value, currency) if name.endswith(_MINOR) else value
        for name, value in said.items()
    }
    shown["instalments"] = ", ".join(
        f"{portion['due']} {read.money(portion['amount_minor'], currency)}"
        for portion in said.get("instalments", ())
    )
    return pairs(read, shown, (*left_out, "key"), of)


def pairs(read: Reader, said: dict[str, Any], left_out: Iterable[str] = (), of: str = "") -> str:
    """Names and values, leaving out what is empty and what stands elsewhere."""
    gone = {*_EVERYWHERE, *left_out}
    kept = {name: value for name, value in said.items() if name not in gone}
    told = ((read.name(name), read.told(name, value, of)) for name, value in kept.items())
    return "; ".join(f"{name} = {text}" for name, text in told if text)
