"""What a column of a town's table may hold, and the titles under which towns write it.

A title is compared without accents, capitals and signs: "Date de naiss." is "date de naiss".
"""

from collections.abc import Sequence
from typing import Final

from core.imports.column_shapes import (
    ADULT,
    CHILD,
    HOME,
    OTHER_ADULT,
    PATHWAY,
    REFERRAL,
    SCHOOL,
    Field,
    adult,
)
from core.people.names import fold

FIELDS: Final[tuple[Field, ...]] = (
    Field(
        "full_name",
        "Nom et prénom ensemble",
        CHILD,
        ("nom prenom", "nom et prenom", "nom prenom enfant", "nom prenom de l enfant", "enfant", "eleve"),
        "EXEMPLE Awa",
        hint="Le nom de famille d’abord, ou en capitales.",
    ),
    Field(
        "last_name",
        "Nom de famille",
        CHILD,
        ("nom", "nom de famille", "nom enfant", "nom de l enfant", "nom eleve"),
        "Exemple",
        longest=100,
    ),
    Field(
        "first_name",
        "Prénom",
        CHILD,
        ("prenom", "prenom enfant", "prenom de l enfant", "prenom eleve", "prenoms"),
        "Awa",
        longest=100,
    ),
    Field("usual_name", "Nom d’usage", CHILD, ("nom d usage", "nom usage", "nom usuel"), "", longest=100),
    Field(
        "birth_on",
        "Date de naissance",
        CHILD,
        (
            "date de naissance",
            "date naissance",
            "naissance",
            "ne le",
            "nee le",
            "ne e le",
            "ddn",
            "dn",
            "date de naiss",
        ),
        "09/03/2016",
        "day",
    ),
    Field("sex", "Fille ou garçon", CHILD, ("sexe", "genre", "f g", "f m", "m f", "g f"), "F", "word", "sex"),
    Field(
        "languages", "Langues parlées", CHILD, ("langues", "langue", "langues parlees"), "français, bambara"
    ),
    Field(
        "school",
        "École ou établissement",
        SCHOOL,
        ("ecole", "etablissement", "etablissement scolaire", "college", "ecole college", "groupe scolaire"),
        "École élémentaire fictive",
        "word",
        "school",
    ),
    Field(
        "level",
        "Niveau",
        SCHOOL,
        ("niveau", "classe", "niveau scolaire", "niveau de classe"),
        "CE1",
        "word",
        "level",
    ),
    Field(
        "class_name",
        "Classe (son nom)",
        SCHOOL,
        ("nom de la classe", "groupe", "division", "enseignant"),
        "CE1 B",
        longest=60,
    ),
    Field(
        "address",
        "Numéro et rue",
        HOME,
        ("adresse", "rue", "adresse postale", "domicile"),
        "1 rue de l’Exemple",
    ),
    Field("postal_code", "Code postal", HOME, ("code postal", "cp"), "82000", longest=10),
    Field("city", "Commune", HOME, ("ville", "commune", "localite"), "Montauban", longest=100),
    Field(
        "district",
        "Quartier prioritaire",
        HOME,
        ("qpv", "quartier", "quartier prioritaire"),
        "oui",
        "word",
        "district",
    ),
    *adult(
        "adult",
        ADULT,
        (
            "parent",
            "parent 1",
            "responsable",
            "responsable 1",
            "responsable legal",
            "responsable legal 1",
            "representant legal",
            "mere",
            "de la mere",
            "maman",
            "du parent",
            "adulte",
            "adulte 1",
        ),
        ("Exemple", "Fanta", "mère", "conjointe", "06 00 00 00 01", "parent@exemple.invalid", "bambara"),
    ),
    *adult(
        "adult2",
        OTHER_ADULT,
        ("parent 2", "responsable 2", "responsable legal 2", "pere", "du pere", "papa", "adulte 2"),
        ("", "", "", "", "", "", ""),
    ),
    Field(
        "received_on",
        "Orientation reçue le",
        REFERRAL,
        (
            "date orientation",
            "date d orientation",
            "date de saisine",
            "date saisine",
            "date de reperage",
            "reperage",
            "orientation le",
            "date de la fiche",
            "recue le",
            "orientation recue le",
            "date de demande",
        ),
        "12/09/2025",
        "day",
    ),
    Field(
        "source",
        "Origine de l’orientation",
        REFERRAL,
        (
            "origine",
            "origine du reperage",
            "origine de l orientation",
            "orienteur",
            "prescripteur",
            "oriente par",
        ),
        "École",
        "word",
        "source",
    ),
    Field(
        "motives",
        "Motifs",
        REFERRAL,
        ("motif", "motifs", "motif d orientation", "motifs de l orientation", "problematique", "difficultes"),
        "Confiance en soi",
        "words",
        "motive",
        hint="Plusieurs se séparent par « ; ».",
    ),
    Field(
        "referrer_name",
        "Qui oriente",
        REFERRAL,
        ("qui oriente", "nom de l orienteur", "professionnel"),
        "Maîtresse fictive",
    ),
    Field(
        "referrer_organisation",
        "Structure qui oriente",
        REFERRAL,
        ("structure", "structure qui oriente", "service", "organisme"),
        "École élémentaire fictive",
    ),
    Field(
        "facts",
        "Ce qui est observé",
        REFERRAL,
        (
            "observations",
            "observation",
            "commentaire",
            "commentaires",
            "constats",
            "remarques",
            "ce qui est observe",
        ),
        "Se décourage vite en lecture.",
        "long",
        longest=5000,
    ),
    Field(
        "closing_reason",
        "Pas de suite, parce que",
        REFERRAL,
        ("motif de cloture", "sans suite", "pas de suite", "raison du refus", "pas de suite parce que"),
        "",
        longest=300,
    ),
    Field(
        "signed_on",
        "Contrat signé le (papier)",
        PATHWAY,
        (
            "date de signature",
            "date signature",
            "date contrat",
            "date du contrat",
            "contrat signe le",
            "date entree",
            "date d entree",
            "entree",
            "debut",
            "date de debut",
            "debut du parcours",
            "contrat signe le papier",
        ),
        "03/11/2025",
        "day",
    ),
    Field(
        "family_signer",
        "Contrat signé par (famille)",
        PATHWAY,
        ("signe par", "contrat signe par", "signataire", "signataire famille", "parent signataire"),
        "",
        hint="Sans elle, le contrat est dit signé sur papier, sans nom.",
    ),
    Field(
        "coordinator_signer",
        "Contrat signé par (coordination)",
        PATHWAY,
        ("signataire coordination", "signataire pre", "signe pour le pre par"),
        "",
    ),
    Field(
        "referent_signer",
        "Contrat signé par (référente ou référent)",
        PATHWAY,
        ("signataire referent", "signataire referente", "referent signataire"),
        "",
    ),
    Field(
        "planned_end_on",
        "Fin prévue",
        PATHWAY,
        ("fin prevue", "date de fin prevue", "echeance", "fin prevue le"),
        "03/11/2026",
        "day",
        hint="Sans elle, un an après la signature.",
    ),
    Field(
        "referent",
        "Référente ou référent",
        PATHWAY,
        (
            "referent",
            "referente",
            "referent de parcours",
            "referent parcours",
            "accompagnant",
            "suivi par",
            "referente ou referent",
        ),
        "Nora Exemple",
        "word",
        "referent",
    ),
    Field(
        "domain",
        "Domaine",
        PATHWAY,
        ("domaine", "domaines", "axe", "axe de travail", "thematique"),
        "Éducatif",
        "words",
        "domain",
    ),
    Field(
        "objective",
        "Objectif",
        PATHWAY,
        ("objectif", "objectifs", "objectif du parcours"),
        "Retrouver le plaisir de lire",
        longest=300,
    ),
    Field(
        "ended_on",
        "Parcours terminé le",
        PATHWAY,
        (
            "date de sortie",
            "date sortie",
            "sortie",
            "sortie le",
            "fin",
            "date de fin",
            "termine le",
            "fin du parcours",
            "parcours termine le",
        ),
        "",
        "day",
    ),
    Field(
        "exit_reason",
        "Motif de sortie",
        PATHWAY,
        ("motif de sortie", "motif sortie", "raison de sortie"),
        "",
        "word",
        "exit_reason",
    ),
)
BY_CODE: Final = {field.code: field for field in FIELDS}
# Numbers that the programme may not keep: a column whose title has such a word is never proposed.
FORBIDDEN: Final = frozenset({"ine", "nir", "caf", "insee", "allocataire", "secu", "securite"})


def is_forbidden(title: str) -> bool:
    return not FORBIDDEN.isdisjoint(fold(title).split())


def guess(titles: Sequence[str]) -> dict[str, str]:
    """`{"0": "last_name"}`: each field once, the first column that is called like it."""
    known: dict[str, str] = {}
    for field in FIELDS:
        for title in (field.label, *field.titles):
            known.setdefault(fold(title), field.code)
    found: dict[str, str] = {}
    for number, title in enumerate(titles):
        code = known.get(fold(title))
        if code and code not in found.values() and not is_forbidden(title):
            found[str(number)] = code
    return found
