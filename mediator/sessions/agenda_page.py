"""The agenda page itself, which planning and each change of the agenda answer with."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from flask import render_template
from flask_babel import gettext as _

from mediator.cases.here import case_here
from mediator.cases.models import Case
from mediator.core import audit
from mediator.core.clock import now
from mediator.sessions import agenda_view, forms, labels, queries
from mediator.sessions.drafting import Item
from mediator.sessions.models import MediationSession

#: What was done with an item, as the address of the page tells it: up, down, changed, added, put back.
ACTS = frozenset({"up", "down", "moved", "added", "back", "changed"})
SEARCH = 60


@dataclass(frozen=True)
class Said:
    """What the last change did, so that the focus stays with the item and a live region says where it is now."""

    item: uuid.UUID | None = None
    by: str = ""
    words: str = ""


@dataclass(frozen=True)
class Removed:
    """An item that was just removed. It is nowhere but on the page that answers, until that page is left."""

    id: uuid.UUID
    place: int
    item: Item


def session_of(case_id: uuid.UUID, session_id: uuid.UUID) -> tuple[Case, MediationSession]:
    """The case and its session. Raises NotFound for every other one alike."""
    case = case_here(case_id)
    return case, queries.session_of(case, session_id)


def read(case_id: uuid.UUID, session_id: uuid.UUID) -> tuple[Case, MediationSession]:
    """The same, noting first that its words are about to be read."""
    case = case_here(case_id)
    found = queries.exists(case, session_id)
    audit.reading("agenda.read", case=case.id, subject=found)
    return case, queries.session_of(case, session_id)


def said(session: MediationSession, told: Mapping[str, str]) -> Said:
    """What the address says was done; nothing where it makes no sense."""
    by, at = told.get("by", ""), told.get("at", "")
    if by == "saved":
        return Said(words=_("Saved"))
    place = next((place for place, item in enumerate(session.items, start=1) if str(item.id) == at), None)
    if by not in ACTS or place is None:
        return Said()
    item = session.items[place - 1]
    words = _("%(title)s, now %(place)s of %(count)s", title=item.title, place=place, count=len(session.items))
    return Said(item.id, by, words)


def page(
    case: Case,
    session: MediationSession,
    *,
    search: str = "",
    said: Said | None = None,
    typed: Mapping[uuid.UUID, tuple[str, str]] | None = None,
    own: forms.ItemForm | None = None,
    removed: Removed | None = None,
) -> str:
    """The agenda of a planned session. `typed` and `own` could not be saved; `removed` may be put back."""
    search = " ".join(search.split())[:SEARCH]
    bar = agenda_view.bar(session)
    told = said or Said()
    return render_template(
        "workspace/agenda/show.html",
        case=case,
        session=session,
        title=labels.title(case, session),
        rows=agenda_view.rows(case, session, typed),
        bar=bar,
        bar_words=agenda_view.bar_words(bar, session),
        shelves=agenda_view.library(session, search),
        search=search,
        found=agenda_view.suggestions(case, session),
        said=told,
        saved_at=now() if told.words or removed is not None else None,
        own=own or forms.item_form(case, session, None, blank=True),
        heading=labels.heading(case, session),
        when=labels.when(case, session),
        wrong=bool(own is not None and own.errors),
        removed=removed,
        new_id=uuid.uuid4(),
        break_key=agenda_view.break_key(),
    )
