"""Letters and authorisations, as they left; and what came back signed."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.children.models import Child
from core.notes.enums import LetterKind
from core.notes.models.attachment import Attachment
from core.ui.free_text import FreeTextField

if TYPE_CHECKING:
    from core.people.models import User


class LetterQuerySet(models.QuerySet["Letter"]):
    def visible_to(self, user: "User", *, at: datetime | None = None) -> "LetterQuerySet":
        """Of the children who are open to `user`; who may see letters at all is asked of the permissions."""
        return self.filter(child__in=Child.objects.visible_to(user, at=at))

    def latest_first(self) -> "LetterQuerySet":
        return self.order_by("-at", "-pk")


class Letter(models.Model):
    child = models.ForeignKey("children.Child", on_delete=models.PROTECT, related_name="letters")
    code = models.CharField("modèle", max_length=40)
    kind = models.CharField("nature", max_length=14, choices=LetterKind)
    title = models.CharField("titre", max_length=200)
    text = FreeTextField("texte")
    guardian = models.ForeignKey(
        "children.Guardian", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("écrit le")
    # of an authorisation
    returned_on = models.DateField("rendue signée le", null=True, blank=True)
    agreed = models.BooleanField("accordée", null=True, blank=True)
    ends_on = models.DateField("valable jusqu’au", null=True, blank=True)
    scan = models.OneToOneField(
        Attachment, on_delete=models.PROTECT, null=True, blank=True, related_name="letter"
    )
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = LetterQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=LetterKind.values), name="letter_kind_known"),
            models.CheckConstraint(
                condition=Q(returned_on=None, agreed=None, ends_on=None, scan=None, noted_by=None)
                | Q(
                    kind="authorisation",
                    returned_on__isnull=False,
                    agreed__isnull=False,
                    noted_by__isnull=False,
                ),
                name="authorisation_returned_whole",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("returned_on")),
                name="authorisation_ends_after_it_returned",
                violation_error_message="La fin de l’autorisation ne précède pas sa signature.",
            ),
        ]

    def __str__(self) -> str:
        return self.title
