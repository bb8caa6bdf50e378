import http.client
import socket

import pytest

from tests.network import NetworkClosedError, is_loopback


@pytest.mark.parametrize("host", ["203.0.113.7", "exemple.test", "2001:db8::1"])
def test_another_machine_is_out_of_reach(host: str) -> None:
    with pytest.raises(NetworkClosedError):
        socket.create_connection((host, 80), timeout=1)
    with pytest.raises(NetworkClosedError):
        http.client.HTTPConnection(host, timeout=1).request("GET", "/")


def test_so_is_a_datagram() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender, pytest.raises(NetworkClosedError):
        sender.sendto(b"x", ("203.0.113.7", 53))


def test_this_machine_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        with socket.create_connection(server.getsockname(), timeout=1) as client:
            assert client.getpeername() == server.getsockname()


@pytest.mark.parametrize(
    ("host", "ours"),
    [
        ("127.0.0.1", True),
        ("localhost", True),
        ("::1", True),
        (b"127.8.8.8", True),
        (None, True),
        ("127.0.0.1.exemple.test", False),
        ("10.0.0.1", False),
    ],
)
def test_what_is_loopback(host: str | bytes | None, ours: bool) -> None:
    assert is_loopback(host) is ours
