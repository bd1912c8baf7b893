"""The files themselves, read back: whose words, tags, language, title, pages, names; and that nothing is fetched."""

from __future__ import annotations

import logging
import re
import socket
import subprocess
import threading
from collections.abc import Iterator
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from typing import Any

import page
import pytest
from flask import Flask
from pypdf import PdfReader

from mediator.core import layout, pdf
from mediator.core.db import db
from mediator.sessions.models import AgendaItem
from mediator.sessions.terms import ItemKind, ItemState
from tests import papers
from tests.factories import Pair
from tests.people import Person
from tests.reports import scene

READERS = ("joint", "A", "B")


@pytest.fixture
def made(app: Flask, pair: Pair, mediator: Person) -> scene.Scene:
    """Drafts of everything, made through the page and the job."""
    planted = scene.ended(pair)
    scene.make(app, mediator, planted)
    return planted


def files(made: scene.Scene, mediator: Person) -> dict[str, bytes]:
    """The four files of a session."""
    found = {reader: scene.stored(made, reader) for reader in READERS}
    answer = mediator.submit(mediator.get(made.base), action="/full").response
    assert answer.status_code == 200
    return {**found, "full": answer.data}


def test_each_copy_read_as_text_holds_nothing_of_the_other(made: scene.Scene, mediator: Person) -> None:
    text = {reader: papers.read(data) for reader, data in files(made, mediator).items()}
    forbidden = {
        "joint": (*scene.A_ONLY, *scene.B_ONLY, *scene.MEDIATOR_ONLY),
        "A": (*scene.B_ONLY, *scene.MEDIATOR_ONLY),
        "B": (*scene.A_ONLY, *scene.MEDIATOR_ONLY),
        "full": (),
    }
    for reader, tokens in forbidden.items():
        assert [token for token in (*tokens, *scene.SAFETY) if token in text[reader]] == [], reader
        assert [token for token in scene.TOGETHER if token not in text[reader]] == [], reader
    assert all(token in text["A"] for token in scene.A_ONLY)
    assert all(token in text["B"] for token in scene.B_ONLY)
    assert all(token in text["full"] for token in scene.MEDIATOR_ONLY if token != "zzreason")
    for reader in READERS:
        assert not re.search(r"\d+ min", text[reader]), "no minutes in a participant's copy"


def test_the_part_both_read_has_the_same_words_in_every_copy(made: scene.Scene) -> None:
    def together(reader: str) -> list[str]:
        shown = PdfReader(BytesIO(scene.stored(made, reader)))
        lines = "\n".join(one.extract_text() for one in shown.pages).splitlines()
        start = lines.index("Attendance")
        end = next(i for i, line in enumerate(lines) if line.startswith(("Yours only", "If you don’t feel safe")))
        return [line for line in lines[start:end] if not line.startswith(("Confidential", "Mill Lane Practice"))]

    assert together("joint") == together("A") == together("B")


def test_agreements_have_their_days_and_what_is_done_otherwise_in_every_copy(
    made: scene.Scene, mediator: Person
) -> None:
    for reader, data in files(made, mediator).items():
        text = " ".join(papers.read(data).split())
        for words in ("From", "12 March 2031", "26 March 2031", "If it can’t be kept: zzotherwise We say so.",
                      "Looked at again in each session"):  # fmt: skip
            assert words in text, (reader, words)
        assert ("said yes aloud" in text) is (reader == "full"), reader


def test_every_file_is_tagged_titled_and_whole(made: scene.Scene, mediator: Person, tmp_path: Path) -> None:
    titles = {"joint": "Summary", "A": "Your copy", "B": "Your copy", "full": "Record"}
    for reader, data in files(made, mediator).items():
        checked = page.validate_pdf_bytes(data, profile="ua1")
        assert checked.is_compliant, (reader, [failure.message for failure in checked.failures])
        shown = PdfReader(BytesIO(data))
        told: dict[str, Any] = dict(shown.metadata or {})
        assert told == {"/Title": titles[reader], "/Producer": f"WeasyPrint {version('weasyprint')}"}
        root: Any = shown.trailer["/Root"]
        assert root["/Lang"] == "en"
        assert root["/MarkInfo"]["/Marked"]
        assert "/StructTreeRoot" in root
        assert shown.outline, "bookmarks"
        for number, one in enumerate(shown.pages, start=1):
            assert f"Page {number} of {len(shown.pages)}" in one.extract_text()
        path = tmp_path / f"{reader}.pdf"
        path.write_bytes(data)
        subprocess.run(["qpdf", "--check", path], check=True, capture_output=True)


