"""The return as a PDF that a screen reader can read (PDF/UA-1)."""

import json
from pathlib import Path

import typst

from core.returns.showing import View
from core.ui import typography
from tenants import context

SOURCE = Path(__file__).with_name("return.typ")


def of_return(view: View) -> bytes:
    campaign = view.campaign
    state = "Tel que transmis à la nation" if view.is_sealed else "Pas encore transmis"
    data = {
        "title": campaign.title,
        "author": context.require().name,
        "lead": f"{context.require().name} – du {typography.day(campaign.first_on)} au "
        f"{typography.day(campaign.last_on)}. {state}, état au {typography.day(view.state_on)}.",
        "sha256": view.sha256,
        "comment": view.comment,
        "parts": [
            {
                "title": part.title,
                "answers": [
                    {
                        "label": answer.label,
                        "text": answer.text or "Pas encore répondu",
                        "detail": answer.detail,
                        "lines": [[line.label, line.text] for line in answer.lines],
                    }
                    for answer in part.answers
                ],
            }
            for part in view.parts
        ],
        "checks": [[one.title, one.explanation] for one in view.checks],
    }
    pdf = typst.compile(
        SOURCE.read_bytes(),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        pdf_standards=["ua-1"],
        format="pdf",
    )
    assert isinstance(pdf, bytes)  # noqa: S101  # one document was asked for
    return pdf
