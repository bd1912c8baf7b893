"""exercises: runs, their stages, wishes, and the numbers that live pages follow.

Revision 0004, after 0003.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

#: Runs that are not over.
LIVE = "ended_at IS NULL"


def upgrade() -> None:
    """Go to this revision."""
    op.create_table(
        "live_channels",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("audience", sa.String(length=8), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", "audience", name=op.f("pk_live_channels")),
    )
    op.create_table(
        "exercise_runs",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=8), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("at", sa.Integer(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_by", sa.Uuid(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=32), nullable=True),
        sa.Column("asked", sa.String(length=8), nullable=True),
        sa.Column("spec", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_exercise_runs_case_id_cases"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["started_by"], ["staff.id"], name=op.f("fk_exercise_runs_started_by_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exercise_runs")),
    )
    op.create_index("ix_exercise_runs_case", "exercise_runs", ["case_id", "started_at"])
    op.create_index(
        "ix_exercise_runs_live",
        "exercise_runs",
        ["case_id"],
        sqlite_where=sa.text(LIVE),
        postgresql_where=sa.text(LIVE),
    )
    op.create_table(
        "exercise_stages",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("mode", sa.String(length=32), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("form_id", sa.Uuid(), nullable=True),
        sa.Column("speaker", sa.String(length=32), nullable=True),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("phase", sa.String(length=32), nullable=True),
        sa.Column("not_yet", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("spoke_a", sa.Integer(), nullable=False),
        sa.Column("spoke_b", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_exercise_stages_case_id_cases"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["exercise_runs.id"], name=op.f("fk_exercise_stages_run_id_exercise_runs"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exercise_stages")),
        sa.UniqueConstraint("run_id", "position", name=op.f("uq_exercise_stages_run_id_position")),
    )
    op.create_index("ix_exercise_stages_form", "exercise_stages", ["form_id"])
    op.create_table(
        "exercise_wishes",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("wish", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_exercise_wishes_case_id_cases"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participants.id"],
            name=op.f("fk_exercise_wishes_participant_id_participants"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["exercise_runs.id"], name=op.f("fk_exercise_wishes_run_id_exercise_runs"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exercise_wishes")),
    )
    op.create_index("ix_exercise_wishes_case", "exercise_wishes", ["case_id", "at"])
    # Without batch: nothing refers to the new column, and a table made anew would be a risk for nothing.
    op.add_column("forms", sa.Column("run_id", sa.Uuid(), nullable=True))


def downgrade() -> None:
    """Go back to the one before."""
    with op.batch_alter_table("forms") as batch_op:
        batch_op.drop_column("run_id")
    for table in ("exercise_wishes", "exercise_stages", "exercise_runs", "live_channels"):
        op.drop_table(table)
