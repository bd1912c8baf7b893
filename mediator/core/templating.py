"""What every template may call: addresses of our own files, icons, dates in the viewer's zone."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from functools import cache
from pathlib import Path

from babel import Locale
from babel.dates import format_date, format_skeleton
from flask import Flask, current_app, has_request_context, request
from flask_babel import format_datetime, get_locale, gettext, to_user_timezone
from markupsafe import Markup

#: Written at set-up from the icons named in the templates (see `core/assets.py`).
SPRITE = "build/icons.svg"
#: English words spelled alike everywhere, with the day before the month.
PLAIN_ENGLISH = Locale("en", "GB")


def init_app(app: Flask) -> None:
    """Give the templates their globals and filters."""
    app.jinja_env.globals.update(static_url=static_url, icon=icon, page_locale=page_locale)
    app.jinja_env.filters.update(day=day, dated=dated, clock=clock, moment=moment, minutes=minutes)


def static_url(path: str) -> str:
    """The address of a file below `static/`, with a hash of its bytes: a new version is fetched at once."""
    root = request.script_root if has_request_context() else ""
    version = _version(Path(current_app.static_folder or ""), path)
    return f"{root}{current_app.static_url_path}/{path}{version}"


def icon(name: str) -> Markup:
    """One icon from the sprite. Named literally in templates, since set-up collects the names from there."""
    return Markup('<svg class="icon" aria-hidden="true"><use href="{}#i-{}"/></svg>').format(static_url(SPRITE), name)


def page_locale() -> Locale:
    """The language of the page, for `lang` and `dir`."""
    return get_locale() or Locale("en")


def day(value: date | datetime) -> str:
    """ "Thursday 12 March", in the viewer's zone; a plain date stays the date it is."""
    return format_skeleton("MMMMEEEEd", _day_of(value), locale=_locale_of_dates())


def dated(value: date | datetime) -> str:
    """ "12 March 2026": for what may be years away, or years ago."""
    return format_date(_day_of(value), "long", locale=_locale_of_dates())


def clock(value: datetime) -> str:
    """ "10:44", 24-hour, in the viewer's zone. A time without a zone is UTC, as everything stored is."""
    return str(format_datetime(value, "HH:mm"))


def moment(value: datetime) -> Markup:
    """A `time` element: "Thursday 12 March, 10:44" for people, UTC for machines."""
    return Markup('<time datetime="{}">{}, {}</time>').format(value.isoformat(), day(value), clock(value))


def minutes(value: float) -> str:
    """ "25 min". Rounded up to whole minutes, so that nobody is promised less time than it takes."""
    return str(gettext("%(count)s min", count=-int(-value // 1)))


def _day_of(value: date | datetime) -> date:
    return to_user_timezone(value).date() if isinstance(value, datetime) else value


def _locale_of_dates() -> Locale:
    locale = page_locale()
    return PLAIN_ENGLISH if locale.language == "en" and not locale.territory else locale


@cache
def _version(folder: Path, path: str) -> str:
    """`?v=…` for a file that exists. Read once per process: files change only with the program."""
    file = folder / path
    if not file.is_file():
        return ""
    return f"?v={hashlib.sha256(file.read_bytes()).hexdigest()[:12]}"
