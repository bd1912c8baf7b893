"""The browser's icons and fonts: complete, small, the same every time, refused when an icon is missing."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from fontTools.ttLib import TTFont

from mediator.core import assets

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The assets of this checkout, made where an earlier version had made its own."""
    folder = tmp_path_factory.mktemp("assets")
    (folder / "fonts.css").write_text("/* an earlier version */\n")
    (folder / "source-sans-pro-300-latin.woff2").write_bytes(b"old")
    assets.build(folder)
    return folder


def size(folder: Path, *names: str) -> int:
    return sum((folder / f"{name}.woff2").stat().st_size for name in names)


def letters(font: Path) -> set[int]:
    return set(TTFont(font).getBestCmap())


def test_every_icon_a_template_names_is_drawn_in_the_sprite(built: Path) -> None:
    named = set(assets.ICONS) | {"brand"}
    for template in (assets.ROOT / "templates").rglob("*.html"):
        named.update(re.findall(r"""icon\(['"]([^'"]+)['"]""", template.read_text(encoding="utf-8")))

    symbols = list(ElementTree.parse(built / "icons.svg").getroot())  # noqa: S314 (our own file)

    assert len(named) > len(assets.ICONS)
    assert named <= {symbol.attrib["id"].removeprefix("i-") for symbol in symbols}
    for symbol in symbols:
        assert symbol.tag == f"{SVG}symbol"
        assert symbol.attrib["viewBox"] == ("0 0 48 24" if symbol.attrib["id"] == "i-brand" else "0 0 24 24")
        assert len(symbol) > 0
        assert all(shape.tag.startswith(SVG) for shape in symbol)


def test_icons_are_found_in_pages_code_and_scripts(tmp_path: Path) -> None:
    for name, text in {
        "templates/portal/a/one.html": "{{ icon('lock') }} {{ icon(\"users\", 'You') }} {{ lexicon('no') }}",
        "mediator/cases/pages.py": "icon(\n    'door-open')",
        "mediator/static/js/save.js": "use.setAttribute('href', '/static/build/icons.svg#i-cloud-off')",
        "templates/notes.txt": "icon('not-a-page')",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)

    found = assets.icon_names(tmp_path)

    assert set(found) - set(assets.ICONS) == {"door-open"}
    assert found["door-open"] == "mediator/cases/pages.py"
    assert {"lock", "users", "cloud-off"} <= set(found)


def test_an_icon_that_does_not_exist_stops_the_build_and_is_named_with_its_file(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text("{{ icon('lock') }}{{ icon('no-such-icon') }}")

    with pytest.raises(assets.MissingIcon, match=re.escape("no-such-icon (templates/page.html)")) as caught:
        assets.build(tmp_path / "build", tmp_path)

    assert "lock (" not in str(caught.value)
    assert not (tmp_path / "build").exists()


def test_a_page_of_a_participant_stays_within_its_weight(built: Path) -> None:
    assert size(built, "source-sans-pro-400-latin", "source-sans-pro-600-latin") <= 27_000
    assert size(built, "source-serif-pro-600-latin") <= 21_000
    assert size(built, "source-serif-pro-400-latin") <= 20_000
    assert max(path.stat().st_size for path in built.glob("*.woff2")) <= 22_000


def test_latin_holds_what_our_own_words_are_set_in(built: Path) -> None:
    words = {ord(character) for character in "Zoë’s “plan” – 10 × 5 − 2 … · ½ Œuvre naïve €"}
    arrows = {ord("←"), ord("→")}
    for face in ("serif-pro-400", "serif-pro-600", "sans-pro-400", "sans-pro-400-italic", "sans-pro-600"):
        assert words | arrows <= letters(built / f"source-{face}-latin.woff2"), face
    # The serif's italic was drawn without arrows.
    assert words <= letters(built / "source-serif-pro-400-italic-latin.woff2")


@pytest.mark.parametrize(
    ("script", "text"),
    [("latin-ext", "Łódź Şişli Győr Việt"), ("greek", "Ελένη Ώρα"), ("cyrillic", "Щербань Їжак Љубица")],
)
def test_other_scripts_are_files_of_their_own(built: Path, script: str, text: str) -> None:
    needed = {ord(character) for character in text if ord(character) > 0xFF}
    for face in ("serif-pro-400", "serif-pro-600", "sans-pro-400", "sans-pro-600"):
        assert needed <= letters(built / f"source-{face}-{script}.woff2")


def test_faces_that_cannot_write_a_script_have_no_file_for_it(built: Path) -> None:
    assert not list(built.glob("*italic-greek*"))
    assert not list(built.glob("*italic-cyrillic*"))


def test_both_kinds_of_figures_are_kept_and_hints_are_not(built: Path) -> None:
    # The sans shows lining figures of one width when nothing is asked; its features lead away from them.
    for name, features in (
        ("sans-pro-600", {"onum", "pnum"}),
        ("serif-pro-600", {"onum", "pnum", "lnum", "tnum"}),
    ):
        font = TTFont(built / f"source-{name}-latin.woff2")
        assert features <= {record.FeatureTag for record in font["GSUB"].table.FeatureList.FeatureRecord}
        assert "fpgm" not in font


def test_the_style_sheet_names_every_file_and_no_other(built: Path) -> None:
    sheet = (built / "fonts.css").read_text(encoding="utf-8")
    rules = sheet.splitlines()[1:]

    assert set(re.findall(r'url\("([^"]+)"\)', sheet)) == {path.name for path in built.glob("*.woff2")}
    assert all("font-display: swap" in rule and "unicode-range: U+" in rule for rule in rules)


def test_what_an_earlier_version_made_is_made_anew_and_the_same_bytes_come_out(built: Path) -> None:
    """The same as the set-up of this checkout made from nothing."""
    assert {path.name for path in assets.BUILD.iterdir()} == {path.name for path in built.iterdir()}
    assert all((built / path.name).read_bytes() == path.read_bytes() for path in assets.BUILD.iterdir())


def test_building_again_leaves_the_files_alone(built: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in built.iterdir()}
    assets.build(built)
    assert {path: path.stat().st_mtime_ns for path in built.iterdir()} == before


def test_a_module_that_another_imports_is_fetched_with_the_page_that_names_the_other() -> None:
    """Its address holds no hash, so it is asked for on every page: at least not only after the importer was read."""
    imports = {
        file.name: re.findall(r'^import .*"\./([\w.]+)";$', file.read_text(), re.MULTILINE)
        for file in (Path(__file__).parents[2] / "mediator/static/js").glob("*.js")
    }
    assert {name for names in imports.values() for name in names} == {"notes.js"}
    for page in (Path(__file__).parents[2] / "templates").rglob("*.html"):
        text = page.read_text()
        for name in (one for importer, names in imports.items() for one in names if f"js/{importer}'" in text):
            assert f"<link rel=\"modulepreload\" href=\"{{{{ url_for('static', filename='js/{name}') }}}}\">" in text, (
                page
            )
