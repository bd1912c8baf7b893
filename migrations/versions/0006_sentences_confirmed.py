"""sessions and reports: which sentences say who said what, and which of them whoever said them has confirmed.

Revision 0006, after 0005. Papers made before have nothing in it: nobody looked, so they are made again before release.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go to this revision."""
    # Without batch: nothing refers to the new columns, and a table made anew would be a risk for nothing.
    op.add_column("mediation_sessions", sa.Column("confirmed", sa.LargeBinary(), nullable=True))
    op.add_column("reports", sa.Column("attributed", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    """Go back to the one before."""
    with op.batch_alter_table("reports") as batch_op:
        batch_op.drop_column("attributed")
    with op.batch_alter_table("mediation_sessions") as batch_op:
        batch_op.drop_column("confirmed")
