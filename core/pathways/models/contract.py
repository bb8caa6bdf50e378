"""The engagement contract, its content, and the four parts that make it an entry into the PRE.

Triggers (migration 0002) hold what no code path may break: a sealed text does not move, a signature
is of the sealed text, and a pathway starts at the last of four.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from core.children.access import Scope
from core.children.models import Child
from core.partners.access import organisations_of
from core.pathways.enums import ContractKind, Part, PathwayState, Way, WishedBy
from core.pathways.models.decision import Decision
from core.pathways.models.referral import Referral
from core.pathways.models.vocabulary import Domain
from core.pathways.workflow import ContractState
from core.people.enums import Role
from core.people.queries import under_charter
from core.ui.free_text import FreeLineField, FreeTextField

if TYPE_CHECKING:
    from core.people.models import User

WITNESSED = "La marque ou l’accord dit à voix haute est de l’enfant, devant témoin."


LONG_TEXTS = (
    "sealed_text",
    "child_commitment",
    "family_commitment",
    "team_commitment",
    "right_to_stop",
    "simple_words",
)


class ContractQuerySet(models.QuerySet["Contract"]):
    def visible_to(self, user: "User") -> "ContractQuerySet":
        """Contracts of the children whose whole file is open to `user`."""
        return self.filter(child__in=Child.objects.visible_to(user, scope=Scope.FILE))

    def versions_of(self, pathway_id: int) -> "ContractQuerySet":
        """The contract of entry and the amendments, each signed by all four."""
        own = Q(opened_pathway=pathway_id) | Q(pathway=pathway_id)
        return self.filter(own, state=ContractState.COMPLETE)

    def in_force(self) -> "ContractQuerySet":
        """Of each open pathway, the last version that all four signed."""
        of_pathway = Coalesce("pathway", "opened_pathway")
        later = Contract.objects.filter(
            pathway=OuterRef("of_pathway"), state=ContractState.COMPLETE, pk__gt=OuterRef("pk")
        )
        goes_on = ~Q(opened_pathway__state=PathwayState.ENDED) & ~Q(pathway__state=PathwayState.ENDED)
        return self.annotate(of_pathway=of_pathway).filter(
            goes_on, ~Exists(later), state=ContractState.COMPLETE, of_pathway__isnull=False
        )


class Contract(models.Model):
    child = models.ForeignKey("children.Child", on_delete=models.PROTECT, related_name="contracts")
    referral = models.ForeignKey(
        Referral, on_delete=models.PROTECT, null=True, blank=True, related_name="contracts"
    )
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="contracts")
    # An amendment or a renewal belongs to the pathway that it changes.
    pathway = models.ForeignKey(
        "pathways.Pathway", on_delete=models.PROTECT, null=True, blank=True, related_name="amendments"
    )
    # The review that asked for this change, where one did.
    review = models.ForeignKey(
        "pathways.Review", on_delete=models.PROTECT, null=True, blank=True, related_name="contracts"
    )
    kind = models.CharField("nature", max_length=10, choices=ContractKind, default=ContractKind.INITIAL)
    state = models.CharField("état", max_length=10, choices=ContractState, default=ContractState.DRAFT)
    coordinator = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    referent = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    planned_end_on = models.DateField("fin prévue")
    child_commitment = FreeTextField("ce à quoi l’enfant s’engage", blank=True)
    family_commitment = FreeTextField("ce à quoi la famille s’engage", blank=True)
    team_commitment = FreeTextField("ce à quoi l’équipe s’engage", blank=True)
    right_to_stop = FreeTextField("le droit d’arrêter", blank=True)
    simple_words = FreeTextField("pour l’enfant, en mots simples", blank=True)
    language = models.CharField("langue de lecture", max_length=60, default="français")
    interpreter = FreeLineField("interprète", max_length=200, blank=True)
    sealed_text = models.TextField(blank=True, help_text="JSON canonique du contrat tel qu’il est signé.")
    sealed_hash = models.CharField(max_length=64, blank=True, help_text="SHA-256 de sealed_text.")
    sealed_at = models.DateTimeField(null=True, blank=True)
    completed_on = models.DateField("signé le", null=True, blank=True)
    voided_reason = FreeLineField("annulé parce que", max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ContractQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ContractState.values), name="contract_state_known"),
            models.CheckConstraint(condition=Q(kind__in=ContractKind.values), name="contract_kind_known"),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "void"]) | ~Q(sealed_hash=""),
                name="contract_to_sign_is_sealed",
            ),
            models.CheckConstraint(
                condition=Q(kind=ContractKind.INITIAL) | Q(pathway__isnull=False),
                name="amendment_belongs_to_a_pathway",
            ),
            models.UniqueConstraint(
                "referral",
                condition=Q(state__in=["draft", "sealed", "complete"], kind="initial"),
                name="one_living_contract_a_referral",
                violation_error_message="Un contrat est déjà en préparation pour cette orientation.",
            ),
            models.UniqueConstraint(
                "pathway",
                condition=Q(state__in=["draft", "sealed"]),
                name="one_living_amendment_a_pathway",
                violation_error_message="Un avenant est déjà en préparation pour ce parcours.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"

    @property
    def is_complete(self) -> bool:
        return self.state == ContractState.COMPLETE

    @property
    def is_of_entry(self) -> bool:
        """Its fourth signature opens the pathway; an amendment's changes it."""
        return self.kind == ContractKind.INITIAL


