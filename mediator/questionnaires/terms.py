"""The words of a form: the states of an assignment and of an answer, and the three lights of a grid. Pure."""

from __future__ import annotations

import enum


class AssignmentState(enum.StrEnum):
    """Where one form for one participant stands. Only the mediator sees it."""

    DRAFT = "draft"
    SENT = "sent"
    STARTED = "started"
    SUBMITTED = "submitted"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


#: Which state may follow which. A submitted form is never withdrawn: its answers were given. A form that
#: lapsed may be reopened. `sent` may be submitted without `started` (typed in from paper).
TRANSITIONS: dict[AssignmentState, frozenset[AssignmentState]] = {
    AssignmentState.DRAFT: frozenset({AssignmentState.SENT, AssignmentState.WITHDRAWN}),
    AssignmentState.SENT: frozenset(
        {
            AssignmentState.STARTED,
            AssignmentState.SUBMITTED,
            AssignmentState.WITHDRAWN,
            AssignmentState.LAPSED,
        }
    ),
    AssignmentState.STARTED: frozenset({AssignmentState.SUBMITTED, AssignmentState.WITHDRAWN, AssignmentState.LAPSED}),
    AssignmentState.SUBMITTED: frozenset({AssignmentState.REOPENED}),
    AssignmentState.REOPENED: frozenset({AssignmentState.SUBMITTED, AssignmentState.LAPSED}),
    AssignmentState.WITHDRAWN: frozenset(),
    AssignmentState.LAPSED: frozenset({AssignmentState.REOPENED}),
}

#: The states in which its participant sees the form as "to do". Nobody sees that of the other.
TO_DO: frozenset[AssignmentState] = frozenset({AssignmentState.SENT, AssignmentState.STARTED, AssignmentState.REOPENED})


class AnswerState(enum.StrEnum):
    """Whether there is an answer. The three that are none never count as low (docs/practice.md, "Apart")."""

    EMPTY = "empty"  # not answered yet
    ANSWERED = "answered"
    SKIPPED = "skipped"  # seen, passed over
    NOT_SAID = "not_said"  # "prefer not to say", an answer of its own


class Light(enum.StrEnum):
    """The keys of a grid on `Scale.LIGHTS`, from the loosest to the strictest. "If" is not yes."""

    YES = "yes"
    IF = "if"
    NO = "no"

    @property
    def strictness(self) -> int:
        """0 for yes, 1 for if, 2 for no."""
        return list(Light).index(self)
