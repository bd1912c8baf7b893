"""Which passwords are refused, and how they are kept."""

from __future__ import annotations

import pytest

from mediator.practice import passwords
from mediator.practice.passwords import Weakness, weakness

CONTEXT = ("Mill Lane Practice", "Noor Haddad", "noor@milllane.example")


@pytest.mark.parametrize(
    ("password", "found"),
    [
        ("short words", Weakness.SHORT),
        ("x" * 3 + "a long text " * 20, Weakness.LONG),
        ("aaaaaaaaaaaaaaaa", Weakness.REPEATS),
        ("abababababababab", Weakness.REPEATS),
        ("Password1234!", Weakness.COMMON),
        ("123456789012345", Weakness.COMMON),
        ("abcdefghijklmno", Weakness.COMMON),
        ("qwertyuiop2026", Weakness.COMMON),
        ("Mediator2026!", Weakness.CONTEXT),
        ("Mill Lane Practice", Weakness.CONTEXT),
        ("MillLanePractice1", Weakness.CONTEXT),
        ("noor@milllane.example", Weakness.CONTEXT),
        ("Noor.Haddad.1975", Weakness.CONTEXT),
        ("a long walk by the river", None),
        ("Noor walks by the long river", None),
        ("пять слов через пробел", None),
        ("x9#fQ2!mZ7&k", None),
        ("correct communication", None),
        ("t" * 20 + "hese are two hundred letters " * 6, None),
    ],
)
def test_what_is_easy_to_guess_is_refused(password: str, found: Weakness | None) -> None:
    assert weakness(password, CONTEXT) is found


@pytest.mark.costly_passwords
def test_a_password_is_kept_as_argon2id_of_todays_cost() -> None:
    kept = passwords.hashed("a long walk by the river")
    assert kept.startswith("$argon2id$v=19$m=32768,t=2,p=1$")
    assert passwords.matches(kept, "a long walk by the river")
    assert not passwords.matches(kept, "A long walk by the river")
    assert not passwords.outdated(kept)


def test_nothing_matches_where_nothing_is_kept() -> None:
    assert not passwords.matches(None, "nobody chose these words")
    assert not passwords.matches("broken", "anything")
