"""Stages of the planted application: the first migrations of its list, as a package of their own."""

import shutil
from pathlib import Path

STEPS = Path(__file__).parent / "planted" / "steps"
NAMES = sorted(path.stem for path in STEPS.glob("0*.py"))


def stage(folder: Path, upto: str) -> str:
    """Make a package of the migrations up to `upto` ("0003") in `folder`. Returns its name."""
    package = f"planted_{upto}"
    target = folder / package
    target.mkdir(exist_ok=True)
    (target / "__init__.py").touch()
    for name in NAMES:
        if name[:4] <= upto:
            shutil.copy(STEPS / f"{name}.py", target)
    return package
