"""Lays pages out: tagged (PDF/UA-1), with our own type, and with nothing fetched from anywhere.

The one module that loads WeasyPrint, which takes a second and thirty megabytes; who only asks for papers imports
`core/pdf.py`. The print stylesheet and its fonts are read once per process.
"""

from __future__ import annotations

import functools
import logging
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

from weasyprint import CSS, HTML
from weasyprint.document import DocumentMetadata
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from mediator.core.assets import FACES
from mediator.core.pdf import NotMade, Pdf

for _talker in ("weasyprint", "weasyprint.progress", "fontTools"):
    # Their messages quote the document (an unknown character, an address): words that belong in no log.
    logging.getLogger(_talker).setLevel(logging.CRITICAL)

#: How the pictures of our own stylesheet begin.
PICTURE = "data:image/svg+xml,"
STYLE = Path(__file__).parents[1] / "static" / "css" / "pdf.css"
#: Fonts and stylesheet are shared by all renderings of a process, and Pango's font maps are not for two threads.
_one_at_a_time = threading.Lock()


class Closed(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
    """Serves the files it was given, by exact address, and `data:` addresses. All else ends the whole rendering.

    With WeasyPrint's own fetcher a document could call addresses of the local network and attach local files.
    """

    def __init__(self, files: Mapping[str, Path]) -> None:
        super().__init__(allowed_protocols={"data"}, allow_redirects=False)
        self._files = files

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        """The bytes behind one address."""
        if url in self._files:
            return URLFetcherResponse(url, self._files[url].read_bytes())
        if url.startswith(PICTURE):  # in here: the process of a full copy refuses the library that others go through
            return URLFetcherResponse(
                url, unquote_to_bytes(url.removeprefix(PICTURE)), {"Content-Type": "image/svg+xml"}
            )
        if url.startswith("data:"):
            return super().fetch(url, headers)
        raise FatalURLFetchingError


def render(html: str, *, title: str, language: str) -> Pdf:
    """One document as PDF/UA-1; `core/pdf.render` says the rules. Raises NotMade."""
    with _one_at_a_time:
        style, fonts, fetcher = shared()
        try:
            document = HTML(string=html, url_fetcher=fetcher).render(stylesheets=[style], font_config=fonts)
            document.metadata = DocumentMetadata(title=title, lang=language)
            data = document.write_pdf(pdf_variant="pdf/ua-1")
        except FatalURLFetchingError:  # no Exception: left alone, it would end the thread of whoever asked
            raise NotMade("it asked for something from outside") from None
    return Pdf(data, len(document.pages))


@functools.cache
def shared() -> tuple[CSS, FontConfiguration, Closed]:
    """The parsed print stylesheet, its fonts, and the fetcher that serves those fonts alone. Read once per process."""
    files = {face.source.as_uri(): face.source for face in FACES}
    rules = [
        f'@font-face {{ font-family: "{face.family}"; src: url("{face.source.as_uri()}"); '
        f"font-weight: {face.weight}; font-style: {face.style}; }}"
        for face in FACES
        if face.style == "normal"  # the italics hold no Greek or Cyrillic
    ]
    fonts, fetcher = FontConfiguration(), Closed(files)
    text = "\n".join([*rules, STYLE.read_text(encoding="utf-8")])
    return CSS(string=text, font_config=fonts, url_fetcher=fetcher), fonts, fetcher
