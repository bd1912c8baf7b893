"""The field for a time zone. Its 500 options are the same on every page: they are put together once."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from markupsafe import Markup
from wtforms import Field, ValidationError
from wtforms.widgets import html_params

from mediator.practice import zones


def _select(field: Field, **attributes: Any) -> Markup:
    told = html_params(name=field.name, **{"id": field.id, **attributes})
    return Markup("<select {}>{}</select>").format(Markup(told), _options(field.data))  # noqa: S704  escaped there


@lru_cache(maxsize=32)
def _options(chosen: str | None) -> Markup:
    one = Markup('<option{} value="{}">{}</option>')
    marks = {True: Markup(" selected"), False: Markup("")}
    return Markup("").join(one.format(marks[name == chosen], name, label) for name, label in zones.choices())


class ZoneField(Field):
    """One of `zones.choices`."""

    widget = staticmethod(_select)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """What was chosen; nothing leaves what stood there."""
        if valuelist:
            self.data = str(valuelist[0])

    def pre_validate(self, form: Any) -> None:
        """Refuse what is none of them."""
        if self.data not in dict(zones.choices()):
            raise ValidationError(self.gettext("Not a valid choice."))
