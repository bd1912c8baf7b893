"""A text of both as one page shows it: on a phone with its reader's own yes, at the mediator's console without any."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask_babel import lazy_gettext as _l

from mediator.cases.models import Case, Participant
from mediator.core.visibility import Letter
from mediator.exercises.models import ExerciseRun
from mediator.exercises.together import drafts, texts
from mediator.exercises.together import queries as text_queries
from mediator.exercises.together.drafts import Draft, Writer
from mediator.exercises.together.queries import Shown
from mediator.exercises.together.texts import Typed

#: What is wrong with a field, said at the field.
ERRORS = {
    texts.MISSING: _l("Write a few words first."),
    texts.TOO_LONG: _l("Up to 1,500 letters. Your words stay here; make them shorter."),
    texts.NOBODY: _l("Choose whose step this is."),
    texts.LINE_TOO_LONG: _l("Up to 300 letters for one step. Your words stay here; make them shorter."),
}


@dataclass(frozen=True)
class TextPage:
    """The text of a stage as it stands, and the form to change it.

    `yes` is the reader's own, and stands on their phone alone; `may_write` is alike for both. `draft` is what this
    reader typed and did not save for both; it stands in the form, which goes on from the words (`rev`) it was begun
    from. `elsewhere`: the form holds something else that they typed on another page.
    """

    position: int
    text: Shown
    asks: tuple[str, ...]
    names: tuple[tuple[Letter, str], ...]
    form: Typed
    may_write: bool
    rev: int
    yes: bool = False
    draft: Draft | None = None
    elsewhere: bool = False

    @property
    def errors(self) -> Mapping[str, str]:
        """What is wrong, by the name of the field."""
        return {name: str(ERRORS[kind]) for name, kind in self.form.errors}


def build(case: Case, run: ExerciseRun, writer: Writer | None = None, *, reader: Participant | None = None) -> TextPage:
    """The text of the stage a run is at. `reader` is whose phone it is, None at the mediator's.

    `writer` is whose draft stands in the form; without one there is none.
    """
    row, called = text_queries.here(run), text_queries.names(case)
    shown = text_queries.shown(run, run.at, row, called)
    written = texts.from_body(row.body) if row is not None else texts.Text()
    draft = drafts.here(run, writer) if writer is not None else None
    return TextPage(
        position=run.at,
        text=shown,
        asks=tuple(run.spec["stages"][run.at].get("asks", ())),
        names=tuple(called.items()),
        form=draft.typed if draft is not None else texts.form(written),
        may_write=reader is None or run.place in text_queries.BOTH_WRITE,
        rev=draft.rev if draft is not None else shown.rev,
        yes=reader is not None and row is not None and text_queries.said_yes(row, reader.letter),
        draft=draft,
    )


def again(page: TextPage, typed: Typed, *, elsewhere: bool) -> TextPage:
    """The page with what was sent and could not be saved in its form, to be saved over the words as they stand now."""
    return replace(page, form=typed, rev=page.text.rev, elsewhere=elsewhere and page.draft is not None)
