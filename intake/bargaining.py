"""What can be offered to a borrower now: the ledger's facts against the policies."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlmodel import Session

from domain.account import LoanAccount, account
from domain.affordability import means
from domain.amortisation import contract_bps
from domain.authority import Action, Authority, Question, alone
from domain.clock import local_date
from domain.delinquency import Terms, delinquency
from domain.gate.words import Party, Profile
from domain.holds import HoldReason
from domain.keys import offer_approval_key
from domain.offer_guards import OfferRules, Situation
from domain.offer_terms import Definition, OfferKind
from domain.offers import Offer, Wanted, compose
from domain.plan_law import PlanLaw, plan_law
from domain.reasons import care_of
from domain.refused import Refused
from ledger import approvals, hardship, offers
from ledger.account_facts import facts_of
from ledger.agreements import defaulted_plans, holds_of
from ledger.approval_tables import ApprovalRow, OfferRow
from ledger.case_tables import CaseFileRow
from ledger.cases import open_case_of
from ledger.loans import loan_view
from ledger.snapshots import outstanding
from ledger.values import LoanView
from policies.authority_files import FILE, load_authority
from policies.hardship_files import Hardship, load_hardship
from policies.offer_files import load_offers
from policies.packs import Packs, load_packs


@dataclass(frozen=True, slots=True)
class Bargain:
    """The policies of negotiation; `definitions` by their plain names."""

    definitions: Mapping[str, Definition]
    hardship: Hardship
    authority: Authority
    packs: Packs
    profile: Profile

    def law(self, view: LoanView, at: datetime, serving: bool = False) -> PlanLaw:
        """What the law of where the borrower lives says of agreements about this loan."""
        return law_of(self.packs, self.profile, view, at, serving)


def law_of(
    packs: Packs, profile: Profile, view: LoanView, at: datetime, serving: bool = False
) -> PlanLaw:
    """What the law says of agreements about this loan, for which the packs alone are needed."""
    person = view.borrower
    rules = [
        rule for pack in packs.of(person.jurisdiction, person.region or None) for rule in pack.rules
    ]
    today = local_date(at, person.calendar_zone)
    return plan_law(rules, view.loan.product, profile, today, serving)


def load_bargain(profile: Profile, authority_file: Path = FILE) -> Bargain:
    """The policies as the files have them; PolicyError names every problem of the first bad one."""
    authority = load_authority(authority_file)
    definitions = {d.name: d for d in load_offers(authority.names).values()}
    return Bargain(definitions, load_hardship(), authority, load_packs(), profile)


@dataclass(frozen=True, slots=True)
class Table:
    """Where a borrower sits when we bargain: their situation, and the rules that bound us."""

    situation: Situation
    rules: OfferRules
    case: CaseFileRow


def table_of(  # noqa: PLR0913 - a situation is made of all that is known
    session: Session,
    bargain: Bargain,
    loan_id: str,
    terms: Terms,
    at: datetime,
    asked_for: OfferKind | None = None,
) -> Table | Refused:
    """The borrower's situation at that instant, or why there is nothing to bargain about."""
    view, case = loan_view(session, loan_id), open_case_of(session, loan_id)
    if view is None or case is None:
        return Refused("no-open-case", f"Loan {loan_id!r} has no open case to make an offer in.")
    person, today = view.borrower, local_date(at, view.borrower.calendar_zone)
    late = delinquency(view.schedule, view.credits, (), terms, today)
    facts = facts_of(session, view.loan)
    flags = hardship.flags_of(session, person.borrower_id)
    care = care_of(flags, bargain.hardship.cares)
    form = hardship.finances_of(session, person.borrower_id)
    household = bargain.hardship.households.get(person.jurisdiction)
    spare = bargain.hardship.spare_percent
    situation = Situation(
        loan_id=loan_id,
        currency=view.loan.currency,
        jurisdiction=person.jurisdiction,
        today=today,
        arrears_minor=late.arrears_minor,
        outstanding_minor=outstanding(view, today),
        days_past_due=late.days_past_due,
        product=view.loan.product,
        portfolio=view.loan.portfolio,
        charges_minor=_charges(account(facts, today)),
        annual_bps=contract_bps(facts.contract, view.loan.principal_minor),
        reason=hardship.reason_of(session, loan_id, case.episode),
        flags=flags,
        means=means(form, household, spare, care) if form else None,
        finances_on=form.taken_on if form else None,
        pay_day=form.pay_day if form else None,
        asked_for=asked_for,
        guarantor=any(point.party is Party.GUARANTOR for point in view.contact_points),
        plans_broken=defaulted_plans(session, loan_id, case.episode),
        account=facts,
    )
    holds = holds_of(session, person.borrower_id)
    serving = any(hold.reason is HoldReason.MILITARY and hold.bites(at) for hold in holds)
    law = bargain.law(view, at, serving)
    days = bargain.hardship.finances_days
    return Table(situation, OfferRules(law, bargain.authority.names, care, days), case)


@dataclass(frozen=True, slots=True)
class Proposal:
    """An offer to be made: which, with what wishes, by whom, under which id."""

    offer_id: str
    name: str
    wanted: Wanted
    by: str
    at: datetime


def propose(
    session: Session, bargain: Bargain, table: Table, proposal: Proposal
) -> OfferRow | Refused:
    """Compute the offer and put it on record, or say why not.

    One above the authority of who makes it, or that care wants looked at twice, waits for a second
    person and is asked of them at once.
    """
    definition = bargain.definitions.get(proposal.name)
    if definition is None:
        known = ", ".join(sorted(bargain.definitions))
        return Refused("offer-unknown", f"There is no offer {proposal.name!r}; there are {known}.")
    offer = compose(definition, table.situation, table.rules, proposal.wanted)
    if isinstance(offer, Refused):
        return offer
    question = _question(offer, proposal)
    approval_id = None
    if question is not None and not alone(bargain.authority, question):
        approval_id = offer_approval_key(proposal.offer_id)
    new = offers.NewOffer(
        proposal.offer_id, table.case.loan_id, offer, proposal.by, proposal.at, approval_id
    )
    row = offers.make(session, new)
    if approval_id is not None and question is not None:
        asked = approvals.NewApproval(
            approval_id, row.loan_id, row.episode, question, proposal.offer_id
        )
        approvals.ask(session, asked, bargain.authority)
    return row


def ask_second(
    session: Session, bargain: Bargain, table: Table, approval_id: str, question: Question
) -> ApprovalRow | Refused:
    """Ask a second person for a write-off, or say why that may not be asked."""
    situation, case = table.situation, table.case
    if question.amount_minor > situation.outstanding_minor:
        return Refused("above-the-debt", "That is more than what is unpaid.")
    asked = approvals.NewApproval(approval_id, situation.loan_id, case.episode, question)
    return approvals.ask(session, asked, bargain.authority)


def _charges(now: LoanAccount) -> int:
    """Interest and fees within the instalments that are due; what lateness cost comes on top."""
    parts = sum(now.due[name] for name in ("interest", "plan_interest", "fees", "penalty"))
    return max(0, parts - now.charges_minor)


def _question(offer: Offer, proposal: Proposal) -> Question | None:
    """What a second person would be asked about it, None for what needs no authority."""
    asked = (proposal.by, proposal.at)
    if offer.second_look:
        return Question(Action.AGREEMENT, *asked, offer.total_minor, offer.currency, offer.level)
    if offer.waived_minor:
        return Question(Action.DISCOUNT, *asked, offer.waived_minor, offer.currency, offer.level)
    return None
