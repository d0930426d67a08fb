"""The texts of strategies: what a case runs under can be read years later, to the letter."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from ledger.case_tables import StrategyVersionRow
from ledger.errors import LedgerError


def remember(session: Session, strategy_id: str, text: str, at: datetime) -> bool:
    """Keep the text of a strategy under name@digest; False when it is kept already.

    Raises LedgerError when that id is kept with another text, or is not name@digest.
    """
    name, _, digest = strategy_id.partition("@")
    if not name or not digest:
        raise LedgerError(f"{strategy_id!r} is not the id of a strategy, such as standard@0f3a.")
    known = session.get(StrategyVersionRow, strategy_id)
    if known is None:
        session.add(
            StrategyVersionRow(id=strategy_id, name=name, digest=digest, text=text, first_seen=at)
        )
        session.flush()
        return True
    if known.text != text:
        raise LedgerError(f"Strategy {strategy_id!r} is kept with another text.")
    return False


def strategy_text(session: Session, strategy_id: str) -> str | None:
    """The text kept under that id, or None."""
    row = session.get(StrategyVersionRow, strategy_id)
    return row.text if row else None


def strategy_ids(session: Session) -> Sequence[str]:
    """The name@digest of every version that was ever used, by name and age."""
    row = StrategyVersionRow
    return session.exec(select(row.id).order_by(row.name, col(row.first_seen))).all()
