"""The suite's template database, kept between runs for as long as nothing that makes it has changed.

Building it takes most of the time of a run of one file. What is kept is a copy of the server's data
folder, taken after a checkpoint while nobody is connected; logins get new passwords at each run.
REUSSITE_TEST_TEMPLATES=off builds anew and keeps nothing.
"""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg

from infra.embedded import EmbeddedPostgres
from infra.embedded.postgres import VERSION

ROOT = Path(__file__).resolve().parents[1]
VARIABLE = "REUSSITE_TEST_TEMPLATES"
KEPT = 6


def folder() -> Path | None:
    """Where copies are kept; None when they are not wanted."""
    chosen = os.environ.get(VARIABLE, "")
    if chosen == "off":
        return None
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(chosen) if chosen else Path(home) / "reussite" / "test-templates"


def key() -> str:
    """A digest of all that the template is made from: migrations, models, the kernel, settings, packages."""
    digest = hashlib.sha256(VERSION.encode())
    for path in sorted(_sources()):
        digest.update(str(path.relative_to(ROOT)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:24]


def _sources() -> Iterator[Path]:
    yield from (ROOT / "tenants").rglob("*.py")
    yield from (ROOT / "platform" / "reussite" / "settings").rglob("*.py")
    for place in ("core/*/migrations/*.py", "core/*/models/**/*.py", "core/*/models.py", "core/*/apps.py"):
        yield from ROOT.glob(place)
    yield from (ROOT / "requirements.lock", ROOT / "tests" / "build_template.py", ROOT / "tests/servers.py")


def bring(postgres: EmbeddedPostgres) -> bool:
    """Put the kept copy where the server, not yet started, will look for its data; False without one."""
    kept = folder()
    if kept is None or not (kept / key()).is_dir():
        return False
    os.utime(kept / key())
    postgres.place()
    _copy(kept / key() / "pgdata", postgres.pgdata)
    shutil.copy2(kept / key() / "password", postgres.data_dir / "password")
    return True


def keep(postgres: EmbeddedPostgres) -> None:
    """Keep what the running server holds; the oldest copies beyond KEPT go."""
    kept = folder()
    if kept is None:
        return
    with psycopg.connect(postgres.admin_url(), autocommit=True) as session:
        session.execute("CHECKPOINT")
    kept.mkdir(parents=True, exist_ok=True, mode=0o700)
    half_done = kept / f"{key()}.{os.getpid()}"
    half_done.mkdir(mode=0o700)
    _copy(postgres.pgdata, half_done / "pgdata")
    (half_done / "pgdata" / "postmaster.pid").unlink()
    shutil.copy2(postgres.data_dir / "password", half_done / "password")
    try:
        half_done.rename(kept / key())
    except OSError:  # another run was quicker
        shutil.rmtree(half_done)
    for old in sorted(kept.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)[KEPT:]:
        shutil.rmtree(old, ignore_errors=True)


def _copy(source: Path, target: Path) -> None:
    """With owners and modes: the server runs under another account."""
    subprocess.run(["cp", "-a", str(source), str(target)], check=True)
