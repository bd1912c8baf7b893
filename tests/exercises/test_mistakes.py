"""Mistakes in an exercise are found at start, all at once, each named by file and key."""

from __future__ import annotations

from pathlib import Path

import pytest

from mediator.exercises.checks import OPENS
from mediator.exercises.content import Under
from mediator.exercises.reading import ENGLISH, ContentError, load
from mediator.exercises.terms import WRITING, Mode, Place
from mediator.guide.content import Scale

#: An exercise with every kind of stage, right in every way.
EXERCISE = """
key = "E20"
version = 3
name = "Cards for what I expect"
line = "Cards, sorted alone."
steps = ["6"]
alone = 5
together = 12
places = ["phones"]
safeguards = "apart"
closure = "open"
closure_note = "Fewer cards."
before = ["Read both first."]
not_when = ["It would press."]
afterwards = ["It can be kept."]
words = ["“Two cards for today.”"]
evidence = "Common in practice, and little is known."
retired = ["E20.old", "E20.9", "E20.1.gone"]

[[room]]
title = "In common"
text = "Read them out."
minutes = 8

[[room]]
title = "Close"
text = "What stays open."
minutes = 4

[[stage]]
key = "E20.turns"
mode = "turns"
title = "In turns"
lead = "One speaks."
minutes = 8

[stage.turns]
rounds = 2
seconds = 120
speaker = ["One thing at a time"]
listener = ["Just listen"]

[[stage]]
key = "E20.sort"
mode = "derived"
title = "Cards"
lead = "Each sorts alone."
minutes = 5

[[stage.question]]
key = "E20.1"
text = "What would you like with {other}?"
minutes = 3
task = true

[[stage.question.part]]
key = "E20.1.cards"
type = "grid"
sharing = "derived"
scale = "lights"
label = "Cards"
rows = "cards"

[[stage.question.part]]
key = "E20.1.more"
type = "short"
sharing = "closed"
label = "For {mediator}"

[[stage]]
key = "E20.text"
mode = "together"
title = "One text"
lead = "Both agree to it."
minutes = 4
asks = ["What holds from here"]

[[lists.cards]]
key = "weekly"
label = "Contact every week"

[[lists.cards]]
key = "calls"
label = "Phone calls"
"""


def write(folder: Path, exercise: str = EXERCISE, name: str = "E20.toml") -> Path:
    """A folder with one exercise."""
    (folder / name).write_text(exercise, encoding="utf-8")
    return folder


def test_an_exercise_is_read_as_it_is_written(tmp_path: Path) -> None:
    (exercise,) = load(write(tmp_path)).values()
    assert (exercise.key, exercise.version, exercise.steps) == ("E20", 3, ("6",))
    assert exercise.places == (Place.PHONES,)
    assert (exercise.safeguards, exercise.closure) == (Under.APART, Under.OPEN)
    assert (exercise.alone, exercise.together, exercise.closure_note) == (5, 12, "Fewer cards.")
    assert [(line.title, line.minutes) for line in exercise.room] == [("In common", 8), ("Close", 4)]
    assert exercise.derived
    assert exercise.may_start
    turns, sort, text = exercise.stages
    assert turns.turns is not None
    assert (turns.turns.rounds, turns.turns.seconds) == (2, 120)
    assert (turns.turns.speaker, turns.turns.listener) == (("One thing at a time",), ("Just listen",))
    assert (sort.mode, sort.minutes, sort.writes) == (Mode.DERIVED, 5, True)
    grid = sort.questions[0].parts[0]
    assert grid.scale is Scale.LIGHTS
    assert [row.key for row in grid.rows] == ["weekly", "calls"]
    assert text.asks == ("What holds from here",)


def test_what_is_only_read_has_no_stages_and_may_have_nothing_in_the_room(tmp_path: Path) -> None:
    start, end = EXERCISE.index("[[room]]"), EXERCISE.index("[[lists.cards]]")
    (exercise,) = load(write(tmp_path, (EXERCISE[:start] + EXERCISE[end:]).replace("= 12", "= 0"))).values()
    assert not exercise.may_start
    assert not exercise.derived
    assert exercise.room == ()


