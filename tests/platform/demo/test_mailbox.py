"""Mail of the demonstration is kept, and none leaves the machine."""

import email
import smtplib
import stat
from email.message import EmailMessage
from pathlib import Path

import pytest

from infra.embedded.account import free_port
from reussite.demo.mailbox import Sink, listening


def test_each_message_is_a_file_with_its_recipients(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    port = free_port()
    controller = listening(Sink(tmp_path / "mailbox"), port)
    controller.start()
    try:
        for number in (1, 2):
            message = EmailMessage()
            message["From"], message["To"] = "pre@example.org", "famille@example.org"
            message["Subject"] = f"Invitation n° {number}"
            message.set_content("Bonjour, à bientôt.")
            with smtplib.SMTP("127.0.0.1", port, "localhost") as client:
                client.send_message(message, to_addrs=["famille@example.org", "copie@example.org"])
    finally:
        controller.stop()
    files = sorted((tmp_path / "mailbox").iterdir())
    assert [path.suffix for path in files] == [".eml", ".eml"]
    kept = email.message_from_bytes(files[0].read_bytes())
    assert kept["X-Envelope-To"] == "famille@example.org, copie@example.org"
    assert str(email.header.make_header(email.header.decode_header(kept["Subject"]))) == "Invitation n° 1"
    assert stat.S_IMODE((tmp_path / "mailbox").stat().st_mode) == 0o700
    assert "famille@example.org" in capsys.readouterr().out
