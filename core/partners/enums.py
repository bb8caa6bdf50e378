"""Kinds of organisation in a town's network; the yearly return counts partners by these codes."""

from django.db.models import TextChoices


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
