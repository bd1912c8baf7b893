"""Forms of the practice and its staff: what may be typed, and what is said where it may not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    EmailField,
    HiddenField,
    PasswordField,
    StringField,
    TelField,
    TextAreaField,
)
from wtforms.validators import DataRequired, EqualTo, InputRequired, Length, ValidationError

from mediator.core.permissions import StaffRole
from mediator.core.typed import address, one_line, printable
from mediator.practice.actions import Settings
from mediator.practice.passwords import LONGEST, SHORTEST, Weakness, weakness
from mediator.practice.zone_field import ZoneField

REFUSED = {
    Weakness.SHORT: _l("Please use at least %(count)s characters", count=SHORTEST),
    Weakness.LONG: _l("Please use at most %(count)s characters", count=LONGEST),
    Weakness.REPEATS: _l("Please use more different characters"),
    Weakness.COMMON: _l("Many people use this one, so it is tried first. Please choose another"),
    Weakness.CONTEXT: _l(
        "This is mostly a name that people here know. Please add words that have nothing to do with it"
    ),
}
PASSWORD_HINT = _l("At least 12 characters. Four words that don’t belong together are good.")


def _name(label: object, missing: object, longest: int = 120, **more: Any) -> StringField:
    return StringField(
        label,  # type: ignore[arg-type]  # a lazy text, which WTForms renders late
        [DataRequired(missing), Length(max=longest), printable],  # type: ignore[arg-type]
        filters=[one_line],
        **more,
    )


class SignInForm(FlaskForm):
    """Email and password. What is typed is compared, never judged."""

    email = EmailField(
        _l("Email"),
        [InputRequired(_l("Type your email address"))],
        render_kw={"autocomplete": "username", "maxlength": 254},
    )
    password = PasswordField(
        _l("Password"),
        [InputRequired(_l("Type your password"))],
        render_kw={"autocomplete": "current-password"},
    )
    next = HiddenField()


class NewPassword:
    """The two fields in which somebody chooses a password. `context`: names that make it easy to guess."""

    context: Sequence[str] = ()

    password = PasswordField(
        _l("Password"),
        [InputRequired(_l("Choose a password"))],
        description=PASSWORD_HINT,
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        _l("The same again"),
        [EqualTo("password", _l("The two are not the same"))],
        render_kw={"autocomplete": "new-password"},
    )

    def validate_password(self, field: PasswordField) -> None:
        """Say in a sentence why a password is too easy to guess."""
        found = weakness(field.data or "", self.context)
        if found is not None:
            raise ValidationError(str(REFUSED[found]))


class WelcomeForm(NewPassword, FlaskForm):
    """Somebody's first password, or a new one for one they forgot."""


class PasswordForm(NewPassword, FlaskForm):
    """Change one's own password. The present one is asked, since a screen may have been left open."""

    password = PasswordField(
        _l("New password"),
        [InputRequired(_l("Choose a password"))],
        description=PASSWORD_HINT,
        render_kw={"autocomplete": "new-password"},
    )

    current = PasswordField(
        _l("Present password"),
        [InputRequired(_l("Type your present password"))],
        render_kw={"autocomplete": "current-password"},
    )


class DetailsForm(FlaskForm):
    """One's own name and time zone."""

    name = _name(_l("Name"), _l("Write your name"), render_kw={"autocomplete": "name"})
    zone = ZoneField(_l("Time zone"))


class PracticeFields:
    """What the owner says about the practice."""

    practice = _name(_l("Name of the practice"), _l("Write the name of the practice"))
    alias = _name(
        _l("What participants’ pages are called"),
        _l("Write what their pages are called"),
        longest=40,
        default="Notes",
        description=_l(
            "Anybody may see it on a phone. Plain words without “mediation”, “couple” or “family” are best."
        ),
    )
    zone = ZoneField(_l("Time zone"))
    phone = TelField(
        _l("Phone for participants"),
        [Length(max=40), printable],
        filters=[one_line],
        description=_l("Stands on their help page. May stay empty."),
    )
    help_lines = TextAreaField(
        _l("Help lines"),
        [Length(max=2000)],
        filters=[lambda text: (text or "").strip()],
        description=_l(
            "One per line, with its number, beginning with the emergency number. Both people read the same list."
        ),
        render_kw={"rows": 4},
    )

    @property
    def settings(self) -> Settings:
        """What was written, as the actions take it."""
        return Settings(
            name=self.practice.data or "",
            alias=self.alias.data or "",
            zone=self.zone.data,
            phone=self.phone.data or "",
            help_lines=self.help_lines.data or "",
        )


class PracticeForm(PracticeFields, FlaskForm):
    """The practice's settings."""

    seen = HiddenField()


class SetUpForm(NewPassword, PracticeFields, FlaskForm):
    """Everything an empty instance needs, in one page: nothing can be half saved."""

    id = HiddenField()
    name = _name(_l("Your name"), _l("Write your name"), render_kw={"autocomplete": "name"})
    email = EmailField(
        _l("Your email"),
        [DataRequired(_l("Write your email address")), Length(max=254), address],
        filters=[one_line],
        render_kw={"autocomplete": "username"},
    )
    mediates = BooleanField(_l("I also mediate cases"), default=True)

    def validate_password(self, field: PasswordField) -> None:
        """What is typed on this very page is easy to guess as well."""
        self.context = (self.practice.data or "", self.name.data or "", self.email.data or "")
        super().validate_password(field)


class RoleFields:
    """What somebody does here."""

    mediator = BooleanField(
        _l("Mediator"), description=_l("Everything in their own cases, nothing in those of others.")
    )
    assistant = BooleanField(
        _l("Assistant"),
        description=_l("Names, dates, who still has something to do. Never an answer or a note."),
    )
    owner = BooleanField(
        _l("Owner"), description=_l("Settings, people, what was done. Of cases only those they mediate.")
    )

    @property
    def roles(self) -> set[StaffRole]:
        """The roles that are ticked."""
        return {role for role in StaffRole if getattr(self, role.value).data}

    def validate_mediator(self, field: BooleanField) -> None:
        """Somebody without a role could open nothing."""
        if not self.roles:
            raise ValidationError(str(_l("Choose at least one role")))

    def validate_assistant(self, field: BooleanField) -> None:
        """An assistant reads no case, so they are nothing else."""
        if StaffRole.ASSISTANT in self.roles and len(self.roles) > 1:
            raise ValidationError(str(_l("An assistant can’t be owner or mediator as well")))


class RolesForm(RoleFields, FlaskForm):
    """The roles of somebody who is here."""

    seen = HiddenField()


class PersonForm(RoleFields, FlaskForm):
    """Somebody new in the practice."""

    id = HiddenField()
    name = _name(_l("Name"), _l("Write the name"))
    email = EmailField(
        _l("Email"),
        [DataRequired(_l("Write the email address")), Length(max=254), address],
        filters=[one_line],
    )
