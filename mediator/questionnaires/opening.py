"""Opening to both, item by item: the mediator's act by which an answer (or what two have in common) becomes joint.

A preview shows exactly what both will read; opening freezes that copy and no other. The source never changes.
Withdrawing ends display, and so does an author who takes their leave back; that it was shown stays logged.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mediator.cases import gates
from mediator.cases.models import Case, Opening, Participant
from mediator.cases.queries import gate_facts
from mediator.core import audit, live
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.errors import Refused
from mediator.core.visibility import Letter, Sharing
from mediator.guide.content import Part, PartType, Question
from mediator.questionnaires import comparing
from mediator.questionnaires.comparing import SUBJECT, Sides
from mediator.questionnaires.derived import Derived, derive, tighten
from mediator.questionnaires.terms import AnswerState, Light
from mediator.questionnaires.values import show

LIGHT_WORDS = {Light.YES: "Yes", Light.IF: "Yes, if", Light.NO: "No"}


@dataclass(frozen=True)
class Preview:
    """What both will read if this is opened now, and the gates that are closed."""

    question: Question
    part: Part
    author: Letter | None
    copy: dict[str, Any]
    derived: Derived | None
    closed: frozenset[gates.Gate]

    @property
    def seen(self) -> str:
        """The mark of exactly this copy: the page carries it along, and the act compares it."""
        return digest(self.copy)


def digest(copy: Mapping[str, Any]) -> str:
    """The mark of a copy: SHA-256 of its canonical JSON, in hexadecimal. Alike only for the same words."""
    plain = json.dumps(copy, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()


def preview(
    case: Case,
    found: Sides,
    part_key: str,
    author: Letter | None,
    *,
    stricter: Mapping[str, str] | None = None,
    left_out: frozenset[str] = frozenset(),
    allowed: bool | None = None,
) -> Preview:
    """The frozen copy as it would be, with the gates as they stand now.

    `author` is whose offered answer it is; None for reciprocal and derived parts. `stricter` and `left_out` are the
    mediator's hand on a derived result; `allowed` says that the exercise a form belongs to may be opened now. Raises
    NotFound for a part the form lacks, ValueError for a looser light.
    """
    question, part = comparing.part_of(found, part_key)
    if part.sharing is not Sharing.OFFERED:
        author = None
    closed = gates.opening(
        gate_facts(case, read_first=comparing.waits_to_be_read(case)),
        comparing.item_facts(found, part, author, allowed=allowed),
    )
    head = {"step": found.form.step, "question": question.text, "label": part.label}
    if part.sharing is Sharing.DERIVED:
        result = _derived(found, part)
        if result is not None:
            result = tighten(result, stricter or {}, left_out)
        return Preview(question, part, None, {**head, **_common(part, result)}, result, closed)
    entries = _entries(case, found, part, author)
    if not entries or (author is None and len(entries) < len(Letter)):
        closed = closed | {gates.Gate.BOTH_SUBMITTED if author is None else gates.Gate.AUTHORS_LEAVE}
    return Preview(question, part, author, {**head, "entries": entries}, None, closed)


def differs(case: Case, found: Sides, part: Part, author: Letter | None, copy: Mapping[str, Any]) -> bool:
    """Whether a frozen copy says something else than the answers as they stand now, before the mediator's hand.

    Of names nothing is said: how somebody is called may be put right. Asks the database nothing.
    """
    if part.sharing is Sharing.DERIVED:
        common: list[str] = _common(part, _derived(found, part))["common"]
        return list(copy.get("common", ())) != common
    both = copy.get("entries", ()), _entries(case, found, part, author)
    frozen, there = ([(entry["letter"], list(entry["lines"])) for entry in entries] for entries in both)
    return frozen != there


def _common(part: Part, result: Derived | None) -> dict[str, Any]:
    """A derived result as it is frozen: in words, and line by line to be drawn."""
    if result is None:
        return {"common": [], "lines": []}
    return {"common": in_common(part, result), "lines": by_light(lines_of(part, result))}


def _entries(case: Case, found: Sides, part: Part, author: Letter | None) -> list[dict[str, Any]]:
    """What the author (or each of the two, A first) has handed in at this part, as it is frozen."""
    letters = tuple(Letter) if author is None else (author,)
    return [entry for letter in letters if (entry := _entry(case, found, part, letter)) is not None]


def _entry(case: Case, found: Sides, part: Part, letter: Letter) -> dict[str, Any] | None:
    person, row = case.participant(letter), found.answer(letter, part.key)
    if person is None or row is None or not comparing.handed_in(found.of(letter)):
        return None
    given = comparing.given(row)
    if given.state is not AnswerState.ANSWERED:
        return None
    entry = {"letter": letter.value, "name": person.called, "lines": show(part, given.value)}
    # A day also as it is counted, so that moments of two people can stand in one order of time.
    if part.type is PartType.DATE:
        value: Any = given.value
        entry["days"] = [value["from"], value["to"]]
    return entry


def _derived(found: Sides, part: Part) -> Derived | None:
    if not (comparing.handed_in(found.a) and comparing.handed_in(found.b)):
        return None
    rows = [found.answer(letter, part.key) for letter in Letter]
    return derive(part, *(comparing.given(row) if row is not None else None for row in rows))


def in_common(part: Part, result: Derived) -> list[str]:
    """A derived result in words, the same for both; one neutral line where the answers have nothing in common."""
    words = [f"{line['label']}: {line['value']}" if line["value"] else line["label"] for line in lines_of(part, result)]
    return words or ["Nothing in common at the moment."]


def lines_of(part: Part, result: Derived) -> list[dict[str, str]]:
    """Line by line, to be drawn: `label`, `value` in words and, where it is one, which `light`. "" for none."""
    labels = {option.key: option.label for option in (*part.options, *part.rows)}
    lines = []
    for line in result.lines:
        label, value, light = labels[line.key], "", ""
        if part.type is PartType.RANK:
            label = f"{line.value}. {label}"
        elif isinstance(line.value, Light):
            value, light = LIGHT_WORDS[line.value], line.value.value
        elif line.value is not None:
            value = labels.get(str(line.value), str(line.value))
        lines.append({"label": label, "value": value, "light": light})
    return lines


def by_light(lines: list[dict[str, str]]) -> list[dict[str, str]]:
    """Lights in groups, yes, yes if, no, each as they stood. Lines without a light stay as they are."""
    return sorted(lines, key=lambda line: Light(line["light"]).strictness if line["light"] else 0)


def open_to_both(
    staff_id: uuid.UUID,
    case: Case,
    form_id: uuid.UUID,
    part_key: str,
    author: Letter | None,
    seen: str,
    *,
    stricter: Mapping[str, str] | None = None,
    left_out: frozenset[str] = frozenset(),
    allowed: bool | None = None,
) -> Opening:
    """Make one item joint, with a frozen copy of exactly what the preview showed. A repeat finds the opening.

    `seen` is the mark of the preview that was looked at. The form and its copies are held until the request ends:
    two presses make one opening, and no author changes anything between the look and the act. Raises Refused where
    what would be opened is not what was seen, where it stands in other words, and where a gate is closed now.
    """
    found = comparing.held(case, form_id)
    made = preview(case, found, part_key, author, stricter=stricter, left_out=left_out, allowed=allowed)
    person = case.participant(made.author) if made.author is not None else None
    author_id = person.id if person is not None else None
    stands = [
        row for row in comparing.standing(case.id, form_id) if row.part_key == part_key and row.author_id == author_id
    ]
    for row in stands:
        if digest(row.copy) == seen:
            return row
    if made.seen != seen:
        raise Refused("This changed since you looked at it. Please look at the preview again.")
    if stands:
        raise Refused("This is open already in other words. Withdraw it first.")
    if made.closed or (made.part.sharing is Sharing.DERIVED and made.derived is None):
        reasons = [gates.SENTENCES[gate] for gate in sorted(made.closed)]
        raise Refused(" ".join(reasons) or "There is nothing to open yet.")
    row = Opening(
        case_id=case.id,
        subject_kind=SUBJECT,
        subject_id=found.form.id,
        part_key=part_key,
        author_id=author_id,
        sharing=made.part.sharing,
        opened_by=staff_id,
        opened_at=now(),
    )
    row.copy = made.copy
    db.session.add(row)
    audit.record("opening.made", case=case.id, subject=row.id)
    return row


def withdraw(case: Case, opening: Opening) -> None:
    """End the display of an opening. Withdrawn twice is withdrawn once."""
    if opening.withdrawn_at is None:
        opening.withdrawn_at = now()
        audit.record("opening.withdrawn", case=case.id, subject=opening.id)
        live.bump(case.id, live.BOTH, live.DESK)


def take_back(author: Participant, form_id: uuid.UUID, part: Part) -> None:
    """Their author has tightened an answer: what was opened of it ends, and only the mediator can open it anew.

    Ends an offered answer's own opening, and what two have in common in the others. Nothing open: nothing happens.
    """
    author_id = author.id if part.sharing is Sharing.OFFERED else None
    for row in comparing.standing(author.case_id, form_id):
        if row.part_key == part.key and row.author_id == author_id:
            row.withdrawn_at = now()
            audit.record("opening.taken-back-by-author", case=row.case_id, subject=row.id)
            live.bump(row.case_id, live.BOTH, live.DESK)
