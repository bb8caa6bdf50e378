"""Public identifiers of French places and organisations: shape and check digit, nothing looked up.

Each function takes what a person typed and returns the written form to keep, or raises `Malformed`
with a French sentence part that says what is expected.
"""

import re

UAI_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
LA_POSTE = "356000000"
QPV = re.compile(r"QN(0\d\d|02[AB]|97\d|98\d)\d\d[MINC]", re.ASCII)
INSEE = re.compile(r"(?:0[1-9]|1\d|2[1-9AB]|[3-8]\d|9[0-5])\d{3}|97[1-8]\d{2}|98[4-9]\d{2}", re.ASCII)
RNA = re.compile(r"W\d[0-9A-Z]\d{7}", re.ASCII)
POSTAL = re.compile(r"(?:0[1-9]|[1-8]\d|9[0-58])\d{3}|97[1-8]\d{2}", re.ASCII)
PHONE = re.compile(r"\+(?:33[1-9]\d{8}|(?:262|590|594|596)\d{9}|(?:508|681|687|689)\d{6,8})", re.ASCII)
EMAIL = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")


class Malformed(ValueError):
    """What was typed is not such an identifier; `expected` completes « attendu : … »."""

    def __init__(self, expected: str) -> None:
        super().__init__(expected)
        self.expected = expected


def _packed(text: str) -> str:
    return re.sub(r"[\s\u00a0\u202f.-]", "", text).upper()


def luhn_sum(digits: str) -> int:
    """Sum of Luhn's algorithm; a number with its check digit gives a multiple of ten."""
    total = 0
    for position, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + position % 2)
        total += value - 9 if value > 9 else value
    return total


def _digits(text: str, length: int) -> bool:
    return len(text) == length and text.isascii() and text.isdigit()


def siret(text: str) -> str:
    """14 digits; La Poste's many offices have a rule of their own (INSEE)."""
    number = _packed(text)
    if not _digits(number, 14):
        raise Malformed("un SIRET de 14 chiffres")
    of_la_poste = number.startswith(LA_POSTE) and sum(map(int, number)) % 5 == 0
    if luhn_sum(number) % 10 and not of_la_poste:
        raise Malformed("un SIRET dont la clé de contrôle est juste (vérifiez les 14 chiffres)")
    return number


def rna(text: str) -> str:
    number = _packed(text)
    if not RNA.fullmatch(number):
        raise Malformed("un numéro RNA : W suivi de 9 caractères, comme W821000123")
    return number


def uai_letter(number: str) -> str:
    """Check letter of the seven digits of a school's number."""
    return UAI_LETTERS[int(number) % 23]


def uai(text: str) -> str:
    number = _packed(text)
    if not (_digits(number[:7], 7) and len(number) == 8):
        raise Malformed("un numéro UAI : 7 chiffres et une lettre")
    letter = uai_letter(number[:7])
    if number[7] != letter:
        raise Malformed(f"un numéro UAI dont la lettre est juste (pour {number[:7]}, ce serait {letter})")
    return number


def insee(text: str) -> str:
    code = _packed(text)
    if not INSEE.fullmatch(code):
        raise Malformed("un code INSEE de commune à 5 caractères, comme 82121 ou 2A004")
    return code


def qpv(text: str) -> str:
    code = _packed(text)
    if not QPV.fullmatch(code):
        raise Malformed("un code QPV 2024 : QN, département sur 3 caractères, 2 chiffres, puis M, I, N ou C")
    return code


def finess(text: str) -> str:
    """9 characters with Luhn's key; the rule for Corsica's letters is not published, so shape alone."""
    number = _packed(text)
    if re.fullmatch(r"2[AB][0-9]{7}", number):
        return number
    if not _digits(number, 9):
        raise Malformed("un numéro FINESS de 9 caractères")
    if luhn_sum(number) % 10:
        raise Malformed("un numéro FINESS dont la clé de contrôle est juste")
    return number


def postal_code(text: str) -> str:
    code = _packed(text)
    if not POSTAL.fullmatch(code):
        raise Malformed("un code postal à 5 chiffres")
    return code


def phone(text: str) -> str:
    """Kept in international form, without spaces: +33536490012."""
    number = re.sub(r"[\s\u00a0\u202f().-]", "", text)
    if number.startswith("00"):
        number = f"+{number[2:]}"
    elif number.startswith("0"):
        number = f"+33{number[1:]}"
    if not PHONE.fullmatch(number):
        raise Malformed("un numéro de téléphone français, comme 05 36 49 00 12")
    return number


def email(text: str) -> str:
    """Lower case, since no French mail service tells two people apart by capitals."""
    address = text.strip().lower()
    if not EMAIL.fullmatch(address) or ".." in address or len(address) > 254:
        raise Malformed("une adresse électronique, comme pre@ville.example")
    return address
