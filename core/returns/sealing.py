"""A return as it is sent: the whole, which stays with the town under its hash, and what the nation reads.

A national reader learns no count of children from a return, not even a large one: beside a release it would
give back what disclosure control hid (docs/adr/0034-yearly-return.md).
"""

import hashlib
import json
import secrets
from collections.abc import Mapping
from typing import Any

from core.exchange import sources
from core.exchange.models import Campaign
from core.exchange.questionnaire import canonical
from core.reporting.models import Snapshot
from core.returns import filling
from core.returns.checks import Check
from core.returns.filling import Answer, Part
from core.returns.models import Submission


class AlteredError(Exception):
    """A sealed text no longer has its hash: it must not be shown."""


def hash_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def whole(
    campaign: Campaign,
    form_version: int,
    snapshot: Snapshot,
    parts: list[Part],
    checks: list[Check],
    explanations: Mapping[str, str],
    comment: str,
) -> str:
    return canonical(
        {
            "salt": secrets.token_hex(16),  # whoever holds the hash alone cannot try small numbers on it
            "campaign": [campaign.pk, campaign.title],
            "period": [campaign.first_on.isoformat(), campaign.last_on.isoformat()],
            "form": form_version,
            "figures": snapshot.sha256,
            "catalogue": snapshot.catalogue,
            "parts": filling.document(parts),
            "checks": [
                {"title": one.title, "detail": one.detail, "explanation": explanations.get(one.code, "")}
                for one in checks
            ],
            "comment": comment,
        }
    )


def for_the_nation(
    parts: list[Part], checks: list[Check], explanations: Mapping[str, str], comment: str
) -> str:
    """Words, how complete it is, and the numbers of no child."""
    answers = filling.answers_of(parts)
    return canonical(
        {
            "answers": [[one.label, one.text] for one in answers if one.is_typed and one.text],
            "numbers": [_told(one) for one in answers if sources.tells_of_no_child(one.source)],
            "asked": len(answers),
            "answered": sum(not one.is_missing for one in answers),
            "checks": [[one.title, explanations.get(one.code, "")] for one in checks if one.leaves],
            "comment": comment,
        }
    )


def _told(one: Answer) -> list[Any]:
    return [one.label, one.text, one.unit, [[line.label, line.text] for line in one.lines]]


def content_of(submission: Submission) -> dict[str, Any]:
    """Raises AlteredError."""
    if hash_of(submission.text) != submission.sha256:
        raise AlteredError(submission.pk)
    content: dict[str, Any] = json.loads(submission.text)
    return content
