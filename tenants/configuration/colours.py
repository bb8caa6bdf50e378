"""Contrast of a town's accent colour (WCAG 2.1, 1.4.3), and the nearest colour that passes."""

import colorsys
import re

HEX = re.compile(r"#[0-9a-f]{6}")
TEXT_RATIO = 4.5
# The accent is text on the page and the ground of white text; the palest grey ground is the strictest.
LIGHT_GROUND = "#ffffff"
STEPS = 1000


def parse(colour: str) -> tuple[float, float, float]:
    """Red, green and blue between 0 and 1."""
    return tuple(int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))  # type: ignore[return-value]


def luminance(colour: str) -> float:
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parse(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Between 1 (the same) and 21 (black on white)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def nearest_passing(colour: str, *, ground: str = LIGHT_GROUND, ratio: float = TEXT_RATIO) -> str:
    """The same hue, made as little darker (or lighter, on a dark ground) as reading needs."""
    if contrast(colour, ground) >= ratio:
        return colour
    hue, lightness, saturation = colorsys.rgb_to_hls(*parse(colour))
    target = 0.0 if luminance(ground) > 0.18 else 1.0
    for step in range(1, STEPS + 1):
        moved = lightness + (target - lightness) * step / STEPS
        red, green, blue = (round(part * 255) for part in colorsys.hls_to_rgb(hue, moved, saturation))
        candidate = f"#{red:02x}{green:02x}{blue:02x}"
        if contrast(candidate, ground) >= ratio:
            return candidate
    raise ValueError(f"No colour reads on {ground} with a ratio of {ratio}.")
