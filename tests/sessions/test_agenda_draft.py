"""Drafting an agenda: pure rules, checked over every length of session and many facts."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from mediator.cases.terms import Route
from mediator.guide.agendas import BlockKind
from mediator.guide.reading import guide
from mediator.sessions import agenda, budget, patterns, queries, steps
from mediator.sessions.agenda import DraftItem, Facts, Gap, Left, Readiness
from mediator.sessions.budget import Timed
from mediator.sessions.terms import Attendees, ItemKind

TRUST = guide().step("5").agendas
FIVE = Facts(step="5", blocks=TRUST, open_agreements=2)


def titles(items: list[DraftItem]) -> list[str]:
    return [item.title for item in items]


def titled(items: list[DraftItem], title: str) -> DraftItem:
    return next(item for item in items if item.title == title)


def many_facts(draw: random.Random) -> Facts:
    """Facts of any kind: with and without content, answers, agreements, things left."""
    step = draw.choice([*steps.ALL, ""])
    attendees = draw.choice(list(Attendees))
    return Facts(
        step=step,
        attendees=attendees,
        blocks=draw.choice([queries.blocks(step, together=attendees is Attendees.BOTH), {}]),
        readiness=tuple(
            Readiness(str(number), draw.randrange(11), draw.randrange(11))
            for number in range(1, 9)
            if draw.random() < 0.6
        ),
        gaps=tuple(Gap(draw.choice(["5", "2", ""]), "What now?", draw.randrange(11)) for _ in range(3)),
        open_agreements=draw.randrange(4),
        left=tuple(
            Left(f"Left {number}", draw.choice(list(ItemKind)), "2", draw.randrange(1, 90), draw.random() < 0.5)
            for number in range(draw.randrange(4))
        ),
    )


@pytest.mark.parametrize("minutes", range(agenda.SHORTEST, agenda.LONGEST + 1))
def test_any_number_of_minutes_gives_a_whole_agenda(minutes: int) -> None:
    draw = random.Random(minutes)  # the same facts in every run
    for _ in range(12):
        facts = many_facts(draw)
        made = agenda.draft(minutes, facts)
        assert sum(item.minutes for item in made) == minutes - agenda.RESERVE
        assert min(item.minutes for item in made) >= agenda.LEAST
        assert (made[0].kind, made[-1].kind) == (ItemKind.OPENING, ItemKind.CLOSE)
        assert len(made) >= 3
        assert all(item.reason and item.title for item in made)
        assert all(len(item.title) <= 120 for item in made)
        assert made == agenda.draft(minutes, facts)


@pytest.mark.parametrize("minutes", [0, 19, 241, -5])
def test_no_draft_outside_the_lengths_of_a_session(minutes: int) -> None:
    with pytest.raises(ValueError, match="no length"):
        agenda.draft(minutes, FIVE)


def test_an_hour_and_a_half_is_the_guides_own_agenda() -> None:
    made = agenda.draft(90, FIVE)
    assert [(item.title, item.minutes) for item in made] == [
        ("Arrive and check in", 7), ("What was promised", 15), ("Thanks for what was kept", 6),
        ("Which part of trust", 20), ("New promises, small and dated", 15), ("If a promise slips", 8),
        ("Time alone, both", 8), ("Close", 6),
    ]  # fmt: skip


def test_an_hour_is_the_guides_short_agenda() -> None:
    made = agenda.draft(60, FIVE)
    assert [item.minutes for item in made] == [5, 10, 6, 14, 10, 5, 5]
    assert "Time alone, both" not in titles(made)


def test_longer_sessions_have_breaks_that_never_stand_at_an_end() -> None:
    for minutes, breaks in ((90, 0), (91, 1), (180, 1), (181, 2), (240, 2)):
        made = agenda.draft(minutes, FIVE)
        places = [place for place, item in enumerate(made) if item.kind is ItemKind.BREAK]
        assert len(places) == breaks, minutes
        assert all(1 < place < len(made) - 2 for place in places), minutes


def test_what_was_agreed_is_looked_back_at_once_something_was() -> None:
    without = agenda.draft(90, replace(FIVE, open_agreements=0))
    assert "What was promised" not in titles(without)
    assert "Thanks for what was kept" not in titles(without)
    one = titled(agenda.draft(90, replace(FIVE, open_agreements=1)), "What was promised")
    assert one.reason.startswith("One agreement is open")
    other = agenda.draft(90, Facts(step="2", open_agreements=3))
    assert titles(other)[1] == patterns.title("look_back")
    assert other[1].reason.startswith("3 agreements are open")


def test_what_was_left_last_time_comes_again_and_says_so() -> None:
    left = (
        Left("What we say to friends", ItemKind.TALK, "8", 12),
        Left("Break", ItemKind.BREAK, "", 5),
        Left("If a promise slips", ItemKind.TALK, "5", 8, skipped=True),
    )
    made = agenda.draft(90, replace(FIVE, left=left))
    assert titled(made, "What we say to friends").reason == "Left from last time: it was not reached."
    assert titled(made, "What we say to friends").step == "8"
    assert titled(made, "If a promise slips").reason.startswith("Left from last time: it was skipped.")
    assert titles(made).count("If a promise slips") == 1
    assert "Break" not in titles(made)


def test_the_widest_gap_of_the_step_is_the_reason_for_its_heart() -> None:
    gaps = (Gap("5", "What to work on first", 6), Gap("5", "Which parts of trust?", 8), Gap("5", "Near", 3))
    made = agenda.draft(90, replace(FIVE, gaps=gaps))
    assert titled(made, "Which part of trust").reason.startswith("Furthest apart: “Which parts of trust?”, 8 apart.")
    assert sum("apart" in item.reason for item in made) == 1
    plain = replace(FIVE, gaps=gaps[:1])
    assert (
        "Furthest apart: What to work on first, 6 apart."
        in titled(agenda.draft(90, plain), "Which part of trust").reason
    )


def test_a_gap_elsewhere_brings_a_talk_with_the_steps_own_name() -> None:
    made = agenda.draft(120, replace(FIVE, gaps=(Gap("2", "What do you wish to say?", 9),)))
    talk = titled(made, "Talk about Communication")
    assert talk.reason == "Furthest apart: “What do you wish to say?”, 9 apart."
    own = agenda.draft(120, replace(FIVE, gaps=(Gap("", "My own question", 9),)))
    assert not any(title.startswith("Talk about") for title in titles(own))


def test_nothing_of_step_3_comes_up_in_a_session_about_something_else() -> None:
    for readiness in (Readiness("3", 1, 9), Readiness("3", 9, 9)):
        made = agenda.draft(120, replace(FIVE, readiness=(readiness,), gaps=(Gap("3", "A question of step 3", 10),)))
        assert not any("Apologize" in f"{item.title} {item.reason}" for item in made)
        assert not any(item.step == "3" for item in made)


def test_no_title_is_made_of_a_question_or_an_answer() -> None:
    draw = random.Random(5)
    for minutes in range(20, 241, 5):
        facts = replace(many_facts(draw), gaps=(Gap("5", "heron-on-the-wire", 10), Gap("2", "heron-too", 10)))
        assert not any("heron" in item.title for item in agenda.draft(minutes, facts))


def test_readings_far_apart_or_low_bring_time_alone_for_both() -> None:
    calm = agenda.draft(60, replace(FIVE, readiness=(Readiness("5", 6, 5),)))
    assert not any(item.kind is ItemKind.PRIVATE_CHECK for item in calm)
    for a, b in ((8, 4), (4, 8), (3, 3), (2, 5)):
        made = agenda.draft(75, replace(FIVE, readiness=(Readiness("5", a, b),)))
        check = next(item for item in made if item.kind is ItemKind.PRIVATE_CHECK)
        assert check.reason == "A sign to look at in how ready they feel: a short time alone, the same for both."


def test_both_low_begins_slowly_and_both_high_is_a_good_start() -> None:
    low = agenda.draft(90, replace(FIVE, readiness=(Readiness("5", 2, 3), Readiness("2", 9, 9))))
    assert titles(low)[1] == patterns.title("slow_start")
    assert patterns.title("good_start") not in titles(low)
    high = agenda.draft(90, replace(FIVE, readiness=(Readiness("5", 6, 6), Readiness("2", 8, 9))))
    assert titles(high)[1] == patterns.title("good_start")
    assert "Both feel ready for Communication" in high[1].reason
    own = agenda.draft(90, replace(FIVE, readiness=(Readiness("5", 8, 7),)))
    assert "Both feel ready for this step: a good start." in titled(own, "Which part of trust").reason


def test_a_session_with_one_person_says_nothing_of_the_two() -> None:
    facts = replace(FIVE, attendees=Attendees.B, gaps=(Gap("5", "What?", 9),), readiness=(Readiness("5", 1, 9),))
    made = agenda.draft(60, facts)
    assert made == agenda.draft(60, replace(facts, attendees=Attendees.A, gaps=(), readiness=(), open_agreements=0))
    words = " ".join(item.title + item.reason for item in made).lower()
    assert not any(word in words for word in ("both", "apart", "agreement", "each"))


def test_steps_without_content_have_a_sound_agenda_from_the_guides_names() -> None:
    made = agenda.draft(90, Facts(step="7a"))
    assert "Talk about Seek Mediation" in titles(made)
    assert "Talk, in turns" in titles(agenda.draft(60, Facts()))
    assert "Talk about Learn and Grow" in titles(agenda.draft(60, Facts(step="4", attendees=Attendees.A)))


def drafted(step: str, minutes: int, attendees: Attendees = Attendees.BOTH, agreements: int = 0) -> list[DraftItem]:
    together = attendees is Attendees.BOTH
    blocks = queries.blocks(step, together=together)
    return agenda.draft(minutes, Facts(step=step, attendees=attendees, blocks=blocks, open_agreements=agreements))


def planned(step: str, length: int) -> list[str]:
    return [block.title for block in guide().agendas(step)[length] if block.kind is not BlockKind.RESERVE]


def test_the_first_meeting_with_one_person_is_the_guides_agenda() -> None:
    for step in ("0", ""):
        made = drafted(step, 55, Attendees.B)
        assert titles(made) == planned("0", 50)
        assert {item.step for item in made} == {""}
        assert made[1].reason == "From the guide, for the first meeting."
    assert titles(drafted("0", 60))[1] == "Talk about First meeting"


def test_the_closing_meeting_reads_agreements_aloud_where_there_are_any() -> None:
    assert titles(drafted("close", 60, agreements=2)) == planned("close", 60)
    without = titles(drafted("close", 60))
    assert "What was agreed, read aloud" not in without
    assert without == [title for title in planned("close", 60) if title != "What was agreed, read aloud"]


def test_halves_have_their_own_agenda_or_their_steps() -> None:
    assert titles(drafted("7a", 60)) == planned("7", 60) == titles(drafted("7", 60))
    assert titles(drafted("8b", 90)) == planned("8", 90)
    assert titles(drafted("7b", 65)) == planned("7b", 60)
    assert titles(drafted("8a", 60)) == ["Arrive and check in", *planned("8a", 20), "Close"]


def test_patterns_leave_five_minutes_in_reserve() -> None:
    for step in (*steps.ALL, ""):
        for agendas in (patterns.together(step), patterns.alone(step)):
            for length, blocks in agendas.items():
                assert sum(block.minutes for block in blocks) == length, (step, length)
                assert (blocks[-1].kind, blocks[-1].minutes) == (BlockKind.RESERVE, agenda.RESERVE)
                assert not [block.title for block in blocks if "{" in block.title]


def test_the_next_step_follows_the_route() -> None:
    assert steps.following(Route.REPAIR, []) == "7a"
    assert steps.following(Route.REPAIR, ["7a", "8a", "1"]) == "2"
    assert steps.following(Route.REPAIR, ["4", "", "odd"]) == "5"
    assert steps.following(Route.REPAIR, ["close"]) == "close"
    assert steps.following(Route.REPAIR, [], together=False) == "0"
    assert steps.following(Route.DECIDE_FIRST, []) == "close"
    assert set(steps.choices(Route.CIVIL)) == set(steps.ALL)


def test_items_begin_one_after_the_other_and_never_before_a_fixed_start() -> None:
    items = [Timed(10), Timed(20, locked_start=15), Timed(5, locked_start=30), Timed(5)]
    begins = budget.begins(items)
    assert [one.at for one in begins] == [0, 15, 35, 40]
    assert [one.late for one in begins] == [0, 0, 5, 0]
    assert budget.used(items) == 45
    assert budget.used([]) == 0


def test_the_bar_tells_what_is_left_and_what_is_over() -> None:
    talk = (Timed(30), ItemKind.TALK, "5")
    spare = budget.bar([(Timed(5), ItemKind.OPENING, ""), talk], 50)
    assert (spare.used, spare.spare, spare.over, spare.limit) == (35, 15, 0, None)
    assert [part.kind for part in spare.parts] == ["seg-plain", "seg", "seg-spare"]
    assert sum(part.width for part in spare.parts) == pytest.approx(100)
    over = budget.bar([talk, talk], 48)
    assert (over.spare, over.over, over.limit) == (0, 12, 80)
    assert [part.label for part in over.parts] == ["5", "5"]
    assert budget.bar([], 90).parts == (budget.Part(0, 100, "seg-spare"),)
