"""Type twice as large on a participant's phone: nothing stands beside the screen (WCAG 1.4.4)."""

from __future__ import annotations

from tests.browser import axe, scene, tour
from tests.browser.conftest import Come
from tests.browser.visitor import DESK, PHONE

#: Start pages, exercises, words for the other and pages for oneself; what comes between only leads to them.
LOOKED_AT = ("exercise", "held", "home", "together", "writing")


def test_nothing_of_an_exercise_stands_beside_the_screen_when_type_is_twice_as_large(come: Come) -> None:
    made = scene.set_up()
    noor = come(DESK).sign_in(made.mediator)
    noor.go(f"/work/cases/{made.case}/read-first")
    noor.press("I have read this")  # nothing is opened before
    someone = come(PHONE).come_in(made.alex)
    someone.allow("status of 404", "404 http", "status of 410", "410 http")
    wrong: list[str] = []
    for stop in tour.portal(made):
        stop.open(someone)
        if stop.name.startswith(LOOKED_AT):
            wrong += [f"{stop.name}: {one}" for one in axe.twice_as_large(someone.page)]
    assert not wrong, "\n".join(wrong)
