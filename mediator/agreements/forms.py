"""The form for one agreement, commitment or boundary: who, what, how we will see it, until when, when to look back."""

from __future__ import annotations

import uuid
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import Optional

from mediator.agreements import actions
from mediator.agreements.actions import Said
from mediator.agreements.models import Agreement
from mediator.agreements.terms import Kind, Who
from mediator.cases.models import Case


class Day(DateField):
    """A day or nothing. What can't be read stays in the field."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Say in our words that a day does not exist."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("Write a day that exists, such as 2026-03-12")) from None


class SaidForm(FlaskForm):
    """What was said. Only a commitment asks who; `of` is what is corrected, where something is."""

    id = HiddenField()
    version = HiddenField()
    who = RadioField(_l("Who promises"), [Optional()])
    what = TextAreaField(render_kw={"rows": 3})
    seen = StringField(
        _l("How both will see it"),
        description=_l("Something both can notice, without proof or counting. Leave it empty if there is nothing."),
        render_kw={"autocomplete": "off"},
    )
    until = Day(_l("Until"), [Optional()], description=_l("Leave it empty if it has no end."))
    review_on = Day(_l("Look back on"), [Optional()])
    kind: Kind
    case: Case
    of: Agreement | None = None

    def said(self) -> Said:
        """What was typed, exactly as typed. Raises ValueError where nobody was chosen."""
        who = Who(self.who.data or "") if self.kind is Kind.COMMITMENT else Who.BOTH
        return Said(self.kind, who, self.what.data or "", self.until.data, self.review_on.data, self.seen.data or None)

    def validate(self, extra_validators: Any = None) -> bool:
        """The rules of `actions.problems`, each at its field; those without a field at the top."""
        fits: bool = super().validate(extra_validators)
        if not fits:
            return False
        try:
            problems = actions.problems(self.case, self.said(), self.of)
        except ValueError:
            problems = {"who": actions.ONE_PERSON}
        for name, text in problems.items():
            if name == "who" and self.kind is not Kind.COMMITMENT:
                self.form_errors.append(_(text))
            else:
                self[name].errors = [*self[name].errors, _(text)]
        return not problems


WHAT = {
    Kind.AGREEMENT: _l("What both agree on"),
    Kind.COMMITMENT: _l("What, in one small step"),
    Kind.BOUNDARY: _l("What holds from now on?"),
}
HINTS = {
    Kind.AGREEMENT: _l("One sentence that both would sign. Say what will be done, not what will be felt."),
    Kind.COMMITMENT: _l("In this person’s own hands, without proof, passwords or places."),
    Kind.BOUNDARY: _l("A rule for both. Nobody’s name stands next to it."),
}


def said_form(case: Case, kind: Kind, of: Agreement | None = None, *, new: bool = True) -> SaidForm:
    """The form for something new (with what it replaces as a start), or for correcting what was said."""
    told: dict[str, Any] = {}
    if of is not None:
        told = {"who": of.who.value, "what": of.what, "seen": of.seen, "until": of.until, "review_on": of.review_on}
        if not new:
            told["version"] = actions.version([of])
    form = SaidForm(**told)
    form.kind, form.case, form.of = kind, case, None if new else of
    form.what.label.text, form.what.description = str(WHAT[kind]), str(HINTS[kind])
    form.who.choices = [(person.letter.value, person.name) for person in case.participants]
    if new and not form.id.data:
        form.id.data = str(uuid.uuid4())
    return form


class ReleaseForm(FlaskForm):
    """Exactly what the preview showed: which rows, and a mark of their words."""

    ids = HiddenField()
    version = HiddenField()

    def rows(self) -> list[uuid.UUID]:
        """The ids of what is released. Raises ValueError where they are none."""
        return [uuid.UUID(one) for one in (self.ids.data or "").split()]
