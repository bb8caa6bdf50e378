"""Install what `requirements.lock` names, then the project itself, into the environment that runs this.

Standard library only: it runs before anything is installed. uv is quick; where it cannot reach the package
index that pip is configured for, pip does the same work with the same hashes.
"""

import hashlib
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements.lock"
STAMP = Path(sys.prefix) / ".lock-installed"
PYTHON = [sys.executable, "-I", "-m"]


def main() -> int:
    if not (3, 11) <= sys.version_info[:2]:
        say(
            f"{sys.prefix} contient Python {sys.version.split()[0]} ; il faut 3.11 ou plus : "
            "make clean, puis recommencez."
        )
        return 1
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    installed = STAMP.read_text(encoding="utf-8").strip() if STAMP.exists() else ""
    if wanted != installed and not install_lock():
        say(
            "L’installation des dépendances a échoué (voir ci-dessus) : vérifiez l’accès au réseau, "
            "puis recommencez."
        )
        return 1
    # Name and folders of the project itself: no dependency, no download, no isolated build.
    if not run(["pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--editable", str(ROOT)]):
        return 1
    STAMP.write_text(wanted + "\n", encoding="utf-8")
    return 0


def install_lock() -> bool:
    say("Installation des dépendances (quelques dizaines de secondes la première fois)…")
    locked = ["--require-hashes", "-r", str(LOCK)]
    if run(["pip", "install", "--quiet", "--disable-pip-version-check", "uv"]):
        # Compiled once here: the demonstration and the suite start dozens of processes.
        sync = ["uv", "pip", "install", "--quiet", "--compile-bytecode", "--python", sys.executable, *locked]
        # The system's certificates know a town's own proxy; uv's own serve where there are none.
        if run([*sync, "--system-certs"]) or run(sync):
            return True
        say("uv n’a pas abouti, nouvel essai avec pip…")
    return run(["pip", "install", "--quiet", "--disable-pip-version-check", *locked])


def run(command: list[str]) -> bool:
    return subprocess.run([*PYTHON, *command], cwd=ROOT, check=False).returncode == 0


def say(text: str) -> None:
    print(text, flush=True)  # noqa: T201


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
