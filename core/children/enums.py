from django.db.models import TextChoices


class SchoolLevel(TextChoices):
    NURSERY = "maternelle", "École maternelle"
    ELEMENTARY = "elementaire", "École élémentaire"
    PRIMARY = "primaire", "École primaire (maternelle et élémentaire)"
    COLLEGE = "college", "Collège"
    LYCEE = "lycee", "Lycée"
    OTHER = "autre", "Autre établissement"


class PriorityNetwork(TextChoices):
    """Priority schooling (réseaux d'éducation prioritaire)."""

    NONE = "", "Hors éducation prioritaire"
    REP = "REP", "REP"
    REP_PLUS = "REP+", "REP+"


class Sex(TextChoices):
    """As the State's yearly survey asks it; a missing answer is counted as such."""

    GIRL = "f", "Fille"
    BOY = "m", "Garçon"
    UNKNOWN = "", "Non renseigné"


class Link(TextChoices):
    """What the adult is to the child."""

    MOTHER = "mother", "Mère"
    FATHER = "father", "Père"
    STEP_PARENT = "step_parent", "Beau-parent"
    GRANDPARENT = "grandparent", "Grand-parent"
    SIBLING = "sibling", "Frère ou sœur majeur·e"
    UNCLE_AUNT = "uncle_aunt", "Oncle ou tante"
    OTHER_FAMILY = "other_family", "Autre membre de la famille"
    TRUSTED_PERSON = "trusted_person", "Tiers digne de confiance"
    FOSTER = "foster", "Famille d’accueil"
    SOCIAL_SERVICE = "social_service", "Aide sociale à l’enfance (service)"
    OTHER = "other", "Autre"


# Links that make a family. A service or a foster home may look after children who have nothing in common.
FAMILY_LINKS = frozenset(
    {
        Link.MOTHER,
        Link.FATHER,
        Link.STEP_PARENT,
        Link.GRANDPARENT,
        Link.SIBLING,
        Link.UNCLE_AUNT,
        Link.OTHER_FAMILY,
    }
)


class Authority(TextChoices):
    """Parental authority, held and exercised: two things (Code civil, articles 371-1 to 381)."""

    JOINT = "joint", "Autorité parentale conjointe"
    SOLE = "sole", "Autorité parentale exercée seul·e"
    EXERCISE_WITHDRAWN = "exercise_withdrawn", "Titulaire, sans l’exercice de l’autorité parentale"
    AUTHORITY_WITHDRAWN = "authority_withdrawn", "Autorité parentale retirée"
    DELEGATED = "delegated", "Autorité parentale reçue par délégation"
    DELEGATED_AWAY = "delegated_away", "Autorité parentale déléguée à un tiers"
    GUARDIANSHIP = "guardianship", "Tutelle"
    ENTRUSTED = "entrusted", "Enfant confié (les parents gardent l’autorité parentale)"
    NONE = "none", "Aucune autorité parentale"
    UNKNOWN = "unknown", "Non connue"
    UNREACHABLE = "unreachable", "Titulaire injoignable"
    DECEASED = "deceased", "Décédé·e"


# Who decides for the child today, alone or with the other.
EXERCISING = frozenset({Authority.JOINT, Authority.SOLE, Authority.DELEGATED, Authority.GUARDIANSHIP})
# Who holds authority without exercising it keeps the right to be informed (Code civil, article 373-1).
INFORMED_WITHOUT_EXERCISE = frozenset(
    {Authority.EXERCISE_WITHDRAWN, Authority.DELEGATED_AWAY, Authority.UNREACHABLE}
)


class LivesWith(TextChoices):
    ALWAYS = "always", "L’enfant vit avec cette personne"
    ALTERNATING = "alternating", "En alternance"
    VISITS = "visits", "Visites et hébergement"
    NO = "no", "Non"
    UNKNOWN = "unknown", "Non connu"


class GuardianKind(TextChoices):
    PERSON = "person", "Une personne"
    SERVICE = "service", "Un service (aide sociale à l’enfance, établissement…)"


