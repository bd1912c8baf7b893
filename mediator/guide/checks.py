"""The rules that content must keep, each mistake as one sentence with file and key. Pure, for `reading`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from mediator.core.visibility import Sharing, Visibility
from mediator.guide.content import (
    FIRST,
    IN_WORDS,
    KEYS,
    READINGS,
    READY,
    RELATIONS,
    Option,
    Part,
    PartType,
    Question,
    Scale,
    Step,
    question_for,
)

#: Words never put to a participant (docs/practice.md, neutral language), with their name in an error.
NEVER: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), words)
    for pattern, words in (
        (r"\bwhy\b", "“why”"),
        (r"\byour partner\b", "“your partner”"),
        (r"!", "an exclamation mark"),
        (r"\bthe other party\b", "“the other party”"),
        (r"\b(victims?|offenders?|guilty|guilt|applicants?|complaints?)\b", "a word of blame"),
        (r"\byour (ex|side)\b", "a label for a person"),
        (r"\bwhat you did\b", "“what you did” (say “what happened”)"),
    )
)
#: Placeholders that words may hold; filled when an assignment copies its questions.
PLACEHOLDERS = frozenset({"{other}", "{mediator}"})
#: A question has fewer words than this.
WORDS = 20
#: A form as it is ticked by default takes at most this long, standing items included, in minutes.
FORM_MINUTES = 10.0
#: At most so many long or paired texts in a form as it is ticked by default, standing items included.
FORM_TEXTS = 3
#: The form before the first meeting is shorter (practice, step 0).
FIRST_MINUTES = 8.0

_LONG_OR_PAIRED = frozenset({PartType.LONG, PartType.EXAMPLE, PartType.IF_THEN})
_NEEDS_OPTIONS = frozenset({PartType.CHOICE, PartType.SEVERAL, PartType.RANK})
#: What may be derived (`questionnaires.derived`): everything else has nothing two answers could have in common.
_DERIVABLE = frozenset({PartType.CHOICE, PartType.SEVERAL, PartType.RANK, PartType.GRID})
_SAFETY = frozenset({PartType.CHOICE, PartType.SEVERAL, PartType.SHORT, PartType.LONG, PartType.LINES})
_PAIRS = frozenset({PartType.EXAMPLE, PartType.IF_THEN})
#: Words that may be looked at as they are written.
_CHECKED = frozenset({PartType.SHORT, PartType.LONG, PartType.LINES})
_NAME = re.compile(r"[a-z][a-z0-9_]*")


def check_step(step: Step, file: str, standing: tuple[Question, ...], problems: list[str]) -> None:
    """The rules of a step: its name, questions and default form. Its agendas keep theirs in `agenda_tables`."""
    if KEYS.get(step.key) != step.name:
        problems.append(f"{file}: name {step.name!r} is not the guide's {KEYS.get(step.key)!r}")
    names = {item.key.removeprefix("s.") for item in standing}
    asked = names if step.standing is None else set(step.standing)
    problems.extend(f"{file}: standing: there is no item {name!r}" for name in sorted(asked - names))
    check_questions(step.questions, step.key, step.retired, file, problems)
    check_form(step, tuple(item for item in standing if item.key.removeprefix("s.") in asked), file, problems)


def check_questions(
    questions: tuple[Question, ...], prefix: str, retired: tuple[str, ...], file: str, problems: list[str]
) -> None:
    """The rules of questions and parts. `prefix` is the step's key, or "s" for the standing items."""
    shape = re.compile(rf"{prefix}\.{'[a-z_]+' if prefix == 's' else '[1-9][0-9]?'}")
    keys: set[str] = set()
    lines: set[str] = set()
    for question in questions:
        place = f"{file}: question {question.key}"
        if not shape.fullmatch(question.key):
            example = f"{prefix}.{'ready' if prefix == 's' else '3'}"
            problems.append(f"{place}: key is not well formed, such as {example}")
        problems.extend(f"{place}: {problem}" for problem in _key(question.key, keys, retired))
        own: set[str] = set()
        for part in question.parts:
            where = f"{place}: part {part.key}"
            name = part.key.removeprefix(f"{question.key}.")
            # A standing item has one part, which is stored under the item's own key ("5.ready").
            if part.key != question.key if prefix == "s" else name == part.key or not _NAME.fullmatch(name):
                problems.append(f"{where}: key is not well formed, such as {question.key}.name")
            problems.extend(f"{where}: {problem}" for problem in _key(part.key, own, retired))
            problems.extend(f"{where}: {problem}" for problem in _part(part))
            if part.reading in lines:
                problems.append(f"{where}: reading {part.reading} is another part's: a form would write it twice")
            if part.reading is not None:
                lines.add(part.reading)
            if len(question.parts) > 1 and not part.label:
                problems.append(f"{where}: needs a label beside other parts")
            if part.type is PartType.GRID and not question.task:
                problems.append(f"{where}: a grid is sent as a task of its own (task = true)")
        if len({part.visibility is Visibility.SAFETY for part in question.parts}) > 1:
            problems.append(f"{place}: parts about safety stand in a question of their own")
        _as_read(question, place, problems)


