"""The pages of exercises, in the states worth looking at: at the mediator's desk and on Alex’s phone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

from playwright.sync_api import expect

from mediator.core.clock import now
from mediator.core.visibility import Letter
from mediator.exercises.modes import Do
from mediator.exercises.terms import Heard, Place, Wish
from mediator.exercises.together.texts import Text
from tests.browser import tour_held
from tests.browser.exercising import LOOP, Exercising
from tests.browser.opening import Opening
from tests.browser.scene import Scene
from tests.browser.stops import Stop, press
from tests.browser.visitor import Visitor

#: What the two might say to each other about a pause.
SIGN = Text("Our sign is a raised hand. Whoever raises it says when we go on, the same evening at the latest.")


def desk(scene: Scene, case: str) -> Iterator[Stop]:
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
    yield Stop("exercise-one-screen-back", "", press("I’ve finished"))
    yield Stop("exercise-one-screen-check", "", press("I’ve said it back"))
    yield Stop("exercise-one-screen-pause", "", press("Pause"))
    yield Stop("exercise-console-one-screen", "", lambda visitor: _go(visitor, going.console()))

    def nothing_yet(visitor: Visitor) -> None:
        visitor.go("/work/exercises")
        going.start("E24", Place.SCREEN)
        visitor.go(going.console("/screen"))

    def written_and_agreed(visitor: Visitor) -> None:
        going.together(SIGN)
        visitor.go(going.console("/screen"))
        press("Alex says yes to these words")(visitor)

    def typed_meanwhile(visitor: Visitor) -> None:
        visitor.go(going.console("/screen"))
        visitor.page.locator("#write summary").click()
        visitor.page.get_by_label("The words of both").fill("Our sign is a cup on the table.")
        going.together(Text("Our sign is an open window."))
        visitor.page.get_by_role("button", name="Save for both").click()
        visitor.page.get_by_role("heading", name="As they stand now").wait_for()

    session = f"{case}/sessions/{scene.meeting.running}"

    def on_the_wall(key: str, *acts: tuple[Letter, Do], text: Text | None = None) -> Callable[[Visitor], None]:
        def act(visitor: Visitor) -> None:
            visitor.go("/work/exercises")
            going.start(key, session=scene.meeting.running)
            going.turn(*acts)
            if text is not None:
                going.together(text)
            visitor.go(f"{session}/present")

        return act

    yield Stop("present-turn", "", on_the_wall("E01"))
    yield Stop("present-said-back", "", on_the_wall("E01", (Letter.A, Do.FINISHED)))
    yield Stop("present-written-alone", "", on_the_wall("E13"))
    yield Stop("present-text", "", on_the_wall("E24", text=SIGN))
    yield Stop("exercise-one-screen-text-empty", "", nothing_yet)
    yield Stop("exercise-one-screen-text", "", written_and_agreed)
    yield Stop("exercise-console-one-screen-text", "", lambda visitor: _go(visitor, going.console()))
    yield Stop("exercise-one-screen-versions", "", typed_meanwhile)
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


def phone(scene: Scene) -> Iterator[Stop]:
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

    def stopped(visitor: Visitor) -> None:
        going.stop()
        visitor.go("/notes/exercise")

    def by_the_mediator(visitor: Visitor) -> None:
        going.start("E03", Place.SHUTTLE)
        visitor.go("/notes/exercise")

    yield Stop("exercise-shuttle", "", by_the_mediator)
    yield Stop("exercise-stopped", "", stopped)
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

    def kept(visitor: Visitor) -> None:
        visitor.page.get_by_label("The words of both").fill("A hand, held up. Whoever needs")
        visitor.page.get_by_text("for you alone").wait_for()

    def left(visitor: Visitor) -> None:
        visitor.go("/notes/exercise")
        visitor.page.locator("#left > summary").click()

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
    yield Stop("exercise-together-kept", "", kept)
    yield Stop("exercise-together-wrong", "", wrong)
    yield Stop("exercise-together", "", loop)
    yield Stop("exercise-together-write", "", lambda visitor: visitor.page.locator("#write summary").click())
    yield Stop("exercise-together-versions", "", versions)
    yield Stop("together-text", "", stands)
    yield Stop("exercise-together-left", "", left)
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


def writing(scene: Scene) -> Iterator[Stop]:
    """A page for Alex alone, from an empty one to a sealed one."""
    going = Exercising(scene.case)

    def empty(visitor: Visitor) -> None:
        going.give("E12", Letter.A)
        visitor.go(f"/notes/writing/{going.run}")

    def write(visitor: Visitor) -> None:
        visitor.write("Your words", LETTER)
        visitor.page.evaluate("() => document.activeElement.blur()")  # what was typed goes out at once
        expect(visitor.page.locator("[data-save-status]")).to_contain_text("Saved at")

    def at(tail: str) -> Callable[[Visitor], None]:
        return lambda visitor: _go(visitor, f"/notes/writing/{going.run}{tail}")

    def seal(visitor: Visitor) -> None:
        visitor.go(f"/notes/writing/{going.run}/seal")
        visitor.write("Until which day", (now() + timedelta(days=90)).date().isoformat())
        press("Seal it")(visitor)

    yield Stop("writing-empty", "", empty)
    yield Stop("writing", "", write)
    yield Stop("home-with-writing", "/notes/")
    yield Stop("writing-print", "", at("/print"))
    yield Stop("writing-delete", "", at("/delete"))
    yield Stop("writing-seal", "", at("/seal"))
    yield Stop("writing-seal-errors", "", press("Seal it"))
    yield Stop("writing-sealed", "", seal)


def _go(visitor: Visitor, path: str) -> None:
    visitor.go(path)
