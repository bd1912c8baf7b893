"""What a participant's form pages show, as plain values for its one reader: controls, privacy sentences, groups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from mediator.cases.models import Participant
from mediator.cases.queries import Around, around
from mediator.cases.terms import ParticipantWord, participant_word
from mediator.core.visibility import Sharing, Visibility
from mediator.core.words import say as _
from mediator.guide.content import Part, Question
from mediator.guide.sentences import Sentence, for_participant
from mediator.questionnaires import gentle
from mediator.questionnaires.fields import as_sent, names
from mediator.questionnaires.queries import Filled, Sheet
from mediator.questionnaires.terms import AnswerState, AssignmentState
from mediator.questionnaires.values import Outcome, may_keep, read, to_check, to_mend
from mediator.questionnaires.wording import as_typed, problem, said

#: The words under which a form may be looked at. On a break and after the end there is nothing to do, for
#: both.
_WORKING = frozenset({ParticipantWord.GETTING_STARTED, ParticipantWord.IN_PROGRESS})


@dataclass(frozen=True)
class Here:
    """Who looks at a form: one participant, since when (UTC), and whether the device was handed to them for it.

    `stays`: it is one that stays to be answered on a break.
    """

    person: Participant
    since: datetime
    scoped: bool
    stays: bool = field(default=False, kw_only=True)

    @property
    def working(self) -> bool:
        """Whether questions are shown now. A hold reads like a pause."""
        return self.stays or participant_word(self.person.case.state, self.person.case.hold) in _WORKING

    @cached_property
    def _around(self) -> Around:
        return around(self.person)

    @property
    def other(self) -> str:
        """How the other wishes to be called, or words that serve while nobody has joined."""
        return str(_("the other person")) if self._around.other is None else self._around.other

    @property
    def mediator(self) -> str:
        """The lead mediator's name."""
        return self._around.mediator or str(_("your mediator"))

    @property
    def other_first(self) -> str:
        """The same at the start of a sentence. A name stays as its owner writes it."""
        return capital(self.other) if self._around.other is None else self.other

    def sentence(
        self, part: Part, *, kept: bool = False, offered: bool = False, visibility: Visibility | None = None
    ) -> Sentence:
        """The one privacy sentence for this part as its author has it now, with the names in it."""
        policy = self.person.case.policy
        found = for_participant(visibility or part.visibility, part.sharing, policy, kept, offered, held=part.held)
        text = found.filled(other=self.other, mediator=self.mediator)
        return Sentence(text if text.startswith(self.other_first) else capital(text), found.level)


@dataclass(frozen=True)
class Seen:
    """Who will see an answer: the sentence now, and what it becomes once the box below is ticked ("": the same)."""

    level: str
    text: str
    ticked_level: str = ""
    ticked_text: str = ""


@dataclass(frozen=True)
class PartView:
    """One part with its controls filled in. `value` has the shape of stored answers, or of what was just sent.

    `looks` is what its author is gently asked about it.
    """

    part: Part
    seen: Seen
    value: Any
    not_said: bool
    keep: bool
    offer: bool
    looks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Entry:
    """One answer on the check page. `given` is false where there is none; `looks` as at a part."""

    number: int
    text: str
    label: str
    lines: list[str]
    given: bool
    looks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Group:
    """Answers with the same readers: a title, the sentence about who they are, and the answers."""

    title: str
    level: str
    text: str
    entries: list[Entry]


@dataclass(frozen=True)
class Side:
    """One part of one version of an answer, in words."""

    label: str
    lines: list[str]
    mark: str


def parts_of(
    here: Here, question: Question, given: Mapping[str, Outcome], sent: Mapping[str, str] | None = None
) -> list[PartView]:
    """The parts of a question with what stands there, or, where something was just sent, with that."""
    views = []
    for part in question.parts:
        if sent is not None:
            outcome, value = read(part, sent), as_sent(part, sent)
        else:
            outcome = given.get(part.key, Outcome(AnswerState.EMPTY))
            value = outcome.value
        not_said = outcome.state is AnswerState.NOT_SAID
        looks = gentle.looks(part, value)
        views.append(PartView(part, seen(here, part), value, not_said, outcome.kept, outcome.offered, looks))
    return views


