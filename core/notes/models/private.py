"""What somebody keeps for oneself about a child: encrypted, dated, and gone at its end (ADR 0020)."""

from typing import TYPE_CHECKING
from uuid import uuid4

from django.conf import settings
from django.db import models

if TYPE_CHECKING:
    from core.people.models import User


class AuthorKey(models.Model):
    """The key of one author's private notes, itself encrypted under the installation's."""

    author = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    wrapped = models.BinaryField()
    master = models.CharField(max_length=20, help_text="Which of the installation's keys wraps it.")
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.author_id} {self.master}"


class PrivateNoteQuerySet(models.QuerySet["PrivateNote"]):
    def visible_to(self, user: "User") -> "PrivateNoteQuerySet":
        """One's own alone, whatever one's role."""
        return self.filter(author=user)


class PrivateNote(models.Model):
    uid = models.UUIDField(default=uuid4, unique=True, editable=False)
    child = models.ForeignKey("children.Child", on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sealed = models.BinaryField()
    written_at = models.DateTimeField()
    ends_on = models.DateField("gardée jusqu’au")

    objects = PrivateNoteQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["author", "child"], name="private_notes_of_an_author")]

    def __str__(self) -> str:
        return str(self.uid)
