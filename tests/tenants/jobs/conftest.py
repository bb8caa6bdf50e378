import sys
from collections.abc import Callable, Iterator

import psycopg
import pytest
from pytest_django import Settings

from infra.embedded import EmbeddedValkey
from infra.embedded.account import free_port
from tenants.context import Place
from tests.tenants.jobs.processes import Processes
from tests.tenants.jobs.settings import MAIL_KINDS, OUTBOX_FIRST_RETRY, OUTBOX_LEASE, OUTBOX_TASKS
from tests.tenants.jobs.sink import Sink, controller


@pytest.fixture(autouse=True)
def as_the_processes(settings: Settings) -> None:
    """What the processes know, the test that asks for it knows too; mail goes the product's way."""
    settings.OUTBOX_TASKS = OUTBOX_TASKS
    settings.MAIL_KINDS = MAIL_KINDS
    settings.OUTBOX_LEASE = OUTBOX_LEASE
    settings.OUTBOX_FIRST_RETRY = OUTBOX_FIRST_RETRY
    settings.EMAIL_BACKEND = "tenants.local.mail.TownEmailBackend"


@pytest.fixture(scope="session")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedValkey]:
    with EmbeddedValkey(tmp_path_factory.mktemp("valkey"), free_port()) as server:
        yield server


@pytest.fixture(scope="session")
def sink_and_port() -> Iterator[tuple[Sink, int]]:
    sink, port = Sink(), free_port()
    server = controller(sink, port)
    server.start()
    yield sink, port
    server.stop()


@pytest.fixture
def sink(sink_and_port: tuple[Sink, int]) -> Sink:
    sink_and_port[0].received.clear()
    sink_and_port[0].asked_for_later.clear()
    sink_and_port[0].given.clear()
    return sink_and_port[0]


@pytest.fixture(scope="session")
def started(
    tmp_path_factory: pytest.TempPathFactory, valkey: EmbeddedValkey, sink_and_port: tuple[Sink, int]
) -> Iterator[Processes]:
    processes = Processes(
        tmp_path_factory.mktemp("processes"),
        {"REDIS_URL": valkey.url, "SMTP_HOST": "127.0.0.1", "SMTP_PORT": str(sink_and_port[1])},
    )
    yield processes
    processes.stop_all()
    sys.stdout.write(processes.logs())


@pytest.fixture
def platform(started: Processes, no_rows_left: None) -> Processes:
    """Worker and relay, running."""
    started.ensure("worker", "relay")
    return started


@pytest.fixture
def no_rows_left(owner: psycopg.Connection) -> Iterator[None]:
    """The shared tables are everybody's: what a test commits there goes with it, what others left too."""
    emptied = "DELETE FROM public.tenants_outboxrow; DELETE FROM public.tenants_scheduledjob"
    owner.execute(emptied)
    yield
    owner.execute(emptied)


@pytest.fixture
def other_town(fresh_towns: Callable[[str], Place]) -> Place:
    return fresh_towns("other")
