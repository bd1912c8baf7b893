"""Forms that stay to be answered on a break, and so under a hold, which reads exactly like one.

Which they are is told by what makes such forms (an exercise that each does alone, at home) and stands to the right of
here; the application brings the two together. Without it there are none.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable

from flask import Flask, current_app

from mediator.cases.models import Case
from mediator.questionnaires.models import Assignment

#: Whether the forms of a run stay open while the case stands like this.
Rule = Callable[[Case, uuid.UUID], bool]
_KEY = "mediator.on_a_break"


def init_app(app: Flask, rule: Rule) -> None:
    """Take the rule that says which forms of runs stay."""
    app.extensions[_KEY] = rule


def stays(case: Case, assignment: Assignment) -> bool:
    """Whether this form stays to be answered on a break. The same for both: it looks at nothing anybody wrote."""
    run_id = assignment.form.run_id
    rule: Rule | None = current_app.extensions.get(_KEY)
    return run_id is not None and rule is not None and rule(case, run_id)
