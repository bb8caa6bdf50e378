"""Letters as accessible PDF (PDF/UA-1), made by Typst."""

import json
from pathlib import Path

import typst
from django.utils import timezone

from core.children import queries as children
from core.notes.enums import LetterKind
from core.notes.models import Letter
from core.ui.typography import day, typeset
from tenants import context

_LETTER = Path(__file__).with_name("letter.typ")


def letter_pdf(letter: Letter) -> bytes:
    """With the address of whom it is written to, and of nobody else."""
    on = timezone.localdate(letter.at)
    data = {
        "title": letter.title,
        "author": context.require().name,
        "date": f"Le {day(on)}",
        "to": _address(letter),
        "parts": [typeset(part.strip()) for part in letter.text.split("\n\n") if part.strip()],
        "signature": letter.kind == LetterKind.AUTHORISATION,
    }
    pdf = typst.compile(
        _LETTER.read_bytes(),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        format="pdf",
        pdf_standards=["ua-1"],
    )
    assert isinstance(pdf, bytes)  # noqa: S101  # one document was asked for
    return pdf


def _address(letter: Letter) -> list[str]:
    if letter.guardian is None:
        return [letter.child.full_name]
    lines = [letter.guardian.full_name]
    for adult in children.around(letter.child, timezone.localdate()).adults:
        if adult.guardianship.guardian_id == letter.guardian_id and adult.address is not None:
            lines.append(adult.address.in_one_line)
    return lines
