"""Drafting an agenda for any number of minutes. Pure.

The pattern is the step's own agenda in the guide; what the two answered, what was agreed and what was left last time
change it. A title may stand where both people read it, so no title is ever made from an answer; why a block is there
stands in its reason, which only mediators of the case read, and which quotes nobody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from mediator.guide.agendas import AgendaBlock, BlockKind
from mediator.sessions import patterns, steps
from mediator.sessions.terms import Attendees, ItemKind

#: Minutes a session may be planned for, kept in reserve, and the least a block of a draft has.
SHORTEST, LONGEST = 20, 240
RESERVE, LEAST = 5, 3
#: From here two readings or two answers count as far apart; low and high ends of a reading (practice, "signal panel").
FAR, LOW, HIGH = 4, 3, 7
#: Sessions longer than this get a break, and one more for each further stretch.
STRETCH = 90
#: At most this many items are taken over from last time.
MOST_LEFT = 2

# What falls away first where minutes are short: the highest rank.
_MAIN, _BACK, _STEP, _LEFT, _ALONE, _START, _TALK, _OPTIONAL = range(8)


@dataclass(frozen=True)
class Readiness:
    """Each person's latest "how ready for this topic now" for one step of the guide, 0 to 10."""

    step: str
    a: int
    b: int

    @property
    def apart(self) -> int:
        """How far apart the two are."""
        return abs(self.a - self.b)


@dataclass(frozen=True)
class Gap:
    """Two answers to one part: how far apart, 0 to 10, and the words of the question (never of an answer)."""

    step: str
    asked: str
    apart: int


@dataclass(frozen=True)
class Left:
    """An item of the last session that was not reached, or skipped."""

    title: str
    kind: ItemKind
    step: str
    minutes: int
    skipped: bool = False


@dataclass(frozen=True)
class Facts:
    """What a draft depends on. `blocks` are the guide's agendas for this session by length, if the guide has any.

    `open_agreements` counts what stands and is not ended. For a session with one person only `left` and the blocks are
    looked at.
    """

    step: str = ""
    attendees: Attendees = Attendees.BOTH
    blocks: Mapping[int, tuple[AgendaBlock, ...]] = field(default_factory=dict)
    readiness: tuple[Readiness, ...] = ()
    gaps: tuple[Gap, ...] = ()
    open_agreements: int = 0
    left: tuple[Left, ...] = ()


@dataclass(frozen=True)
class DraftItem:
    """One block of a draft. `reason` says to the mediator why it is there."""

    kind: ItemKind
    title: str
    minutes: int
    step: str = ""
    reason: str = ""


