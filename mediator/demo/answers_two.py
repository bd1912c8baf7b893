"""What Alex and Sam answered, by step and by the fields of their forms. They are apart on some things, close on others.

In the form for session 4 each kind of leave stands once: Sam keeps one answer between himself and the mediator, Alex
lets Sam read one, and Sam's last answer asks to be read first.
"""

from __future__ import annotations

from datetime import date, timedelta

#: Which questions stood in each form, by step. What stands in every form comes by itself.
ASKED: dict[str, tuple[str, ...]] = {
    "1": ("1.1", "1.3", "1.4", "1.6", "1.7", "1.8"),
    "7": ("7.1", "7.3", "7.4", "7.5", "7.6", "7.9"),
    "8": ("8.3", "8.5", "8.7", "8.8", "8.11"),
    "2": ("2.1", "2.2", "2.3", "2.5", "2.6", "2.9", "2.11"),
    "5": ("5.3", "5.4", "5.5", "5.6", "5.7", "5.12", "5.9", "5.10"),
}

#: The calm answers about safety in the form of the first meeting.
NOTHING_TO_FEAR = {
    "0.4.orders": "no", "0.6.free": "yes", "0.11.afraid": "no", "0.11.watched": "no", "0.11.control": "no",
    "0.11.threats": "no", "0.11.body": "no", "0.11.pushed": "no", "0.11.after": "no", "0.safety": "no",
}  # fmt: skip

ALEX: dict[str, dict[str, str]] = {
    "0": {
        "0.2.way": "A friend had been here with her brother.",
        "0.3.kind": "were_couple",
        "0.5.hope": "another_form", "0.5.sure": "6",
        "0.7.limit": "If it became a list of who was right.",
        "0.8.support": "I speak with a counsellor every other week.",
        "0.9.known": "no",
        "0.10.others": "Pepper, and the neighbour who has a key.",
        **NOTHING_TO_FEAR,
    },
    "1": {
        "1.ready": "7",
        "1.1.points.0": "The spring we bought the house",
        "1.1.points.1": "Two jobs each, four summers ago",
        "1.1.points.2": "The evening in October when we stopped talking",
        "1.3.own.0.statement": "I let things wait until they were too big",
        "1.3.own.0.example": "The letter from the bank, three weeks in a drawer",
        "1.4.mostly": "follow",
        "1.4.words": "I ask again and again until I get an answer.",
        "1.6.me": "Sleep, mostly. And two friends who did not want to choose.",
        "1.6.other": "Perhaps the same. I do not know.",
        "1.7.feelings.sad": "yes", "1.7.feelings.tired": "yes", "1.7.feelings.hopeful": "yes",
        "1.7.strength": "6",
        "1.8.changed": "The house has to be decided on before summer.",
        "1.8.want": "To talk with Sam without preparing for it all day.",
        "1.safety": "no",
    },
    "7": {
        "7.ready": "9",
        "7.1.expect.order": "yes", "7.1.expect.write": "yes",
        "7.1.not": "Say who is right.",
        "7.3.fair.0": "The same time for each of us",
        "7.3.fair.1": "A break when one of us needs one",
        "7.4.format.room": "yes",
        "7.5.clear.reads": "yes", "7.5.clear.opens": "yes", "7.5.clear.keep": "yes",
        "7.6.topics.0": "The house", "7.6.topics.1": "How we reach each other", "7.6.topics.2": "Weeks with Pepper",
        "7.6.first.contact": "1", "7.6.first.money": "2", "7.6.first.trust": "3",
        "7.9.free": "yes", "7.9.no": "yes", "7.safety": "no",
    },
    "8": {
        "8.ready": "4",
        "8.3.pace": "right",
        "8.7.told": "In one sentence, the next day.",
        "8.8.steps.0": "Say it once", "8.8.steps.1": "Write it down for the next session",
        "8.11.contact": "limits",
        "8.safety": "no",
    },
    "2": {
        "2.ready": "6",
        "2.1.ways.session": "yes", "2.1.ways.person": "yes", "2.1.ways.call": "yes", "2.1.ways.chat": "yes",
        "2.1.ways.through": "yes",
        "2.2.helps.0": "To know how long we will talk",
        "2.2.helps.1": "A short answer, even if it is not the whole one",
        "2.2.helps.2": "A cup of tea on the table",
        "2.3.sets_off.0": "A message that was read and not answered",
        "2.3.sets_off.1": "Being told what I feel",
        "2.5.topic": "How soon we answer each other",
        "2.5.heat": "6",
        "2.6.topics.0": "What our families said to whom",
        "2.6.list": "yes",
        "2.9.heard": "5", "2.9.listen": "7",
        "2.11.fear": "no", "2.safety": "no",
    },
    "5": {
        "5.ready": "8",
        "5.3.parts.reliable": "1", "5.3.parts.truth": "2", "5.3.parts.time": "3",
        "5.4.sign.0.statement": "A short “I saw it” when I write about the house",
        "5.4.sign.0.example": "It comes the same day, even if the answer takes longer",
        "5.5.promises.0": "I say a day before if a plan of mine changes",
        "5.5.promises.1": "Pepper and the lead are at the door at seven on Sundays",
        "5.6.cannot.0": "That I am free every weekend",
        "5.6.slip.0.if": "I see on the way that I will be late",
        "5.6.slip.0.then": "I write before seven, with a new time",
        "5.6.slip.offer": "yes",
        "5.7.offer.plans": "yes", "5.7.offer.slips": "yes", "5.7.offer.money": "yes",
        "5.7.words": "When my shifts change",
        "5.12.how": "message",
        "5.9.break": "If something said in this room is told to our friends.",
        "5.10.stays": "7",
        "5.only": "I would like to begin with what went well. It was more than I had thought.",
        "5.safety": "no",
    },
}  # fmt: skip

