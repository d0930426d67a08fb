"""The days on which the interest of a plan rests.

Revision: 0011
Follows: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("plan", sa.Column("rested", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column("plan", "rested")
