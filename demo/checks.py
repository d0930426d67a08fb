"""The demo checks itself: what must be true of the ledger, the letters and the cases at the end."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from demo.checking import Check
from demo.legal_checks import legal_checks
from demo.mailcatcher import CaughtLetter
from demo.marks import REQUIRED, marks
from demo.message_checks import message_checks
from demo.outside import Outside
from demo.story import Story
from domain.clock import zone
from domain.gate.rulebook import Rulebook
from domain.gate.words import Channel, Fact
from domain.steps import MessageClass
from domain.strategy import Outcome
from ledger import decisions
from ledger.case_tables import CaseFileRow, ContactRow, DecisionRow
from ledger.journal import unbalanced
from ledger.tables import BorrowerRow, PaymentRow
from ledger.tasks import open_tasks
from ledger.words import ContactStatus

_NAMED = {
    ContactStatus.SENT: "sent",
    ContactStatus.BOUNCED: "refused",
    ContactStatus.SENT_UNCERTAIN: "uncertain",
    ContactStatus.FAILED: "failed",
    ContactStatus.CLAIMED: "in_flight",
}
_MADE = (ContactStatus.SENT, ContactStatus.SENT_UNCERTAIN, ContactStatus.BOUNCED)


@dataclass(frozen=True, slots=True)
class Letters:
    """Letters by their keys: what decisions allowed, what became of each, and what was caught.

    `sent_ids` must have been caught, `uncertain_ids` may have been.
    """

    due: frozenset[str]
    became: Mapping[str, str]
    sent_ids: frozenset[str]
    uncertain_ids: frozenset[str]
    caught: Sequence[str]

    @property
    def numbers(self) -> dict[str, int]:
        counts = Counter(self.became.values())
        named = {name: counts[name] for name in _NAMED.values()}
        return {"due": len(self.due), **named, "caught": len(self.caught), "duplicates": self.twice}

    @property
    def astray(self) -> frozenset[str]:
        """Letters that were caught and are not on record, or the other way."""
        caught = frozenset(self.caught)
        return (self.sent_ids - caught) | (caught - self.sent_ids - self.uncertain_ids)

    @property
    def twice(self) -> int:
        return len(self.caught) - len(set(self.caught))


def letters_of(session: Session, caught: Sequence[CaughtLetter]) -> Letters:
    """Read the contact log and the decision record, and lay the caught letters beside them."""
    verdicts: defaultdict[str, set[str]] = defaultdict(set)
    said = select(DecisionRow.key, DecisionRow.verdict).where(DecisionRow.what == "contact")
    for key, verdict in session.exec(said):
        verdicts[key].add(verdict)
    log = session.exec(select(ContactRow).where(ContactRow.channel == Channel.EMAIL)).all()
    emails = {row.key for row in log}
    became = {row.key: _NAMED[row.status] for row in log if row.status in _NAMED}
    sent = {row.key: row.message_id for row in log if ContactStatus.SENT in verdicts[row.key]}
    became |= dict.fromkeys(sent, "sent")
    return Letters(
        due=frozenset(key for key in emails if "allowed" in verdicts[key]),
        became=became,
        sent_ids=frozenset(sent.values()),
        uncertain_ids=frozenset(
            row.message_id for row in log if became.get(row.key) == "uncertain"
        ),
        caught=[letter.message_id for letter in caught],
    )


def checks(
    session: Session,
    letters: Letters,
    outside: Outside,
    story: Story,
    rules: Mapping[str, Rulebook],
) -> list[Check]:
    """Everything that must be true, each with what was found."""
    return [
        *_letter_checks(session, letters),
        *message_checks(session, outside),
        _none(
            "contacts_after_cure",
            "no dunning at or after the cure",
            contacts_after_cure(session, story.paid),
        ),
        _none(
            "unlawful_contacts",
            "every contact inside lawful hours and caps",
            unlawful_contacts(session, rules),
        ),
        _none("unbalanced_entries", "every journal entry sums to zero", unbalanced(session)),
        _none("broken_chains", "every decision chain is whole", decisions.verify(session)),
        *legal_checks(session, story),
        *_case_checks(session, story),
    ]


def _letter_checks(session: Session, letters: Letters) -> list[Check]:
    numbers = letters.numbers
    tasks = {task.what for task in open_tasks(session)}
    unnamed = [
        key
        for key, what in letters.became.items()
        if what == "uncertain" and f"uncertain/{key.rpartition('/')[2]}" not in tasks
    ]
    return [
        Check(
            "letters_unaccounted",
            "every letter due was sent, or is named",
            len(letters.due ^ frozenset(letters.became)) + numbers["in_flight"] + len(unnamed),
            "{due} due: {sent} sent, {refused} refused, {uncertain} uncertain".format(**numbers),
        ),
        Check(
            "letters_astray",
            "letters caught = contact log = decisions",
            len(letters.astray),
            f"{len(set(letters.caught))} caught, {len(letters.sent_ids)} on record",
        ),
        Check(
            "letters_twice", "no letter twice", letters.twice, f"{letters.twice} Message-IDs twice"
        ),
    ]


def _case_checks(session: Session, story: Story) -> list[Check]:
    shown = set().union(*(marks(timeline) for timeline in story.timelines.values()))
    files = session.exec(select(CaseFileRow)).all()
    disagree = [row.case_id for row in files if story.outcome(row.case_id) != (row.outcome or "")]
    failed = [
        f"{case_id}: {entry.detail}"
        for case_id, timeline in story.timelines.items()
        for entry in timeline
        if entry.what == "failed"
    ]
    return [
        _none("never_lived", "every stage, outcome and turn was lived", sorted(REQUIRED - shown)),
        _none("endings_in_dispute", "case and ledger agree on every ending", disagree),
        _none("not_taken", "every event and request was taken", story.refused),
        _none("troubled", "nothing failed, nothing is stuck", [*failed, *story.troubled]),
    ]


def contacts_after_cure(session: Session, paid: Mapping[str, datetime]) -> list[str]:
    """Dunning contacts of a cured episode made when the ledger had its money, or later.

    `paid` is when the ledger had taken what was told, on the wall, by payment id.
    """
    cures = {
        row.case_id: payment
        for row in session.exec(select(CaseFileRow).where(CaseFileRow.outcome == Outcome.CURED))
        if (payment := _last_payment(session, row))
    }
    dunning = select(ContactRow).where(
        ContactRow.message_class == MessageClass.DUNNING, col(ContactRow.status).in_(_MADE)
    )
    return [
        row.key
        for row in session.exec(dunning)
        if (payment := cures.get(f"case/{row.loan_id}/{row.episode.isoformat()}"))
        and _after(row, payment, paid)
    ]


def _after(contact: ContactRow, payment: PaymentRow, paid: Mapping[str, datetime]) -> bool:
    """By the wall, however late the book was told; what others brought in, by the case's clock."""
    if taken := paid.get(payment.payment_id):
        return contact.claimed_wall >= taken
    return contact.claimed_at >= payment.known_at


