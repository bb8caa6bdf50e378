"""The questions that a new campaign starts from: what the published surveys tell of the PRE.

The State's own form was not at hand: the nation edits this one while it prepares a campaign.
"""

from core.exchange.questionnaire import Kind, Question, Questionnaire, Section


def _number(code: str, label: str, source: str, unit: str = "") -> Question:
    return Question(code, label, Kind.NUMBER, source, unit=unit)


def _table(code: str, label: str, source: str) -> Question:
    return Question(code, label, Kind.TABLE, source)


def _text(code: str, label: str, help: str = "", *, required: bool = False) -> Question:
    return Question(code, label, Kind.TEXT, help=help, required=required)


def _choice(code: str, label: str, *choices: str) -> Question:
    return Question(code, label, Kind.CHOICE, choices=choices, required=True)


DEFAULT = Questionnaire(
    (
        Section(
            "programme",
            "Le programme",
            (
                _choice(
                    "porteur",
                    "Qui porte le PRE ?",
                    "CCAS ou CIAS",
                    "Caisse des écoles",
                    "GIP",
                    "Établissement scolaire",
                    "Commune",
                    "Autre",
                ),
                _text(
                    "equipe",
                    "L’équipe du PRE",
                    "Les métiers et les temps de travail, en équivalents temps plein.",
                    required=True,
                ),
                _text("faits", "Ce qui a marqué l’année", required=True),
                _text("difficultes", "Ce qui a été difficile"),
            ),
            "Ce que vous écrivez ici part tel quel : ni nom, ni prénom, ni petit nombre d’enfants.",
        ),
        Section(
            "enfants",
            "Les enfants et les familles",
            (
                _number("enfants", "Enfants accompagnés", "children", "enfants"),
                _table("accompagnement", "Comment ils sont accompagnés", "children/participation"),
                _number("individualisation", "Taux d’individualisation", "individualisation"),
                _table("sexe", "Filles et garçons", "children/sex"),
                _table("age", "Âge", "children/bracket"),
                _table("niveau", "Niveau scolaire", "children/level"),
                _table("residence", "Résidence en quartier prioritaire", "children/residence"),
                _table("education-prioritaire", "Scolarité en REP ou REP+", "children/network"),
                _number("familles", "Familles", "families", "familles"),
            ),
        ),
        Section(
            "orientations",
            "Les orientations",
            (
                _number("orientations", "Orientations reçues", "referrals"),
                _table("origine", "Qui a orienté", "referrals/source"),
                _table("motifs", "Motifs", "referral_motives/motive"),
                _table("suites", "Suites données", "referrals/uptake"),
            ),
        ),
        Section(
            "parcours",
            "Les parcours",
            (
                _number("parcours", "Parcours de la période", "pathways"),
                _number("commences", "Parcours commencés", "pathways_opened"),
                _number("ouverts", "Parcours encore ouverts", "pathways_open"),
                _number("termines", "Parcours terminés", "pathways_ended"),
                _table("sorties", "Motifs de sortie", "pathways_ended/reason"),
                _table("issues", "Ce que les objectifs sont devenus", "exit_outcomes/outcome"),
                _number("duree", "Durée des parcours terminés", "pathway_duration"),
                _number("bilans", "Bilans tenus à temps", "reviews_on_time"),
            ),
        ),
        Section(
            "actions",
            "Les objectifs et les actions",
            (
                _table("objectifs", "Objectifs par domaine", "objectives/domain"),
                _table("actions-domaine", "Actions par domaine", "actions/domain"),
                _table("actions-origine", "Avec l’existant ou sur mesure", "actions/origin"),
                _table("actions-forme", "Individuelles ou collectives", "actions/form"),
                _number("heures", "Temps délivré", "minutes_delivered"),
            ),
        ),
        Section(
            "reseau",
            "Le réseau",
            (
                _number("partenaires", "Partenaires mobilisés", "partners"),
                _table("partenaires-nature", "Partenaires par nature", "partners/kind"),
                _number("reunions", "Réunions d’équipe tenues", "meetings_held"),
                _number("situations", "Situations vues en réunion", "situations"),
            ),
        ),
        Section(
            "financement",
            "Le financement",
            (
                _number("accorde", "Financements accordés", "funding/granted"),
                _number("etat", "Dont État", "funding/state"),
                _table("financeurs", "Par financeur", "funding/granted/funder"),
                _number("nature", "Apports en nature", "funding/in_kind"),
                _number("depenses", "Dépenses", "funding/spent"),
            ),
        ),
    )
)
