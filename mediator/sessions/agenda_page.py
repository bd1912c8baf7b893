"""The agenda page itself, which planning and each change of the agenda answer with."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from flask import get_template_attribute, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from mediator.cases.here import case_here
from mediator.cases.models import Case
from mediator.core import audit
from mediator.core.clock import now
from mediator.core.typed import one_line
from mediator.sessions import agenda_view, forms, labels, library, queries, room, steps
from mediator.sessions.drafting import Item
from mediator.sessions.models import MediationSession
from mediator.sessions.terms import Attendees

#: What was done with an item, as the address of the page tells it: up, down, changed, added, put back.
ACTS = frozenset({"up", "down", "moved", "added", "back", "changed"})
SEARCH = 60
STALE = _l(
    "This agenda was changed in another window. Nothing was saved. It stands here as it is now, with what your page "
    "said where that was something else."
)


@dataclass(frozen=True)
class Said:
    """What the last change did, so that the focus stays with the item and a live region says where it is now."""

    item: uuid.UUID | None = None
    by: str = ""
    words: str = ""


@dataclass(frozen=True)
class OnPage:
    """A shelf of the library as the page shows it."""

    key: str
    number: int | None
    name: str
    open: bool
    listed: Markup


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


def held(case_id: uuid.UUID, session_id: uuid.UUID) -> tuple[Case, MediationSession]:
    """The same, held until the request ends, so that two windows act one after the other."""
    case = case_here(case_id)
    return case, room.load(case, session_id, lock=True)


def read(case_id: uuid.UUID, session_id: uuid.UUID) -> tuple[Case, MediationSession]:
    """The same, noting first that its words are about to be read."""
    case = case_here(case_id)
    audit.reading("agenda.read", case=case.id, subject=session_id)
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
    stale: Mapping[uuid.UUID, str] | None = None,
) -> str:
    """The agenda of a planned session. `typed` and `own` could not be saved; `removed` may be put back.

    `stale` is what a page that was out of date said of the minutes, where it was something else: nothing was saved.
    """
    search = one_line(search)[:SEARCH]
    bar = agenda_view.bar(session)
    told = said or Said(words=str(STALE) if stale is not None else "")
    return render_template(
        "workspace/agenda/show.html",
        case=case,
        session=session,
        title=labels.title(case, session),
        rows=agenda_view.rows(case, session, typed, stale),
        bar=bar,
        bar_words=agenda_view.bar_words(bar, session),
        shelves=_shelves(session, search),
        search=search,
        found=agenda_view.suggestions(case, session),
        said=told,
        stale=stale is not None,
        saved_at=now() if stale is None and (told.words or removed is not None) else None,
        own=own,
        own_id=own.id.data if own is not None else uuid.uuid4(),
        own_step=own.step.data if own is not None else session.step if steps.number(session.step) else "",
        own_fields=_own_fields(own) if own is not None else _blank(request.script_root, labels.language()),
        heading=labels.heading(case, session),
        when=labels.when(case, session),
        removed=removed,
        new_id=uuid.uuid4(),
        break_key=library.break_key(),
    )


def _shelves(session: MediationSession, search: str) -> list[OnPage]:
    """The library beside this agenda: open where it is looked for, and what was searched for on every shelf."""
    shelves = library.shelves(together=session.attendees is Attendees.BOTH)
    there = frozenset(item.title for item in session.items)
    if search:
        found = library.with_words(shelves, search)
        return [OnPage(one.key, one.number, one.name, True, _list(one, there)) for one in found]
    key, root, language = library.shelf_of(session.step), request.script_root, labels.language()
    return [
        OnPage(one.key, one.number, one.name, one.key == key, _listed(root, language, one, there & one.titles))
        for one in shelves
    ]


def _list(shelf: library.Shelf, there: frozenset[str]) -> Markup:
    listed: Markup = get_template_attribute("workspace/agenda/parts.html", "blocks")(shelf, there)
    return listed


@lru_cache(maxsize=512)
def _listed(_root: str, _language: str, shelf: library.Shelf, there: frozenset[str]) -> Markup:
    """The same, kept: a hundred blocks of the guide's own words, and which of them this agenda has."""
    return _list(shelf, there)


def _own_fields(form: forms.ItemForm) -> Markup:
    fields: Markup = get_template_attribute("workspace/agenda/parts.html", "own_fields")(form)
    return fields


@lru_cache(maxsize=64)
def _blank(_root: str, _language: str) -> Markup:
    """The fields of an item of one's own before anything is typed: the same on every agenda, so they are kept."""
    return _own_fields(forms.blank_item_form())
