"""HTML read as a browser reads it, by Lexbor, into elements of the standard library."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from selectolax.lexbor import LexborHTMLParser, LexborNode

NAMESPACE = "{http://www.w3.org/1999/xhtml}"


def parse(text: str) -> Element:
    """The tree of a page, without its comments; whatever is wrong with the page is put right as HTML says.

    Every element stands in the namespace of HTML, a drawing (SVG) too.
    """
    root = LexborHTMLParser(text).root
    assert root is not None
    return _grown(root)


def _grown(node: LexborNode) -> Element:
    element = Element(NAMESPACE + str(node.tag), {name: value or "" for name, value in node.attributes.items()})
    before: Element | None = None
    for child in node.iter(include_text=True):
        if child.tag == "-text":
            if before is None:
                element.text = f"{element.text or ''}{child.text_content}"
            else:
                before.tail = f"{before.tail or ''}{child.text_content}"
        elif child.tag != "-comment":
            before = _grown(child)
            element.append(before)
    return element
