"""The catalogue: every mediator reads and tries every exercise; for a pair of one's own, what is open for them."""

from __future__ import annotations

import copy
import re
import uuid
from datetime import timedelta
from pathlib import Path
from xml.etree.ElementTree import Element
from zoneinfo import ZoneInfo

import pytest

from mediator.cases.models import Case
from mediator.cases.terms import CaseState, Suitability
from mediator.core import sealed
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.visibility import Viewer
from mediator.exercises import actions, catalogue, locks
from mediator.exercises.content import Exercise
from mediator.exercises.reading import exercises
from mediator.exercises.terms import Mode, Place
from mediator.guide.content import CLOSURE, RELATIONS
from mediator.guide.reading import guide
from mediator.practice.models import Staff
from tests.counting import counted
from tests.factories import Pair, make_pair
from tests.people import HTML, Page, Person

LIST = "/work/exercises"
TEMPLATES = Path(__file__).parents[2] / "templates"
ON_PHONES = [exercise for exercise in exercises().values() if exercise.may_start]
SPOKEN = [exercise for exercise in exercises().values() if not exercise.may_start]
STAGES = [(exercise, number) for exercise in ON_PHONES for number in range(len(exercise.stages))]


def open_(element: Element, tag: str, kind: str = "") -> list[Element]:
    """Elements with a tag and, where one is given, a class."""
    return [one for one in element.iter(HTML + tag) if not kind or kind in (one.get("class") or "").split()]


def said(element: Element) -> str:
    return " ".join(" ".join(element.itertext()).split())


def unfolded(page: Page) -> str:
    """What stands on a page before anything is unfolded."""
    assert page.root is not None
    body = copy.deepcopy(next(page.root.iter(HTML + "main")))
    for parent in list(body.iter()):
        for child in list(parent):
            if child.tag == HTML + "details":
                parent.remove(child)
    return said(body)


def chooser(page: Page, name: str) -> list[Element]:
    """The options of one of the fields above the list; none where it is not there."""
    return [one for field in page.all("select") if field.get("name") == name for one in open_(field, "option")]


def pairs_of(page: Page) -> list[str]:
    return [said(option) for option in chooser(page, "case")]


def row_of(page: Page, exercise: Exercise) -> Element:
    """One exercise of the list."""
    for row in page.all("li"):
        if any(link.get("href", "").startswith(f"{LIST}/{exercise.key}") for link in row.iter(HTML + "a")):
            return row
    raise AssertionError(f"{exercise.name} is not listed")


def test_the_list_names_every_exercise_once_in_the_order_of_the_steps(mediator: Person) -> None:
    page = mediator.get(LIST)
    led = [link.removeprefix(f"{LIST}/") for link in page.links() if link.startswith(f"{LIST}/")]
    order = list(guide().steps)
    assert led == sorted(exercises(), key=lambda key: (order.index(exercises()[key].steps[0]), key))
    for exercise in exercises().values():
        words = said(row_of(page, exercise))
        assert exercise.line in words
        assert ("Read and spoken about" in words) == (not exercise.may_start)
    assert "Start" not in page.words
    assert "Closed for now" not in page.words


def test_a_search_goes_by_names_lines_and_steps(mediator: Person) -> None:
    for words, found in (("LISTENER", "E01"), ("stricter of two", "E22"), ("trust", "E17")):
        page = mediator.get(LIST, query_string={"q": words})
        assert f"{LIST}/{found}" in page.links()
        assert len([link for link in page.links() if link.startswith(f"{LIST}/E")]) < len(exercises())
    nothing = mediator.get(LIST, query_string={"q": "<b>zebra</b>"})
    assert "No exercise has these words in it." in nothing.words
    assert LIST in nothing.links()


