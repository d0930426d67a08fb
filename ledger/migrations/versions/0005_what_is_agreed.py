"""Reasons, means, offers, agreements, and what a second person decides.

Revision: 0005
Follows: 0004
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def _word(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, length=32)


_ACTION = _word("action", "discount", "agreement", "write_off", "legal_filing")
_REASON = _word(
    "reason",
    "forgot",
    "cash_flow",
    "income_cut",
    "job_loss",
    "business_failed",
    "illness",
    "bereavement",
    "separation",
    "disaster",
    "too_much_debt",
    "dispute",
    "unwilling",
    "unreachable",
    "other",
)
_FLAG = _word(
    "vulnerability",
    "illness",
    "mental_health",
    "disability",
    "addiction",
    "bereavement",
    "abuse",
    "carer",
    "low_resilience",
    "low_capability",
    "old_age",
)
_KIND = _word(
    "offerkind",
    "deferral",
    "instalments",
    "interest_freeze",
    "longer_term",
    "waiver",
    "settlement",
)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, AutoString(), nullable=False)


def _money(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def _number(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def _yes(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def _day(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.Date(), nullable=nullable)


def _at(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, UTCDateTime(), nullable=nullable)


def _currency() -> sa.Column[str]:
    return sa.Column("currency", AutoString(length=3), nullable=False)


def _of(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.{column}"], name=op.f(f"fk_{table}_{column}")
    )


def _key(table: str, column: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(column, name=op.f(f"pk_{table}"))


def upgrade() -> None:
    _create_what_people_said()
    _create_offers()
    _create_agreements()
    _create_approvals()


def _create_what_people_said() -> None:
    op.create_table(
        "reason",
        _text("reason_id"),
        _text("loan_id"),
        _day("episode"),
        sa.Column("reason", _REASON, nullable=False),
        _text("by"),
        _at("at"),
        _of("reason", "loan_id", "loan"),
        _key("reason", "reason_id"),
    )
    op.create_index(op.f("ix_reason_loan_id"), "reason", ["loan_id"])
    op.create_table(
        "vulnerability",
        _text("flag_id"),
        _text("borrower_id"),
        sa.Column("flag", _FLAG, nullable=False),
        _text("by"),
        _at("at"),
        _at("withdrawn_at", nullable=True),
        _text("withdrawn_by"),
        _of("vulnerability", "borrower_id", "borrower"),
        _key("vulnerability", "flag_id"),
    )
    op.create_index(op.f("ix_vulnerability_borrower_id"), "vulnerability", ["borrower_id"])
    op.create_table(
        "finances",
        _text("finances_id"),
        _text("borrower_id"),
        _text("loan_id"),
        _currency(),
        _day("taken_on"),
        sa.Column("form", sa.JSON(), nullable=False),
        _text("by"),
        _at("at"),
        _of("finances", "borrower_id", "borrower"),
        _of("finances", "loan_id", "loan"),
        _key("finances", "finances_id"),
    )
    op.create_index(op.f("ix_finances_borrower_id"), "finances", ["borrower_id"])


def _create_offers() -> None:
    op.create_table(
        "offer",
        _text("offer_id"),
        _text("loan_id"),
        _text("borrower_id"),
        _day("episode"),
        _text("definition"),
        sa.Column("kind", _KIND, nullable=False),
        _number("kindness"),
        _currency(),
        sa.Column("covers", _word("covers", "arrears", "debt"), nullable=False),
        _money("debt_minor"),
        _money("waived_minor"),
        _money("interest_minor"),
        _number("annual_bps"),
        _number("percent"),
        sa.Column("instalments", sa.JSON(), nullable=False),
        _day("expires_on"),
        _text("level"),
        _day("frozen_until", nullable=True),
        _text("guarantor"),
        _text("recording"),
        _yes("written"),
        _yes("second_look"),
        _number("check_back_days", nullable=True),
        _number("ledger_version"),
        sa.Column(
            "state",
            _word("offerstate", "waiting", "made", "accepted", "declined", "withdrawn"),
            nullable=False,
        ),
        _at("made_at"),
        _text("made_by"),
        _at("answered_at", nullable=True),
        _text("answered_by"),
        sa.Column("approval_id", AutoString(), nullable=True),
        _of("offer", "loan_id", "loan"),
        _of("offer", "borrower_id", "borrower"),
        _key("offer", "offer_id"),
    )
    op.create_index(op.f("ix_offer_loan_id"), "offer", ["loan_id"])


def _create_agreements() -> None:
    op.create_table(
        "agreement",
        _text("offer_id"),
        _text("plan_id"),
        _text("loan_id"),
        sa.Column(
            "state", _word("agreementstate", "pending", "in_force", "undone"), nullable=False
        ),
        sa.Column("manner", _word("manner", "oral", "written"), nullable=False),
        _text("recording"),
        _text("signed"),
        _text("consent"),
        _text("by"),
        _at("at"),
        _at("changed_at"),
        _text("rule"),
        _of("agreement", "offer_id", "offer"),
        _of("agreement", "loan_id", "loan"),
        _key("agreement", "offer_id"),
        sa.UniqueConstraint("plan_id", name=op.f("uq_agreement_plan_id")),
    )
    op.create_index(op.f("ix_agreement_loan_id"), "agreement", ["loan_id"])


def _create_approvals() -> None:
    op.create_table(
        "approval",
        _text("approval_id"),
        _text("loan_id"),
        _day("episode"),
        sa.Column("action", _ACTION, nullable=False),
        _text("subject"),
        _money("amount_minor"),
        _currency(),
        _text("level"),
        _text("asked_by"),
        _at("asked_at"),
        _at("over_at"),
        _at("reminded_at", nullable=True),
        sa.Column("answer", _word("answer", "given", "declined", "over"), nullable=True),
        _text("answered_by"),
        _at("answered_at", nullable=True),
        _text("lent_by"),
        _of("approval", "loan_id", "loan"),
        _key("approval", "approval_id"),
    )
    for column in ("loan_id", "over_at"):
        op.create_index(op.f(f"ix_approval_{column}"), "approval", [column])
    op.create_table(
        "delegation",
        _text("delegation_id"),
        _text("giver"),
        _text("taker"),
        sa.Column("actions", sa.JSON(), nullable=False),
        _at("start"),
        _at("until"),
        _at("made_at"),
        _at("withdrawn_at", nullable=True),
        _key("delegation", "delegation_id"),
    )
    op.create_index(op.f("ix_delegation_taker"), "delegation", ["taker"])


def downgrade() -> None:
    for table in (
        "delegation",
        "approval",
        "agreement",
        "offer",
        "finances",
        "vulnerability",
        "reason",
    ):
        op.drop_table(table)
