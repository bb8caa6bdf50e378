"""Forms of what is written around a child: cleaning alone, no write."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone

from core.notes.enums import NOTE_FACETS, Facet, Profession
from core.ui.fields import FrenchDateField, UploadField
from core.ui.forms import OnceForm
from core.ui.free_text import refuse_nir
from core.ui.typed_fields import choice_field
from core.ui.widgets import ChoiceCards

PRIVATE = "private"


def long_text(label: str, rows: int = 3, **kwargs: Any) -> forms.CharField:
    kwargs.setdefault("max_length", 10_000)
    return forms.CharField(
        label=label, widget=forms.Textarea({"rows": rows}), validators=[refuse_nir], **kwargs
    )


def one_line(label: str, **kwargs: Any) -> forms.CharField:
    kwargs.setdefault("max_length", 300)
    return forms.CharField(label=label, validators=[refuse_nir], **kwargs)


class NoteForm(OnceForm):
    """A choice and a line; the rest is there for who has a minute more."""

    facet = forms.ChoiceField(label="De quoi parle cette note ?", widget=ChoiceCards())
    observation = long_text(
        "Ce que j’ai vu ou entendu",
        help_text="Des faits, avec les mots de chacun. La famille peut demander à lire les notes.",
    )
    opinion = long_text("Ce que j’en pense", required=False, help_text="À part des faits, et signé de vous.")
    on = FrenchDateField(label="Quand", lean="past", latest=timezone.localdate, initial=timezone.localdate)

    def __init__(self, *args: Any, facets: Iterable[Facet], private: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(facet.value, facet.label) for facet in NOTE_FACETS if facet in set(facets)]
        if private:
            offered.append((PRIVATE, "Pour moi seul·e"))
        field = choice_field(self, "facet")
        field.choices = offered
        field.initial = offered[0][0] if offered else None


class RewriteForm(NoteForm):
    """As it was written; a key would say « already done » at the second taking up."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["form_key"]


class CorrectionForm(OnceForm):
    text = long_text("Ce qui est juste", help_text="Elle suit la note, avec votre nom et la date.")


class BecauseForm(forms.Form):
    because = one_line("Pourquoi, en une ligne")


class AttachmentForm(OnceForm):
    file = UploadField(label="Fichier ou photo")
    title = one_line("Ce que c’est", max_length=200, help_text="Par exemple : bulletin du premier trimestre.")
    facet = forms.ChoiceField(label="De quoi parle ce document ?", widget=ChoiceCards())

    def __init__(self, *args: Any, facets: Iterable[Facet], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        allowed = set(facets)
        field = choice_field(self, "facet")
        field.choices = [(facet.value, facet.label) for facet in Facet if facet in allowed]

    def kind(self) -> str:
        field: UploadField = self.fields["file"]  # type: ignore[assignment]
        return field.kind_of(self.cleaned_data["file"]) or ""


class ProfessionForm(forms.Form):
    profession = forms.ChoiceField(
        label="Sa profession",
        choices=[("", "Aucune, ou pas connue"), *Profession.choices],
        required=False,
        widget=ChoiceCards(),
    )
