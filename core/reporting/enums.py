from django.db.models import TextChoices


class Purpose(TextChoices):
    """For whom figures were frozen."""

    STEERING = "steering", "Le pilotage"
    REPORT = "report", "Un bilan"
    RETURN = "return", "L’enquête annuelle"
