"""Every page of the application with the state that makes it worth looking at, in the order somebody would walk."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

from playwright.sync_api import expect

from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.visibility import Letter
from mediator.exercises.modes import Do
from mediator.exercises.terms import Heard, Place, Wish
from mediator.exercises.texts import Text
from mediator.practice import actions as practice_actions
from tests.browser import tour_held
from tests.browser.answers import given
from tests.browser.exercising import LOOP, Exercising
from tests.browser.opening import Opening
from tests.browser.scene import Scene
from tests.browser.stops import Stop
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
    yield Stop("new-case-errors", "/work/cases/new", _press("Save the case"))
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
    yield Stop("contact-errors", f"{other}/contact/A", _press("Save for Robin"))
    yield Stop("doors", f"{other}/doors/A")
    yield Stop("door-qr", f"{case}/doors/B", _press("Show a QR code"))
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
    yield Stop("read-first-read", f"{case}/read-first", _press("I have read this"))
    yield Stop("opening", f"{case}/comparison/{scene.handed_in}/open/5.3.parts")
    yield Stop("opening-lights", f"{case}/comparison/{scene.lights}/open/5.11.kinds")
    yield from _sessions(scene, case)
    yield from _exercises(scene, case)
    yield Stop("account", "/work/account")
    yield Stop("people", "/work/people")
    yield Stop("people-new", "/work/people/new")
    yield Stop("people-person", f"/work/people/{scene.assistant_id}")
    yield Stop("people-link", f"/work/people/{scene.assistant_id}", _press("Make a new link", exact=False))
    yield Stop("people-stop", f"/work/people/{scene.assistant_id}/stop")
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


def _exercises(scene: Scene, case: str) -> Iterator[Stop]:
    """The catalogue, starting, and the console in its states."""
    going = Exercising(scene.case)
    yield Stop("exercises", "/work/exercises")
    yield Stop("exercises-for-a-pair", f"/work/exercises?case={scene.case}")
    yield Stop("exercise", "/work/exercises/E22")
    yield Stop("exercise-to-read", "/work/exercises/E05")
    yield Stop("exercise-try", "/work/exercises/E01/try")
    yield Stop("exercise-try-derived", "/work/exercises/E22/try")
    yield Stop("exercise-start", f"{case}/exercises")
    yield Stop("exercise-confirm", f"{case}/exercises/start/E22")

    def one_screen(visitor: Visitor) -> None:
        going.start("E01", Place.SCREEN)
        visitor.go(going.console("/screen"))

    def tapped(name: str) -> Callable[[Visitor], None]:
        return lambda visitor: visitor.page.get_by_role("button", name=name, exact=True).click()

    def turns(visitor: Visitor) -> None:
        visitor.go("/work/exercises")
        going.start("E01")
        going.turn((Letter.A, Do.FINISHED), (Letter.B, Do.SAID_BACK), (Letter.A, Do.HEARD), heard=Heard.NOT_YET)
        going.tell(Letter.B, Wish.SLOWER)
        visitor.go(going.console())

    def written(visitor: Visitor) -> None:
        visitor.go("/work/exercises")  # what lies open follows by itself, and would go where it likes
        going.start("E13")
        going.write(Letter.A)
        going.write(Letter.B)
        visitor.go(going.console())
        for fold in visitor.page.locator("details.private > summary").all():
            fold.click()

    def over(visitor: Visitor) -> None:
        visitor.go("/work/exercises")
        going.finish()
        visitor.go(going.console())

    def given(visitor: Visitor) -> None:
        visitor.go("/work/exercises")
        going.give("E10", Letter.B)
        visitor.go(going.console())

    yield Stop("exercise-confirm-one", f"{case}/exercises/start/E12")
    yield Stop("exercise-given", "", given)
    yield Stop("exercise-start-given", f"{case}/exercises")
    yield Stop("exercise-try-own", "/work/exercises/E12/try")
    yield Stop("exercises-one-way", "/work/exercises?how=screen")
    yield Stop("exercise-one-screen", "", one_screen)
    yield Stop("exercise-one-screen-back", "", tapped("I’ve finished"))
    yield Stop("exercise-one-screen-check", "", tapped("I’ve said it back"))
    yield Stop("exercise-one-screen-pause", "", tapped("Pause"))
    yield Stop("exercise-console-one-screen", "", lambda visitor: _go(visitor, going.console()))
    yield Stop("exercise-console-turns", "", turns)
    yield Stop("exercise-console-written", "", written)
    yield Stop("exercise-open", "", lambda visitor: _go(visitor, going.console("/open/0/E13.1.first")))
    yield Stop("exercise-over", "", over)
    yield Stop("exercise-try-held", "/work/exercises/E09/try")
    yield Stop("exercise-confirm-held", f"{case}/exercises/start/E09")
    yield from tour_held.desk(scene)

    def together(visitor: Visitor) -> None:
        visitor.go("/work/exercises")
        going.start("E07")
        going.go_on()
        going.together(LOOP, agreed=(Letter.B,))
        visitor.go(going.console())
        visitor.page.locator("#text-write summary").click()

    def both_versions(visitor: Visitor) -> None:
        going.together(Text(lines=LOOP.lines[:3]))
        visitor.page.get_by_role("button", name="Save for both").click()
        visitor.page.get_by_role("heading", name="As they stand now").wait_for()

    def together_over(visitor: Visitor) -> None:
        visitor.go("/work/exercises")
        going.finish()
        visitor.go(going.console())

    yield Stop("exercise-console-together", "", together)
    yield Stop("exercise-console-versions", "", both_versions)
    yield Stop("exercise-over-together", "", together_over)
    opened = Opening(scene.case)

    def promised(visitor: Visitor) -> None:
        visitor.go("/work/exercises")
        opened.with_words("E17")
        visitor.go(opened.console())

    def side_by_side(visitor: Visitor) -> None:
        visitor.go("/work/exercises")
        opened.with_words("E06")
        visitor.go(opened.console())

    def write_down(visitor: Visitor) -> None:
        before = visitor.page.url
        visitor.pick(visitor.page.get_by_role("link", name="Write it down as a commitment").first)
        expect(visitor.page).not_to_have_url(before)

    def closed(visitor: Visitor) -> None:
        for fold in ("open-items", "closed-items"):
            visitor.page.locator(f"#{fold} > summary").click()

    yield Stop("exercise-console-promises", "", promised)
    yield Stop("exercise-write-down", "", write_down)
    yield Stop("exercise-console-lanes", "", side_by_side)
    yield Stop("exercise-console-many", "", closed)


def _go(visitor: Visitor, path: str) -> None:
    visitor.go(path)


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
    yield from _phone(scene)
    yield from _writing(scene)
    yield Stop("client-missing", "/notes/nothing")


def _phone(scene: Scene) -> Iterator[Stop]:
    """An exercise on Alex’s phone, who is A."""
    going = Exercising(scene.case)

    def begin(key: str) -> Callable[[Visitor], None]:
        def act(visitor: Visitor) -> None:
            going.start(key)
            visitor.go("/notes/exercise")

        return act

    def turn(who: Letter, do: Do) -> Callable[[Visitor], None]:
        def act(visitor: Visitor) -> None:
            going.turn((who, do), heard=Heard.GOT_IT)
            visitor.go("/notes/exercise")

        return act

    def handed_in(visitor: Visitor) -> None:
        going.start("E13")
        going.write(Letter.A)
        visitor.go("/notes/exercise")

    def paused(visitor: Visitor) -> None:
        going.pause(Letter.B)
        visitor.go("/notes/exercise")

    def gentle(visitor: Visitor) -> None:
        going.start("E03")
        visitor.go("/notes/exercise")
        visitor.page.get_by_role("link", name="Begin").click()
        visitor.page.get_by_role("button", name="Next", exact=True).click()
        visitor.page.get_by_label("Or in my own words").fill("Ignored, and like you did not care")
        visitor.page.locator(".looks .callout").first.wait_for()

    yield Stop("exercise-none", "/notes/exercise")
    yield Stop("exercise-speak", "", begin("E01"))
    yield Stop("exercise-keys", "/notes/exercise/keys")
    yield Stop("exercise-stop", "/notes/exercise/stop")
    yield Stop("exercise-listen-back", "", turn(Letter.A, Do.FINISHED))
    yield Stop("exercise-check", "", turn(Letter.B, Do.SAID_BACK))
    yield Stop("exercise-listen", "", turn(Letter.A, Do.HEARD))
    yield Stop("exercise-say-back", "", turn(Letter.B, Do.FINISHED))
    yield Stop("exercise-notice", "", begin("E22"))
    yield Stop("exercise-write", "", begin("E13"))
    yield Stop("exercise-done", "", handed_in)
    yield Stop("exercise-pause", "", paused)

    def empty(visitor: Visitor) -> None:
        going.start("E24")
        visitor.go("/notes/exercise")

    def wrong(visitor: Visitor) -> None:
        visitor.page.get_by_label("The words of both").fill("x" * 1501)
        visitor.page.get_by_role("button", name="Save for both").click()
        visitor.page.get_by_role("heading", name="What you wrote").wait_for()

    def loop(visitor: Visitor) -> None:
        going.start("E07")
        going.go_on()
        going.together(LOOP, agreed=(Letter.A,))
        visitor.go("/notes/exercise")

    def versions(visitor: Visitor) -> None:
        visitor.page.get_by_label("What they do").last.fill("And round it goes.")
        visitor.page.get_by_label("Who").last.select_option("B")
        going.together(Text(lines=LOOP.lines[:3]))
        visitor.page.get_by_role("button", name="Save for both").click()
        visitor.page.get_by_role("heading", name="As they stand now").wait_for()

    def stands(visitor: Visitor) -> None:
        going.together(LOOP, agreed=(Letter.A, Letter.B))
        going.finish()
        going.keep()
        visitor.go("/notes/together")

    yield Stop("exercise-together-empty", "", empty)
    yield Stop("exercise-together-wrong", "", wrong)
    yield Stop("exercise-together", "", loop)
    yield Stop("exercise-together-write", "", lambda visitor: visitor.page.locator("#write summary").click())
    yield Stop("exercise-together-versions", "", versions)
    yield Stop("together-text", "", stands)
    opened = Opening(scene.case)
    for key, name in (("E06", "lanes"), ("E17", "voices"), ("E21", "meeting"), ("E22", "map")):

        def read(visitor: Visitor, key: str = key) -> None:
            opened.with_words(key)
            visitor.go("/notes/exercise")

        yield Stop(f"exercise-read-{name}", "", read)
    yield Stop("together-exercises", "/notes/together")
    yield Stop("exercise-gentle", "", gentle)
    yield Stop("home-with-exercise", "/notes/")
    yield from tour_held.phone(scene)


#: What Alex writes on a page of their own.
LETTER = """What was good: the choir, the blue door, the way you cut bread.
What hurt: hearing it last. Again.
What I take with me: that I can say it sooner."""


def _writing(scene: Scene) -> Iterator[Stop]:
    """A page for Alex alone, from an empty one to a sealed one."""
    going = Exercising(scene.case)

    def empty(visitor: Visitor) -> None:
        going.give("E12", Letter.A)
        visitor.go(f"/notes/writing/{going.run}")

    def write(visitor: Visitor) -> None:
        visitor.write("Your words", LETTER)
        expect(visitor.page.locator("[data-save-status]")).to_contain_text("Saved at")

    def at(tail: str) -> Callable[[Visitor], None]:
        return lambda visitor: _go(visitor, f"/notes/writing/{going.run}{tail}")

    def seal(visitor: Visitor) -> None:
        visitor.go(f"/notes/writing/{going.run}/seal")
        visitor.write("Until which day", (now() + timedelta(days=90)).date().isoformat())
        _press("Seal it")(visitor)

    yield Stop("writing-empty", "", empty)
    yield Stop("writing", "", write)
    yield Stop("home-with-writing", "/notes/")
    yield Stop("writing-print", "", at("/print"))
    yield Stop("writing-delete", "", at("/delete"))
    yield Stop("writing-seal", "", at("/seal"))
    yield Stop("writing-seal-errors", "", _press("Seal it"))
    yield Stop("writing-sealed", "", seal)


def newcomer(scene: Scene) -> Iterator[Stop]:
    """What somebody sees on a first visit."""
    yield Stop("door", f"/d/{make_door(scene.newcomer)}")
    yield Stop("first-visit", "", _press("It’s me, open my page"))
    yield Stop("safe-contact", "", _press("I have read this"))
    yield Stop("safe-contact-errors", "", _press("Next"))
    yield Stop("home-first", "", _press("Later"))
    yield Stop("first-meeting", "", _follow("Begin"))
    yield Stop("together-empty", "/notes/together")


def public(scene: Scene) -> Iterator[Stop]:
    """What anybody sees who is signed out."""
    yield Stop("sign-in", "/sign-in")
    yield Stop("sign-in-errors", "/sign-in", _press("Sign in"))
    yield Stop("new-link", "/new-link")
    yield Stop("new-link-asked", "/new-link", _ask_for_link)
    yield Stop("door-shut", "/d/no-such-door", _press("It’s me, open my page"))
    yield Stop("welcome", f"/welcome/{_staff_link()}")
    yield Stop("public-missing", "/nothing")


def _staff_link() -> str:
    invited = make_staff("mediator", name="Ines Duarte")
    made = practice_actions.make_welcome_link(invited)
    db.session.commit()
    return made


def _press(name: str, *, exact: bool = True) -> Callable[[Visitor], None]:
    def act(visitor: Visitor) -> None:
        before = visitor.page.url
        visitor.page.evaluate("() => { document.documentElement.dataset.before = ''; }")
        visitor.pick(visitor.page.get_by_role("button", name=name, exact=exact).first)
        expect(visitor.page.locator("html[data-before]"), before).to_have_count(0)

    return act


def _follow(name: str) -> Callable[[Visitor], None]:
    def act(visitor: Visitor) -> None:
        before = visitor.page.url
        visitor.follow(name, exact=False)
        expect(visitor.page).not_to_have_url(before)

    return act


def _search_nobody(visitor: Visitor) -> None:
    visitor.page.get_by_label("Name").fill("nobody")
    _press("Search")(visitor)


def _show_first_link(visitor: Visitor) -> None:
    _press("Show the link", exact=False)(visitor)


def _send_empty_form(visitor: Visitor) -> None:
    ticked = visitor.page.locator("input[name^='q.']:checked")
    while ticked.count():
        ticked.first.uncheck(force=True)
    visitor.page.get_by_label("Title of the form").fill("")
    _press("Save the draft")(visitor)


def _answer(number: int) -> Callable[[Visitor], None]:
    def act(visitor: Visitor) -> None:
        for part in build.ALL[number - 1].parts:
            given(visitor, part)
        expect(visitor.page.locator("[data-save-status]")).to_contain_text("Saved at")

    return act


def _too_long(visitor: Visitor) -> None:
    visitor.page.get_by_role("textbox").first.fill("x" * 301)
    _press("Next")(visitor)
    expect(visitor.page.locator(".error-summary")).to_be_visible()


def _ask_for_link(visitor: Visitor) -> None:
    visitor.write("Your email address", "somebody@people.example")
    _press("Send me a new link")(visitor)
    expect(visitor.page).not_to_have_url(re.compile("nothing"))
