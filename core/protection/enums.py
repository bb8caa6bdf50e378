from django.db.models import TextChoices


class Danger(TextChoices):
    NOW = "now", "Un danger maintenant"
    RISK = "risk", "Un danger, ou un risque de danger"
    WORRY = "worry", "Une inquiétude forte"


class ParentsTold(TextChoices):
    TOLD = "told", "Oui, avant de transmettre"
    NOT_TOLD = "not_told", "Non : les prévenir mettrait l’enfant en danger"


class SentHow(TextChoices):
    PHONE = "phone", "Par téléphone"
    MAIL = "mail", "Par courriel protégé"
    POST = "post", "Par courrier"
    HAND = "hand", "Remise en main propre"


class Result(TextChoices):
    """Coarse on purpose: what the département found belongs to it."""

    UNDER_WAY = "under_way", "Une évaluation est en cours"
    HELP = "help", "Une aide est proposée à la famille"
    MEASURE = "measure", "Une mesure de protection est prise"
    JUDGE = "judge", "La justice est saisie"
    NOTHING = "nothing", "Sans suite"
    UNTOLD = "untold", "Le département n’en dit rien"
