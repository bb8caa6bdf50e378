from django.db.models import TextChoices


class Purpose(TextChoices):
    """For whom figures were frozen."""

    STEERING = "steering", "Le pilotage"
    REPORT = "report", "Un bilan"
    RETURN = "return", "L’enquête annuelle"


class ReportKind(TextChoices):
    """For whom a report is written; the threshold of its small counts follows."""

    PARTNERS = "partners", "Réunion des partenaires"
    PREFET = "prefet", "Préfecture"
    STEERING = "steering", "Comité de pilotage"


class ReportState(TextChoices):
    DRAFT = "draft", "En cours d’écriture"
    FINAL = "final", "Arrêté"
