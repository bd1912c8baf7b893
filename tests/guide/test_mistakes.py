"""Mistakes in content are found at start, all at once, each named by file and key."""

from __future__ import annotations

from pathlib import Path

import pytest

from mediator.guide.reading import ContentError, load
from tests.guide.small import AGENDAS, STANDING, STEP, write

BROKEN: list[tuple[str, str, str]] = [
    (
        'name = "Rebuild Trust"',
        'name = "Rebuild trust"',
        "step-5.toml: name 'Rebuild trust' is not the guide's",
    ),
    ("number = 5", "number = 6", "step-5.toml: number 6 belongs in step-6.toml"),
    ("version = 3", 'version = "3"', "step-5.toml: version must be a whole number"),
    ("version = 3", "version = true", "step-5.toml: version must be a whole number"),
    ("version = 3", "version = 0", "step-5.toml: version must be at least 1"),
    ('aim = "Small promises."', "", "step-5.toml: aim is missing"),
    ('aim = "Small promises."', 'aim = " "', "step-5.toml: aim is empty"),
    ('aim = "Small promises."', 'aims = "Small promises."', "step-5.toml: unknown key 'aims'"),
    ('warnings = ["Tests are set."]', "warnings = [3]", "step-5.toml: warnings must be a list of texts"),
    ("[report]", "[reports]", "step-5.toml: report is missing"),
    ('joint = ["Commitments"]', 'both = ["Commitments"]', "step-5.toml: report: unknown key 'both'"),
    ("friends = ", "neighbours = ", "step-5.toml: notes: unknown key 'neighbours'"),
    ('ticked = ["5.1"]', 'ticked = ["5.1", "5.7"]', "step-5.toml: ticked: there is no question 5.7"),
    ('ticked = ["5.1"]', 'ticked = ["5.2"]', "question 5.2: a task is sent alone and can't be ticked"),
    ("minutes = 1.5", "minutes = 9", "step-5.toml: ticked: the form takes 10.5 minutes, more than 10"),
    ("minutes = 1.5", "", "step-5.toml: question 5.1: minutes is missing"),
    ("minutes = 1.5", "minutes = 0", "step-5.toml: question 5.1: minutes must be more than 0"),
    ('key = "5.2"', 'key = "5.1"', "step-5.toml: question 5.1: key is used twice"),
    ('key = "5.2"', 'key = "5.8"', "step-5.toml: question 5.8: key is retired and never used again"),
    ('key = "5.2"', 'key = "6.2"', "step-5.toml: question 6.2: key is not well formed, such as 5.3"),
    (
        'key = "5.2.now"',
        'key = "5.1.now"',
        "question 5.2: part 5.1.now: key is not well formed, such as 5.2.name",
    ),
    ('key = "5.2.now"', 'key = "5.2.Now"', "question 5.2: part 5.2.Now: key is not well formed"),
    ('key = "5.1.words"', 'key = "5.1.domains"', "question 5.1: part 5.1.domains: key is used twice"),
    (
        'type = "rank"',
        'type = "order"',
        "step-5.toml: question 5.1: part 5.1.domains: type 'order' is not one of",
    ),
    ('type = "rank"', "", "question 5.1: part 5.1.domains: type is missing"),
    ('sharing = "offered"', 'sharing = "open"', "question 5.1: part 5.1.words: sharing 'open' is not one of"),
    (
        'sharing = "offered"',
        'sharing = "offered"\nvisibility = "public"',
        "question 5.1: part 5.1.words: visibility 'public' is not one of",
    ),
    (
        'sharing = "offered"',
        'sharing = "offered"\nvisibility = "safety"',
        "question 5.1: part 5.1.words: safety parts are closed",
    ),
    (
        'sharing = "offered"',
        'sharing = "closed"\nvisibility = "joint"',
        "question 5.1: part 5.1.words: visibility joint is not for an answer",
    ),
    (
        'sharing = "offered"',
        'sharing = "derived"',
        "question 5.1: part 5.1.words: short can't be derived: two answers have nothing in common to show",
    ),
    (
        'sharing = "offered"',
        'sharing = "offered"\nreading = "pulse"',
        "question 5.1: part 5.1.words: a reading is a line",
    ),
    (
        'sharing = "offered"',
        'sharing = "offered"\nmeasured = false',
        "question 5.1: part 5.1.words: has no use for measured: it is never measured",
    ),
    (
        'sharing = "offered"',
        'sharing = "offered"\nmeasured = "no"',
        "question 5.1: part 5.1.words: measured must be true or false",
    ),
    ('label = "In your own words"', "", "part 5.1.words: needs a label beside other parts"),
    (
        'type = "short"',
        'type = "if_then"',
        "part 5.1.words: if_then needs fields, the labels of its two fields",
    ),
    (
        'type = "short"',
        'type = "short"\nfields = ["If", "Then"]',
        "part 5.1.words: short has no use for fields",
    ),
    ('type = "short"', 'type = "example"\nfields = ["One"]', "part 5.1.words: fields must be two labels"),
    ('type = "short"', 'type = "line"', "part 5.1.words: line needs anchors, three sentences about today"),
    ('type = "short"', 'type = "choice"', "part 5.1.words: choice needs options"),
    ('type = "short"', 'type = "several"', "part 5.1.words: several needs options"),
    ('type = "rank"', 'type = "long"', "part 5.1.domains: long has no use for options"),
    ('options = "things"', "", "step-5.toml: question 5.1: part 5.1.domains: rank needs options"),
    ('options = "things"', 'options = "stuff"', "part 5.1.domains: options: there is no list 'stuff'"),
    (
        'options = "things"',
        'options = [{ key = "a", label = "A" }]',
        "part 5.1.domains: rank needs two options or more, for former_partners",
    ),
    (
        'options = "things"',
        'options = [{ key = "a", label = "A" }, { key = "b", label = "B", only_for = ["friends"] }]',
        "part 5.1.domains: rank needs two options or more, for partners, closure",
    ),
    (
        'options = "things"',
        'options = [{ key = "a", label = "A" }, { key = "a", label = "B" }]',
        "part 5.1.domains: options: a is used twice",
    ),
    (
        'options = "things"',
        'options = [{ key = "A 1", label = "A" }, { key = "b", label = "B" }]',
        "part 5.1.domains: options: 'A 1' is not well formed",
    ),
    (
        "max_items = 2",
        "max_items = 3",
        "part 5.1.domains: max_items is more than there are options, for friends",
    ),
    (
        'not_for = ["friends"]',
        'not_for = ["cousins"]',
        "'cousins' is neither a kind of relation nor 'closure'",
    ),
    ('rows = "things"', "", "step-5.toml: question 5.2: part 5.2.now: grid needs rows"),
    (
        'rows = "things"',
        'rows = [{ key = "a", label = "A" }]',
        "part 5.2.now: grid needs two rows or more, for friends",
    ),
    ('scale = "line"', "", "question 5.2: part 5.2.now: grid needs a scale"),
    ('scale = "line"', 'scale = "stars"', "question 5.2: part 5.2.now: scale 'stars' is not one of"),
    ('scale = "line"', 'scale = "cards"', "question 5.2: part 5.2.now: grid needs options"),
    ('scale = "line"', 'scale = "lights"', "question 5.2: part 5.2.now: grid has no use for anchors"),
    ("task = true", "", "question 5.2: part 5.2.now: a grid is sent as a task of its own"),
    ("task = true", 'task = "yes"', "step-5.toml: question 5.2: task must be true or false"),
    ('"Not today.", ', "", "question 5.2: part 5.2.now: anchors must be three sentences, at 0, 5 and 10"),
    ("Not today.", "Not today", "part 5.2.now: anchors must be sentences that end with a full stop"),
    ("Not today.", "Fully today.", "part 5.2.now: anchors must differ"),
    (
        '"Not for the ending.", ',
        "",
        "question 5.2: closure: parts: now: anchors must be three sentences, at 0, 5 and 10",
    ),
    ("You can skip this.", "You can skip this!", "question 5.1: hint: holds an exclamation mark"),
    ("What would you like to settle", "Why settle", "question 5.1: text: holds “why”"),
    ("Up to two things", "What your partner wants", "part 5.1.domains: holds “your partner”"),
    ("Not today.", "The offender lies.", "part 5.2.now: holds a word of blame"),
    ("{other} today?", "{name} today?", "question 5.2: text: unknown placeholder {name}"),
    ("{other} today?", "{other today?", "question 5.2: text: unknown placeholder {other today?"),
    ("Telling the truth", "Telling  the truth", "has spaces or line breaks too many"),
    (
        "How far do you trust {other} today?",
        "How far " + "and how far " * 6 + "today?",
        "question 5.2: text has 21 words, 20 or more",
    ),
    (
        "in the family?",
        "in the family, at home, on the phone, by mail and at night?",
        "question 5.1: text has 22 words, 20 or more",
    ),
    ("[question.words.siblings]", "[question.words.cousins]", "question 5.1: words: unknown key 'cousins'"),
    ("parts.words.label", "parts.word.label", "question 5.1: words: siblings: parts: unknown key 'word'"),
    ("minutes = 45", "minutes = 40", "step-5.toml: agendas 60: the blocks take 55 minutes"),
    ("minutes = 60", "minutes = 60.5", "step-5.toml: agendas 90: block 2: minutes must be a whole number"),
    ("90 = [", "120 = [", "step-5.toml: agendas: 90 is missing"),
    (
        'title = "Arrive", kind = "opening"',
        'title = "Arrive"',
        "agendas 60: must start with arrive and check in",
    ),
    ('title = "Arrive", kind = "opening"', 'title = "Arrive", kind = "start"', "kind 'start' is not one of"),
    ('kind = "reserve"', 'kind = "break"', "step-5.toml: agendas 60: must end with a close and the reserve"),
    (
        '5, title = "In reserve"',
        '4, title = "In reserve"',
        "step-5.toml: agendas 60: the reserve is 5 minutes",
    ),
    (
        'title = "Promises",',
        'title = "Promises", optional = true,',
        "agendas 60: 'Promises': optional blocks stand only in the long agenda",
    ),
    (
        'exercise = "Small promises"',
        'exercise = "Big promises"',
        "agendas 60: 'Promises': there is no exercise 'Big promises' in this step",
    ),
    (
        ', exercise = "Small promises"',
        "",
        "agendas 60: 'Promises': kind exercise and the name of an exercise belong together",
    ),
    ('title = "Thanks"', 'title = "Thanks!"', "agendas 90: 'Thanks!': holds an exclamation mark"),
    ("[agendas]", "[plans]", "step-5.toml: agendas is missing"),
    (
        'title = "Thanks", optional = true',
        'title = "Thanks", optional = true, looks_back = "yes"',
        "agendas 90: block 3: looks_back must be true or false",
    ),
    (
        'sharing = "offered"',
        'sharing = "offered"\nordered = true',
        "part 5.1.words: ordered is for a derived choice",
    ),
    (
        'sharing = "offered"',
        'sharing = "offered"\ncalm = ["no"]',
        "part 5.1.words: calm is for a choice about safety",
    ),
    (
        'sharing = "offered"',
        'sharing = "closed"\nvisibility = "safety"',
        "question 5.1: parts about safety stand in a question of their own",
    ),
    (
        'sharing = "reciprocal"',
        'sharing = "closed"\nvisibility = "safety"\ncalm = ["truth"]',
        "part 5.1.domains: rank can't be about safety",
    ),
    *(
        (
            'type = "short"\nsharing = "offered"',
            f'type = "choice"\nsharing = "closed"\nvisibility = "safety"\noptions = "things"{calm}',
            f"part 5.1.words: {problem}",
        )
        for calm, problem in (
            ("", "needs calm, the options that ask for no talk first"),
            ('\ncalm = ["no"]', "calm: there is no option 'no'"),
            ('\ncalm = ["truth", "money", "keys"]', "calm: one option at least must ask for a talk"),
        )
    ),
    ("version = 3", 'version = 3\nstanding = ["mood"]', "step-5.toml: standing: there is no item 'mood'"),
    ("[report]", "[half.5a]\nname = 'x'\n\n[report]", "step-5.toml: half: unknown key '5a'"),
    ('[[question]]\nkey = "5.1"', '[[question]]\nkeys = "5.1"', "step-5.toml: question 1: key is missing"),
    (
        'type = "short"',
        'type = "short"\nscale = "line"',
        "part 5.1.words: short has no use for scale or rows",
    ),
    ("number = 5", "number = = 5", "step-5.toml: is not TOML in UTF-8"),
    ('[report]\njoint = ["Commitments"]', 'report = "all"', "step-5.toml: report must be a table"),
]


