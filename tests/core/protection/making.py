"""An information préoccupante as somebody writes it. Call inside a town."""

from datetime import datetime
from typing import Any

from core.children.models import Child
from core.people.models import User
from core.protection.enums import Danger, ParentsTold, SentHow
from core.protection.models import Concern
from core.protection.operations import concerns
from core.protection.operations.concerns import Told
from tests.core.pathways.making import NOW

SECRET = "A un bleu au bras, dit être tombé."


def told(**said: Any) -> Told:
    values = {
        "child_said": "Aïcha Exemple, dix ans",
        "danger": Danger.RISK,
        "facts": SECRET,
        "parents": ParentsTold.TOLD,
        **said,
    }
    return Told(**values)


def concern(by: User, *, child: Child | None = None, at: datetime = NOW, **said: Any) -> Concern:
    return concerns.write_concern(told=told(**said), child=child, by=by, at=at)


def sent(by: User, *, child: Child | None = None, **said: Any) -> Concern:
    made = concern(by, child=child, **said)
    return concerns.send_concern(
        concern=made, how=SentHow.PHONE, to="La CRIP", seen=made.text_digest, by=by, at=NOW
    )