def test_a_choice_of_how_it_goes_stays_in_the_address_and_says_how_many(mediator: Person) -> None:
    begun = {exercise.key for exercise in exercises().values() if exercise.may_start}
    for place in Place:
        page = mediator.get(LIST, query_string={"how": place.value})
        there = {key for key in begun if place in exercises()[key].places}
        assert {link.removeprefix(f"{LIST}/") for link in page.links() if link.startswith(f"{LIST}/")} == there
        (chosen,) = [one for one in chooser(page, "how") if one.get("selected") is not None]
        assert chosen.get("value") == place.value
        assert said(chosen).endswith(f"({len(there)})")
        assert f"{len(there)} of {len(exercises())} exercises" in page.words
    spoken = mediator.get(LIST, query_string={"how": "spoken"})
    assert f"{len(SPOKEN)} of {len(exercises())} exercises" in spoken.words
    assert mediator.get(LIST, query_string={"how": "by post"}).words == mediator.get(LIST).words
    both = mediator.get(LIST, query_string={"how": "screen", "q": "listener"})
    assert [link for link in both.links() if link.startswith(f"{LIST}/E")] == [f"{LIST}/E01"]
    assert "Any way" in both.words
    nothing = mediator.get(LIST, query_string={"how": "screen", "q": "cards"})
    assert "No exercise has these words in it and goes this way." in nothing.words
    assert LIST in nothing.links()


def test_only_ones_own_living_pairs_can_be_chosen(mediator: Person, other_mediator: Person, pair: Pair) -> None:
    assert pairs_of(mediator.get(LIST)) == ["No pair", "For Alex and Sam"]
    assert pairs_of(other_mediator.get(LIST)) == []
    for path in (LIST, f"{LIST}/E01"):
        for wrong in (str(pair.case), str(uuid.uuid4()), "nobody"):
            person = mediator if wrong == "nobody" else other_mediator
            assert person.get(path, query_string={"case": wrong}).status == 404
    db.session.get_one(Case, pair.case).state = CaseState.CLOSED
    db.session.commit()
    assert pairs_of(mediator.get(LIST)) == []
    chosen = mediator.get(LIST, query_string={"case": str(pair.case)})
    assert pairs_of(chosen) == ["No pair", "For Alex and Sam"]


def test_for_a_pair_what_is_open_can_be_started(mediator: Person, pair: Pair) -> None:
    page = mediator.get(LIST, query_string={"case": str(pair.case)})
    assert "Closed for now" not in page.words
    for exercise in exercises().values():
        start = f"/work/cases/{pair.case}/exercises/start/{exercise.key}"
        assert (start in page.links()) == exercise.may_start
        whole = mediator.get(f"{LIST}/{exercise.key}", query_string={"case": str(pair.case)})
        assert (start in whole.links()) == exercise.may_start
        assert "Open for this pair" in whole.words
        assert "Open for this pair" not in unfolded(whole)


@pytest.mark.parametrize(
    ("how", "closed", "reason"),
    [
        ({"hold": True}, set(exercises()) - {"E31", "E32"}, locks.Lock.CASE),
        ({"state": CaseState.PAUSED}, set(exercises()) - {"E31", "E32"}, locks.Lock.CASE),
        (
            {"suitability": Suitability.SAFEGUARDS},
            {f"E{number:02}" for number in (1, 2, 4, 6, 7, 9, 11, 13, 15, 16, 17, 19, 26, 30)},
            locks.Lock.SAFEGUARDS,
        ),
        ({"closure": True}, {"E13", "E15", "E19", "E27"}, locks.Lock.CLOSURE),
    ],
)
def test_what_is_closed_says_so_alike_and_why_stands_folded(
    mediator: Person, pair: Pair, how: dict[str, object], closed: set[str], reason: locks.Lock
) -> None:
    case = db.session.get_one(Case, pair.case)
    for name, value in how.items():
        setattr(case, name, value)
    db.session.commit()
    page = mediator.get(LIST, query_string={"case": str(pair.case)})
    for exercise in exercises().values():
        words = said(row_of(page, exercise))
        assert ("Closed for now" in words) == (exercise.key in closed), exercise.name
        assert ("Start" in words) == (exercise.key not in closed and exercise.may_start), exercise.name
    assert locks.SENTENCES[reason] in page.words
    key = min(closed)
    whole = mediator.get(f"{LIST}/{key}", query_string={"case": str(pair.case)})
    assert locks.SENTENCES[reason] in whole.words
    assert f"/work/cases/{pair.case}/exercises/start/{key}" not in whole.links()
    for one in (page, whole):
        shown = unfolded(one)
        assert "Closed for now" in shown
        assert "Ending well" not in shown
        assert not any(sentence in shown for sentence in locks.SENTENCES.values())


