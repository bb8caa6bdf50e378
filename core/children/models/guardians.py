from datetime import date, datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from core.children import access, names
from core.children.enums import (
    EXERCISING,
    FAMILY_LINKS,
    INFORMED_WITHOUT_EXERCISE,
    Authority,
    GuardianKind,
    Link,
    LivesWith,
)
from core.children.models.child import Child
from core.ui.free_text import FreeLineField

if TYPE_CHECKING:
    from core.people.models import User


class GuardianQuerySet(models.QuerySet["Guardian"]):
    def visible_to(
        self,
        user: "User",
        *,
        scope: access.Scope = access.Scope.IDENTITY,
        at: datetime | None = None,
    ) -> "GuardianQuerySet":
        """Adults around a child whom `user` may see."""
        children = Child.objects.visible_to(user, scope=scope, at=at)
        return self.filter(pk__in=Guardianship.objects.filter(child__in=children).values("guardian"))

    def by_name(self) -> "GuardianQuerySet":
        return self.order_by("sort_name", "pk")


class Guardian(models.Model):
    """An adult, or a service, around one child or several. What each may decide is in Guardianship."""

    kind = models.CharField("est", max_length=10, choices=GuardianKind, default=GuardianKind.PERSON)
    first_name = FreeLineField("prénom", max_length=100, blank=True)
    last_name = FreeLineField("nom", max_length=100)
    phone = models.CharField("téléphone", max_length=30, blank=True)
    other_phone = models.CharField("autre téléphone", max_length=30, blank=True)
    email = models.EmailField("adresse e-mail", blank=True)
    email_confirmed_at = models.DateTimeField(null=True, blank=True, editable=False)
    email_confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    message_allowed = models.BooleanField(
        "on peut laisser un message", default=False, help_text="Sans accord noté, ne laissez aucun message."
    )
    contact_notes = FreeLineField("comment la joindre", max_length=200, blank=True)
    language = FreeLineField("langue", max_length=100, blank=True)
    needs_interpreter = models.BooleanField("a besoin d’un interprète", default=False)
    interpreter = FreeLineField("interprète habituel", max_length=200, blank=True)
    sort_name = models.CharField(max_length=210, editable=False)
    search_name = models.CharField(max_length=500, editable=False)
    sound_name = models.CharField(max_length=500, editable=False)

    objects = GuardianQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(last_name=""),
                name="guardian_has_a_name",
                violation_error_message="Donnez au moins le nom de cette personne.",
            ),
            models.CheckConstraint(condition=Q(kind__in=GuardianKind.values), name="guardian_kind_known"),
            models.CheckConstraint(
                condition=Q(email_confirmed_at=None) | ~Q(email=""),
                name="guardian_confirmed_email_exists",
                violation_error_message="Une adresse e-mail est confirmée quand elle est connue.",
            ),
            models.CheckConstraint(
                condition=Q(email_confirmed_at=None, email_confirmed_by=None)
                | Q(email_confirmed_at__isnull=False, email_confirmed_by__isnull=False),
                name="guardian_email_confirmed_by_someone",
            ),
        ]
        indexes = [
            GinIndex(fields=["search_name"], name="guardian_search", opclasses=["gin_trgm_ops"]),
            GinIndex(fields=["sound_name"], name="guardian_sound", opclasses=["gin_trgm_ops"]),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def fold_names(self) -> None:
        self.sort_name = names.sort_key(self.last_name, self.first_name)
        self.search_name = names.search_text(self.first_name, self.last_name)
        self.sound_name = names.sound_text(self.first_name, self.last_name)


class GuardianshipQuerySet(models.QuerySet["Guardianship"]):
    def on(self, day: date) -> "GuardianshipQuerySet":
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=day), starts_on__lte=day)

    def in_family(self) -> "GuardianshipQuerySet":
        """Links that make a family: neither a service nor a foster home."""
        return self.filter(link__in=FAMILY_LINKS, guardian__kind=GuardianKind.PERSON)

    def visible_to(
        self,
        user: "User",
        *,
        scope: access.Scope = access.Scope.IDENTITY,
        at: datetime | None = None,
    ) -> "GuardianshipQuerySet":
        return self.filter(child__in=Child.objects.visible_to(user, scope=scope, at=at))


class Guardianship(models.Model):
    """One adult's own rights over one child, from a day to another. A new situation is a new row."""

    child = models.ForeignKey(Child, on_delete=models.PROTECT, related_name="guardianships")
    guardian = models.ForeignKey(
        Guardian, verbose_name="adulte", on_delete=models.PROTECT, related_name="guardianships"
    )
    link = models.CharField("lien", max_length=20, choices=Link)
    authority = models.CharField("autorité parentale", max_length=20, choices=Authority)
    lives_with = models.CharField("vit avec", max_length=12, choices=LivesWith, default=LivesWith.UNKNOWN)
    address_secret_from = models.ForeignKey(
        Guardian,
        verbose_name="adresse à taire à",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="addresses_kept_from",
        help_text="Son adresse, et celle de l’enfant chez elle, ne lui sont pas dites.",
    )
    contact_forbidden = models.BooleanField("contact interdit avec l’enfant", default=False)
    decision = FreeLineField("décision de justice", max_length=200, blank=True)
    decision_on = models.DateField("décision du", null=True, blank=True)
    decision_ends_on = models.DateField("décision valable jusqu’au", null=True, blank=True)
    starts_on = models.DateField("depuis le")
    ends_on = models.DateField("jusqu’au", null=True, blank=True)

    objects = GuardianshipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(link__in=Link.values), name="guardianship_link_known"),
            models.CheckConstraint(
                condition=Q(authority__in=Authority.values), name="guardianship_authority_known"
            ),
            models.CheckConstraint(
                condition=Q(lives_with__in=LivesWith.values), name="guardianship_lives_with_known"
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="guardianship_dates_in_order",
                violation_error_message="La fin ne précède pas le début.",
            ),
            models.CheckConstraint(
                condition=Q(decision_ends_on=None)
                | (~Q(decision="") & (Q(decision_on=None) | Q(decision_ends_on__gte=F("decision_on")))),
                name="guardianship_decision_dates",
                violation_error_message="Nommez la décision de justice, et donnez ses dates dans l’ordre.",
            ),
            models.CheckConstraint(
                condition=Q(address_secret_from=None) | ~Q(address_secret_from=F("guardian")),
                name="guardianship_secret_from_another",
                violation_error_message="L’adresse est à taire à une autre personne que celle-ci.",
            ),
            models.UniqueConstraint(
                fields=["child", "guardian"],
                condition=Q(ends_on=None),
                name="one_open_guardianship_an_adult",
                violation_error_message="Cette personne figure déjà autour de l’enfant.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_link_display()} ({self.get_authority_display()})"

    def covers(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)

    def exercises_authority_on(self, day: date) -> bool:
        """Decides for the child that day, so may sign. What is not known does not count as held."""
        return self.covers(day) and self.authority in EXERCISING

    def is_to_be_informed_on(self, day: date) -> bool:
        """Exercises authority, or holds it without exercising it and keeps the right to be informed."""
        return self.covers(day) and (
            self.authority in EXERCISING or self.authority in INFORMED_WITHOUT_EXERCISE
        )

    def decision_lapsed_on(self, day: date) -> bool:
        """The decision is out of date: what it said is kept on screen until somebody checks."""
        return self.decision_ends_on is not None and self.decision_ends_on < day
