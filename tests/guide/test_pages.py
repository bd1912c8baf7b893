"""The pages where a mediator reads the guide: only what there is, whole, and only for those who mediate."""

from __future__ import annotations

import pytest

from mediator.core.visibility import Sharing, Visibility
from mediator.guide.reading import guide
from mediator.guide.workspace import TAGS, agenda_rows
from tests.people import Person

#: How a part may become joint, as a mediator reads it.
SAID = {
    Visibility.SAFETY: "Only you, kept apart",
    Sharing.CLOSED: "Only you see this",
    Sharing.OFFERED: "Only you, unless the writer offers it",
    Sharing.RECIPROCAL: "Both, once you open it",
    Sharing.DERIVED: "Only what they have in common",
}


def test_the_list_names_every_step_there_is_and_no_other(mediator: Person) -> None:
    page = mediator.get("/work/guide")
    leads = [link for link in page.links() if link.startswith("/work/guide/")]
    assert leads == [f"/work/guide/{key}" for key in guide().steps]


@pytest.mark.parametrize("key", guide().steps)
def test_a_step_is_read_whole(mediator: Person, key: str) -> None:
    step = guide().step(key)
    page = mediator.get(f"/work/guide/{key}")
    said = [
        step.name, step.aim, step.closure, *step.exercises, *step.readiness, *step.warnings, *step.remarks,
        *step.report.joint, *step.report.personal, *step.report.private, *step.notes.values(),
        *(block.title for agendas in (step.agendas, *(half.agendas for half in step.halves.values()))
          for blocks in agendas.values() for block in blocks),
    ]  # fmt: skip
    for question in (*step.questions, *guide().standing(key)):
        said += [question.text, *(variant.text for variant in question.variants)]
        for part in question.parts:
            choices = [*part.rows, *part.options]
            said += [part.label, *(part.anchors or ()), *(part.fields or ()), *(one.label for one in choices)]
            said += [str(TAGS[tag]) for one in choices for tag in (*one.only_for, *one.not_for)]
    for words in said:
        open_names = words.replace("{other}", "[the other]").replace("{mediator}", "[mediator]")
        assert " ".join(open_names.split()) in page.words
    parts = [part for question in (*step.questions, *guide().standing(key)) for part in question.parts]
    for part in parts:
        assert SAID.get(part.visibility, SAID[part.sharing]) in page.words
    assert page.words.count("Never measured as apart") == sum(not part.measured for part in parts)
    assert "{" not in page.words


def test_what_is_not_asked_of_every_pair_says_of_which(mediator: Person) -> None:
    """In the fold of its question, beside its words."""
    for key, step in guide().steps.items():
        page = mediator.get(f"/work/guide/{key}")
        asked = (part for question in step.questions for part in question.parts)
        for one in (one for part in asked for one in (*part.rows, *part.options)):
            for word, kinds in (("Only", one.only_for), ("Not", one.not_for)):
                if kinds:
                    assert f"({word}: {', '.join(str(TAGS[kind]) for kind in kinds)})" in page.words


def test_the_agendas_stand_side_by_side_and_add_up() -> None:
    for step in guide().steps.values():
        for agendas in (step.agendas, *(half.agendas for half in step.halves.values())):
            rows = agenda_rows(agendas)
            longest = [block.title for block in agendas[max(agendas)]] if agendas else []
            for length in agendas:
                assert sum(row.minutes.get(length, 0) for row in rows) == length
                order = [row.title for row in rows if length in row.minutes]
                assert [title for title in order if title in longest] == [one for one in longest if one in order]


def test_a_step_the_guide_lacks_is_not_there(mediator: Person) -> None:
    for key in ("99", "7b", "s", "closing"):
        assert mediator.get(f"/work/guide/{key}").status == 404


@pytest.mark.parametrize("who", ["assistant", "owner", "participant_a", "anyone"])
def test_only_mediators_read_the_guide(who: str, request: pytest.FixtureRequest) -> None:
    person: Person = request.getfixturevalue(who)
    for path in ("/work/guide", f"/work/guide/{next(iter(guide().steps))}"):
        assert person.look_at(path).status in {302, 404}
