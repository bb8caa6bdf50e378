"""Whom to reach in the département, and the numbers that answer day and night."""

import json
from dataclasses import dataclass

from tenants import context
from tenants.configuration.care import Protection


@dataclass(frozen=True, slots=True)
class Number:
    number: str
    who: str


NUMBERS = (
    Number("119", "Allô Enfance en danger, jour et nuit, gratuit, n’apparaît pas sur la facture"),
    Number("17", "Police et gendarmerie, si l’enfant est en danger maintenant"),
    Number("15", "Samu, si l’enfant est blessé ou malade"),
)


def settings() -> Protection:
    return Protection.model_validate_json(json.dumps(context.require().config.get("protection", {})))
