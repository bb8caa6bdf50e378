"""A mail server for tests: it keeps what it accepts, and misbehaves for addresses that say how."""

from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from typing import Any
from zlib import crc32

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class Sink:
    """`refused@` is refused for good, `later@` once for now, `cut@` loses the connection after its text.

    `told@` hears what `says` holds; `unsteady@` gets each of the last two of the first line for some of its
    messages, the first time that each is given.
    """

    greets: str = "250 OK"
    says: str = "550 No such address"
    received: list[tuple[list[str], Message]] = field(default_factory=list)
    asked_for_later: set[str] = field(default_factory=set)
    given: set[str] = field(default_factory=set)  # Message-IDs that were offered, taken or not

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[Any]
    ) -> str:
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return self.greets

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[Any]
    ) -> str:
        if address.startswith("refused"):
            return "550 No such address"
        if address.startswith("told"):
            return self.says
        if address.startswith("later") and address not in self.asked_for_later:
            self.asked_for_later.add(address)
            return "451 Come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content)
        number = str(message["Message-ID"])
        mood = crc32(number.encode()) % 8 if envelope.rcpt_tos[0].startswith("unsteady") else None
        first = number not in self.given
        self.given.add(number)
        if mood == 0 and first:
            return "451 Come back later"
        to_cut = first and (mood == 1 or envelope.rcpt_tos[0].startswith("cut"))
        self.received.append((list(envelope.rcpt_tos), message))
        if to_cut:
            assert server.transport is not None
            server.transport.abort()
        return "250 OK"

    def to(self, address: str) -> list[Message]:
        return [message for recipients, message in self.received if address in recipients]


def controller(sink: Sink, port: int) -> Controller:
    return Controller(sink, hostname="127.0.0.1", port=port)
