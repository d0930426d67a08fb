"""The account of a loan: parts of instalments, terms, and events of money beside payments.

Revision: 0004
Follows: 0003
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _word(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, length=32)


def _loan(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["loan_id"], ["loan.loan_id"], name=op.f(f"fk_{table}_loan_id"))


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, AutoString(), nullable=False)


def _money(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def upgrade() -> None:
    for part in ("interest_minor", "fee_minor"):
        op.add_column(
            "instalment", sa.Column(part, sa.BigInteger(), nullable=False, server_default="0")
        )
    _create_terms()
    _create_events()
    op.create_table(
        "account_mark",
        _text("loan_id"),
        sa.Column("facts", sa.Integer(), nullable=False),
        sa.Column("mark", sa.JSON(), nullable=False),
        sa.Column("frame", sa.JSON(), nullable=False),
        _loan("account_mark"),
        sa.PrimaryKeyConstraint("loan_id", name=op.f("pk_account_mark")),
    )


def _create_terms() -> None:
    op.create_table(
        "loan_terms",
        sa.Column("id", sa.Integer(), nullable=False),
        _text("loan_id"),
        sa.Column("known_at", UTCDateTime(), nullable=False),
        _text("by"),
        sa.Column("agreed_order", sa.JSON(), nullable=False),
        sa.Column("by_instalment", sa.Boolean(), nullable=False),
        sa.Column("day_count", _word("daycount", "ACT/365", "ACT/360", "30E/360"), nullable=False),
        sa.Column("penalty_ppm", sa.Integer(), nullable=False),
        sa.Column("compound", sa.Boolean(), nullable=False),
        sa.Column("grace_days", sa.Integer(), nullable=False),
        _money("late_fee_minor"),
        sa.Column("late_fee_ppm", sa.Integer(), nullable=False),
        sa.Column("late_fee_after_days", sa.Integer(), nullable=False),
        sa.Column("cap_ppm", sa.Integer(), nullable=True),
        sa.Column("rebate", sa.Boolean(), nullable=False),
        _loan("loan_terms"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loan_terms")),
    )
    op.create_index(op.f("ix_loan_terms_loan_id"), "loan_terms", ["loan_id"])


def _create_events() -> None:
    op.create_table(
        "money_event",
        sa.Column("id", sa.Integer(), nullable=False),
        _text("event_id"),
        _text("loan_id"),
        sa.Column(
            "kind",
            _word(
                "moneykind",
                "fee",
                "waiver",
                "quote",
                "settlement",
                "refund",
                "charge_off",
                "pause",
                "void",
            ),
            nullable=False,
        ),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("known_at", UTCDateTime(), nullable=False),
        _money("amount_minor"),
        _text("component"),
        sa.Column("until", sa.Date(), nullable=True),
        _text("of"),
        sa.Column("before", sa.JSON(), nullable=False),
        _text("by"),
        _text("approved_by"),
        _text("reason"),
        _loan("money_event"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_money_event")),
        sa.UniqueConstraint("event_id", name=op.f("uq_money_event_event_id")),
    )
    op.create_index(op.f("ix_money_event_loan_id"), "money_event", ["loan_id"])


def downgrade() -> None:
    for table in ("account_mark", "money_event", "loan_terms"):
        op.drop_table(table)
    for part in ("fee_minor", "interest_minor"):
        op.drop_column("instalment", part)
