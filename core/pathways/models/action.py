"""What is done, by whom, and who takes part: existing schemes first, made to measure where none fits."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from core.children.access import Scope, is_own_staff
from core.children.models import Child
from core.partners.access import organisations_of
from core.pathways.enums import ActionForm, ActionOrigin, GroupKind
from core.pathways.models.contract import Contract, ContractSharing
from core.pathways.models.objective import Objective, Practice
from core.pathways.models.vocabulary import Domain
from core.pathways.workflow import LIVING_ACTION, ActionState
from core.people.enums import Role
from core.people.queries import under_charter
from core.ui.free_text import FreeLineField, FreeTextField

if TYPE_CHECKING:
    from core.pathways.models.session import Session
    from core.people.models import User

# Of the PRE itself: they see which group actions there are; the names in them follow `Participation`.
OWN_ROLES = (Role.COORDINATOR, Role.REFERENT, Role.SECRETARY)


def in_charge_of(user: "User") -> Q:
    """The actions that `user` leads, or that the organisation for which `user` works delivers. Living ones.

    A partner's worker through the organisation alone, and only while it is under agreement.
    """
    day = timezone.localdate()
    if not user.present_on(day) or not under_charter(user, day):
        return Q(pk__in=[])
    living = Q(state__in=LIVING_ACTION)
    if is_own_staff(user) and user.has_role(*OWN_ROLES, on=day):
        return living & Q(worker=user)
    if user.has_role(Role.PARTNER_WORKER, Role.REFERENT, on=day):
        return living & Q(organisation__in=organisations_of(user, day).values("pk"))
    return Q(pk__in=[])


def in_own_team(user: "User") -> bool:
    """Holds today a role of the PRE's own team, with a charter signature in force."""
    day = timezone.localdate()
    if not user.present_on(day) or not user.has_role(*OWN_ROLES, on=day) or not is_own_staff(user):
        return False
    return under_charter(user, day)


class ActionQuerySet(models.QuerySet["Action"]):
    def in_charge_of(self, user: "User") -> "ActionQuerySet":
        return self.filter(in_charge_of(user))

    def visible_to(self, user: "User") -> "ActionQuerySet":
        """Group actions for the PRE's own team; one's own; and those of the children whose file is open.

        A partner's worker sees an individual action where the child's contract shares with the organisation.
        """
        filed = Participation.objects.filter(child__in=Child.objects.visible_to(user, scope=Scope.FILE))
        shown = Participation.objects.visible_to(user)
        seen = Q(pk__in=filed.values("action"))
        if in_own_team(user):
            seen |= Q(form=ActionForm.GROUP) | in_charge_of(user)
            if user.has_role(Role.COORDINATOR):
                seen |= ~Q(pk__in=[])
        else:
            seen |= in_charge_of(user) & (Q(form=ActionForm.GROUP) | Q(pk__in=shown.values("action")))
        return self.filter(seen)

    def living(self) -> "ActionQuerySet":
        return self.filter(state__in=LIVING_ACTION)


