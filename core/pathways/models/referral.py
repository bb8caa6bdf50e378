"""A referral: someone says that a child may need the PRE. One row a child; siblings share `together`."""

import uuid
from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from core.partners import access as partners
from core.pathways.enums import AgreementKind, ContactKind, Informed, VocabularyKind
from core.pathways.models.vocabulary import Term
from core.pathways.workflow import OPEN, STATUS_FOR_REFERRER, WITH_AGREEMENT, ReferralState
from core.people.enums import Role
from core.ui.free_text import FreeLineField, FreeTextField

if TYPE_CHECKING:
    from core.people.models import User


class ReferralQuerySet(models.QuerySet["Referral"]):
    def open(self) -> "ReferralQuerySet":
        return self.filter(state__in=OPEN)

    def with_agreement(self) -> "ReferralQuerySet":
        """Those that may be named in front of the team."""
        return self.filter(state__in=WITH_AGREEMENT)

    def visible_to(self, user: "User") -> "ReferralQuerySet":
        """The coordinator's, those one is charged with, and what one sent oneself.

        A partner's worker sees what he or she sent for as long as the organisation is under agreement.
        """
        if partners.has_lapsed(user, timezone.localdate()):
            return self.none()
        own = Q(referrer=user)
        if user.has_role(Role.COORDINATOR):
            return self.filter(own | ~Q(state=ReferralState.DRAFT))
        return self.filter(own | Q(contact_person=user) & ~Q(state=ReferralState.DRAFT))

    def by_waiting(self) -> "ReferralQuerySet":
        """The longest wait first."""
        return self.order_by("received_on", "pk")


class Referral(models.Model):
    """What the referrer wrote stays as written; the agenda, the minutes and the contract start from it."""

    together = models.UUIDField(default=uuid.uuid4, db_index=True, editable=False)
    state = models.CharField(
        "état", max_length=10, choices=ReferralState, default=ReferralState.DRAFT, db_index=True
    )
    child = models.ForeignKey(
        "children.Child", on_delete=models.PROTECT, null=True, blank=True, related_name="referrals"
    )
    # The child as the referrer names it, until the coordinator links the file.
    stated_first_name = FreeLineField("prénom de l’enfant", max_length=100, blank=True)
    stated_last_name = FreeLineField("nom de l’enfant", max_length=100, blank=True)
    stated_birth_on = models.DateField("date de naissance", null=True, blank=True)
    stated_school = FreeLineField("école ou établissement", max_length=200, blank=True)
    stated_guardian = FreeLineField("nom du parent", max_length=200, blank=True)
    stated_guardian_contact = FreeLineField("comment le joindre", max_length=200, blank=True)

    source = models.ForeignKey(
        Term,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        limit_choices_to={"kind": VocabularyKind.REFERRAL_SOURCE, "active": True},
        verbose_name="origine",
    )
    motives = models.ManyToManyField(Term, related_name="+", verbose_name="motifs")
    referrer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="referrals"
    )
    organisation = models.ForeignKey(
        "partners.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="referrals"
    )
    referrer_name = FreeLineField("votre nom", max_length=200, blank=True)
    referrer_function = FreeLineField("votre fonction", max_length=200, blank=True)
    referrer_organisation = FreeLineField("votre structure", max_length=200, blank=True)
    referrer_contact = FreeLineField("comment vous joindre", max_length=200, blank=True)

    facts = FreeTextField("ce que vous observez", blank=True)
    strengths = FreeTextField("ses forces, ce qui va bien", blank=True)
    tried = FreeTextField("ce qui a déjà été essayé", blank=True)
    wishes = FreeTextField("ce qui aiderait", blank=True)
    parents_informed = models.CharField(
        "les parents sont-ils informés ?", max_length=10, choices=Informed, default=Informed.UNKNOWN
    )
    parents_informed_how = FreeLineField("comment", max_length=300, blank=True)

    contact_person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    received_on = models.DateField("reçue le", null=True, blank=True)
    waiting_since = models.DateField("en attente de référent depuis", null=True, blank=True)
    closed_on = models.DateField("close le", null=True, blank=True)
    closing_reason = FreeLineField("motif de clôture", max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    # An outsider's draft is resumed by a link; only the secret's hash is kept.
    resume_hash = models.CharField(max_length=64, blank=True, db_index=True, editable=False)

    objects = ReferralQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ReferralState.values), name="referral_state_known"),
            models.CheckConstraint(
                condition=Q(state=ReferralState.DRAFT) | Q(received_on__isnull=False),
                name="referral_received_has_a_date",
                violation_error_message="Une orientation reçue porte sa date.",
            ),
            models.CheckConstraint(
                condition=~Q(state=ReferralState.CLOSED) | ~Q(closing_reason="") & Q(closed_on__isnull=False),
                name="referral_closed_has_a_reason",
                violation_error_message="Indiquez le motif de clôture.",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[*sorted(WITH_AGREEMENT)]) | Q(child__isnull=False),
                name="referral_agreed_has_a_child",
                violation_error_message="Reliez d’abord l’orientation au dossier de l’enfant.",
            ),
        ]
        indexes = [models.Index("state", "received_on", "id", name="referral_inbox")]

    def __str__(self) -> str:
        return f"Orientation {self.pk}"

    @property
    def stated_name(self) -> str:
        """The child as the referrer names it."""
        return f"{self.stated_first_name} {self.stated_last_name}".strip()

    @property
    def status_for_referrer(self) -> str:
        return STATUS_FOR_REFERRER[ReferralState(self.state)]

    def waiting_days(self, on: date) -> int:
        """Days since receipt."""
        return (on - self.received_on).days if self.received_on else 0


class ParentalAgreement(models.Model):
    """What the parents said of the referral; the last row counts. Never changed, never removed."""

    append_only = True

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="agreements")
    kind = models.CharField("réponse", max_length=10, choices=AgreementKind)
    said_on = models.DateField("le")
    guardian = models.ForeignKey(
        "children.Guardian", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    said_by = FreeLineField("par", max_length=200, help_text="Qui a donné la réponse.")
    how = models.CharField("comment", max_length=10, choices=ContactKind)
    note = FreeLineField("en une ligne", max_length=300, blank=True)
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    noted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=AgreementKind.values), name="agreement_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.said_on}"


class Contact(models.Model):
    """A call, a visit, a message about a referral, from receipt on."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="contacts")
    kind = models.CharField("type", max_length=10, choices=ContactKind)
    on = models.DateField("le")
    reached = models.BooleanField("la famille a été jointe", default=True)
    note = FreeLineField("en une ligne", max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    noted_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.on}"
