"""Where the demonstration's mail ends: each message is a file of `mailbox/`, and none leaves the machine."""

import argparse
import itertools
import os
import signal
import sys
import threading
import time
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from reussite.environment import var_folder


class Sink:
    """Keeps every message, with whom the envelope named in `X-Envelope-To`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.numbers = itertools.count(1)
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        recipients = ", ".join(envelope.rcpt_tos)
        content = (
            envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
        )
        name = f"{time.time_ns()}-{os.getpid()}-{next(self.numbers)}"
        unfinished = self.folder / f"{name}.part"
        unfinished.write_bytes(f"X-Envelope-To: {recipients}\r\n".encode() + content)
        unfinished.rename(self.folder / f"{name}.eml")
        sys.stdout.write(f"courriel pour {recipients}\n")
        sys.stdout.flush()
        return "250 OK"


def listening(sink: Sink, port: int) -> Controller:
    """The server, not yet started. It is given a name, for it would ask the name servers for its own."""
    return Controller(sink, hostname="127.0.0.1", port=port, server_hostname="localhost")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m reussite.demo.mailbox")
    parser.add_argument("--port", type=int, required=True)
    options = parser.parse_args(arguments)
    controller = listening(Sink(var_folder() / "mailbox"), options.port)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    controller.start()
    stop.wait()
    controller.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
