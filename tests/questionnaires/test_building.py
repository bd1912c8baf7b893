"""Building forms and drafts: what the page proposes, keeps and refuses."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from mediator.cases.models import Case
from mediator.cases.terms import Relation, Route, Suitability
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.visibility import Sharing
from mediator.guide.reading import guide
from mediator.questionnaires import building
from mediator.questionnaires.models import Form
from mediator.questionnaires.spec import from_spec
from tests.factories import Pair
from tests.people import Page, Person
from tests.questionnaires.making import assignments, at, form_of, forms_at, make, ring, verbs

# ---- Choosing


def chosen(page: Page) -> str | None:
    """The step whose questions a page of a new form shows."""
    return next(one.get("value") for one in page.all("option") if one.get("selected") is not None)


def test_a_new_form_starts_with_the_guides_proposal(mediator: Person, pair: Pair) -> None:
    page = mediator.get(f"{forms_at(pair)}/new?step=5")
    fields = page.form("/forms/new").fields
    ticked = {name for name in fields if name.startswith("q.")}
    assert ticked == {f"q.{question.key}" for question in guide().step("5").ticked}
    assert fields["title"].startswith("Rebuild Trust")
    assert {"to.A", "to.B"} <= fields.keys()
    local = now().astimezone(ZoneInfo("Europe/London")).date() + timedelta(days=7)
    assert (fields["due_date"], fields["due_time"]) == (local.isoformat(), "18:00")
    for question in guide().standing("5"):
        assert question.text.replace("{mediator}", "your mediator") in page.words
    minutes = building.minutes([*guide().step("5").ticked, *guide().standing("5")])
    assert f"About {int(-(-minutes // 1))} minutes" in page.words


@pytest.mark.parametrize(("step", "left_out"), [("1", "1.3"), ("3", "3.1")])
def test_with_safeguards_nobody_is_asked_for_their_part_unless_the_mediator_ticks_it(
    mediator: Person, pair: Pair, step: str, left_out: str
) -> None:
    for suitability, proposed in ((Suitability.USUAL, True), (Suitability.SAFEGUARDS, False)):
        db.session.get_one(Case, pair.case).suitability = suitability
        db.session.commit()
        fields = mediator.get(f"{forms_at(pair)}/new?step={step}").form("/forms/new").fields
        assert (f"q.{left_out}" in fields) is proposed


def test_the_first_step_is_the_routes_first_that_the_guide_has() -> None:
    only_five = dataclasses.replace(guide(), steps={"5": guide().step("5")})
    assert building.next_step(only_five, Route.REPAIR, ()) == "5"
    assert building.next_step(only_five, Route.DECIDE_FIRST, ()) == "5"
    both = dataclasses.replace(guide(), steps={"5": guide().step("5"), "6": guide().step("5")})
    assert building.next_step(both, Route.FRIENDS_SIBLINGS, ()) == "6"
    assert building.next_step(both, Route.REPAIR, ()) == "5"


@pytest.mark.parametrize(
    ("asked", "following"),
    [
        ([], "7"),
        (["7"], "8"),
        (["7", "8"], "1"),
        (["7", "7", "8", "8"], "1"),  # asked again is not one further
        (["5"], "6"),  # where it was begun further on
        (["5", "2"], "3"),  # where it went back
        (["7", "8", "1", "2", "3", "4", "5", "6"], "8"),  # the second half of step 8
        (["7", "8", "1", "2", "3", "4", "5", "6", "8b"], "close"),
        (["6", "8", "close"], "close"),
        (["0", "9"], "7"),  # no step of this route
    ],
)
def test_a_new_form_asks_about_the_routes_step_after_the_last_that_was_asked(asked: list[str], following: str) -> None:
    assert building.next_step(guide(), Route.REPAIR, asked) == following


def test_a_new_form_proposes_the_next_step_or_that_of_the_session_it_is_for(mediator: Person, pair: Pair) -> None:
    new = f"/work/cases/{pair.case}/forms/new"
    make(mediator, pair)  # step 5, kept as a draft: nobody was asked yet
    assert chosen(mediator.get(new)) == "7"
    make(mediator, pair, go="send")
    assert chosen(mediator.get(new)) == "6"
    assert chosen(mediator.get(f"{new}?step=7b")) == "7"
    assert chosen(mediator.get(f"{new}?step=nowhere")) == "6"


def test_a_draft_keeps_the_ticked_questions_between_the_standing_ones(mediator: Person, pair: Pair) -> None:
    page = make(mediator, pair, {"q.5.4": None, "q.5.9": "yes"})
    assert page.status == 200
    form = form_of(pair)
    assert [row.key for row in form.questions] == [
        "5.ready", "5.3", "5.5", "5.6", "5.7", "5.9", "5.only", "5.safety",
    ]  # fmt: skip
    assert form.assignments == []
    assert verbs() == ["form.made"]


def test_the_same_page_sent_twice_makes_one_form(mediator: Person, pair: Pair) -> None:
    page = mediator.get(f"{forms_at(pair)}/new?step=5")
    for _again in range(2):
        mediator.submit(page, {"go": "send", "q.5.1": "yes"}, action="/forms/new")
    assert len(assignments()) == 4  # two forms (the questions, the task) for two people
    assert db.session.query(Form).count() == 2


def test_a_task_is_a_form_of_its_own(mediator: Person, pair: Pair) -> None:
    make(mediator, pair, {"q.5.1": "yes", "q.5.11": "yes"})
    db.session.rollback()
    forms: dict[bool, list[list[str]]] = {False: [], True: []}
    for form in db.session.scalars(select(Form)):
        forms[form.task].append([row.key for row in form.questions])
    assert sorted(forms[True]) == [["5.1"], ["5.11"]]
    assert len(forms[False]) == 1
    assert "5.1" not in forms[False][0]


def test_tasks_alone_make_no_other_form(mediator: Person, pair: Pair) -> None:
    unticked: dict[str, str | None] = {f"q.{question.key}": None for question in guide().step("5").ticked}
    page = make(mediator, pair, {**unticked, "q.5.2": "yes"})
    assert page.status == 200
    assert [row.key for row in form_of(pair).questions] == ["5.2"]


def test_words_and_rows_fit_the_pair(mediator: Person, pair: Pair) -> None:
    case = db.session.get_one(Case, pair.case)
    case.relation, case.closure = Relation.FRIENDS, True
    db.session.commit()
    make(mediator, pair)
    with ring(pair):
        question = next(from_spec(row.spec) for row in form_of(pair).questions if row.key == "5.3")
    assert question.text == "Which of these are you willing to settle before the ending, if any?"
    keys = {option.key for option in question.parts[0].options}
    assert "photos" in keys
    assert "money" not in keys


def test_more_than_ten_minutes_is_said(mediator: Person, pair: Pair) -> None:
    make(mediator, pair, {"q.5.9": "yes", "q.5.10": "yes", "q.5.12": "yes"})
    assert "more than ten minutes" in mediator.get(at(form_of(pair))).words


def test_another_step_takes_nothing_from_what_was_typed(mediator: Person, pair: Pair) -> None:
    """Its questions come as the guide proposes them; ticks come back with their step. Nothing is saved."""
    page = mediator.get(f"{forms_at(pair)}/new?step=5")
    proposed = page.form("/forms/new").fields["title"]
    typed: dict[str, str | None] = {
        "own.2.text": "What about the {garden?", "own.2.offered": "yes", "due_date": "2026-02-31", "due_time": "",
        "to.B": None, "q.5.3": None, "q.5.9": "yes",
    }  # fmt: skip
    six = mediator.submit(page, {**typed, "go": "step", "instead": "6"}, action="/forms/new")
    fields = six.form("/forms/new").fields
    assert (six.status, chosen(six), fields["step"]) == (200, "6", "6")
    assert fields["title"] == proposed.replace("Rebuild Trust", "Set Realistic Expectations")
    for name, value in typed.items():
        assert fields.get(name) == value
    ticked = {name for name in fields if name.startswith("q.6.")}
    assert ticked == {f"q.{question.key}" for question in guide().step("6").ticked}
    mine: dict[str, str | None] = {"go": "step", "instead": "5", "title": "Before May"}
    five = mediator.submit(six, mine, action="/forms/new").form("/forms/new").fields
    assert (five["title"], five["own.2.text"]) == ("Before May", typed["own.2.text"])
    assert "q.5.9" in five
    assert "q.5.3" not in five
    assert db.session.query(Form).count() == 0
    wrong = mediator.submit(six, {"go": "step", "instead": "99"}, action="/forms/new")
    assert (wrong.status, chosen(wrong)) == (200, "6")
    soon = (now() + timedelta(days=3)).date().isoformat()
    right: dict[str, str | None] = {"own.2.text": "", "due_date": soon, "due_time": "18:00", "go": "save"}
    assert mediator.submit(six, right, action="/forms/new").status == 200
    assert {row.key.partition(".")[0] for row in form_of(pair).questions} == {"6"}


# ---- Own questions


def test_own_questions_stand_before_the_last_standing_ones(mediator: Person, pair: Pair) -> None:
    make(
        mediator,
        pair,
        {
            "own.1.text": "What about the garden you share with {other}?", "own.1.offered": "yes",
            "own.3.text": "How settled is it?", "own.3.type": "line",
            "own.3.low": "Not today.", "own.3.middle": "Partly.", "own.3.high": "Fully.",
        },
    )  # fmt: skip
    with ring(pair):
        own = [from_spec(row.spec) for row in form_of(pair).questions if building.is_own(row.key)]
    assert [question.parts[0].type for question in own] == ["long", "line"]
    assert [question.parts[0].sharing for question in own] == [Sharing.OFFERED, Sharing.CLOSED]
    assert own[1].parts[0].anchors == ("Not today.", "Partly.", "Fully.")
    assert [row.key for row in form_of(pair).questions][-4:] == [own[0].key, own[1].key, "5.only", "5.safety"]
    mediator.submit(mediator.get(at(form_of(pair))), action="/send")
    text = next(row for row in assignments() if row.participant_id == pair.a).questions
    with ring(pair):
        assert "What about the garden you share with Sam?" in [from_spec(row.spec).text for row in text]


@pytest.mark.parametrize(
    ("sent", "field", "words"),
    [
        ({"own.1.text": "x" * 201}, "own.1.text", "shorter"),
        ({"own.1.text": "What about {them}?"}, "own.1.text", "curly brackets"),
        ({"own.2.text": "How is it?", "own.2.type": "line", "own.2.low": "Low."}, "own.2.middle", "on the line"),
        ({"own.2.low": "Low.", "own.2.type": "line"}, "own.2.text", "Write the question"),
        ({"own.1.text": "How is it?", "own.1.type": "grid"}, "own.1.type", "Choose words or a line"),
        ({"title": " "}, "title", "Give the form a title"),
        ({"title": "x" * 121}, "title", "shorter"),
        ({"due_date": "2020-01-01"}, "due_date", "still to come"),
        ({"due_date": "tomorrow"}, "due_date", "day of the calendar"),
        ({"due_date": "2206-03-12"}, "due_date", "day of the calendar"),
        ({"due_date": "9999-12-31", "due_time": "23:30"}, "due_date", "day of the calendar"),
        ({"due_time": "25:00"}, "due_time", "time of the day"),
        ({"step": "99"}, "step", "Choose a step"),
        ({"go": "send", "to.A": None, "to.B": None}, "to", "Choose who gets the form"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(
    mediator: Person, pair: Pair, sent: dict[str, str | None], field: str, words: str
) -> None:
    db.session.get_one(Case, pair.case).zone = "America/New_York"  # the last evening of a calendar is past it in UTC
    db.session.commit()
    page = make(mediator, pair, {"own.5.text": "Kept as typed {other}", **sent})
    assert page.status == 422
    assert words in page.words
    assert f"#f-{field}" in page.links()
    assert f'id="f-{field}"' in page.text
    assert page.form("/forms/new").fields["own.5.text"] == "Kept as typed {other}"
    for name, value in sent.items():
        if value is not None and name not in {"step", "go", "own.1.type"}:
            assert page.form("/forms/new").fields[name] == value
    assert db.session.query(Form).count() == 0


def test_a_form_without_any_question_is_no_form(mediator: Person, pair: Pair) -> None:
    page = make(mediator, pair, {f"q.{question.key}": None for question in guide().step("5").ticked})
    assert page.status == 422
    assert "#f-questions" in page.links()
    assert "Choose one question at least" in page.words
    assert db.session.query(Form).count() == 0


# ---- Drafts


def test_a_draft_is_changed_on_the_same_page(mediator: Person, pair: Pair) -> None:
    make(mediator, pair, {"own.2.text": "What else?", "due_time": "07:30"})
    form = form_of(pair)
    page = mediator.get(at(form, "/edit"))
    fields = page.form("/edit").fields
    assert fields["own.1.text"] == "What else?"
    assert fields["due_time"] == "07:30"
    mediator.submit(page, {"q.5.3": None, "q.5.9": "yes", "title": "Another", "go": "save"}, action="/edit")
    form = form_of(pair)
    keys = [row.key for row in form.questions]
    assert "5.3" not in keys
    assert "5.9" in keys
    assert any(building.is_own(key) for key in keys)
    with ring(pair):
        assert form.title == "Another"


def test_a_draft_changed_meanwhile_is_not_written_over(mediator: Person, pair: Pair) -> None:
    """Two windows: the second is told and has its words back. The same page sent twice is saved once."""
    make(mediator, pair)
    form = form_of(pair)
    first, second = (mediator.get(at(form, "/edit")) for _window in range(2))
    changes: dict[str, str | None] = {"title": "Before May", "q.5.3": None, "own.1.text": "The garden?", "go": "save"}
    for _again in range(2):
        assert mediator.submit(first, changes, action="/edit").status == 200
    assert verbs() == ["form.made", "form.changed"]
    late = mediator.submit(second, {"own.1.text": "And the cat?", "go": "save"}, action="/edit")
    assert late.status == 409
    assert "Somebody changed this form in the meantime" in late.words
    assert "And the cat?" in late.text
    wrong = mediator.submit(second, {"title": "", "go": "save"}, action="/edit")
    assert wrong.status == 422
    assert mediator.submit(wrong, {"title": "May", "go": "save"}, action="/edit").status == 409
    form = form_of(pair)
    with ring(pair):
        assert form.title == "Before May"
        assert [from_spec(row.spec).text for row in form.questions if building.is_own(row.key)] == ["The garden?"]


def test_a_short_task_changed_meanwhile_is_not_written_over(mediator: Person, pair: Pair) -> None:
    make(mediator, pair, {**{f"q.{one.key}": None for one in guide().step("5").ticked}, "q.5.2": "yes"})
    form = form_of(pair)
    first, second = (mediator.get(at(form, "/edit")) for _window in range(2))
    for _again in range(2):
        assert mediator.submit(first, {"title": "Before May", "go": "save"}, action="/edit").status == 200
    assert mediator.submit(second, {"title": "May", "go": "save"}, action="/edit").status == 409
    assert verbs() == ["form.made", "form.changed"]
    assert [row.key for row in form_of(pair).questions] == ["5.2"]


def test_a_draft_is_removed_and_a_sent_form_is_not(mediator: Person, pair: Pair) -> None:
    make(mediator, pair)
    first = form_of(pair)
    page = mediator.get(at(first))
    mediator.submit(page, action="/remove")
    db.session.rollback()
    assert db.session.query(Form).count() == 0
    assert verbs()[-1] == "form.removed"
    assert mediator.submit(page, action="/remove").status == 404
    make(mediator, pair)
    second = form_of(pair)
    stale = mediator.get(at(second))
    edit = mediator.get(at(second, "/edit"))
    mediator.submit(mediator.get(at(second)), action="/send")
    assert mediator.submit(stale, action="/remove").status == 409
    assert mediator.submit(edit, {"go": "save", "title": "Changed"}, action="/edit").status == 409
    with ring(pair):
        assert form_of(pair).title != "Changed"
