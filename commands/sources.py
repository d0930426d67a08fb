"""What the rules on record say and where they come from, as the policies have them today."""

from collections.abc import Iterable
from dataclasses import dataclass

from policies.packs import load_packs


@dataclass(frozen=True, slots=True)
class Cited:
    """One rule; `of` is where it stands: a rule pack by name and content, or ourselves."""

    rule: str
    says: str
    source: str
    article: str = ""
    where: str = ""
    confidence: str = ""
    of: str = ""

    @property
    def line(self) -> str:
        """The rule's source in one line."""
        parts = (self.says, self.source, self.article, self.where, self.of)
        return f"{self.rule}: {' · '.join(part for part in parts if part)}"


_OURS = {
    "balance-fence": "No contact on a balance that has changed since it was decided.",
    "ledger-behind": "No contact while the ledger has yet to hear of a payment.",
    "nothing-due": "No contact about money when nothing material is late.",
    "no-contact-point": "No contact without a living address or number.",
    "at-most-once": "A dunning contact whose outcome is not known is never made again by itself.",
    "at-least-once": "A statutory contact, receipt or service message is made until confirmed.",
    "settled-by-person": "A person found out whether an uncertain contact arrived.",
    "address-refused": "The receiving side refused the address.",
    "message-refused": "The receiving side refused the message.",
    "template-missing": "No contact without a template for its text.",
    "template-broken": "No contact whose text cannot be written.",
}
"""Rules of this house that stand in no policy file."""

_HOLD = "hold-"


def cited(rules: Iterable[str]) -> list[Cited]:
    """The rules that are known, by their id; what the law says goes before what we say."""
    wanted = {rule for rule in rules if rule}
    found = {rule: _ours(rule) for rule in wanted if rule in _OURS or rule.startswith(_HOLD)}
    if wanted - found.keys():
        lawful = _from_packs()
        found |= {rule: lawful[rule] for rule in wanted & lawful.keys()}
    return [found[rule] for rule in sorted(found)]


def _ours(rule: str) -> Cited:
    held = f"No contact while a hold is in force: {rule.removeprefix(_HOLD)}."
    return Cited(rule, _OURS.get(rule, held), "our own policy", of="forbear")


def _from_packs() -> dict[str, Cited]:
    packs = load_packs()
    return {
        rule.id: Cited(
            rule.id,
            rule.says,
            rule.source.title,
            rule.source.article or "",
            rule.source.where or "",
            rule.source.confidence,
            pack.id,
        )
        for pack in (*packs.bases.values(), *packs.overlays.values())
        for rule in pack.rules
    }
