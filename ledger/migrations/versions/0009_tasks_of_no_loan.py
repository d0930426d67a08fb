"""What people are asked about no loan: a file that nobody can open.

Revision: 0009
Follows: 0008
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("task") as task:
        task.alter_column("loan_id", existing_type=AutoString(), nullable=True)


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM task WHERE loan_id IS NULL"))
    with op.batch_alter_table("task") as task:
        task.alter_column("loan_id", existing_type=AutoString(), nullable=False)