def seen(here: Here, part: Part) -> Seen:
    """The privacy sentence of a part without and with the tick of its box."""
    now = here.sentence(part)
    private = part.visibility is Visibility.PRIVATE
    if private and part.sharing is Sharing.OFFERED:
        ticked = here.sentence(part, offered=True)
    elif private and may_keep(part):
        ticked = here.sentence(part, kept=True)
    else:
        ticked = now
    if ticked == now:
        return Seen(now.level, now.text)
    return Seen(now.level, now.text, ticked.level, ticked.text)


def grouped(here: Here, form: Filled) -> list[Group]:
    """Every question but the safety ones, grouped by who reads the answers, from when they are handed in."""
    titles = {
        "mediator": _("For your mediator"),
        "ticked": _("%(other)s may read these", other=here.other_first),
        "both": _("For both of you"),
        "common": _("What you may have in common"),
        "own": _("For you alone"),
    }
    groups: dict[str, Group] = {}
    over = form.assignment.state is AssignmentState.SUBMITTED
    for sheet in form.sheets:
        for part in sheet.question.parts:
            outcome = to_check(part, sheet.outcome(part.key))
            key = _group(part, outcome)
            if key not in groups:
                # What could have been opened and will not be reads like what never could.
                plain = here.sentence(_closed(part)) if key == "mediator" else None
                words = plain or here.sentence(part, kept=outcome.kept, offered=outcome.offered)
                groups[key] = Group(str(titles[key]), words.level, words.text, [])
            groups[key].entries.append(
                Entry(
                    number=sheet.number,
                    text=sheet.question.text,
                    label=part.label,
                    lines=[_("Not answered")] if over and outcome.state is AnswerState.EMPTY else said(part, outcome),
                    given=outcome.state in {AnswerState.ANSWERED, AnswerState.NOT_SAID},
                    looks=() if over else gentle.looks(part, outcome.value),
                )
            )
    return [groups[key] for key in titles if key in groups]


def unfit(form: Filled) -> list[Sheet]:
    """The questions with something that can't be handed in as it is: too long, or half done."""
    return [sheet for sheet in form.sheets if mend_of(sheet)]


def mend_of(sheet: Sheet) -> dict[str, str]:
    """By field name what its author reads at what is too long or half done."""
    return {
        name: problem(found, part)
        for part in sheet.question.parts
        for name, found in to_mend(part, sheet.outcome(part.key)).items()
    }


def typed(here: Here, questions: Iterable[Question], sent: Mapping[str, str]) -> list[tuple[Question, list[Side]]]:
    """What was just sent for these questions, in words; a question nothing was sent for is left out."""
    return [
        (question, side(here, question, {part.key: read(part, sent) for part in question.parts}, sent))
        for question in questions
        if any(sent.get(name, "").strip() for part in question.parts for name in names(part))
    ]


def side(
    here: Here, question: Question, outcomes: Mapping[str, Outcome], sent: Mapping[str, str] | None = None
) -> list[Side]:
    """One version of a question's answers in words, with what its author decided about them."""
    found = []
    for part in question.parts:
        outcome = outcomes.get(part.key, Outcome(AnswerState.EMPTY))
        lines = said(part, outcome) if sent is None else as_typed(part, outcome, sent)
        mark = ""
        if outcome.kept:
            mark = str(_("Kept between me and my mediator"))
        elif outcome.offered:
            mark = str(_("%(other)s may read this", other=here.other_first))
        found.append(Side(part.label, lines, mark))
    return found


def capital(text: str) -> str:
    """The text with its first letter as a sentence begins."""
    return text[:1].upper() + text[1:]


def _group(part: Part, outcome: Outcome) -> str:
    if part.visibility is Visibility.OWN:
        return "own"
    if outcome.kept or part.sharing is Sharing.CLOSED:
        return "mediator"
    if part.sharing is Sharing.OFFERED:
        return "ticked" if outcome.offered else "mediator"
    return "both" if part.sharing is Sharing.RECIPROCAL else "common"


def _closed(part: Part) -> Part:
    return Part(part.key, part.type, Sharing.CLOSED, part.visibility, held=part.held)
