"""Who the demo is about: a practice of four and its pairs. Everybody is invented; addresses lead nowhere (RFC 2606)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from mediator.cases.actions import Details, Plan
from mediator.cases.terms import Relation, Route
from mediator.core.permissions import StaffRole
from mediator.demo.hands import Pair, named

PRACTICE = "Mill Lane Practice"
ALIAS = "Notes"
#: A number kept free for stories (Ofcom), and help lines that anybody may call.
PHONE = "+44 20 7946 0142"
HELP_LINES = "Emergency: 999 or 112\nSamaritans: 116 123"


@dataclass(frozen=True)
class Member:
    """One member of staff."""

    name: str
    email: str
    what: str
    roles: frozenset[StaffRole]

    @property
    def id(self) -> uuid.UUID:
        """Their id, the same in every demo."""
        return named(self.email)


NOOR = Member(
    "Noor Haddad", "noor@practice.example", "owner, mediates", frozenset({StaffRole.OWNER, StaffRole.MEDIATOR})
)
JONAS = Member("Jonas Weber", "jonas@practice.example", "mediator", frozenset({StaffRole.MEDIATOR}))
AMARA = Member("Amara Nwosu", "amara@practice.example", "co-mediator", frozenset({StaffRole.MEDIATOR}))
MEI = Member("Mei Chua", "mei@practice.example", "assistant", frozenset({StaffRole.ASSISTANT}))
STAFF = (NOOR, JONAS, AMARA, MEI)


def pair_one(zone: str) -> Pair:
    """Brother and sister, invited today; one of them has no e-mail."""
    return Pair(
        case=named("pair one"),
        people=(Details("Tomás", email="tomas@mail.example"), Details("Inés")),
        plan=Plan(Relation.SIBLINGS, Route.FRIENDS_SIBLINGS, closure=False, zone=zone),
        lead=NOOR.id,
    )


def pair_two(zone: str) -> Pair:
    """Former partners on the way back to each other's word; their fourth session begins in half an hour."""
    return Pair(
        case=named("pair two"),
        people=(
            Details("Alex", pronouns="they/them", email="alex@mail.example"),
            Details("Sam", pronouns="he/him", email="sam@mail.example"),
        ),
        plan=Plan(Relation.FORMER_PARTNERS, Route.REPAIR, closure=False, zone=zone),
        lead=NOOR.id,
        co=(AMARA.id,),
    )


def pair_three(zone: str) -> Pair:
    """Friends for eighteen years, ending well; seven sessions lie behind them."""
    return Pair(
        case=named("pair three"),
        people=(Details("Hana", email="hana@mail.example"), Details("Kit", email="kit@mail.example")),
        plan=Plan(Relation.FRIENDS, Route.CLOSURE, closure=True, zone=zone),
        lead=JONAS.id,
        co=(NOOR.id,),
    )
