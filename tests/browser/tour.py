"""Every page of the application with the state that makes it worth looking at, in the order somebody would walk."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from playwright.sync_api import expect

from mediator.core.db import db
from mediator.practice import actions as practice_actions
from tests.browser import tour_exercises
from tests.browser.answers import given
from tests.browser.scene import Scene
from tests.browser.stops import Stop, follow, press
from tests.browser.visitor import Visitor
from tests.factories import make_door, make_staff
from tests.questionnaires import build


def workspace(scene: Scene) -> Iterator[Stop]:
    """What the mediator sees, who is also the owner."""
    case, other = f"/work/cases/{scene.case}", f"/work/cases/{scene.enquiry}"
    form = f"{case}/forms/{scene.handed_in}"
    yield Stop("today", "/work/")
    yield Stop("pairs", "/work/cases")
    yield Stop("pairs-none-found", "/work/cases", _search_nobody)
    yield Stop("new-case", "/work/cases/new")
    yield Stop("new-case-errors", "/work/cases/new", press("Save the case"))
    yield Stop("case", case)
    yield Stop("case-enquiry", other)
    yield Stop("case-record", f"{case}/record")
    yield Stop("case-record-enquiry", f"{other}/record")
    yield Stop("case-remove", f"{other}/remove")
    yield Stop("case-close", f"{case}/close")
    yield Stop("case-end", f"{case}/end")
    yield Stop("person", f"{case}/participants/A")
    yield Stop("person-second", f"{other}/participants/B")
    yield Stop("plan", f"{case}/plan")
    yield Stop("team", f"{case}/mediators")
    yield Stop("contact", f"{case}/contact/A")
    yield Stop("contact-none", f"{other}/contact/A")
    yield Stop("contact-errors", f"{other}/contact/A", press("Save for Robin"))
    yield Stop("doors", f"{other}/doors/A")
    yield Stop("door-qr", f"{case}/doors/B", press("Show a QR code"))
    yield Stop("hand-over", f"{case}/hand-over/A")
    yield Stop("ready-to-send", "/work/messages")
    yield Stop("ready-to-send-link", "/work/messages", _show_first_link)
    yield Stop("form-new", f"{case}/forms/new")
    yield Stop("form-new-first-meeting", f"{case}/forms/new?step=0")
    yield Stop("form-new-errors", f"{case}/forms/new", _send_empty_form)
    yield Stop("form", form)
    yield Stop("form-draft", f"{case}/forms/{scene.draft}")
    yield Stop("form-edit", f"{case}/forms/{scene.draft}/edit")
    yield Stop("form-preview", f"{form}/preview/3")
    yield Stop("form-paper", f"{form}/print/A")
    yield Stop("form-type-in", f"{case}/forms/{scene.draft}/paper/A")
    yield Stop("guide", "/work/guide")
    yield Stop("guide-step", "/work/guide/5")
    yield Stop("guide-first-meeting", "/work/guide/0")
    yield Stop("guide-halves", "/work/guide/7")
    yield Stop("guide-closing-meeting", "/work/guide/close")
    yield Stop("comparison", f"{case}/comparison?form={scene.handed_in}")
    yield Stop("comparison-all", f"{case}/comparison?form=all&order=steps")
    yield Stop("comparison-empty", f"{other}/comparison")
    yield Stop("opening-closed", f"{case}/comparison/{scene.handed_in}/open/5.3.parts")
    yield Stop("read-first", f"{case}/read-first")
    yield Stop("read-first-read", f"{case}/read-first", press("I have read this"))
    yield Stop("opening", f"{case}/comparison/{scene.handed_in}/open/5.3.parts")
    yield Stop("opening-lights", f"{case}/comparison/{scene.lights}/open/5.11.kinds")
    yield from _sessions(scene, case)
    yield from tour_exercises.desk(scene, case)
    yield Stop("account", "/work/account")
    yield Stop("people", "/work/people")
    yield Stop("people-new", "/work/people/new")
    yield Stop("people-person", f"/work/people/{scene.assistant_id}")
    yield Stop("people-link", f"/work/people/{scene.assistant_id}", press("Make a new link", exact=False))
    yield Stop("people-stop", f"/work/people/{scene.assistant_id}/stop")
    yield Stop("people-mediate-no-more", f"/work/people/{scene.colleague_id}/mediate-no-more/assistant")
    yield Stop("practice", "/work/practice")
    yield Stop("audit", "/work/audit")
    yield Stop("missing", "/work/nothing")


def _sessions(scene: Scene, case: str) -> Iterator[Stop]:
    """Planning, the agenda, the run, the summary, reports, and what was agreed."""
    planned, running, ended = (
        f"{case}/sessions/{one}" for one in (scene.meeting.planned, scene.meeting.running, scene.meeting.ended)
    )
    yield Stop("session-new", f"{case}/sessions/new")
    yield Stop("agenda", planned)
    yield Stop("session-plan", f"{planned}/plan")
    yield Stop("agenda-draft", f"{planned}/agenda/draft")
    yield Stop("agenda-item", f"{planned}/agenda/items/{scene.meeting.item}")
    yield Stop("agenda-both-see", f"{planned}/agenda/preview")
    yield Stop("agenda-table-copy", f"{planned}/agenda/print")
    yield Stop("run", f"{running}/run")
    yield Stop("run-change-agenda", f"{running}/run/agenda")
    for kind in ("agreement", "commitment", "boundary"):
        yield Stop(f"run-capture-{kind}", f"{running}/run/capture/{kind}")
    yield Stop("run-present", f"{running}/present")
    yield Stop("run-move-lines", f"{running}/run/notes/move")
    yield Stop("summary", f"{ended}/summary")
    yield Stop("reports", f"{ended}/reports")
    yield Stop("reports-release", f"{ended}/reports/release")
    yield Stop("agreements", f"{case}/agreements")
    yield Stop("agreement-new", f"{case}/agreements/new/boundary")
    yield Stop("agreements-release", f"{case}/agreements/release")
    yield Stop("agreement-edit", f"{case}/agreements/{scene.meeting.said}/edit")
    yield Stop("agreement-end", f"{case}/agreements/{scene.meeting.released}/end")
    yield Stop("agreement-replace", f"{case}/agreements/{scene.meeting.released}/replace")


def assistant(scene: Scene) -> Iterator[Stop]:
    """What the assistant sees."""
    yield Stop("assistant-today", "/work/")
    yield Stop("assistant-pairs", "/work/cases")
    yield Stop("assistant-case", f"/work/cases/{scene.case}")


def portal(scene: Scene) -> Iterator[Stop]:
    """What Alex sees: questions of every type, with words on them, to the end."""
    every = f"/notes/questions/{scene.every_type}"
    yield Stop("home", "/notes/")
    yield Stop("contact-answered", "/notes/contact")
    yield Stop("reminders", "/notes/reminders")
    yield Stop("together", "/notes/together")
    yield Stop("agreed", "/notes/agreements")
    yield Stop("papers", "/notes/reports")
    yield Stop("help", "/notes/help")
    yield Stop("who-sees-what", "/notes/who-sees-what")
    yield Stop("exit-button", "/notes/exit-button")
    asked = [question for question in build.ALL if question is not build.SAFETY]
    for number, question in enumerate(asked, start=1):
        kind = question.parts[0].type.value + (f"-{question.parts[0].scale}" if question.parts[0].scale else "")
        yield Stop(f"question-{number:02}-{kind}", f"{every}/{number}", _answer(number))
    yield Stop("question-errors", f"{every}/5", _too_long)
    yield Stop("check", f"{every}/check")
    yield Stop("handed-in", f"/notes/questions/{scene.done}/done")
    for number in range(1, 10):
        yield Stop(f"step-5-question-{number:02}", f"/notes/questions/{scene.to_do}/{number}")
    yield from tour_exercises.phone(scene)
    yield from tour_exercises.writing(scene)
    yield Stop("client-missing", "/notes/nothing")


def newcomer(scene: Scene) -> Iterator[Stop]:
    """What somebody sees on a first visit."""
    yield Stop("door", f"/d/{make_door(scene.newcomer)}")
    yield Stop("first-visit", "", press("It’s me, open my page"))
    yield Stop("safe-contact", "", press("I have read this"))
    yield Stop("safe-contact-errors", "", press("Next"))
    yield Stop("home-first", "", press("Later"))
    yield Stop("first-meeting", "", follow("Begin"))
    yield Stop("together-empty", "/notes/together")
    yield Stop("exercise-none", "/notes/exercise")


def public(scene: Scene) -> Iterator[Stop]:
    """What anybody sees who is signed out."""
    yield Stop("sign-in", "/sign-in")
    yield Stop("sign-in-errors", "/sign-in", press("Sign in"))
    yield Stop("new-link", "/new-link")
    yield Stop("new-link-asked", "/new-link", _ask_for_link)
    yield Stop("door-shut", "/d/no-such-door", press("It’s me, open my page"))
    yield Stop("welcome", f"/welcome/{_staff_link()}")
    yield Stop("public-missing", "/nothing")


def _staff_link() -> str:
    invited = make_staff("mediator", name="Ines Duarte")
    made = practice_actions.make_welcome_link(invited)
    db.session.commit()
    return made


def _search_nobody(visitor: Visitor) -> None:
    visitor.page.get_by_label("Name").fill("nobody")
    press("Search")(visitor)


def _show_first_link(visitor: Visitor) -> None:
    press("Show the link", exact=False)(visitor)


def _send_empty_form(visitor: Visitor) -> None:
    ticked = visitor.page.locator("input[name^='q.']:checked")
    while ticked.count():
        ticked.first.uncheck(force=True)
    visitor.page.get_by_label("Title of the form").fill("")
    press("Save the draft")(visitor)


def _answer(number: int) -> Callable[[Visitor], None]:
    def act(visitor: Visitor) -> None:
        for part in build.ALL[number - 1].parts:
            given(visitor, part)
        visitor.page.evaluate("() => document.activeElement.blur()")  # what was typed goes out at once
        expect(visitor.page.locator("[data-save-status]")).to_contain_text("Saved at")

    return act


def _too_long(visitor: Visitor) -> None:
    visitor.page.get_by_role("textbox").first.fill("x" * 301)
    press("Next")(visitor)
    expect(visitor.page.locator(".error-summary")).to_be_visible()


def _ask_for_link(visitor: Visitor) -> None:
    visitor.write("Your email address", "somebody@people.example")
    press("Send me a new link")(visitor)
    expect(visitor.page).not_to_have_url(re.compile("nothing"))