class Action(models.Model):
    title = FreeLineField("intitulé", max_length=200)
    form = models.CharField("forme", max_length=10, choices=ActionForm)
    kind = models.CharField("genre", max_length=10, choices=GroupKind, blank=True)  # of a group alone
    origin = models.CharField("origine", max_length=10, choices=ActionOrigin)
    offer = models.ForeignKey(
        "partners.Offer",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="offre de l’annuaire",
    )
    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="pratique"
    )
    domain = models.ForeignKey(Domain, on_delete=models.PROTECT, related_name="+", verbose_name="domaine")
    wording = FreeTextField("comment on fait", blank=True)
    organisation = models.ForeignKey(
        "partners.Organisation",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="structure",
    )
    agreement = models.ForeignKey(
        "partners.Agreement",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="convention",
    )
    worker = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="menée par",
    )
    venue = FreeLineField("lieu", max_length=200, blank=True)
    rhythm = FreeLineField("quand", max_length=200, blank=True)
    places = models.PositiveSmallIntegerField("places pour les enfants", null=True, blank=True)
    parent_places = models.PositiveSmallIntegerField("places pour les parents", null=True, blank=True)
    state = models.CharField("état", max_length=10, choices=ActionState, default=ActionState.PLANNED)
    planned_from = models.DateField("début prévu")
    planned_until = models.DateField("fin prévue", null=True, blank=True)
    started_on = models.DateField("commencée le", null=True, blank=True)
    ended_on = models.DateField("terminée le", null=True, blank=True)
    stopped_because = FreeLineField("arrêtée parce que", max_length=300, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    objects = ActionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="action_has_a_title"),
            models.CheckConstraint(condition=Q(state__in=ActionState.values), name="action_state_known"),
            models.CheckConstraint(condition=Q(form__in=ActionForm.values), name="action_form_known"),
            models.CheckConstraint(
                condition=Q(form=ActionForm.GROUP, kind__in=GroupKind.values)
                | Q(form=ActionForm.INDIVIDUAL, kind="", parent_places__isnull=True),
                name="group_action_has_its_kind",
                violation_error_message="Dites si c’est un atelier, une sortie ou un séjour.",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=[GroupKind.CAMP, GroupKind.OUTING]) | Q(planned_until__isnull=False),
                name="camp_or_outing_has_its_last_day",
                violation_error_message="Dites jusqu’à quel jour dure ce séjour ou cette sortie.",
            ),
            models.CheckConstraint(
                condition=Q(origin=ActionOrigin.EXISTING, offer__isnull=False)
                | Q(origin=ActionOrigin.MADE, offer__isnull=True) & ~Q(wording=""),
                name="action_is_an_offer_or_says_how",
                violation_error_message="Choisissez une offre de l’annuaire, ou dites comment on fait.",
            ),
            models.CheckConstraint(
                condition=Q(organisation__isnull=False) | Q(worker__isnull=False, agreement__isnull=True),
                name="action_has_somebody_in_charge",
                violation_error_message="Dites qui mène cette action.",
            ),
            models.CheckConstraint(
                condition=Q(planned_until__isnull=True) | Q(planned_until__gte=F("planned_from")),
                name="action_dates_in_order",
                violation_error_message="La fin prévue précède le début.",
            ),
            models.CheckConstraint(
                condition=Q(state=ActionState.PLANNED)
                | Q(state=ActionState.STOPPED)
                | Q(started_on__isnull=False),
                name="started_action_has_its_date",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[ActionState.DONE, ActionState.STOPPED], ended_on__isnull=False)
                | Q(state__in=[ActionState.PLANNED, ActionState.RUNNING], ended_on__isnull=True),
                name="ended_action_has_its_date",
            ),
            models.CheckConstraint(
                condition=~Q(state=ActionState.STOPPED) | ~Q(stopped_because=""),
                name="stopped_action_says_why",
                violation_error_message="Dites pourquoi l’action s’arrête.",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_group(self) -> bool:
        return self.form == ActionForm.GROUP

    @property
    def is_living(self) -> bool:
        return self.state in LIVING_ACTION


class ParticipationQuerySet(models.QuerySet["Participation"]):
    def current(self) -> "ParticipationQuerySet":
        return self.filter(until_on=None)

    def on_the_day_of(self, session: "Session") -> "ParticipationQuerySet":
        """Those who are in the session's action on its day, and whose parents still allow it."""
        still = Q(until_on__isnull=True) | Q(until_on__gte=session.on)
        return self.filter(still & allowed_on(session.on), action=session.action_id, since_on__lte=session.on)

    def visible_to(self, user: "User") -> "ParticipationQuerySet":
        """A name in an action: by the child's own file; or by being in charge of it, as the family allowed.

        A group's names are identities, an individual action says more. Whom the parents allow for this very
        activity is told to who leads it; whom the pathway brings, as far as the contract shares.
        """
        by_identity = Q(action__form=ActionForm.GROUP) & Q(
            child__in=Child.objects.visible_to(user) if in_own_team(user) else []
        )
        by_file = Q(child__in=Child.objects.visible_to(user, scope=Scope.FILE))
        own = Q(action__in=Action.objects.in_charge_of(user).values("pk"), until_on=None)
        return self.filter(by_file | by_identity | own & (Q(action__organisation=None) | _told()))


def allowed_on(day: date) -> Q:
    """A pathway's child needs no more than its contract; another one, a permission that still holds."""
    return Q(objective__isnull=False) | Q(authorised_until__isnull=True) | Q(authorised_until__gte=day)


def _told() -> Q:
    """By the parents, for this activity; or by the contract in force, which names the organisation."""
    shared = ContractSharing.objects.filter(
        contract__in=Contract.objects.in_force().values("pk"),
        contract__child=models.OuterRef("child"),
        organisation=models.OuterRef("action__organisation"),
    )
    day = timezone.localdate()
    lasts = Q(authorised_until__isnull=True) | Q(authorised_until__gte=day)
    return Q(authorised_on__isnull=False) & lasts | Q(models.Exists(shared))


class Participation(models.Model):
    """A child in an action: for an objective of the pathway, or with the parents' authorisation alone."""

    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="participations")
    child = models.ForeignKey("children.Child", on_delete=models.PROTECT, related_name="participations")
    objective = models.ForeignKey(
        Objective, on_delete=models.PROTECT, null=True, blank=True, related_name="participations"
    )
    since_on = models.DateField("depuis le")
    until_on = models.DateField("jusqu’au", null=True, blank=True)
    safety = FreeLineField("pour sa sécurité", max_length=200, blank=True)
    authorised_by = FreeLineField("autorisation donnée par", max_length=200, blank=True)
    authorised_on = models.DateField("autorisation du", null=True, blank=True)
    authorised_until = models.DateField("autorisation jusqu’au", null=True, blank=True)

    objects = ParticipationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "action",
                "child",
                condition=Q(until_on__isnull=True),
                name="participation_once_an_action",
                violation_error_message="Cet enfant participe déjà à cette action.",
            ),
            models.CheckConstraint(
                # given up before its first day: it ends the evening before
                condition=Q(until_on__isnull=True)
                | Q(until_on__gte=F("since_on") - models.Value(timedelta(days=1))),
                name="participation_dates_in_order",
            ),
            models.CheckConstraint(
                condition=Q(objective__isnull=False) | Q(authorised_on__isnull=False) & ~Q(authorised_by=""),
                name="participation_is_for_an_objective_or_authorised",
                violation_error_message="Sans parcours, l’autorisation des parents est nécessaire.",
            ),
            models.CheckConstraint(
                condition=Q(authorised_until__isnull=True)
                | Q(authorised_on__isnull=False, authorised_until__gte=F("authorised_on")),
                name="authorisation_dates_in_order",
                violation_error_message="L’autorisation finit avant de commencer.",
            ),
        ]

    def __str__(self) -> str:
        return f"Participation {self.pk}"
