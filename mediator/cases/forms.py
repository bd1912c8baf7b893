"""Forms of a case: what may be typed about two people and their case, and what is said where it may not."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    EmailField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from mediator.cases import actions, labels
from mediator.cases.models import Case, Participant
from mediator.cases.terms import Policy, Relation, Route
from mediator.core.choices import choices
from mediator.core.typed import address, one_line, printable
from mediator.guide.sentences import policy_words
from mediator.practice.models import Staff
from mediator.practice.zone_field import ZoneField

NAME_LENGTH = 120
EMAIL_LENGTH = 254

NAME_HINT = _l("As this person wishes to be called. The other one reads it too.")
PRONOUNS_HINT = _l("If this person gave you any.")
EMAIL_HINT = _l("Leave it empty if you don’t know yet whether it is safe.")


def _text(label: object, hint: object, *checks: Any) -> StringField:
    return StringField(
        label,  # type: ignore[arg-type]  # a lazy text, which WTForms renders late
        [*checks, Length(max=NAME_LENGTH, message=_l("Please use at most %(max)d characters")), printable],
        filters=[one_line],
        description=hint,  # type: ignore[arg-type]
        render_kw={"autocomplete": "off"},
    )


def _email() -> EmailField:
    return EmailField(
        _l("Email"),
        [
            Optional(),
            Length(max=EMAIL_LENGTH, message=_l("Please use at most %(max)d characters")),
            address,
            printable,
        ],
        filters=[one_line],
        description=EMAIL_HINT,
        render_kw={"autocomplete": "off"},
    )


def relation_choices() -> list[tuple[str, str]]:
    """The kinds of relation."""
    return [(relation.value, _(labels.RELATIONS[relation])) for relation in Relation]


def route_choices() -> list[tuple[str, str]]:
    """The routes, each with its order in words."""
    found = []
    for route in Route:
        name, order = _(labels.ROUTES[route]), labels.route_order(route)
        if order:
            found.append((route.value, _("%(name)s: steps %(order)s, then closing", name=name, order=order)))
        else:
            found.append((route.value, _("%(name)s: first meetings, a decision, then another route", name=name)))
    return found


def policy_choices() -> list[tuple[str, str]]:
    """The three confidentiality policies by their names."""
    return [(policy.value, policy_words(policy).name) for policy in Policy]


def policy_hints() -> dict[str, str]:
    """What each policy says, for the mediator who chooses."""
    return {policy.value: policy_words(policy).says for policy in Policy}


class PeopleFields:
    """The two people. Fields stand in a form, and so in its list of errors, in the order they were written in."""

    one_name = _text(_l("Name"), NAME_HINT)
    one_pronouns = _text(_l("Pronouns"), PRONOUNS_HINT)
    one_email = _email()
    other_name = _text(_l("Name"), NAME_HINT)
    other_pronouns = _text(_l("Pronouns"), PRONOUNS_HINT)
    other_email = _email()


class PlanFields:
    """What the two are to each other, and how the case is worked on."""

    relation = RadioField(
        _l("Kind of pair"),
        [InputRequired(_l("Choose what they are to each other"))],
        choices=lambda: choices(relation_choices()),
    )
    route = SelectField(
        _l("Route"),
        choices=lambda: choices(route_choices()),
        description=_l("A proposal. You can change the order at any time."),
    )
    zone = ZoneField(_l("Time zone"))


class NewCaseForm(PeopleFields, PlanFields, FlaskForm):
    """A new case for one or two people. Which of the two fields was filled first is not kept.

    Boxes for co-mediators are added by `new_case_form`, each under a name of its own.
    """

    id = HiddenField()
    policy = RadioField(
        _l("Confidentiality policy"),
        [InputRequired(_l("Choose a policy"))],
        choices=lambda: choices(policy_choices()),
        default=Policy.CAUCUS.value,
    )
    secret: bytes = b""

    def validate_one_name(self, field: StringField) -> None:
        """A case needs somebody."""
        if not field.data and not self.other_name.data:
            raise ValidationError(_("Write the name of at least one of the two"))
        self._named("one")

    def validate_other_name(self, field: StringField) -> None:
        """Nobody is added without a name."""
        self._named("other")

    def validate_other_email(self, field: EmailField) -> None:
        """Two people can't share one address."""
        if actions.one_address(self.secret, self.one_email.data or None, field.data or None):
            raise ValidationError(_(actions.ONE_ADDRESS))

    def _named(self, side: str) -> None:
        told = self[f"{side}_pronouns"].data or self[f"{side}_email"].data
        if told and not self[f"{side}_name"].data:
            raise ValidationError(_("Write this person’s name as well, or leave all their fields empty"))

    def people(self) -> tuple[actions.Details, ...]:
        """Those of the two who were named."""
        return tuple(
            actions.Details(
                self[f"{side}_name"].data,
                self[f"{side}_pronouns"].data or None,
                self[f"{side}_email"].data or None,
            )
            for side in ("one", "other")
            if self[f"{side}_name"].data
        )

    def plan(self) -> actions.Plan:
        """The plan. A closure route has the words for ending well from the start."""
        route = Route(self.route.data)
        return actions.Plan(Relation(self.relation.data), route, route is Route.CLOSURE, self.zone.data)