BROKEN: list[tuple[str, str, str]] = [
    ('key = "E20"', 'key = "E21"', "E20.toml: key E21 belongs in E21.toml"),
    ('key = "E20"', 'key = "20"', "E20.toml: key '20' is not well formed, such as E13"),
    ('key = "E20"', "", "E20.toml: key is missing"),
    ("version = 3", "version = 0", "E20.toml: version must be at least 1"),
    ("version = 3", 'version = 3\nlead = "x"', "E20.toml: unknown key 'lead'"),
    ('line = "Cards, sorted alone."', "", "E20.toml: line is missing"),
    (
        'name = "Cards for what I expect"',
        'name = "Cards"',
        "E20.toml: name: no step of the guide has an exercise 'Cards'",
    ),
    ('steps = ["6"]', 'steps = ["9"]', "E20.toml: steps: '9' is not one of 0, 1, 2, 3, 4, 5, 6, 7, 8, close"),
    ('steps = ["6"]', 'steps = ["5"]', "E20.toml: steps: step 6 has this exercise too"),
    ('steps = ["6"]', "steps = []", "E20.toml: steps: step 6 has this exercise too"),
    ('["phones"]', '["phones", "garden"]', "places: 'garden' is not one of screen, phones, home, shuttle"),
    ('["phones"]', "[]", "E20.toml: places: there is none"),
    ('["phones"]', '["screen"]', "E20.toml: places: E20.sort is derived, which can't be done at screen"),
    ('["phones"]', '["shuttle"]', "E20.toml: places: E20.turns is turns, which can't be done at shuttle"),
    ('["phones"]', '["home"]', "E20.toml: places: E20.turns is turns, which can't be done at home"),
    ('["phones"]', '["phones"]\nhold = true', "E20.toml: hold: it stays open at home, which is none of its places"),
    ('["phones"]', '["phones"]\nhold = true', "hold: E20.sort is derived, and under a hold nothing may become open"),
    (
        '"Each sorts alone."',
        '"Each sorts alone."\naloud = "Say it."',
        "E20.toml: stage E20.sort: aloud is for one screen, which is none of its places",
    ),
    ('"One speaks."', '"One speaks."\naloud = "Say it."', "E20.toml: stage E20.turns: turns has no use for aloud"),
    ('safeguards = "apart"', 'safeguards = "never"', "E20.toml: safeguards 'never' is not one of open, apart, closed"),
    ('closure = "open"', "", "E20.toml: closure is missing"),
    ("together = 12", "together = 15", "E20.toml: room: the lines take 12 minutes, together is 15"),
    ("minutes = 8\n\n[[room]]", "minutes = 0\n\n[[room]]", "E20.toml: room 1: minutes must be at least 1"),
    ('text = "Read them out."', "", "E20.toml: room 1: text is missing"),
    ('title = "Close"', 'titles = "Close"', "E20.toml: room 2: unknown key 'titles'"),
    ("and little is known.", "and little is known", "E20.toml: evidence must be one sentence"),
    ("and little is known.", "and so on. It works.", "E20.toml: evidence must be one sentence"),
    ("and little is known.", "and 47 % stay.", "E20.toml: evidence: no percentages"),
    ("and little is known.", "and forty percent stay.", "E20.toml: evidence: no percentages"),
    ('before = ["Read both first."]', "before = [3]", "E20.toml: before must be a list of texts"),
    ('words = ["“Two cards for today.”"]', "", "E20.toml: words is missing"),
    ("It would press.", "It would press!", "E20.toml: not_when: holds an exclamation mark"),
    ("Two cards for", "Why not cards for", "E20.toml: words: holds “why”"),
    ("Read them out.", "Ask {other} first.", "E20.toml: room: unknown placeholder {other}"),
    ("Each sorts alone.", "{other} sorts too.", "E20.toml: stage E20.sort: unknown placeholder {other}"),
    ("One thing at a time", "What your partner said", "E20.toml: stage E20.turns: holds “your partner”"),
    ("Just listen", "Just listen " + "and listen " * 9, "E20.turns: 'Just listen and listen and"),
    ("What holds from here", "What holds  from here", "E20.toml: stage E20.text: has spaces or line breaks too many"),
    ('"E20.sort"', '"E21.sort"', "E20.toml: stage E21.sort: key is not well formed, such as E20.own"),
    ('"E20.sort"', '"E20.1"', "E20.toml: stage E20.1: key is not well formed, such as E20.own"),
    ('"E20.sort"', '"E20.text"', "E20.toml: stage E20.text: key is used twice"),
    ('"E20.sort"', '"E20.old"', "E20.toml: stage E20.old: key is retired and never used again"),
    ('key = "E20.sort"\n', "", "E20.toml: stage 2: key is missing"),
    ('mode = "derived"', 'mode = "mixed"', "E20.toml: stage E20.sort: mode 'mixed' is not one of alone, offered"),
    ('mode = "derived"', 'mode = "turns"', "E20.toml: stage E20.sort: turns needs turns"),
    ('mode = "derived"', 'mode = "turns"', "E20.toml: stage E20.sort: turns has no use for questions"),
    ('mode = "derived"', 'mode = "together"', "E20.toml: stage E20.sort: together has no use for questions"),
    ('mode = "turns"', 'mode = "alone"', "E20.toml: stage E20.turns: alone needs questions"),
    ('mode = "turns"', 'mode = "alone"', "E20.toml: stage E20.turns: alone has no use for turns"),
    ('asks = ["What holds from here"]', "", "E20.toml: stage E20.text: together needs asks"),
    ('lead = "One speaks."', 'lead = "One speaks."\nasks = ["x"]', "stage E20.turns: turns has no use for asks"),
    ("rounds = 2", "rounds = 3", "E20.toml: stage E20.turns: minutes: what it asks takes 12, more than 8"),
    ("rounds = 2", "round = 2", "E20.toml: stage E20.turns: turns: unknown key 'round'"),
    ('speaker = ["One thing at a time"]', "", "E20.toml: stage E20.turns: turns: speaker is missing"),
    ("minutes = 3", "minutes = 6", "E20.toml: stage E20.sort: minutes: what it asks takes 6, more than 5"),
    ("minutes = 5", "minutes = 5.5", "E20.toml: stage E20.sort: minutes must be a whole number"),
    ('lead = "Each sorts alone."', "", "E20.toml: stage E20.sort: lead is missing"),
    ("minutes = 5", "minutes = 5\nlanes = true", "stage E20.sort: lanes are for moments that each may offer"),
    ("minutes = 5", "minutes = 5\nlanes = true", "lanes: question E20.1 needs a short part “what” and a date “when”"),
    (
        "minutes = 5",
        'minutes = 5\nmarks = "E20.text"',
        "stage E20.sort: marks: no stage before it with the key 'E20.text' is a text of both",
    ),
    ("minutes = 5", 'minutes = 5\nmarks = "E20.text"', "E20.sort: marks: every part is one to choose several"),
    (
        "minutes = 5",
        'minutes = 5\nbecomes = {kind = "promise", what = "cards"}',
        "E20.toml: stage E20.sort: becomes: kind 'promise' is not one of agreement, commitment, boundary",
    ),
    (
        "minutes = 5",
        'minutes = 5\nbecomes = {kind = "boundary", what = "more"}',
        "E20.toml: stage E20.sort: becomes: no part 'more' can be opened here",
    ),
    (
        "minutes = 5",
        'minutes = 5\nbecomes = {kind = "boundary", what = "cards", days = "cards"}',
        "E20.toml: stage E20.sort: becomes: days needs a date",
    ),
    (
        "minutes = 4",
        'minutes = 4\nbecomes = {kind = "boundary", what = "cards"}',
        "becomes: only what one offers, or two have in common, is written down",
    ),
    ('scale = "lights"', 'scale = "lights"\ncheck = "apology"', "part E20.1.cards: grid has no use for check"),
    ('scale = "lights"', 'scale = "lights"\ncheck = "grammar"', "check 'grammar' is not one of feelings, apology"),
    (
        'sharing = "closed"',
        'sharing = "offered"',
        "E20.toml: question E20.1: part E20.1.more: offered does not fit a stage that is derived",
    ),
    (
        'sharing = "derived"',
        'sharing = "closed"',
        "E20.toml: stage E20.sort: derived needs a part that is derived: else there is nothing to open",
    ),
    (
        'type = "short"\nsharing = "closed"',
        'type = "short"\nsharing = "derived"',
        "E20.toml: question E20.1: part E20.1.more: short can't be derived",
    ),
    (
        'sharing = "closed"',
        'sharing = "closed"\nvisibility = "own"',
        "E20.toml: question E20.1: part E20.1.more: visibility own is not for an exercise",
    ),
    (
        'sharing = "closed"',
        'sharing = "closed"\nvisibility = "safety"',
        "E20.toml: question E20.1: part E20.1.more: visibility safety is not for an exercise",
    ),
    (
        'type = "short"\nsharing = "closed"',
        'type = "line"\nsharing = "closed"\nreading = "ready"\nanchors = ["No.", "Partly.", "Yes."]',
        "E20.toml: question E20.1: part E20.1.more: a reading belongs to a step",
    ),
    (
        'type = "short"\nsharing = "closed"',
        'type = "line"\nsharing = "closed"\nmeasured = false\nreading = "comfort"\nanchors = ["No.", "So.", "Yes."]',
        "E20.toml: question E20.1: part E20.1.more: a reading belongs to a step, and the exercise to the same one",
    ),
    ("task = true", "task = true\nlast = true", "question E20.1: last is for forms of a step"),
    (
        "task = true",
        "task = true\nsafeguards = false",
        "question E20.1: not asked with safeguards, so all of it is closed",
    ),
    (
        'key = "E20.turns"',
        'key = "E20.turns"\nsafeguards = "closed"',
        "E20.toml: safeguards: what is closed then comes after what is not",
    ),
    (
        'key = "E20.sort"',
        'key = "E20.sort"\nsafeguards = "apart"',
        "E20.toml: safeguards: a stage is open or closed; where it is done stands at the whole",
    ),
    ('places = ["phones"]', 'places = ["phones", "home"]', "E20.toml: places: E20.turns is turns, which can't be done"),
    ("task = true", "", "E20.toml: question E20.1: part E20.1.cards: a grid is sent as a task of its own"),
    ('key = "E20.1"', 'key = "6.1"', "E20.toml: question 6.1: key is not well formed, such as E20.3"),
    ('key = "E20.1"', 'key = "E20.9"', "E20.toml: question E20.9: key is retired and never used again"),
    ('"E20.1.more"', '"E20.1.gone"', "question E20.1: part E20.1.gone: key is retired and never used again"),
    ('"E20.1.more"', '"E20.2.more"', "question E20.1: part E20.2.more: key is not well formed, such as E20.1.name"),
    ("What would you like", "Why not", "E20.toml: question E20.1: text: holds “why”"),
    ("with {other}?", "with {name}?", "E20.toml: question E20.1: text: unknown placeholder {name}"),
    ('rows = "cards"', 'rows = "more"', "question E20.1: part E20.1.cards: rows: there is no list 'more'"),
    ('rows = "cards"', "", "E20.toml: question E20.1: part E20.1.cards: grid needs rows"),
    ("version = 3", "version = = 3", "E20.toml: is not TOML in UTF-8"),
]