class InDistrict(TextChoices):
    """Decided by address and date, never by commune: not known is not "no"."""

    IN = "in_district", "Dans un quartier prioritaire"
    OUTSIDE = "outside", "Hors quartier prioritaire"
    UNKNOWN = "unknown", "Non vérifié"


class Level(TextChoices):
    """School level, in the order of the years; the survey's groups are in `LEVEL_GROUPS`."""

    NOT_YET = "not_yet", "Pas encore scolarisé·e"
    TPS = "tps", "Toute petite section"
    PS = "ps", "Petite section"
    MS = "ms", "Moyenne section"
    GS = "gs", "Grande section"
    CP = "cp", "CP"
    CE1 = "ce1", "CE1"
    CE2 = "ce2", "CE2"
    CM1 = "cm1", "CM1"
    CM2 = "cm2", "CM2"
    SIXTH = "6e", "6e"
    FIFTH = "5e", "5e"
    FOURTH = "4e", "4e"
    THIRD = "3e", "3e"
    SECOND = "2de", "2de"
    FIRST = "1re", "1re"
    FINAL = "term", "Terminale"
    CAP1 = "cap1", "CAP 1re année"
    CAP2 = "cap2", "CAP 2e année"
    OTHER = "other", "Autre (instruction en famille, établissement spécialisé, apprentissage…)"
    OUT = "out", "Plus scolarisé·e"
    UNKNOWN = "unknown", "Non connu"


class LevelGroup(TextChoices):
    NURSERY = "maternelle", "Maternelle"
    ELEMENTARY = "elementaire", "Élémentaire"
    COLLEGE = "college", "Collège"
    LYCEE = "lycee", "Lycée"
    OTHER = "autre", "Autre"
    UNKNOWN = "", "Non connu"


LEVEL_GROUPS: dict[Level, LevelGroup] = {
    **dict.fromkeys((Level.TPS, Level.PS, Level.MS, Level.GS), LevelGroup.NURSERY),
    **dict.fromkeys((Level.CP, Level.CE1, Level.CE2, Level.CM1, Level.CM2), LevelGroup.ELEMENTARY),
    **dict.fromkeys((Level.SIXTH, Level.FIFTH, Level.FOURTH, Level.THIRD), LevelGroup.COLLEGE),
    **dict.fromkeys((Level.SECOND, Level.FIRST, Level.FINAL, Level.CAP1, Level.CAP2), LevelGroup.LYCEE),
    **dict.fromkeys((Level.NOT_YET, Level.OTHER, Level.OUT), LevelGroup.OTHER),
    Level.UNKNOWN: LevelGroup.UNKNOWN,
}

# One level up in September. What is not here is left to the coordinator.
NEXT_LEVEL: dict[Level, Level] = {
    Level.TPS: Level.PS,
    Level.PS: Level.MS,
    Level.MS: Level.GS,
    Level.GS: Level.CP,
    Level.CP: Level.CE1,
    Level.CE1: Level.CE2,
    Level.CE2: Level.CM1,
    Level.CM1: Level.CM2,
    Level.CM2: Level.SIXTH,
    Level.SIXTH: Level.FIFTH,
    Level.FIFTH: Level.FOURTH,
    Level.FOURTH: Level.THIRD,
    Level.THIRD: Level.SECOND,
    Level.SECOND: Level.FIRST,
    Level.FIRST: Level.FINAL,
    Level.CAP1: Level.CAP2,
}


class SamenessState(TextChoices):
    TO_CHECK = "to_check", "À vérifier"
    DISTINCT = "distinct", "Deux enfants différents"
    MERGED = "merged", "Dossiers réunis"


class MoveChoice(TextChoices):
    """What September does with one child's schooling."""

    UP = "up", "Passe au niveau suivant"
    STAYS = "stays", "Reste au même niveau"
    LEFT_ALONE = "left_alone", "À voir plus tard"
