"""What this app's pages say of what they show."""

from datetime import date

from core.children.queries import Warning
from core.ui.shapes import Flag
from core.ui.typography import day


def flags(warnings: list[Warning]) -> list[Flag]:
    """Short marks for a list or a chip."""
    kinds = {warning.kind for warning in warnings}
    marks = []
    if "address_secret" in kinds:
        marks.append(Flag("Adresse secrète", "danger", "house-plug"))
    if "contact_forbidden" in kinds:
        marks.append(Flag("Contact interdit", "danger", "ban"))
    return marks


def sentence(warning: Warning) -> str:
    """The whole sentence, for the head of a page."""
    if warning.kind == "contact_forbidden":
        text = f"Contact interdit entre l’enfant et {warning.about.full_name}."
    else:
        against = warning.against.full_name if warning.against else ""
        text = f"L’adresse de {warning.about.full_name} ne doit pas être dite à {against}."
    return " ".join(part for part in (text, decision(warning)) if part)


def decision(warning: Warning) -> str:
    if warning.lapsed and warning.decision_ends_on is not None:
        return (
            f"La décision ({warning.decision}) est échue depuis le {day(warning.decision_ends_on)}\u00a0:"
            " à vérifier avant de changer quoi que ce soit."
        )
    if warning.decision and warning.decision_ends_on is not None:
        return f"{warning.decision}, jusqu’au {day(warning.decision_ends_on)}."
    return f"{warning.decision}." if warning.decision else ""


def age(years: int | None) -> str:
    if years is None:
        return "âge non connu"
    return f"{years}\u00a0an{'s' if years > 1 else ''}"


def born(birth_on: date | None, years: int | None) -> str:
    return f"{age(years)}, né·e le {day(birth_on)}" if birth_on else "Date de naissance non connue"


ACTS = {
    "children.create_child": "Dossier ouvert",
    "children.update_child": "Identité modifiée",
    "children.create_guardian": "Adulte ajouté",
    "children.add_guardianship": "Droits d’un adulte ajoutés",
    "children.correct_guardianship": "Droits d’un adulte corrigés",
    "children.end_guardianship": "Situation d’un adulte terminée",
    "children.update_guardian": "Coordonnées d’un adulte modifiées",
    "children.confirm_email": "Adresse e-mail d’un adulte confirmée",
    "children.set_address": "Adresse ajoutée",
    "children.correct_address": "Adresse corrigée",
    "children.enrol": "Scolarité ajoutée",
    "children.correct_enrolment": "Scolarité corrigée",
    "children.end_enrolment": "Scolarité terminée",
    "children.move_up": "Passage de rentrée",
    "children.undo_move_up": "Passage de rentrée annulé",
    "children.merge": "Dossiers réunis",
    "children.unmerge": "Dossiers séparés",
    "children.settle_distinct": "Deux enfants différents",
}
PAGES = {
    "children:list": "Liste des enfants",
    "children:new": "Recherche de doublons",
    "children:file": "Dossier",
    "children:edit": "Modification de l’identité",
    "children:family": "Famille",
    "children:address": "Adresse",
    "children:schooling": "Scolarité",
    "children:add_adult": "Ajout d’un adulte",
    "children:rights": "Droits d’un adulte",
    "children:adult_details": "Coordonnées d’un adulte",
    "children:adult_address": "Adresse d’un adulte",
    "children:end_rights": "Fin de la situation d’un adulte",
    "children:twins": "Doublons à vérifier",
    "children:compare": "Comparaison de deux dossiers",
    "children:september": "Passage de rentrée",
    "children:access_log": "Journal des accès",
    "children:print_access_log": "Journal des accès, à imprimer",
}
