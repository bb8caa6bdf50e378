"""The log is read by many: no value of a variable gets into it."""

import json
from collections.abc import Iterator
from unittest.mock import patch

import pytest
import structlog
from django.test import Client

from core.people.models import User
from reussite import logs


@pytest.fixture(autouse=True)
def put_back() -> Iterator[None]:
    kept = structlog.get_config()
    yield
    structlog.configure(**kept)


def fail(child: str) -> None:
    raise ValueError(f"{child} is one too many")


@pytest.mark.parametrize("shape", ["json", "text"])
def test_a_traceback_shows_no_variable(
    shape: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("REUSSITE_LOG", shape)
    logs.configure()
    with structlog.contextvars.bound_contextvars(town="montauban"):
        try:
            fail("".join(["Léa ", "Fictive"]))
        except ValueError:
            structlog.get_logger("test").exception("a task failed", task="deliver_mail")
    written = capsys.readouterr()
    assert written.out == ""
    assert "ValueError" in written.err
    assert "in fail" in written.err
    assert "montauban" in written.err
    assert "Léa Fictive" not in written.err


def test_json_is_one_line_an_event(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("REUSSITE_LOG", "json")
    logs.configure()
    structlog.get_logger("test").warning("à refaire", tries=2)
    (line,) = capsys.readouterr().err.splitlines()
    event = json.loads(line)
    assert (event["event"], event["tries"], event["level"]) == ("à refaire", 2, "warning")


def test_a_refusal_leaves_no_address_and_a_failure_its_route_alone(
    client_a: Client, caplog: pytest.LogCaptureFixture
) -> None:
    """A secret link stands in the address."""
    client_a.raise_request_exception = False
    client_a.get("/signer/un-secret/encore/")
    assert not caplog.records
    with patch("core.pathways.views.home_signing.home_signing.link_of", side_effect=ZeroDivisionError):
        assert client_a.get("/signer/un-secret/").status_code == 500
    (line,) = [record.getMessage() for record in caplog.records if record.name == "django.request"]
    assert "/signer/<str:token>/" in line
    assert "un-secret" not in line


CANARY = "lea.fictive@example.test"


def double() -> None:
    """What PostgreSQL says of it quotes the address: Key (email)=(…) already exists."""
    for _ in range(2):
        User.objects.create(email=CANARY, last_name="Fictive", sort_name="fictive")


def test_a_view_that_breaks_quotes_no_row(client_a: Client, capfd: pytest.CaptureFixture[str]) -> None:
    client_a.raise_request_exception = False
    with patch(
        "core.pathways.views.home_signing.home_signing.link_of", side_effect=lambda *_, **__: double()
    ):
        assert client_a.get("/signer/un-secret/").status_code == 500
    written = capfd.readouterr().err
    assert "/signer/<str:token>/" in written
    assert "IntegrityError" in written
    assert "in double" in written
    assert "town=" in written
    assert CANARY not in written
