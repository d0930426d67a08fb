"""Who is contacted, by whom and with what: rules that no waiting satisfies."""

from collections.abc import Iterator

from domain.gate.answers import Block, Caution, Never
from domain.gate.terms import ThirdParty
from domain.gate.view import View
from domain.gate.words import VOICE, ContactOutcome

_REACHED = frozenset({ContactOutcome.CONNECTED, ContactOutcome.CONVERSATION, None})
"""What may have reached somebody; an outcome that is not known may."""


def standing_blocks(view: View) -> Iterator[Block | Caution]:
    """The rules on parties, visitors and needed facts that this contact breaks."""
    yield from _third_parties(view)
    proposed, book = view.asked.proposed, view.book
    for flagged in book.flagged:
        asked_of = proposed.party in flagged.terms.parties
        if asked_of and flagged.rule.in_force(view.today, book.profile):
            yield Caution(flagged.rule.id, f"Counsel looks at it: {flagged.rule.says}")
    for visit in book.visitors:
        too_few = (proposed.collectors or 0) < visit.terms.min
        if too_few and visit.rule.in_force(view.today, book.profile):
            yield Never(visit.mark, f"A visit needs {visit.terms.min} collectors together.")
    for need in book.needs:
        if need.terms.needs in proposed.facts or not need.terms.when <= proposed.facts:
            continue
        if need.rule.in_force(view.today, book.profile):
            yield Never(need.mark, f"It is not known to be so: {_words(need.terms.needs)}.")


def _third_parties(view: View) -> Iterator[Block]:
    proposed = view.asked.proposed
    for rule in view.book.third_parties:
        if proposed.party not in rule.terms.parties:
            continue
        if rule.rule.in_force(view.today, view.book.profile):
            why = _objection(view, rule.terms)
            if why is not None:
                yield Never(rule.mark, why)


def _objection(view: View, terms: ThirdParty) -> str | None:
    """Why this third person may not be contacted, or None if they may."""
    proposed, party = view.asked.proposed, _words(view.asked.proposed.party)
    if terms.failed_attempts and not (terms.or_facts & proposed.facts):
        failed = _failed_in_a_row(view, proposed.about)
        if failed < terms.failed_attempts:
            return (
                f"Only {failed} calls in a row failed to reach the borrower; before a {party} is "
                f"asked it takes {terms.failed_attempts}."
            )
    if proposed.purpose not in terms.purposes:
        return f"A {party} may not be contacted for {_words(proposed.purpose)}."
    if proposed.discloses_debt and not terms.may_disclose:
        return f"A {party} may not learn of the debt."
    if terms.once and _reached_before(view) and not (terms.or_facts & proposed.facts):
        return f"The {party} was asked before, once for all."
    return None


def _failed_in_a_row(view: View, borrower: str | None) -> int:
    """Our last calls to the borrower that reached nobody, since they were last heard of."""
    if borrower is None:
        return 0
    lines = [
        line
        for line in view.asked.log
        if line.person == borrower
        and line.at <= view.at
        and (line.channel in VOICE or line.inbound)
        and line.outcome is not ContactOutcome.WRONG_NUMBER
    ]
    failed = 0
    for line in sorted(lines, key=lambda line: line.at, reverse=True):
        if line.inbound or line.outcome in _REACHED:
            break
        failed += 1
    return failed


def _reached_before(view: View) -> bool:
    person = view.asked.proposed.person
    return any(line.person == person and line.outcome in _REACHED for line in view.asked.log)


def _words(name: str) -> str:
    return name.replace("_", " ")
