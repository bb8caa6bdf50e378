"""A mail server for tests: it keeps what it accepts, and misbehaves for addresses that say how."""

from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class Sink:
    """`refused@` is refused for good, `later@` once for now, `cut@` loses the connection after its text."""

    received: list[tuple[list[str], Message]] = field(default_factory=list)
    asked_for_later: set[str] = field(default_factory=set)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[Any]
    ) -> str:
        if address.startswith("refused"):
            return "550 No such address"
        if address.startswith("later") and address not in self.asked_for_later:
            self.asked_for_later.add(address)
            return "451 Come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        first = not self.to(envelope.rcpt_tos[0])
        self.received.append((list(envelope.rcpt_tos), message_from_bytes(envelope.content)))
        if envelope.rcpt_tos[0].startswith("cut") and first:
            assert server.transport is not None
            server.transport.abort()
        return "250 OK"

    def to(self, address: str) -> list[Message]:
        return [message for recipients, message in self.received if address in recipients]


def controller(sink: Sink, port: int) -> Controller:
    return Controller(sink, hostname="127.0.0.1", port=port)
