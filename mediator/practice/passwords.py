"""Passwords of staff: how they are kept, how they are compared, and which ones are too easy to guess.

Argon2id, at a cost above the least that OWASP's Password Storage Cheat Sheet asks for (19 MiB, two passes, one lane).
A hash of another cost is replaced at the next sign-in. No rules on kinds of characters and no expiry (NIST SP
800-63B, 5.1.1.2).
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable
from functools import cache
from itertools import pairwise

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 12
LONGEST = 200
_hasher = PasswordHasher(time_cost=2, memory_cost=32 * 1024, parallelism=1)

#: What many people choose. Compared without digits, spaces and marks, so that "123!" at the end changes nothing.
COMMON = frozenset(
    {
        "password", "passwort", "passwordpassword", "passphrase", "correcthorsebatterystaple",
        "iloveyou", "letmein", "welcome", "welcometo", "changeme", "changethis", "qwerty",
        "qwertyuiop", "qwertyuiopasdfghjkl", "qwertyqwerty", "qwertyuiopqwertyuiop", "asdfghjkl",
        "zxcvbnm", "administrator", "administration", "secretsecret", "supersecret",
        "mysecretpassword", "thisismypassword", "mypassword", "nopassword", "newpassword",
        "trustnoone", "footballfootball", "baseballbaseball", "sunshinesunshine",
        "princessprincess", "masterpassword", "dragondragon", "monkeymonkey", "adminadmin",
        "testtesttest",
    }
)  # fmt: skip
#: Words every practice with this program shares; a password made of little else is a guess away.
OURS = ("mediator", "mediation", "practice", "notes")


class Weakness(enum.StrEnum):
    """Why a password is refused."""

    SHORT = "short"
    LONG = "long"
    REPEATS = "repeats"
    COMMON = "common"
    CONTEXT = "context"


def weakness(password: str, context: Iterable[str]) -> Weakness | None:
    """Why this password is too easy to guess, or None. `context`: the practice, the person's name, their e-mail.

    Words of the context may stand in a password; they just don't count towards its length.
    """
    if len(password) < SHORTEST:
        return Weakness.SHORT
    if len(password) > LONGEST:
        return Weakness.LONG
    lower = password.casefold()
    if len(set(lower)) < 5:
        return Weakness.REPEATS
    if _plain(lower) in COMMON or _runs(lower):
        return Weakness.COMMON
    left = lower
    for word in sorted(_words(context), key=len, reverse=True):
        left = left.replace(word, "")
    if left != lower and len(re.findall(r"[^\W\d_]", left)) < 6:
        return Weakness.CONTEXT
    return None


def _plain(text: str) -> str:
    return re.sub(r"[\W\d_]+", "", text)


def _runs(text: str) -> bool:
    """Whether nearly every character follows the one before it by one step: 123456789012, abcdefghijkl."""
    steps = [ord(after) - ord(before) for before, after in pairwise(text)]
    return sum(step in {1, -1, 0} for step in steps) > 0.8 * len(steps)


def _words(context: Iterable[str]) -> set[str]:
    """The context as whole texts and as single words of at least three characters."""
    found: set[str] = set(OURS)
    for text in context:
        lower = text.casefold().strip()
        found.update((lower, lower.replace(" ", "")))
        found.update(re.split(r"[\W_]+", lower))
    return {word for word in found if len(word) >= 3}


def hashed(password: str) -> str:
    """What is kept of a password."""
    return _hasher.hash(password)


def matches(kept: str | None, password: str) -> bool:
    """Whether the password is the one kept. Where nothing is kept it takes as long and is never right."""
    try:
        right = _hasher.verify(kept or _nobodys(), password[: LONGEST + 1])
    except (VerificationError, InvalidHashError):
        return False
    return bool(right) and kept is not None


def outdated(kept: str) -> bool:
    """Whether a hash was made at another cost than today's."""
    return _hasher.check_needs_rehash(kept)


@cache
def _nobodys() -> str:
    """A hash that stands in where there is no account, so that both cases take the same time."""
    return hashed("nobody chose these words")
