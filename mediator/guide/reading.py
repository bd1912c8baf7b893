"""Reads the guide's content from TOML, whole and checked, so that a mistake in it never reaches a person.

Pure: files in, frozen values out. docs/content.md tells how content is written, `checks` what is checked.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path

from mediator.core.visibility import Sharing, Visibility
from mediator.guide import checks
from mediator.guide.agenda_tables import read_agendas, read_common, read_halves
from mediator.guide.content import (
    CLOSING,
    CLOSURE,
    KEYS,
    RELATIONS,
    Check,
    Guide,
    Option,
    Part,
    PartType,
    Question,
    ReportFields,
    Scale,
    Step,
    Variant,
    question_for,
)
from mediator.guide.tables import ContentError, Table, read_file

__all__ = ["ENGLISH", "ContentError", "guide", "load", "question_for", "read_lists", "read_questions"]

#: The English content that ships.
ENGLISH = Path(__file__).parent / "content" / "en"
#: The file of the meeting that has no number.
CLOSING_FILE = "closing.toml"


@functools.cache
def guide() -> Guide:
    """The shipped guide, read once per process. Raises ContentError; the application calls it at start."""
    return load(ENGLISH)


def load(folder: Path) -> Guide:
    """Reads standing.toml, agendas.toml, every step-*.toml and closing.toml of a folder.

    Raises one ContentError with all mistakes.
    """
    problems: list[str] = []
    version, items = _standing(read_file(folder / "standing.toml", problems))
    shared = read_file(folder / "agendas.toml", problems)
    common = read_common(shared) if shared is not None else None
    steps: dict[str, Step] = {}
    for path in sorted(folder.glob("step-*.toml")) + sorted(folder.glob(CLOSING_FILE)):
        table = read_file(path, problems)
        if table is None:
            continue
        step = _step(table, _key(table))
        if path.name != _file(step.key):
            problems.append(f"{path.name}: number {step.key} belongs in {_file(step.key)}")
        checks.check_step(step, path.name, items, problems)
        steps[step.key] = step
    if not steps and not problems:
        problems.append("step-*.toml: there is none")
    if problems or common is None:
        raise ContentError(problems)
    questions = {question.key: question for step in steps.values() for question in step.questions}
    ordered = {key: steps[key] for key in KEYS if key in steps}
    version += common.version + sum(step.version for step in steps.values())
    return Guide(version, ordered, questions, common, items)


def _key(table: Table) -> str:
    """The key of a step's file: its number, 0 for the first meeting; the closing meeting has none."""
    return CLOSING if table.place == CLOSING_FILE else str(table.whole("number", least=0))


def _file(key: str) -> str:
    return CLOSING_FILE if key == CLOSING else f"step-{key}.toml"


def _standing(table: Table | None) -> tuple[int, tuple[Question, ...]]:
    """The version and the items of standing.toml."""
    if table is None:
        return 0, ()
    version, retired = table.whole("version"), table.texts("retired")
    items = read_questions(table, {}, ())
    table.done()
    checks.check_questions(items, "s", retired, table.place, table.problems)
    return version, items


def _step(table: Table, key: str) -> Step:
    """One step's file. What is wrong in it is noted in the table's problems."""
    ticked = table.texts("ticked", required=True)
    questions = read_questions(table, read_lists(table), ticked)
    for asked in ticked:
        if asked not in {question.key for question in questions}:
            table.say(f"ticked: there is no question {asked}")
    exercises = table.texts("exercises", required=True)
    agendas, report = table.table("agendas", required=True), table.table("report", required=True)
    step = Step(
        key=key,
        name=table.text("name"),
        aim=table.text("aim"),
        version=table.whole("version"),
        questions=questions,
        agendas=read_agendas(agendas, key, exercises) if agendas is not None else {},
        exercises=exercises,
        report=_report(report) if report is not None else ReportFields(),
        readiness=table.texts("readiness", required=True),
        warnings=table.texts("warnings", required=True),
        closure=table.text("closure"),
        remarks=table.texts("remarks"),
        notes=_notes(table),
        halves=read_halves(table, key, exercises),
        standing=table.texts("standing") if "standing" in table.values else None,
        retired=table.texts("retired"),
    )
    if agendas is not None:
        agendas.done()
    table.done()
    return step


def _report(table: Table) -> ReportFields:
    fields = ReportFields(table.texts("joint"), table.texts("personal"), table.texts("private"))
    table.done()
    return fields


def _notes(table: Table) -> Mapping[str, str]:
    notes = table.table("notes")
    if notes is None:
        return {}
    found = {relation: notes.text(relation, required=False) for relation in RELATIONS}
    notes.done()
    return {relation: text for relation, text in found.items() if text}


def read_lists(table: Table) -> Mapping[str, tuple[Option, ...]]:
    """The named lists of a file ([lists]): options and rows that several questions of it use."""
    lists = table.table("lists")
    return {} if lists is None else {name: _options(lists, name, {}) for name in lists.values}


