"""The legal file of a loan: what is on it, what courts said, and the papers we drew up.

Revision: 0006
Follows: 0005
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_PAPER = sa.Enum(
    "demand_letter",
    "lawyers_letter",
    "payment_order_application",
    "statement_of_claim",
    "preservation_application",
    "enforcement_application",
    "mediation_request",
    "decline_suit",
    "calculation_sheet",
    name="paper",
    native_enum=False,
    length=32,
)
_KIND = sa.Enum("evidence", "court", name="legalkind", native_enum=False, length=32)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, AutoString(), nullable=False)


def upgrade() -> None:
    op.create_table(
        "legal_event",
        _text("event_id"),
        _text("loan_id"),
        sa.Column("kind", _KIND, nullable=False),
        _text("what"),
        _text("remedy"),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("until_date", sa.Date(), nullable=True),
        _text("reference"),
        sa.Column("text", sa.Text(), nullable=False),
        _text("by"),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.loan_id"], name=op.f("fk_legal_event_loan_id")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_legal_event")),
    )
    op.create_index(op.f("ix_legal_event_loan_id"), "legal_event", ["loan_id"])
    op.create_table(
        "legal_document",
        _text("key"),
        _text("number"),
        _text("loan_id"),
        _text("borrower_id"),
        sa.Column("episode", sa.Date(), nullable=False),
        _text("remedy"),
        sa.Column("paper", _PAPER, nullable=False),
        _text("locale"),
        sa.Column("dated", sa.Date(), nullable=False),
        sa.Column("currency", AutoString(length=3), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("ledger_version", sa.Integer(), nullable=False),
        sa.Column("draft", sa.JSON(), nullable=False),
        sa.Column("drawn_at", UTCDateTime(), nullable=False),
        sa.Column("confirmed_wall", UTCDateTime(), nullable=True),
        _text("sha256"),
        sa.Column("pdf", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["borrower_id"], ["borrower.borrower_id"], name=op.f("fk_legal_document_borrower_id")
        ),
        sa.ForeignKeyConstraint(
            ["loan_id"], ["loan.loan_id"], name=op.f("fk_legal_document_loan_id")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_legal_document")),
        sa.UniqueConstraint("number", name=op.f("uq_legal_document_number")),
    )
    op.create_index(op.f("ix_legal_document_loan_id"), "legal_document", ["loan_id"])


def downgrade() -> None:
    op.drop_table("legal_document")
    op.drop_table("legal_event")
