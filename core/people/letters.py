"""Mail of a place to its people: plain text, from the place's own address, never a child's name."""

from email.utils import formataddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from tenants import context


def sender() -> str:
    """`Name <address>` as the place's file says."""
    mail = context.require().config.get("mail", {})
    return formataddr((mail.get("sender_name", ""), mail.get("sender") or settings.DEFAULT_FROM_EMAIL))


def reply_to() -> list[str]:
    address = context.require().config.get("mail", {}).get("reply_to")
    return [address] if address else []


def address_of(path: str) -> str:
    """The whole web address of `path` on this place's primary host."""
    port = f":{settings.PUBLIC_PORT}" if settings.PUBLIC_PORT else ""
    return f"{settings.PUBLIC_SCHEME}://{context.require().primary_host}{port}{path}"


def send(template: str, *, to: str, values: dict[str, Any], kind: str = "") -> None:
    """`{template}_subject.txt` and `_body.txt`, kept in the caller's transaction and sent by the worker.

    `kind` is one of settings.MAIL_KINDS.
    """
    values = {**values, "place": context.require()}
    subject = " ".join(render_to_string(f"{template}_subject.txt", values).split())
    body = render_to_string(f"{template}_body.txt", values).strip() + "\n"
    headers = {"Reussite-Kind": kind} if kind else {}
    EmailMessage(subject, body, sender(), [to], reply_to=reply_to(), headers=headers).send()
