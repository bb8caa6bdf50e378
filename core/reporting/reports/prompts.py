"""The texts that each report begins with: a title, and what may be said there."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.reporting.enums import ReportKind


@dataclass(frozen=True, slots=True)
class Prompt:
    code: str
    title: str
    prompt: str


CONTEXT = Prompt("context", "Le territoire et l’année", "Ce qui a changé dans la ville, l’équipe, le réseau.")
CHILDREN = Prompt(
    "children", "Les enfants accompagnés", "Ce que les chiffres disent, et ce qu’ils ne disent pas."
)
NETWORK = Prompt("network", "Le réseau", "Qui a rejoint ou quitté le réseau, ce que l’on a fait ensemble.")
EXISTING = Prompt(
    "existing",
    "L’existant et le sur-mesure",
    "Ce que les dispositifs existants ont permis, et ce qui a manqué.",
)
MONEY = Prompt("money", "Les moyens", "Ce que le tableau des financements appelle comme explication.")
NEXT = Prompt("next", "L’année qui vient", "Deux ou trois priorités, et ce qui est demandé à chacun.")

PROMPTS: Mapping[str, tuple[Prompt, ...]] = {
    # Law of 18 January 2005: the partners meet at least once a year over the programme.
    ReportKind.PARTNERS: (CONTEXT, CHILDREN, NETWORK, EXISTING, NEXT),
    ReportKind.PREFET: (
        CONTEXT,
        CHILDREN,
        EXISTING,
        MONEY,
        Prompt("effects", "Les effets constatés", "Ce qui a changé pour les enfants et leurs familles."),
        NEXT,
    ),
    ReportKind.STEERING: (
        Prompt("decided", "Ce qui avait été décidé", "Les décisions du dernier comité, et où elles en sont."),
        CHILDREN,
        MONEY,
        Prompt("to_decide", "Ce qui est à décider", "Les questions posées au comité, une par une."),
    ),
}


def prompt_of(kind: str, code: str) -> str:
    return next((one.prompt for one in PROMPTS[kind] if one.code == code), "")
