"""What a placement was agreed on, commissions, and what credit bureaus are told.

Revision: 0007
Follows: 0006
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def _word(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, length=32)


_BUREAU = _word("bureau", "metro2", "zhengxin")


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, AutoString(), nullable=False)


def _money(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=False)


def _at(name: str, *, nullable: bool = True) -> sa.Column:
    return sa.Column(name, UTCDateTime(), nullable=nullable)


def _of(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.{_KEYS[other]}"], name=op.f(f"fk_{table}_{column}")
    )


_KEYS = {
    "placement": "key",
    "loan": "loan_id",
    "borrower": "borrower_id",
    "bureau_batch": "batch_id",
}


def upgrade() -> None:
    yes_no = sa.Column("by_lot", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("placement", yes_no)
    days = sa.Column("days_past_due", sa.Integer(), nullable=False, server_default="0")
    op.add_column("placement", days)
    terms = sa.Column("terms", sa.JSON(), nullable=False, server_default="{}")
    op.add_column("placement", terms)
    op.add_column("placement", _at("acknowledged_at"))
    op.add_column("placement", _at("data_gone_at"))
    _create_commissions()
    _create_consents()
    _create_batches()
    _create_reports()


def _create_commissions() -> None:
    op.create_table(
        "commission",
        _text("key"),
        _text("placement_key"),
        _text("agency"),
        _text("loan_id"),
        _text("payment_id"),
        sa.Column("currency", AutoString(length=3), nullable=False),
        _money("recovered_minor"),
        sa.Column("basis_points", sa.Integer(), nullable=False),
        _money("payable_minor"),
        _money("withheld_minor"),
        _at("at", nullable=False),
        _at("released_at"),
        _text("released_by"),
        _of("commission", "placement_key", "placement"),
        _of("commission", "loan_id", "loan"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_commission")),
    )
    for column in ("placement_key", "agency", "loan_id"):
        op.create_index(op.f(f"ix_commission_{column}"), "commission", [column])


def _create_consents() -> None:
    op.create_table(
        "bureau_consent",
        _text("borrower_id"),
        sa.Column("given_on", sa.Date(), nullable=False),
        _text("reference"),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        _of("bureau_consent", "borrower_id", "borrower"),
        sa.PrimaryKeyConstraint("borrower_id", name=op.f("pk_bureau_consent")),
    )


def _create_batches() -> None:
    op.create_table(
        "bureau_batch",
        _text("batch_id"),
        sa.Column("bureau", _BUREAU, nullable=False),
        _at("made_at", nullable=False),
        sa.Column("reports", sa.Integer(), nullable=False),
        _text("digest"),
        _at("answered_at"),
        sa.PrimaryKeyConstraint("batch_id", name=op.f("pk_bureau_batch")),
    )


def _create_reports() -> None:
    op.create_table(
        "bureau_report",
        _text("key"),
        _text("loan_id"),
        _text("borrower_id"),
        sa.Column("episode", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("bureau", _BUREAU, nullable=False),
        sa.Column(
            "kind",
            _word("reportkind", "adverse", "cured", "disputed", "dispute_over", "delete"),
            nullable=False,
        ),
        sa.Column(
            "status",
            _word("reportstatus", "ordered", "held", "withdrawn", "batched", "accepted", "refused"),
            nullable=False,
        ),
        _text("rule"),
        _text("by"),
        _text("notice"),
        sa.Column("notice_days", sa.Integer(), nullable=False),
        _at("ordered_at", nullable=False),
        sa.Column("first_delinquent", sa.Date(), nullable=False),
        sa.Column("cured_on", sa.Date(), nullable=True),
        sa.Column("delete_on", sa.Date(), nullable=True),
        sa.Column("batch_id", AutoString(), nullable=True),
        _at("answered_at"),
        _text("code"),
        _of("bureau_report", "loan_id", "loan"),
        _of("bureau_report", "borrower_id", "borrower"),
        _of("bureau_report", "batch_id", "bureau_batch"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_bureau_report")),
    )
    for column in ("loan_id", "borrower_id", "status", "batch_id"):
        op.create_index(op.f(f"ix_bureau_report_{column}"), "bureau_report", [column])


def downgrade() -> None:
    for table in ("bureau_report", "bureau_batch", "bureau_consent", "commission"):
        op.drop_table(table)
    for column in ("data_gone_at", "acknowledged_at", "terms", "days_past_due", "by_lot"):
        op.drop_column("placement", column)
