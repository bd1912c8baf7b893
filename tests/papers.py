"""Reading PDFs back: everything a program can get out of a file."""

from __future__ import annotations

from io import BytesIO

from pypdf import PdfReader
from pypdf.generic import DictionaryObject, StreamObject


def read(data: bytes) -> str:
    """The text of all pages, every string of every object (metadata, bookmarks, structure), every other stream."""
    pdf = PdfReader(BytesIO(data))
    pages = "\n".join(page.extract_text() for page in pdf.pages)
    numbers = pdf.xref_objStm | pdf.xref.get(0, {})
    objects = [found for number in numbers if (found := pdf.get_object(number)) is not None]
    streams = b"\n".join(found.get_data() for found in objects if isinstance(found, StreamObject))
    return "\n".join([pages, *map(str, objects), streams.decode("latin-1")])


def pages(data: bytes) -> str:
    """The words of all pages and nothing else, as they are read aloud."""
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(data)).pages)


def about(data: bytes) -> str:
    """What a program says about a file without opening its pages: title, author, dates, and the same again as XMP."""
    pdf = PdfReader(BytesIO(data))
    root = pdf.trailer["/Root"]
    assert isinstance(root, DictionaryObject)
    kept = root["/Metadata"]
    assert isinstance(kept, StreamObject)
    return f"{dict(pdf.metadata or {})} {kept.get_data().decode()}"
