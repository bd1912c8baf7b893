"""What is read before the first private answer: who sees what, and how what is said alone is kept. The same for both.

It stands on the page of the first visit, on one to be read again, and on the first sheet of whoever answers on paper.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from mediator.cases.models import Participant
from mediator.cases.queries import team
from mediator.guide import sentences
from mediator.guide.content import fill


@dataclass(frozen=True)
class Row:
    """One row of "Who sees what", with the names filled in."""

    what: str
    you: str
    mediator: str
    other: str


def notice(person: Participant) -> dict[str, object]:
    """The words both read alike, with each other's name in them."""
    lead = next((staff.name for staff, leads in team(person.case_id) if leads), _("your mediator"))
    second = person.case.participant(person.letter.other)
    names = {"other": second.called if second is not None else _("the other person"), "mediator": lead}
    first = second.called if second is not None else _("The other person")  # where a sentence begins
    policy = sentences.policy_words(person.case.policy)
    short = {**names, "mediator": _("your mediator")}  # a full name has no room in a narrow column
    return {
        "names": {**names, "other_first": first},
        "policy_key": person.case.policy.value,
        "policy": fill(policy.participant, **names),
        "rows": [
            Row(*(fill(_(cell), **short) for cell in (row.what, row.you, row.mediator, row.other)))
            for row in sentences.who_sees()
        ],
    }
