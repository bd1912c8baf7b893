"""Forms of planning: a session, and one item of its agenda. Days and times are those of the case's zone."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, HiddenField, RadioField, SelectField, StringField, TextAreaField, TimeField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from mediator.cases.models import Case
from mediator.core.choices import choices
from mediator.core.clock import YEARS, now
from mediator.core.typed import one_line
from mediator.core.visibility import Letter
from mediator.sessions import agenda, drafting, labels, planning, queries, steps
from mediator.sessions.drafting import Item
from mediator.sessions.models import AgendaItem, MediationSession
from mediator.sessions.planning import Plan
from mediator.sessions.terms import Attendees, ItemKind

#: What was typed and what to write instead, by item; without the latter it could be read.
Typed = Mapping[uuid.UUID, tuple[str, str]]
PLACE, USUAL = 120, 90
TOO_LONG = _l("Please use at most %(max)d characters")
LIVE, LATER = "live", "later"
#: The minutes a new item of one's own begins with.
NEW = "10"


def whole(text: str | None, least: int, most: int) -> int | None:
    """Whole minutes as typed, or None where this is no whole number in the range."""
    text = (text or "").strip()
    if not re.fullmatch(r"[0-9]{1,4}", text) or not least <= int(text) <= most:
        return None
    return int(text)


def minutes_sent(items: Iterable[uuid.UUID], sent: Mapping[str, str]) -> tuple[dict[uuid.UUID, int], Typed]:
    """Minutes by item as sent, and beside them what could not be read, with what to write instead."""
    read: dict[uuid.UUID, int] = {}
    wrong: dict[uuid.UUID, tuple[str, str]] = {}
    for one in items:
        text = sent.get(f"minutes.{one}")
        if text is None:
            continue
        found = whole(text, 1, drafting.MINUTES)
        if found is None:
            wrong[one] = (text[:10], _("Write whole minutes, from 1 to %(most)d", most=drafting.MINUTES))
        else:
            read[one] = found
    if wrong:  # what could be read stays in its field as well
        wrong |= {one: (str(found), "") for one, found in read.items()}
    return read, wrong


def as_sent(items: Iterable[AgendaItem], sent: Mapping[str, str]) -> dict[uuid.UUID, str]:
    """Minutes as a page sent them, by item, where they are not those that stand."""
    found = {item.id: sent.get(f"minutes.{item.id}", str(item.minutes)).strip()[:10] for item in items}
    return {item.id: found[item.id] for item in items if found[item.id] != str(item.minutes)}


class Minutes(StringField):
    """Whole minutes in a range. What can't be read stays in the field."""

    def __init__(self, label: object, least: int, most: int, **more: object) -> None:
        self.least, self.most = least, most
        super().__init__(label, [self.check], **more)  # type: ignore[arg-type]  # a lazy text, rendered late
        self.render_kw = {"inputmode": "numeric", "autocomplete": "off", "maxlength": 4, "size": 4}

    def check(self, form: FlaskForm, field: StringField) -> None:
        """Only whole minutes in the range."""
        if whole(field.data, self.least, self.most) is None:
            said = _("Write whole minutes, from %(least)d to %(most)d", least=self.least, most=self.most)
            raise ValidationError(said)

    @property
    def minutes(self) -> int:
        """The minutes, once the field was checked."""
        return int((self.data or "0").strip())


class Day(DateField):
    """A day of the calendar."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Say in our words that a day does not exist."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("Write a day that exists, such as 2026-03-12")) from None
        if self.data is not None and self.data.year not in YEARS:
            raise ValueError(_("Write a day that exists, such as 2026-03-12"))


class Clock(TimeField):
    """A time of the day. Browsers may send seconds; they are not kept."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Say in our words that a time does not exist."""
        try:
            super().process_formdata([text[:5] for text in valuelist])
        except ValueError:
            raise ValueError(_("Write a time of the day, such as 18:00")) from None


