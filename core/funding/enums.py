from django.db.models import TextChoices


class FunderKind(TextChoices):
    PREFET = "prefet", "Préfecture"
    DDETS = "ddets", "DDETS(PP)"
    COMMUNE = "commune", "Commune ou intercommunalité"
    DEPARTEMENT = "departement", "Département"
    CAF = "caf", "CAF"
    OTHER = "other", "Autre"


# Whose money is the State's: what came from the Acsé through the DDCSPP comes from them today.
OF_THE_STATE = frozenset({FunderKind.PREFET, FunderKind.DDETS})


class YearKind(TextChoices):
    SCHOOL = "scolaire", "Année scolaire"
    CIVIL = "civile", "Année civile"


class ConventionState(TextChoices):
    ASKED = "asked", "Demandée"
    GRANTED = "granted", "Accordée"
    SETTLED = "settled", "Soldée"
    REFUSED = "refused", "Refusée"


class Nature(TextChoices):
    """What money is spent on."""

    POSTS = "posts", "Postes"
    SERVICES = "services", "Prestataires"
    AID = "aid", "Aides individuelles"
    OPERATION = "operation", "Fonctionnement"
