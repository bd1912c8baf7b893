"""Any name that can be written can be typed; what nobody can see cannot."""

from __future__ import annotations

import unicodedata

import pytest

from mediator.core.typed import is_seen, one_line

NAMES = [
    "Noor Haddad",
    "علی\N{ZERO WIDTH NON-JOINER}رضا",
    "ක්\N{ZERO WIDTH JOINER}රිස්ටිනා",
    "שרה \N{RIGHT-TO-LEFT MARK}(Sarah)",
    "Ngũgĩ wa Thiong’o",
    unicodedata.normalize("NFD", "Zoë Łukasiewicz-Ñandú"),
    "李小龍",
    "👩\N{ZERO WIDTH JOINER}⚖\N{VARIATION SELECTOR-16}",
    "\U0001fa77",  # a heart that Unicode has known since 15.0, and Python 3.11 does not
    "",
]


@pytest.mark.parametrize("name", NAMES)
def test_every_name_can_be_typed(name: str) -> None:
    assert is_seen(name)
    assert one_line(f"  {name} ") == name


@pytest.mark.parametrize(
    "text",
    [
        "Ro\x07sa",
        "Ro\N{RIGHT-TO-LEFT OVERRIDE}sa",
        "Ro\N{ZERO WIDTH NO-BREAK SPACE}sa",
        "Ro\N{SOFT HYPHEN}sa",
        "Ro\ue000sa",
        "\N{ZERO WIDTH JOINER}",
        "\N{RIGHT-TO-LEFT MARK}\N{LEFT-TO-RIGHT MARK}",
    ],
)
def test_what_nobody_can_see_is_refused(text: str) -> None:
    assert not is_seen(text)


def test_space_around_and_between_is_folded() -> None:
    assert one_line(None) == ""
    assert one_line(" Noor \t\n Haddad ") == "Noor Haddad"
