"""The one check every request passes before a page sees it, and the headers every answer carries.

Werkzeug turns invalid UTF-8 silently into other characters, lets NUL through, and takes the first of two values; none
of that may reach a page. Line ends become LF here, once.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterable
from typing import Any, TypeVar
from urllib.parse import parse_qsl, unquote_to_bytes, urlsplit

from flask import Flask, Response, current_app, request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict

from mediator.core.errors import BadRequest

View = TypeVar("View", bound=Callable[..., Any])

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
#: The field that names, by how they begin, which fields of a page are about safety, where others stand beside them.
APART = "apart"
#: What a page says that gives nothing back of what was answered about safety.
NOT_AGAIN = "What was answered about safety was not saved and is not shown again. Please answer it again."
#: Fields nobody typed (of `row.A` the first part counts), and fields whose words are never shown on a page again.
HIDDEN = frozenset({
    "csrf_token", "id", "rev", "go", "next", "policy", APART,
    "attendees", "author", "block", "closure", "do", "draft", "how", "ids", "instead", "item", "kind", "letter", "live",
    "more", "q", "relation", "route", "row", "save", "stage", "step", "suitability", "to", "version", "was", "who",
    "words_rev", "zone",
})  # fmt: skip
SECRET = frozenset({"password", "again", "current"})
#: Marks of what a page showed, and ids: nobody types them, whatever their field is called.
_ONE = r"(?:[0-9a-f]{16}|[0-9a-f]{64}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
MARK = re.compile(rf"{_ONE}(?:[ ,]{_ONE})*")
#: What a box of ours says where it is ticked.
TICKED = frozenset({"yes", "y", "on"})


def init_app(app: Flask, *, https: bool, exit_url: str) -> None:
    """Put the check before every request and the headers on every answer."""
    app.before_request(check)
    csp = policy(exit_url)

    @app.after_request
    def headers(response: Response) -> Response:
        given = response.headers
        given.setdefault("Content-Security-Policy", csp)
        given["X-Content-Type-Options"] = "nosniff"
        given["Referrer-Policy"] = "no-referrer"
        given["Cross-Origin-Opener-Policy"] = "same-origin"
        given["Cross-Origin-Resource-Policy"] = "same-origin"
        given["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), browsing-topics=()"
        given["X-Frame-Options"] = "DENY"
        if https:
            given["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        if request.endpoint != "static":
            given["Cache-Control"] = "no-store"
        elif "v" in request.args:  # the address holds the file's hash: it never changes
            given["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def policy(exit_url: str) -> str:
    """The content security policy: nothing from outside, nothing inline.

    Leaving posts a form that is answered with a redirect to the neutral page, which browsers count as the form's aim.
    """
    leave = urlsplit(exit_url)
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        f"connect-src 'self'; form-action 'self' {leave.scheme}://{leave.netloc}; "
        "base-uri 'none'; frame-ancestors 'none'"
    )


def check() -> None:
    """Refuse what no browser sends on purpose (400), and turn CRLF into LF. Raises BadRequest."""
    if request.endpoint == "static":
        return
    _decodable(request.query_string)
    _single(request.args)
    _readable(request.args)
    if request.method == "POST":
        if request.headers.get("Sec-Fetch-Site") == "cross-site":
            raise BadRequest("This form was sent from another site. Please open the page here and send it again.")
        if request.mimetype == "application/x-www-form-urlencoded":
            _decodable(request.get_data(cache=True))
        form = request.form
        _single(form)
        _readable(form)
        request.form = ImmutableMultiDict(
            (name, value.replace("\r\n", "\n").replace("\r", "\n")) for name, value in form.items(multi=True)
        )


def _decodable(sent: bytes) -> None:
    """Werkzeug would turn bytes that are not UTF-8 into other text; here they are looked at before it does."""
    try:
        unquote_to_bytes(sent.replace(b"+", b" ")).decode("utf-8")
    except UnicodeDecodeError:
        fields = parse_qsl(sent.decode("latin-1"), keep_blank_values=True, encoding="utf-8", errors="replace")
        raise _unreadable(fields) from None


def _single(values: MultiDict[str, str]) -> None:
    """A name given twice is refused: our own pages never do it, each box of several has a name of its own."""
    for name in values:
        if len(values.getlist(name)) > 1:
            raise BadRequest("This page was sent twice in one. Please send it again.")


def _readable(values: MultiDict[str, str]) -> None:
    for name, value in values.items(multi=True):
        text = name + value
        if "\x00" in text or REPLACEMENT in text or any("\ud800" <= char <= "\udfff" for char in text):
            raise _unreadable(values.items(multi=True))


def _unreadable(fields: Iterable[tuple[str, str]]) -> BadRequest:
    """What was typed, given back whole with the places marked that could not be read; safety answers never."""
    text = _typed(fields)
    words = "Some characters could not be read."
    if text or not about_safety():
        words = f"{words} Here is what arrived; please put the marked places right."
    return BadRequest(with_safety(words), text)


def takes_safety(view: View) -> View:
    """Mark a view that takes answers about safety: what was sent to it is given back nowhere.

    A page that asks for other things, too, says in the field `apart` which of its fields are about safety; without that
    field nothing comes back.
    """
    view.takes_safety = True  # type: ignore[attr-defined]
    return view


def about_safety() -> bool:
    """Whether this request goes to a page that takes answers about safety."""
    return getattr(current_app.view_functions.get(request.endpoint or ""), "takes_safety", False)


def with_safety(message: str) -> str:
    """The message with what to do about safety answers, whether or not there were any, where they may have been."""
    return f"{message} {NOT_AGAIN}" if about_safety() else message


def typed(*, ticks: bool = True) -> str:
    """What was typed into the form that was sent, to be given back where it is not stored. Never a password.

    Never an answer about safety either: whoever is at the device by now is not always whoever wrote it. Without `ticks`
    the bare yes of a box is left out: many a button that is refused has nothing else beside it.
    """
    fields = request.form.items(multi=True)
    return _typed(fields if ticks else [(name, value) for name, value in fields if value not in TICKED])


def _typed(fields: Iterable[tuple[str, str]]) -> str:
    sent = [(name, value) for name, value in fields if name not in SECRET]
    if about_safety():
        told = [value for name, value in sent if name == APART]
        apart = tuple(f"{key}." for value in told for key in value.split())
        sent = [(name, value) for name, value in sent if told and not f"{name}.".startswith(apart)]
    words = [value for name, value in sent if value and name.partition(".")[0] not in HIDDEN]
    return "\n\n".join(value.replace("\x00", REPLACEMENT) for value in words if not MARK.fullmatch(value))


def posted_id(name: str = "id") -> uuid.UUID:
    """The UUID a creating form carries in a hidden field, so that a repeat finds the row. Raises BadRequest."""
    try:
        return uuid.UUID(request.form.get(name, ""))
    except ValueError:
        raise BadRequest("This page is out of date. Please open it again.") from None