#: An exercise whose words stay with their author alone, right in every way.
OWN = (
    EXERCISE[: EXERCISE.index("[[room]]")]
    .replace("together = 12", "together = 0")
    .replace('places = ["phones"]', 'places = ["home"]\none = true')
    + """
[[stage]]
key = "E20.page"
mode = "alone"
own = true
title = "A page"
lead = "For oneself."
minutes = 5
asks = ["Begin anywhere"]
"""
)

BROKEN_OWN: list[tuple[str, str, str]] = [
    ('mode = "alone"', 'mode = "together"', "E20.toml: stage E20.page: own goes with alone, not with together"),
    ('asks = ["Begin anywhere"]', "", "E20.toml: stage E20.page: alone needs asks"),
    ("own = true\n", "", "E20.toml: stage E20.page: alone needs questions"),
    ("one = true", "", "E20.toml: own: it is for one person (one = true), at home and nowhere else"),
    ('places = ["home"]', 'places = ["home", "phones"]', "E20.toml: own: it is for one person (one = true), at home"),
    ("minutes = 5", "minutes = 6", "E20.toml: own: the stage takes 6 minutes, alone is 5"),
    (
        "[[stage]]",
        (
            '[[stage]]\nkey = "E20.more"\nmode = "alone"\nown = true\ntitle = "T"\nlead = "L."\nminutes = 5\n'
            'asks = ["One"]\n\n[[stage]]'
        ),
        "E20.toml: own: it stands alone, without any other stage",
    ),
]


