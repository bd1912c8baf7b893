"""The pages of words of one for the other, in the states worth looking at: the mediator's desk, and Alex’s phone."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from mediator.core.visibility import Letter
from tests.browser.holding import Holding
from tests.browser.scene import Scene
from tests.browser.stops import Stop, press
from tests.browser.visitor import Visitor

NOTE = "The second part could stay with Sam a little longer. What do you think was the hardest moment of that evening?"


def desk(scene: Scene) -> Iterator[Stop]:
    """An apology from the draft to its being given, and what becomes of it."""
    words = Holding(scene.case)

    def then(act: Callable[[], None], tail: str = "") -> Callable[[Visitor], None]:
        def go(visitor: Visitor) -> None:
            visitor.go("/work/exercises")  # what lies open follows by itself
            act()
            visitor.go(words.desk(tail))

        return go

    def open_all(visitor: Visitor) -> None:
        then(words.ask)(visitor)
        for fold in visitor.page.locator("details.drawer > summary").all():
            fold.click()

    yield Stop("held-handed-in", "", then(lambda: words.start("E09", Letter.A)))
    yield Stop("held-asked", "", open_all)
    yield Stop("held-wanted", "", then(words.answer))
    yield Stop("held-give-not-today", "", then(lambda: None, "/give"))
    yield Stop("held-give", "", then(words.read_first, "/give"))
    yield Stop("held-give-errors", "", press("Give it to", exact=False))
    yield Stop("held-given", "", then(words.give))
    yield Stop("held-over", "", then(words.finish))


def phone(scene: Scene) -> Iterator[Stop]:
    """Alex has written to Sam, and is asked about what Sam wrote."""
    mine, sams = Holding(scene.case), Holding(scene.case)

    def author(visitor: Visitor) -> None:
        mine.start("E09", Letter.A)
        mine.note(NOTE)
        visitor.go(mine.mine())

    def asked(visitor: Visitor) -> None:
        sams.start("E08", Letter.B)
        sams.ask()
        visitor.go("/notes/")

    def given(visitor: Visitor) -> None:
        sams.answer()
        sams.read_first()
        sams.give()
        visitor.go(sams.phone("given"))

    def aside(visitor: Visitor) -> None:
        press("Put it aside")(visitor)
        visitor.go(sams.phone("given"))

    yield Stop("held-mine", "", author)
    yield Stop("held-mine-handed-in", "", lambda visitor: _go(visitor, mine.form()))
    yield Stop("home-with-question", "", asked)
    yield Stop("held-question", "", lambda visitor: _go(visitor, sams.phone("question")))
    yield Stop("held-question-errors", "", press("Tell ", exact=False))
    yield Stop("held-phone-given", "", given)
    yield Stop("held-phone-aside", "", aside)


def _go(visitor: Visitor, path: str) -> None:
    visitor.go(path)
