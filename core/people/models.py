"""People of one place, their roles, and what they signed. Written by `operations` alone."""

from datetime import date, datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone

from core.people.enums import PersonAct, Role, SignedHow


class UserQuerySet(models.QuerySet["User"]):
    def present_on(self, day: date) -> "UserQuerySet":
        """Those who may sign in that day: neither suspended nor gone."""
        return self.filter(Q(left_on=None) | Q(left_on__gte=day), is_active=True)

    def holding(self, *roles: str, on: date) -> "UserQuerySet":
        """Those present who hold at least one of `roles` that day."""
        held = RoleAssignment.objects.on(on).filter(role__in=roles)
        return self.present_on(on).filter(pk__in=held.values("user"))

    def by_name(self) -> "UserQuerySet":
        return self.order_by("sort_name", "pk")


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser):
    """Someone who signs in to one town's site, or to the national one.

    The same person in two towns is two users: nothing links them. `people` lies below `partners`, so
    the organisation is known here by its code.
    """

    email = models.EmailField(
        "adresse e-mail", unique=True, error_messages={"unique": "Cette adresse a déjà un compte."}
    )
    first_name = models.CharField("prénom", max_length=100, blank=True)
    last_name = models.CharField("nom", max_length=100)
    sort_name = models.CharField(max_length=210, editable=False)
    function = models.CharField("fonction", max_length=120, blank=True)
    profession = models.CharField("profession", max_length=120, blank=True)
    phone = models.CharField("téléphone", max_length=30, blank=True)
    organisation_code = models.CharField("organisation", max_length=60, blank=True, db_index=True)
    is_active = models.BooleanField("compte ouvert", default=True)
    left_on = models.DateField("dernier jour", null=True, blank=True)
    invited_at = models.DateTimeField(default=timezone.now)
    joined_at = models.DateTimeField("compte ouvert le", null=True, blank=True)
    from_file = models.BooleanField(
        default=False, help_text="Named among the first users of the town's file."
    )

    objects = UserManager.from_queryset(UserQuerySet)()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["last_name"]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(email=Lower("email")) & ~Q(email=""),
                name="user_email_in_lower_case",
                violation_error_message="L’adresse e-mail s’écrit en minuscules.",
            ),
            models.CheckConstraint(
                condition=~Q(last_name=""),
                name="user_has_a_name",
                violation_error_message="Donnez au moins le nom de la personne.",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def get_full_name(self) -> str:
        return self.full_name

    def present_on(self, day: date) -> bool:
        return self.is_active and (self.left_on is None or self.left_on >= day)

    def roles_on(self, day: date) -> frozenset[Role]:
        """Roles held that day; the assignments are read once for this object, so once a request."""
        if self.left_on is not None and self.left_on < day:
            return frozenset()
        return frozenset(Role(held.role) for held in self._known_assignments() if held.covers(day))

    def has_role(self, *roles: str, on: date | None = None) -> bool:
        """Whether one of `roles` is held, today in the place's time zone by default."""
        held = self.roles_on(on or timezone.localdate())
        return any(role in held for role in roles)

    def forget_roles(self) -> None:
        """Called by the operations that change them."""
        self.__dict__.pop("_assignments", None)
        getattr(self, "_prefetched_objects_cache", {}).pop("assignments", None)

    def _known_assignments(self) -> "list[RoleAssignment]":
        known: list[RoleAssignment] | None = self.__dict__.get("_assignments")
        if known is None:
            known = self.__dict__["_assignments"] = list(self.assignments.all())
        return known


class RoleAssignmentQuerySet(models.QuerySet["RoleAssignment"]):
    def on(self, day: date) -> "RoleAssignmentQuerySet":
        return self.filter(Q(until_on=None) | Q(until_on__gte=day), since_on__lte=day)


class RoleAssignment(models.Model):
    """A role from one day to another, both included. An ended one stays: it says who could see what, when."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="assignments")
    role = models.CharField("rôle", max_length=20, choices=Role)
    since_on = models.DateField("depuis le")
    until_on = models.DateField("jusqu’au", null=True, blank=True)
    given_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = RoleAssignmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="role_known"),
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=F("since_on")),
                name="role_dates_in_order",
                violation_error_message="La fin d’un rôle ne précède pas son début.",
            ),
            models.UniqueConstraint(
                fields=["user", "role"],
                condition=Q(until_on=None),
                name="one_open_assignment_a_role",
                violation_error_message="Cette personne a déjà ce rôle.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} depuis le {self.since_on}"

    def covers(self, day: date) -> bool:
        return self.since_on <= day and (self.until_on is None or day <= self.until_on)


class Invitation(models.Model):
    """A link sent to one person, worth once, in this place alone; only the secret's hash is kept."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="invitations")
    secret_sha256 = models.CharField(max_length=64, unique=True)
    sent_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(used_at=None, revoked_at=None),
                name="one_open_invitation_a_person",
            ),
            models.CheckConstraint(
                condition=Q(used_at=None) | Q(revoked_at=None), name="invitation_used_or_revoked"
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("sent_at")), name="invitation_expires_after_it_is_sent"
            ),
        ]

    def __str__(self) -> str:
        return f"Invitation du {self.sent_at:%d/%m/%Y}"

    def is_open(self, at: datetime) -> bool:
        return self.used_at is None and self.revoked_at is None and at < self.expires_at