def test_what_stays_with_its_author_has_no_form(tmp_path: Path) -> None:
    (exercise,) = load(write(tmp_path, OWN)).values()
    assert (exercise.own, exercise.one, exercise.may_start) == (True, True, True)
    assert (exercise.stages[0].own, exercise.stages[0].writes) == (True, False)


@pytest.mark.parametrize(("right", "wrong", "problem"), BROKEN_OWN)
def test_each_mistake_in_what_stays_with_its_author_is_named(
    tmp_path: Path, right: str, wrong: str, problem: str
) -> None:
    assert right in OWN
    with pytest.raises(ContentError) as found:
        load(write(tmp_path, OWN.replace(right, wrong, 1)))
    assert any(problem in one for one in found.value.problems), found.value.problems


@pytest.mark.parametrize(("right", "wrong", "problem"), BROKEN)
def test_each_mistake_is_named_with_file_and_key(tmp_path: Path, right: str, wrong: str, problem: str) -> None:
    assert right in EXERCISE
    with pytest.raises(ContentError) as caught:
        load(write(tmp_path, EXERCISE.replace(right, wrong)))
    assert any(problem in found for found in caught.value.problems), caught.value.problems
    assert all(found.startswith("E20.toml: ") for found in caught.value.problems)


@pytest.mark.parametrize("mode", sorted(WRITING - {Mode.HELD}))
def test_a_writing_stage_opens_one_sharing_and_keeps_the_rest_closed(tmp_path: Path, mode: Mode) -> None:
    for sharing in OPENS.values():
        words = EXERCISE.replace('mode = "derived"', f'mode = "{mode}"').replace(
            'sharing = "derived"', f'sharing = "{sharing}"'
        )
        if OPENS[mode] is sharing:
            assert load(write(tmp_path, words))["E20"].stages[1].mode is mode
        else:
            with pytest.raises(ContentError):
                load(write(tmp_path, words))


