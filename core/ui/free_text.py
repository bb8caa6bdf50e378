"""Free text, in which a social security number is refused wherever it is typed.

The NIR may not be kept (décret n° 2019-341 lists who may). Forms say so before anything is saved; the
model fields refuse it once more when a row is written, `update()` and `bulk_create()` included.
"""

import json
import re
import unicodedata
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

NIR_REFUSED = (
    "Ce texte contient un numéro de sécurité sociale. La plateforme n’a pas le droit de le conserver\u00a0: "
    "retirez-le, puis enregistrez à nouveau. Le reste de votre texte est gardé."
)

_GAP = r"[\s.\-_/,]{0,2}"
# Sex, year, month (20 and above: unknown or foreign registers), département (Corsica by letter), commune,
# order, and the two-digit key that people often leave out.
_AS_WRITTEN = re.compile(
    rf"(?<!\d)(?P<sex>[123478]){_GAP}(?P<year>\d\d){_GAP}(?P<month>0[1-9]|1[0-2]|[2-3]\d|4[0-2]|[5-9]\d){_GAP}"
    rf"(?P<department>(?!00)\d\d|2[AB]){_GAP}(?P<commune>\d{{3}}){_GAP}(?P<order>\d{{3}})"
    rf"(?:{_GAP}(?P<key>\d\d))?(?!\d)",
    re.IGNORECASE,
)
# Grouped in any other way: then the key alone tells a number from a coincidence.
_ANY_GROUPS = re.compile(r"(?<!\d)[1-478](?:[\s.\-_/,]?[\dABab]){14}(?!\d)")


def holds_nir(text: str) -> bool:
    """Whether a plausible NIR, of 13 or 15 characters, stands in the text.

    Without its key, the shape decides, for the sexes of registered people alone: bar codes start with 3 or 4.
    Digits of other scripts and full-width ones count as digits.
    """
    plain = "".join(_plain(letter) for letter in unicodedata.normalize("NFKC", text))
    if any(match["key"] or match["sex"] in "12" for match in _AS_WRITTEN.finditer(plain)):
        return True
    return any(_key_fits(match.group()) for match in _ANY_GROUPS.finditer(plain))


def refuse_nir(value: Any) -> None:
    """A validator for any field in which people write. Raises ValidationError."""
    if isinstance(value, str) and holds_nir(value):
        raise ValidationError(NIR_REFUSED, code="nir")


class _WithoutNir(models.Field):  # type: ignore[type-arg]
    default_validators = [refuse_nir]

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        refuse_nir(value)
        return super().get_db_prep_save(value, connection)

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        """Migrations know a plain Django field: they import no application code."""
        name, _, args, kwargs = super().deconstruct()
        return name, f"django.db.models.{self.get_internal_type()}", args, kwargs


class FreeTextField(_WithoutNir, models.TextField):  # type: ignore[type-arg]
    """Several lines."""


class FreeLineField(_WithoutNir, models.CharField):  # type: ignore[type-arg]
    """One line."""


class FreeValuesField(models.JSONField):
    """What is typed in a form of several lines, kept before it is finished."""

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        if not hasattr(value, "resolve_expression"):  # of `bulk_update`, whose values pass here one by one
            refuse_nir(json.dumps(value, ensure_ascii=False))
        return super().get_db_prep_save(value, connection)

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        """Migrations know a plain Django field: they import no application code."""
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.JSONField", args, kwargs


def _plain(letter: str) -> str:
    digit = unicodedata.digit(letter, None)
    return letter if digit is None else str(digit)


def _key_fits(text: str) -> bool:
    letters = re.sub(r"[^0-9A-Za-z]", "", text).upper()
    body, key = letters[:13], letters[13:]
    if not re.fullmatch(r"[1-478]\d{4}(?:\d\d|2[AB])\d{6}", body) or not key.isdigit():
        return False
    # The published key: 97 less the rest of the number by 97, Corsica's letters standing for 19 and 18.
    number = int(body.replace("2A", "19", 1) if body[5:7] == "2A" else body.replace("2B", "18", 1))
    return int(key) == 97 - number % 97