SAM: dict[str, dict[str, str]] = {
    "0": {
        "0.1.needs.breaks": "yes",
        "0.2.way": "Alex asked me, in a letter. I took a month to say yes.",
        "0.3.kind": "were_couple",
        "0.5.hope": "not_sure", "0.5.sure": "4",
        "0.7.limit": "If I had to decide things on the spot.",
        "0.8.support": "My sister knows about it, and that is enough.",
        "0.9.known": "no",
        "0.10.others": "My father, a little.",
        **NOTHING_TO_FEAR,
    },
    "1": {
        "1.ready": "8",
        "1.1.points.0": "Moving in above the bakery",
        "1.1.points.1": "The year my father was ill",
        "1.1.points.2": "Packing two boxes and going",
        "1.3.own.0.statement": "I went quiet where I could have said no",
        "1.3.own.0.example": "When guests stayed on for a second week",
        "1.4.mostly": "withdraw",
        "1.4.words": "I leave the room, and then I stay away too long.",
        "1.6.me": "I stopped inviting people. It was easier than explaining.",
        "1.6.other": "Alex had to ask for everything twice.",
        "1.7.feelings.sad": "yes", "1.7.feelings.tired": "yes", "1.7.feelings.unsure": "yes",
        "1.7.strength": "5",
        "1.8.changed": "Time. And Pepper gets old.",
        "1.8.want": "A decision about the house that neither of us regrets.",
        "1.safety": "no",
    },
    "7": {
        "7.ready": "8",
        "7.1.expect.slow": "yes", "7.1.expect.words": "yes",
        "7.1.not": "Hurry us.",
        "7.3.fair.0": "Nobody has to answer at once",
        "7.3.fair.1": "What I say first is not my last word",
        "7.4.format.room": "yes",
        "7.5.clear.reads": "yes", "7.5.clear.opens": "yes", "7.5.clear.alone": "yes",
        "7.5.question": "Who hears of it if one of us stops?",
        "7.6.topics.0": "How plans change", "7.6.topics.1": "The house, later",
        "7.6.first.talk": "1", "7.6.first.limits": "2", "7.6.first.money": "3",
        "7.9.free": "yes", "7.9.no": "yes", "7.safety": "no",
    },
    "8": {
        "8.ready": "7",
        "8.3.pace": "slower",
        "8.7.told": "In writing, without a question at the end.",
        "8.8.steps.0": "Say that I will answer tomorrow", "8.8.steps.1": "Leave the phone in another room",
        "8.11.contact": "limits",
        "8.safety": "no",
    },
    "2": {
        "2.ready": "4",
        "2.1.ways.session": "yes", "2.1.ways.letter": "yes", "2.1.ways.chat": "yes", "2.1.ways.through": "yes",
        "2.2.helps.0": "Time to think before I answer",
        "2.2.helps.1": "One thing at a time",
        "2.2.helps.2": "A break when my head is full",
        "2.3.sets_off.0": "Three questions in a row",
        "2.3.sets_off.1": "A voice that gets faster and faster",
        "2.5.topic": "Changes of plan, and who hears of them first",
        "2.5.heat": "7",
        "2.6.topics.0": "Where each of us will live next year",
        "2.6.list": "yes",
        "2.9.heard": "3", "2.9.listen": "6",
        "2.11.fear": "no", "2.safety": "no",
    },
    "5": {
        "5.ready": "2",
        "5.3.parts.discreet": "1", "5.3.parts.reliable": "2", "5.3.parts.feelings": "3",
        "5.4.sign.0.statement": "To hear of changes from Alex first",
        "5.4.sign.0.example": "Not from friends, and before it is decided",
        "5.5.promises.0": "I answer within a day, even if it is only a date",
        "5.5.promises.1": "I keep what is said here to myself",
        "5.6.cannot.0": "To talk about the house on the phone",
        "5.6.slip.0.if": "I need longer for an answer",
        "5.6.slip.0.then": "I say by when it will come",
        "5.7.offer.plans": "yes",
        "5.12.how": "session", "5.12.how.keep": "yes",
        "5.9.break": "If my words from here were used in a quarrel later.",
        "5.10.stays": "6",
        "5.safety": "unsure",
    },
}  # fmt: skip


def by(name: str, step: str, today: date) -> dict[str, str]:
    """One person's fields for the form of a step; promises run from today for two weeks."""
    fields = dict({"Alex": ALEX, "Sam": SAM}[name][step])
    if step == "5":
        until = 13 if name == "Alex" else 6
        fields |= {"5.5.until.from": today.isoformat(), "5.5.until.to": (today + timedelta(days=until)).isoformat()}
    return fields