class PlanForm(FlaskForm):
    """A session as it is planned."""

    id = HiddenField()
    seen = HiddenField()
    attendees = RadioField(_l("With whom"), [InputRequired(_l("Choose with whom"))])
    day = Day(_l("Day"), [InputRequired(_l("Choose a day"))])
    clock = Clock(_l("Time"), [InputRequired(_l("Choose a time"))])
    minutes = Minutes(
        _l("Minutes"),
        agenda.SHORTEST,
        agenda.LONGEST,
        description=_l("From 20 to 240. An agenda keeps 5 of them in reserve."),
    )
    place = StringField(
        _l("Place"),
        [Length(max=PLACE, message=TOO_LONG)],
        filters=[one_line],
        description=_l("A room, an address or “video”. You may leave it empty."),
        render_kw={"autocomplete": "off"},
    )
    step = SelectField(
        _l("Step"), description=_l("The next of the route unless you choose another. The agenda begins from it.")
    )
    how = RadioField(_l("In the session"), choices=choices([
        (LIVE, _l("With the clock running")),
        (LATER, _l("Without it; I write the session up afterwards")),
    ]), default=LIVE)  # fmt: skip
    zone: str = "UTC"
    today: date | None = None

    def at(self) -> datetime:
        """The start as UTC, once the form was checked."""
        local = datetime.combine(self.day.data or date.min, self.clock.data or time.min, ZoneInfo(self.zone))
        return local.astimezone(UTC)

    def validate_day(self, field: DateField) -> None:
        """A session that is run with its clock lies ahead."""
        if field.data is not None and self.today is not None and self.how.data == LIVE and field.data < self.today:
            raise ValidationError(_("This day is over. Choose another, or choose to write the session up afterwards"))

    def validate_clock(self, field: TimeField) -> None:
        """A time that clocks skip in spring does not exist on that day."""
        if field.data is None or self.day.data is None:
            return
        local = datetime.combine(self.day.data, field.data)
        if self.at().astimezone(ZoneInfo(self.zone)).replace(tzinfo=None) != local:
            raise ValidationError(_("Clocks are put forward that day, and this time is left out. Choose another"))

    def plan(self) -> Plan:
        """The plan as typed."""
        return Plan(
            attendees=Attendees(self.attendees.data),
            at=self.at(),
            minutes=self.minutes.minutes,
            place=self.place.data or None,
            step=self.step.data or "",
            live=self.how.data == LIVE,
        )


def plan_form(case: Case, row: MediationSession | None) -> PlanForm:
    """The form for a new session, with what is usual in it, or for one that is planned."""
    told = planning.as_planned(row) if row is not None else _usual(case)
    local = told.at.astimezone(ZoneInfo(case.zone))
    form = PlanForm(
        attendees=told.attendees.value,
        day=local.date(),
        clock=local.time().replace(second=0, microsecond=0),
        minutes=str(told.minutes),
        place=told.place or "",
        step=told.step,
        how=LIVE if told.live else LATER,
        seen=planning.mark(row) if row is not None else "",
    )
    form.zone, form.today = case.zone, now().astimezone(ZoneInfo(case.zone)).date()
    may = planning.may_attend(case)
    if row is not None and row.attendees not in may:
        may = [row.attendees, *may]  # what was planned stands, whatever is closed now
    form.attendees.choices = choices((one.value, attendees_words(case, one)) for one in Attendees if one in may)
    form.step.choices = choices(
        [*((step, labels.step(step)) for step in steps.choices(case.route)), ("", _("No step"))]
    )
    if row is None and not form.id.data:
        form.id.data = str(uuid.uuid4())
    return form


def attendees_words(case: Case, attendees: Attendees) -> str:
    """With whom, in words."""
    if attendees is Attendees.BOTH:
        return str(_("Both together"))
    person = case.participant(Letter(attendees.value))
    name = person.name if person is not None else attendees.value
    return str(_("%(name)s alone. The other learns nothing of it", name=name))


