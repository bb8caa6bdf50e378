"""One line of the table, read: what it says of a child, in the shapes of the operations, and its problems.

The same reading checks a row, checks it again once it is mended, and is what the import runs on.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from core.children.enums import EXERCISING, Authority, Level, Link
from core.imports import cells
from core.imports.column_shapes import Field
from core.imports.columns import BY_CODE, FIELDS
from core.imports.vocabularies import AS_WRITTEN, ASKED_WHEN_EMPTY, IGNORED, Vocabulary
from core.pathways.signers import MAJORITY
from core.ui.free_text import holds_nir

OLDEST = timedelta(days=366 * 30)
REFERRAL_FIELDS = ("received_on", "source", "motives", "referrer_name", "referrer_organisation", "facts",
                   "closing_reason")  # fmt: skip
PATHWAY_FIELDS = ("signed_on", "planned_end_on", "ended_on")


@dataclass
class Row:
    """`says`: field to what was understood (text, day, code, list of codes); `problems`: what was not."""

    says: dict[str, Any] = field(default_factory=dict)
    written: Mapping[str, str] = field(default_factory=dict)
    problems: list[dict[str, Any]] = field(default_factory=list)

    def wrong(self, code: str, text: str) -> None:
        self.problems.append({"field": code, "text": text, "grave": True})

    def day(self, code: str) -> date | None:
        found = self.says.get(code)
        return found if isinstance(found, date) else None

    def text(self, code: str) -> str:
        return str(self.says.get(code, "") or "")

    @property
    def brings_pathway(self) -> bool:
        return any(self.written.get(code) for code in PATHWAY_FIELDS)

    @property
    def brings_referral(self) -> bool:
        return self.brings_pathway or any(self.written.get(code) for code in REFERRAL_FIELDS)

    @property
    def adults(self) -> list[str]:
        return [prefix for prefix in ("adult", "adult2") if self.text(f"{prefix}_name")]


@dataclass(frozen=True)
class Reader:
    """`said`: vocabulary to folded word to code, as the coordinator answered."""

    vocabularies: Mapping[str, Vocabulary]
    said: Mapping[str, Mapping[str, str]]
    today: date

    def read(self, written: Mapping[str, str]) -> Row:
        row = Row(written=written)
        for item in FIELDS:
            self._read_cell(row, item, written.get(item.code, "").strip())
        _names(row)
        _child(row, self.today)
        for prefix in ("adult", "adult2"):
            _adult(row, prefix)
        _referral(row, self.today)
        _pathway(row, self.today)
        return row

    def _read_cell(self, row: Row, item: Field, text: str) -> None:
        if cells.is_broken(text):
            row.wrong(item.code, f"{item.label} : la formule de cette case ne donne rien ({text}).")
        elif holds_nir(text):
            row.wrong(item.code, f"{item.label} : un numéro de sécurité sociale ne se garde pas.")
        elif item.vocabulary:
            self._read_words(row, item, text)
        elif text and item.kind == "day":
            try:
                row.says[item.code] = cells.read_day(text, self.today)
            except ValueError as error:
                row.wrong(item.code, f"{item.label} : {error}")
        elif len(text) > item.longest:
            row.wrong(item.code, f"{item.label} : {len(text)} caractères, {item.longest} au plus.")
        elif text:
            row.says[item.code] = text if item.kind == "long" else " ".join(text.split())

    def _read_words(self, row: Row, item: Field, text: str) -> None:
        words = cells.split_words(text) if item.kind == "words" else [text] if text else []
        if not words and item.vocabulary in ASKED_WHEN_EMPTY:
            words = [""]
        vocabulary, said = self.vocabularies[item.vocabulary], self.said.get(item.vocabulary, {})
        codes = []
        for word in words:
            code = vocabulary.code_of(word, said)
            if code == AS_WRITTEN:
                row.says["other_school"] = word
            elif code and code != IGNORED:
                codes.append(code)
            elif not code and word:
                row.wrong(item.code, f"{item.label} : « {word} » n’est pas dans la liste de la ville.")
        if codes:
            row.says[item.code] = codes if item.kind == "words" else codes[0]


def _names(row: Row) -> None:
    if full := row.text("full_name"):
        last, first = cells.split_name(full)
        row.says.setdefault("last_name", last)
        row.says.setdefault("first_name", first)
    for code in ("last_name", "first_name"):
        if not row.text(code):
            row.wrong(code, f"{BY_CODE[code].label} : à remplir.")
        elif len(row.text(code)) > 100:
            row.wrong(code, f"{BY_CODE[code].label} : 100 caractères au plus.")


def _child(row: Row, today: date) -> None:
    birth_on = row.day("birth_on")
    if birth_on is not None and birth_on > today:
        row.wrong("birth_on", "Date de naissance : elle est à venir. Vérifiez l’année.")
    elif birth_on is not None and today - birth_on > OLDEST:
        row.wrong("birth_on", "Date de naissance : elle donne plus de 30 ans. Vérifiez l’année.")
    if row.text("class_name") and not (row.text("school") or row.text("other_school") or row.text("level")):
        row.says["level"] = Level.UNKNOWN.value
    if row.text("postal_code") and not (row.text("address") or row.text("city")):
        row.wrong("city", "Commune : à remplir avec le code postal.")
    if row.text("district") and not (row.text("address") or row.text("city")):
        row.wrong("address", "Numéro et rue : un quartier se dit d’une adresse.")


def _adult(row: Row, prefix: str) -> None:
    """An adult needs a name; nothing is supposed of the authority that he or she holds."""
    name, first = row.text(f"{prefix}_name"), row.text(f"{prefix}_first_name")
    written = [code for code in row.written if code.startswith(f"{prefix}_") and row.written[code]]
    if not name:
        if written:
            row.wrong(f"{prefix}_name", f"{BY_CODE[f'{prefix}_name'].label} : à remplir.")
        return
    if not first:
        last, first = cells.split_name(name)
        row.says[f"{prefix}_name"], row.says[f"{prefix}_first_name"] = last, first
    for code in (f"{prefix}_name", f"{prefix}_first_name"):
        if len(row.text(code)) > 100:
            row.wrong(code, f"{BY_CODE[code].label} : 100 caractères au plus.")
    if email := row.text(f"{prefix}_email"):
        try:
            validate_email(email)
        except ValidationError:
            row.wrong(
                f"{prefix}_email", f"{BY_CODE[f'{prefix}_email'].label} : « {email} » n’est pas une adresse."
            )
    row.says.setdefault(f"{prefix}_link", Link.OTHER.value)
    row.says.setdefault(f"{prefix}_authority", Authority.UNKNOWN.value)


def _referral(row: Row, today: date) -> None:
    if not row.brings_referral:
        return
    received_on = row.day("received_on") or row.day("signed_on")
    if received_on is None and not any(p["field"] in ("received_on", "signed_on") for p in row.problems):
        row.wrong("received_on", "Orientation reçue le : à remplir.")
    elif received_on is not None and received_on > today:
        row.wrong("received_on", "Orientation reçue le : cette date est à venir.")
    if received_on is not None:
        row.says["received_on"] = received_on


def _pathway(row: Row, today: date) -> None:
    """What a pathway needs: a dated contract, who accompanies, a domain, and an adult who may sign."""
    if not row.brings_pathway:
        return
    if row.text("closing_reason"):
        row.wrong("closing_reason", "Pas de suite, parce que : la ligne porte aussi un contrat.")
    for code in ("signed_on", "referent", "domain"):
        if not row.says.get(code) and not any(p["field"] == code for p in row.problems):
            row.wrong(code, f"{BY_CODE[code].label} : à remplir pour reprendre le parcours.")
    _pathway_days(row, today)
    birth_on = row.day("birth_on")
    grown = (
        birth_on is not None
        and (today.year - birth_on.year) - ((today.month, today.day) < (birth_on.month, birth_on.day))
        >= MAJORITY
    )
    row.says["grown"] = grown
    if not grown and signing_adult(row) is None:
        code = "adult_authority" if row.adults else "adult_name"
        row.wrong(code, "Un adulte qui exerce l’autorité parentale : à dire pour reprendre un contrat signé.")


def _pathway_days(row: Row, today: date) -> None:
    signed_on, ended_on, planned = row.day("signed_on"), row.day("ended_on"), row.day("planned_end_on")
    if signed_on is None:
        return
    received_on = row.day("received_on")
    if signed_on > today:
        row.wrong("signed_on", "Contrat signé le : cette date est à venir.")
    if received_on is not None and received_on > signed_on:
        row.wrong("received_on", "Orientation reçue le : elle suit la signature du contrat.")
    if planned is not None and planned <= signed_on:
        row.wrong("planned_end_on", "Fin prévue : elle ne suit pas la signature du contrat.")
    if ended_on is not None and ended_on < signed_on:
        row.wrong("ended_on", "Parcours terminé le : avant la signature du contrat.")
    elif ended_on is not None and ended_on > today:
        row.wrong("ended_on", "Parcours terminé le : cette date est à venir.")
    row.says.setdefault("planned_end_on", max(ended_on or signed_on, signed_on + timedelta(days=365)))


def signing_adult(row: Row) -> str | None:
    """The first adult of the row who exercises parental authority: "adult" or "adult2"."""
    for prefix in row.adults:
        if row.says.get(f"{prefix}_authority") in EXERCISING:
            return prefix
    return None
