"""From a town's one accent colour to the four tokens of each scheme, all legible (WCAG 2.1, 1.4.3)."""

from tenants.configuration.colours import contrast, nearest_passing, parse

# As in layer `tokens` of reussite.css, which a test compares.
DEFAULT_ACCENT = "#1c5d7d"
LIGHT_SURFACES = ("#ffffff", "#faf9f7", "#f1efeb")
DARK_SURFACES = ("#161718", "#1e2022", "#26292b")
INKS = ("#ffffff", "#161718")


def tokens(accent: str) -> dict[str, dict[str, str]]:
    """Values of `--accent`, `--accent-strong`, `--accent-soft`, `--on-accent` for `light` and `dark`.

    `strong` is the accent as text: it reads on every surface and on the soft one.
    """
    return {
        "light": _scheme(accent, LIGHT_SURFACES, ground="#ffffff", share=0.10),
        "dark": _scheme(accent, DARK_SURFACES, ground="#1e2022", share=0.22),
    }


def _scheme(accent: str, surfaces: tuple[str, ...], *, ground: str, share: float) -> dict[str, str]:
    fill = nearest_passing(accent, ground=ground)
    soft = mix(accent, ground, share)
    strong = fill
    for surface in (*surfaces, soft):
        strong = nearest_passing(strong, ground=surface)
    return {
        "accent": fill,
        "accent-strong": strong,
        "accent-soft": soft,
        # Hovering a button changes its ground from `accent` to `accent-strong`: the text reads on both.
        "on-accent": max(INKS, key=lambda ink: min(contrast(ink, fill), contrast(ink, strong))),
    }


def mix(colour: str, ground: str, share: float) -> str:
    """`share` of the colour laid over the ground."""
    parts = zip(parse(colour), parse(ground), strict=True)
    return "#" + "".join(f"{round((top * share + below * (1 - share)) * 255):02x}" for top, below in parts)


def stylesheet(accent: str) -> str:
    schemes = {
        name: "".join(f"--{key}:{value};" for key, value in values.items())
        for name, values in tokens(accent).items()
    }
    return (
        f"@layer tokens{{:root{{{schemes['light']}}}"
        f"@media screen and (prefers-color-scheme:dark){{:root{{{schemes['dark']}}}}}"
        "@media print{:root{--accent:#000;--accent-strong:#000;--accent-soft:#fff;--on-accent:#fff}}}\n"
    )
