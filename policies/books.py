"""Every law that a text may meet: the rules of each jurisdiction, and of each region of its own."""

from domain.gate.rulebook import Rulebook
from policies.packs import Packs


def books_of(packs: Packs) -> dict[str, list[Rulebook]]:
    """The rulebooks by jurisdiction: that of the base first, then one for each region."""
    books = {law: [packs.book(law)] for law in packs.bases}
    for region, pack in packs.overlays.items():
        books[pack.jurisdiction].append(packs.book(pack.jurisdiction, region))
    return books
