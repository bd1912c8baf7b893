"""A small guide of one step, standing items and what fits any session: right in every way, for tests that break it."""

from __future__ import annotations

from pathlib import Path

from mediator.guide.reading import ENGLISH

STANDING = """
version = 1

[[question]]
key = "s.only"
text = "Is there anything else?"
minutes = 1
last = true
part = [{ key = "s.only", type = "long", sharing = "closed" }]

[[question]]
key = "s.ready"
text = "How ready do you feel?"
minutes = 0.5

[[question.part]]
key = "s.ready"
type = "line"
sharing = "closed"
reading = "ready"
anchors = ["Not ready.", "Partly ready.", "Fully ready."]
"""

STEP = """
number = 5
name = "Rebuild Trust"
version = 3
aim = "Small promises."
ticked = ["5.1"]
retired = ["5.8", "5.9.old"]
exercises = ["Small promises"]
readiness = ["A slip is told early."]
warnings = ["Tests are set."]
closure = "Trust in the ending."

[report]
joint = ["Commitments"]

[notes]
friends = "Money is left out."

[agendas]
60 = [
    { minutes = 5, title = "Arrive", kind = "opening" },
    { minutes = 45, title = "Promises", kind = "exercise", exercise = "Small promises" },
    { minutes = 5, title = "Close", kind = "close" },
    { minutes = 5, title = "In reserve", kind = "reserve" },
]
90 = [
    { minutes = 10, title = "Arrive", kind = "opening" },
    { minutes = 60, title = "Talk" },
    { minutes = 10, title = "Thanks", optional = true },
    { minutes = 5, title = "Close", kind = "close" },
    { minutes = 5, title = "In reserve", kind = "reserve" },
]

[[lists.things]]
key = "truth"
label = "Telling the truth"

[[lists.things]]
key = "money"
label = "Money"
not_for = ["friends"]

[[lists.things]]
key = "keys"
label = "Keys"

[[question]]
key = "5.1"
text = "What would you like to work on with {other}?"
hint = "You can skip this."
minutes = 1.5

[[question.part]]
key = "5.1.domains"
type = "rank"
sharing = "reciprocal"
label = "Up to two"
options = "things"
max_items = 2

[[question.part]]
key = "5.1.words"
type = "short"
sharing = "offered"
label = "In your own words"

[question.words.siblings]
text = "What would you like to work on with {other} in the family?"
parts.words.label = "In a few words"

[question.closure]
text = "What would you like to settle with {other}?"
parts.domains.label = "Up to two things"

[[question]]
key = "5.2"
text = "How far do you trust {other} today?"
minutes = 1
task = true

[[question.part]]
key = "5.2.now"
type = "grid"
sharing = "closed"
scale = "line"
rows = "things"
anchors = ["Not today.", "Partly today.", "Fully today."]

[question.closure]
parts.now.anchors = ["Not for the ending.", "Partly for the ending.", "Fully for the ending."]
"""

#: The shipped file: small enough.
AGENDAS = (ENGLISH / "agendas.toml").read_text(encoding="utf-8")


def write(folder: Path, step: str = STEP, standing: str = STANDING, agendas: str = AGENDAS) -> Path:
    """A small guide of one step."""
    (folder / "standing.toml").write_text(standing, encoding="utf-8")
    (folder / "agendas.toml").write_text(agendas, encoding="utf-8")
    (folder / "step-5.toml").write_text(step, encoding="utf-8")
    return folder
