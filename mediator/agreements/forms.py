"""The form for one agreement, commitment or boundary: who, what, how it is seen, what else, from when until when."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import Optional

from mediator.agreements import actions, asking
from mediator.agreements.actions import Said
from mediator.agreements.models import Agreement
from mediator.agreements.terms import Kind, Who
from mediator.cases.models import Case
from mediator.core.choices import choices
from mediator.core.visibility import Letter


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
        description=_l("Something both can notice, without proof or counting. Leave it empty if there is nothing."),
        render_kw={"autocomplete": "off"},
    )
    otherwise = StringField(render_kw={"autocomplete": "off"})
    from_on = Day(_l("From"), [Optional()])
    until = Day(_l("Until"), [Optional()], description=_l("Leave it empty if it has no end."))
    review_on = Day(asking.AGAIN, [Optional()], description=asking.EACH_SESSION)
    spoken_a = BooleanField()
    spoken_b = BooleanField()
    kind: Kind
    case: Case
    asked: frozenset[str] = frozenset()
    of: Agreement | None = None

    def said(self) -> Said:
        """What was typed, exactly as typed. Raises ValueError where nobody was chosen."""
        who = Who(self.who.data or "") if self.kind is Kind.COMMITMENT else Who.BOTH
        boxes = {Letter.A: self.spoken_a, Letter.B: self.spoken_b}
        return Said(
            kind=self.kind,
            who=who,
            what=self.what.data or "",
            until=self.until.data,
            review_on=self.review_on.data,
            seen=self._text("seen"),
            from_on=self.from_on.data,
            otherwise=self._text("otherwise"),
            spoken=frozenset(letter for letter, box in boxes.items() if "spoken" in self.asked and box.data),
        )

    def _text(self, name: str) -> str | None:
        """Words of a field this kind has; nothing for one that the page did not show."""
        return self[name].data or None if name in self.asked else None

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


def said_form(
    case: Case,
    kind: Kind,
    of: Agreement | None = None,
    *,
    new: bool = True,
    start: Mapping[str, Any] | None = None,
) -> SaidForm:
    """The form for something new (with what it replaces as a start, or `start` by field), or for correcting."""
    told: dict[str, Any] = {"from_on": actions.today(case), **(start or {})}
    if of is not None:
        told = {
            "who": of.who.value, "what": of.what, "seen": of.seen, "otherwise": of.otherwise, "from_on": of.from_on,
            "until": of.until, "review_on": of.review_on, "spoken_a": of.spoken_a, "spoken_b": of.spoken_b,
        }  # fmt: skip
        if new:  # other words: they begin today, and nobody has said yes to them yet
            told |= {"from_on": actions.today(case), "spoken_a": False, "spoken_b": False}
        else:
            told["version"] = actions.version([of])
    form = SaidForm(**told)
    form.kind, form.case, form.of, form.asked = kind, case, None if new else of, asking.asked(kind, of)
    form.what.label.text, form.what.description = str(asking.WHAT[kind]), str(asking.HINTS[kind])
    form.seen.label.text, form.otherwise.label.text = str(asking.SEEN[kind]), str(asking.OTHERWISE[kind])
    for person, box in zip(case.participants, (form.spoken_a, form.spoken_b), strict=False):
        box.label.text = person.name
    form.who.choices = choices((person.letter.value, person.name) for person in case.participants)
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
