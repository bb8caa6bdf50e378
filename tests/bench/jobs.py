"""Events through outbox, relay and worker to a mail server; a nightly job over hundreds of towns.

`fill` (owner's login) makes the towns, `measure` (the app's login) prints what was measured as JSON.
"""

import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import django
import psutil
import psycopg
import redis

from tests.bench import acts

ROOT = Path(__file__).resolve().parents[2]
TOWNS = int(os.environ.get("BENCH_TOWNS", "600"))
EVENTS = int(os.environ.get("BENCH_EVENTS", "1000"))
TELLING = min(20, TOWNS)  # towns in which something happens


def measured(environment: dict[str, str]) -> dict[str, Any]:
    return acts.measured("jobs", environment, DJANGO_SETTINGS_MODULE="tests.bench.jobs_settings")


def fill() -> None:
    from django.core.management import call_command

    from tenants import provisioning

    call_command("migrate", verbosity=0)
    for number in range(TOWNS):
        provisioning.provision(slug=f"b{number}", kind="town", name=f"B{number}", domains=[f"b{number}.test"])


@dataclass
class Seen:
    """The most that was seen while something was measured."""

    memory: int = 0  # bytes, of worker and relay processes
    connections: int = 0  # of the app's login


@contextmanager
def watching(processes: Any) -> Iterator[Seen]:
    seen, stop = Seen(), threading.Event()
    thread = threading.Thread(target=_watch, args=(processes, seen, stop), daemon=True)
    thread.start()
    try:
        yield seen
    finally:
        stop.set()
        thread.join()


def _watch(processes: Any, seen: Seen, stop: threading.Event) -> None:
    with psycopg.connect(os.environ["DATABASE_ADMIN_URL"], autocommit=True) as session:
        while not stop.wait(0.2):
            (number,) = session.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE usename = 'reussite_app'"
            ).fetchone() or (0,)
            seen.connections = max(seen.connections, number)
            seen.memory = max(seen.memory, sum(map(_memory, processes.running.values())))


def _memory(process: "subprocess.Popen[bytes]") -> int:
    try:
        whole = psutil.Process(process.pid)
        return sum(one.memory_info().rss for one in [whole, *whole.children(recursive=True)])
    except psutil.NoSuchProcess:
        return 0


def spent() -> dict[str, Any]:
    from infra.embedded import EmbeddedValkey
    from infra.embedded.account import free_port
    from tests.tenants.jobs.processes import Processes
    from tests.tenants.jobs.sink import Sink, controller

    with tempfile.TemporaryDirectory(prefix="reussite-bench-jobs-") as folder:
        os.chmod(folder, 0o711)  # noqa: S103 (the server runs under another account)
        sink, port = Sink(), free_port()
        server = controller(sink, port)
        server.start()
        with EmbeddedValkey(Path(folder) / "valkey", free_port()) as valkey:
            os.environ |= {"REDIS_URL": valkey.url, "SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(port)}
            processes = Processes(Path(folder), {"DJANGO_SETTINGS_MODULE": "tests.bench.jobs_settings"})
            django.setup()
            try:
                return {**events(sink, port, processes), **nights(valkey.url, processes)}
            finally:
                processes.stop_all()
                server.stop()


def events(sink: Any, port: int, processes: Any) -> dict[str, float]:
    """Events a second, from the first to be handed to the last letter; beside letters sent in the page."""
    happen()
    processes.ensure("worker")
    until(lambda: processes.said("worker", "ready"))
    began = time.perf_counter()
    processes.ensure("relay")
    until(lambda: len(sink.received) >= EVENTS)
    through = EVENTS / (time.perf_counter() - began)
    return {"events": through, "in_the_page": in_the_page(port, min(EVENTS, 200))}


def happen() -> None:
    from core.pathways.models import Referral
    from core.pathways.operations import referrals
    from core.people.enums import Role
    from tenants import registry
    from tenants.context import entered
    from tests.core.pathways import making

    for number in range(TELLING):
        with entered(registry.by_slug(f"b{number}")):
            by, person = making.user(Role.COORDINATOR), making.user(Role.SECRETARY)
            rows = Referral.objects.bulk_create(
                Referral(state="received", received_on=making.TODAY, facts="Essai.", stated_first_name="E")
                for _ in range(EVENTS // TELLING)
            )
            for row in rows:
                referrals.charge_first_contact(referral=row, person=person, by=by, at=making.NOW)


def in_the_page(port: int, number: int) -> float:
    """Letters a second when a page opens a connection and sends its letter itself."""
    import smtplib
    from email.message import EmailMessage

    began = time.perf_counter()
    for turn in range(number):
        letter = EmailMessage()
        letter["From"], letter["To"], letter["Subject"] = "a@exemple.test", "b@exemple.test", "Essai"
        letter["Message-ID"] = f"<{turn}@exemple.test>"
        letter.set_content("Essai")
        with smtplib.SMTP("127.0.0.1", port) as server:
            server.send_message(letter)
    return number / (time.perf_counter() - began)


def nights(url: str, processes: Any) -> dict[str, float]:
    """The same job over all towns, three ways; seconds, megabytes, connections of each."""
    from tests.bench import nightly

    processes.ensure("dispatcher")
    found: dict[str, float] = {}
    with redis.Redis.from_url(url) as client:
        for name, start in (("ours", due_now), ("delay", delay_each), ("loop", one_loop)):
            client.set(nightly.DONE, 0)
            with watching(processes) as seen:
                began = time.perf_counter()
                start()
                until(lambda: int(client.get(nightly.DONE) or 0) >= TOWNS)
                found[f"{name}_seconds"] = time.perf_counter() - began
            found[f"{name}_memory"] = seen.memory / 1024 / 1024
            found[f"{name}_connections"] = seen.connections
    return found


def due_now() -> None:
    """The clock reaches the job's moment in every town."""
    from tenants import dispatcher
    from tenants.context import entered
    from tenants.models import ScheduledJob
    from tenants.outbox import RELAY
    from tests.bench import nightly

    dispatcher.agree()
    with entered(RELAY):
        ScheduledJob.objects.filter(name=nightly.NAME).update(due_at=datetime.now(UTC))


def delay_each() -> None:
    from tenants import registry
    from tenants.context import entered
    from tests.bench import nightly

    for place in registry.places("town"):
        with entered(place):
            nightly.one_town.apply_async(queue="normal")


def one_loop() -> None:
    from tests.bench import nightly

    nightly.all_towns_in_one_loop.apply_async(queue="normal")


def until(condition: Callable[[], bool], seconds: float = 600) -> None:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise SystemExit("The measure did not end.")
        time.sleep(0.02)


if __name__ == "__main__":
    acts.play(fill, spent, ready=False)