def read_questions(
    table: Table, lists: Mapping[str, tuple[Option, ...]], ticked: tuple[str, ...] = ()
) -> tuple[Question, ...]:
    """The questions of a table ([[question]]), one at least. Mistakes are noted; `checks` has the rules they keep.

    `lists` are what options and rows may be the name of; `ticked` questions stand in a form from the start.
    """
    found = []
    for number, values in enumerate(table.items("question", required=True), start=1):
        question = Table(values, f"{table.place}: question {number}", table.problems)
        key = question.text("key")
        if key:
            question.place = f"{table.place}: question {key}"
        parts = []
        for values_of_part in question.items("part", required=True):
            part = _part(Table(values_of_part, f"{question.place}: part", table.problems), lists)
            if part is not None:
                parts.append(part)
        found.append(
            Question(
                key=key,
                text=question.text("text"),
                parts=tuple(parts),
                hint=question.text("hint", required=False),
                minutes=question.minutes("minutes"),
                ticked=key in ticked,
                task=question.flag("task"),
                last=question.flag("last"),
                safeguards=question.flag("safeguards", default=True),
                variants=_variants(question, key, parts),
            )
        )
        question.done()
    return tuple(found)


def _part(table: Table, lists: Mapping[str, tuple[Option, ...]]) -> Part | None:
    """One part, or None where its type or sharing is unknown: the rest would be judged by a guess."""
    key = table.text("key")
    if key:
        table.place = f"{table.place} {key}"
    kind = table.member("type", PartType)
    sharing = table.member("sharing", Sharing)
    visibility = table.member("visibility", Visibility, Visibility.PRIVATE)
    options = _options(table, "options", lists)
    anchors = table.texts("anchors")
    fields = table.texts("fields")
    if anchors and len(anchors) != 3:
        table.say("anchors must be three sentences, at 0, 5 and 10")
    if fields and len(fields) != 2:
        table.say("fields must be two labels")
    scale = table.member("scale", Scale) if "scale" in table.values else None
    # Several is bounded by its options, everything else by three things.
    bound = len(options) or 1 if kind is PartType.SEVERAL else 3
    part = Part(
        key=key,
        type=kind or PartType.SHORT,
        sharing=sharing or Sharing.CLOSED,
        visibility=visibility or Visibility.PRIVATE,
        label=table.text("label", required=False),
        anchors=(anchors[0], anchors[1], anchors[2]) if len(anchors) == 3 else None,
        options=options,
        rows=_options(table, "rows", lists),
        scale=scale,
        max_items=table.whole("max_items", bound),
        reading=table.text("reading", required=False) or None,
        fields=(fields[0], fields[1]) if len(fields) == 2 else None,
        ordered=table.flag("ordered"),
        calm=table.texts("calm") or _calm(visibility, options),
        measured=table.flag("measured", default=True),
        check=table.member("check", Check) if "check" in table.values else None,
    )
    table.done()
    return part if kind is not None and sharing is not None else None


def _calm(visibility: Visibility | None, options: tuple[Option, ...]) -> tuple[str, ...]:
    """What asks for no talk where a safety part does not say so: a plain no."""
    return tuple(one.key for one in options if one.key == "no") if visibility is Visibility.SAFETY else ()


def _options(table: Table, key: str, lists: Mapping[str, tuple[Option, ...]]) -> tuple[Option, ...]:
    """Options or rows: written out, or the name of one of the step's [[lists]]."""
    name = table.raw(key)
    if isinstance(name, str):
        if name not in lists:
            table.say(f"{key}: there is no list {name!r}")
        return lists.get(name, ())
    found = []
    for number, values in enumerate(table.items(key), start=1):
        option = Table(values, f"{table.place}: {key} {number}", table.problems)
        only_for, not_for = option.texts("only_for"), option.texts("not_for")
        for tag in (*only_for, *not_for):
            if tag not in (*RELATIONS, CLOSURE):
                option.say(f"{tag!r} is neither a kind of relation nor {CLOSURE!r}")
        found.append(Option(option.text("key"), option.text("label"), only_for, not_for))
        option.done()
    return tuple(found)


def _variants(question: Table, key: str, parts: list[Part]) -> tuple[Variant, ...]:
    """Words by kind of relation ([question.words.friends]) and for closure ([question.closure])."""
    found = []
    words = question.table("words")
    if words is not None:
        for tag in RELATIONS:
            table = words.table(tag)
            if table is not None:
                found.append(_variant(table, tag, key, parts))
        words.done()
    closure = question.table("closure")
    if closure is not None:
        found.append(_variant(closure, CLOSURE, key, parts))
    return tuple(found)


def _variant(table: Table, tag: str, key: str, parts: list[Part]) -> Variant:
    """One table of other words. Parts are named by the last bit of their key: parts.name = {label = …}."""
    labels: dict[str, str] = {}
    anchors: dict[str, tuple[str, str, str]] = {}
    inner = table.table("parts")
    if inner is not None:
        for part in parts:
            words = inner.table(part.key.removeprefix(f"{key}."))
            if words is None:
                continue
            label, three = words.text("label", required=False), words.texts("anchors")
            if label:
                labels[part.key] = label
            if len(three) == 3:
                anchors[part.key] = (three[0], three[1], three[2])
            elif three:
                words.say("anchors must be three sentences, at 0, 5 and 10")
            words.done()
        inner.done()
    variant = Variant(tag, table.text("text", required=False), table.text("hint", required=False), labels, anchors)
    table.done()
    return variant