def test_open_in_one_place_and_not_in_another_is_open(mediator: Person, pair: Pair) -> None:
    db.session.get_one(Case, pair.case).suitability = Suitability.SAFEGUARDS
    db.session.commit()
    page = mediator.get(f"{LIST}/E22", query_string={"case": str(pair.case)})
    assert f"/work/cases/{pair.case}/exercises/start/E22" in page.links()
    assert "Closed for now" not in page.words
    for folded in (locks.SENTENCES[locks.Lock.SAFEGUARDS_TOGETHER], "what they have in common is not opened"):
        assert folded in page.words
        assert folded not in unfolded(page)


def test_what_was_used_with_a_pair_says_when(mediator: Person, pair: Pair) -> None:
    case = db.session.get_one(Case, pair.case)
    with sealed.ring_of(Viewer.staff(pair.mediator, frozenset({pair.case}))):
        run = actions.start(pair.mediator, case, uuid.uuid4(), "E13", Place.HOME, due_at=now() + timedelta(days=7))
    at = run.started_at.astimezone(ZoneInfo("Europe/London"))
    db.session.commit()
    page = mediator.get(LIST, query_string={"case": str(pair.case)})
    assert f"Used on {at:%A} {at.day} {at:%B}" in said(row_of(page, exercises()["E13"]))
    assert page.words.count("Used on") == 1


@pytest.mark.parametrize("exercise", exercises().values(), ids=lambda exercise: exercise.key)
def test_an_exercise_is_read_whole(mediator: Person, exercise: Exercise) -> None:
    page = mediator.get(f"{LIST}/{exercise.key}")
    texts = [
        exercise.name, exercise.line, exercise.evidence, exercise.closure_note, *exercise.before, *exercise.not_when,
        *exercise.afterwards, *exercise.words, *(stage.title for stage in exercise.stages),
        *(words for line in exercise.room for words in (line.title, line.text)),
    ]  # fmt: skip
    for text in texts:
        assert " ".join(text.split()) in page.words
    assert "{" not in page.words
    trying = f"{LIST}/{exercise.key}/try"
    assert (trying in page.links()) == exercise.may_start
    assert ("done by speaking about it" in page.words) == (not exercise.may_start)
    spoken = any(stage.mode is Mode.TURNS for stage in exercise.stages)
    assert ("Spoken only. Nothing is recorded" in page.words) == spoken


def test_who_sees_what_follows_the_policy_of_the_pair() -> None:
    (usual,) = catalogue.sees(exercises()["E13"], "caucus")
    assert usual.labels == (
        ("after", "Shared with the other person once you have both answered and your mediator opens it"),
    )
    (open_policy,) = catalogue.sees(exercises()["E13"], "no_secrets")
    assert open_policy.labels != usual.labels


@pytest.mark.parametrize(("exercise", "number"), STAGES, ids=lambda one: getattr(one, "key", str(one)))
@pytest.mark.parametrize("kind", ["other", CLOSURE])
def test_both_phones_of_the_invented_pair_have_the_same_words(
    mediator: Person, exercise: Exercise, number: int, kind: str
) -> None:
    page = mediator.get(f"{LIST}/{exercise.key}/try", query_string={"stage": str(number), "kind": kind})
    assert page.root is not None
    shown = open_(page.root, "div", "screen")
    stage = exercise.stages[number]
    assert len(shown) == (1 if exercise.one else 2)  # what is given to one person is on no other phone
    a, b = shown[0], shown[-1]
    if stage.turns is None:
        assert said(a).replace("Sam", "Alex") == said(b).replace("Sam", "Alex")
        assert [one.tag for one in a.iter()] == [one.tag for one in b.iter()]
    else:
        assert all(line in said(a) and line not in said(b) for line in stage.turns.speaker)
        assert all(line in said(b) and line not in said(a) for line in stage.turns.listener)
    for phone in (a, b):
        assert stage.title in said(phone)
        assert ("What can be worked out" in said(phone)) == (stage.mode is Mode.DERIVED)
        assert "{" not in said(phone)
        assert not open_(phone, "form")
        assert not any(one.get("type") != "button" for one in open_(phone, "button"))
    posts = [form.get("action", "") for form in page.all("form") if form.get("method") == "post"]
    assert all("sign-out" in action for action in posts)


