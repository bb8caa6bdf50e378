"""What machines ask: alive, ready, figures. And what each request leaves in the log."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import structlog
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from tenants import health
from tenants.context import Place
from tests.conftest import client_of

TOKEN = "jeton-de-mesure"


@pytest.fixture(autouse=True)
def nothing_known() -> Any:
    health.forget()
    yield
    health.forget()


@pytest.fixture
def anywhere() -> Client:
    """A probe speaks to an address, not to a town."""
    return Client(headers={"host": "10.0.0.7"})


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], None]:
    return lambda up: monkeypatch.setattr(health, "_ping", lambda: up)


def test_alive_asks_for_nothing(anywhere: Client) -> None:
    """No database fixture: a query would fail."""
    assert anywhere.get("/healthz").content == b"ok\n"


def test_ready_when_database_and_migrations_are(
    db: None, anywhere: Client, broker: Callable[[bool], None]
) -> None:
    broker(True)
    answer = anywhere.get("/readyz")
    assert answer.json() == {"database": True, "migrations": True, "broker": True}
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"


def test_pages_stay_in_service_without_the_broker(
    db: None, anywhere: Client, broker: Callable[[bool], None]
) -> None:
    broker(False)
    answer = anywhere.get("/readyz")
    assert (answer.status_code, answer.json()["broker"]) == (200, False)


@pytest.mark.parametrize("part", ["database_answers", "is_migrated"])
def test_not_ready_without_its_database(
    db: None,
    anywhere: Client,
    broker: Callable[[bool], None],
    monkeypatch: pytest.MonkeyPatch,
    part: str,
) -> None:
    broker(True)
    monkeypatch.setattr(health, part, lambda: False)
    assert anywhere.get("/readyz").status_code == 503


def test_a_migration_that_is_not_there_is_missed(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert health.is_migrated()
    health.forget()
    monkeypatch.setattr(
        health.MigrationLoader,
        "load_disk",
        lambda self: setattr(self, "disk_migrations", {("people", "9999_to_come"): None}),
    )
    monkeypatch.setattr(health.MigrationLoader, "build_graph", lambda self: self.load_disk())
    assert not health.is_migrated()


def test_figures_want_their_token(
    db: None, settings: Any, town_a: Place, broker: Callable[[bool], None]
) -> None:
    broker(True)
    client = client_of(town_a)
    asked = {"Authorization": f"Bearer {TOKEN}"}
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics", headers=asked).status_code in (302, 404)
    settings.METRICS_TOKEN = TOKEN
    assert client.get("/metrics").status_code in (302, 404)
    assert client.get("/metrics", headers={"Authorization": "Bearer autre"}).status_code in (302, 404)
    assert client.get("/metrics", headers=asked).status_code == 200


def test_figures_name_towns_and_nothing_that_a_visitor_typed(
    db: None, settings: Any, town_a: Place, broker: Callable[[bool], None]
) -> None:
    broker(False)
    settings.METRICS_TOKEN = TOKEN
    client_of(town_a).get("/connexion/?q=Lina-Fictive")
    Client(headers={"host": "inconnu.example"}).get("/Lina-Fictive/")
    answer = client_of(town_a).get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    families = {family.name: family for family in text_string_to_metric_families(answer.text)}
    towns = {sample.labels["town"] for sample in families["reussite_requests"].samples}
    assert "alpha" in towns
    assert towns <= {"alpha", "beta", "national", ""}
    assert families["reussite_broker_up"].samples[0].value == 0
    assert {"reussite_effects", "reussite_oldest_overdue_seconds", "reussite_request_seconds"} <= set(
        families
    )
    assert "Lina" not in answer.text
    assert "inconnu" not in answer.text


def test_each_request_has_one_line_with_its_town_and_number(town_a: Place) -> None:
    with structlog.testing.capture_logs(processors=[structlog.contextvars.merge_contextvars]) as lines:
        answer = client_of(town_a).get("/invitation/un-lien-secret/?q=Lina")
    (line,) = [line for line in lines if line["event"] == "request"]
    assert line["town"] == "alpha"
    assert line["route"] == "/invitation/<str:token>/"
    assert line["request_id"] == answer["X-Request-ID"]
    assert "secret" not in str(line)
    assert "Lina" not in str(line)


@pytest.mark.parametrize(
    ("given", "kept"), [("0123456789abcdef", True), ("x", False), ("un nom\n2e ligne", False)]
)
def test_a_proxys_number_is_kept_when_it_is_one(town_a: Place, given: str, kept: bool) -> None:
    number = client_of(town_a).get("/healthz-non", headers={"X-Request-ID": given})["X-Request-ID"]
    assert (number == given) == kept
    assert re.fullmatch(r"[0-9A-Za-z-]{8,64}", number)
