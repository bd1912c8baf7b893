"""What is raised to refuse, and the pages people read then. Every error fails closed and says nothing private."""

from __future__ import annotations


class Refused(Exception):
    """An act the rules do not allow now. `message` is a plain sentence for the person who tried.

    Raising rolls the whole request back. Pages answer with status 409 and a way on.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class BadRequest(Exception):
    """Bytes that cannot be what a browser sent on purpose: not UTF-8, NUL, a parameter given twice (status 400)."""

    def __init__(self, message: str, text: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.text = text
