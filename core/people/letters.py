"""Mail of a place to its people: text and the same text as simple HTML, from the place's own address.

Never a child's name, in no subject, body or attachment.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from email.utils import formataddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join, urlize
from django.utils.safestring import SafeString, mark_safe

from tenants import context

Attachment = tuple[str, str, str]  # name of the file, content, media type


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


def send(
    template: str,
    *,
    to: str,
    values: dict[str, Any],
    kind: str = "",
    due_at: datetime | None = None,
    urgent: bool = False,
    headers: Mapping[str, str] | None = None,
    attachments: Iterable[Attachment] = (),
) -> None:
    """`{template}_subject.txt` and `_body.txt`, kept in the caller's transaction and sent by the worker.

    `kind` is one of settings.MAIL_KINDS, with a detail after a colon if there is one; nothing leaves before
    `due_at`; what is urgent goes before the others of its kind.
    """
    values = {**values, "place": context.require()}
    subject = " ".join(render_to_string(f"{template}_subject.txt", values).split())
    body = render_to_string(f"{template}_body.txt", values).strip() + "\n"
    ours = {
        "Reussite-Kind": kind,
        "Reussite-Due": due_at.isoformat() if due_at else "",
        "Reussite-Urgency": "1" if urgent else "",
    }
    message = EmailMultiAlternatives(
        subject,
        body,
        sender(),
        [to],
        reply_to=reply_to(),
        headers={**(headers or {}), **{name: value for name, value in ours.items() if value}},
    )
    message.attach_alternative(as_html(body), "text/html")
    for name, content, media_type in attachments:
        message.attach(name, content, media_type)
    message.send()


def as_html(body: str) -> str:
    """The same words as a page without any style: paragraphs, lines, links, and the place's name on top."""
    paragraphs = format_html_join(
        "\n", "<p>{}</p>", ((_lines(text),) for text in re.split(r"\n{2,}", body.strip()))
    )
    name = context.require().name
    return format_html(
        '<!DOCTYPE html>\n<html lang="fr">\n<head><meta charset="utf-8"><title>{}</title></head>\n'
        "<body>\n<p><strong>{}</strong></p>\n{}\n</body>\n</html>\n",
        name,
        name,
        paragraphs,
    )


def _lines(text: str) -> SafeString:
    linked = urlize(text, autoescape=True)
    return mark_safe(linked.replace("\n", "<br>\n"))  # noqa: S308 (urlize escaped it)
