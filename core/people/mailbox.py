"""The demonstration's mail: what the sink wrote under VAR/mailbox, of this place alone."""

import email
import email.policy
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

from django.conf import settings
from django.utils.html import urlize
from django.utils.safestring import SafeString

from tenants import context

NAME = re.compile(r"[0-9A-Za-z-]{1,80}")
SHOWN = 200


@dataclass(frozen=True)
class Mail:
    name: str
    to: str
    sender: str
    subject: str
    at: datetime | None
    text: str

    @property
    def html(self) -> SafeString:
        """Escaped, with addresses that can be followed."""
        return SafeString(urlize(self.text, nofollow=True, autoescape=True).replace("\n", "<br>"))


def mails() -> list[Mail]:
    """The latest first, SHOWN at most."""
    found = []
    for path in sorted(_folder().glob("*.eml"), key=lambda path: path.name, reverse=True):
        mail = _read(path)
        if mail is not None:
            found.append(mail)
        if len(found) == SHOWN:
            break
    return found


def mail_called(name: str) -> Mail | None:
    """None for another place's as for a name that does not exist."""
    path = _folder() / f"{name}.eml"
    return _read(path) if NAME.fullmatch(name) and path.is_file() else None


def _folder() -> Path:
    return Path(settings.VAR) / "mailbox"


def _moment(date: str) -> datetime:
    """Of "-0000", which means UTC from nowhere in particular, Python makes a naive time."""
    at = parsedate_to_datetime(date)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _read(path: Path) -> Mail | None:
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert isinstance(message, EmailMessage)  # noqa: S101 (what the default policy makes)
    host = str(message.get("Message-ID", "")).strip().rstrip(">").rpartition("@")[2]
    if host != context.require().primary_host:
        return None
    body = message.get_body(("plain",))
    date = message.get("Date")
    return Mail(
        name=path.stem,
        to=str(message.get("To", "")),
        sender=str(message.get("From", "")),
        subject=str(message.get("Subject", "")),
        at=_moment(str(date)) if date else None,
        text=body.get_content() if body is not None else "",
    )
