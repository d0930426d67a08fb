"""Rights, grievances and replies; further ways to reach a person, and what became of a message.

Revision: 0003
Follows: 0002
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def _word(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, length=32)


_CHANNEL = _word(
    "channel", "call", "ai_call", "rvm", "sms", "email", "push", "social", "visit", "letter"
)
_PARTY = _word(
    "party",
    "borrower",
    "co_borrower",
    "guarantor",
    "debt_related",
    "spouse",
    "executor",
    "attorney",
    "adviser",
    "contact_person",
    "third_person",
)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, AutoString(), nullable=False, server_default="")


def _list(name: str) -> sa.Column[list[str]]:
    return sa.Column(name, sa.JSON(), nullable=False, server_default="[]")


def _party() -> sa.Column[str]:
    return sa.Column("party", _PARTY, nullable=False, server_default="borrower")


def upgrade() -> None:
    op.add_column("borrower", _text("region"))
    op.add_column("borrower", _list("other_zones"))
    op.add_column("loan", sa.Column("particulars", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("contact_point", _party())
    op.add_column("contact_point", _text("person"))
    for column in (_party(), _list("covers"), _text("provider_id"), _text("delivery")):
        op.add_column("contact", column)
    op.add_column("contact", sa.Column("delivered_at", UTCDateTime(), nullable=True))
    op.create_index(op.f("ix_contact_provider_id"), "contact", ["provider_id"])
    op.create_index(op.f("ix_contact_point_address"), "contact_point", ["address"])
    _create_rights()
    _create_grievances()
    _create_replies()


def _create_rights() -> None:
    op.create_table(
        "borrower_right",
        sa.Column("right_id", AutoString(), nullable=False),
        sa.Column("borrower_id", AutoString(), nullable=False),
        sa.Column(
            "kind",
            _word(
                "rightkind",
                "opt_out",
                "cease",
                "representation",
                "inconvenient_hours",
                "agreed_slot",
                "call_back",
                "third_party_refusal",
                "consent",
            ),
            nullable=False,
        ),
        sa.Column("loan_id", AutoString(), nullable=True),
        sa.Column("channel", _CHANNEL, nullable=True),
        sa.Column(
            "purpose",
            _word(
                "purpose",
                "collection",
                "service",
                "locate",
                "relay",
                "reply",
                "confirmation",
                "statutory_notice",
                "remedy_notice",
            ),
            nullable=True,
        ),
        sa.Column("contact_point_id", sa.Integer(), nullable=True),
        sa.Column("weekdays", sa.JSON(), nullable=False),
        sa.Column("earliest", AutoString(), nullable=False),
        sa.Column("latest", AutoString(), nullable=False),
        sa.Column("start", UTCDateTime(), nullable=False),
        sa.Column("until", UTCDateTime(), nullable=True),
        sa.Column("valid_before", sa.Date(), nullable=True),
        sa.Column("by", AutoString(), nullable=False),
        sa.Column("reference", AutoString(), nullable=False),
        sa.Column("withdrawn_at", UTCDateTime(), nullable=True),
        sa.Column("withdrawn_by", AutoString(), nullable=False),
        sa.ForeignKeyConstraint(
            ["borrower_id"],
            ["borrower.borrower_id"],
            name=op.f("fk_borrower_right_borrower_id"),
        ),
        sa.ForeignKeyConstraint(
            ["loan_id"], ["loan.loan_id"], name=op.f("fk_borrower_right_loan_id")
        ),
        sa.ForeignKeyConstraint(
            ["contact_point_id"],
            ["contact_point.id"],
            name=op.f("fk_borrower_right_contact_point_id"),
        ),
        sa.PrimaryKeyConstraint("right_id", name=op.f("pk_borrower_right")),
    )
    op.create_index(op.f("ix_borrower_right_borrower_id"), "borrower_right", ["borrower_id"])


def _create_grievances() -> None:
    op.create_table(
        "grievance",
        sa.Column("grievance_id", AutoString(), nullable=False),
        sa.Column("borrower_id", AutoString(), nullable=False),
        sa.Column("loan_id", AutoString(), nullable=False),
        sa.Column(
            "kind",
            _word("grievancekind", "complaint", "dispute", "record_dispute"),
            nullable=False,
        ),
        sa.Column("about", AutoString(), nullable=False),
        sa.Column("opened_at", UTCDateTime(), nullable=False),
        sa.Column("by", AutoString(), nullable=False),
        sa.Column("rule", AutoString(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("extended_to", sa.Date(), nullable=True),
        sa.Column("verdict", _word("verdict", "upheld", "rejected", "lapsed"), nullable=True),
        sa.Column("evidence", AutoString(), nullable=False),
        sa.Column("answered_at", UTCDateTime(), nullable=True),
        sa.Column("answered_by", AutoString(), nullable=False),
        sa.ForeignKeyConstraint(
            ["borrower_id"], ["borrower.borrower_id"], name=op.f("fk_grievance_borrower_id")
        ),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.loan_id"], name=op.f("fk_grievance_loan_id")),
        sa.PrimaryKeyConstraint("grievance_id", name=op.f("pk_grievance")),
    )
    for column in ("borrower_id", "loan_id", "verdict"):
        op.create_index(op.f(f"ix_grievance_{column}"), "grievance", [column])


def _create_replies() -> None:
    op.create_table(
        "reply",
        sa.Column("reply_id", AutoString(), nullable=False),
        sa.Column("borrower_id", AutoString(), nullable=False),
        sa.Column("loan_id", AutoString(), nullable=True),
        sa.Column("channel", _CHANNEL, nullable=False),
        sa.Column("contact_point_id", sa.Integer(), nullable=True),
        sa.Column("contact_key", AutoString(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("opt_out", sa.Boolean(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["borrower_id"], ["borrower.borrower_id"], name=op.f("fk_reply_borrower_id")
        ),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.loan_id"], name=op.f("fk_reply_loan_id")),
        sa.ForeignKeyConstraint(
            ["contact_point_id"],
            ["contact_point.id"],
            name=op.f("fk_reply_contact_point_id"),
        ),
        sa.PrimaryKeyConstraint("reply_id", name=op.f("pk_reply")),
    )
    op.create_index(op.f("ix_reply_borrower_id_at"), "reply", ["borrower_id", "at"])


def downgrade() -> None:
    for table in ("reply", "grievance", "borrower_right"):
        op.drop_table(table)
    op.drop_index(op.f("ix_contact_point_address"), "contact_point")
    op.drop_index(op.f("ix_contact_provider_id"), "contact")
    for column in ("delivered_at", "delivery", "provider_id", "covers", "party"):
        op.drop_column("contact", column)
    for column in ("person", "party"):
        op.drop_column("contact_point", column)
    op.drop_column("loan", "particulars")
    for column in ("other_zones", "region"):
        op.drop_column("borrower", column)