def test_the_hatched_edge_and_its_words_mark_every_page_of_the_full_copy(made: scene.Scene, mediator: Person) -> None:
    found = PdfReader(BytesIO(files(made, mediator)["full"]))
    assert all("Full copy. Only you" in one.extract_text() for one in found.pages)
    for one in found.pages:  # the hatch itself, which was missing once, without a word
        assert (drawn := one.get_contents()) is not None
        assert re.search(rb"/p\d+ scn", drawn.get_data()), "no page without a pattern"
    for reader in READERS:
        assert b"Only you" not in scene.stored(made, reader)


def test_no_name_stands_on_the_cover_of_a_paper_that_is_handed_out(
    app: Flask, made: scene.Scene, pair: Pair, mediator: Person
) -> None:
    def cover(data: bytes) -> str:
        before, attendance, _rest = papers.pages(data).partition("Attendance")
        assert attendance
        return before

    alone = scene.ended(pair, "B")
    scene.make(app, mediator, alone)
    assert "zzsummary" in papers.pages(scene.stored(alone, "B")), "the page of the summary says so"
    covers = {reader: cover(data) for reader, data in files(made, mediator).items()} | {
        "B alone": cover(scene.stored(alone, "B"))
    }
    for reader in ("joint", "A", "B", "B alone"):
        assert not re.search(r"\b(Alex|Sam)\b", covers[reader]), (reader, covers[reader])
        assert re.search(r"\b\d{1,2} \w+ 20\d\d\b", covers[reader]), (reader, covers[reader])
    assert re.search(r"\bA\s+\d", covers["A"]), "the letter says whose it is, so that nobody is handed the other's"
    assert re.search(r"\bB\s+\d", covers["B"])
    assert "Alex" in covers["full"]


def test_names_stand_in_no_file_name_and_no_metadata(
    made: scene.Scene, mediator: Person, participant_a: Person
) -> None:
    scene.release(mediator, made)
    shelf = participant_a.get("/notes/reports")
    names = set()
    for link in shelf.links():
        if "/notes/reports/" not in link:
            continue
        answer = participant_a.get(link).response
        assert answer.mimetype == "application/pdf"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        names.add(re.sub(r"\d{4}-\d\d-\d\d", "DAY", answer.headers["Content-Disposition"]))
        shown = PdfReader(BytesIO(answer.data))
        assert "Alex" not in str(shown.metadata) + str(shown.outline)
        assert "Sam" not in str(shown.metadata) + str(shown.outline)
    assert names == {'attachment; filename="summary-DAY.pdf"', 'attachment; filename="copy-DAY.pdf"'}


@pytest.mark.parametrize(
    "words",
    [
        "Ελληνικά ἀγαθός",
        "Привет, Ђорђе",
        "Łódź, ǆ, ẞ, ė̃",
        "naïve “quotes” – … → ☐",
        "שלום",
        "a\u0301b\u0300 e\u0323\u0302",
    ],
)
def test_words_of_many_scripts_leave_no_empty_box(words: str) -> None:
    """A glyph that no font has is .notdef, which PDF/UA-1 forbids: the validator sees every one of them."""
    html = f"<html lang=en><body><h1>{words}</h1><p class=say>{words}</p><p>{words}</p></body></html>"
    data = pdf.render(html, title="Summary", language="en").data
    checked = page.validate_pdf_bytes(data, profile="ua1")
    assert checked.is_compliant, [failure.message for failure in checked.failures]
    assert words[:4] in PdfReader(BytesIO(data)).pages[0].extract_text() or words == "שלום"


def test_no_word_of_a_document_reaches_the_log(caplog: pytest.LogCaptureFixture) -> None:
    """The library writes characters it has no font for, and addresses it could not open, into its log."""
    caplog.set_level(logging.DEBUG)
    words = "\ue000qzword <p style='colour: qzstyle'>"
    pdf.render(f"<html lang=en><body><h1>{words}</h1><img src='qzfile.png'></body></html>", title="S", language="en")
    assert "qz" not in caplog.text


def test_text_that_looks_like_markup_stays_text(app: Flask, pair: Pair, mediator: Person) -> None:
    planted = scene.ended(pair, summary="<img src=http://127.0.0.1/x> {{ 7*7 }} & co")
    scene.make(app, mediator, planted)
    assert "<img src=http://127.0.0.1/x> {{ 7*7 }} & co" in papers.read(scene.stored(planted, "joint"))


