"""What no template, stylesheet or script of ours may hold."""

import re
from pathlib import Path

import pytest

import core
from core.ui.components import COMPONENTS
from core.ui.typography import NO_BREAK, THIN

ROOT = Path(core.__file__).parents[1]
UI = ROOT / "core" / "ui"
SHEETS = {path.name: path.read_text() for path in sorted((UI / "static/ui").glob("*.css"))}
SHEET = "".join(SHEETS[name] for name in sorted(SHEETS, key=lambda name: name != "reussite.css"))
TEMPLATES = sorted(path for path in ROOT.glob("core/*/templates/**/*.html"))
OURS = sorted((UI / "templates").rglob("*.html"))
SCRIPTS = sorted((UI / "static/ui").glob("*.js"))
INLINE = re.compile(
    r"""<style|\sstyle\s*=|<script(?![^>]*\ssrc=)(?![^>]*type="application/json")|\son[a-z]+\s*=\s*["']|javascript:"""
    r"|hx-on|hx-vars|\bjs:",
    re.IGNORECASE,
)
TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", re.DOTALL)
BREAKING = re.compile(r"[\w»)x] [:;?!»](?=\s|<|\"|$)|« ")


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", TEMPLATES, ids=relative)
def test_no_inline_style_or_script(path: Path) -> None:
    assert INLINE.findall(path.read_text()) == []


@pytest.mark.parametrize(
    "planted",
    [
        '<p style="color:red">',
        "<style>",
        "<script>x()</script>",
        '<a onclick="x()">',
        '<a href="javascript:x">',
    ],
)
def test_the_search_for_inline_code_finds_it(planted: str) -> None:
    assert INLINE.search(planted)
    assert not INLINE.search(
        '<script src="/static/a.js" type="module"></script><link rel="stylesheet" href="/a">'
    )


@pytest.mark.parametrize("path", OURS, ids=relative)
def test_no_space_that_could_break_before_a_french_sign(path: Path) -> None:
    """A tag stands for a word; the text in a component's arguments is looked at as well."""
    text = path.read_text()
    arguments = " ".join(re.findall(r'="([^"]*)"', " ".join(TAG.findall(text))))
    assert BREAKING.findall(TAG.sub("x", text)) + BREAKING.findall(arguments) == []


def test_the_search_for_breaking_spaces_finds_them() -> None:
    assert BREAKING.search("Pourquoi ?")
    assert BREAKING.search("Attention : ici")
    assert not BREAKING.search(f"Pourquoi{THIN}? Attention{NO_BREAK}: https://a.example")


@pytest.mark.parametrize("path", OURS, ids=relative)
def test_apostrophes_are_curly(path: Path) -> None:
    assert re.findall(r"\b[lLdDnNsScCqQjJ]'\w", TAG.sub("x", path.read_text())) == []


def test_layers_come_in_order_and_nothing_stands_outside_them() -> None:
    assert "@layer reset, tokens, base, layout, components, utilities;" in SHEET
    outside = re.sub(r"/\*.*?\*/", "", SHEET, flags=re.DOTALL)
    depth, tops = 0, []
    for line in outside.splitlines():
        if line.strip() and depth == 0:
            tops.append(line)
        depth += line.count("{") - line.count("}")
    assert [top for top in tops if not top.startswith("@layer") and top != "}"] == []


def test_every_token_that_is_used_is_given() -> None:
    given = set(re.findall(r"(--[a-z0-9-]+):", SHEET))
    used = set(re.findall(r"var\((--[a-z0-9-]+)", SHEET))
    assert used - given == set()


def test_colours_are_tokens() -> None:
    """A drawn signature and a QR code stand on white paper in every scheme."""
    after = SHEET[SHEET.index("@layer base {") :]
    assert set(re.findall(r"#[0-9a-f]{3,6}\b", after)) <= {"#ffffff", "#1b1b1b", "#8a8a8a"}


def test_the_sheet_follows_the_writing_not_left_and_right() -> None:
    sided = r"^\s*(?:margin|padding|border|inset)-(?:left|right|top|bottom)"
    alone = r"^\s*(?:left|right|top|bottom|width|height):"
    assert re.findall(f"{sided}|{alone}", SHEET, re.MULTILINE) == []


def test_the_sheet_loads_nothing() -> None:
    assert not re.search(r"@import|url\(|@font-face", SHEET)


def test_the_sheet_obeys_paper_schemes_motion_and_forced_colours() -> None:
    for asked in ("print", "prefers-color-scheme: dark", "prefers-reduced-motion", "forced-colors: active"):
        assert asked in SHEET


@pytest.mark.parametrize("path", SCRIPTS, ids=relative)
def test_scripts_run_no_text_and_write_no_markup(path: Path) -> None:
    assert not re.search(
        r"\beval\(|innerHTML|outerHTML|insertAdjacentHTML|document\.write|new Function", path.read_text()
    )


def test_pages_stay_light() -> None:
    """A page may weigh 100 kB uncached and compressed; these are sizes before compression."""
    sheets = {name: len(sheet.encode()) for name, sheet in SHEETS.items()}
    assert sheets.pop("reussite.css") + max(sheets.values()) < 50_000
    sizes = {path.name: path.stat().st_size for path in SCRIPTS}
    everywhere = sizes.pop("page.js") + sizes.pop("keep.js")
    assert everywhere + max(sizes.values()) < 16_000  # a page loads one more of them at most


def test_each_component_has_its_template_and_each_template_its_component() -> None:
    found = {
        path.stem for path in (UI / "templates/components").glob("*.html") if not path.stem.startswith("_")
    }
    assert found == set(COMPONENTS)


@pytest.mark.parametrize("name", COMPONENTS)
def test_each_component_is_shown_with_its_name(name: str) -> None:
    """Those that others are made of stand in these."""
    inside = {"form_frame": "form", "page_header": "page_header_with_actions", "hidden_count": "timeline"}
    shown = (UI / "templates/ui/components.html").read_text()
    assert f'"{inside.get(name, name)}"' in shown
