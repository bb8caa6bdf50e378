"""Forms of the end of a pathway, its pauses, its relay and the news taken afterwards: cleaning alone."""

from collections.abc import Collection, Iterable
from typing import Any

from django import forms
from django.utils import timezone

from core.children.models import Guardian
from core.partners.models import Organisation
from core.pathways.enums import (
    AskedBy,
    ContactKind,
    NationalExit,
    Outcome,
    RelayState,
    VocabularyKind,
)
from core.pathways.forms.life import ONE_LINE
from core.pathways.models import Exit, Objective, Term
from core.pathways.operations.ending import OUTCOME_OF, Became, Ending, Relay, became_of
from core.people.models import User
from core.ui.fields import FrenchDateField
from core.ui.forms import OnceForm
from core.ui.free_text import refuse_nir
from core.ui.typed_fields import choice_field, row_field
from core.ui.widgets import ChoiceCards

TOLD = [(RelayState.PROPOSED, "Proposé, on attend la réponse"), *RelayState.choices[2:]]
NEWS = [
    ("coordination", "La coordination"),
    ("referent", "La ou le référent d’aujourd’hui"),
    ("nobody", "Personne"),
]
READ = "La famille peut le lire."  # it is printed on the page that she keeps
# A family's stop, and a death.
PAGES_OF_THEIR_OWN = (NationalExit.FAMILY_STOPPED, NationalExit.DEATH)
NEWS_HINTS = {
    "referent": "Autour de ces dates seulement, elle ou il verra de nouveau l’identité de l’enfant.",
    "nobody": "La famille ne le souhaite pas.",
}


def _long(label: str, **kwargs: Any) -> forms.CharField:
    widget = forms.Textarea({"rows": 3})
    return forms.CharField(label=label, required=False, widget=widget, validators=[refuse_nir], **kwargs)


def past_day(label: str, **kwargs: Any) -> FrenchDateField:
    return FrenchDateField(
        label=label, lean="past", latest=timezone.localdate, initial=timezone.localdate, **kwargs
    )


def reasons(*, without: Collection[str]) -> list[tuple[str, str]]:
    """The town's own words, then what its list leaves out; `without` some national codes."""
    words = list(Term.objects.filter(kind=VocabularyKind.EXIT_REASON, active=True).order_by("order", "pk"))
    known = {word.national for word in words}
    shown = [(str(word.pk), word.label) for word in words if word.national not in without]
    left = [item for item in NationalExit if item not in known and item not in without]
    return [("", "Choisissez"), *shown, *((item.value, str(item.label)) for item in left)]


def reason_of(value: str) -> tuple[Term | None, NationalExit]:
    """What a choice of `reasons` stands for."""
    if value.isdigit():
        word = Term.objects.get(pk=int(value), kind=VocabularyKind.EXIT_REASON)
        return word, NationalExit(word.national)
    return None, NationalExit(value)


class _WithOutcomes(OnceForm):
    """Fields `outcome_12` and `words_12` for each objective of `objectives`."""

    objectives: list[Objective]

    def add_outcomes(self, objectives: Iterable[Objective], began: dict[int, Became]) -> None:
        self.objectives = list(objectives)
        for item in self.objectives:
            known = began.get(item.pk)
            self.fields[f"outcome_{item.pk}"] = forms.ChoiceField(
                label=item.text,
                choices=Outcome.choices,
                widget=ChoiceCards(),
                initial=known.outcome if known else None,
            )
            self.fields[f"words_{item.pk}"] = forms.CharField(
                label="Ce qui le montre, en une ligne",
                required=False,
                initial=known.words if known else "",
                help_text=READ,
                **ONE_LINE,
            )

    @property
    def aims(self) -> list[tuple[Objective, forms.BoundField, forms.BoundField]]:
        return [(item, self[f"outcome_{item.pk}"], self[f"words_{item.pk}"]) for item in self.objectives]

    def outcomes(self) -> dict[int, Became]:
        data = self.cleaned_data
        return {
            item.pk: Became(Outcome(data[f"outcome_{item.pk}"]), data[f"words_{item.pk}"])
            for item in self.objectives
        }


