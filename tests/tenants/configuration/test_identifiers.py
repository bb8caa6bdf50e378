import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenants.configuration import identifiers
from tenants.configuration.identifiers import Malformed

# The official list stays outside the repository; where the operator put it beside, every code is tried.
OFFICIAL_QPV = Path(__file__).resolve().parents[4] / "shared" / "data" / "qpv2024.csv"
SOME_QPV = ["QN08201I", "QN08202M", "QN08205N", "QN02A01M", "QN02B01M", "QN97101M", "QN98701C"]


def test_every_official_district_code_is_accepted() -> None:
    official: list[str] = []
    if OFFICIAL_QPV.exists():
        with OFFICIAL_QPV.open(encoding="utf-8") as file:
            official = [row["code_qp"] for row in csv.DictReader(file)]
        assert len(official) > 1500
    for code in [*SOME_QPV, *official]:
        assert identifiers.qpv(code) == code


@pytest.mark.parametrize(
    "code",
    ["", "QN08201X", "QN8201I", "QP082001", "QN10001M", "QN02C01M", "QN08201I1", "QN0820\u0661I", "QN082O1I"],
)
def test_wrong_district_codes(code: str) -> None:
    with pytest.raises(Malformed):
        identifiers.qpv(code)


# Published numbers of large institutions.
@pytest.mark.parametrize(
    "number", ["73282932000074", "356 000 000 00048", "35600000012346", "12000101100010"]
)
def test_sirets(number: str) -> None:
    assert identifiers.siret(number) == number.replace(" ", "")


@pytest.mark.parametrize(
    "number",
    ["73282932000075", "35600000012345", "7328293200007", "732829320000740", "7328293200007A", "²" * 14],
)
def test_wrong_sirets(number: str) -> None:
    with pytest.raises(Malformed):
        identifiers.siret(number)


@given(st.integers(0, 10**14 - 1), st.integers(0, 13), st.integers(1, 9))
def test_one_wrong_digit_is_always_seen(number: int, position: int, shift: int) -> None:
    body = f"{number:014}"[:13]
    right = next(f"{body}{key}" for key in range(10) if identifiers.luhn_sum(f"{body}{key}") % 10 == 0)
    wrong = right[:position] + str((int(right[position]) + shift) % 10) + right[position + 1 :]
    if right.startswith(identifiers.LA_POSTE) or wrong.startswith(identifiers.LA_POSTE):
        return
    assert identifiers.siret(right) == right
    with pytest.raises(Malformed):
        identifiers.siret(wrong)


@given(st.integers(0, 9_999_999), st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
def test_a_school_has_one_letter(number: int, letter: str) -> None:
    digits = f"{number:07}"
    right = digits + identifiers.UAI_LETTERS[number % 23]
    assert identifiers.uai(right) == right
    if digits + letter != right:
        with pytest.raises(Malformed, match=f"ce serait {right[-1]}"):
            identifiers.uai(digits + letter)


def test_a_school_number_is_written_in_capitals() -> None:
    assert identifiers.uai("082 9901 s") == "0829901S"


@pytest.mark.parametrize("code", ["82121", "2A004", "2b033", "97411", "98818", "01004", "95680"])
def test_communes(code: str) -> None:
    assert identifiers.insee(code) == code.upper()


@pytest.mark.parametrize("code", ["8212", "821211", "2C004", "20004", "96001", "99138", "00001", "9A001", ""])
def test_wrong_communes(code: str) -> None:
    with pytest.raises(Malformed):
        identifiers.insee(code)


@pytest.mark.parametrize("number", ["W821000123", "W2A1000123", "w9R1000123"])
def test_associations(number: str) -> None:
    assert identifiers.rna(number) == number.upper()


@pytest.mark.parametrize("number", ["821000123", "W82100012", "W8210001234", "WX21000123", "W82100012A"])
def test_wrong_associations(number: str) -> None:
    with pytest.raises(Malformed):
        identifiers.rna(number)


# Three teaching hospitals.
@pytest.mark.parametrize("number", ["750712184", "310781406", "330781196", "2A0000014"])
def test_health_institutions(number: str) -> None:
    assert identifiers.finess(number) == number


@pytest.mark.parametrize("number", ["750712185", "75071218", "2C0000014", "7507121840"])
def test_wrong_health_institutions(number: str) -> None:
    with pytest.raises(Malformed):
        identifiers.finess(number)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("05 36 49 00 12", "+33536490012"),
        ("+33 (5) 36-49-00-12", "+33536490012"),
        ("0033536490012", "+33536490012"),
        ("+262 262 99 00 01", "+262262990001"),
        ("+687 25.00.00", "+687250000"),
    ],
)
def test_phones(typed: str, kept: str) -> None:
    assert identifiers.phone(typed) == kept


@pytest.mark.parametrize("typed", ["0536490", "00 36 49 00 12", "+44 20 7946 0000", "appeler", ""])
def test_wrong_phones(typed: str) -> None:
    with pytest.raises(Malformed):
        identifiers.phone(typed)


@pytest.mark.parametrize("code", ["82000", "01000", "20000", "97400", "98800"])
def test_postal_codes(code: str) -> None:
    assert identifiers.postal_code(code) == code


@pytest.mark.parametrize("code", ["8200", "00100", "99123", "8200A", "96000"])
def test_wrong_postal_codes(code: str) -> None:
    with pytest.raises(Malformed):
        identifiers.postal_code(code)


def test_email_addresses() -> None:
    assert identifiers.email(" Pre@Ville.Example ") == "pre@ville.example"
    for wrong in ("pre", "pre@", "pre@ville", "p re@ville.example", "a..b@ville.example", "a@-x.example"):
        with pytest.raises(Malformed):
            identifiers.email(wrong)
