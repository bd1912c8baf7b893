"""What somebody types in a field of one line: how it is kept, and what no name, address or number may hold."""

from __future__ import annotations

import re
import unicodedata

from flask_babel import gettext as _
from wtforms import Field, Form
from wtforms.validators import ValidationError

#: Seen only by what they do: they join letters and pictures, keep them apart, or say which way they run. Many names
#: and many pictures are written with them (Unicode 15.0, 23.2 "Layout Controls").
LAYOUT = frozenset("\u200c\u200d\u200e\u200f\u061c")
#: Controls, other formats (some turn what follows them on the page), halves of characters, private ones, line ends. Not
#: what Python does not know yet: each year brings new pictures.
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


def one_line(text: str | None) -> str:
    """What was typed, without space around it and with single spaces."""
    return " ".join((text or "").split())


def is_seen(text: str) -> bool:
    """Whether all of a text can be seen, on its own or by what it does to what stands beside it."""
    kept = [char for char in text if char not in LAYOUT]
    return bool(kept or not text) and not any(unicodedata.category(char) in UNSEEN for char in kept)


def printable(form: Form, field: Field) -> None:
    """Refuse characters nobody can see."""
    if not is_seen(field.data):
        raise ValidationError(_("Please leave out characters that can’t be seen"))


def address(form: Form, field: Field) -> None:
    """An address has one @ and no spaces; whether it works, only a mail shows. Intranet addresses count too."""
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", field.data):
        raise ValidationError(_("Please write an address such as name@example.org"))
