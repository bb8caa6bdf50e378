"""Papers that a family may hold in hand: accessible PDF (PDF/UA-1) made by Typst."""

import json
from pathlib import Path

import typst
from django.utils import timezone

from core.pathways.enums import Part
from core.pathways.models import Contract
from core.pathways.operations.contracts import canonical_text
from core.ui.typography import day
from tenants import context

_CONTRACT = Path(__file__).with_name("contract.typ")
UNNAMED = "Signé sur papier, nom non repris"


def contract_pdf(contract: Contract) -> bytes:
    """The contract as sealed (or, with the word « projet », as it stands), with the signatures given."""
    sealed = bool(contract.sealed_text)
    content = json.loads(contract.sealed_text or canonical_text(contract))
    signatures = {item.part: item for item in contract.signatures.all()}
    data = {
        **content,
        "town": context.require().name,
        "title": contract.get_kind_display(),
        "changes": content.get("changes", []),
        "entry": contract.is_of_entry,
        "draft": not sealed,
        "planned_end": day(contract.planned_end_on),
        "decided": day(contract.decision.decided_on),
        "hash": contract.sealed_hash,
        "sealed": day(timezone.localdate(contract.sealed_at)) if contract.sealed_at else "",
        "completed": day(contract.completed_on) if contract.completed_on else "",
        "parts": [_part(part, signatures.get(part)) for part in Part],
    }
    pdf = typst.compile(
        _CONTRACT,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        format="pdf",
        pdf_standards=["ua-1"],
    )
    if not isinstance(pdf, bytes):
        raise TypeError("Typst gave no single PDF.")
    return pdf


def _part(part: Part, signature: object) -> dict[str, str]:
    if signature is None:
        return {"label": str(part.label), "name": "", "how": "", "on": "", "path": ""}
    return {
        "label": str(part.label),
        "name": signature.signer_name or UNNAMED,  # type: ignore[attr-defined]
        "how": str(signature.get_way_display()),  # type: ignore[attr-defined]
        "on": day(signature.signed_on),  # type: ignore[attr-defined]
        "path": signature.drawing,  # type: ignore[attr-defined]
    }
