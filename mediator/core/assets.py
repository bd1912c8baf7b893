"""Icons and fonts for the browser, made at set-up from PyPI packages: `python -m mediator.core.assets`.

Nothing of either is kept in the repository and nothing is fetched from elsewhere when a page is shown. The
folder `mediator/static/build/` gets one sprite of the icons in use (`icons.svg`), the type cut down to what
pages need, one WOFF2 file per script, and `fonts.css` that names them. The same packages and the same
templates give the same bytes.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import font_source_sans_pro
import font_source_serif_pro
import lucide
from lucide.jinja import lucide as lucide_svg

ROOT = Path(__file__).parents[2]
BUILD = ROOT / "mediator" / "static" / "build"

# Icons whose names are only known when a page is shown. All others are found where they are called.
ICONS = (
    "circle-alert",
    "circle-check",
    "circle-dashed",
    "check",
    "clock",
    "cloud-off",
    "hourglass",
    "lock",
    "smartphone",
    "users",
)

# Our own mark: circle, line, square; two people and the one between.
BRAND = (
    '<symbol id="i-brand" viewBox="0 0 48 24"><circle cx="9.5" cy="12" r="8"/>'
    '<rect x="31" y="4.7" width="14.6" height="14.6" rx="1"/><path d="M24.3 1v22"/></symbol>'
)

_CALL = re.compile(r"""\bicon\(\s*["']([a-z0-9-]+)["']|icons\.svg#i-([a-z0-9-]+)""")


class MissingIcon(LookupError):
    """A page names an icon that neither the package `lucide` nor this file has."""


def icon_names(root: Path = ROOT) -> dict[str, str]:
    """Every icon in use under `root`, with the first file that names it (relative, for a message)."""
    found = dict.fromkeys(ICONS, "mediator/core/assets.py, ICONS")
    for path in _sources(root):
        for match in _CALL.finditer(path.read_text(encoding="utf-8")):
            found.setdefault(match[1] or match[2], str(path.relative_to(root)))
    return found


def _sources(root: Path) -> Iterator[Path]:
    """The files that may name an icon, in a fixed order."""
    for folder, pattern in (("templates", "*.html"), ("mediator", "*.py"), ("mediator/static/js", "*.js")):
        yield from (path for path in sorted((root / folder).rglob(pattern)) if path != Path(__file__))


def sprite(names: Mapping[str, str]) -> str:
    """One SVG with a `<symbol id="i-NAME">` for each name, in alphabetical order, and our mark first.

    `names` tells for each icon where it is used. Raises MissingIcon with all missing ones and their files.
    """
    missing, symbols = [], [BRAND]
    for name in sorted(set(names) - {"brand"}):
        try:
            svg = ElementTree.fromstring(lucide_svg(name))  # noqa: S314 (from an installed package, not from people)
        except lucide.IconDoesNotExist:
            missing.append(f"{name} ({names[name]})")
            continue
        shapes = "".join(_markup(shape) for shape in svg)
        symbols.append(f'<symbol id="i-{name}" viewBox="{svg.attrib["viewBox"]}">{shapes}</symbol>')
    if missing:
        raise MissingIcon(f"The package lucide {version('lucide')} has no icon named: {', '.join(missing)}.")
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def _markup(shape: ElementTree.Element) -> str:
    shape.tail = None
    return ElementTree.tostring(shape, encoding="unicode").replace(" />", "/>")


@dataclass(frozen=True)
class Face:
    """One weight and style of a family: `name` is the file's stem, `source` the TTF file it is cut from."""

    family: str
    name: str
    weight: int
    style: str
    source: Path


def _face(family: str, weight: int, style: str = "normal") -> Face:
    package = font_source_serif_pro if "Serif" in family else font_source_sans_pro
    cut = {(400, "normal"): "", (400, "italic"): "It", (600, "normal"): "Semibold"}[weight, style]
    stem = f"{family.lower().replace(' ', '-')}-{weight}" + ("-italic" if style == "italic" else "")
    source = package.font_files_ttf[family.replace(" ", "") + cut]
    return Face(family, stem, weight, style, Path(source))


FACES = tuple(
    _face(family, weight, style)
    for family in ("Source Serif Pro", "Source Sans Pro")
    for weight, style in ((400, "normal"), (400, "italic"), (600, "normal"))
)

# One file per script; the browser fetches a file when a page holds one of its characters. Latin also carries
# the punctuation of every script and the arrows. (Code points in hexadecimal.)
SCRIPTS = {
    "latin": "0-FF,131,152-153,2BB-2BC,2C6,2DA,2DC,2000-206F,20AC,2122,2190-2193,2212,2215,FFFD",
    "latin-ext": (
        "100-130,132-151,154-2BA,2BD-2C5,2C7-2D9,2DB,2DD-36F,1E00-1EFF,20A0-20AB,20AD-20C0,2113,2C60-2C7F,A720-A7FF"
    ),
    "greek": "370-3FF,1F00-1FFF",
    "cyrillic": "400-52F,1C80-1C88,2116,2DE0-2DFF,A640-A69F",
}
# A face with fewer letters of a script than this cannot write it: the italics hold one Greek letter.
FEWEST_LETTERS = 24

# What the pages' style asks for: kerning, ligatures, figures of all kinds, accents, local forms, capitals.
FEATURES = ("kern", "liga", "onum", "lnum", "tnum", "pnum", "mark", "ccmp", "locl", "case")


def characters(ranges: str) -> set[int]:
    """The code points of a list of hexadecimal ranges such as "0-FF,131"."""
    points: set[int] = set()
    for part in ranges.split(","):
        first, _, last = part.partition("-")
        points.update(range(int(first, 16), int(last or first, 16) + 1))
    return points


def subset_font(source: Path, points: Iterable[int]) -> bytes | None:
    """WOFF2 bytes of a TTF file cut down to `points`, without hints; None when it holds too few of them."""
    from fontTools import subset  # here, because a set-up with nothing to do should not wait for it

    options = subset.Options()
    options.flavor = "woff2"
    options.hinting = False
    options.layout_features = list(FEATURES)
    options.recalc_timestamp = False
    font = subset.load_font(str(source), options)
    if len(font.getBestCmap().keys() & set(points)) < FEWEST_LETTERS:
        return None
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=points)
    cutter.subset(font)
    out = BytesIO()
    subset.save_font(font, out, options)
    return out.getvalue()


def fonts_fingerprint() -> str:
    """Changes when the fonts must be made anew: with this file or with a version of a package it uses."""
    packages = ("font-source-serif-pro", "font-source-sans-pro", "fonttools", "brotli")
    stand = [f"{name} {version(name)}" for name in packages]
    return hashlib.sha256(Path(__file__).read_bytes() + " ".join(stand).encode()).hexdigest()[:16]


def write_fonts(folder: Path) -> bool:
    """Write the WOFF2 files and, last, `fonts.css` into `folder`; False when they already stand there."""
    sheet, mark = folder / "fonts.css", f"/* {fonts_fingerprint()} */"
    if sheet.exists() and sheet.read_text(encoding="utf-8").startswith(mark):
        return False
    rules, made = [mark], set()
    for face in FACES:
        for script, ranges in SCRIPTS.items():
            data = subset_font(face.source, characters(ranges))
            if data is None:
                continue
            name = f"{face.name}-{script}.woff2"
            _write(folder / name, data)
            made.add(name)
            unicode_range = ",".join(f"U+{part}" for part in ranges.split(","))
            rules.append(
                f'@font-face {{ font-family: "{face.family}"; src: url("{name}") format("woff2"); '
                f"font-weight: {face.weight}; font-style: {face.style}; font-display: swap; "
                f"unicode-range: {unicode_range}; }}"
            )
    for old in folder.glob("*.woff2"):
        if old.name not in made:
            old.unlink()
    _write(sheet, ("\n".join(rules) + "\n").encode())
    return True


def _write(path: Path, data: bytes) -> None:
    """Put a whole file in place at once: a server may be reading it."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.write_bytes(data)
    fresh.replace(path)


def build(folder: Path = BUILD, root: Path = ROOT) -> None:
    """Make all assets for the pages under `root`. Raises MissingIcon before anything is written."""
    icons = sprite(icon_names(root)).encode()
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / "icons.svg"
    if not target.exists() or target.read_bytes() != icons:
        _write(target, icons)
    write_fonts(folder)


def main() -> None:
    """Make the assets, or end with a sentence that says which icon is missing where."""
    try:
        build()
    except MissingIcon as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
