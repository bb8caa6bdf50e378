"""By what figures are broken down: each dimension's values in their order, a missing answer among them."""

from collections.abc import Iterable

from django.db.models import TextChoices

from core.children.enums import InDistrict, LevelGroup, PriorityNetwork, Sex
from core.partners.enums import OrganisationKind
from core.pathways.enums import (
    ActionForm,
    ActionOrigin,
    DecisionKind,
    EncounterKind,
    NationalDomain,
    NationalExit,
    NationalMotive,
    NationalSource,
    Outcome,
    Presence,
    WishedBy,
)
from core.reporting.indicators.shapes import UNKNOWN, Dimension, Value

NOT_GIVEN = Value(UNKNOWN, "Non renseigné")

# (code, youngest, oldest); the published surveys begin at 2 years
BRACKETS: tuple[tuple[str, int, int | None], ...] = (
    ("0-1", 0, 1),
    ("2-5", 2, 5),
    ("6-10", 6, 10),
    ("11-16", 11, 16),
    ("17+", 17, None),
)
# (code, months from, months below)
DURATIONS: tuple[tuple[str, int, int | None], ...] = (
    ("0-5", 0, 6),
    ("6-11", 6, 12),
    ("12-17", 12, 18),
    ("18-23", 18, 24),
    ("24+", 24, None),
)


def _of(
    choices: type[TextChoices], *, sensitive: Iterable[str] = (), leave: Iterable[str] = ()
) -> tuple[Value, ...]:
    hidden, left = set(sensitive), set(leave)
    return tuple(
        Value(code, str(label), code in hidden)
        for code, label in choices.choices
        if code and code not in left
    )


PARTICIPATION = Dimension(
    "participation",
    "Comment l’enfant est accompagné",
    (
        Value("pathway", "Parcours, sans action collective"),
        Value("both", "Parcours et actions collectives"),
        Value("group", "Actions collectives, sans parcours"),
    ),
)
SEX = Dimension("sex", "Sexe", (*_of(Sex), NOT_GIVEN))
BRACKET = Dimension(
    "bracket",
    "Âge",
    (
        Value("0-1", "Moins de 2\u00a0ans"),
        Value("2-5", "2 à 5\u00a0ans"),
        Value("6-10", "6 à 10\u00a0ans"),
        Value("11-16", "11 à 16\u00a0ans"),
        Value("17+", "17\u00a0ans et plus"),
        NOT_GIVEN,
    ),
)
LEVEL = Dimension("level", "Niveau scolaire", (*_of(LevelGroup), NOT_GIVEN))
RESIDENCE = Dimension(
    "residence",
    "Résidence",
    (
        Value("in_district", "En quartier prioritaire (QPV)"),
        Value(InDistrict.OUTSIDE, "Hors quartier prioritaire"),
        NOT_GIVEN,
    ),
    note="Un quartier se décide par l’adresse et par la date. Une adresse non vérifiée n’est pas "
    "«\u00a0hors quartier\u00a0».",
)
DISTRICT = Dimension(
    "district",
    "Quartier prioritaire de résidence",
    (Value(InDistrict.OUTSIDE, "Hors quartier prioritaire"), NOT_GIVEN),
    own_values=True,
)
NETWORK = Dimension(
    "network",
    "Éducation prioritaire",
    (
        Value(PriorityNetwork.REP, "REP"),
        Value(PriorityNetwork.REP_PLUS, "REP+"),
        Value("none", "Hors éducation prioritaire"),
        NOT_GIVEN,
    ),
)
SOURCE = Dimension(
    "source",
    "Qui a orienté",
    (
        *_of(
            NationalSource,
            sensitive=(NationalSource.PMI, NationalSource.HEALTH, NationalSource.CHILD_PROTECTION),
        ),
        NOT_GIVEN,
    ),
)
MOTIVE = Dimension(
    "motive",
    "Motif",
    (*_of(NationalMotive, sensitive=(NationalMotive.ACCESS_TO_CARE,)), NOT_GIVEN),
    overlapping=True,
    note="Une orientation peut avoir plusieurs motifs\u00a0: leur somme dépasse le total.",
)
UPTAKE = Dimension(
    "uptake",
    "Suite donnée",
    (
        Value("entered", "Entrée dans le PRE"),
        Value("admitted", "Admise, pas encore entrée"),
        Value("under_way", "À l’étude"),
        Value("redirected", "Orientée vers l’existant"),
        Value("declined", "Pas d’entrée"),
        Value("family", "Refus de la famille"),
        Value("closed", "Close sans suite"),
    ),
)
STANDING = Dimension(
    "standing",
    "Où en est le parcours",
    (Value("active", "En cours"), Value("suspended", "Suspendu"), Value("ended", "Terminé")),
)
REASON = Dimension(
    "reason",
    "Motif de sortie",
    (
        *_of(
            NationalExit,
            sensitive=(NationalExit.CARE, NationalExit.CHILD_PROTECTION, NationalExit.DEATH),
            leave=(NationalExit.MISTAKE,),
        ),
        NOT_GIVEN,
    ),
)
DURATION = Dimension(
    "duration",
    "Durée du parcours",
    (
        Value("0-5", "Moins de 6\u00a0mois"),
        Value("6-11", "6 à 11\u00a0mois"),
        Value("12-17", "12 à 17\u00a0mois"),
        Value("18-23", "18 à 23\u00a0mois"),
        Value("24+", "24\u00a0mois et plus"),
    ),
)
OUTCOME = Dimension(
    "outcome",
    "Ce que l’objectif est devenu",
    _of(Outcome),
)
DOMAIN = Dimension("domain", "Domaine", _of(NationalDomain, sensitive=(NationalDomain.HEALTH,)))
WISHED_BY = Dimension("wished_by", "Souhaité par", _of(WishedBy))
ORIGIN = Dimension("origin", "Origine", _of(ActionOrigin))
FORM = Dimension("form", "Forme", _of(ActionForm))
PRESENCE = Dimension("presence", "Présence", _of(Presence))
ENCOUNTER = Dimension("encounter", "Rencontre", _of(EncounterKind))
ORGANISATION_KIND = Dimension("kind", "Nature du partenaire", _of(OrganisationKind))
DECISION = Dimension("decision", "Décision", (*_of(DecisionKind), Value(UNKNOWN, "Sans décision notée")))
PUNCTUALITY = Dimension(
    "punctuality",
    "Tenue des bilans",
    (
        Value("on_time", "Tenu à la date prévue ou avant"),
        Value("late", "Tenu après la date prévue"),
        Value("not_held", "Pas tenu"),
    ),
)
WAITING = Dimension(
    "waiting",
    "Attente d’un référent",
    (Value("named", "Référent nommé"), Value("waiting", "En attente"), Value("dropped", "Sans suite")),
)

DIMENSIONS: dict[str, Dimension] = {
    one.code: one
    for one in (
        PARTICIPATION, SEX, BRACKET, LEVEL, RESIDENCE, DISTRICT, NETWORK, SOURCE, MOTIVE, UPTAKE, STANDING,
        REASON, DURATION, OUTCOME, DOMAIN, WISHED_BY, ORIGIN, FORM, PRESENCE, ENCOUNTER, ORGANISATION_KIND,
        DECISION, PUNCTUALITY, WAITING,
    )
}  # fmt: skip
