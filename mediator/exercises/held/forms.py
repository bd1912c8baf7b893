"""What a receiver would like, as a form: on their own phone, or as the mediator writes down what they said."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from mediator.exercises.held.rows import Wishes
from mediator.exercises.models import HeldWords
from mediator.exercises.terms import How, Moment, Wanted

#: Most letters of who else is there, and of what a mediator writes to an author.
BESIDE, NOTE = 200, 2000

#: For the mediator, with the names of the two in them.
WANTED = {
    Wanted.YES: _l("Yes"),
    Wanted.GIST: _l("The gist first, from you"),
    Wanted.NOT_NOW: _l("Not now"),
    Wanted.NO: _l("No"),
}
HOW = {
    How.ALOUD: _l("%(author)s reads it aloud in a session"),
    How.PAPER: _l("%(receiver)s reads it alone"),
    How.MEDIATOR: _l("You read it to %(receiver)s, %(author)s not there"),
}
MOMENT = {
    Moment.NEXT_SESSION: _l("In the next session"),
    Moment.MY_WORD: _l("Not before %(receiver)s says so"),
    Moment.WITH_MEDIATOR: _l("In a meeting with you alone"),
}


def stored(row: HeldWords) -> dict[str, str]:
    """The fields that say again what was said. Before an answer only what asks for the least stands there."""
    if row.answered_at is None:
        return {"moment": Moment.MY_WORD.value, "know": "no"}
    return {
        "want": row.wanted.value if row.wanted else "",
        "how": row.how.value if row.how else "",
        "moment": row.moment.value if row.moment else Moment.MY_WORD.value,
        "beside": row.beside or "",
        "know": "yes" if row.may_know else "no",
    }


def read(given: Mapping[str, str]) -> tuple[Wishes | None, dict[str, str]]:
    """What was sent, or what is wrong with it by field. Only a yes asks how; silence about the author is a no."""
    errors: dict[str, str] = {}
    wanted = next((one for one in Wanted if one.value == given.get("want")), None)
    how = next((one for one in How if one.value == given.get("how")), None)
    moment = next((one for one in Moment if one.value == given.get("moment")), Moment.MY_WORD)
    beside = given.get("beside", "").strip()
    if wanted is None:
        errors["want"] = _("Choose an answer. Each of the four is a full one.")
    if wanted is Wanted.YES and how is None:
        errors["how"] = _("Choose how.")
    if len(beside) > BESIDE:
        errors["beside"] = _("Please make this shorter, up to %(count)s letters.", count=BESIDE)
    if errors or wanted is None:
        return None, errors
    return Wishes(wanted, how, moment, beside, given.get("know") == "yes"), {}
