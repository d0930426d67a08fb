"""The gate: may this contact be made now, and if not, which rule says so and until when?

Rules are named in the order of `Phase`: holds, statutory before mandatory before policy; then who
is contacted and how; then counts; then the clock. Within a phase the rule that blocks longest is
named, and of those the one that stands first in the packs.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from domain.gate.answers import Allowed, Block, Caution, Permit, Refused
from domain.gate.caps import frequency_blocks
from domain.gate.patterns import pattern_warnings
from domain.gate.question import Question
from domain.gate.rulebook import Rulebook
from domain.gate.standing import standing_blocks
from domain.gate.suppression import hold_blocks
from domain.gate.view import View, view
from domain.gate.windows import clock_blocks
from domain.gate.words import Purpose


def may_contact(book: Rulebook, asked: Question) -> Permit:
    """Whether the contact may be made at the instant it is proposed for.

    A refusal tells the first lawful instant on the same channel, should nothing else happen until
    then; the question is then asked again.
    """
    seen = view(book.about(asked.proposed), asked)
    warnings: list[Caution] = []
    blocks: list[Block] = []
    for found in _found(seen):
        if isinstance(found, Caution):
            warnings.append(found)
        else:
            blocks.append(found)
    denying = _denying(seen, blocks, warnings)
    if not denying:
        return Allowed(tuple(warnings))
    named = min(denying, key=lambda pair: _rank(seen, *pair))[0]
    until = _first_free(blocks, denying, seen.limit)
    return Refused(named.mark.rule, until, named.reason(seen.at), tuple(warnings))


def _found(seen: View) -> Iterator[Block | Caution]:
    """Everything that speaks against the contact; most contacts meet few kinds of rules."""
    if seen.asked.holds:
        yield from hold_blocks(seen)
    if seen.book.has_standing:
        yield from standing_blocks(seen)
    if seen.book.caps:
        yield from frequency_blocks(seen)
    if seen.book.patterns:
        yield from pattern_warnings(seen)
    yield from clock_blocks(seen)


def _denying(
    seen: View, blocks: Sequence[Block], warnings: list[Caution]
) -> list[tuple[Block, datetime | None]]:
    """The blocks that deny now, each with its own end; the others that block now only warn."""
    denying = []
    liftable = bool(seen.asked.slots) or seen.asked.proposed.purpose is Purpose.REPLY
    for block in blocks:
        free = block.free_from(seen.at, seen.limit)
        if free != seen.at:
            if block.mark.denies:
                denying.append((block, free))
            else:
                warnings.append(Caution(block.mark.rule, block.reason(seen.at)))
        elif liftable and (why := block.exception(seen.at)):
            warnings.append(Caution(block.mark.rule, why))
    return denying


def _rank(seen: View, block: Block, free: datetime | None) -> tuple[int, int, float, int]:
    """The place in the order of naming: phase, then the longest, then the place in the packs."""
    lasts = (free - seen.at).total_seconds() if free is not None else 0.0
    return block.mark.phase, free is not None, -lasts, block.mark.order


def _first_free(
    blocks: Sequence[Block], ending: Sequence[tuple[Block, datetime | None]], limit: datetime
) -> datetime | None:
    """The first instant that no denying block covers, from the latest end of one to the next.

    `ending` are the blocks that deny at the start, each with its end.
    """
    denying = [block for block in blocks if block.mark.denies]
    while True:
        last, at = None, None
        for block, end in ending:
            if end is None:
                return None
            if at is None or end > at:
                last, at = block, end
        if at is None or last is None:
            return None
        others = [block for block in denying if block is not last]
        ending = [(block, block.free_from(at, limit)) for block in others]
        if all(end == at for _, end in ending):
            return at
