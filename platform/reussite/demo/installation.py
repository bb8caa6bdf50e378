"""The servers, keys and variables of the demonstration; made once, kept in `var/`, found again."""

import base64
import json
import os
import secrets
import shutil
import tomllib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from infra.embedded import EmbeddedPostgres, EmbeddedServerError, EmbeddedValkey, leftovers
from infra.embedded.account import Account, free_port, hold, port_is_free, write_secret
from reussite.environment import ROOT, demo_file, var_folder

DATABASE = "reussite"
DATABASE_VARIABLES = ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_ADMIN_URL")
# What only the commands that need it get; pages and tasks run without.
PRIVILEGED = ("DATABASE_OWNER_URL", "DATABASE_ADMIN_URL")


class CannotStart(Exception):
    """The demonstration cannot start; the message is French and says what to do."""


@dataclass
class Installation:
    """What runs, and the variables by which commands find it."""

    port: int
    environment: dict[str, str]
    servers: list[EmbeddedPostgres | EmbeddedValkey]
    # processes that an earlier session, killed before its end, had left running
    leftovers: int = 0

    @property
    def record(self) -> Path:
        return var_folder() / "demo" / "processes.json"

    def environment_of(self, *, privileged: bool) -> dict[str, str]:
        kept = {**os.environ, **self.environment}
        if not privileged:
            for name in PRIVILEGED:
                kept.pop(name, None)
        return kept


@contextmanager
def opened(port: int) -> Iterator[Installation]:
    """The servers of this folder, started where none are named, and stopped on the way out.

    Raises CannotStart.
    """
    named = named_servers()
    folder = var_folder() / "demo"
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    with ExitStack() as stack:
        try:
            stack.enter_context(hold(folder, "La démonstration"))
            stopped = leftovers.stop(folder / "processes.json")
            require_free(port)
            installation = Installation(port, {}, [], stopped)
            installation.environment = _environment(port, folder) | named
            _start_servers(stack, installation)
        except EmbeddedServerError as error:
            raise CannotStart(str(error)) from error
        lines = [f"{name}={value}\n" for name, value in installation.environment.items()]
        write_secret(demo_file(), "".join(lines), Account())
        try:
            yield installation
        finally:
            demo_file().unlink(missing_ok=True)


def named_servers() -> dict[str, str]:
    """The servers that the environment names. Raises CannotStart when it names only part of a database."""
    found = {name: os.environ[name] for name in (*DATABASE_VARIABLES, "REDIS_URL") if os.environ.get(name)}
    missing = [name for name in DATABASE_VARIABLES if name not in found]
    if missing and len(missing) < len(DATABASE_VARIABLES):
        raise CannotStart(
            f"Pour utiliser votre serveur PostgreSQL, il manque {' et '.join(missing)}. Donnez les trois "
            f"adresses ({', '.join(DATABASE_VARIABLES)}), ou aucune : la démonstration démarre alors "
            "son propre serveur."
        )
    return found


def require_free(port: int) -> None:
    """Raises CannotStart when another program listens on the port."""
    if not 1 <= port <= 65535:
        raise CannotStart(f"{port} n’est pas un numéro de port (de 1 à 65535).")
    if not port_is_free(port):
        other = port + 80 if port < 65000 else 8000
        raise CannotStart(
            f"Le port {port} de 127.0.0.1 est déjà pris par un autre programme (ou réservé). "
            f"Arrêtez ce programme, ou choisissez un autre port : PORT={other} make demo"
        )


def reset() -> list[Path]:
    """Remove the demonstration's data. Returns the folders removed. Raises CannotStart while it runs."""
    if named_servers():
        raise CannotStart(
            "DATABASE_URL ou REDIS_URL désigne un serveur qui n’appartient pas à la démonstration : rien "
            "n’a été effacé. Retirez ces variables pour effacer les données de var/, ou videz la base "
            "vous-même."
        )
    var = var_folder()
    folder = var / "demo"
    if not folder.exists():
        return []
    try:
        with hold(folder, "La démonstration"):
            leftovers.stop(folder / "processes.json")
            EmbeddedPostgres(var / "postgres").remove()
            EmbeddedValkey(var / "valkey").remove()
            for name in ("mailbox", "media", "static", "demo"):
                shutil.rmtree(var / name, ignore_errors=True)
            for path in var.glob("celerybeat-schedule*"):
                path.unlink()
    except EmbeddedServerError as error:
        raise CannotStart(str(error)) from error
    return [var]


def hosts() -> list[tuple[str, str]]:
    """(name, primary host) of each file of towns, the national site last."""
    found = []
    for path in town_files():
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        found.append((content.get("kind", "town"), content.get("name", path.stem), content["web"]["primary"]))
    found.sort(key=lambda line: (line[0] == "national", line[2] != "montauban.localhost", line[1]))
    return [(name, host) for _, name, host in found]


def town_files() -> list[Path]:
    folder = Path(os.environ.get("REUSSITE_TOWNS") or ROOT / "infra" / "towns")
    return sorted(folder.glob("*.toml"))


def _start_servers(stack: ExitStack, installation: Installation) -> None:
    environment = installation.environment
    if "DATABASE_URL" not in environment:
        postgres = stack.enter_context(EmbeddedPostgres(var_folder() / "postgres"))
        installation.servers.append(postgres)
        keys = _secrets(var_folder() / "demo")
        environment["DATABASE_ADMIN_URL"] = postgres.admin_url()
        environment["DATABASE_OWNER_URL"] = postgres.url("reussite_owner", keys["owner"], DATABASE)
        environment["DATABASE_URL"] = postgres.url("reussite_app", keys["app"], DATABASE)
    if "REDIS_URL" not in environment:
        valkey = stack.enter_context(EmbeddedValkey(var_folder() / "valkey"))
        installation.servers.append(valkey)
        environment["REDIS_URL"] = valkey.url


def _environment(port: int, folder: Path) -> dict[str, str]:
    keys = _secrets(folder)
    return {
        "REUSSITE_VAR": str(var_folder()),
        "REUSSITE_DEMO": "1",
        "REUSSITE_PORT": str(port),
        "SECRET_KEY": os.environ.get("SECRET_KEY") or keys["secret"],
        "TASK_KEY": os.environ.get("TASK_KEY") or keys["task"],
        "REUSSITE_NOTES_KEYS": os.environ.get("REUSSITE_NOTES_KEYS") or keys["notes"],
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(free_port()),
        "PYTHONUNBUFFERED": "1",
    }


def _secrets(folder: Path) -> dict[str, str]:
    """Passwords and keys, made at the first start; one that a later release needs, at its first start."""
    path = folder / "secrets.json"
    kept: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    missing = [name for name in ("owner", "app", "secret", "task") if name not in kept]
    if missing or "notes" not in kept:
        kept |= {name: secrets.token_urlsafe(32) for name in missing}
        key = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
        kept.setdefault("notes", f"demo:{key}")
        write_secret(path, json.dumps(kept), Account())
    return {name: quote(value, safe=":=") for name, value in kept.items()}
