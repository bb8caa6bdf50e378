"""The questions of a campaign: plain data that the nation edits, read into frozen shapes.

A number or a table names its source (core/exchange/sources.py) and is never typed; a text and a choice are
answered by the town.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from django.db.models import TextChoices

from core.exchange import sources

CODE = re.compile(r"[a-z][a-z0-9-]{0,59}")


class Kind(TextChoices):
    NUMBER = "number", "Nombre compté par la plateforme"
    TABLE = "table", "Tableau compté par la plateforme"
    TEXT = "text", "Texte de la ville"
    CHOICE = "choice", "Choix de la ville"


COUNTED = (Kind.NUMBER, Kind.TABLE)


class QuestionnaireError(Exception):
    """The message is French, for the screen."""


@dataclass(frozen=True, slots=True)
class Question:
    code: str
    label: str
    kind: str
    source: str = ""
    help: str = ""
    unit: str = ""
    required: bool = False
    choices: tuple[str, ...] = ()

    @property
    def is_counted(self) -> bool:
        return self.kind in COUNTED

    def check(self) -> None:
        """Raises QuestionnaireError."""
        if not CODE.fullmatch(self.code):
            raise QuestionnaireError(
                "Un repère s’écrit en lettres minuscules sans accent, chiffres et tirets."
            )
        if not self.label.strip():
            raise QuestionnaireError("Une question a un texte.")
        if self.kind not in Kind.values:
            raise QuestionnaireError("Ce genre de question n’existe pas.")
        if self.is_counted and not sources.fits(self.source, self.kind):
            raise QuestionnaireError(f"«\u00a0{self.label}\u00a0»\u00a0: choisissez ce qui y répond.")
        if not self.is_counted and self.source:
            raise QuestionnaireError("Une réponse de la ville ne vient pas d’un indicateur.")
        if (self.kind == Kind.CHOICE) != (len(self.choices) > 1):
            raise QuestionnaireError("Un choix, et lui seul, a au moins deux réponses possibles.")


@dataclass(frozen=True, slots=True)
class Section:
    code: str
    title: str
    questions: tuple[Question, ...] = ()
    help: str = ""


@dataclass(frozen=True, slots=True)
class Questionnaire:
    sections: tuple[Section, ...]

    @property
    def questions(self) -> list[Question]:
        return [question for section in self.sections for question in section.questions]

    def question(self, code: str) -> Question | None:
        return next((one for one in self.questions if one.code == code), None)

    def section_of(self, code: str) -> Section | None:
        """The section that holds the question."""
        return next((one for one in self.sections if any(q.code == code for q in one.questions)), None)

    def of_kind(self, *kinds: str) -> Iterator[Question]:
        return (one for one in self.questions if one.kind in kinds)

    def check(self) -> None:
        """Raises QuestionnaireError."""
        codes = [one.code for one in self.questions]
        if not codes:
            raise QuestionnaireError("Un questionnaire a au moins une question.")
        if len(codes) != len(set(codes)):
            raise QuestionnaireError("Deux questions ont le même repère.")
        for question in self.questions:
            question.check()

    def document(self) -> dict[str, Any]:
        return {"sections": [asdict(section) for section in self.sections]}

    # --- changed, one question at a time ----------------------------------------------------------
    def with_question(self, question: Question, *, section: str, position: int) -> "Questionnaire":
        """The question at this place of the section (from 1); it leaves the one where it was."""
        others = self.without(question.code)
        if section not in {one.code for one in others.sections}:
            raise QuestionnaireError("Cette partie n’existe pas.")
        return Questionnaire(
            tuple(
                replace(one, questions=_inserted(one.questions, question, position))
                if one.code == section
                else one
                for one in others.sections
            )
        )

    def without(self, code: str) -> "Questionnaire":
        return Questionnaire(
            tuple(
                replace(one, questions=tuple(each for each in one.questions if each.code != code))
                for one in self.sections
            )
        )


def _inserted(questions: tuple[Question, ...], question: Question, position: int) -> tuple[Question, ...]:
    at = max(0, min(position - 1, len(questions)))
    return (*questions[:at], question, *questions[at:])


def read(document: Mapping[str, Any]) -> Questionnaire:
    return Questionnaire(
        tuple(
            Section(
                code=section["code"],
                title=section["title"],
                help=section.get("help", ""),
                questions=tuple(
                    Question(**{**question, "choices": tuple(question.get("choices", ()))})
                    for question in section["questions"]
                ),
            )
            for section in document["sections"]
        )
    )


def canonical(content: Mapping[str, Any]) -> str:
    """Sorted keys, no spaces: the same content always gives the same text."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
