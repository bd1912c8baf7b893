"""The floor: the least a Flask page and a Flask save can do, without sign-in, forms, rules or audit.

The page is 22 KB from an inherited template, with 129 `url_for` and one query of 20 rows through SQLAlchemy; the save
writes one text in one committed transaction. Same libraries, same kind of database (a SQLite file with the pragmas and
the BEGIN of `mediator.core.db`), so that what a ratio shows is ours and not SQLite's or Flask's.
"""

from __future__ import annotations

import os
from pathlib import Path

from flask import Flask, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_sqlalchemy import SQLAlchemy
from jinja2 import DictLoader
from sqlalchemy import String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from mediator.core.db import prepare, writing

ROWS = 20
TEXTS = 100
#: 9 in the frame and 6 in each of the 20 rows.
LINKS = 129

FRAME = """<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>{% block title %}{% endblock %}</title>
  <link rel="stylesheet" href="{{ url_for('static', filename='css/base.css') }}">
  <link rel="stylesheet" href="{{ url_for('static', filename='css/workspace.css') }}">
</head>
<body>
<header><nav aria-label="Main"><ul>
  {% for label in ('Today', 'Pairs', 'Ready to send', 'Guide', 'People') %}
  <li><a href="{{ url_for('show', place=label) }}">{{ label }}</a></li>
  {% endfor %}
</ul></nav></header>
<main id="main">{% block content %}{% endblock %}</main>
<footer>
  <a href="{{ url_for('show', place='help') }}">Help</a>
  <a href="{{ url_for('show', place='about') }}">About</a>
</footer>
</body>
</html>
"""
PAGE = """{% extends "frame.html" %}
{% block title %}Twenty rows{% endblock %}
{% block content %}
<h1>Twenty rows</h1>
<ul class="rows">
{% for row in rows %}
  <li class="row" id="row-{{ row.id }}">
    <h2><a href="{{ url_for('row', number=row.id) }}">{{ row.title }}</a></h2>
    <p>{{ row.words }}</p>
    <p class="row-links">
      {% for part in ('forms', 'sessions', 'agreements', 'reports', 'record') %}
      <a class="btn btn-small" href="{{ url_for('part', number=row.id, part=part) }}">{{ part }} of {{ row.title }}</a>
      {% endfor %}
    </p>
  </li>
{% endfor %}
</ul>
{% endblock %}
"""


class Base(DeclarativeBase):
    """The floor's own tables."""


class Row(Base):
    """One of the twenty."""

    __tablename__ = "rows"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(80))
    words: Mapped[str] = mapped_column(Text)


class Typed(Base):
    """One text somebody types."""

    __tablename__ = "typed"

    id: Mapped[int] = mapped_column(primary_key=True)
    words: Mapped[str] = mapped_column(Text)


def create_app(folder: Path) -> Flask:
    """The floor on a database of its own in `folder`, made where there is none."""
    app = Flask(__name__)
    app.jinja_loader = DictLoader({"frame.html": FRAME, "page.html": PAGE})
    app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{folder / 'floor.db'}"
    db = SQLAlchemy(model_class=Base)
    db.init_app(app)
    with app.app_context():
        prepare(db.engine)
        db.metadata.create_all(db.engine)
        _fill(db)

    @app.before_request
    def begin() -> None:
        writing.set(request.method == "POST")

    @app.get("/")
    def page() -> str:
        rows = db.session.scalars(db.select(Row).order_by(Row.id)).all()
        return render_template("page.html", rows=rows)

    @app.post("/save/<int:number>")
    def save(number: int) -> ResponseReturnValue:
        row = db.session.get(Typed, number) or abort(404)
        row.words = request.form["words"]
        db.session.commit()
        return {"saved": True}

    @app.get("/places/<place>")
    def show(place: str) -> str:
        return place

    @app.get("/rows/<int:number>")
    def row(number: int) -> str:
        return str(number)

    @app.get("/rows/<int:number>/<part>")
    def part(number: int, part: str) -> str:
        return f"{number} {part}"

    return app


def _fill(db: SQLAlchemy) -> None:
    if db.session.get(Row, 1) is None:
        words = "Words of about the length that one row of a list has. " * 10
        db.session.add_all(Row(id=n, title=f"Row {n}", words=words) for n in range(1, ROWS + 1))
        db.session.add_all(Typed(id=n, words="") for n in range(1, TEXTS + 1))
        db.session.commit()
    db.session.remove()


def served() -> Flask:
    """The floor for gunicorn: `benchmarks.floor:served()`, in the folder FLOOR_FOLDER names."""
    return create_app(Path(os.environ["FLOOR_FOLDER"]))
