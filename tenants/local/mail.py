"""Mail is written where the operation happens and sent by a worker.

`TownEmailBackend` is Django's e-mail backend: whoever sends mail inside a town, third-party apps
included, writes a row of the town's schema and an outbox row in the caller's own transaction.

SMTP knows no "exactly once": when the connection breaks after the text was given and before the
answer, nobody knows. The row says that the text is about to be given before it is, so that such a
message is parked for a person, unless its kind is declared harmless to receive twice.
"""

import re
import smtplib
import ssl
from collections.abc import Iterable, Sequence
from datetime import datetime
from email.utils import make_msgid, parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.utils import DNS_NAME
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from tenants import context, outbox
from tenants.local.models import OutgoingMail, RefusedAddress
from tenants.models import Effect
from tenants.outbox import EffectDelayed, EffectRefused, ServiceAway

# Taken off before the message is kept.
KIND_HEADER = "Reussite-Kind"  # a name of settings.MAIL_KINDS, or one with a detail: "notice:what.happened"
DUE_HEADER = "Reussite-Due"  # not before this moment (ISO 8601)
URGENCY_HEADER = "Reussite-Urgency"  # instead of that of its kind
ENHANCED = re.compile(rb"5\.(\d{1,3})\.(\d{1,3})\b")
OF_THE_SENDER = frozenset({(1, 7), (1, 8)})
POLICY = 7
SMTP_TIMEOUT = 20  # seconds for each answer of the server
State = OutgoingMail.State


