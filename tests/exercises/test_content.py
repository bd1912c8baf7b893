"""The English exercises that ship: whole, plain, with every topic of the practice notes, and the same for both people.

Tables by hand: what the notes ask for, and how every part is shared. Who changes either changes a line here.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from mediator.core.visibility import Sharing
from mediator.exercises.content import Under
from mediator.exercises.reading import ENGLISH, exercises
from mediator.exercises.terms import Mode
from mediator.guide.content import Option
from mediator.guide.reading import guide
from tests.exercises.shipped import question, questions, standing_at
from tests.guide.test_content import ASKING, FORGIVING, SPELLING, STEERING, texts

FILES = sorted(ENGLISH.glob("*.toml"))
#: The codes of the notes: P closed · G offered · R reciprocal · O derived.
CODES = {Sharing.CLOSED: "P", Sharing.OFFERED: "G", Sharing.RECIPROCAL: "R", Sharing.DERIVED: "O"}

#: Every stage with its mode, in order. None: an exercise that is only read and spoken about.
STAGES: dict[str, str] = {
    "E01": "turns:turns heard:reciprocal",
    "E02": "turns:turns sense:reciprocal",
    "E03": "message:offered",
    "E04": "softer:offered",
    "E05": "",
    "E06": "moments:offered",
    "E07": "own:reciprocal loop:together",
    "E08": "words:held",
    "E09": "words:held",
    "E10": "carry:alone",
    "E11": "lines:alone",
    "E12": "letter:alone",
    "E13": "thanks:reciprocal",
    "E14": "plan:offered",
    "E15": "moments:reciprocal",
    "E16": "parts:offered",
    "E17": "offer:offered",
    "E19": "felt:reciprocal saw:reciprocal touched:reciprocal own:reciprocal next:reciprocal",
    "E20": "sort:derived talk:reciprocal",
    "E21": "forms:derived",
    "E22": "lines:derived conditions:offered",
    "E23": "pace:derived",
    "E24": "sign:together",
    "E25": "map:offered",
    "E26": "ideas:alone list:together marks:derived two:together",
    "E27": "lean:alone learned:offered way:together",
    "E28": "open:offered words:offered say:turns closing:together",
    "E29": "cards:alone",
    "E30": "wish:offered",
    "E31": "",
    "E32": "map:alone",
}
#: Every part with its code.
PARTS: dict[str, str] = {
    "E01.1": "heard:R",
    "E02.1": "sense:R",
    "E03.1": "seen:G",
    "E03.2": "feelings:G words:G",
    "E03.3": "needs:G",
    "E03.4": "request:G",
    "E04.1": "hard:P",
    "E04.2": "about:P feel:P need:P",
    "E04.3": "softer:G valued:G",
    **{f"E06.{number}": "what:G when:G then:G now:G" for number in range(1, 7)},
    "E07.1": "own:R kind:R",
    "E07.2": "own:R kind:R",
    "E07.3": "outside:R",
    "E07.4": "noticed:P",
    "E08.1": "what:P",
    "E08.2": "effect:P",
    "E08.3": "carry:P",
    "E08.4": "hear:P",
    "E08.5": "not:P",
    "E09.1": "what:P",
    "E09.2": "effect:P",
    "E09.3": "mine:P",
    "E09.4": "regret:P",
    "E09.5": "led:P",
    "E09.6": "different:P",
    "E09.7": "offer:P",
    "E09.8": "wish:P",
    "E11.1": "letting_go:P distance:P justice:P goodwill:P",
    "E13.1": "first:R second:R third:R",
    "E14.1": "change:G worth:P done:G",
    "E14.2": "step:G when:G",
    "E14.3": "plan:G",
    "E14.4": "obstacle:P support:P",
    **{f"E15.{number}": "moment:R sign:R now:R wish:R" for number in range(1, 4)},
    "E16.1": "now:P",
    "E16.2": "weight:P",
    **{f"E16.{number}": "part:G helps:G" for number in range(3, 6)},
    **{f"E17.{number}": "what:G when:G seen:G slip:G" for number in range(1, 4)},
    "E19.1": "feelings:R",
    "E19.2": "saw:R",
    "E19.3": "touched:R",
    "E19.4": "own:R",
    "E19.5": "next:R",
    "E20.1": "cards:O",
    "E20.2": "talk:R",
    "E21.1": "forms:O",
    "E21.2": "form:P sure:P",
    **{f"E22.{number}": "limits:O" for number in range(1, 6)},
    "E22.6": "conditions:G",
    "E23.1": "pace:O",
    "E23.2": "comfort:P body:P",
    "E25.1": "wish:P",
    "E25.2": "interests:G",
    "E25.3": "guess:P",
    "E25.4": "fair:P ways:P",
    "E25.5": "then:P worst:P good:P",
    "E26.1": "ideas:P",
    "E26.2": "marks:O",
    "E27.1": "work:P stay:P end:P sure:P",
    "E27.2": "own:P",
    "E27.3": "need:P",
    "E27.4": "learned:G",
    "E28.1": "thanks:G",
    "E28.2": "wish:G",
    "E28.3": "open:G",
    "E28.4": "regret:P unsaid:P",
    "E29.1": "cards:P",
    "E29.2": "missing:P room:P",
    "E30.1": "wish:G",
    "E32.1": "helps:P",
    "E32.2": "after:P evening:P",
}
#: With safeguards and with two who are ending well: the matrix of the notes, and the safer reading where it is silent.
LOCKS: dict[str, tuple[Under, Under]] = {
    "E01": (Under.CLOSED, Under.OPEN),
    "E02": (Under.CLOSED, Under.OPEN),
    "E03": (Under.APART, Under.OPEN),
    "E04": (Under.CLOSED, Under.OPEN),
    "E05": (Under.APART, Under.OPEN),
    "E06": (Under.CLOSED, Under.OPEN),
    "E07": (Under.CLOSED, Under.OPEN),
    "E08": (Under.APART, Under.OPEN),
    "E09": (Under.CLOSED, Under.OPEN),
    "E10": (Under.OPEN, Under.OPEN),
    "E11": (Under.CLOSED, Under.OPEN),
    "E12": (Under.OPEN, Under.OPEN),
    "E13": (Under.CLOSED, Under.CLOSED),
    "E14": (Under.APART, Under.OPEN),
    "E15": (Under.CLOSED, Under.CLOSED),
    "E16": (Under.CLOSED, Under.OPEN),
    "E17": (Under.CLOSED, Under.OPEN),
    "E19": (Under.CLOSED, Under.CLOSED),
    "E20": (Under.APART, Under.OPEN),
    "E21": (Under.APART, Under.OPEN),
    "E22": (Under.APART, Under.OPEN),
    "E23": (Under.APART, Under.OPEN),
    "E24": (Under.APART, Under.OPEN),
    "E25": (Under.APART, Under.OPEN),
    "E26": (Under.CLOSED, Under.OPEN),
    "E27": (Under.APART, Under.CLOSED),
    "E28": (Under.APART, Under.OPEN),
    "E29": (Under.APART, Under.OPEN),
    "E30": (Under.CLOSED, Under.OPEN),
    "E31": (Under.OPEN, Under.OPEN),
    "E32": (Under.OPEN, Under.OPEN),
}
#: The topics of the practice notes: where each stands (a question, a stage or a list of the file), and a word of it.
TOPICS: dict[str, list[tuple[str, str]]] = {
    "E01": [
        ("before", "one topic"), ("E01.turns", "one or two sentences"), ("E01.turns", "say back in your own words"),
        ("E01.turns", "no need to agree"), ("words", "something to add"), ("room", "two times “not yet”"),
        ("room", "nothing is solved"), ("E01.1", "what i heard matters"), ("not_when", "afraid"),
        ("not_when", "drinking"), ("not_when", "very upset"), ("not_when", "violence"), ("evidence", "courses"),
    ],
    "E02": [
        ("before", "one topic"), ("before", "family history"), ("E02.turns", "say back what you heard"),
        ("E02.turns", "ask whether there is more"), ("E02.turns", "which part makes sense"),
        ("E02.turns", "guess at the feeling"), ("E02.turns", "not to agree"), ("E02.1", "makes sense to me"),
        ("before", "may wait for another day"), ("room", "put a word right"),
        ("not_when", "nothing in it can make sense"), ("not_when", "afraid"), ("not_when", "violence"),
    ],
    "E03": [
        ("E03.1", "seen or heard"), ("E03.2", "feeling beneath"), ("E03.2", "ignored"), ("E03.3", "anybody may need"),
        ("E03.4", "can be done"), ("E03.4", "a no is possible"), ("room", "another offer"), ("words", "say back first"),
        ("afterwards", "commitment"), ("not_when", "demands"), ("not_when", "contact"), ("evidence", "few"),
    ],
    "E04": [
        ("E04.1", "first words that come"), ("E04.2", "without “always” or “never”"), ("E04.2", "how i feel"),
        ("E04.2", "what i need"), ("E04.3", "said softer"), ("E04.3", "value"), ("before", "stays as clear"),
        ("afterwards", "keep their own sentence"), ("not_when", "safety, or a no"), ("E04.1", "plain no"),
    ],
    "E05": [
        ("line", "say it back"), ("words", "did i get it"), ("line", "put right"), ("before", "every session"),
        ("before", "about as often"), ("words", "not taking a view"), ("afterwards", "nothing of it is kept"),
    ],
    "E06": [
        ("E06.1", "what happened"), ("E06.1", "about when"), ("E06.1", "how it was for me then"),
        ("E06.1", "means to me now"), ("E06.6", "sixth"), ("room", "two lanes"), ("room", "only listens"),
        ("room", "highs, lows and turns"), ("room", "gaps"), ("before", "nobody settles what was true"),
        ("not_when", "violence"), ("not_when", "thrown back"), ("not_when", "case at law"),
    ],
    "E07": [
        ("E07.1", "done, or left undone"), ("E07.1", "waited too long"), ("E07.1", "hard to reach"),
        ("E07.1", "different ways"), ("E07.1", "who does what"), ("E07.1", "acted on a guess"), ("E07.2", "what else"),
        ("E07.3", "from outside"), ("E07.4", "notice about"), ("room", "each reads their own"),
        ("room", "what they take from it"), ("room", "when this happens, then that"),
        ("E07.loop", "what the other does then"), ("E07.loop", "leads back to the first"),
        ("not_when", "violence, control, pressure or a clear wrong"), ("not_when", "what it was like for me"),
    ],
    "E08": [
        ("before", "what happened, as they see it"), ("before", "feelings, body, daily life, trust, money, family"),
        ("before", "still carry"), ("before", "like to hear or know"), ("before", "do not want"),
        ("before", "what they heard"), ("before", "undisputed"), ("before", "a no is a full answer"),
        ("before", "to you alone can be all of it"), ("not_when", "punished"), ("not_when", "has not been asked"),
        ("afterwards", "no apology, and no answer"), ("E08.1", "as you see it"),
        ("E08.2", "feelings, body, everyday life, trust, money, family"), ("E08.3", "still carry"),
        ("E08.4", "no answer is due"), ("E08.5", "do not want"),
    ],
    "E09": [
        ("before", "what happened"), ("before", "how it may have been for the other"), ("before", "responsibility"),
        ("before", "regret"), ("before", "what led to it"), ("before", "what is different now"),
        ("before", "put right"), ("before", "a wish about the answer is left out"), ("before", "“if”, “but”"),
        ("before", "more about the author’s pain"), ("before", "read it whole"), ("before", "in which form, when"),
        ("before", "may know that it was received"), ("words", "how, and when"), ("words", "need not say anything"),
        ("afterwards", "a question, silence"), ("afterwards", "only if both want"), ("not_when", "said no"),
        ("not_when", "harm goes on"), ("not_when", "in law"), ("not_when", "let off"), ("evidence", "two studies"),
        ("evidence", "no rule"), ("E09.1", "no “if” and no “but”"), ("E09.2", "how it may have been for you"),
        ("E09.3", "take responsibility"), ("E09.4", "regret"), ("E09.5", "leave it out"), ("E09.6", "different now"),
        ("E09.7", "put something right"), ("E09.8", "leave this empty"), ("E09.8", "no answer is due"),
    ],
    "E10": [
        ("line", "owed to nobody"), ("before", "nobody reads it"), ("E10.carry", "from a safe distance"),
        ("E10.carry", "from where they stood"), ("E10.carry", "somebody let something go for me"),
        ("E10.carry", "decide for myself"), ("E10.carry", "when the doubts come"),
        ("before", "not excusing, forgetting, trusting again or coming back"),
        ("before", "how they feel are two things"), ("before", "not part of this"), ("not_when", "does not feel safe"),
        ("not_when", "family, faith"), ("not_when", "fresh"), ("not_when", "full answer"),
        ("afterwards", "no progress"), ("evidence", "five countries"),
    ],
    "E11": [
        ("E11.1", "a wish to let go"), ("E11.1", "a wish to keep away"), ("E11.1", "justice"), ("E11.1", "goodwill"),
        ("line", "never compared"), ("E11.1", "none of them is a goal"), ("afterwards", "slow down"),
        ("afterwards", "no progress"),
    ],
    "E12": [
        ("line", "what was good, what hurt, what to take along, what to leave"), ("before", "nobody reads it"),
        ("E12.letter", "was good"), ("E12.letter", "hurt"), ("E12.letter", "i take with me"),
        ("E12.letter", "i leave behind"), ("E12.letter", "a wish"), ("before", "two or three times"),
        ("afterwards", "keep it, put it away until a date, or destroy it"),
        ("afterwards", "a whole apology"), ("not_when", "worse"), ("not_when", "ending their life"),
        ("not_when", "against their will"), ("evidence", "one study"),
    ],
    "E13": [
        ("E13.1", "now or earlier"), ("E13.1", "what it did for"), ("room", "heard"), ("room", "one at a time"),
        ("afterwards", "joint record"), ("not_when", "something hard was told"), ("not_when", "flood"),
        ("not_when", "ending"), ("closure_note", "what they keep"),
    ],
    "E14": [
        ("E14.1", "do differently"), ("E14.1", "worth it"), ("E14.1", "already done"), ("E14.2", "first step"),
        ("E14.2", "look at it again"), ("E14.3", "then i will"), ("E14.4", "in the way"), ("E14.4", "helps me"),
        ("words", "out loud once"), ("not_when", "bring somebody back"), ("not_when", "the goal is the other person"),
        ("evidence", "many studies"),
    ],
    "E15": [
        ("line", "three moments"), ("E15.1", "old pattern"), ("E15.1", "early in myself"), ("E15.1", "would do now"),
        ("E15.1", "may do then"), ("E15.3", "third"), ("not_when", "violence"),
        ("closure_note", "when this happens, i will"),
    ],
    "E16": [
        ("E16.1", "telling the truth"), ("E16.1", "doing what was agreed"), ("E16.1", "private things"),
        ("E16.1", "feelings"), ("E16.1", "money"), ("E16.1", "at the time agreed"), ("E16.1", "nobody else"),
        ("E16.1", "children and family"), ("E16.1", "messages and accounts"), ("E16.2", "matter to you"),
        ("E16.3", "would help"), ("E16.3", "not part of this"), ("line", "never as a whole"),
        ("before", "no number is ever read out"), ("afterwards", "one to three parts"),
    ],
    "E17": [
        ("line", "one to three"), ("room", "who, what"), ("room", "both notice it"), ("line", "two weeks"),
        ("line", "in one’s own hands"), ("room", "tell it early"), ("room", "no penalty"),
        ("before", "whoever promised speaks first"), ("afterwards", "kept, partly, not yet, or we changed our minds"),
        ("afterwards", "never as a mark"), ("afterwards", "by itself"),
        ("afterwards", "you write down as a commitment"), ("E17.1", "what i could promise"),
        ("E17.1", "two weeks at most"), ("E17.1", "how it will be seen"), ("E17.1", "cannot keep it"),
        ("E17.1", "nobody needs to prove it, and nobody watches"), ("E17.offer", "if anything"),
        ("not_when", "places, phones"), ("not_when", "violence"), ("closure_note", "none is about a trial"),
    ],
    "E19": [
        ("before", "both are calm"), ("before", "two views"), ("E19.1", "none needs a reason"),
        ("E19.2", "how it was for me"), ("room", "one part that they can follow"), ("E19.3", "from before"),
        ("E19.4", "in my own hands"), ("E19.5", "one thing i could do"), ("not_when", "violence"),
        ("before", "fine to stop"), ("afterwards", "apology does not belong"),
    ],
    "E20": [
        ("E20.1", "every week"), ("E20.1", "messages"), ("E20.1", "talking about the past"), ("E20.1", "celebrations"),
        ("E20.1", "money"), ("E20.1", "closeness"), ("E20.1", "with nobody else"), ("E20.1", "what we tell others"),
        ("E20.1", "help in need"), ("E20.1", "slowly"), ("E20.1", "big days of the year"), ("E20.1", "heated"),
        ("E20.1", "putting things right"), ("E20.1", "a name for what we are"), ("E20.2", "up to five"),
        ("before", "worked out"), ("before", "with safeguards nothing derived"),
    ],
    "E21": [
        ("E21.1", "no contact"), ("E21.1", "practical matters"), ("E21.1", "polite"), ("E21.1", "now and then"),
        ("E21.1", "friends"), ("E21.1", "close, as family"), ("E21.1", "trial time"), ("E21.1", "a couple"),
        ("E21.2", "like most"), ("E21.2", "how sure"), ("line", "never opened"),
        ("before", "if there is nothing, speak with each alone"), ("before", "work out the rest"),
        ("afterwards", "a trial time and a day"), ("afterwards", "no common form"),
    ],
    "E22": [
        ("E22.3", "closeness and touch"), ("E22.2", "visits at home"), ("E22.1", "late in the evening"),
        ("E22.1", "online"), ("E22.1", "calls"), ("E22.4", "talking about the past"), ("E22.4", "asking others"),
        ("E22.5", "children"), ("E22.5", "money"), ("E22.5", "gifts"), ("E22.5", "photos"), ("E22.2", "public place"),
        ("E22.2", "drinking"), ("E22.2", "without asking first"), ("E22.2", "at work"), ("E22.6", "all right if"),
        ("line", "the stricter of two"), ("words", "a no needs no reason"), ("words", "not yet a yes"),
        ("afterwards", "looser only when both"), ("before", "can guess"), ("before", "make lines stricter"),
        ("before", "list of rules"), ("not_when", "bargain"),
    ],
    "E23": [
        ("E23.1", "faster"), ("E23.1", "slower"), ("E23.1", "the slower one"), ("E23.2", "how comfortable"),
        ("E23.2", "body"), ("before", "can guess"), ("afterwards", "never said"), ("afterwards", "joint note"),
    ],
    "E24": [
        ("room", "word or a sign"), ("before", "anybody may ask"), ("room", "half an hour at least"),
        ("room", "not more than a day"), ("room", "no messages about the topic"), ("room", "a soft beginning"),
        ("before", "never whose wish"), ("not_when", "names the time to come back"), ("evidence", "twenty minutes"),
        ("E24.sign", "word or sign"), ("E24.sign", "who says when it goes on"),
    ],
    "E25": [
        ("E25.1", "would like"), ("E25.2", "what matters most first"), ("E25.3", "guess"), ("E25.4", "fair"),
        ("E25.4", "ways i could live with"), ("E25.5", "best i could do"), ("E25.5", "hard about it"),
        ("before", "never opened"), ("room", "stands against each other"), ("not_when", "safety"),
    ],
    "E26": [
        ("E26.1", "three or more"), ("E26.list", "no name"),
        ("line", "ten minutes"), ("before", "three or more"), ("before", "no name"), ("room", "nobody commenting"),
        ("room", "up to three"), ("E26.2", "up to three"),
        ("E26.marks", "both marked"), ("before", "work out the rest"), ("room", "two ideas at most"),
        ("afterwards", "commitment"),
    ],
    "E27": [
        ("before", "one to five"), ("before", "how sure they are"), ("before", "need to see in themselves"),
        ("before", "policy"), ("before", "come once more"), ("line", "both confirm"), ("afterwards", "no decision yet"),
        ("E27.1", "an end"), ("E27.3", "see in yourself"), ("E27.4", "two or three sentences"),
        ("E27.way", "no decision yet"),
        ("room", "nothing about the other"), ("not_when", "decided for good"), ("not_when", "violence not long ago"),
        ("not_when", "pressure"), ("before", "speak with each alone"),
        ("before", "no part with both"), ("evidence", "hundred couples"),
    ],
    "E28": [
        ("E28.1", "thank"), ("E28.2", "wish"), ("E28.3", "belongings, keys, photos, passwords"), ("E28.4", "regret"),
        ("E28.closing", "if we meet"),
        ("before", "thank you"), ("before", "regret"), ("before", "theirs alone"), ("before", "a wish for the other"),
        ("before", "belongings, keys, photos, passwords"), ("before", "meeting by chance"),
        ("before", "by letter through you"), ("room", "if we meet"), ("afterwards", "two single ones"),
        ("before", "with safeguards there is only"), ("before", "no words of farewell"),
    ],
    "E29": [
        ("E29.1", "knowing where i stand"), ("E29.1", "up to five"), ("E29.2", "card of my own"),
        ("line", "opened or compared"),
    ],
    "E30": [
        ("E30.1", "one to three sentences"), ("E30.1", "about me"), ("room", "says back what they heard"),
        ("before", "no answer is due"),
    ],
    "E31": [("line", "see, hear, touch, smell, taste"), ("line", "two minutes"), ("before", "both at the same time")],
    "E32": [("E32.1", "helps you after"), ("E32.2", "in the evening"), ("not_when", "reads along")],
}  # fmt: skip
#: Questions that the guide has too, with the guide's key.
SAME = {"E11.1": "3.7", "E16.1": "5.1", "E16.2": "5.2", "E21.1": "6.1", "E21.2": "6.2", "E23.1": "8.3"}
#: What somebody takes part in reads; everything else of a file is the mediator's.
FOR_BOTH = ("name", "stage", "lists")
#: What calls an apology by its name; nothing else speaks of one, or of forgiving.
NAMED = ("A whole apology", "An apology has been offered", "An apology was offered and received.")


def test_what_ships_is_what_the_tables_name() -> None:
    shipped = exercises()
    assert list(shipped) == sorted(shipped) == [path.stem for path in FILES]
    assert set(shipped) == set(STAGES) == set(LOCKS) == set(TOPICS)
    assert exercises() is shipped


@pytest.mark.parametrize("key", STAGES)
def test_stages_and_sharing_are_those_of_the_notes(key: str) -> None:
    exercise = exercises()[key]
    assert " ".join(f"{stage.key.removeprefix(f'{key}.')}:{stage.mode}" for stage in exercise.stages) == STAGES[key]
    assert exercise.may_start is bool(STAGES[key])
    for one in questions(exercise):
        parts = " ".join(f"{part.key.removeprefix(f'{one.key}.')}:{CODES[part.sharing]}" for part in one.parts)
        assert parts == PARTS[one.key]
    assert {one.key for one in questions(exercise)} == {name for name in PARTS if name.startswith(key)}
    assert (exercise.safeguards, exercise.closure) == LOCKS[key]


@pytest.mark.parametrize(
    ("key", "place", "words"), [(key, *topic) for key, topics in TOPICS.items() for topic in topics]
)
def test_every_topic_of_the_notes_stands_there(key: str, place: str, words: str) -> None:
    assert words in standing_at(exercises()[key], place).lower()


def test_every_name_of_the_guide_has_an_exercise() -> None:
    used = {name for step in guide().steps.values() for name in step.exercises}
    blocks = {
        block.exercise
        for key in [*guide().steps, "7a", "7b", "8a", "8b"]
        for agenda in guide().agendas(key).values()
        for block in agenda
        if block.exercise
    }
    assert blocks <= used
    assert used <= {one.name for one in exercises().values()}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_word_presses_blames_or_praises(path: Path) -> None:
    whole = tomllib.loads(path.read_text(encoding="utf-8"))
    for text in texts(whole):
        assert not SPELLING.search(re.sub("(?i)apology", "", text)), text
    for text in texts({key: whole[key] for key in FOR_BOTH if key in whole}):
        assert not STEERING.search(text), text
        assert not ASKING.search(text), text
        assert text.startswith(NAMED) or not FORGIVING.search(text), text


def test_what_an_exercise_and_the_guide_both_ask_is_put_in_the_same_words() -> None:
    """One card or line has one key, one label and the same pairs in both; so has a question, with all its parts."""
    assert question("E20.1").parts[0].rows == guide().question("6.4").parts[0].rows
    assert question("E20.1").parts[0].options == guide().question("6.4").parts[0].options
    ours: dict[str, Option] = {
        row.key: row for number in range(1, 6) for row in question(f"E22.{number}").parts[0].rows
    }
    assert set(guide().question("8.1").parts[0].rows) <= set(ours.values())
    for key, asked in SAME.items():
        our, its = question(key), guide().question(asked)
        assert (our.text, [one.text for one in our.variants]) == (its.text, [one.text for one in its.variants])
        for part, there in zip(our.parts, its.parts, strict=True):
            assert part == replace(there, key=there.key.replace(asked, key))


def test_a_turn_is_short_and_everybody_has_as_many() -> None:
    turns = exercises()["E01"].stages[0].turns
    assert turns is not None
    assert (turns.rounds, turns.seconds) == (2, 120)
    assert {stage.mode for one in exercises().values() for stage in one.stages} == {
        Mode.TURNS,
        Mode.ALONE,
        Mode.OFFERED,
        Mode.RECIPROCAL,
        Mode.DERIVED,
        Mode.TOGETHER,
        Mode.HELD,
    }
