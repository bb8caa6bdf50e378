"""Two made-up *informations préoccupantes* a town, through the operations that pages call: one of a child
without a file, being written; one that was transmitted and acknowledged.
"""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from core.journal.announcing import silently
from core.pathways.models import ReferentLink
from core.people.demo import NotADemonstration
from core.people.enums import ROLES_UNDER_CHARTER, Role
from core.people.models import User
from core.people.queries import charter_in_force
from core.protection.enums import Danger, ParentsTold, SentHow
from core.protection.models import Concern
from core.protection.operations import concerns
from core.protection.operations.concerns import Told

TRANSMITTED = Told(
    child_said="Un enfant accompagné par le PRE.",
    danger=Danger.WORRY,
    facts="Trois mercredis de suite, personne n’est venu le chercher avant 20 heures.",
    judgement="Il reste seul longtemps et n’en parle pas.",
    parents=ParentsTold.TOLD,
    parents_said="La mère travaille en horaires décalés et cherche une solution.",
)
BEING_WRITTEN = Told(
    child_said="Un garçon d’environ huit ans, au square, prénom inconnu.",
    danger=Danger.WORRY,
    facts="Seul au square tard le soir, deux fois cette semaine.",
    parents=ParentsTold.NOT_TOLD,
    parents_reason="Nous ne savons pas qui ils sont.",
)


AGO = timedelta(days=5)


def populate(*, at: datetime) -> int:
    """In the entered town, once. Raises NotADemonstration."""
    if not settings.DEMO:
        raise NotADemonstration
    day = timezone.localdate(at)
    links = ReferentLink.objects.in_force(day).select_related("child", "user").order_by("-pk")
    known = [one for one in links[:40] if _may_write(one.user, day)]
    # Some days ago where its author was there already, else today.
    earlier = next((one for one in known if _may_write(one.user, day - AGO)), None)
    link = earlier or next(iter(known), None)
    members = User.objects.holding(Role.TEAM_MEMBER, on=day).order_by("pk")
    member = next((one for one in members[:20] if _may_write(one, day)), None)
    if link is None or Concern.objects.exists():
        return 0
    then = at - AGO if earlier else at
    with transaction.atomic(), silently():
        made = concerns.write_concern(told=TRANSMITTED, child=link.child, by=link.user, at=then)
        concerns.send_concern(
            concern=made,
            how=SentHow.PHONE,
            to="La cellule du département",
            seen=made.text_digest,
            by=link.user,
            at=then,
        )
        concerns.acknowledge(concern=made, on=day, by=link.user, at=at)
        if member is not None:
            concerns.write_concern(told=BEING_WRITTEN, child=None, by=member, at=at)
    return Concern.objects.count()


def _may_write(user: User, day: date) -> bool:
    return user.has_role(*ROLES_UNDER_CHARTER, on=day) and charter_in_force(user, day) is not None