@dataclass(frozen=True)
class _Piece:
    """A block before it has its minutes: how many it wishes for, and how easily it falls away."""

    item: DraftItem
    rank: int

    @property
    def want(self) -> int:
        return self.item.minutes

    @property
    def least(self) -> int:
        """What it needs to be worth beginning. The heart of the session always finds room."""
        return LEAST if self.rank == _MAIN else max(LEAST, -(-self.want * 3 // 4))


def draft(minutes: int, facts: Facts) -> list[DraftItem]:
    """The agenda for a session of so many minutes: opening first, close last, five minutes in reserve.

    The minutes of all blocks never sum to more than `minutes` less the reserve; no block has less than three. The same
    facts give the same draft. Raises ValueError outside 20 to 240 minutes.
    """
    if not SHORTEST <= minutes <= LONGEST:
        raise ValueError(f"{minutes} minutes is no length of a session")
    length, blocks = _pattern(minutes, facts)
    opening = _end(blocks[0], ItemKind.OPENING, minutes, length, "Every session begins with arriving.")
    close = _end(blocks[-1], ItemKind.CLOSE, minutes, length, "Every session ends with what holds until next time.")
    breaks, rest = (minutes - 1) // STRETCH, 5 if minutes <= 2 * STRETCH else 10
    room = minutes - RESERVE - opening.minutes - close.minutes - breaks * rest
    chosen = _choose(_pieces(facts, blocks[1:-1]), room)
    middle = [replace(piece.item, minutes=given) for piece, given in zip(chosen, _share(chosen, room), strict=True)]
    pause = DraftItem(
        ItemKind.BREAK, patterns.title("break"), rest, reason="More than an hour and a half: a rest for everyone."
    )
    return [opening, *_rested(middle, pause, breaks), close]


def _pattern(minutes: int, facts: Facts) -> tuple[int, list[AgendaBlock]]:
    """The agenda to begin from and its length: the guide's nearest in length, or ours where the guide has none.

    What the guide keeps in reserve is no block. The first block opens and the last one closes.
    """
    usual = patterns.together if facts.attendees is Attendees.BOTH else patterns.alone
    agendas = facts.blocks or usual(facts.step)
    length = min(agendas, key=lambda one: (abs(one - minutes), -one))
    blocks = [block for block in agendas[length] if block.kind is not BlockKind.RESERVE]
    if blocks[0].kind is BlockKind.OPENING:
        return length, blocks
    # A part of a longer session, such as 8a: it gets the beginning and the end that fit any.
    opening, close = patterns.block("arrive"), patterns.block("close")
    return length + opening.minutes + close.minutes, [opening, *blocks, close]


def _end(block: AgendaBlock, kind: ItemKind, minutes: int, length: int, reason: str) -> DraftItem:
    """The first or last block, three to ten minutes, in proportion to the session."""
    scaled = (2 * block.minutes * minutes + length) // (2 * length)
    return DraftItem(kind, block.title, min(10, max(LEAST, scaled)), reason=reason)


def _pieces(facts: Facts, blocks: Sequence[AgendaBlock]) -> list[_Piece]:
    """Everything that might stand between opening and close, in the order it would stand in."""
    if facts.attendees is not Attendees.BOTH:
        return [*_left(facts, blocks), *(_of_step(block, facts, _heart(blocks)) for block in blocks)]
    kept = [block for block in blocks if facts.open_agreements or not (block.looks_back or block.needs_agreements)]
    own = [_of_step(block, facts, _heart(kept)) for block in kept]
    has_back = any(block.looks_back for block in kept)
    back = [] if has_back or not facts.open_agreements else [_Piece(_look_back(facts, 10), _BACK)]
    first = own[:1] if has_back and kept[0].looks_back else []
    then = own[len(first) :]
    talk = next((at for at, one in enumerate(then) if one.item.kind is ItemKind.PRIVATE_CHECK), len(then))
    return [
        *_start(facts),
        *back,
        *first,
        *_left(facts, kept),
        *then[:talk],
        *_elsewhere(facts),
        *then[talk:],
        *_alone(facts, kept),
    ]


def _heart(blocks: Sequence[AgendaBlock]) -> AgendaBlock:
    """The block a session is there for: the longest of its own, the first of equals."""
    own = [block for block in blocks if not block.optional and not block.looks_back]
    return max(own or blocks, key=lambda block: block.minutes)


def _of_step(block: AgendaBlock, facts: Facts, main: AgendaBlock) -> _Piece:
    kind = ItemKind(block.kind.value)
    step = facts.step if steps.number(facts.step) else ""
    item = DraftItem(kind, block.title, block.minutes, step, _why_step(facts))
    if block.looks_back and facts.attendees is Attendees.BOTH:
        return _Piece(replace(item, reason=_look_back(facts, 0).reason), _BACK)
    left = next((one for one in facts.left if one.title == block.title), None)
    if left is not None:
        item = replace(item, reason=_why_left(left))
    if block is main:
        said = [*_why_now(facts), *([item.reason] if left is not None else [])]
        return _Piece(replace(item, reason=" ".join(said) or item.reason), _MAIN)
    if kind is ItemKind.PRIVATE_CHECK and _asks_for_time_alone(facts):
        return _Piece(replace(item, step="", reason=_WHY_ALONE), _ALONE)
    if kind is ItemKind.PRIVATE_CHECK:
        item = replace(item, step="")
    if block.optional:
        return _Piece(replace(item, reason=f"{item.reason[:-1]}, where there is time for it."), _OPTIONAL)
    return _Piece(item, _STEP)


def _why_step(facts: Facts) -> str:
    found = steps.name(facts.step)
    if facts.blocks and not steps.number(facts.step):
        return f"From the guide, for the {(found or steps.name(steps.FIRST)).lower()}."
    if facts.blocks:
        return f"From the guide, for {found}."
    if steps.number(facts.step):
        return f"The usual course of a session on {found}."
    return f"The usual course of a {found.lower() or 'session'}."


def _why_now(facts: Facts) -> list[str]:
    """What the answers say about the session's own step, without quoting one."""
    if facts.attendees is not Attendees.BOTH:
        return []
    found = []
    gap = _widest(facts, own=True)
    if gap is not None:
        found.append(f"Furthest apart: {_mention(gap.asked)}, {gap.apart} apart.")
    ready = _ready(facts)
    if ready is not None and ready.apart >= FAR:
        found.append(f"How ready each feels for this step is {ready.apart} apart.")
    elif ready is not None and min(ready.a, ready.b) >= HIGH:
        found.append("Both feel ready for this step: a good start.")
    return found


def _mention(asked: str) -> str:
    return f"“{asked}”" if asked.endswith("?") else asked


def _look_back(facts: Facts, minutes: int) -> DraftItem:
    many = facts.open_agreements
    said = "One agreement is open" if many == 1 else f"{many} agreements are open"
    return DraftItem(
        ItemKind.TALK, patterns.title("look_back"), minutes, reason=f"{said}: what became of it comes first."
    )


def _left(facts: Facts, blocks: Sequence[AgendaBlock]) -> list[_Piece]:
    """What was left last time and is not part of this step anyway."""
    taken = {block.title for block in blocks} | {patterns.title("look_back")}
    fresh = [one for one in facts.left if one.title not in taken and one.kind in {ItemKind.TALK, ItemKind.EXERCISE}]
    return [
        _Piece(DraftItem(one.kind, one.title, max(5, min(30, one.minutes)), one.step, _why_left(one)), _LEFT)
        for one in fresh[:MOST_LEFT]
    ]


def _why_left(left: Left) -> str:
    return "Left from last time: it was skipped." if left.skipped else "Left from last time: it was not reached."


def _start(facts: Facts) -> list[_Piece]:
    """A good start where both feel ready elsewhere; a slow one where both feel little ready for this step."""
    ready = _ready(facts)
    if ready is not None and max(ready.a, ready.b) <= LOW:
        item = DraftItem(
            ItemKind.TALK, patterns.title("slow_start"), 8, reason="Both feel little ready for this step: slowly."
        )
        return [_Piece(item, _START)]
    strong = [one for one in _others(facts) if min(one.a, one.b) >= HIGH]
    if not strong:
        return []
    best = max(strong, key=lambda one: min(one.a, one.b))
    reason = f"Both feel ready for {steps.name(best.step)}: a good start."
    return [_Piece(DraftItem(ItemKind.TALK, patterns.title("good_start"), 5, reason=reason), _START)]


def _elsewhere(facts: Facts) -> list[_Piece]:
    """The one talk about another step where the two are furthest apart."""
    far = [one for one in _others(facts) if one.apart >= FAR]
    ready = max(far, key=lambda one: one.apart, default=None)
    gap = _widest(facts, own=False)
    if gap is not None and (ready is None or gap.apart > ready.apart):
        step, reason = gap.step, f"Furthest apart: {_mention(gap.asked)}, {gap.apart} apart."
    elif ready is not None:
        step, reason = ready.step, f"How ready each feels for {steps.name(ready.step)} is {ready.apart} apart."
    else:
        return []
    item = DraftItem(ItemKind.TALK, patterns.talk_about(steps.name(step)), 10, step, reason)
    return [_Piece(item, _TALK)]


_WHY_ALONE = "A sign to look at in how ready they feel: a short time alone, the same for both."


def _alone(facts: Facts, blocks: Sequence[AgendaBlock]) -> list[_Piece]:
    if not _asks_for_time_alone(facts) or any(block.kind is BlockKind.PRIVATE_CHECK for block in blocks):
        return []
    return [_Piece(DraftItem(ItemKind.PRIVATE_CHECK, patterns.title("alone"), 8, reason=_WHY_ALONE), _ALONE)]


def _asks_for_time_alone(facts: Facts) -> bool:
    """The warning signs a reading can give: somebody low, or the two far apart."""
    ready = _ready(facts)
    return ready is not None and (ready.apart >= FAR or min(ready.a, ready.b) <= LOW)


def _ready(facts: Facts) -> Readiness | None:
    return next((one for one in facts.readiness if one.step == str(steps.number(facts.step))), None)


def _others(facts: Facts) -> list[Readiness]:
    """How ready both feel for the steps this session is not about, as far as they may come up in it."""
    here = _ready(facts)
    return [one for one in facts.readiness if one is not here and _may_come_up(one.step)]


def _may_come_up(step: str) -> bool:
    """Whether a session about something else may have a talk on this step: one of the eight, and no private track."""
    return steps.number(step) is not None and step not in steps.BY_THEMSELVES


def _widest(facts: Facts, *, own: bool) -> Gap | None:
    """The answers furthest apart, in this step or in another one of the guide; the first of equals."""
    here = str(steps.number(facts.step))
    far = [
        one for one in facts.gaps if one.apart >= FAR and (one.step == here) is own and (own or _may_come_up(one.step))
    ]
    return max(far, key=lambda one: one.apart, default=None)


def _choose(pieces: Sequence[_Piece], room: int) -> list[_Piece]:
    """What fits, most needed first; optional blocks only where nothing else has to give way for them."""
    chosen: set[int] = set()
    for place in sorted(range(len(pieces)), key=lambda one: pieces[one].rank):
        piece = pieces[place]
        taken = [pieces[one] for one in chosen]
        if piece.rank == _OPTIONAL:
            fits = sum(one.want for one in taken) + piece.want <= room
        else:
            fits = sum(one.least for one in taken) + piece.least <= room
        if fits:
            chosen.add(place)
    return [pieces[place] for place in sorted(chosen)]


def _share(pieces: Sequence[_Piece], room: int) -> list[int]:
    """Whole minutes for each piece that sum to `room`: each has its least, and what is left goes by its wish."""
    wanted = sum(piece.want for piece in pieces)
    if wanted <= room:
        floor, weights = [max(LEAST, piece.want) for piece in pieces], [piece.want for piece in pieces]
    else:
        floor, weights = [piece.least for piece in pieces], [piece.want - piece.least for piece in pieces]
    spare, whole = room - sum(floor), max(1, sum(weights))
    given = [least + spare * weight // whole for least, weight in zip(floor, weights, strict=True)]
    over = sorted(range(len(pieces)), key=lambda one: (-(spare * weights[one] % whole), one))
    for place in over[: room - sum(given)]:
        given[place] += 1
    return given


def _rested(items: Sequence[DraftItem], pause: DraftItem, breaks: int) -> list[DraftItem]:
    """The items with so many breaks between them, as even as the items allow; never first and never last."""
    total, done, made = sum(item.minutes for item in items), 0, 0
    found: list[DraftItem] = []
    for place, item in enumerate(items):
        found.append(item)
        done += item.minutes
        left = len(items) - place - 1
        if made < breaks and left and (done * (breaks + 1) >= total * (made + 1) or left <= breaks - made):
            found.append(pause)
            made += 1
    return found
