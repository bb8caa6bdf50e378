"""What a check answers."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["ok", "note", "wrong"]


@dataclass(frozen=True)
class Finding:
    """One line of the report. `wrong` makes the doctor's exit code 1; `note` does not."""

    level: Level
    text: str
    remedy: str = ""


def ok(text: str) -> Finding:
    return Finding("ok", text)


def note(text: str, remedy: str = "") -> Finding:
    return Finding("note", text, remedy)


def wrong(text: str, remedy: str) -> Finding:
    return Finding("wrong", text, remedy)


def listed(names: list[str], most: int = 5) -> str:
    """The first names, and how many more there are."""
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else f"{shown} et {len(names) - most} autres"