def _last_payment(session: Session, file: CaseFileRow) -> PaymentRow | None:
    """The last payment that stands and came in before the case was closed."""
    standing = select(PaymentRow).where(
        PaymentRow.loan_id == file.loan_id,
        col(PaymentRow.reversed_on).is_(None),
        col(PaymentRow.known_at) <= file.closed_at,
    )
    return session.exec(standing.order_by(col(PaymentRow.known_at).desc()).limit(1)).first()


def unlawful_contacts(session: Session, rules: Mapping[str, Rulebook]) -> list[str]:
    """Contacts of our strategies outside the hours of the borrower's rules, or above our daily cap.

    Counted here anew from the numbers of the packs, without the gate that allowed them. Calls that
    people made of their own accord have no template.
    """
    rows = session.exec(
        select(ContactRow, BorrowerRow)
        .join(BorrowerRow, col(BorrowerRow.borrower_id) == ContactRow.borrower_id)
        .where(col(ContactRow.status).in_(_MADE), ContactRow.template != "")
        .order_by(col(ContactRow.claimed_at))
    )
    found: list[str] = []
    dunning: Counter[tuple[str, date]] = Counter()
    for row, borrower in rows:
        book, local = rules[borrower.jurisdiction], row.claimed_at.astimezone(zone(borrower.zone))
        if not all(h.terms.earliest <= local.time() < h.terms.latest for h in book.hours):
            found.append(f"{row.key} at {local:%H:%M}")
        if row.message_class is MessageClass.DUNNING and row.status is not ContactStatus.BOUNCED:
            dunning[borrower.borrower_id, local.date()] += 1
            if dunning[borrower.borrower_id, local.date()] > _dunning_a_day(book):
                found.append(f"{row.key}: one too many on {local.date()}")
    return found


def _dunning_a_day(book: Rulebook) -> int:
    """How often our own steps may ask a person to pay on one day."""
    limits = [limit for cap in book.caps for limit in cap.terms.limits]
    return min(limit.max for limit in limits if Fact.DUNNING in limit.when and limit.days == 1)


def _none(key: str, name: str, found: Collection[str]) -> Check:
    """A check that nothing was found; what was found is named, three of it at most."""
    some = ", ".join(list(found)[:3]) + (" ..." if len(found) > 3 else "")
    return Check(key, name, len(found), some or "none")
