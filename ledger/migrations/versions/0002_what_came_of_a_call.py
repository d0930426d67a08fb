"""The contact log learns what came of a call, who began it, and who made it.

Revision: 0002
Follows: 0001
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_OUTCOME = sa.Enum(
    "connected",
    "conversation",
    "no_answer",
    "voicemail",
    "not_connected",
    "wrong_number",
    "sent",
    "delivered",
    "undelivered",
    name="contactoutcome",
    native_enum=False,
    length=32,
)


def upgrade() -> None:
    op.add_column("contact", sa.Column("outcome", _OUTCOME, nullable=True))
    op.add_column(
        "contact", sa.Column("inbound", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column(
        "contact",
        sa.Column("contacted_by", AutoString(), nullable=False, server_default="lender"),
    )


def downgrade() -> None:
    op.drop_column("contact", "contacted_by")
    op.drop_column("contact", "inbound")
    op.drop_column("contact", "outcome")
