import hashlib
import re
from collections.abc import Sequence
from typing import Any

from django import forms

from core.imports.columns import FIELDS, is_forbidden
from core.imports.models import Import
from core.imports.queries import Unknown
from core.imports.vocabularies import AS_WRITTEN, IGNORED, TITLES
from core.people.names import fold
from core.ui.typed_fields import choice_field
from core.ui.typography import counted

SAMPLES = 3
LONGEST_SAMPLE = 40
# Once a table was checked, nothing is kept of a column that was not taken.
LEFT_ASIDE = "Vide, ou laissée de côté : pour la reprendre, envoyez le tableau à nouveau."
# A question of the words' page: its list, then the digest of `name_of`.
ASKED = re.compile(rf"(?:{'|'.join(TITLES)})_[0-9a-f]{{16}}")


class SheetForm(forms.Form):
    sheet_name = forms.ChoiceField(label="Feuille")
    header_row = forms.IntegerField(
        label="Ligne des titres",
        min_value=1,
        max_value=100,
        help_text="Le numéro de la ligne dans le fichier.",
    )

    def __init__(self, batch: Import, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"sheet_name": batch.sheet_name, "header_row": batch.header_row})
        super().__init__(*args, **kwargs)
        choices = [(sheet["name"], sheet["name"] or "Feuille unique") for sheet in batch.sheets]
        choice_field(self, "sheet_name").choices = choices
        if len(choices) == 1:
            self.fields["sheet_name"].widget = forms.HiddenInput()


class ColumnsForm(forms.Form):
    """One question a column that has a title or holds something: each may be left, the page says so once."""

    say_optional = False

    def __init__(self, batch: Import, table: Sequence[Sequence[str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        empty = LEFT_ASIDE if batch.total else "Colonne vide."
        for number, title in enumerate(batch.headers):
            samples = _samples(table, number)
            if not title and not samples:
                continue
            if is_forbidden(title):
                continue
            self.fields[f"column_{number}"] = forms.ChoiceField(
                label=title or f"Colonne {number + 1}, sans titre",
                choices=_choices(),
                required=False,
                initial=batch.columns.get(str(number), ""),
                help_text=f"Par exemple : {' · '.join(samples)}" if samples else empty,
            )
        self.forbidden = [title for title in batch.headers if is_forbidden(title)]

    @property
    def said(self) -> dict[str, str]:
        return {name.removeprefix("column_"): code for name, code in self.cleaned_data.items() if code}


def _samples(table: Sequence[Sequence[str]], number: int) -> list[str]:
    found: list[str] = []
    for line in table:
        text = line[number].strip() if number < len(line) else ""
        if text and text not in found:
            found.append(text[:LONGEST_SAMPLE])
        if len(found) == SAMPLES:
            break
    return found


def _choices() -> list[Any]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for field in FIELDS:
        groups.setdefault(field.group, []).append((field.code, field.label))
    return [("", "Ne pas reprendre cette colonne"), *groups.items()]


class WordsForm(forms.Form):
    """One question for each word that the town's lists do not know.

    A question bears the name of its word, never its place: on a page that was opened before the list
    changed, an answer would pass to another word, and a child to another referent.
    """

    def __init__(self, unknown: Sequence[Unknown], said: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked: dict[str, tuple[str, str]] = {}
        for item in unknown:
            for word, lines in item.words:
                name = name_of(item.vocabulary.code, word)
                self.asked[name] = (item.vocabulary.code, word)
                answers = said.get(item.vocabulary.code, {})
                self.fields[name] = forms.ChoiceField(
                    label=f"{item.vocabulary.title} : {f'« {word} »' if word else 'case vide'}",
                    choices=_answers(item, word),
                    required=False,
                    initial=answers.get(fold(word), ""),
                    help_text=counted(lines, "ligne")
                    if word
                    else "Pour les seules lignes qui n’en disent rien.",
                )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        gone = [name for name in self.data if name not in self.fields and ASKED.fullmatch(name)]
        if gone:
            raise forms.ValidationError("La liste a changé : relisez vos réponses.")
        return data

    @property
    def said(self) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for name, code in self.cleaned_data.items():
            vocabulary, word = self.asked[name]
            if code:
                found.setdefault(vocabulary, {})[word] = code
        return found


def name_of(vocabulary: str, word: str) -> str:
    digest = hashlib.sha256(f"{vocabulary}\n{fold(word)}".encode()).hexdigest()
    return f"{vocabulary}_{digest[:16]}"


def _answers(item: Unknown, word: str) -> list[tuple[str, str]]:
    first = ("", "Rien : je corrigerai ligne par ligne" if word else "Rien : à dire ligne par ligne")
    more = (
        [(AS_WRITTEN, "Un autre établissement : garder ce nom")] if item.vocabulary.code == "school" else []
    )
    aside = [(IGNORED, "Laisser ce mot de côté")] if word else []
    return [first, *item.vocabulary.choices, *more, *aside]
