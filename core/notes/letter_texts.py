"""The platform's letters and authorisations, and the closed list of what may be filled into one.

There is none for an address or a school: a letter to one parent must not tell where the other lives.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from core.notes.enums import LetterKind
from tenants import context

PLACEHOLDERS: Mapping[str, str] = {
    "enfant": "le prénom et le nom de l’enfant",
    "prenom": "son prénom",
    "naissance": "sa date de naissance",
    "adulte": "la personne à qui l’on écrit",
    "ville": "la ville",
    "porteur": "qui porte le PRE",
    "referent": "la ou le référent",
    "coordination": "la coordination",
    "aujourdhui": "la date du jour",
    "objet": "de quoi il s’agit",
    "quand": "le jour et l’heure",
    "lieu": "le lieu",
    "fin": "jusqu’à quand",
}
# Those that are written by hand each time, with how they are asked for.
ASKED: Mapping[str, str] = {
    "objet": "De quoi s’agit-il ?",
    "quand": "Quel jour, à quelle heure ?",
    "lieu": "Où ?",
    "fin": "Jusqu’à quand ?",
}
_WITHIN = re.compile(r"(?<!\n)\n(?!\n)")
FOUND = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Template:
    code: str
    title: str
    kind: LetterKind
    text: str

    @property
    def asked(self) -> list[str]:
        """What its author is asked for, in the order of the list."""
        used = set(FOUND.findall(self.text))
        return [name for name in ASKED if name in used]

    def filled(self, values: Mapping[str, str]) -> str:
        """In one pass: what is typed into one place opens no other. Blank lines part paragraphs."""
        text = _WITHIN.sub(" ", self.text.strip())
        return FOUND.sub(lambda found: values[found[1]], text)


PLATFORM = (
    Template(
        "rendez_vous",
        "Un rendez-vous",
        LetterKind.LETTER,
        """
Bonjour {adulte},

Nous vous proposons un rendez-vous au sujet de {prenom}.

C’est {quand}, {lieu}. Nous parlerons de : {objet}.

Si ce moment ne vous va pas, dites-le-nous : nous en trouverons un autre ensemble.

{referent}, pour l’équipe de réussite éducative de {ville}
""",
    ),
    Template(
        "bilan",
        "Invitation à un bilan",
        LetterKind.LETTER,
        """
Bonjour {adulte},

Nous faisons le point sur l’accompagnement de {prenom} : ce qui a avancé, ce qui reste à faire,
ce que {prenom} et vous souhaitez.

Rendez-vous {quand}, {lieu}. Votre avis compte, celui de {prenom} aussi.

{referent}, pour l’équipe de réussite éducative de {ville}
""",
    ),
    Template(
        "sortie",
        "Autorisation de sortie",
        LetterKind.AUTHORISATION,
        """
Je soussigné·e {adulte}, qui exerce l’autorité parentale sur {enfant}, né·e le {naissance},
autorise {prenom} à participer à : {objet}.

Quand : {quand}. Où : {lieu}.

En cas d’urgence, l’équipe appelle les secours, puis me prévient.
""",
    ),
    Template(
        "image",
        "Autorisation de photographier",
        LetterKind.AUTHORISATION,
        """
Je soussigné·e {adulte}, qui exerce l’autorité parentale sur {enfant}, autorise {porteur}
à prendre {prenom} en photo ou en vidéo pour : {objet}.

Cette autorisation vaut jusqu’à : {fin}. Je peux la retirer à tout moment, sans donner de raison.

{prenom} a donné son accord aussi : une photo ne se prend pas contre l’avis de l’enfant.
""",
    ),
)


def templates() -> list[Template]:
    """The platform's, those of the same code being the town's own, then the town's others."""
    own = {
        entry["code"]: Template(entry["code"], entry["title"], LetterKind(entry["kind"]), entry["text"])
        for entry in context.require().config.get("letters", [])
    }
    first = [own.pop(template.code, template) for template in PLATFORM]
    return [*first, *own.values()]


def template(code: str) -> Template | None:
    return next((found for found in templates() if found.code == code), None)
