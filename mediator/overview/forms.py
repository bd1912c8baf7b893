"""The form on which the mediator records what was done on paper or face to face."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, RadioField
from wtforms.validators import Optional, ValidationError

from mediator.cases import labels, state_actions
from mediator.cases.models import Case
from mediator.cases.state_actions import Dates, Record
from mediator.cases.terms import Policy, Suitability
from mediator.core.choices import choices
from mediator.core.visibility import Letter
from mediator.guide.sentences import policy_words

SUITABILITY_HINTS = {
    Suitability.USUAL.value: _l("No fear, no control, both speak freely"),
    Suitability.SAFEGUARDS.value: _l("Past or limited events, some imbalance; both want it, each said so alone"),
    Suitability.NOT_SUITABLE.value: _l("You get a neutral way to end it, safe for both"),
}


def policy_choices() -> list[tuple[str, str]]:
    """The three confidentiality policies by their names."""
    return [(policy.value, policy_words(policy).name) for policy in Policy]


def policy_hints() -> dict[str, str]:
    """What each policy says, for the mediator who chooses."""
    return {policy.value: policy_words(policy).says for policy in Policy}


def suitability_choices() -> list[tuple[str, str]]:
    """What the mediator may record after seeing people alone."""
    return [(suitability.value, _(labels.SUITABILITIES[suitability])) for suitability in Suitability]


class Day(DateField):
    """A day that has come. What can't be read stays in the field."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Say in our words that a day does not exist."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("Write a day that exists, such as 2026-03-12")) from None


def come(form: RecordForm, field: DateField) -> None:
    """What has not happened can't be recorded."""
    if field.data is not None and form.today is not None and field.data > form.today:
        raise ValidationError(_("This day has not come yet"))


def _day(label: object) -> Day:
    return Day(label, [Optional(), come])  # type: ignore[arg-type]  # a lazy text, which WTForms renders late


class RecordForm(FlaskForm):
    """Per person three days, for the case suitability and policy. Both people have the same fields."""

    seen = HiddenField()
    a_seen_alone_on = _day(_l("Seen alone on"))
    a_signed_on = _day(_l("Agreement to mediate signed on paper on"))
    a_declined_on = _day(_l("Said no to taking part on"))
    b_seen_alone_on = _day(_l("Seen alone on"))
    b_signed_on = _day(_l("Agreement to mediate signed on paper on"))
    b_declined_on = _day(_l("Said no to taking part on"))
    suitability = RadioField(_l("Suitability"), [Optional()], choices=lambda: choices(suitability_choices()))
    policy = RadioField(_l("Confidentiality policy"), [Optional()], choices=lambda: choices(policy_choices()))
    today: date | None = None

    def days(self, letter: Letter) -> list[DateField]:
        """The three days of one person."""
        return [self[f"{letter.value.lower()}_{name}"] for name in ("seen_alone_on", "signed_on", "declined_on")]

    def record(self, case: Case) -> Record:
        """What was typed, for the people who are there. What the page did not ask stays as it is."""
        return Record(
            {person.letter: Dates(*(field.data for field in self.days(person.letter))) for person in case.participants},
            Policy(self.policy.data) if self.policy.data else case.policy,
            Suitability(self.suitability.data) if self.suitability.data else case.suitability,
        )


def record_form(case: Case) -> RecordForm:
    """The form with what is recorded now."""
    now = state_actions.record(case)
    told: dict[str, Any] = {
        f"{letter.value.lower()}_{name}": getattr(dates, name)
        for letter, dates in now.dates.items()
        for name in ("seen_alone_on", "signed_on", "declined_on")
    }
    form = RecordForm(
        seen=state_actions.record_version(case),
        policy=now.policy.value,
        suitability=now.suitability.value if now.suitability else None,
        **told,
    )
    form.today = state_actions.today(case)
    return form
