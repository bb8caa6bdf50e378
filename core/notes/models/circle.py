"""Who else is there for a child, outside the PRE: a person, a function, a house, from when to when."""

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.children.access import Scope
from core.children.models import Child
from core.notes.enums import OutsideKind
from core.ui.free_text import FreeLineField

if TYPE_CHECKING:
    from core.people.models import User


class OutsidePersonQuerySet(models.QuerySet["OutsidePerson"]):
    def visible_to(self, user: "User", *, at: datetime | None = None) -> "OutsidePersonQuerySet":
        """Of the children whose whole file is open to `user`."""
        return self.filter(child__in=Child.objects.visible_to(user, scope=Scope.FILE, at=at))

    def on(self, day: date) -> "OutsidePersonQuerySet":
        return self.filter(Q(until_on=None) | Q(until_on__gte=day))


class OutsidePerson(models.Model):
    child = models.ForeignKey("children.Child", on_delete=models.PROTECT, related_name="outside_people")
    kind = models.CharField("qui est-ce", max_length=12, choices=OutsideKind)
    name = FreeLineField("nom", max_length=200, blank=True)
    function = FreeLineField("fonction", max_length=120, blank=True)
    # Of the network, where it is in it: then a contract may say what is shared.
    organisation = models.ForeignKey(
        "partners.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    house = FreeLineField("autre structure", max_length=200, blank=True)
    phone = models.CharField("téléphone", max_length=30, blank=True)
    since_on = models.DateField("depuis le", null=True, blank=True)
    until_on = models.DateField("jusqu’au", null=True, blank=True)
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    noted_at = models.DateTimeField()

    objects = OutsidePersonQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=OutsideKind.values), name="outside_kind_known"),
            models.CheckConstraint(
                condition=~Q(name="") | ~Q(house="") | Q(organisation__isnull=False),
                name="outside_person_is_somebody",
                violation_error_message="Donnez un nom, ou au moins la structure.",
            ),
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(since_on=None) | Q(until_on__gte=F("since_on")),
                name="outside_dates_in_order",
                violation_error_message="La fin ne précède pas le début.",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.house or str(self.organisation)
