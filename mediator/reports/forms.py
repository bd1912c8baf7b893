"""The form that releases reports: which ones, and that the summary was read for who said what."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField
from wtforms.validators import InputRequired


class ReleaseForm(FlaskForm):
    """One box per reader; a session with one person has one. `seen` marks the words that become joint with it."""

    joint = BooleanField(_l("The summary, to both at once"))
    a = BooleanField()
    b = BooleanField()
    seen = HiddenField()
    read = BooleanField(
        _l("I have read it as both will: nothing in it says who said what, unless they confirmed it."),
        validators=[InputRequired(_l("Read the copies first, then tick this."))],
    )
