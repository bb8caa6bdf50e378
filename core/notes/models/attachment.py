"""Files around a child: in the town's own folder, opened by a page that checks, off the disk when removed."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.notes.enums import Facet
from core.notes.reach import readable_rows
from core.ui.free_text import FreeLineField

if TYPE_CHECKING:
    from core.people.models import User

FOLDER = "pieces"  # in the town's own


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def visible_to(self, user: "User", *, at: datetime | None = None) -> "AttachmentQuerySet":
        return self.filter(readable_rows(user, tuple(Facet), at=at))

    def kept(self) -> "AttachmentQuerySet":
        return self.filter(removed_at=None)

    def latest_first(self) -> "AttachmentQuerySet":
        return self.order_by("-at", "-pk")


class Attachment(models.Model):
    """Once removed, the row says that there was a file, who removed it and why."""

    child = models.ForeignKey("children.Child", on_delete=models.PROTECT, related_name="attachments")
    facet = models.CharField("de quoi parle ce document", max_length=10, choices=Facet)
    title = FreeLineField("ce que c’est", max_length=200)
    file = models.FileField("fichier", upload_to="pieces/%Y/%m", blank=True)
    kind = models.CharField(max_length=8)
    octets = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField("ajouté le")
    removed_at = models.DateTimeField("retiré le", null=True, blank=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    removed_because = FreeLineField("retiré parce que", max_length=300, blank=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(facet__in=Facet.values), name="attachment_facet_known"),
            models.CheckConstraint(
                condition=Q(kind__in=["pdf", "jpeg", "png"]), name="attachment_kind_known"
            ),
            models.CheckConstraint(condition=~Q(title=""), name="attachment_has_a_title"),
            models.CheckConstraint(
                condition=Q(removed_at=None) & ~Q(file="")
                | Q(removed_at__isnull=False, removed_by__isnull=False, file="") & ~Q(removed_because=""),
                name="attachment_removed_with_a_reason",
                violation_error_message="Dites pourquoi ce document est retiré.",
            ),
        ]
        indexes = [models.Index(fields=["child", "-at"], name="attachments_of_a_child")]

    def __str__(self) -> str:
        return self.title
