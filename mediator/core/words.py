"""Words of pages that are put together in Python: gettext for pages that say hundreds of things.

`flask_babel.gettext` finds application, request and catalogue anew for every word. Here a request finds its language
once, and keeps to it. Import `say` and `count` as `_` and `_n`, by which words are collected to be put into another
language.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from flask import g, has_app_context
from flask_babel import get_locale, get_translations


def say(text: str, **values: Any) -> str:
    """This text in the language of the page, with the values put in."""
    words = _one(language(), text)
    return words % values if values else words


def count(one: str, many: str, number: int, **values: Any) -> str:
    """One of these texts, by the number and the language of the page, with `%(num)s` and the values put in."""
    return _many(language(), one, many, number) % {"num": number, **values}


def language() -> str:
    """The language of the page by its name, such as "en": what is kept by language is kept under this.

    Empty outside an application, where texts stay what they are.
    """
    if not has_app_context():
        return ""
    found: str | None = g.get("language")
    if found is None:
        found = g.language = str(get_locale() or "")
    return found


@lru_cache(maxsize=4096)
def _one(language: str, text: str) -> str:
    """Read from the catalogue once per language. Catalogues change only with the program."""
    return str(get_translations().ugettext(text))


@lru_cache(maxsize=4096)
def _many(language: str, one: str, many: str, number: int) -> str:
    return str(get_translations().ungettext(one, many, number))
