"""A copy as HTML and as PDF. The words come from the copy's plain values; nothing is read from the database here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import TYPE_CHECKING

from flask import Response, current_app
from flask_babel import gettext as _

from mediator.core import pdf
from mediator.core.templating import page_locale
from mediator.reports.content import FullCopy, JointCopy, OwnCopy
from mediator.reports.terms import Reader

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

Copy = JointCopy | OwnCopy | FullCopy
#: How a file is called, by whom it is for: a word that tells nothing, and the day.
FILES: dict[Reader, str] = {Reader.FULL: "record", Reader.JOINT: "summary", Reader.A: "copy", Reader.B: "copy"}


def html(copy: Copy) -> str:
    """The document of one copy. Not render_template: that needs a request, and a job has none."""
    return current_app.jinja_env.get_template(_template(copy)).render(copy=copy, language=language())


def title(copy: Copy) -> str:
    """The title in the file's metadata: neutral, and the same for both people."""
    match copy:
        case JointCopy():
            return str(_("Summary"))
        case OwnCopy():
            return str(_("Your copy"))
        case FullCopy():
            return str(_("Record"))


def language() -> str:
    """The language of the document's words."""
    return str(page_locale()).replace("_", "-")


def render(copy: Copy) -> pdf.Pdf:
    """The finished file of one copy; no transaction needs to be open."""
    return pdf.render(html(copy), title=title(copy), language=language())


def render_apart(copy: Copy) -> bytes:
    """The same file, laid out by a process of its own, for whoever answers others meanwhile. Raises pdf.NotMade."""
    return pdf.render_apart(html(copy), title=title(copy), language=language())


def file_name(reader: Reader, day: date) -> str:
    """The name a file is downloaded under; the same word for both people's own copies."""
    return pdf.file_name(FILES[reader], day)


def attachment(data: bytes, name: str) -> Response:
    """A file to keep, never shown inside our pages."""
    return _kept(Response(data), name)


class _LaidOut(Response):
    """An answer whose bytes are made once the request's transaction is over, or another answer where they can't be."""

    def __init__(self, make: Callable[[], bytes], instead: Callable[[Exception], Response]) -> None:
        super().__init__()
        self._make, self._instead = make, instead

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Make the bytes before the status is said, so that a failure is a page and no broken file."""
        try:
            self.data = self._make()
        except Exception as error:
            instead = current_app.process_response(self._instead(error))
            return instead(environ, start_response)
        return super().__call__(environ, start_response)


def laid_out(make: Callable[[], bytes], name: str, instead: Callable[[Exception], Response]) -> Response:
    """A file that is laid out while it is answered: no transaction is open then. `instead` answers where that fails."""
    return _kept(_LaidOut(make, instead), name)


def _kept(response: Response, name: str) -> Response:
    response.mimetype = "application/pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _template(copy: Copy) -> str:
    match copy:
        case JointCopy():
            return "pdf/joint.html"
        case OwnCopy():
            return "pdf/own.html"
        case FullCopy():
            return "pdf/full.html"
