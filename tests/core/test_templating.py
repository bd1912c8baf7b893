"""Addresses, icons and dates of templates, and every answer control in every state."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, g, render_template_string
from flask_babel import Babel

from mediator.core import templating
from mediator.core.visibility import Sharing, Visibility
from mediator.guide.content import Option, Part, PartType, Scale

ROOT = Path(__file__).parents[2]
OPTIONS = tuple(Option(key, f"{key} <label>") for key in ("one", "two", "three", "four"))
ANCHORS = ("Not yet", "Sometimes", "Always")
MARCH = datetime(2026, 3, 12, 23, 44, tzinfo=UTC)


@pytest.fixture
def app() -> Iterator[Flask]:
    """An application with the real templates and files, and nothing else."""
    app = Flask("pages", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "mediator" / "static"))
    Babel(app, timezone_selector=lambda: g.get("zone", "UTC"))
    templating.init_app(app)
    with app.test_request_context("/"):
        yield app


def test_a_file_is_named_with_a_hash_of_its_bytes(app: Flask) -> None:
    assert re.fullmatch(r"/static/css/base\.css\?v=[0-9a-f]{12}", templating.static_url("css/base.css"))


def test_a_file_not_made_yet_is_still_named(app: Flask) -> None:
    assert templating.static_url("build/none.css") == "/static/build/none.css"


def test_the_address_keeps_the_path_the_application_is_mounted_at(app: Flask) -> None:
    with app.test_request_context("/", environ_overrides={"SCRIPT_NAME": "/practice"}):
        assert templating.static_url("build/none.css") == "/practice/static/build/none.css"


def test_an_icon_is_decoration_from_the_sprite(app: Flask) -> None:
    drawn = templating.icon("lock")
    assert 'aria-hidden="true"' in drawn
    assert "build/icons.svg" in drawn
    assert '#i-lock"' in drawn


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("UTC", "Thursday 12 March, 23:44"),
        ("Europe/Berlin", "Friday 13 March, 00:44"),
        ("America/St_Johns", "Thursday 12 March, 21:14"),
    ],
)
def test_times_are_shown_in_the_viewers_zone(app: Flask, zone: str, words: str) -> None:
    g.zone = zone
    assert templating.moment(MARCH) == f'<time datetime="2026-03-12T23:44:00+00:00">{words}</time>'


def test_a_plain_date_stays_the_date_it_is(app: Flask) -> None:
    g.zone = "Pacific/Kiritimati"
    assert templating.day(date(2026, 3, 12)) == "Thursday 12 March"
    assert templating.dated(date(2026, 3, 12)) == "12 March 2026"


@pytest.mark.parametrize(("value", "words"), [(25, "25 min"), (0.5, "1 min"), (24.2, "25 min")])
def test_minutes_are_rounded_up(app: Flask, value: float, words: str) -> None:
    assert templating.minutes(value) == words


class Controls(HTMLParser):
    """Collects controls, ids and references of a piece of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.controls: list[dict[str, str]] = []
        self.ids: list[str] = []
        self.references: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note one element."""
        given = {name: value or "" for name, value in attrs}
        if "id" in given:
            self.ids.append(given["id"])
        for name in ("for", "aria-describedby", "aria-labelledby"):
            self.references.extend(given.get(name, "").split())
        if tag in {"input", "select", "textarea"}:
            self.controls.append({"tag": tag, **given})


def part(kind: PartType, scale: Scale | None = None, sharing: Sharing = Sharing.CLOSED, **other: Any) -> Part:
    """A part of the given type with everything that type may need."""
    return Part(
        key=f"5.3.{kind}",
        type=kind,
        sharing=sharing,
        visibility=other.pop("visibility", Visibility.PRIVATE),
        anchors=ANCHORS,
        options=OPTIONS,
        rows=(Option("money", "Money"), Option("home", "Home")),
        scale=scale,
        **other,
    )


def shown(what: Part, **given: Any) -> str:
    """One whole part as a participant meets it."""
    seen = given.pop("seen", {"level": str(what.sharing), "text": "Only your mediator sees this"})
    page = '{% from "components/answers.html" import answer_part %}<h1 id="question">Q</h1>'
    arguments = ", ".join(f"{name}={name}" for name in given)
    call = f"{{{{ answer_part(part, seen, 'Alex'{', ' if given else ''}{arguments}) }}}}"
    return render_template_string(page + call, part=what, seen=seen, **given)


def read(html: str) -> Controls:
    """The controls of a page."""
    controls = Controls()
    controls.feed(html)
    return controls


EVERY = [part(kind) for kind in PartType if kind is not PartType.GRID] + [part(PartType.GRID, scale) for scale in Scale]


@pytest.mark.parametrize("what", EVERY, ids=lambda what: f"{what.type}-{what.scale}")
def test_every_part_has_unique_ids_names_from_its_key_and_says_who_reads_it(app: Flask, what: Part) -> None:
    key = what.key
    html = shown(what, errors={key: "Look again", f"{key}.0": "Too long", f"{key}.money": "Choose one"})
    page = read(html)
    assert [name for name, count in Counter(page.ids).items() if count > 1] == []
    assert set(page.references) <= set(page.ids)
    assert f"f-{key}" in page.ids
    names = {control["name"] for control in page.controls}
    assert all(name == key or name.startswith(f"{key}.") for name in names)
    boxes = Counter(control["name"] for control in page.controls if control.get("type") != "radio")
    assert set(boxes.values()) <= {1}, "a name given twice is refused"
    assert html.index("Only your mediator sees this") < html.index(f'name="{key}')
    assert "one <label>" not in html, "labels of options are words, not markup"
    assert "Prefer not to say" in html


def test_a_line_shows_zero_as_an_answer_and_nothing_as_none(app: Flask) -> None:
    def chosen(value: int | None) -> list[str]:
        page = read(shown(part(PartType.LINE), value=value))
        return [control["value"] for control in page.controls if "checked" in control]

    assert chosen(0) == ["0"]
    assert chosen(10) == ["10"]
    assert chosen(None) == []


@pytest.mark.parametrize("value", [["two", "one"], {"two": "1", "one": 2}])
def test_a_rank_shows_its_places_also_as_they_were_sent(app: Flask, value: Any) -> None:
    html = shown(part(PartType.RANK), value=value)
    ends = html.replace("</select>", "§")
    places = dict(re.findall(r'name="5\.3\.rank\.(\w+)"[^§]*?<option selected>(\d)', ends))
    assert places == {"two": "1", "one": "2"}


@pytest.mark.parametrize("text", ["\nbegins with an empty line", '</textarea><script>"', "ends\n\n"])
def test_long_words_come_back_as_they_were(app: Flask, text: str) -> None:
    html = shown(part(PartType.LONG), value=text)
    assert "<script" not in html
    inside = re.search(r"<textarea[^>]*>\n(.*)</textarea>", html, re.S)
    assert inside is not None
    assert unescape(inside[1]) == text


def test_the_safety_compartment_is_never_saved_while_typing(app: Flask) -> None:
    assert "data-never-autosave" in shown(part(PartType.CHOICE, visibility=Visibility.SAFETY))
    assert "data-never-autosave" not in shown(part(PartType.CHOICE))


@pytest.mark.parametrize(
    ("sharing", "boxes"),
    [
        (Sharing.CLOSED, []),
        (Sharing.OFFERED, ["5.3.short.offer"]),
        (Sharing.RECIPROCAL, ["5.3.short.keep"]),
        (Sharing.DERIVED, ["5.3.short.keep"]),
    ],
)
def test_what_an_author_may_decide_follows_the_sharing(app: Flask, sharing: Sharing, boxes: list[str]) -> None:
    page = read(shown(part(PartType.SHORT, sharing=sharing)))
    names = [control["name"] for control in page.controls]
    assert [name for name in names if name.endswith((".offer", ".keep"))] == boxes


def test_the_label_that_a_tick_changes_is_there_from_the_start(app: Flask) -> None:
    seen = {"level": "reciprocal", "text": "Shared later", "ticked_level": "closed", "ticked_text": "Kept"}
    html = shown(part(PartType.SHORT, sharing=Sharing.RECIPROCAL), seen=seen)
    assert html.index('data-when="unticked"') < html.index("Shared later") < html.index('data-when="ticked"')
    assert html.index('data-when="ticked"') < html.index("Kept")