class TownEmailBackend(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Keep the messages for the worker. Raises NoPlaceError outside a town."""
        context.require()
        with transaction.atomic():
            for message in email_messages:
                keep(message)
        return len(email_messages)


def keep(message: EmailMessage) -> None:
    """Write one message and its outbox row, as urgent as settings.MAIL_KINDS says of its kind."""
    recipients = message.recipients()
    if not recipients:
        return
    kind = message.extra_headers.pop(KIND_HEADER, "")
    due_at = message.extra_headers.pop(DUE_HEADER, None)
    urgency = message.extra_headers.pop(URGENCY_HEADER, None)
    # The host of the message id is the town's, and not that of the machine.
    message.extra_headers.setdefault("Message-ID", make_msgid(domain=context.require().primary_host))
    mail = OutgoingMail.objects.create(
        kind=kind,
        message_id=message.extra_headers["Message-ID"],
        recipients=recipients,
        source=message.message().as_bytes(linesep="\r\n"),  # type: ignore[call-arg]
    )
    outbox.put(
        kind="mail",
        key=str(mail.pk),
        payload={"mail_id": mail.pk, "what": kind},
        due_at=datetime.fromisoformat(due_at) if due_at else None,
        urgency=int(urgency) if urgency else _rules(kind).get("urgency", 5),
    )


def deliver(*, mail_id: int) -> None:
    """Give one message to the SMTP server, once. Called again, it goes on where the last run stopped.

    A message that was refused or parked and comes back was replayed by a person. Raises
    EffectDelayed when the server can't take it now, EffectRefused when its text was wiped.
    """
    mail = OutgoingMail.objects.get(pk=mail_id)
    if mail.state == State.SENT:
        return
    if mail.state == State.SENDING and not may_be_sent_twice(mail.kind):
        _end(mail, State.UNCERTAIN, "interrupted")
        return
    if not mail.source:
        raise EffectRefused("wiped")
    try:
        server = smtplib.SMTP(
            settings.SMTP_HOST, settings.SMTP_PORT, DNS_NAME.get_fqdn(), timeout=SMTP_TIMEOUT
        )
    except (OSError, smtplib.SMTPException) as error:
        raise ServiceAway(_code(error)) from None
    try:
        _introduce(server)
        if _name(server, mail):
            _give(server, mail)
    finally:
        server.close()


def may_be_sent_twice(kind: str) -> bool:
    return bool(_rules(kind).get("resendable", False))


def _rules(kind: str) -> dict[str, Any]:
    """What settings say of a kind, without its detail."""
    rules: dict[str, Any] = settings.MAIL_KINDS.get(kind.partition(":")[0], {})
    return rules


def _introduce(server: smtplib.SMTP) -> None:
    """Who we are. A server that does not want us, or not now, says nothing of this message: ServiceAway."""
    try:
        server.ehlo_or_helo_if_needed()
        if settings.SMTP_STARTTLS:
            server.starttls(context=ssl.create_default_context())
        if settings.SMTP_USER:
            server.login(settings.SMTP_USER, settings.SMTP_PASSWORD)
        sender = context.require().config.get("mail", {}).get("sender") or settings.DEFAULT_FROM_EMAIL
        code, _ = server.mail(parseaddr(sender)[1], ["BODY=8BITMIME"] if server.has_extn("8bitmime") else [])
    except (OSError, smtplib.SMTPException) as error:
        raise ServiceAway(_code(error)) from None
    if code >= 400:
        raise ServiceAway(f"smtp_{code}")


def _name(server: smtplib.SMTP, mail: OutgoingMail) -> bool:
    """The recipients. False when the server refused them all for good. Nothing is sent yet."""
    refused: list[str] = []
    try:
        for recipient in mail.recipients:
            code, words = server.rcpt(parseaddr(recipient)[1])
            if refuses_address(code, words):
                refused.append(recipient)
            else:
                _check(code)
    except (OSError, smtplib.SMTPException) as error:
        raise EffectDelayed(_code(error)) from None
    mail.refused = refused
    if len(refused) == len(mail.recipients):
        _end(mail, State.REFUSED, "recipients_refused")
        return False
    return True


def refuses_address(code: int, words: bytes) -> bool:
    """Whether the answer to RCPT is about the recipient, and for good.

    A 5xx is also how a server speaks of us: relaying denied, a sender or a machine on a list, a login that
    is wanted (enhanced codes 5.7.x, 5.1.7 and 5.1.8: RFC 3463). That ends when we mend it; no address is to
    blame.
    """
    found = ENHANCED.match(words)
    subject, detail = (int(part) for part in found.groups()) if found else (0, 0)
    if (subject, detail) in OF_THE_SENDER or subject == POLICY:
        return False
    return code in (550, 551, 553) or (code >= 500 and (subject == 1 or (subject, detail) == (2, 1)))


def _give(server: smtplib.SMTP, mail: OutgoingMail) -> None:
    """The text itself, after writing that it is about to be given."""
    again = mail.state == State.SENDING
    _take(mail)
    try:
        code, _ = server.data(bytes(mail.source))
    except smtplib.SMTPDataError as error:
        code = error.smtp_code  # the server answered before the text
    except (OSError, smtplib.SMTPException) as error:
        if may_be_sent_twice(mail.kind):
            raise EffectDelayed(_code(error)) from None
        _end(mail, State.UNCERTAIN, type(error).__name__)
        return
    if code == 250:
        _end(mail, State.SENT)
    elif code >= 500:
        _end(mail, State.REFUSED, f"smtp_{code}")
    else:
        # Not taken, and the server said so: nothing is uncertain about this try.
        mail.state = State.SENDING if again else State.WAITING
        mail.save(update_fields=["state"])
        raise EffectDelayed(f"smtp_{code}")


def _take(mail: OutgoingMail) -> None:
    """Write that the text is about to be given, as long as nobody else has taken the message meanwhile.

    A worker that was held up until its lease ended has no way to notice but to ask. Raises EffectDelayed.
    """
    with transaction.atomic():
        as_read = OutgoingMail.objects.filter(pk=mail.pk, state=mail.state, copies=mail.copies)
        if not outbox.still_ours() or not as_read.update(
            state=State.SENDING, copies=F("copies") + 1, refused=mail.refused
        ):
            raise EffectDelayed("overtaken")
    mail.state, mail.copies = State.SENDING, mail.copies + 1


_EFFECTS = {State.SENT: Effect.DONE, State.REFUSED: Effect.REFUSED, State.UNCERTAIN: Effect.UNCERTAIN}


def _end(mail: OutgoingMail, state: State, error: str = "") -> None:
    """How it ended, in the town's schema and in the outbox, together."""
    with transaction.atomic():
        mail.state, mail.error = state, error
        reached = [one for one in mail.recipients if state == State.SENT and one not in mail.refused]
        if state == State.SENT:
            mail.sent_at = timezone.now()
            mail.source, mail.recipients = b"", []
        mail.save()
        _mark_addresses(reached, mail.refused)
        outbox.settle(_EFFECTS[state], error=error)


def _mark_addresses(reached: Iterable[str], refused: Iterable[str]) -> None:
    """Remember who can't be written to, until a message arrives there again."""
    RefusedAddress.objects.filter(address__in=[_bare(one) for one in reached]).delete()
    RefusedAddress.objects.bulk_create(
        [RefusedAddress(address=_bare(one), refused_at=timezone.now()) for one in refused],
        ignore_conflicts=True,
    )


def _bare(recipient: str) -> str:
    return parseaddr(recipient)[1].lower()


def _check(code: int) -> None:
    if code >= 400:
        raise EffectDelayed(f"smtp_{code}")


def _code(error: Exception) -> str:
    """Server's messages quote addresses, so only the class and the code are kept."""
    code = getattr(error, "smtp_code", None)
    return f"smtp_{code}" if code else type(error).__name__
