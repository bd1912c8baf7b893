"""exercises: texts of both and drafts of them, words held for the other, words of one's own, runs for one person alone.

Revision 0005, after 0004.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def _case(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["case_id"], ["cases.id"], name=op.f(f"fk_{table}_case_id_cases"), ondelete="CASCADE"
    )


def _run(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["run_id"], ["exercise_runs.id"], name=op.f(f"fk_{table}_run_id_exercise_runs"), ondelete="CASCADE"
    )


def _person(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], ["participants.id"], name=op.f(f"fk_{table}_{column}_participants"), ondelete="CASCADE"
    )


def upgrade() -> None:
    """Go to this revision."""
    op.create_table(
        "exercise_texts",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("agreed_a", sa.Integer(), nullable=True),
        sa.Column("agreed_b", sa.Integer(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        _case("exercise_texts"),
        _run("exercise_texts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exercise_texts")),
        sa.UniqueConstraint("run_id", "position", name=op.f("uq_exercise_texts_run_id_position")),
    )
    op.create_table(
        "exercise_drafts",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=True),
        sa.Column("staff_id", sa.Uuid(), nullable=True),
        sa.Column("on_screen", sa.Boolean(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        _case("exercise_drafts"),
        _run("exercise_drafts"),
        _person("exercise_drafts", "participant_id"),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_exercise_drafts_staff_id_staff"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exercise_drafts")),
        sa.UniqueConstraint(
            "run_id", "position", "participant_id", name=op.f("uq_exercise_drafts_run_id_position_participant_id")
        ),
        sa.UniqueConstraint(
            "run_id", "position", "staff_id", "on_screen",
            name=op.f("uq_exercise_drafts_run_id_position_staff_id_on_screen"),
        ),
    )  # fmt: skip
    op.create_table(
        "exercise_held",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("receiver_id", sa.Uuid(), nullable=False),
        sa.Column("way", sa.String(length=32), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("wanted", sa.String(length=32), nullable=True),
        sa.Column("how", sa.String(length=32), nullable=True),
        sa.Column("moment", sa.String(length=32), nullable=True),
        sa.Column("may_know", sa.Boolean(), nullable=True),
        sa.Column("kept", sa.JSON(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("put_away_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("beside", sa.LargeBinary(), nullable=True),
        sa.Column("copy", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        _case("exercise_held"),
        _run("exercise_held"),
        _person("exercise_held", "author_id"),
        _person("exercise_held", "receiver_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exercise_held")),
        sa.UniqueConstraint("run_id", name=op.f("uq_exercise_held_run_id")),
    )
    op.create_index("ix_exercise_held_receiver", "exercise_held", ["receiver_id"])
    op.create_table(
        "exercise_own",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed_until", sa.Date(), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        _case("exercise_own"),
        _run("exercise_own"),
        _person("exercise_own", "participant_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exercise_own")),
        sa.UniqueConstraint("run_id", "participant_id", name=op.f("uq_exercise_own_run_id_participant_id")),
    )
    # Without batch: nothing refers to the new column, and a table made anew would be a risk for nothing.
    op.add_column("exercise_runs", sa.Column("only", sa.String(length=32), nullable=True))


def downgrade() -> None:
    """Go back to the one before."""
    with op.batch_alter_table("exercise_runs") as batch_op:
        batch_op.drop_column("only")
    for table in ("exercise_own", "exercise_held", "exercise_drafts", "exercise_texts"):
        op.drop_table(table)
