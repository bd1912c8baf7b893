"""From the set-up link to four PDFs, as a mediator at a desk and two people with phones go it.

Nobody is given a hint: each presses what the page offers by its words. `WALKTHROUGH=path` also writes the counted
table of docs/walkthrough.md.
"""

from __future__ import annotations

import os
from pathlib import Path

from mediator.core.clock import now
from tests.browser import way_forms, way_in, way_papers, way_session
from tests.browser.conftest import Come
from tests.browser.journey import Walk
from tests.browser.serving import Served
from tests.browser.visitor import DESK, PHONE


def test_from_set_up_to_four_papers(come: Come, served: Served) -> None:
    walk = Walk()
    noor, alex, sam = come(DESK), come(PHONE), come(PHONE)
    phones = {"Alex": alex, "Sam": sam}
    with walk.leg("Set up the practice, sign in", "Noor, mediator", "desk", noor):
        way_in.set_up(noor, way_in.set_up_link(served))
    with walk.leg("Open the case", "Noor, mediator", "desk", noor):
        way_in.open_case(noor)
    with walk.leg("Give both a way in", "Noor, mediator", "desk", noor):
        doors = {"Sam": way_in.by_qr(noor, "Sam"), "Alex": way_in.by_mail(noor, "Alex")}
    for name, visitor in phones.items():
        with walk.leg("First visit, safe contact, intake form", f"{name}, participant", "phone", visitor):
            way_in.first_visit(visitor, name, doors[name])
    with walk.leg("Read what waits", "Noor, mediator", "desk", noor):
        way_in.read_what_waits(noor)
    with walk.leg("Record what was done on paper, begin the work", "Noor, mediator", "desk", noor):
        way_in.record(noor)
    with walk.leg("Plan a session, send its form", "Noor, mediator", "desk", noor):
        way_forms.send_form(noor, way_forms.plan_session(noor))
    for name, visitor in phones.items():
        with walk.leg("Answer the form", f"{name}, participant", "phone", visitor):
            way_forms.answer(visitor, name)
    with walk.leg("Read first, compare, open one answer", "Noor, mediator", "desk", noor):
        way_forms.read_first(noor)
        way_forms.compare_and_open(noor)
    for name, visitor in phones.items():
        with walk.leg("Read together", f"{name}, participant", "phone", visitor):
            way_forms.read_together(visitor)
    with walk.leg("Draft the agenda, change it", "Noor, mediator", "desk", noor):
        way_session.draft_agenda(noor)
    with walk.leg("Run the session", "Noor, mediator", "desk", noor):
        way_session.start(noor)
        way_session.run(noor)
        way_session.end(noor)
    with walk.leg("Make the reports, read them, release them", "Noor, mediator", "desk", noor):
        way_papers.make(noor, served)
    kept = {}
    for name, visitor in phones.items():
        with walk.leg("Confirm, keep the papers, leave", f"{name}, participant", "phone", visitor):
            kept[name] = way_papers.confirm_and_keep(visitor)
            visitor.press("Exit this page")
        way_papers.nothing_is_left(visitor)
    with walk.leg("Keep the full copy, see what is in force", "Noor, mediator", "desk", noor):
        full = way_papers.full_copy(noor)
        way_papers.in_force(noor)
    way_papers.keep_apart(kept["Alex"], kept["Sam"], full)
    if "WALKTHROUGH" in os.environ:
        Path(os.environ["WALKTHROUGH"]).write_text(walk.table(now().date()))
