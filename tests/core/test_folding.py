"""What a template says alike each time is worked out when it is compiled: for each language, and nowhere too far."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from flask import Flask, render_template
from flask_babel import Babel, force_locale

from mediator.core import templating

PAGE = """{% from "part.html" import greet, later %}
<h1>{{ _('Good day') }}</h1>{{ greet('Kit <b>') }}
<p>{{ _('100 %%') }} {{ icon('lock') }} {{ static_url('css/none.css') }}</p>
<p title="{{ _('Good day') }}">{{ later }}</p>{{ icon('lock') ~ ' & ' ~ _('Good day') }}
{{ _(words) }} {{ {'one': _('Good day')}['one'] }}"""
PART = """{% macro greet(name) %}<p>{{ _('Good day, %(name)s', name=name) }}</p>{% endmacro %}
{% set later = _('Later') %}"""
TEXT = """{{ _('Good day, %(name)s', name=name) }}, R&D: {{ _('Q & A') }}"""


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    """An application with three templates, and a German catalogue that translates some of what they say."""
    templates, german = tmp_path / "templates", tmp_path / "languages" / "de" / "LC_MESSAGES"
    for folder in (templates, german):
        folder.mkdir(parents=True)
    for name, text in (("page.html", PAGE), ("part.html", PART), ("mail.txt", TEXT)):
        (templates / name).write_text(text, encoding="utf-8")
    catalogue = Catalog(locale="de")
    for said, words in (
        ("Good day", "Guten Tag"),
        ("Good day, %(name)s", "Guten Tag, %(name)s"),
        ("100 %%", "volle 100 %%"),
        ("Later", "Später"),
        ("Q & A", "Fragen & Antworten"),
    ):
        catalogue.add(said, words)
    with (german / "messages.mo").open("wb") as file:
        write_mo(file, catalogue)
    app = Flask("folded", template_folder=str(templates), static_folder=str(tmp_path / "static"))
    app.jinja_environment = templating.Pages
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(tmp_path / "languages")
    Babel(app)
    templating.init_app(app)
    return app


def shown(app: Flask, language: str, root: str = "") -> str:
    """The page as a reader of this language gets it, from an application mounted at a path."""
    with app.test_request_context("/", environ_overrides={"SCRIPT_NAME": root}), force_locale(language):
        return render_template("page.html", words="Good day")


def test_each_language_has_its_own_words_whichever_came_first(app: Flask) -> None:
    for language, other in (("de", "en"), ("en", "de"), ("de", "en")):
        said, not_said = ("Guten Tag", "Good day") if language == "de" else ("Good day", "Guten Tag")
        for asked in (language, other, language):
            shown(app, asked)
        page = shown(app, language)
        assert f"<h1>{said}</h1>" in page
        assert f'title="{said}"' in page
        assert not_said not in page
        assert ("Später" in page) is (language == "de")  # what an imported template made once
        assert page.endswith(f"{said} {said}")  # in a variable, and in an expression


def test_what_is_put_into_words_is_escaped_and_the_words_are_patterns(app: Flask) -> None:
    page = shown(app, "de")
    assert "<p>Guten Tag, Kit &lt;b&gt;</p>" in page
    assert "volle 100 % <svg" in page
    with app.test_request_context("/"), force_locale("de"):
        assert render_template("mail.txt", name="<Kit>") == "Guten Tag, <Kit>, R&D: Fragen & Antworten"


def test_words_and_icons_put_together_stay_html_and_what_stands_between_is_escaped(app: Flask) -> None:
    """Jinja's own working out of what is constant forgets that it was HTML."""
    page = shown(app, "de")
    assert "</svg> &amp; Guten Tag\n" in page
    assert "&lt;svg" not in page


def test_addresses_keep_the_path_the_application_is_mounted_at(app: Flask) -> None:
    for root in ("", "/practice", ""):
        page = shown(app, "en", root)
        assert f'href="{root}/static/build/icons.svg' in page
        assert f"</svg> {root}/static/css/none.css</p>" in page


def test_nothing_is_looked_up_again_when_the_page_is_shown(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The words of a page are in its compiled code: only what stands in a variable is still asked for."""
    shown(app, "de")
    asked: list[str] = []

    def said(text: str, **_values: object) -> str:
        asked.append(text)
        return text

    monkeypatch.setitem(app.jinja_env.globals, "_", said)
    assert "<h1>Guten Tag</h1>" in shown(app, "de")
    assert asked == ["Good day"]