class ContractObjective(models.Model):
    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="objectives")
    domain = models.ForeignKey(Domain, on_delete=models.PROTECT, related_name="+", verbose_name="domaine")
    text = FreeLineField("objectif, en mots de tous les jours", max_length=300)
    wished_by = models.CharField("souhaité par", max_length=10, choices=WishedBy)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="objective_has_a_text"),
        ]

    def __str__(self) -> str:
        return self.text


class ContractSharingQuerySet(models.QuerySet["ContractSharing"]):
    def visible_to(self, user: "User", *, at: datetime | None = None) -> "ContractSharingQuerySet":
        """What contracts in force share with the organisation of a partner's worker; nothing to others.

        It ends with the pathway, with a version that no longer names the organisation, with the role, the
        charter, and the organisation's own agreement.
        """
        day = timezone.localdate(at)
        if not user.present_on(day) or not user.has_role(Role.PARTNER_WORKER, on=day):
            return self.none()
        if not under_charter(user, day):
            return self.none()
        return self.filter(
            organisation__in=organisations_of(user, day),
            contract__in=Contract.objects.in_force().values("pk"),
        )


class ContractSharing(models.Model):
    """With which named organisation what may be shared."""

    contract = models.ForeignKey(Contract, on_delete=models.CASCADE, related_name="sharings")
    organisation = models.ForeignKey("partners.Organisation", on_delete=models.PROTECT, related_name="+")
    what = FreeLineField("ce qui est partagé", max_length=300)

    objects = ContractSharingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "contract",
                "organisation",
                name="one_sharing_an_organisation",
                violation_error_message="Cette organisation est déjà dans la liste.",
            ),
        ]

    def __str__(self) -> str:
        return self.what


class Signature(models.Model):
    """One filled part of one sealed contract. Never changed, never removed."""

    append_only = True

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="signatures")
    sealed_hash = models.CharField(max_length=64)
    part = models.CharField("partie", max_length=12, choices=Part)
    way = models.CharField("manière", max_length=10, choices=Way)
    # Empty where a paper was taken over and the town's table does not say who signed it.
    signer_name = FreeLineField("nom de qui signe", max_length=200, blank=True)
    guardian = models.ForeignKey(
        "children.Guardian", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    witness = FreeLineField("témoin", max_length=200, blank=True)
    language = models.CharField("langue", max_length=60, default="français")
    interpreter = FreeLineField("interprète", max_length=200, blank=True)
    signed_on = models.DateField("signé le")
    drawing = models.TextField("tracé (SVG)", blank=True)
    typed_name = FreeLineField("nom tapé", max_length=200, blank=True)
    scan = models.FileField("photo du papier", upload_to="contrats/%Y/%m", blank=True)
    scan_hash = models.CharField(max_length=64, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    entered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(part__in=Part.values), name="contract_signature_part_known"),
            models.CheckConstraint(condition=Q(way__in=Way.values), name="contract_signature_way_known"),
            models.CheckConstraint(
                condition=~Q(way__in=["mark", "spoken"]) | ~Q(witness="") & Q(part="child"),
                name="witnessed_signature_is_the_childs",
                violation_error_message=WITNESSED,
            ),
            models.CheckConstraint(
                condition=~Q(signer_name="") | Q(way="imported"),
                name="signature_names_its_signer",
                violation_error_message="Dites le nom de qui signe.",
            ),
            models.UniqueConstraint(
                "contract",
                "part",
                name="one_signature_a_part",
                violation_error_message="Cette partie est déjà signée.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_part_display()} {self.signed_on}"
