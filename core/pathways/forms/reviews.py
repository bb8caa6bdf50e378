"""The review on one page: kept as it is typed however unfinished, checked when it is to be closed."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from core.children.models import Guardian
from core.pathways import rhythm
from core.pathways.enums import Mark, ReviewDecision, Standing, WithWhom
from core.pathways.models import Domain, Objective, Review
from core.pathways.models.school_word import ANSWERS
from core.pathways.operations.reviews import LineTold, ReviewTold
from core.pathways.reviewing import Trend
from core.ui.fields import FrenchDateField
from core.ui.free_text import refuse_nir
from core.ui.typed_fields import row_field
from core.ui.typography import day
from core.ui.widgets import ChoiceCards

LONG = 4000
OF_OBJECTIVE = frozenset({"observed", "standing", "decision", "judgement", "child", "family"})
DECISION_HINTS = {
    ReviewDecision.CONFIRM: "L’objectif et les actions restent.",
    ReviewDecision.ADJUST: "Un avenant, signé de nouveau.",
    ReviewDecision.RENEW: "Une nouvelle période, signée de nouveau.",
    ReviewDecision.END: "Pour cet objectif, c’est fini.",
}


def _text(label: str, rows: int = 2, **kwargs: Any) -> forms.CharField:
    widget = forms.Textarea({"rows": rows})
    return forms.CharField(label=label, max_length=LONG, widget=widget, validators=[refuse_nir], **kwargs)


def _scale(label: str, **kwargs: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=[("", "Choisissez"), *Mark.choices], **kwargs)


class ReviewForm(forms.Form):
    """Fields `observed_12`, `decision_12`… for each objective, `mark_3`, `before_3` for each domain.

    `finishing` asks for all that a held review says; otherwise anything goes, dates as they were typed.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    with_whom = forms.ChoiceField(label="Avec", choices=WithWhom.choices, widget=ChoiceCards())
    who_was_there = forms.CharField(
        label="Qui était là",
        max_length=300,
        validators=[refuse_nir],
        help_text="Par exemple : Lina, sa mère, l’enseignante.",
    )
    child_words = _text("Ce que dit l’enfant, avec ses mots", required=False)
    family_words = _text("Ce que dit la famille, avec ses mots", required=False)
    conclusion = _text("Ce que l’on retient", rows=3, help_text="D’abord ce qui va bien, puis ce qui change.")

    def __init__(
        self,
        data: Any = None,
        *,
        review: Review,
        objectives: Iterable[Objective],
        trends: Iterable[Trend],
        finishing: bool = False,
    ) -> None:
        self.review, self.finishing = review, finishing
        self.objectives, self.trends = list(objectives), list(trends)
        super().__init__(data, initial=self._initial())
        self._add_dates()
        for trend in self.trends:
            self._add_domain(trend)
        for objective in self.objectives:
            self._add_objective(objective)

    def full_clean(self) -> None:
        """A draft is never refused for what it lacks; the page still says what the end will ask for."""
        asked = {name: field.required for name, field in self.fields.items()}
        for name, field in self.fields.items():
            field.required = asked[name] and (self.finishing or name == "version")
        super().full_clean()
        for name, field in self.fields.items():
            field.required = asked[name]

    def _initial(self) -> dict[str, Any]:
        standings = {f"standing_{item.pk}": item.standing for item in self.objectives}
        begun = {"held_on": f"{timezone.localdate():%d/%m/%Y}"}
        return {**standings, **begun, **self.review.draft, "version": self.review.version}

    def _add_dates(self) -> None:
        due = rhythm.of_town().next_due(timezone.localdate())
        hint = f"Vide : au rythme de la ville, soit le {day(due)} pour un bilan fait aujourd’hui."
        if self.finishing:
            self.fields["held_on"] = FrenchDateField(label="Fait le", lean="past", latest=timezone.localdate)
            self.fields["next_due_on"] = FrenchDateField(
                label="Prochain bilan avant le", lean="future", required=False, help_text=hint
            )
            return
        self.fields["held_on"] = _day_as_typed("Fait le")
        self.fields["next_due_on"] = _day_as_typed("Prochain bilan avant le", required=False, help_text=hint)

    def _add_domain(self, trend: Trend) -> None:
        pk, label = trend.domain.pk, trend.domain.label
        if trend.before is None:
            self.fields[f"before_{pk}"] = _scale(f"{label} : comment c’était au départ", required=False)
        self.fields[f"mark_{pk}"] = _scale(f"{label} : comment ça va aujourd’hui")

    def _add_objective(self, objective: Objective) -> None:
        pk = objective.pk
        self.fields[f"observed_{pk}"] = _text(
            "Ce qui a été observé",
            required=False,
            help_text="Des faits : ce que chacun a pu voir ou entendre.",
        )
        self.fields[f"standing_{pk}"] = forms.ChoiceField(label="Où en est-on", choices=Standing.choices)
        self.fields[f"decision_{pk}"] = forms.ChoiceField(
            label="Que décide-t-on", choices=ReviewDecision.choices, widget=ChoiceCards(hints=DECISION_HINTS)
        )
        self.fields[f"judgement_{pk}"] = _text(
            "Ce que l’on en pense",
            required=False,
            help_text="À part des faits. La famille peut le lire.",
        )
        self.fields[f"child_{pk}"] = _text("Les mots de l’enfant", required=False)
        self.fields[f"family_{pk}"] = _text("Les mots de la famille", required=False)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if self.finishing:
            for objective in self.objectives:
                self._check_facts(objective, data)
        return data

    def _check_facts(self, objective: Objective, data: Mapping[str, Any]) -> None:
        """The database holds it too: a judgement and a change stand on something that was seen."""
        pk = objective.pk
        name = f"observed_{pk}"
        if data.get(name) or name in self.errors:
            return
        decision = data.get(f"decision_{pk}")
        if data.get(f"judgement_{pk}") or decision not in (None, "", ReviewDecision.CONFIRM):
            self.add_error(name, "Dites d’abord ce qui a été observé : une ligne suffit.")

    def typed(self) -> dict[str, str]:
        """What is in the fields as it was typed, empty ones left out: the draft."""
        names = [name for name in self.fields if name != "version"]
        found = {name: str(self.data.get(name, "")).strip() for name in names}
        return {name: text for name, text in found.items() if text}

    def version_typed(self) -> int:
        return int(self.cleaned_data["version"])

    def described(self, draft: Mapping[str, str]) -> list[tuple[str, str]]:
        """What another screen wrote and this one does not say: label and words of each such field."""
        mine = self.typed()
        differing = [name for name in self.fields if draft.get(name, "") != mine.get(name, "")]
        return [
            (self._whole_label(name), self._in_words(name, draft.get(name, "")))
            for name in differing
            if name != "version"
        ]

    def _whole_label(self, name: str) -> str:
        about = {str(objective.pk): objective.text for objective in self.objectives}
        kind, _, pk = name.rpartition("_")
        label = str(self.fields[name].label)
        return f"{about[pk]} : {label.lower()}" if pk in about and kind in OF_OBJECTIVE else label

    def _in_words(self, name: str, text: str) -> str:
        choices = dict(getattr(self.fields[name], "choices", ()))
        words = {str(value): str(label) for value, label in choices.items()}
        return words.get(text, text) if text else "(vide)"

    def told(self) -> ReviewTold:
        """Of a valid form that is finishing."""
        data = self.cleaned_data
        return ReviewTold(
            held_on=data["held_on"],
            with_whom=WithWhom(data["with_whom"]),
            who_was_there=data["who_was_there"],
            conclusion=data["conclusion"],
            child_words=data["child_words"],
            family_words=data["family_words"],
            next_due_on=data["next_due_on"],
            lines=[self._line(objective) for objective in self.objectives],
            marks=self._marks("mark"),
            before=self._marks("before"),
        )

    def _line(self, objective: Objective) -> LineTold:
        pk, data = objective.pk, self.cleaned_data
        return LineTold(
            objective=objective,
            decision=ReviewDecision(data[f"decision_{pk}"]),
            standing=Standing(data[f"standing_{pk}"]),
            observed=data[f"observed_{pk}"],
            judgement=data[f"judgement_{pk}"],
            child_words=data[f"child_{pk}"],
            family_words=data[f"family_{pk}"],
        )

    def _marks(self, kind: str) -> dict[Domain, Mark]:
        said = {trend.domain: self.cleaned_data.get(f"{kind}_{trend.domain.pk}") for trend in self.trends}
        return {domain: Mark(int(mark)) for domain, mark in said.items() if mark}