def test_the_turns_of_the_invented_pair_are_in_the_words_of_the_phones() -> None:
    trying = (TEMPLATES / "workspace/exercises/try.html").read_text()
    phones = (TEMPLATES / "portal/exercise/screens.html").read_text()
    moment = trying[trying.index("macro moment") : trying.index("macro frame")]
    words = set(re.findall(r"_\('([^']+)'", moment))
    assert len(words) > 8
    assert [one for one in words if f"'{one}'" not in phones] == []


def test_the_invented_pair_reads_the_words_of_every_kind_of_pair(mediator: Person) -> None:
    hints = set()
    for kind in (*RELATIONS, CLOSURE):
        page = mediator.get(f"{LIST}/E13/try", query_string={"kind": kind})
        assert page.root is not None
        hints.add(said(open_(page.root, "p", "hint")[0]))
    assert len(hints) >= 3


def test_trying_out_reads_and_writes_nothing_of_any_case(mediator: Person) -> None:
    mediator.get(f"{LIST}/E22/try")
    with counted() as sent:
        mediator.get(f"{LIST}/E22/try")
    assert all(one.lstrip().startswith("SELECT") for one in sent)
    for table in ("cases", "participants", "forms", "answers"):
        assert not [one for one in sent if f" {table} " in one]


def test_what_there_is_not_is_not_there(mediator: Person) -> None:
    for path in ("E99", "e01", "E99/try", *(f"{one.key}/try" for one in SPOKEN)):
        assert mediator.get(f"{LIST}/{path}").status == 404
    for query in ({"stage": "2"}, {"stage": "-1"}, {"kind": "strangers"}):
        assert mediator.get(f"{LIST}/E01/try", query_string=query).status == 404
    assert mediator.get(f"{LIST}/E01/try", query_string={"stage": "9" * 5000}).status in {200, 404}


def test_the_guide_leads_to_its_exercises(mediator: Person) -> None:
    assert LIST in mediator.get("/work/guide").links()
    by_name = {exercise.name: exercise.key for exercise in exercises().values()}
    for key, step in guide().steps.items():
        links = mediator.get(f"/work/guide/{key}").links()
        led = [link for link in links if link.startswith(f"{LIST}/")]
        assert led == [f"{LIST}/{by_name[name]}" for name in step.exercises if name in by_name]
    current = [link.get("href") for link in mediator.get(f"{LIST}/E01").all("a") if link.get("aria-current") == "page"]
    assert current == ["/work/guide"]


def test_the_list_costs_the_same_whatever_the_number_of_pairs(mediator: Person, pair: Pair) -> None:
    path = {"query_string": {"case": str(pair.case)}}
    mediator.get(LIST, **path)
    with counted() as few:
        mediator.get(LIST, **path)
    for number in range(5):
        make_pair(db.session.get_one(Staff, pair.mediator), a=f"Ann {number}", b=f"Bo {number}")
    with counted() as many:
        page = mediator.get(LIST, **path)
    assert len(pairs_of(page)) == 7
    assert len(many) == len(few)


@pytest.mark.parametrize("who", ["assistant", "owner", "participant_a", "anyone"])
def test_only_mediators_read_the_catalogue(who: str, request: pytest.FixtureRequest) -> None:
    person: Person = request.getfixturevalue(who)
    for path in (LIST, f"{LIST}/E01", f"{LIST}/E01/try"):
        assert person.look_at(path).status in {302, 404}
