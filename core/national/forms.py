"""Cleaning of what prepares a release; no writes."""

from datetime import date
from typing import Any

from django import forms
from django.conf import settings

from core.exchange import sources
from core.exchange.enums import Status
from core.exchange.questionnaire import Kind, Question, Questionnaire
from core.national.enums import Recipient
from core.national.operations import releasing
from core.reporting import indicators
from core.reporting.indicators import Period
from core.ui.fields import FrenchDateField
from core.ui.forms import OnceForm
from core.ui.free_text import refuse_nir
from core.ui.typed_fields import choice_field


class CampaignForm(OnceForm):
    title = forms.CharField(label="Titre", max_length=120, help_text="Tel que les villes le liront.")
    period = forms.ChoiceField(label="Période demandée")
    due_on = FrenchDateField(label="À rendre le", lean="future")

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first = indicators.school_year_of(on)
        offered = [
            *(indicators.school_year(year) for year in range(first, first - 4, -1)),
            *(indicators.calendar_year(year) for year in range(on.year, on.year - 3, -1)),
        ]
        named = self.initial.get("period")
        codes = {one.code: one.label for one in offered}
        if named and named not in codes and (other := indicators.parse(named)):
            codes[named] = other.label
        choice_field(self, "period").choices = list(codes.items())

    @property
    def asked(self) -> Period:
        found = indicators.parse(self.cleaned_data["period"])
        assert found is not None  # noqa: S101  # one of the choices
        return found


class QuestionForm(OnceForm):
    """One question of a campaign that is being prepared. Its mark stays what it was."""

    label = forms.CharField(label="Question", max_length=200, validators=[refuse_nir])
    help = forms.CharField(label="Aide sous la question", max_length=300, required=False)
    section = forms.ChoiceField(label="Partie")
    position = forms.IntegerField(label="Place dans la partie", min_value=1, max_value=200)
    kind = forms.ChoiceField(label="Qui répond", choices=Kind.choices)
    source = forms.ChoiceField(
        label="Ce qui y répond",
        required=False,
        help_text="Pour un nombre ou un tableau : l’indicateur, ou le financement.",
    )
    choices = forms.CharField(
        label="Réponses possibles",
        required=False,
        help_text="Pour un choix : une par ligne.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    unit = forms.CharField(label="Unité", max_length=30, required=False)
    required = forms.BooleanField(label="La réponse de la ville est exigée", required=False)

    def __init__(self, *args: Any, questions: Questionnaire, code: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.code = code
        choice_field(self, "section").choices = [(one.code, one.title) for one in questions.sections]
        choice_field(self, "source").choices = [
            ("", "Rien : la ville répond"),
            ("Nombres", list(sources.numbers().items())),
            ("Tableaux", list(sources.tables().items())),
        ]

    @property
    def question(self) -> Question:
        data = self.cleaned_data
        return Question(
            code=self.code,
            label=data["label"],
            kind=data["kind"],
            source=data["source"],
            help=data["help"],
            unit=data["unit"],
            required=data["required"],
            choices=tuple(line.strip() for line in data["choices"].splitlines() if line.strip()),
        )


class PrepareForm(OnceForm):
    year = forms.TypedChoiceField(label="Année scolaire", coerce=int)
    recipient = forms.ChoiceField(label="Pour qui", choices=Recipient.choices)
    source = forms.ChoiceField(
        label="Chiffres",
        choices=[
            (Status.OFFICIAL, "Retours de l’enquête annuelle"),
            (Status.RUNNING, "Chiffres en cours d’année"),
        ],
    )
    labelled = forms.IntegerField(
        label="Nombre de villes labellisées",
        min_value=1,
        max_value=5000,
        help_text="D’après la liste de l’État, à la fin de la période.",
    )
    made_up = forms.BooleanField(
        label="Sur les villes fictives", required=False, help_text="Pour la démonstration."
    )

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        years = releasing.years(on)
        choice_field(self, "year").choices = [(year, f"{year}-{year + 1}") for year in years]
        if not settings.DEMO:
            del self.fields["made_up"]

    @property
    def period(self) -> Period:
        return indicators.school_year(self.cleaned_data["year"])
