"""Every template compiles, is used, and stays in its surface."""

from __future__ import annotations

import re
from pathlib import Path

from flask import Flask
from jinja2 import meta

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "templates"
SHARED = ("components/", "base.html")


def names() -> list[str]:
    return sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*") if path.is_file())


def used_by(app: Flask, name: str) -> set[str]:
    source = (TEMPLATES / name).read_text()
    return {str(ref) for ref in meta.find_referenced_templates(app.jinja_env.parse(source)) if ref}


def test_every_template_compiles_and_stays_in_its_surface(app: Flask) -> None:
    seen = 0
    for name in names():
        app.jinja_env.get_template(name)
        surface = name.partition("/")[0]
        for other in used_by(app, name):
            assert other.startswith((f"{surface}/", *SHARED)), f"{name} reaches into {other}"
        seen += 1
    assert seen > 20


def test_every_template_is_used(app: Flask) -> None:
    code = "\n".join(path.read_text() for path in (ROOT / "mediator").rglob("*.py"))
    referenced = {other for name in names() for other in used_by(app, name)}
    for name in names():
        if name.split("/")[1:2] == ["errors"]:
            continue  # their surface is chosen by path (core/errorpages.py)
        if name.startswith("email/"):
            assert re.search(name.split("/")[1], code), f"{name} is not used"
            continue
        assert name in referenced or name in code, f"{name} is not used"


def test_every_macro_that_is_imported_is_used() -> None:
    """By the template itself, or by those that extend it."""
    texts = {name: (TEMPLATES / name).read_text() for name in names()}
    extended = {parent for text in texts.values() for parent in re.findall(r'{% extends "([^"]+)" %}', text)}
    unused = []
    for name in texts.keys() - extended:
        for found in re.finditer(r'{%-? from "[^"]+" import ([^%]+?)( with context)? -?%}', texts[name]):
            rest = texts[name].replace(found[0], "")
            macros = [one.split(" as ")[-1].strip() for one in found[1].split(",")]
            unused += [f"{name}: {one}" for one in macros if not re.search(rf"\b{one}\b", rest)]
    assert len(extended) > 5
    assert unused == []


def test_no_template_switches_escaping_off() -> None:
    for name in names():
        source = (TEMPLATES / name).read_text()
        assert "|safe" not in source.replace(" ", ""), name
        assert "autoescape false" not in source, name
        assert not re.search(r"\sstyle=|\son[a-z]+=\"", source), name


def test_no_form_with_words_of_a_participant_loses_them_with_the_network() -> None:
    """Every form with words in it is saved while it is typed, or held in its page until it can be sent."""
    words = re.compile(r'<textarea|type="text"|answer_part\(|safety_question\(|contact_fields\(|sent\.items\(\)')
    held = re.compile(r"data-autosave-url|autosave_attributes\(|keeps\(|stays\(\)")
    seen = 0
    for name in names():
        for form in (TEMPLATES / name).read_text().split("<form ")[1:] if name.startswith("portal/") else []:
            opening, _, inside = form.partition(">\n")
            if words.search(inside.partition("</form>")[0]):
                assert held.search(opening), f"{name}: {opening}"
                seen += 1
    assert seen >= 7
