"""Words said in Python: the same as gettext says, in the language of the page."""

from __future__ import annotations

from flask import Flask
from flask_babel import force_locale, gettext, ngettext

from mediator.core import words
from mediator.core.words import count, language, say


def test_they_say_what_gettext_says(app: Flask) -> None:
    with app.test_request_context("/"):
        assert say("Today") == gettext("Today")
        assert say("100 %") == gettext("100 %")
        assert say("With %(name)s", name="100 %") == gettext("With %(name)s", name="100 %")
        for number in (0, 1, 2):
            told = "%(name)s: %(num)s form", "%(name)s: %(num)s forms", number
            assert count(*told, name="Kit") == ngettext(*told, name="Kit")


def test_each_language_keeps_its_own(app: Flask) -> None:
    """What a page in one language looked up is not what a page in another one says."""
    with app.app_context(), force_locale("de"):
        assert language() == "de"
        known = words._one.cache_info().currsize
        say("Today")
    with app.app_context():
        assert language() == "en"
        say("Today")
    assert words._one.cache_info().currsize >= known + 1


def test_outside_an_application_texts_stay_what_they_are() -> None:
    assert language() == ""
    assert say("Today") == "Today"