class Charter(models.Model):
    """One version of the confidentiality charter of this place. A new text is a new version."""

    append_only = True

    version = models.PositiveIntegerField(unique=True)
    title = models.CharField("titre", max_length=200)
    text = models.TextField("texte")
    text_sha256 = models.CharField(max_length=64)
    in_force_on = models.DateField("en vigueur le")
    former_holds_until = models.DateField(
        null=True, blank=True, help_text="Last day on which signatures of earlier versions still hold."
    )
    from_platform = models.BooleanField(default=False, help_text="The platform's text, not the town's own.")
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(version__gte=1), name="charter_versions_from_one"),
            models.CheckConstraint(
                condition=Q(text_sha256__regex=r"^[0-9a-f]{64}$"), name="charter_hash_shape"
            ),
            models.CheckConstraint(
                condition=Q(former_holds_until=None) | Q(former_holds_until__gte=F("in_force_on")),
                name="charter_grace_after_start",
                violation_error_message="L’ancienne charte ne cesse pas avant que la nouvelle ne commence.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} (version {self.version})"


class CharterSignature(models.Model):
    """That a person signed one version, as they wrote their name, with the hash of what they read."""

    append_only = True

    charter = models.ForeignKey(Charter, on_delete=models.PROTECT, related_name="signatures")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="charter_signatures")
    name = models.CharField("nom écrit", max_length=210)
    signed_on = models.DateField("signée le")
    how = models.CharField(max_length=10, choices=SignedHow)
    text_sha256 = models.CharField(max_length=64)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["charter", "user"],
                name="one_signature_a_version",
                violation_error_message="Cette version est déjà signée.",
            ),
            models.CheckConstraint(condition=Q(how__in=SignedHow.values), name="signature_way_known"),
            models.CheckConstraint(condition=~Q(name=""), name="signature_has_a_name"),
            models.CheckConstraint(
                condition=Q(how="paper") | Q(recorded_by=F("user")),
                name="signed_on_screen_by_oneself",
                violation_error_message="Une signature à l’écran est faite par la personne elle-même.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, le {self.signed_on}"


class PersonChange(models.Model):
    """The log of acts on people: names of fields, no value. No actor: the town's file."""

    append_only = True

    at = models.DateTimeField()
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    person = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="changes")
    act = models.CharField(max_length=20, choices=PersonAct)
    fields: Any = models.JSONField(default=list)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(act__in=PersonAct.values), name="person_act_known")]
        indexes = [models.Index(fields=["person", "-at"], name="changes_of_a_person")]

    def __str__(self) -> str:
        return f"{self.get_act_display()} ({self.at})"
