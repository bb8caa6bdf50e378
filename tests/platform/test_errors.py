"""What leaves for Sentry: the class and the place of an error, its town, and no value of anything."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import sentry_sdk
import structlog
from sentry_sdk.envelope import Envelope
from sentry_sdk.transport import Transport

from reussite import errors
from tenants.context import Place, entered

CANARIES = ("Zéphyrinette", "Z\\u00e9phyrinette", "Quokkavoix", "10.9.8.7", "jeton-secret")


class Kept(Transport):
    """A server of ours that keeps what it is sent."""

    def __init__(self) -> None:
        super().__init__()
        self.events: list[dict[str, Any]] = []

    def capture_envelope(self, envelope: Envelope) -> None:
        event = envelope.get_event()
        if event is not None:
            self.events.append(event)


@pytest.fixture
def sent() -> Iterator[Kept]:
    transport = Kept()
    options = errors.options("http://public@127.0.0.1/1")
    client = sentry_sdk.Client(**options, transport=transport, default_integrations=False)
    with sentry_sdk.isolation_scope() as scope:
        scope.set_client(client)
        scope.set_user({"id": "7", "username": "Zéphyrinette", "ip_address": "10.9.8.7"})
        scope.set_extra("child", "Quokkavoix")
        scope.add_breadcrumb(message="Zéphyrinette Quokkavoix")
        yield transport
    client.close(timeout=0)


def fail(child: str) -> None:
    raise ValueError(f"{child} existe déjà")


def test_an_error_leaves_with_its_town_and_without_a_name(sent: Kept, town_a: Place) -> None:
    with (
        entered(town_a),
        structlog.contextvars.bound_contextvars(request_id="abc12345", route="/enfants/<int:pk>/"),
    ):
        try:
            fail("Zéphyrinette Quokkavoix")
        except ValueError as error:
            sentry_sdk.capture_exception(error)
    (event,) = sent.events
    text = json.dumps(event, ensure_ascii=False, default=str)
    assert not [name for name in CANARIES if name in text]
    assert event["tags"] == {"town": "alpha", "request_id": "abc12345", "route": "/enfants/<int:pk>/"}
    (value,) = event["exception"]["values"]
    assert value["type"] == "ValueError"
    assert value["stacktrace"]["frames"][-1]["function"] == "fail"


def test_a_message_leaves_without_its_words(sent: Kept) -> None:
    sentry_sdk.capture_message("Zéphyrinette attend", level="error")
    logging.getLogger("essai").error("Zéphyrinette attend")
    assert not [name for name in CANARIES if name in json.dumps(sent.events, default=str)]


def test_what_django_and_celery_add_is_left_out() -> None:
    event = {
        "event_id": "1",
        "request": {"url": "http://x/invitation/jeton-secret/", "cookies": {"a": "jeton-secret"}},
        "transaction": "/invitation/jeton-secret/",
        "contexts": {"celery-job": {"kwargs": {"name": "Zéphyrinette"}}},
        "extra": {"sys.argv": ["Zéphyrinette"]},
        "logentry": {"message": "Zéphyrinette"},
        "threads": {"values": [{"stacktrace": {"frames": [{"vars": {"x": "Zéphyrinette"}}]}}]},
        "exception": {"values": [{"type": "E", "value": "Zéphyrinette", "stacktrace": {
            "frames": [{"function": "f", "lineno": 3, "vars": {"child": "Quokkavoix"}}]}}]},
    }  # fmt: skip
    clean = errors.scrub(event)
    assert not [name for name in CANARIES if name in json.dumps(clean, default=str)]
    frames = clean["exception"]["values"][0]["stacktrace"]["frames"]
    assert frames == [{"function": "f", "lineno": 3}]
    assert errors.scrub({"transaction": "core.notifications.tasks.tell"})["transaction"].endswith("tell")


def test_nothing_is_set_up_without_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(sentry_sdk, "init", lambda **options: asked.append(options))
    monkeypatch.delenv("SENTRY_DSN", raising=False)
    errors.configure()
    assert asked == []
    monkeypatch.setenv("SENTRY_DSN", "http://public@127.0.0.1/1")
    errors.configure()
    assert asked[0]["before_send"] is errors.scrub
