import colorsys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenants.configuration import colours

any_colour = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#777777", "#ffffff", 4.48),
        ("#767676", "#ffffff", 4.54),
        ("#123456", "#123456", 1.0),
    ],
)
def test_known_ratios(one: str, other: str, ratio: float) -> None:
    assert colours.contrast(one, other) == pytest.approx(ratio, abs=0.01)
    assert colours.contrast(other, one) == colours.contrast(one, other)


@given(any_colour, st.sampled_from(["#ffffff", "#f4f4f2", "#111111"]))
def test_the_proposed_colour_passes_and_a_passing_one_is_kept(colour: str, ground: str) -> None:
    proposed = colours.nearest_passing(colour, ground=ground)
    assert colours.contrast(proposed, ground) >= colours.TEXT_RATIO
    if colours.contrast(colour, ground) >= colours.TEXT_RATIO:
        assert proposed == colour


@given(any_colour)
def test_the_proposed_colour_is_no_darker_than_it_must_be(colour: str) -> None:
    proposed = colours.nearest_passing(colour)
    if proposed != colour:
        assert colours.contrast(proposed, colours.LIGHT_GROUND) < colours.TEXT_RATIO + 0.15


def test_the_hue_is_kept() -> None:
    before = colorsys.rgb_to_hls(*colours.parse("#f0a0b0"))[0]
    after = colorsys.rgb_to_hls(*colours.parse(colours.nearest_passing("#f0a0b0")))[0]
    assert after == pytest.approx(before, abs=0.01)


def test_no_colour_reads_on_middle_grey_at_a_high_ratio() -> None:
    with pytest.raises(ValueError, match="No colour"):
        colours.nearest_passing("#ff0000", ground="#777777", ratio=7)
