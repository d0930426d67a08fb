"""The strategies that cases can be opened under: files, and the texts the ledger has kept."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlmodel import Session

from domain.gate.words import Profile
from domain.known import know, know_law
from domain.strategy import Strategy
from ledger.strategies import remember, strategy_text
from policies.calendars import COUNTRIES, rest_days
from policies.files import PolicyError, read
from policies.packs import Packs, sound_packs
from policies.remedy_files import load_remedies, misplaced
from policies.strategy_files import FOLDER, load_strategy, misnamed

DEFAULT = "standard"
"""The strategy of a loan that names none."""


class UnknownStrategy(Exception):
    """A strategy that is neither in a file nor in the ledger; the message names it."""


@dataclass(frozen=True, slots=True)
class Treatments:
    """Strategies by name@digest, with the exact text of each.

    `packs` are the rule packs in order, and `left_out` what is wrong with the others: nobody they
    are about is contacted.
    """

    strategies: dict[str, Strategy]
    texts: dict[str, str]
    packs: Packs
    left_out: tuple[str, ...] = ()

    def chosen(self, session: Session, named: str | None) -> Strategy:
        """The strategy of a loan: name@digest, a name alone, or None for the default.

        A version that is no longer in a file is read from the ledger. Raises UnknownStrategy.
        """
        wanted = named or DEFAULT
        if wanted in self.strategies:
            return self.strategies[wanted]
        for strategy in self.strategies.values():
            if strategy.name == wanted:
                return strategy
        if (text := strategy_text(session, wanted)) is None:
            known = ", ".join(sorted(self.strategies)) or "none"
            raise UnknownStrategy(f"The strategy {wanted!r} is not known; there are: {known}.")
        return self._add(Path(f"{wanted}.yaml"), text)

    def keep(self, session: Session, strategy: Strategy, at: datetime) -> None:
        """Keep the strategy's text in the ledger, so that a case under it can always be read."""
        remember(session, strategy.id, self.texts[strategy.id], at)

    def _add(self, path: Path, text: str) -> Strategy:
        strategy = load_strategy(path, text)
        self.strategies[strategy.id], self.texts[strategy.id] = strategy, text
        know({strategy.id: strategy}, {})
        return strategy


def load_treatments(profile: Profile = Profile.PRUDENT, folder: Path = FOLDER) -> Treatments:
    """The strategies of a folder, made known to this process with the rule packs in order.

    Raises PolicyError with every problem of every file.
    """
    packs, wrong = sound_packs()
    treatments = Treatments({}, {}, packs, tuple(wrong))
    named: list[str] = []
    for path in sorted(folder.glob("*.yaml")):
        file = read(path)
        named += [file.problem(["name"], said) for said in misnamed(file)]
        treatments._add(path, file.text)
    if named:
        raise PolicyError(named)
    know({}, packs.books(profile))
    remedies = load_remedies()
    if misfits := [p for s in treatments.strategies.values() for p in misplaced(s, remedies)]:
        raise PolicyError(misfits)
    know_law({country: rest_days(country) for country in COUNTRIES}, remedies)
    return treatments
