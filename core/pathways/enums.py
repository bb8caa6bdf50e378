"""Codes that the nation counts by. A town's own words each map to one of them (see vocabulary)."""

from django.db.models import IntegerChoices, TextChoices


class NationalDomain(TextChoices):
    """Domains of accompaniment."""

    EDUCATION = "education", "Éducatif et scolaire"
    AFTER_SCHOOL = "after_school", "Périscolaire"
    SOCIAL = "social", "Social"
    CULTURE = "culture", "Culturel"
    HEALTH = "health", "Sanitaire"
    PARENTHOOD = "parenthood", "Soutien à la parentalité"
    SPORT = "sport", "Sport et loisirs"
    OTHER = "other", "Autre"


class NationalSource(TextChoices):
    """Who first says that a child may need the programme."""

    SCHOOL = "school", "Établissement scolaire"
    ASSOCIATION = "association", "Association"
    TOWN = "town", "Service de la ville, CCAS"
    DEPARTMENT = "department", "Service social du département"
    PMI = "pmi", "Protection maternelle et infantile"
    HEALTH = "health", "Professionnel de santé"
    CHILD_PROTECTION = "child_protection", "Protection de l’enfance, justice"
    FAMILY = "family", "Famille"
    YOUNGSTER = "youngster", "Enfant ou jeune"
    PRE_TEAM = "pre_team", "Équipe du PRE"
    OTHER = "other", "Autre"


class NationalMotive(TextChoices):
    """Why. Health stays coarse: no code names a condition."""

    LEARNING = "learning", "Difficultés d’apprentissage"
    LANGUAGE = "language", "Langage, maîtrise du français"
    ATTENDANCE = "attendance", "Absentéisme, risque de décrochage"
    BEHAVIOUR = "behaviour", "Comportement, relations avec les autres"
    CONFIDENCE = "confidence", "Confiance en soi"
    ISOLATION = "isolation", "Isolement"
    PARENTHOOD = "parenthood", "Besoin de soutien des parents"
    SCHOOL_FAMILY = "school_family", "Lien entre la famille et l’école"
    LIVING_CONDITIONS = "living_conditions", "Conditions de vie, logement, ressources"
    ACCESS_TO_CARE = "access_to_care", "Accès aux soins"
    LEISURE = "leisure", "Accès à la culture, au sport, aux loisirs"
    OTHER = "other", "Autre"


class NationalExit(TextChoices):
    """Why a pathway ends; its outcome is another thing."""

    GOALS_MET = "goals_met", "Objectifs atteints"
    EXISTING_SCHEMES = "existing_schemes", "Relais vers le droit commun"
    CARE = "care", "Relais soin"
    CHILD_PROTECTION = "child_protection", "Relais vers la protection de l’enfance"
    MOVED = "moved", "Déménagement"
    FAMILY_STOPPED = "family_stopped", "Arrêt voulu par la famille"
    LOST = "lost", "Perdu de vue"
    AGE_LIMIT = "age_limit", "Limite d’âge"
    END_OF_TERM = "end_of_term", "Fin de la durée prévue"
    MISTAKE = "mistake", "Entrée par erreur"
    DEATH = "death", "Décès"


class VocabularyKind(TextChoices):
    REFERRAL_SOURCE = "referral_source", "Origine du repérage"
    MOTIVE = "motive", "Motif"
    EXIT_REASON = "exit_reason", "Motif de sortie"


NATIONAL_CODES: dict[str, type[TextChoices]] = {
    VocabularyKind.REFERRAL_SOURCE: NationalSource,
    VocabularyKind.MOTIVE: NationalMotive,
    VocabularyKind.EXIT_REASON: NationalExit,
}


class Informed(TextChoices):
    YES = "yes", "Oui"
    NO = "no", "Non"
    UNKNOWN = "unknown", "Je ne sais pas"


class AgreementKind(TextChoices):
    ORAL = "oral", "Accord oral"
    WRITTEN = "written", "Accord écrit"
    REFUSED = "refused", "Refus"
    WITHDRAWN = "withdrawn", "Accord retiré"


class ContactKind(TextChoices):
    CALL = "call", "Appel"
    VISIT = "visit", "Visite à domicile"
    MEETING = "meeting", "Rencontre"
    MESSAGE = "message", "Message"
    LETTER = "letter", "Courrier"


class DecisionKind(TextChoices):
    ENTRY = "entry", "Entrée dans le PRE"
    REFUSAL = "refusal", "Pas d’entrée"
    REDIRECTION = "redirection", "Orientation vers l’existant"
    MORE = "more", "Complément à apporter"
    ADJUST = "adjust", "Ajuster le parcours"
    RENEW = "renew", "Renouveler le parcours"
    SUSPEND = "suspend", "Suspendre le parcours"
    EXIT = "exit", "Fin du parcours"


