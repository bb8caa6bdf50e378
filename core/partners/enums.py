"""Kinds of organisation (the yearly return counts partners by these codes), and of offer."""

from django.db.models import IntegerChoices, TextChoices

from core.people.enums import Role

# Those who keep the network: no child hangs on it, so the town administrator may too.
NETWORK_MANAGERS = (Role.COORDINATOR, Role.TOWN_ADMIN)


class OrganisationKind(TextChoices):
    SCHOOLS = "education_nationale", "Éducation nationale"
    TOWN = "collectivite", "Service de la ville ou de l’intercommunalité"
    CCAS = "ccas", "CCAS ou CIAS"
    DEPARTMENT = "departement", "Service du département (action sociale, PMI, ASE)"
    STATE = "etat", "Service de l’État"
    CAF = "caf", "Caisse d’allocations familiales"
    HEALTH = "sante", "Santé"
    JUSTICE = "justice", "Justice, protection judiciaire de la jeunesse"
    HOUSING = "bailleur", "Bailleur social"
    ASSOCIATION = "association", "Association"
    COMPANY = "entreprise", "Entreprise ou profession libérale"
    OTHER = "autre", "Autre"

    @property
    def is_institution(self) -> bool:
        """Institutional partner, as against associations and firms."""
        return self not in {
            OrganisationKind.ASSOCIATION,
            OrganisationKind.COMPANY,
            OrganisationKind.OTHER,
        }


class OfferForm(TextChoices):
    INDIVIDUAL = "individual", "Individuelle"
    GROUP = "group", "Collective"
    BOTH = "both", "Individuelle ou collective"


class CostKind(TextChoices):
    """What a family pays; the empty one is not asked yet."""

    FREE = "free", "Gratuit"
    INCOME = "income", "Selon les ressources"
    PAID = "paid", "Payant"


class Weekday(IntegerChoices):
    """Numbered as `date.isoweekday` does."""

    MONDAY = 1, "lundi"
    TUESDAY = 2, "mardi"
    WEDNESDAY = 3, "mercredi"
    THURSDAY = 4, "jeudi"
    FRIDAY = 5, "vendredi"
    SATURDAY = 6, "samedi"
    SUNDAY = 7, "dimanche"
