"""Keep of the lock what running needs: its entries, with their hashes, that a list of pins names.

    python run_lock.py requirements.lock run.txt > run.lock

Standard library only. Fails where the two disagree about a version, or where a pin has no entry.
"""

import re
import sys
from pathlib import Path

PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)")


def entries(lock: str) -> dict[tuple[str, str], str]:
    """(name, version) -> the entry's lines. An entry starts at the margin; comments are left out."""
    found: dict[tuple[str, str], str] = {}
    current: tuple[str, str] | None = None
    for line in lock.splitlines():
        if pin := PIN.match(line):
            current = (normal(pin[1]), pin[2])
            found[current] = line
        elif current is not None and not line.lstrip().startswith("#") and line.strip():
            found[current] += "\n" + line
    return found


def normal(name: str) -> str:
    """A distribution's name as the index compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def select(lock: str, pins: str) -> str:
    """The entries of `lock` that `pins` names. Raises ValueError."""
    known = entries(lock)
    wanted = [(normal(pin[1]), pin[2]) for pin in map(PIN.match, pins.splitlines()) if pin]
    missing = [f"{name}=={version}" for name, version in wanted if (name, version) not in known]
    if missing or not wanted:
        raise ValueError(f"Not in the lock: {', '.join(missing) or 'nothing was asked for'}")
    return "\n".join(known[pin] for pin in wanted) + "\n"


if __name__ == "__main__":
    sys.stdout.write(select(Path(sys.argv[1]).read_text(), Path(sys.argv[2]).read_text()))
