"""What Alex and Sam did in their two exercises, by the fields of their forms: one in the room, one at home."""

from __future__ import annotations

from mediator.demo.exercising import Exercise
from mediator.demo.hands import named

#: In session 3: turns, then one sentence each, opened to both and kept in the joint record.
IN_THE_ROOM = Exercise(
    id=named("exercise two, in the room"),
    key="E01",
    words={
        "Alex": {"E01.1.heard": "That a question about the house needs a day before it gets an answer."},
        "Sam": {"E01.1.heard": "That a message which stays unread for hours feels like a shut door."},
    },
    opens=("E01.1.heard",),
)

#: At home since yesterday. Both have handed it in, and nothing of it is open: that is for session 4.
AT_HOME = Exercise(
    id=named("exercise two, at home"),
    key="E13",
    words={
        "Alex": {
            "E13.1.first": "You came to the vet with us in March. I would have been lost there alone.",
            "E13.1.second": "The list of what is left in the house, on one page.",
        },
        "Sam": {
            "E13.1.first": "You wait for my answer now without asking a second time. It makes it easier to give one.",
            "E13.1.second": "The lead and the bowl were packed on Sunday, with a note about her food.",
        },
    },
)