def check_words(place: str, text: str, problems: list[str], allowed: frozenset[str] = PLACEHOLDERS) -> None:
    """The rules of any text a participant reads: nothing of NEVER, known placeholders, no loose spaces."""
    problems.extend(f"{place}: holds {words}" for pattern, words in NEVER if pattern.search(text))
    problems.extend(
        f"{place}: unknown placeholder {found}" for found in re.findall(r"\{[^}]*\}?|\}", text) if found not in allowed
    )
    if text != " ".join(text.split()):
        problems.append(f"{place}: has spaces or line breaks too many")


def check_form(step: Step, standing: tuple[Question, ...], file: str, problems: list[str]) -> None:
    """The rules of the form as it is ticked by default (docs/practice.md: ten minutes, three long texts)."""
    problems.extend(
        f"{file}: question {question.key}: a task is sent alone and can't be ticked"
        for question in step.ticked
        if question.task
    )
    form = [*step.ticked, *standing]
    minutes, most = sum(question.minutes for question in form), FIRST_MINUTES if step.key == FIRST else FORM_MINUTES
    if minutes > most:
        problems.append(f"{file}: ticked: the form takes {minutes:g} minutes, more than {most:g}")
    texts = sum(part.type in _LONG_OR_PAIRED for question in form for part in question.parts)
    if texts > FORM_TEXTS:
        problems.append(f"{file}: ticked: {texts} long or paired texts, more than {FORM_TEXTS}")


def _key(key: str, seen: set[str], retired: tuple[str, ...]) -> Iterator[str]:
    if key in seen:
        yield "key is used twice"
    if key in retired:
        yield "key is retired and never used again"
    seen.add(key)