@pytest.mark.parametrize(("right", "wrong", "problem"), BROKEN)
def test_each_mistake_is_named_with_file_and_key(tmp_path: Path, right: str, wrong: str, problem: str) -> None:
    assert right in STEP
    with pytest.raises(ContentError) as caught:
        load(write(tmp_path, STEP.replace(right, wrong)))
    assert any(problem in found for found in caught.value.problems), caught.value.problems
    assert all(".toml: " in found for found in caught.value.problems)


@pytest.mark.parametrize(
    ("right", "wrong", "problem"),
    [
        (
            'key = "s.ready"\ntext',
            'key = "5.ready"\ntext',
            "standing.toml: question 5.ready: key is not well formed",
        ),
        ('key = "s.ready"\ntype', 'key = "s.ready.line"\ntype', "part s.ready.line: key is not well formed"),
        ("version = 1", 'version = 1\nretired = ["s.ready"]', "question s.ready: key is retired"),
        ('sharing = "closed"\nreading', 'sharing = "offered"\nreading', "part s.ready: a reading is closed"),
        ('reading = "ready"', 'reading = "ready"\nmeasured = false', "part s.ready: how ready somebody is is measured"),
        ('reading = "ready"', 'reading = "steady"', "part s.ready: reading 'steady' is not one of ready, comfort"),
        ('reading = "ready"', 'reading = "comfort"', "part s.ready: how comfortable somebody is has no distance"),
        ("minutes = 0.5", "minutes = 8", "step-5.toml: ticked: the form takes 10.5 minutes, more than 10"),
    ],
)
def test_standing_items_are_checked_too(tmp_path: Path, right: str, wrong: str, problem: str) -> None:
    assert right in STANDING
    with pytest.raises(ContentError) as caught:
        load(write(tmp_path, standing=STANDING.replace(right, wrong)))
    assert any(problem in found for found in caught.value.problems), caught.value.problems


