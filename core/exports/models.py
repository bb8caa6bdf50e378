from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models

from core.people.enums import Role
from core.ui.free_text import FreeLineField

if TYPE_CHECKING:
    from core.people.models import User


class ExportQuerySet(models.QuerySet["Export"]):
    def visible_to(self, user: "User") -> "ExportQuerySet":
        """The coordination's, who answers for what leaves the platform."""
        return self.all() if user.has_role(Role.COORDINATOR) else self.none()


class Export(models.Model):
    """A list that somebody took away, and why. Which children were in it, its line of the read log says."""

    append_only = True

    at = models.DateTimeField("le")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="par", on_delete=models.PROTECT, related_name="+"
    )
    code = models.CharField("liste", max_length=40)
    title = models.CharField("titre", max_length=200)
    filters = FreeLineField("choix faits", max_length=300, blank=True)
    reason = FreeLineField("pour quoi faire", max_length=300)
    format = models.CharField("format", max_length=4)
    rows = models.PositiveIntegerField("lignes")
    names_children = models.BooleanField("nomme des enfants", default=False)

    objects = ExportQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["-at", "-id"], name="export_by_date")]

    def __str__(self) -> str:
        return f"Export {self.pk}"