def _usual(case: Case) -> Plan:
    """With whom the case can meet now, the next step, tomorrow at ten, ninety minutes, at the place of last time."""
    rows = list(queries.in_order(case.id))
    together = Attendees.BOTH in planning.may_attend(case)
    who = Attendees.BOTH if together else Attendees.A
    zone = ZoneInfo(case.zone)
    tomorrow = now().astimezone(zone).date() + timedelta(days=1)
    joint = [row for row in rows if row.attendees is who]
    last = joint[-1] if joint else None
    start = time(10) if last is None else last.planned_at.astimezone(zone).time().replace(second=0)
    return Plan(
        attendees=who,
        at=datetime.combine(tomorrow, start, zone).astimezone(UTC),
        minutes=USUAL if last is None else last.minutes,
        place=last.place if last is not None else None,
        step=queries.next_step(case, who),
        live=True,
    )


class ItemForm(FlaskForm):
    """One item of an agenda. `begin` is a time of the day, kept as minutes after the session's start."""

    id = HiddenField()
    title = StringField(
        _l("Title"),
        [DataRequired(_l("Write a title")), Length(max=drafting.TITLE, message=TOO_LONG)],
        filters=[one_line],
        description=_l("Read in the room and on the printed copy."),
        render_kw={"autocomplete": "off"},
    )
    kind = SelectField(
        _l("Kind"), choices=choices((kind.value, labels.KINDS[kind]) for kind in ItemKind), default="talk"
    )
    minutes = Minutes(_l("Minutes"), 1, drafting.MINUTES)
    step = SelectField(_l("Step"))
    begin = Clock(_l("Starts at"), [Optional()], description=_l("Only where it has to start at a fixed time."))
    reason = TextAreaField(
        _l("Why it is there"),
        [Length(max=drafting.REASON, message=TOO_LONG)],
        description=_l("Only you and your co-mediators read this."),
        render_kw={"rows": 3},
    )
    start: datetime | None = None
    length: int = 0

    def validate_begin(self, field: TimeField) -> None:
        """A fixed start lies within the session."""
        locked = self.locked()
        if locked is not None and locked >= self.length:
            raise ValidationError(_("Choose a time between the start and the end of the session"))

    def locked(self) -> int | None:
        """The fixed start in minutes after the session's start, past midnight where the clock says so."""
        if self.begin.data is None or self.start is None:
            return None
        here = datetime.combine(self.start.date(), self.begin.data, self.start.tzinfo)
        if here < self.start:
            here += timedelta(days=1)
        return int((here.astimezone(UTC) - self.start.astimezone(UTC)).total_seconds()) // 60

    def item(self) -> Item:
        """The item as typed."""
        return Item(
            title=self.title.data or "",
            kind=ItemKind(self.kind.data),
            minutes=self.minutes.minutes,
            step=self.step.data or "",
            reason=(self.reason.data or "").strip() or None,
            locked_start=self.locked(),
        )


def blank_item_form() -> ItemForm:
    """The fields of a new item before anything is typed, whatever this request sent; they know no session."""
    return ItemForm(formdata=None, meta={"csrf": False}, minutes=NEW)


def item_form(case: Case, session: MediationSession, row: AgendaItem | None) -> ItemForm:
    """The form for an item of this agenda, or for a new one."""
    start = session.planned_at.astimezone(ZoneInfo(case.zone))
    if row is None:
        form = ItemForm(minutes=NEW, step=session.step if steps.number(session.step) else "")
        if not form.id.data:
            form.id.data = str(uuid.uuid4())
    else:
        locked = None if row.locked_start is None else session.planned_at + timedelta(minutes=row.locked_start)
        begin = None if locked is None else locked.astimezone(ZoneInfo(case.zone)).time()
        form = ItemForm(title=row.title, kind=row.kind.value, minutes=str(row.minutes), step=row.step,
                        begin=begin, reason=row.reason or "")  # fmt: skip
    form.start, form.length = start.replace(second=0), session.minutes
    form.step.choices = choices([("", _("No step")), *((step, labels.step(step)) for step in steps.ALL)])
    return form
