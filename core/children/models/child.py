from datetime import date, datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from core.children import access, names
from core.children.enums import Sex
from core.ui.free_text import FreeLineField, FreeTextField

if TYPE_CHECKING:
    from core.people.models import User


class ChildQuerySet(models.QuerySet["Child"]):
    def alone(self) -> "ChildQuerySet":
        """Without the files that were united with another one."""
        return self.filter(merged_into=None)

    def visible_to(
        self,
        user: "User",
        *,
        scope: access.Scope = access.Scope.IDENTITY,
        at: datetime | None = None,
    ) -> "ChildQuerySet":
        """Children of whom `user` may see `scope`, by a role or a dated link in force; none by default."""
        return self.alone().filter(access.condition(user, scope=scope, at=at))

    def by_name(self) -> "ChildQuerySet":
        return self.order_by("sort_name", "pk")


class Child(models.Model):
    """A child's own file: who this is. What is done with the child is in `core.pathways`."""

    first_name = FreeLineField("prénom", max_length=100)
    last_name = FreeLineField("nom de famille", max_length=100)
    usual_name = FreeLineField("nom d’usage", max_length=100, blank=True)
    birth_on = models.DateField("né·e le", null=True, blank=True)
    sex = models.CharField("sexe", max_length=1, choices=Sex, blank=True, default=Sex.UNKNOWN)
    languages = FreeLineField("langues parlées", max_length=200, blank=True)
    own_words = FreeTextField("ce que l’enfant dit de soi", blank=True)
    phone = models.CharField("téléphone de l’enfant", max_length=30, blank=True)
    email = models.EmailField("adresse e-mail de l’enfant", blank=True)
    sort_name = models.CharField(max_length=210, editable=False)
    search_name = models.CharField(max_length=700, editable=False)
    sound_name = models.CharField(max_length=700, editable=False)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="merged_from"
    )
    created_at = models.DateTimeField(editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )

    objects = ChildQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(first_name="") & ~Q(last_name=""),
                name="child_has_names",
                violation_error_message="Donnez le prénom et le nom de l’enfant.",
            ),
            models.CheckConstraint(
                condition=Q(sex__in=Sex.values),
                name="child_sex_known",
                violation_error_message="Choisissez fille, garçon ou non renseigné.",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")),
                name="child_not_merged_into_itself",
                violation_error_message="Un dossier ne peut pas être réuni avec lui-même.",
            ),
        ]
        indexes = [
            GinIndex(fields=["search_name"], name="child_search", opclasses=["gin_trgm_ops"]),
            GinIndex(fields=["sound_name"], name="child_sound", opclasses=["gin_trgm_ops"]),
            models.Index(fields=["sort_name", "id"], name="child_sorted"),
            models.Index(fields=["birth_on"], name="child_birth"),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.usual_name or self.last_name}"

    @property
    def is_merged(self) -> bool:
        return self.merged_into_id is not None

    def age_on(self, day: date) -> int | None:
        """Whole years, or None without a birth date."""
        if self.birth_on is None:
            return None
        before_birthday = (day.month, day.day) < (self.birth_on.month, self.birth_on.day)
        return day.year - self.birth_on.year - before_birthday

    def is_adult_on(self, day: date) -> bool:
        """From 18 the rights are the young adult's own."""
        age = self.age_on(day)
        return age is not None and age >= 18

    def fold_names(self) -> None:
        """Sorting and search keys, from the names. Operations call it before they save."""
        self.sort_name = names.sort_key(self.usual_name or self.last_name, self.first_name)
        parts = (self.first_name, self.last_name, self.usual_name)
        self.search_name = names.search_text(*parts)
        self.sound_name = names.sound_text(*parts)
