"""What every template may call: addresses of our own files, icons, dates in the viewer's zone."""

from __future__ import annotations

import hashlib
from collections.abc import MutableMapping
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from babel import Locale
from babel.dates import format_date, format_skeleton
from flask import Flask, current_app, get_template_attribute, has_request_context, request
from flask.templating import Environment
from flask_babel import get_locale, get_translations, gettext, to_user_timezone
from jinja2 import Template, nodes, pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

from mediator.core.folding import Folding
from mediator.core.words import language

#: Written at set-up from the icons named in the templates (see `core/assets.py`).
SPRITE = "build/icons.svg"
#: English words spelled alike everywhere, with the day before the month.
PLAIN_ENGLISH = Locale("en", "GB")


class Pages(Environment):
    """Flask's environment: one for each language, with its globals as the one dictionary they are.

    Jinja makes a chain of dictionaries of them, in which every import of macros looked up 25 names one by one: a tenth
    of a millisecond a page.
    """

    def get_template(
        self,
        name: str | Template,
        parent: str | None = None,
        globals: MutableMapping[str, Any] | None = None,  # noqa: A002  Jinja's name
    ) -> Template:
        """The template compiled for the language of the page (see `core/folding.py`)."""
        if self.overlayed:  # what a compiled template extends, includes or imports
            return super().get_template(name, parent, globals)
        return _pages_in(self, language(), _root()).get_template(name, parent, globals)

    def _generate(
        self, source: nodes.Template, name: str | None, filename: str | None, defer_init: bool = False
    ) -> str:
        """Jinja's own hook between reading a template and compiling it."""
        escaping = self.autoescape(name) if callable(self.autoescape) else self.autoescape
        folding = Folding(
            get_translations().ugettext, marked={"icon": icon}, plain={"static_url": static_url}, escaping=escaping
        )
        return super()._generate(folding.visit(source), name, filename, defer_init)

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """What a template sees; `d` are names for one template alone, which no page of ours has."""
        return {**self.globals, **d} if d else self.globals


@lru_cache(maxsize=16)
def _pages_in(pages: Pages, language: str, root: str) -> Environment:
    """An environment of one language and one path the application is mounted at. Few: each keeps its templates."""
    return pages.overlay()


def _root() -> str:
    return request.script_root if has_request_context() else ""


def init_app(app: Flask) -> None:
    """Give the templates their globals and filters."""
    app.jinja_env.globals.update(static_url=static_url, icon=icon, page_locale=page_locale, _=said, dumbbell=dumbbell)
    app.jinja_env.filters.update(day=day, dated=dated, month=month, clock=clock, moment=moment, minutes=minutes)


@pass_eval_context
def said(context: EvalContext, text: str, /, **values: Any) -> str:
    """Words that a template has in a variable, in the language of the page: its `_` where `core/folding.py` can't.

    The rules are those of Jinja's own (newstyle) gettext.
    """
    words = _said(language(), str(text), bool(context.autoescape))
    return words % values if values else _plain(words)


@lru_cache(maxsize=4096)
def _said(language: str, text: str, escaped: bool) -> str:
    """Read from the catalogue once per language. Catalogues change only with the program."""
    words = get_translations().ugettext(text)
    return Markup(words) if escaped else words  # noqa: S704  our own words, as Jinja's gettext marks them


@lru_cache(maxsize=4096, typed=True)  # marked-up text equals the same text without
def _plain(words: str) -> str:
    """A text without variables, which is a pattern all the same: "%%" stands for one."""
    return words % {}


def static_url(path: str) -> str:
    """The address of a file below `static/`, with a hash of its bytes: a new version is fetched at once."""
    return _address(_root(), path)


def icon(name: str) -> Markup:
    """One icon from the sprite. Named literally in templates, since set-up collects the names from there."""
    return _icon(static_url(SPRITE), name)


@cache
def _icon(sprite: str, name: str) -> Markup:
    return Markup('<svg class="icon" aria-hidden="true"><use href="{}#i-{}"/></svg>').format(sprite, name)


@cache
def dumbbell(a: int | None, b: int | None) -> Markup:
    """Two people on one line from 0 to 10, or one of them. There are 144 such pictures, and a page has twenty."""
    drawn: Markup = get_template_attribute("components/dumbbell.html", "dumbbell")(a, b)
    return drawn


@lru_cache(maxsize=1024)
def _address(root: str, path: str) -> str:
    """One application is one process, and its files change only with the program."""
    return f"{root}{current_app.static_url_path}/{path}{_version(Path(current_app.static_folder or ''), path)}"


def page_locale() -> Locale:
    """The language of the page, for `lang` and `dir`."""
    return get_locale() or Locale("en")


def day(value: date | datetime) -> str:
    """ "Thursday 12 March", in the viewer's zone; a plain date stays the date it is."""
    return _day(_day_of(value), _locale_of_dates())


def dated(value: date | datetime) -> str:
    """ "12 March 2026": for what may be years away, or years ago."""
    return _dated(_day_of(value), _locale_of_dates())


def month(value: date) -> str:
    """ "Mar 2026": about when something was, where a column is narrow."""
    return _month(value, _locale_of_dates())


def clock(value: datetime) -> str:
    """ "10:44", 24-hour, in the viewer's zone. A time without a zone is UTC, as everything stored is."""
    return f"{to_user_timezone(value):%H:%M}"


def moment(value: datetime) -> Markup:
    """A `time` element: "Thursday 12 March, 10:44" for people, UTC for machines."""
    return Markup('<time datetime="{}">{}, {}</time>').format(value.isoformat(), day(value), clock(value))


def minutes(value: float) -> str:
    """ "25 min". Rounded up to whole minutes, so that nobody is promised less time than it takes."""
    return str(gettext("%(count)s min", count=-int(-value // 1)))


@lru_cache(maxsize=2048)
def _day(value: date, locale: Locale) -> str:
    """Kept, since finding the pattern of a language takes longer than all the rest of a date."""
    return format_skeleton("MMMMEEEEd", value, locale=locale)


@lru_cache(maxsize=2048)
def _dated(value: date, locale: Locale) -> str:
    return format_date(value, "long", locale=locale)


@lru_cache(maxsize=2048)
def _month(value: date, locale: Locale) -> str:
    return format_skeleton("yMMM", value, locale=locale)


def _day_of(value: date | datetime) -> date:
    return to_user_timezone(value).date() if isinstance(value, datetime) else value


def _locale_of_dates() -> Locale:
    return _dates_in(language() or "en")


@cache
def _dates_in(language: str) -> Locale:
    locale = Locale.parse(language)
    return PLAIN_ENGLISH if locale.language == "en" and not locale.territory else locale


@cache
def _version(folder: Path, path: str) -> str:
    """`?v=…` for a file that exists. Read once per process: files change only with the program."""
    file = folder / path
    if not file.is_file():
        return ""
    return f"?v={hashlib.sha256(file.read_bytes()).hexdigest()[:12]}"