def new_case_form(others: Sequence[Staff], secret: bytes, zone: str) -> NewCaseForm:
    """The form for a new case with a box for each other mediator of the practice."""
    form: NewCaseForm = _with_boxes(NewCaseForm, others, set())(zone=zone, route=Route.REPAIR.value)
    form.secret = secret
    if not form.id.data:
        form.id.data = str(uuid.uuid4())
    return form


class PersonForm(FlaskForm):
    """One person of a case: name, pronouns, address, zone. `other_email` is the other person's address."""

    id = HiddenField()
    seen = HiddenField()
    name = _text(_l("Name"), NAME_HINT, DataRequired(_l("Write a name")))
    pronouns = _text(_l("Pronouns"), PRONOUNS_HINT)
    email = _email()
    zone = ZoneField(
        _l("Time zone"),
        description=_l("Times this person reads are in this zone."),
    )
    secret: bytes = b""
    other_email: str | None = None

    def validate_email(self, field: EmailField) -> None:
        """Two people can't share one address."""
        if actions.one_address(self.secret, field.data or None, self.other_email):
            raise ValidationError(_(actions.ONE_ADDRESS))

    def details(self) -> actions.Details:
        """What was typed about this person."""
        return actions.Details(self.name.data or "", self.pronouns.data or None, self.email.data or None)


def person_form(person: Participant | None, other: Participant | None, zone: str, secret: bytes) -> PersonForm:
    """The form for a person who is there, or for the second person."""
    if person is None:
        form = PersonForm(zone=zone)
        if not form.id.data:
            form.id.data = str(uuid.uuid4())
    else:
        form = PersonForm(
            name=person.name,
            pronouns=person.pronouns,
            email=person.email,
            zone=person.zone,
            seen=actions.person_version(person),
        )
    form.secret = secret
    form.other_email = other.email if other is not None else None
    return form


class PlanForm(PlanFields, FlaskForm):
    """Kind of relation, route, words for ending well, zone."""

    seen = HiddenField()
    closure = BooleanField(
        _l("Words for ending well"),
        description=_l("New forms use the words for two people who want to close well. It promises nothing."),
    )

    def plan(self) -> actions.Plan:
        """The plan as typed."""
        return actions.Plan(Relation(self.relation.data), Route(self.route.data), self.closure.data, self.zone.data)


class TeamForm(FlaskForm):
    """Co-mediators of a case. Boxes are added by `team_form`."""

    seen = HiddenField()


def team_form(case: Case, others: Sequence[Staff]) -> TeamForm:
    """A box for each other mediator, ticked for those who mediate this case."""
    there = {row.staff_id for row in case.mediators}
    form: TeamForm = _with_boxes(TeamForm, others, there)(seen=actions.team_version(case))
    return form


class LeadForm(FlaskForm):
    """Who leads from now on."""

    to = SelectField(_l("Who leads from now on"))


class MoveForm(FlaskForm):
    """One move: to which state, and the state the page showed."""

    to = HiddenField()
    was = HiddenField()


class HoldForm(FlaskForm):
    """A hold, with a reason that stays with the mediators of the case."""

    seen = HiddenField()
    reason = TextAreaField(_l("What you saw and heard, if you wish to note it"), render_kw={"rows": 4})


class SeenForm(FlaskForm):
    """A button that carries what its page showed."""

    seen = HiddenField()


def boxes(form: FlaskForm) -> list[BooleanField]:
    """The boxes for mediators, in the order they were made."""
    return [field for field in form if field.name.startswith("co.")]


def ticked(form: FlaskForm) -> list[uuid.UUID]:
    """The mediators whose boxes are ticked."""
    return [uuid.UUID(field.name.removeprefix("co.")) for field in boxes(form) if field.data]


def _with_boxes(base: type[Any], others: Sequence[Staff], there: set[uuid.UUID]) -> Any:
    """A form with one box per mediator; each has a name of its own, since a name given twice is refused."""
    fields = {f"co.{staff.id}": BooleanField(staff.name, default=staff.id in there) for staff in others}
    return type(base.__name__, (base,), fields)
