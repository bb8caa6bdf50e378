"""Readable lines from several processes on one terminal."""

import os
import sys
import threading
import time

COLOURS = (36, 32, 33, 35, 34, 96, 92, 93, 95)
BOLD, RED, GREY = 1, 31, 90
_lock = threading.Lock()
_kept: list[str] | None = None


def coloured(text: str, *codes: int) -> str:
    """`text` in colour where the terminal shows colours (and NO_COLOR does not forbid them)."""
    if not sys.stdout.isatty() or os.environ.get("NO_COLOR") or not codes:
        return text
    return f"\x1b[{';'.join(map(str, codes))}m{text}\x1b[0m"


def say(text: str = "") -> None:
    """Write whole lines, never mixed with another thread's. A closed terminal is not an error."""
    with _lock:
        try:
            sys.stdout.write(text + "\n")
            sys.stdout.flush()
        except (BrokenPipeError, OSError):
            sys.stdout = open(os.devnull, "w")


def log(name: str, text: str, colour: int = GREY) -> None:
    """One line of the log: time, process, text. Kept back while the preparation speaks."""
    line = f"{coloured(time.strftime('%H:%M:%S'), GREY)} {coloured(f'{name:<10}', colour)} {text}"
    if _kept is None:
        say(line)
    else:
        _kept.append(line)


def keep_log_back() -> None:
    global _kept
    _kept = []


def release_log() -> None:
    global _kept
    lines, _kept = _kept or [], None
    for line in lines:
        say(line)


def done(title: str, began: float) -> None:
    """A step of the preparation is over; `began` is a time.monotonic()."""
    seconds = f"{time.monotonic() - began:.1f}".replace(".", ",")
    say(f"  {coloured('✓', 32)} {title} {coloured(f'({seconds} s)', GREY)}")