def test_long_and_paired_texts_are_counted_with_the_standing_items(tmp_path: Path) -> None:
    texts = "\n".join(
        f'[[question.part]]\nkey = "5.1.t{number}"\ntype = "long"\nsharing = "closed"\nlabel = "More"'
        for number in range(3)
    )
    step = STEP.replace("[question.words.siblings]", f"{texts}\n\n[question.words.siblings]")
    with pytest.raises(ContentError, match=r"step-5\.toml: ticked: 4 long or paired texts, more than 3"):
        load(write(tmp_path, step))


SEVEN = (
    STEP.replace("number = 5", "number = 7")
    .replace('"5.', '"7.')
    .replace("Rebuild Trust", "Seek Mediation")
    .replace(
        "[[lists.things]]",
        """[half.7a]
name = "the frame"

[half.7b]
name = "the review"
60 = [
    { minutes = 50, title = "Arrive", kind = "opening" },
    { minutes = 10, title = "Close", kind = "close" },
]

[[lists.things]]""",
        1,
    )
)


@pytest.mark.parametrize(
    ("right", "wrong", "problem"),
    [
        ('[half.7a]\nname = "the frame"', "", "step-7.toml: half: 7a is missing"),
        ('name = "the review"', "", "step-7.toml: half: 7b: name is missing"),
        ("60 = [\n    { minutes = 50", "50 = [\n    { minutes = 50", "step-7.toml: half: 7b: 60 is missing"),
        ("minutes = 50", "minutes = 40", "step-7.toml: half: 7b 60: the blocks take 50 minutes"),
        (
            '10, title = "Close", kind = "close"',
            '10, title = "Close", kind = "reserve"',
            "half: 7b 60: must end with a close, without a reserve",
        ),
        ('name = "the frame"', 'name = "the frame"\n60 = []', "step-7.toml: half: 7a: unknown key '60'"),
    ],
)
def test_halves_are_checked_too(tmp_path: Path, right: str, wrong: str, problem: str) -> None:
    assert right in SEVEN
    write(tmp_path)
    (tmp_path / "step-7.toml").write_text(SEVEN, encoding="utf-8")
    assert load(tmp_path).agendas("7b")[60][0].minutes == 50
    broken = SEVEN[: SEVEN.index("[half.7a]")] + SEVEN[SEVEN.index("[half.7a]") :].replace(right, wrong, 1)
    (tmp_path / "step-7.toml").write_text(broken, encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        load(tmp_path)
    assert any(problem in found for found in caught.value.problems), caught.value.problems


def test_a_part_of_a_session_has_no_beginning_or_end_of_its_own(tmp_path: Path) -> None:
    write(tmp_path)
    eight = SEVEN
    for seven, other in (
        ("number = 7", "number = 8"),
        ('"7.', '"8.'),
        ("Seek Mediation", "Respect Boundaries"),
        ("[half.7a]", "[half.8b]"),
        ("[half.7b]", "[half.8a]"),
        ("60 = [\n    { minutes = 50", "20 = [\n    { minutes = 10"),
    ):
        eight = eight.replace(seven, other)
    (tmp_path / "step-8.toml").write_text(eight, encoding="utf-8")
    with pytest.raises(ContentError, match="half: 8a 20: stands inside a session: no opening, close or reserve"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("right", "wrong", "problem"),
    [
        ("[block.break]", "[block.rest]", "agendas.toml: block: break is missing"),
        ('talk = "Talk, in turns"', "", "agendas.toml: talk is missing"),
        ("[together]", "[both]", "agendas.toml: together is missing"),
        ("minutes = 26", "minutes = 25", "agendas.toml: together 60: the blocks take 59 minutes"),
        ("In reserve", "Your ex", "holds a label for a person"),
    ],
)
def test_what_fits_any_session_is_checked_too(tmp_path: Path, right: str, wrong: str, problem: str) -> None:
    assert right in AGENDAS
    with pytest.raises(ContentError) as caught:
        load(write(tmp_path, agendas=AGENDAS.replace(right, wrong)))
    assert any(problem in found for found in caught.value.problems), caught.value.problems


def test_a_meeting_has_its_own_file_and_name(tmp_path: Path) -> None:
    write(tmp_path)
    for file, number in (("closing.toml", ""), ("step-0.toml", "number = 0")):
        (tmp_path / file).write_text(STEP.replace("number = 5", number), encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        load(tmp_path)
    for problem in (
        "closing.toml: name 'Rebuild Trust' is not the guide's 'Closing meeting'",
        "closing.toml: question 5.1: key is not well formed, such as close.3",
        "closing.toml: agendas: unknown key '90'",
        "step-0.toml: name 'Rebuild Trust' is not the guide's 'First meeting'",
        "step-0.toml: agendas: 50 is missing",
    ):
        assert problem in caught.value.problems


def test_all_mistakes_are_raised_at_once_and_each_once(tmp_path: Path) -> None:
    step = STEP.replace("You can skip this.", "Skip!").replace("minutes = 45", "minutes = 40")
    with pytest.raises(ContentError) as caught:
        load(write(tmp_path, step, STANDING.replace("else?", "else, why?")))
    assert caught.value.problems == (
        "standing.toml: question s.only: text: holds “why”",
        "step-5.toml: agendas 60: the blocks take 55 minutes",
        "step-5.toml: question 5.1: hint: holds an exclamation mark",
    )
    assert str(caught.value) == "\n".join(caught.value.problems)


def test_an_empty_folder_is_no_guide(tmp_path: Path) -> None:
    with pytest.raises(ContentError) as caught:
        load(tmp_path)
    assert caught.value.problems == (
        "standing.toml: missing or not readable",
        "agendas.toml: missing or not readable",
    )
    (tmp_path / "standing.toml").write_text(STANDING, encoding="utf-8")
    (tmp_path / "agendas.toml").write_text(AGENDAS, encoding="utf-8")
    with pytest.raises(ContentError, match=r"^step-\*\.toml: there is none$"):
        load(tmp_path)


def test_bytes_that_are_no_text_are_named(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "step-5.toml").write_bytes(b'aim = "\xff"')
    with pytest.raises(ContentError) as caught:
        load(tmp_path)
    assert len(caught.value.problems) == 1
    assert caught.value.problems[0].startswith("step-5.toml: is not TOML in UTF-8")


def test_what_should_be_a_table_and_is_none_is_named(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match=r"standing\.toml: question 1: must be a table"):
        load(write(tmp_path, standing="version = 1\nquestion = [3]\n"))
