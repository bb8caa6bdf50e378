"""The client against a server of ours on this machine: what it asks, and what each answer means."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from integrations.sms.fake import FakeSms
from integrations.sms.smsmode import Smsmode
from integrations.sms.types import NotNow, Refused, Sms, SmsError, Uncertain

NUMBER = "06 12 34 56 78"


class Provider(BaseHTTPRequestHandler):
    asked: list[tuple[str, dict[str, Any]]] = []
    status, cut = 201, False

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.asked.append((self.headers["X-Api-Key"], json.loads(body)))
        if self.cut:
            self.connection.close()
            return
        answer = b'{"messageId": "abc"}'
        self.send_response(self.status)
        self.send_header("Location", "http://127.0.0.1:1/ailleurs")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def server() -> Iterator[tuple[type[Provider], Smsmode]]:
    handler = type("Answering", (Provider,), {"asked": []})
    running = HTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    yield handler, Smsmode("cle", "Ville", f"http://127.0.0.1:{running.server_port}/sms")
    running.shutdown()
    thread.join()
    running.server_close()


def test_a_message_is_given_once_in_the_providers_words(server: tuple[type[Provider], Smsmode]) -> None:
    handler, client = server
    assert client.send(Sms(NUMBER, "Votre code", "12")) == "abc"
    assert handler.asked == [
        ("cle", {"recipient": {"to": "33612345678"}, "body": {"text": "Votre code"}, "from": "Ville",
                 "refClient": "12"}),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("status", "means"),
    [(400, Refused), (401, Refused), (302, Refused), (429, NotNow), (503, NotNow), (500, Uncertain)],
)
def test_what_an_answer_means(
    server: tuple[type[Provider], Smsmode], status: int, means: type[SmsError]
) -> None:
    handler, client = server
    handler.status = status
    with pytest.raises(means, match=f"http_{status}"):
        client.send(Sms(NUMBER, "Votre code"))
    assert len(handler.asked) == 1  # no redirection is followed, nothing is tried again here


def test_a_connection_cut_after_the_message_is_uncertain(server: tuple[type[Provider], Smsmode]) -> None:
    handler, client = server
    handler.cut = True
    with pytest.raises(Uncertain):
        client.send(Sms(NUMBER, "Votre code"))


def test_a_provider_that_is_not_there_is_for_later() -> None:
    with pytest.raises(NotNow):
        Smsmode("cle", "Ville", "http://127.0.0.1:1/").send(Sms(NUMBER, "Votre code"))


@pytest.mark.parametrize("number", ["06 12 34 56 78", "+33612345678", "0033 7.12.34.56.78", "33-612345678"])
def test_mobiles_as_people_write_them(number: str) -> None:
    fake = FakeSms()
    fake.send(Sms(number, "x"))
    assert fake.sent[0][0].startswith("33")
    assert len(fake.sent[0][0]) == 11


@pytest.mark.parametrize("number", ["", "05 63 00 00 00", "+44 7700 900000", "06 12 34"])
def test_what_is_no_mobile_is_refused_without_its_number(number: str) -> None:
    with pytest.raises(Refused, match=r"^not_a_mobile$"):
        FakeSms().send(Sms(number, "x"))


def test_a_text_too_long_never_leaves(server: tuple[type[Provider], Smsmode]) -> None:
    handler, client = server
    with pytest.raises(Refused, match="too_long"):
        client.send(Sms(NUMBER, "x" * 161))
    assert handler.asked == []
