"""The made-to-measure accompaniment: it exists from the last of the four signatures on."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.children.access import Scope
from core.children.models import Child
from core.pathways.enums import PathwayState
from core.pathways.models.contract import Contract
from core.pathways.models.referral import Referral

if TYPE_CHECKING:
    from core.people.models import User


class PathwayQuerySet(models.QuerySet["Pathway"]):
    def visible_to(self, user: "User") -> "PathwayQuerySet":
        """Of the children whose whole file is open to `user`."""
        return self.filter(child__in=Child.objects.visible_to(user, scope=Scope.FILE))


class Pathway(models.Model):
    child = models.ForeignKey("children.Child", on_delete=models.PROTECT, related_name="pathways")
    contract = models.OneToOneField(Contract, on_delete=models.PROTECT, related_name="opened_pathway")
    state = models.CharField("état", max_length=10, choices=PathwayState, default=PathwayState.ACTIVE)
    started_on = models.DateField("début")
    planned_end_on = models.DateField("fin prévue")
    ended_on = models.DateField("fin", null=True, blank=True)

    objects = PathwayQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=PathwayState.values), name="pathway_state_known"),
            models.CheckConstraint(
                condition=Q(state="ended", ended_on__isnull=False)
                | ~Q(state="ended") & Q(ended_on__isnull=True),
                name="ended_pathway_has_its_date",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=models.F("started_on")),
                name="pathway_dates_in_order",
                violation_error_message="La fin du parcours précède son début.",
            ),
            models.UniqueConstraint(
                "child",
                condition=~Q(state="ended"),
                name="one_open_pathway_a_child",
                violation_error_message="Un parcours est déjà ouvert pour cet enfant.",
            ),
        ]

    def __str__(self) -> str:
        return f"Parcours {self.pk}"


class ReferentLinkQuerySet(models.QuerySet["ReferentLink"]):
    def in_force(self, on: date) -> "ReferentLinkQuerySet":
        return self.filter(Q(until_on__isnull=True) | Q(until_on__gte=on), since_on__lte=on)


class ReferentLink(models.Model):
    """Who is whose referent, from when to when, both days included: the link that opens the child's file.

    One at a time for a child (trigger). A link given back on its first day ends the evening before: it was
    never in force, and stays as a trace.
    """

    child = models.ForeignKey("children.Child", on_delete=models.PROTECT, related_name="referent_links")
    referral = models.ForeignKey(
        Referral, on_delete=models.PROTECT, null=True, blank=True, related_name="referent_links"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="referent_links"
    )
    since_on = models.DateField("depuis le")
    until_on = models.DateField("jusqu’au", null=True, blank=True)

    objects = ReferentLinkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on__isnull=True)
                | Q(until_on__gte=models.F("since_on") - models.Value(timedelta(days=1))),
                name="referent_dates_in_order",
            ),
            models.UniqueConstraint(
                "child", condition=Q(until_on__isnull=True), name="one_current_referent_a_child"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.since_on}"

    def covers(self, on: date) -> bool:
        """As `in_force`, of a row in hand."""
        return self.since_on <= on and (self.until_on is None or self.until_on >= on)
