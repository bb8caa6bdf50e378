from django.db.models import TextChoices


class Status(TextChoices):
    """What a town says of its cells."""

    RUNNING = "running", "En cours d’année"
    OFFICIAL = "official", "Retour de l’enquête annuelle"


class Side(TextChoices):
    """Who wrote a message about a return: no person is named."""

    NATION = "nation", "La nation"
    TOWN = "town", "La ville"