def test_the_same_words_give_the_same_bytes(app: Flask, made: scene.Scene, mediator: Person) -> None:
    before = {reader: scene.stored(made, reader) for reader in READERS}
    scene.make(app, mediator, made)
    assert {reader: scene.stored(made, reader) for reader in READERS} == before


def test_a_hundred_blocks_and_a_long_summary_go_over_many_pages(app: Flask, pair: Pair, mediator: Person) -> None:
    planted = scene.ended(pair, summary="A long talk.\n\n" * 200 + "zzend")
    for position in range(5, 105):
        block = AgendaItem(case_id=pair.case, session_id=planted.session, position=position, kind=ItemKind.TALK,
                           minutes=1, state=ItemState.DONE)  # fmt: skip
        block.title = f"Block {position}"
        db.session.add(block)
    db.session.commit()
    scene.make(app, mediator, planted)
    pages = scene.report(planted, "joint").pages
    assert pages == len(PdfReader(BytesIO(scene.stored(planted, "joint"))).pages)
    assert pages > 5
    found = papers.read(scene.stored(planted, "joint"))
    assert "Block 104" in found
    assert "zzend" in found


@pytest.fixture
def canary() -> Iterator[tuple[int, list[bytes]]]:
    """A port that listens and notes every call."""
    calls: list[bytes] = []
    listening = socket.create_server(("127.0.0.1", 0))

    def answer() -> None:
        while True:
            try:
                call, _ = listening.accept()
            except OSError:
                return
            calls.append(call.recv(200))
            call.close()

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    yield listening.getsockname()[1], calls
    listening.close()


@pytest.mark.parametrize(
    "html",
    [
        '<img src="http://127.0.0.1:{port}/a.png">',
        '<link rel=stylesheet href="http://127.0.0.1:{port}/a.css">',
        '<style>@import url("http://127.0.0.1:{port}/a.css");</style>',
        '<div style="background: url(http://127.0.0.1:{port}/a.png)">x</div>',
        '<object data="http://127.0.0.1:{port}/a.svg"></object>',
        '<img src="file://{file}">',
        '<a rel=attachment href="file://{file}">x</a>',
        '<style>@font-face {{ font-family: F; src: url("file://{file}") }}</style>',
    ],
)
def test_what_asks_for_something_outside_is_not_made(
    html: str, canary: tuple[int, list[bytes]], tmp_path: Path
) -> None:
    port, calls = canary
    secret = tmp_path / "secret.txt"
    secret.write_text("qzsecret")
    with pytest.raises(pdf.NotMade):
        pdf.render(f"<html lang=en><body>{html.format(port=port, file=secret)}", title="Summary", language="en")
    assert calls == []


@pytest.mark.parametrize(
    "html",
    [
        '<svg><image href="http://127.0.0.1:{port}/a.png" width="9" height="9"/></svg>',
        '<link rel=attachment href="file://{file}">',
    ],
)
def test_what_the_library_leaves_out_by_itself_is_not_fetched(
    html: str, canary: tuple[int, list[bytes]], tmp_path: Path
) -> None:
    port, calls = canary
    secret = tmp_path / "secret.txt"
    secret.write_text("qzsecret")
    whole = f"<html lang=en><body><h1>x</h1>{html.format(port=port, file=secret)}</body></html>"
    data = pdf.render(whole, title="Summary", language="en").data
    assert calls == []
    assert "qzsecret" not in papers.read(data)
    assert not PdfReader(BytesIO(data)).attachments


def test_behind_our_fetcher_the_librarys_own_is_closed_too(canary: tuple[int, list[bytes]], tmp_path: Path) -> None:
    """The second wall: were ours to pass everything on, nothing but `data:` would be read."""
    port, calls = canary
    secret = tmp_path / "secret.txt"
    secret.write_text("qzsecret")
    _style, _fonts, fetcher = layout.shared()
    for url in (f"http://127.0.0.1:{port}/a.png", secret.as_uri()):
        with pytest.raises(ValueError, match="disallowed protocol"):
            super(layout.Closed, fetcher).fetch(url)
    assert calls == []


def test_an_image_within_the_document_is_shown() -> None:
    """The fetcher is closed, not broken: what the document carries itself is read."""
    dot = "data:image/gif;base64,R0lGODlhAQABAIAAAP///wAAACH5BAEAAAAALAAAAAABAAEAAAICRAEAOw=="
    whole = f'<html lang=en><body><h1>x</h1><img src="{dot}" alt="dot"></body></html>'
    assert PdfReader(BytesIO(pdf.render(whole, title="Summary", language="en").data)).pages[0].images
