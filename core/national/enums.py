from django.db.models import TextChoices


class Recipient(TextChoices):
    """For whom a release is. Both thresholds are eleven children."""

    PUBLIC = "public", "Tout public"
    NATION = "nation", "Lecture nationale seulement"
