"""Every text colour reads on every ground that it stands on, in both schemes (WCAG 2.1, 1.4.3 and 1.4.11)."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import core.ui
from core.ui import colours
from tenants.configuration.colours import LIGHT_GROUND, TEXT_RATIO, contrast, nearest_passing

SHEET = (Path(core.ui.__file__).parent / "static/ui/reussite.css").read_text()
TOKENS = SHEET[SHEET.index("@layer tokens {") : SHEET.index("@layer base {")]
LIGHT_PART, DARK_PART = TOKENS.split("@media (prefers-color-scheme: dark)")
COLOUR = re.compile(r"--([a-z-]+): (#[0-9a-f]{6});")
LIGHT = dict(COLOUR.findall(LIGHT_PART))
DARK = dict(COLOUR.findall(DARK_PART.split("@media")[0]))
SCHEMES = {"light": LIGHT, "dark": DARK}
GROUNDS = ("ground", "surface", "sunken")
MEANINGS = ("info", "done", "attention", "danger")


def test_both_schemes_name_the_same_colours() -> None:
    assert LIGHT.keys() == DARK.keys()
    assert len(LIGHT) >= 20


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("text", ["ink", "muted", "accent-strong", *MEANINGS])
def test_text_reads_on_every_ground(scheme: str, text: str, ground: str) -> None:
    assert contrast(SCHEMES[scheme][text], SCHEMES[scheme][ground]) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("meaning", MEANINGS)
def test_meanings_and_words_read_on_their_soft_ground(scheme: str, meaning: str) -> None:
    tokens = SCHEMES[scheme]
    assert contrast(tokens[meaning], tokens[f"{meaning}-soft"]) >= 4.5
    assert contrast(tokens["ink"], tokens[f"{meaning}-soft"]) >= 7


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("edge", ["line-strong", "focus"])
def test_edges_of_what_is_operated_are_seen(scheme: str, edge: str, ground: str) -> None:
    assert contrast(SCHEMES[scheme][edge], SCHEMES[scheme][ground]) >= 3


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_sheet_holds_what_the_default_accent_gives(scheme: str) -> None:
    computed = colours.tokens(colours.DEFAULT_ACCENT)[scheme]
    assert {name: SCHEMES[scheme][name] for name in computed} == computed


def test_grounds_in_the_code_are_those_of_the_sheet() -> None:
    assert tuple(LIGHT[name] for name in ("surface", "ground", "sunken")) == colours.LIGHT_SURFACES
    assert tuple(DARK[name] for name in ("ground", "surface", "sunken")) == colours.DARK_SURFACES


@given(st.from_regex(r"\A#[0-9a-f]{6}\Z"))
def test_any_accent_that_a_town_may_choose_reads_everywhere(chosen: str) -> None:
    accent = nearest_passing(chosen, ground=LIGHT_GROUND, ratio=TEXT_RATIO)
    for scheme, tokens in colours.tokens(accent).items():
        grounds = [SCHEMES[scheme][name] for name in GROUNDS]
        assert all(contrast(tokens["accent-strong"], ground) >= 4.5 for ground in grounds)
        assert contrast(tokens["accent-strong"], tokens["accent-soft"]) >= 4.5
        assert contrast(SCHEMES[scheme]["ink"], tokens["accent-soft"]) >= 4.5
        assert contrast(tokens["on-accent"], tokens["accent"]) >= 4.5
        assert contrast(tokens["on-accent"], tokens["accent-strong"]) >= 4.5
        assert contrast(tokens["accent"], SCHEMES[scheme]["surface"]) >= 3


def test_the_towns_sheet_says_both_schemes_and_paper() -> None:
    sheet = colours.stylesheet("#8a2846")
    assert sheet.startswith("@layer tokens{:root{--accent:#8a2846;")
    assert "prefers-color-scheme:dark" in sheet
    assert "@media print" in sheet
