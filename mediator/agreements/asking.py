"""What is asked for each kind, in words: the same on the page beside a session and on the one outside it.

An agreement is one sentence both would sign, and both say yes aloud. A commitment is one person's small step, with what
they do where it can't be kept. A boundary is a rule for both, with what is said where the line is crossed.
"""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from mediator.agreements.models import Agreement
from mediator.agreements.terms import Kind

WHAT = {
    Kind.AGREEMENT: _l("What do both agree on?"),
    Kind.COMMITMENT: _l("What, in one small step?"),
    Kind.BOUNDARY: _l("What holds from now on, for both?"),
}
HINTS = {
    Kind.AGREEMENT: _l("One sentence that both would sign. Say what will be done, not what will be felt."),
    Kind.COMMITMENT: _l("In this person’s own hands, without proof, passwords or places."),
    Kind.BOUNDARY: _l("A rule for both. Nobody’s name stands next to it."),
}
SEEN = {
    Kind.AGREEMENT: _l("How will both see it?"),
    Kind.COMMITMENT: _l("How will the other notice?"),
    Kind.BOUNDARY: _l("How will both see it?"),
}
OTHERWISE = {
    Kind.AGREEMENT: _l("If it can’t be kept"),
    Kind.COMMITMENT: _l("If it can’t be kept"),
    Kind.BOUNDARY: _l("If the line is crossed, what is said?"),
}
SPOKEN = _l("Both said yes, aloud")
AGAIN = _l("Look at it again on")
EACH_SESSION = _l("Leave it empty to look at it in each session.")
#: What each kind is asked beyond what, who and the days.
ASKED: dict[Kind, frozenset[str]] = {
    Kind.AGREEMENT: frozenset({"seen", "spoken"}),
    Kind.COMMITMENT: frozenset({"seen", "otherwise"}),
    Kind.BOUNDARY: frozenset({"otherwise"}),
}


def asked(kind: Kind, row: Agreement | None = None) -> frozenset[str]:
    """Which of `seen`, `otherwise` and `spoken` a page asks for: those of the kind, and what already stands."""
    standing = {name for name in ("seen", "otherwise") if row is not None and getattr(row, name)}
    return ASKED[kind] | standing
