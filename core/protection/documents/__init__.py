"""The letter to the département, an accessible PDF (PDF/UA-1): what its author wrote, nothing of the file."""

import json
from pathlib import Path

import typst
from django.utils import timezone

from core.protection import town
from core.protection.enums import ParentsTold
from core.protection.models import Concern
from core.ui.typography import day, moment
from tenants import context

_CONCERN = Path(__file__).with_name("concern.typ")


def concern_pdf(concern: Concern) -> bytes:
    contact, author = town.settings(), concern.author
    told = concern.parents == ParentsTold.TOLD
    later = concern.complements.order_by("at", "pk")
    parts = [
        ("L’enfant", concern.child_said),
        ("Où l’enfant vit, avec qui, son école", concern.household),
        ("Ce qui inquiète", concern.get_danger_display()),
        ("Ce que j’ai vu ou entendu", concern.facts),
        ("Les mots de l’enfant", concern.child_words),
        ("Mon avis, à part des faits", concern.judgement),
        ("Les parents sont-ils prévenus ?", concern.get_parents_display()),
        ("Ce qu’ils ont dit" if told else "Pourquoi", concern.parents_said or concern.parents_reason),
        *((f"Complément du {moment(item.at)}", item.text) for item in later),
    ]
    data = {
        "title": "Information préoccupante",
        "author": context.require().name,
        "to": [line for line in (contact.crip_name, contact.crip_address, contact.crip_email) if line],
        "date": f"Le {day(timezone.localdate(concern.written_at))}",
        "parts": [{"title": title, "lines": text.split("\n")} for title, text in parts if text],
        "by": ", ".join(
            part for part in (author.full_name, concern.author_function, author.phone, author.email) if part
        ),
        "sent": _sent(concern),
    }
    pdf = typst.compile(
        _CONCERN.read_bytes(),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        format="pdf",
        pdf_standards=["ua-1"],
    )
    assert isinstance(pdf, bytes)  # noqa: S101  # one document was asked for
    return pdf


def _sent(concern: Concern) -> str:
    if concern.sent_at is None:
        return ""
    to = f", à {concern.sent_to}" if concern.sent_to else ""
    return f"Transmise le {moment(concern.sent_at)}, {concern.get_sent_how_display().lower()}{to}."
