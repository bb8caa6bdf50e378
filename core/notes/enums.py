"""What is written around a child: of which kind, by which profession, about which outside help."""

from django.db.models import TextChoices


class Facet(TextChoices):
    """Of what a note or a file speaks, and so who may read it: `facets.py` says who."""

    GENERAL = "general", "Générale"
    SCHOOL = "school", "École"
    SOCIAL = "social", "Social"
    HEALTH = "health", "Santé"
    FAMILY = "family", "Famille"
    # Of files alone: no note is a paper.
    PAPERS = "papers", "Papiers administratifs"


NOTE_FACETS = tuple(facet for facet in Facet if facet != Facet.PAPERS)


class Profession(TextChoices):
    """Coarse on purpose: what one's professional secrecy is about, not what one's contract says."""

    EDUCATION = "education", "École, enseignement"
    SOCIAL_WORK = "social_work", "Travail social"
    HEALTH = "health", "Soin"
    PSYCHOLOGY = "psychology", "Psychologie"
    YOUTH_WORK = "youth_work", "Animation, éducation populaire"
    JUSTICE = "justice", "Justice, protection judiciaire"
    OTHER = "other", "Autre"


class OutsideKind(TextChoices):
    """Who else is there for the child."""

    SCHOOL = "school", "École, collège, lycée"
    DEPARTMENT = "department", "Service social du département"
    AEMO = "aemo", "AEMO ou AED (aide éducative à domicile)"
    ASE = "ase", "Aide sociale à l’enfance"
    PMI = "pmi", "PMI"
    CMP = "cmp", "CMP, CMPP, CAMSP"
    SESSAD = "sessad", "SESSAD"
    PJJ = "pjj", "Protection judiciaire de la jeunesse"
    CARE = "care", "Autre professionnel du soin"
    LEISURE = "leisure", "Loisirs, sport, culture"
    OTHER = "other", "Autre"


class LetterKind(TextChoices):
    LETTER = "letter", "Courrier"
    AUTHORISATION = "authorisation", "Autorisation"
