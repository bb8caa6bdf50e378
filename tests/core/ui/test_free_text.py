import pytest
from django.core.exceptions import ValidationError
from django.db import models

from core.ui.free_text import FreeLineField, FreeTextField, holds_nir, refuse_nir

NIRS = [
    "1 85 05 78 006 084 91",
    "Son n° : 1850578006084, à garder",
    "2.85.05.2A.006.084",
    "285052b006084",
    "185057800608491",
    "18 50 57 80 06 08 491",
    "1850578006084/91",
    "1８50578006084",  # noqa: RUF001 (a full-width digit)
    "٢850578006084",
    "7 85 05 78 006 084 91",
]
OTHERS = [
    "",
    "06 12 34 56 78 ou 05 63 11 22 33",
    "SIRET 214 800 123 00014",
    "FR76 1027 8022 2100 0203 4560 158",
    "né le 12/03/2015 à 14 h 30, 3e de 4",
    "4006381333931",
    "1854578006084",
    "11850578006084",
    "185057800608499999",
]


@pytest.mark.parametrize("text", NIRS)
def test_a_social_security_number_is_refused_however_it_is_written(text: str) -> None:
    assert holds_nir(text)
    with pytest.raises(ValidationError, match="numéro de sécurité sociale"):
        refuse_nir(text)


@pytest.mark.parametrize("text", OTHERS)
def test_other_numbers_pass(text: str) -> None:
    assert not holds_nir(text)
    refuse_nir(text)


@pytest.mark.parametrize("field", [FreeTextField(), FreeLineField(max_length=50)])
def test_the_model_fields_refuse_it_in_forms_and_at_the_write(field: models.Field) -> None:
    with pytest.raises(ValidationError):
        field.clean("1 85 05 78 006 084 91", None)
    with pytest.raises(ValidationError):
        field.get_db_prep_save("1 85 05 78 006 084 91", None)
    assert field.clean("Aime la pêche", None) == "Aime la pêche"


def test_migrations_see_plain_fields() -> None:
    assert FreeTextField().deconstruct()[1] == "django.db.models.TextField"
    assert FreeLineField(max_length=5).deconstruct()[1] == "django.db.models.CharField"