def _part(part: Part) -> Iterator[str]:
    """What a part's type asks for, and nothing that its type has no use for."""
    kind = part.type
    cards = kind is PartType.GRID and part.scale is Scale.CARDS
    on_line = kind is PartType.LINE or (kind is PartType.GRID and part.scale is Scale.LINE)
    if on_line and part.anchors is None:
        yield f"{kind} needs anchors, three sentences about today"
    if part.anchors is not None:
        if not on_line:
            yield f"{kind} has no use for anchors"
        if any(not anchor.endswith(".") for anchor in part.anchors):
            yield "anchors must be sentences that end with a full stop"
        if len(set(part.anchors)) != 3:
            yield "anchors must differ"
    if (kind in _NEEDS_OPTIONS or cards) and not part.options:
        yield f"{kind} needs options"
    if part.options and not (kind in _NEEDS_OPTIONS or cards):
        yield f"{kind} has no use for options"
    if kind is PartType.GRID and part.scale is None:
        yield "grid needs a scale"
    if kind is not PartType.GRID and (part.scale is not None or part.rows):
        yield f"{kind} has no use for scale or rows"
    if kind is PartType.GRID and not part.rows:
        yield "grid needs rows"
    if part.fields is not None and kind not in _PAIRS:
        yield f"{kind} has no use for fields"
    if kind in _PAIRS and part.fields is None:
        yield f"{kind} needs fields, the labels of its two fields"
    if part.reading is not None and kind is not PartType.LINE:
        yield "a reading is a line"
    if part.reading is not None and part.reading not in READINGS:
        yield f"reading {part.reading!r} is not one of {', '.join(READINGS)}"
    if part.visibility not in (Visibility.PRIVATE, Visibility.SAFETY, Visibility.OWN):
        yield f"visibility {part.visibility} is not for an answer"
    if part.visibility is not Visibility.PRIVATE and part.sharing is not Sharing.CLOSED:
        yield f"{part.visibility} parts are closed"
    if part.reading is not None and part.sharing is not Sharing.CLOSED:
        yield "a reading is closed"
    if part.sharing is Sharing.DERIVED and kind not in _DERIVABLE:
        yield f"{kind} can't be derived: two answers have nothing in common to show"
    if part.ordered and (kind is not PartType.CHOICE or part.sharing is not Sharing.DERIVED):
        yield "ordered is for a derived choice, of which both see the stricter"
    if not part.measured and (kind in IN_WORDS or part.visibility is not Visibility.PRIVATE):
        yield "has no use for measured: it is never measured"
    if not part.measured and part.reading == READY:
        yield "how ready somebody is is measured: it stands in the picture of the eight steps"
    if part.measured and part.reading not in {None, READY}:
        yield "how comfortable somebody is has no distance (measured = false)"
    if part.check is not None and kind not in _CHECKED:
        yield f"{kind} has no use for check"
    if part.check is not None and part.visibility is Visibility.SAFETY:
        yield "nothing is asked about words that stand in safety"
    yield from _safety(part)
    for name, things in (("options", part.options), ("rows", part.rows)):
        yield from _names(name, things)


def _safety(part: Part) -> Iterator[str]:
    """A safety part is a choice among options of which some are calm, or words, which never are."""
    safety = part.visibility is Visibility.SAFETY
    if part.calm and not (safety and part.options):
        yield "calm is for a choice about safety"
    if not safety:
        return
    if part.type not in _SAFETY:
        yield f"{part.type} can't be about safety: which answers are calm could not be told"
    if part.options and not part.calm:
        yield "needs calm, the options that ask for no talk first"
    for key in part.calm:
        if part.options and key not in {option.key for option in part.options}:
            yield f"calm: there is no option {key!r}"
    if part.calm and {option.key for option in part.options} <= set(part.calm):
        yield "calm: one option at least must ask for a talk"


def _names(name: str, things: tuple[Option, ...]) -> Iterator[str]:
    seen: set[str] = set()
    for thing in things:
        if thing.key in seen:
            yield f"{name}: {thing.key} is used twice"
        if not _NAME.fullmatch(thing.key):
            yield f"{name}: {thing.key!r} is not well formed"
        seen.add(thing.key)


def _as_read(question: Question, place: str, problems: list[str]) -> None:
    """Checks the question as every kind of pair would read it."""
    for relation in RELATIONS:
        for closure in (False, True):
            read = question_for(question, relation, closure)
            for_whom = f"for {relation}{', closure' if closure else ''}"
            if len(read.text.split()) >= WORDS:
                problems.append(f"{place}: text has {len(read.text.split())} words, {WORDS} or more")
            check_words(f"{place}: text", read.text, problems)
            check_words(f"{place}: hint", read.hint, problems)
            for part, whole in zip(read.parts, question.parts, strict=True):
                where = f"{place}: part {part.key}"
                for words in _words(part):
                    check_words(where, words, problems)
                if whole.options and len(part.options) < 2:
                    problems.append(f"{where}: {part.type} needs two options or more, {for_whom}")
                if whole.rows and len(part.rows) < 2:
                    problems.append(f"{where}: grid needs two rows or more, {for_whom}")
                if part.type is PartType.RANK and part.max_items > len(part.options) > 1:
                    problems.append(f"{where}: max_items is more than there are options, {for_whom}")


def _words(part: Part) -> Iterable[str]:
    """Every text of a part that a participant reads."""
    return (
        part.label,
        *(part.anchors or ()),
        *(part.fields or ()),
        *(thing.label for thing in (*part.options, *part.rows)),
    )
