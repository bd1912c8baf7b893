"""Twenty-four pairs of earlier years: names and dates, for the list, its search and its paging."""

from __future__ import annotations

from dataclasses import dataclass

from mediator.cases.actions import Details, Plan
from mediator.cases.terms import CaseState, Relation, Route
from mediator.demo import hands
from mediator.demo.hands import Pair, named
from mediator.demo.people import AMARA, JONAS, NOOR, Member
from mediator.demo.stories import Calendar, Story


@dataclass(frozen=True)
class Earlier:
    """A pair: both names, what they were to each other, when they came (days before today) and for how many weeks."""

    first: str
    second: str
    relation: Relation
    route: Route
    days: int
    weeks: int
    lead: Member = NOOR


_SIBLINGS, _FRIENDS = Relation.SIBLINGS, Relation.FRIENDS
_FORMER, _PARTNERS, _FAMILY = Relation.FORMER_PARTNERS, Relation.PARTNERS, Relation.PARENT_CHILD
EARLIER = (
    Earlier("Amina", "David", _FORMER, Route.CIVIL, 1012, 22),
    Earlier("Søren", "Freja", _SIBLINGS, Route.FRIENDS_SIBLINGS, 985, 17),
    Earlier("Wanjiru", "Otieno", _FORMER, Route.REPAIR, 961, 31),
    Earlier("Mrs Abara", "Chidi", _FAMILY, Route.REPAIR, 930, 26),
    Earlier("Łukasz", "Zofia", _PARTNERS, Route.DECIDE_FIRST, 902, 12),
    Earlier("Priya", "Arjun", _SIBLINGS, Route.FRIENDS_SIBLINGS, 868, 19, JONAS),
    Earlier("Maryam", "Reza", _FORMER, Route.CLOSURE, 847, 15),
    Earlier("Ana Lucía", "Joaquín", _FORMER, Route.CIVIL, 811, 24),
    Earlier("Yusuf", "Elif", _FAMILY, Route.REPAIR, 790, 20),
    Earlier("Fiona", "Máire", _FRIENDS, Route.FRIENDS_SIBLINGS, 755, 11),
    Earlier("Giulia", "Marco", _PARTNERS, Route.REPAIR, 731, 34, JONAS),
    Earlier("Thảo", "Minh", _SIBLINGS, Route.FRIENDS_SIBLINGS, 698, 18),
    Earlier("Desta", "Hiwot", _FRIENDS, Route.CLOSURE, 664, 13),
    Earlier("Noa", "Eitan", _FORMER, Route.CIVIL, 640, 21),
    Earlier("Kateryna", "Andriy", _PARTNERS, Route.DECIDE_FIRST, 609, 10, JONAS),
    Earlier("Leilani", "Kai", _SIBLINGS, Route.FRIENDS_SIBLINGS, 577, 16),
    Earlier("Robin", "Ashwin", _FORMER, Route.REPAIR, 548, 29),
    Earlier("Ingrid", "Per", _FAMILY, Route.REPAIR, 512, 23),
    Earlier("Ximena", "Zoë", _FRIENDS, Route.FRIENDS_SIBLINGS, 470, 14, AMARA),
    Earlier("Haruto", "Aoi", _FORMER, Route.CLOSURE, 431, 17),
    Earlier("Ousmane", "Aïcha", _SIBLINGS, Route.FRIENDS_SIBLINGS, 396, 20),
    Earlier("Ελένη", "Νίκος", _PARTNERS, Route.REPAIR, 352, 27, JONAS),
    Earlier("Mele", "Sione", _FAMILY, Route.CIVIL, 301, 19),
    Earlier("Charlotte", "Bongani", _FORMER, Route.CIVIL, 246, 22),
)


def story(earlier: Earlier, calendar: Calendar) -> Story:
    """From the first call to the last page: opened, invited, seen alone, signed, at work, closing, closed."""
    pair = _pair(earlier, calendar.zone)
    opened = calendar.workday(earlier.days)
    yield calendar.day(opened, 9, 40)
    hands.open_case(pair)
    tokens = hands.invite(pair)
    for place, token in enumerate(tokens.values()):
        yield calendar.day(opened - place, 19, 5 + 20 * place)
        hands.first_visit(pair, token)
    taken_up = calendar.workday(opened - 15)
    yield calendar.day(taken_up, 11, 30)
    alone = calendar.date(calendar.workday(taken_up + 5))
    hands.take_up(pair, dict.fromkeys(tokens, alone))
    for state, before in ((CaseState.CLOSING, 14), (CaseState.CLOSED, 0)):
        yield calendar.day(calendar.workday(earlier.days - 7 * earlier.weeks + before), 16, 10)
        hands.move(hands.at_the_desk(pair.lead, pair.case), state)


def _pair(earlier: Earlier, zone: str) -> Pair:
    closure = earlier.route is Route.CLOSURE
    return Pair(
        case=named(f"{earlier.first} and {earlier.second}"),
        people=(
            Details(earlier.first, email=_address(earlier, 1)),
            Details(earlier.second, email=_address(earlier, 2)),
        ),
        plan=Plan(earlier.relation, earlier.route, closure, zone),
        lead=earlier.lead.id,
        co=() if earlier.lead is NOOR else (NOOR.id,),
    )


def _address(earlier: Earlier, which: int) -> str:
    """An address of a domain kept for examples; it says nobody's name."""
    return f"pair{EARLIER.index(earlier) + 1}.{which}@mail.example"
