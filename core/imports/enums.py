from django.db.models import TextChoices


class RowDecision(TextChoices):
    """What the coordinator says of a row that looks like a file, or like another row."""

    NONE = "", "À décider"
    NEW = "new", "Un autre enfant"
    SAME = "same", "Le même enfant"
    SKIP = "skip", "Laisser cette ligne de côté"


class RowOutcome(TextChoices):
    WAITING = "", "À reprendre"
    MADE = "made", "Reprise"
    SKIPPED = "skipped", "Laissée de côté"
    FAILED = "failed", "Non reprise"
    TAKEN_BACK = "taken_back", "Retirée"
    KEPT = "kept", "Gardée"
