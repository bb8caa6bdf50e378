"""The folders and variables that commands share before any setting is read."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def var_folder() -> Path:
    """Where this installation keeps its data (REUSSITE_VAR)."""
    return Path(os.environ.get("REUSSITE_VAR") or ROOT / "var").absolute()


def demo_file() -> Path:
    return var_folder() / "demo" / "environment"


def read(path: Path) -> dict[str, str]:
    """NAME=value lines."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line)


def load_demo(command: str) -> None:
    """Let `reussite town list` in a second terminal speak to the running demonstration.

    Only where no database is named: an installation's own variables always win.
    """
    path = demo_file()
    if command == "demo" or "DATABASE_URL" in os.environ or not path.exists():
        return
    for name, value in read(path).items():
        os.environ.setdefault(name, value)