class ContractKind(TextChoices):
    INITIAL = "initial", "Contrat d’engagement"
    AMENDMENT = "amendment", "Avenant"
    RENEWAL = "renewal", "Renouvellement"


class WishedBy(TextChoices):
    CHILD = "child", "L’enfant"
    FAMILY = "family", "La famille"
    SCHOOL = "school", "L’école"
    TEAM = "team", "L’équipe"


class Part(TextChoices):
    CHILD = "child", "L’enfant"
    FAMILY = "family", "La famille"
    COORDINATOR = "coordinator", "La coordination"
    REFERENT = "referent", "La ou le référent"


class Way(TextChoices):
    SCREEN = "screen", "À l’écran"
    PAPER = "paper", "Sur papier"
    MARK = "mark", "Marque faite devant témoin"
    SPOKEN = "spoken", "Accord dit à voix haute"
    IMPORTED = "imported", "Repris d’un contrat papier daté"


class PathwayState(TextChoices):
    ACTIVE = "active", "En cours"
    SUSPENDED = "suspended", "Suspendu"
    ENDED = "ended", "Terminé"


class Standing(TextChoices):
    """Where an objective stands, as the referent and the family see it."""

    TO_START = "to_start", "À commencer"
    UNDER_WAY = "under_way", "En cours"
    PARTLY = "partly", "Atteint en partie"
    MET = "met", "Atteint"
    LEFT = "left", "Laissé de côté"


class ReviewDecision(TextChoices):
    """What a review decides for one objective."""

    CONFIRM = "confirm", "On continue ainsi"
    ADJUST = "adjust", "On ajuste"
    RENEW = "renew", "On renouvelle"
    END = "end", "On termine"


class Mark(IntegerChoices):
    """How it goes in one domain, as said together; words first, the number is for the picture."""

    VERY_HARD = 1, "Très difficile"
    HARD = 2, "Difficile"
    IT_DEPENDS = 3, "Ça dépend des jours"
    RATHER_WELL = 4, "Plutôt bien"
    WELL = 5, "Bien"


class MayAsk(TextChoices):
    """Why the school may be asked about a child."""

    CONTRACT = "contract", "L’établissement est nommé dans le contrat"
    AGREEMENT = "agreement", "La famille a dit oui pour cette demande"


class ActionForm(TextChoices):
    INDIVIDUAL = "individual", "Individuelle"
    GROUP = "group", "Collective"


class GroupKind(TextChoices):
    WORKSHOP = "workshop", "Atelier"
    OUTING = "outing", "Sortie"
    CAMP = "camp", "Séjour"


class ActionOrigin(TextChoices):
    EXISTING = "existing", "Dispositif existant"
    MADE = "made", "Sur mesure"


class Presence(TextChoices):
    PRESENT = "present", "Présent·e"
    EXCUSED = "excused", "Excusé·e"
    ABSENT = "absent", "Absent·e"


class EncounterKind(TextChoices):
    CALL = "call", "Appel"
    INTERVIEW = "interview", "Entretien"
    HOME_VISIT = "home_visit", "Visite à domicile"
    GOING_ALONG = "going_along", "Accompagnement"
    SCHOOL = "school", "Rencontre à l’école"
    MESSAGE = "message", "Message"


class WithWhom(TextChoices):
    CHILD = "child", "L’enfant"
    FAMILY = "family", "La famille"
    BOTH = "both", "L’enfant et la famille"
    SCHOOL = "school", "L’école"
    PARTNER = "partner", "Un partenaire"


class AskedBy(TextChoices):
    """From whom the end of a pathway comes."""

    FAMILY = "family", "La famille"
    CHILD = "child", "L’enfant ou le jeune"
    TEAM = "team", "L’équipe"
    SCHOOL = "school", "L’école"
    PARTNER = "partner", "Un partenaire"
    EVENT = "event", "Personne : un départ, un âge, un terme"


class Outcome(TextChoices):
    """What became of one objective when its pathway ended; not the reason of the end."""

    MET = "met", "Atteint"
    PARTLY = "partly", "Atteint en partie"
    NOT_MET = "not_met", "Non atteint"
    NOT_STARTED = "not_started", "Non commencé"
    UNKNOWN = "unknown", "À dire"


class RelayState(TextChoices):
    NONE = "none", "Pas de relais"
    PROPOSED = "proposed", "Proposé, sans réponse"
    ACCEPTED = "accepted", "Accepté"
    DECLINED = "declined", "Refusé"


class ToRead(TextChoices):
    """What a referent reads first of a child who is handed over."""

    OBJECTIVES = "objectives", "Les objectifs et ce qui est fait"
    STORY = "story", "Ce qui s’est passé"
    CONTRACT = "contract", "Le contrat en vigueur"
    FAMILY = "family", "Les adultes autour de l’enfant"
