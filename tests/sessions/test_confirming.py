"""Who said what, on the page of the summary: said without a name, or ticked once whoever said it confirmed it."""

from __future__ import annotations

import uuid

from mediator.cases.models import Case
from mediator.core.audit import AuditEntry
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.visibility import Letter
from mediator.sessions import confirming
from mediator.sessions.attribution import Attributed
from mediator.sessions.terms import ItemKind, ItemState, SessionState
from tests.factories import Pair
from tests.people import Page, Person
from tests.sessions.live import at, ring, row_of, verbs
from tests.sessions.plan import Item, make_session

HOPES, THEIRS = "Alex said he still hopes.", "They were afraid."
NOTED = f"The house was looked at. {HOPES} {THEIRS}"


def ended(pair: Pair, words: str, attendees: str = "both", *, titles: tuple[str, ...] = ()) -> uuid.UUID:
    """A session that is over, with this summary and these blocks."""
    items = tuple(Item(title, 10, ItemKind.TALK, None, "", (("state", ItemState.DONE),)) for title in titles)
    session = make_session(pair, attendees, 60, items, SessionState.ENDED, started_at=now(), ended_at=now())
    row_of(session).summary = words
    db.session.commit()
    return session


def tick(mediator: Person, page: Page, *words: str) -> Page:
    """Tick exactly these sentences and keep that."""
    form = page.form("/confirmed")
    kept = {name: value for name, value in form.fields.items() if not name.startswith("yes.")}
    return mediator.post(form.action, {**kept, **{f"yes.{Attributed(one).mark}": "on" for one in words}})


def ticked(page: Page) -> list[bool]:
    """Which of the listed sentences are ticked."""
    return [one.get("checked") is not None for one in page.all("input") if (one.get("name") or "").startswith("yes.")]


def confirmed(pair: Pair, session: uuid.UUID) -> frozenset[str]:
    with ring(pair):
        return confirming.confirmed(row_of(session))


def test_the_page_lists_the_sentences_and_keeps_which_are_confirmed(pair: Pair, mediator: Person) -> None:
    session = ended(pair, NOTED)
    page = mediator.get(at(pair, session, "/summary"))
    for words in (
        HOPES,
        "Alex confirmed this sentence",
        THEIRS,
        "Whoever said this confirmed it",
        "Say it above without",
    ):
        assert words in page.words
    assert "Alex and Sam confirmed" not in page.words
    page = tick(mediator, page, HOPES)
    assert confirmed(pair, session) == {Attributed(HOPES).mark}
    assert ticked(page) == [
        True,
        False,
    ]
    tick(mediator, page, HOPES)
    assert verbs(session).count("session.sentence.confirmed") == 1, "said twice it is said once"
    tick(mediator, page)
    assert confirmed(pair, session) == frozenset()
    assert verbs(session).count("session.sentence.taken-back") == 1


def test_who_recorded_it_and_when_is_kept_and_no_words_are(pair: Pair, mediator: Person) -> None:
    session = ended(pair, NOTED)
    tick(mediator, mediator.get(at(pair, session, "/summary")), HOPES, THEIRS)
    with ring(pair):
        kept = row_of(session).confirmed
    assert {by for by, _at in kept.values()} == {str(pair.mediator)}
    assert b"hopes" not in (row_of(session).confirmed_bytes or b"")
    lines = db.session.scalars(db.select(AuditEntry).where(AuditEntry.verb == "session.sentence.confirmed")).all()
    assert {(one.subject_id, one.case_id) for one in lines} == {(session, pair.case)}
    assert len(lines) == 2


def test_a_sentence_that_changes_is_confirmed_anew_and_one_that_is_gone_is_not_confirmed(
    pair: Pair, mediator: Person
) -> None:
    session = ended(pair, NOTED)
    page = mediator.get(at(pair, session, "/summary"))
    row_of(session).summary = "Alex said he does not hope any more."
    db.session.commit()
    tick(mediator, page, HOPES)
    assert confirmed(pair, session) == frozenset()
    with ring(pair):
        row_of(session).summary = NOTED
    db.session.commit()
    tick(mediator, page, HOPES)
    row_of(session).summary = f"{HOPES} Alex said he hopes."
    db.session.commit()
    page = mediator.get(at(pair, session, "/summary"))
    assert ticked(page) == [
        True,
        False,
    ]


def test_without_such_a_sentence_there_is_nothing_to_look_at(pair: Pair, mediator: Person) -> None:
    session = ended(pair, "Both said that evenings are hard.", titles=("What I wish you understood", "Money"))
    assert "Who said what" not in mediator.get(at(pair, session, "/summary")).words, (
        "titles of the guide speak of nobody"
    )


def test_a_title_somebody_made_counts_as_a_sentence(pair: Pair, mediator: Person) -> None:
    session = ended(pair, "", titles=("What Sam wants", "Money"))
    page = mediator.get(at(pair, session, "/summary"))
    assert "Sam confirmed this sentence" in page.words
    tick(mediator, page, "What Sam wants")
    assert confirmed(pair, session) == {Attributed("What Sam wants").mark}


def test_in_a_session_with_one_person_what_is_said_of_them_is_theirs(pair: Pair, mediator: Person) -> None:
    session = ended(pair, "Alex said yes. Sam said no. Alex thinks of Sam. She is sorry.", "A")
    with ring(pair):
        found = confirming.attributed_in(db.session.get_one(Case, pair.case), row_of(session))
    assert [(one.words, one.people) for one in found] == [
        ("Sam said no.", (Letter.B,)), ("Alex thinks of Sam.", (Letter.A, Letter.B)), ("She is sorry.", ()),
    ]  # fmt: skip
    assert "Sam confirmed this sentence" in mediator.get(at(pair, session, "/summary")).words
