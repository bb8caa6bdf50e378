"""The wording of what was made to measure, kept for others, without anything that leads to a child."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from core.children.models import Guardian
from core.journal import operations as journal
from core.pathways.enums import ActionOrigin
from core.pathways.models import Action, Practice
from core.pathways.operations.transitions import CannotMove
from core.people.models import User
from core.people.names import fold


@transaction.atomic
def keep_practice(*, action: Action, title: str, wording: str, by: User, at: datetime) -> Practice:
    """Raises CannotMove where the words name a child or an adult of this action."""
    if action.origin != ActionOrigin.MADE:
        raise CannotMove("Un dispositif existant est déjà dans l’annuaire.")
    if not title.strip() or not wording.strip():
        raise CannotMove("Donnez un titre et dites comment on fait.")
    if named := _names_in(action, f"{title} {wording}"):
        raise CannotMove(
            f"Une pratique ne nomme personne : retirez « {', '.join(named)} », puis enregistrez à nouveau."
        )
    practice = Practice.objects.create(
        title=title.strip(),
        wording=wording.strip(),
        domain_id=action.domain_id,
        kept_by=by,
        kept_on=timezone.localdate(at),
    )
    journal.record(actor=by, act="pathways.practice_kept", target=practice, at=at)
    return practice


def _names_in(action: Action, text: str) -> list[str]:
    """Names of those who take part, and of the adults around them, that the text says."""
    children = [item.child for item in action.participations.select_related("child").order_by("pk")]
    adults = Guardian.objects.filter(guardianships__child__in=children)
    names = {
        name for child in children for name in (child.first_name, child.last_name, child.usual_name) if name
    }
    names |= {name for pair in adults.values_list("first_name", "last_name") for name in pair if name}
    said = f" {' '.join(fold(text).replace('-', ' ').split())} "
    return sorted(name for name in names if f" {' '.join(fold(name).replace('-', ' ').split())} " in said)
