"""What providers say of messages before our own confirmation has their number.

Revision: 0010
Follows: 0009
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def _word(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, length=32)


def upgrade() -> None:
    op.create_table(
        "early_report",
        sa.Column("channel", AutoString(), nullable=False),
        sa.Column("provider_id", AutoString(), nullable=False),
        sa.Column(
            "status",
            _word("deliverystatus", "delivered", "undelivered", "unknown"),
            nullable=False,
        ),
        sa.Column("code", AutoString(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("dead", sa.Boolean(), nullable=False),
        sa.Column("opt_out", sa.Boolean(), nullable=False),
        sa.Column("known_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "provider_id", name=op.f("pk_early_report")),
    )


def downgrade() -> None:
    op.drop_table("early_report")