def _held(**changes: str) -> str:
    """The smallest right exercise of words for the other."""
    words = (ENGLISH / "E08.toml").read_text(encoding="utf-8")
    for old, new in changes.items():
        assert LINES[old] in words
        words = words.replace(LINES[old], new)
    return words


#: What such an exercise needs, by a short name.
LINES = {
    "one": "one = true",
    "home": 'places = ["home"]',
    "offered": 'offered = "Something was written for you"\n',
    "received": 'received = "“What it was like for me” was offered and received."\n',
}


def test_words_for_the_other_are_given_to_one_person_at_home(tmp_path: Path) -> None:
    assert load(write(tmp_path, _held(), "E08.toml"))["E08"].stages[0].mode is Mode.HELD
    for changes, problem in (
        ({"one": "one = false"}, "one = true"),
        ({"home": 'places = ["home", "phones"]'}, "at home"),
        ({"offered": ""}, "held needs offered"),
        ({"received": ""}, "held needs received"),
    ):
        with pytest.raises(ContentError) as caught:
            load(write(tmp_path, _held(**changes), "E08.toml"))
        assert any(problem in found for found in caught.value.problems), caught.value.problems


def test_two_exercises_never_share_a_name(tmp_path: Path) -> None:
    write(tmp_path)
    with pytest.raises(ContentError) as caught:
        load(write(tmp_path, EXERCISE.replace("E20", "E21"), "E21.toml"))
    assert caught.value.problems == ("E21.toml: name 'Cards for what I expect' is E20's already",)


def test_questions_of_two_stages_never_share_a_key(tmp_path: Path) -> None:
    start, end = EXERCISE.index('[[stage]]\nkey = "E20.sort"'), EXERCISE.index('[[stage]]\nkey = "E20.text"')
    again = EXERCISE[start:end].replace("E20.sort", "E20.again")
    with pytest.raises(ContentError, match=r"E20\.toml: question E20\.1: key is used twice"):
        load(write(tmp_path, EXERCISE[:end] + again + EXERCISE[end:]))


def test_all_mistakes_are_raised_at_once(tmp_path: Path) -> None:
    words = EXERCISE.replace("Read both first.", "Read both!").replace("together = 12", "together = 13")
    with pytest.raises(ContentError) as caught:
        load(write(tmp_path, words))
    assert caught.value.problems == (
        "E20.toml: room: the lines take 12 minutes, together is 13",
        "E20.toml: before: holds an exclamation mark",
    )


def test_an_empty_folder_is_no_catalogue(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"^E\*\.toml: there is none$"):
        load(tmp_path)


def test_the_order_of_the_catalogue_is_that_of_the_keys(tmp_path: Path) -> None:
    ladder = EXERCISE.replace("E20", "E21").replace("Cards for what I expect", "Ways to be connected")
    write(tmp_path, ladder, "E21.toml")
    assert list(load(write(tmp_path))) == ["E20", "E21"]


def test_the_example_of_the_documentation_is_right(tmp_path: Path) -> None:
    whole = (Path(__file__).parents[2] / "docs" / "exercises.md").read_text(encoding="utf-8")
    example = whole.partition("```toml\n")[2].partition("```")[0]
    assert load(write(tmp_path, example, "E30.toml"))["E30"].may_start