def _day_as_typed(label: str, **kwargs: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=60,
        validators=[refuse_nir],
        widget=FrenchDateField.widget(),
        **kwargs,
    )


class NoteForm(forms.Form):
    text = _text("Ce qui s’ajoute, ou ce qui était faux", rows=3)


class DepartureForm(forms.Form):
    """How it goes in each domain of the contract, at the start."""

    def __init__(self, *args: Any, trends: Iterable[Trend], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.trends = list(trends)
        for trend in self.trends:
            self.fields[f"before_{trend.domain.pk}"] = _scale(
                trend.domain.label, required=False, initial=trend.before or ""
            )

    def marks(self) -> dict[Domain, Mark]:
        said = {trend.domain: self.cleaned_data[f"before_{trend.domain.pk}"] for trend in self.trends}
        return {domain: Mark(int(mark)) for domain, mark in said.items() if mark}


class AskSchoolForm(forms.Form):
    """How the link travels; and who of the family said yes, where the contract does not name the school."""

    email = forms.EmailField(
        label="Adresse professionnelle de l’enseignante ou de l’enseignant",
        required=False,
        help_text="Vide : vous remettrez le lien vous-même, sur papier.",
    )
    guardian = forms.ModelChoiceField(
        label="Qui, dans la famille, a dit oui", queryset=Guardian.objects.none(), empty_label="Choisissez"
    )
    agreed_on = FrenchDateField(label="A dit oui le", lean="past", latest=timezone.localdate)

    def __init__(
        self,
        *args: Any,
        named: bool,
        grown: bool,
        guardians: Iterable[Guardian],
        addresses: Iterable[str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.known = list(addresses)
        self.fields["email"].widget.attrs["list"] = "adresses"
        if named:
            del self.fields["guardian"], self.fields["agreed_on"]
        elif grown:
            del self.fields["guardian"]
        else:
            rows = Guardian.objects.filter(pk__in=[adult.pk for adult in guardians])
            row_field(self, "guardian").queryset = rows.order_by("sort_name", "pk")

    def agreement(self) -> tuple[Guardian | None, date] | None:
        if "agreed_on" not in self.fields:
            return None
        return self.cleaned_data.get("guardian"), self.cleaned_data["agreed_on"]


class SchoolWordForm(forms.Form):
    """Four questions in plain words, what goes well first."""

    goes_well = _text("Qu’est-ce qui va bien ?", required=False)
    class_work = _text("Et le travail en classe ?", required=False)
    with_others = _text("Et avec les autres, enfants et adultes ?", required=False)
    would_help = _text("Qu’est-ce qui aiderait ?", required=False)
    teacher = forms.CharField(
        label="Votre nom et votre fonction",
        max_length=200,
        validators=[refuse_nir],
        help_text="Par exemple : M. Dupin, professeur des écoles.",
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not self.errors and not any(data.get(name) for name in ANSWERS):
            self.add_error("goes_well", "Répondez à une question au moins.")
        return data

    def answers(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in ANSWERS}
