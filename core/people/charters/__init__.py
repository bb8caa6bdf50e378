"""The platform's own charter, for towns that give none."""

from pathlib import Path


def default() -> tuple[str, str]:
    """(title, text): the first line of the file, and the rest."""
    content = Path(__file__).with_name("default.txt").read_text(encoding="utf-8")
    title, _, text = content.partition("\n")
    return title.strip(), text.strip()
