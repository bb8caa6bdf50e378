"""The network of the suite: loopback, and nothing else."""

import contextlib
import ipaddress
import socket
from collections.abc import Callable, Iterator
from typing import Any


class NetworkClosedError(BaseException):
    """Not an Exception: code that survives a broken network must not survive this."""


@contextlib.contextmanager
def loopback_alone() -> Iterator[None]:
    """Connections to other machines, and lookups of their names, raise NetworkClosedError."""
    kept = {
        (socket.socket, "connect"): socket.socket.connect,
        (socket.socket, "connect_ex"): socket.socket.connect_ex,
        (socket.socket, "sendto"): socket.socket.sendto,
        (socket, "getaddrinfo"): socket.getaddrinfo,
        (socket, "gethostbyname"): socket.gethostbyname,
    }
    for (owner, name), method in kept.items():
        setattr(owner, name, _closed_name(method) if owner is socket else _closed(method))
    try:
        yield
    finally:
        for (owner, name), method in kept.items():
            setattr(owner, name, method)


def is_loopback(host: str | bytes | None) -> bool:
    """Whether `host`, an address or a name, is this machine."""
    name = host.decode() if isinstance(host, bytes) else host
    if name in {None, "", "localhost"}:
        return True
    try:
        return ipaddress.ip_address(str(name)).is_loopback
    except ValueError:
        return False


def _closed(method: Callable[..., Any]) -> Callable[..., Any]:
    def checked(self: socket.socket, *args: Any) -> Any:
        address = args[-1]
        if isinstance(address, tuple) and not is_loopback(address[0]):
            raise NetworkClosedError(f"A test reached for {address[0]}.")
        return method(self, *args)

    return checked


def _closed_name(method: Callable[..., Any]) -> Callable[..., Any]:
    def checked(host: str | bytes | None, *args: Any, **kwargs: Any) -> Any:
        if not is_loopback(host):
            raise NetworkClosedError(f"A test looked up {host!r}.")
        return method(host, *args, **kwargs)

    return checked