class ExitForm(_WithOutcomes):
    reason = forms.ChoiceField(label="Pourquoi le parcours se termine")
    on = past_day("Le")
    asked_by = forms.ChoiceField(label="Qui l’a demandé", choices=AskedBy.choices, widget=ChoiceCards())
    strengths = _long(
        "Ce que l’enfant sait faire, ce qui va bien",
        help_text="La dernière page pour la famille commence par là.",
    )
    words = _long("Ce que l’on retient, en quelques mots", help_text=READ)
    relay_organisation = forms.ModelChoiceField(
        label="Relais vers la structure",
        queryset=Organisation.objects.none(),
        required=False,
        empty_label="Aucune",
        help_text=READ,
    )
    relay_words = forms.CharField(
        label="Ou vers qui d’autre, en une ligne",
        required=False,
        max_length=200,
        validators=[refuse_nir],
        help_text=READ,
    )
    relay_state = forms.ChoiceField(
        label="Ce relais est", choices=TOLD, widget=ChoiceCards(), initial=RelayState.PROPOSED
    )
    news = forms.ChoiceField(
        label="Qui demandera des nouvelles à 6 et 12 mois",
        choices=NEWS,
        widget=ChoiceCards(hints=NEWS_HINTS),
        initial="coordination",
    )

    def __init__(
        self, *args: Any, objectives: Iterable[Objective], referent: User | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.referent = referent
        choice_field(self, "reason").choices = reasons(without=PAGES_OF_THEIR_OWN)
        organisations = Organisation.objects.filter(active=True).order_by("name", "pk")
        row_field(self, "relay_organisation").queryset = organisations
        if referent is None:
            choice_field(self, "news").choices = [NEWS[0], NEWS[2]]
        aims = list(objectives)
        began = {item.pk: Became(became_of(item.standing)) for item in aims if item.standing in OUTCOME_OF}
        self.add_outcomes(aims, began)

    def ending(self) -> Ending:
        data = self.cleaned_data
        reason, national = reason_of(data["reason"])
        relay = None
        if data["relay_organisation"] is not None or data["relay_words"]:
            relay = Relay(
                organisation=data["relay_organisation"],
                words=data["relay_words"],
                state=RelayState(data["relay_state"]),
            )
        return Ending(
            on=data["on"],
            national=national,
            reason=reason,
            asked_by=AskedBy(data["asked_by"]),
            outcomes=self.outcomes(),
            words=data["words"],
            strengths=data["strengths"],
            relay=relay,
            news=data["news"] != "nobody",
            news_by=self.referent if data["news"] == "referent" else None,
        )


class CorrectExitForm(_WithOutcomes):
    reason = forms.ChoiceField(label="Pourquoi le parcours s’est terminé")
    asked_by = forms.ChoiceField(label="Qui l’a demandé", choices=AskedBy.choices, widget=ChoiceCards())
    strengths = _long("Ce que l’enfant sait faire, ce qui va bien", help_text=READ)
    words = _long(
        "Ce que l’on retient, en quelques mots",
        help_text="La famille peut le lire, sauf si c’est elle qui a arrêté.",
    )

    def __init__(self, *args: Any, ending: Exit, **kwargs: Any) -> None:
        known = str(ending.reason_id or ending.national)
        told = {name: getattr(ending, name) for name in ("asked_by", "strengths", "words")}
        super().__init__(*args, initial={**told, "reason": known}, **kwargs)
        said = ending.said_by and ending.said_how
        choices = reasons(without=() if said else (NationalExit.FAMILY_STOPPED,))
        if known not in dict(choices):  # a word that the town has put away since
            choices.append((known, ending.reason_label))
        choice_field(self, "reason").choices = choices
        rows = list(ending.outcomes.select_related("objective").order_by("objective_id"))
        began = {row.objective_id: Became(Outcome(row.outcome), row.words) for row in rows}
        self.add_outcomes([row.objective for row in rows], began)


class WithdrawForm(OnceForm):
    """Two presses: who said so is there already when one adult is around the child."""

    said_by = forms.ChoiceField(label="Qui l’a dit", widget=ChoiceCards())
    said_how = forms.ChoiceField(
        label="Comment", choices=ContactKind.choices, widget=ChoiceCards(), initial=ContactKind.CALL
    )
    other = forms.CharField(
        label="Quelqu’un d’autre : qui", required=False, max_length=200, validators=[refuse_nir]
    )
    on = past_day("Quand")
    words = _long("Ce qui a été dit", help_text="Personne n’a à se justifier : ce champ peut rester vide.")
    news = forms.BooleanField(
        label="La famille veut bien que l’on prenne des nouvelles dans six mois", required=False
    )

    def __init__(self, *args: Any, adults: Iterable[Guardian], child: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = {f"adult_{adult.pk}": str(adult) for adult in adults}
        self.child = child
        choices = [*self.names.items(), ("child", child), ("other", "Quelqu’un d’autre")]
        choice_field(self, "said_by").choices = choices
        if len(self.names) == 1:
            self.fields["said_by"].initial = next(iter(self.names))

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("said_by") == "other" and not data.get("other", "").strip():
            self.add_error("other", "Dites qui.")
        return data

    def told(self) -> dict[str, Any]:
        data = self.cleaned_data
        who = data["said_by"]
        said_by = self.child if who == "child" else self.names.get(who, data["other"])
        asked_by = AskedBy.CHILD if who == "child" else AskedBy.FAMILY
        rest = {name: data[name] for name in ("on", "words", "news")}
        return {"said_by": said_by, "asked_by": asked_by, "said_how": data["said_how"], **rest}


class DeathForm(OnceForm):
    """The day, and what one wishes to keep; nothing else is asked."""

    on = past_day("Le")
    words = _long("Quelques mots, si vous le souhaitez")


class SuspendForm(OnceForm):
    reason = forms.CharField(
        label="Pourquoi, en une ligne",
        help_text="Par exemple : un séjour chez sa grand-mère. Rien sur sa santé.",
        **ONE_LINE,
    )
    since_on = past_day("Depuis le")
    expected_on = FrenchDateField(label="Reprise envisagée le", lean="future", required=False)
    cancel_planned = forms.BooleanField(
        label="Annuler les séances individuelles, les rendez-vous et le bilan prévus pendant ce temps",
        required=False,
        initial=True,
    )


class ResumeForm(OnceForm):
    on = past_day("Le parcours reprend le")


class RelayForm(OnceForm):
    """The answer of a relay; or, where there is none or it said no, to whom it is proposed."""

    state = forms.ChoiceField(label="Ce relais", widget=ChoiceCards())
    organisation = forms.ModelChoiceField(
        label="Vers la structure",
        queryset=Organisation.objects.none(),
        required=False,
        empty_label="Aucune",
        help_text=READ,
    )
    words = forms.CharField(
        label="Ou vers qui d’autre, en une ligne",
        required=False,
        max_length=200,
        validators=[refuse_nir],
        help_text=READ,
    )
    on = past_day("Le")

    def __init__(self, *args: Any, ending: Exit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if ending.relay_state == RelayState.PROPOSED:
            answers = [(RelayState.ACCEPTED, "Est accepté"), (RelayState.DECLINED, "Est refusé")]
            choice_field(self, "state").choices = answers
            del self.fields["organisation"], self.fields["words"]
            return
        del self.fields["state"]
        organisations = Organisation.objects.filter(active=True).order_by("name", "pk")
        row_field(self, "organisation").queryset = organisations

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        data.setdefault("state", RelayState.PROPOSED)
        return data


class NewsForm(OnceForm):
    reached = forms.TypedChoiceField(
        label="La famille a-t-elle été jointe ?",
        choices=[("yes", "Oui"), ("no", "Non")],
        coerce=lambda value: value == "yes",
        empty_value=None,
        widget=ChoiceCards(),
    )
    became = forms.CharField(
        label="Ce qu’il en est, en une ligne",
        required=False,
        help_text="Par exemple : va au club de lecture, lit chaque soir.",
        **ONE_LINE,
    )
    on = past_day("Le")
