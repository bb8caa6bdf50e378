"""`reussite demo`: prepare, start, show where to go, keep running."""

import argparse
import http.client
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import psycopg

from reussite import processes
from reussite.demo import console, installation
from reussite.demo.installation import CannotStart, Installation
from reussite.demo.prepare import SOURCES, accounts_file
from reussite.demo.supervisor import Child, Supervisor
from reussite.environment import var_folder
from tenants.bootstrap import bootstrap

INTERRUPTED = 130
WEB = "web"
REUSSITE = [sys.executable, "-m", "reussite"]


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="reussite demo",
        description="Toute la plateforme avec ses villes de démonstration, jusqu’à Ctrl-C.",
    )
    parser.add_argument("--port", type=int, default=8000, help="port des pages sur 127.0.0.1 (8000)")
    parser.add_argument("--reset", action="store_true", help="efface les données de la démonstration")
    parser.add_argument(
        "--children", type=int, help="enfants fictifs par ville, pour un premier démarrage plus court"
    )
    options = parser.parse_args(arguments)
    try:
        return reset() if options.reset else start(options.port, options.children)
    except CannotStart as error:
        console.say(console.coloured(str(error), console.RED))
        return 1
    except KeyboardInterrupt:
        console.say("\nArrêté avant la fin de la préparation ; relancez quand vous voulez.")
        return INTERRUPTED


def reset() -> int:
    removed = installation.reset()
    for folder in removed:
        console.say(f"effacées : les données de {folder}")
    console.say(
        "La prochaine démonstration repartira de zéro." if removed else "Il n’y avait rien à effacer."
    )
    return 0


def start(port: int, children: int | None) -> int:
    began = time.monotonic()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C, also while things are prepared
    console.say(console.coloured("Préparation de la démonstration", console.BOLD))
    with installation.opened(port) as running:
        if running.leftovers:
            console.say("  Une session précédente avait été interrompue : ses processus ont été arrêtés.")
        console.done("serveurs PostgreSQL et Valkey", began)
        first, later = children_of(running)
        supervisor = Supervisor(first, running.record)
        try:
            accounts = beside_pages(running, supervisor, children)
        except BaseException:
            supervisor.stop()
            raise
        supervisor.tick = Watch(running, accounts, began, start_rest=lambda: supervisor.add(later))
        supervisor.run()
        console.say("\nArrêt…")
    console.say(f"Tout est arrêté ; les données restent dans {var_folder()}.")
    return 0


def beside_pages(running: Installation, supervisor: Supervisor, children: int | None) -> str:
    """Prepare while the web process loads, which takes as long. Returns what `prepare` does.

    It read the list of static files as it loaded: where that changed, it is started again.
    """
    stamp = var_folder() / "static" / SOURCES
    known = stamp.read_text(encoding="utf-8") if stamp.exists() else None
    console.keep_log_back()
    try:
        if known is not None:
            supervisor.start()
        accounts = prepare(running, children)
        if known is not None and stamp.read_text(encoding="utf-8") != known:
            supervisor.restart(next(child for child in supervisor.children if child.name == WEB))
    finally:
        console.release_log()
    return accounts


def prepare(running: Installation, children: int | None) -> str:
    """Roles, tables, towns, static files, people. Returns what is said of the demonstration's accounts.

    Raises CannotStart.
    """
    began = time.monotonic()
    environment = running.environment_of(privileged=True)
    try:
        bootstrap(
            admin_url=environment["DATABASE_ADMIN_URL"],
            owner_url=environment["DATABASE_OWNER_URL"],
            app_url=environment["DATABASE_URL"],
        )
    except (ValueError, psycopg.Error) as error:
        raise CannotStart(f"Les comptes et rôles de la base n’ont pas pu être préparés : {error}") from error
    console.done("comptes et rôles de la base", began)
    files = list(map(str, installation.town_files()))
    fewer = [] if children is None else [f"--children={children}"]
    command = [sys.executable, "-m", "reussite.demo.prepare", *fewer, *files]
    code = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, check=False).returncode
    if code == INTERRUPTED:
        raise KeyboardInterrupt
    if code:
        raise CannotStart("Corrigez puis relancez ; pour repartir de zéro : make demo-reset")
    return accounts_file().read_text(encoding="utf-8")


def children_of(running: Installation) -> tuple[list[Child], list[Child]]:
    """The processes that stay, those of the pages first, without the database's privileged addresses."""
    environment = {**running.environment_of(privileged=False), "REUSSITE_LOGIN": "app"}
    commands = {
        "courriel": [sys.executable, "-m", "reussite.demo.mailbox", "--port", environment["SMTP_PORT"]],
        WEB: processes.gunicorn(f"127.0.0.1:{running.port}"),
        "tâches": [*REUSSITE, "worker"],
        "horloge": [*REUSSITE, "beat"],
        "relais": [*REUSSITE, "relay"],
        "départs": [*REUSSITE, "dispatcher"],
    }
    children = [
        Child(name, command, environment, colour)
        for (name, command), colour in zip(commands.items(), console.COLOURS, strict=False)
    ]
    return children[:2], children[2:]


class Watch:
    """Called several times a second: says when pages answer, and keeps the servers up."""

    PATIENCE = 20.0  # seconds for pages before the other processes start all the same

    def __init__(
        self, running: Installation, accounts: str, began: float, start_rest: Callable[[], None]
    ) -> None:
        self.running = running
        self.start_rest = start_rest
        self.made_at = time.monotonic()
        self.rest_started = False
        self.accounts = accounts
        self.began = began
        self.welcomed = False

    def __call__(self) -> None:
        for server in self.running.servers:
            if server.process is not None and server.process.poll() is not None:
                console.log("serveurs", f"{server.title} s’est arrêté ; redémarrage", console.RED)
                server.stop()
                server.start()
        if not self.welcomed and answers(self.running.port):
            self.welcomed = True
            self._welcome()
        if not self.rest_started and (self.welcomed or time.monotonic() - self.made_at > self.PATIENCE):
            self.rest_started = True
            self.start_rest()

    def _welcome(self) -> None:
        port, bold = self.running.port, console.BOLD
        lines = ["", console.coloured("La démonstration est prête.", bold)]
        lines += [f"  {name:<34} http://{host}:{port}" for name, host in installation.hosts()]
        lines += ["", self.accounts.rstrip(), ""]
        seconds = f"{time.monotonic() - self.began:.1f}".replace(".", ",")
        lines += [f"Prête en {seconds} s ; Ctrl-C pour tout arrêter.", ""]
        console.say("\n".join(lines))


def answers(port: int) -> bool:
    """Whether the web process serves a page, whichever."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/", headers={"Host": "montauban.localhost"})
        connection.getresponse().read()
    except OSError:
        return False
    finally:
        connection.close()
    return True
