from django.db.models import TextChoices


class Channel(TextChoices):
    """How someone wants the e-mail of one kind of message. In the application it is always there."""

    NOW = "now", "Tout de suite"
    DAILY = "daily", "Une fois par jour"
    WEEKLY = "weekly", "Une fois par semaine"
    NONE = "none", "Pas d’e-mail"
