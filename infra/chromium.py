"""See to it that browser tests have a Chromium: the system's, else Playwright's own; never silently none.

`REUSSITE_CHROMIUM` names one by hand. The tests find it through `find()`.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str | None:
    """The path of an installed Chromium or Chrome, or None."""
    for path in candidates():
        if os.access(path, os.X_OK):
            return path
    return None


def candidates() -> Iterator[str]:
    if named := os.environ.get("REUSSITE_CHROMIUM"):
        yield named
        return
    for name in NAMES:
        if path := shutil.which(name):
            yield path
    browsers = os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or str(Path.home() / ".cache" / "ms-playwright")
    for pattern in (
        "chromium-*/chrome-linux*/chrome",
        "chromium-*/chrome-mac*/Chromium.app/Contents/MacOS/*",
    ):
        yield from sorted(map(str, Path(browsers).glob(pattern)), reverse=True)


def install() -> None:
    if os.geteuid() == 0 and shutil.which("apt-get"):
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "chromium"]):
            subprocess.run(["apt-get", *command], env=environment, stdin=subprocess.DEVNULL, check=False)
        if find():
            return
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)


def main() -> int:
    if not find():
        say("Chromium manque : installation…")
        install()
    path = find()
    if path is None:
        say(
            "Les tests dans le navigateur ont besoin de Chromium, et son installation a échoué. Au choix :\n"
            "  apt install chromium                         (en root, Debian ou Ubuntu)\n"
            "  .venv/bin/python -m playwright install chromium\n"
            "  REUSSITE_CHROMIUM=/chemin/vers/chromium make test"
        )
        return 1
    done = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
    if done.returncode:
        say(
            f"{path} ne démarre pas (bibliothèques du système manquantes ?) :\n{done.stderr.strip()}\n"
            "En root : .venv/bin/python -m playwright install-deps chromium"
        )
        return 1
    return 0


def say(text: str) -> None:
    print(text, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
