"""safe contact, next session, reminders and what agreements say.

Revision 0003, after 0002.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


#: The rows that wait: the few that these indexes hold.
UNREAD = "read_first_at IS NOT NULL AND read_at IS NULL"
UNSIGNED = "signed_on IS NULL AND declined_on IS NULL"
#: The rows of the list of cases, in its order.
PLANNED = "next_session_at IS NOT NULL"
LIVING = "state NOT IN ('closed', 'retention', 'erased', 'ended')"
OVER = "state NOT IN ('enquiry', 'intake', 'assessed', 'agreed', 'active', 'paused', 'closing', 'erased')"


def only(where: str) -> dict[str, Any]:
    """What makes an index partial, on both databases."""
    return {"sqlite_where": sa.text(where), "postgresql_where": sa.text(where)}


def upgrade() -> None:
    """Go to this revision."""
    op.create_table(
        "safe_contacts",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_first_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answers", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["cases.id"], name=op.f("fk_safe_contacts_case_id_cases"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"],
            ["participants.id"],
            name=op.f("fk_safe_contacts_participant_id_participants"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_safe_contacts")),
        sa.UniqueConstraint("participant_id", name=op.f("uq_safe_contacts_participant_id")),
    )
    with op.batch_alter_table("safe_contacts") as batch_op:
        batch_op.create_index("ix_safe_contacts_case", ["case_id"], unique=False)
    op.create_index("ix_safe_contacts_read_first", "safe_contacts", ["read_first_at"], **only(UNREAD))

    with op.batch_alter_table("agreements") as batch_op:
        batch_op.add_column(sa.Column("from_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("spoken_a", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("spoken_b", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("otherwise", sa.LargeBinary(), nullable=True))
        batch_op.create_index("ix_agreements_said", ["standing", "said_at"], unique=False)
        batch_op.create_index("ix_agreements_review", ["standing", "review_on"], unique=False)

    with op.batch_alter_table("assignments") as batch_op:
        batch_op.add_column(sa.Column("remind_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index("ix_assignments_remind", ["remind_at"], unique=False)
        batch_op.create_index("ix_assignments_sent", ["state", "sent_at"], unique=False)
        batch_op.create_index("ix_assignments_handed_in", ["state", "submitted_at"], unique=False)
    op.create_index("ix_assignments_read_first", "assignments", ["read_first_at"], **only(UNREAD))

    with op.batch_alter_table("cases") as batch_op:
        batch_op.add_column(sa.Column("next_session_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("next_joint_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_cases_next", "cases", ["next_session_at"], **only(PLANNED))
    op.create_index("ix_cases_living", "cases", ["opened_on"], **only(LIVING))
    op.create_index("ix_cases_over", "cases", ["opened_on"], **only(OVER))
    # Cases that are there: their next session, as sessions.planning keeps it from now on.
    op.execute(
        "UPDATE cases SET next_session_at = (SELECT MIN(m.planned_at) FROM mediation_sessions m"
        " WHERE m.case_id = cases.id AND m.state IN ('planned', 'running', 'paused'))"
    )
    op.execute(
        "UPDATE cases SET next_joint_at = (SELECT MIN(m.planned_at) FROM mediation_sessions m"
        " WHERE m.case_id = cases.id AND m.state IN ('planned', 'running', 'paused') AND m.attendees = 'both')"
    )

    with op.batch_alter_table("participants") as batch_op:
        batch_op.add_column(sa.Column("by_mail", sa.Boolean(), server_default=sa.true(), nullable=False))
        batch_op.add_column(sa.Column("reminders", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.create_index("ix_participants_unsigned", "participants", ["created_at"], **only(UNSIGNED))


def downgrade() -> None:
    """Go back to the one before."""
    op.drop_index("ix_participants_unsigned", "participants")
    op.drop_index("ix_assignments_read_first", "assignments")
    with op.batch_alter_table("participants") as batch_op:
        batch_op.drop_column("reminders")
        batch_op.drop_column("by_mail")

    for name in ("ix_cases_next", "ix_cases_living", "ix_cases_over"):
        op.drop_index(name, "cases")
    with op.batch_alter_table("cases") as batch_op:
        batch_op.drop_column("next_joint_at")
        batch_op.drop_column("next_session_at")

    with op.batch_alter_table("assignments") as batch_op:
        batch_op.drop_index("ix_assignments_handed_in")
        batch_op.drop_index("ix_assignments_sent")
        batch_op.drop_index("ix_assignments_remind")
        batch_op.drop_column("reminded_at")
        batch_op.drop_column("remind_at")

    with op.batch_alter_table("agreements") as batch_op:
        batch_op.drop_index("ix_agreements_review")
        batch_op.drop_index("ix_agreements_said")
        batch_op.drop_column("otherwise")
        batch_op.drop_column("spoken_b")
        batch_op.drop_column("spoken_a")
        batch_op.drop_column("from_on")

    op.drop_table("safe_contacts")
