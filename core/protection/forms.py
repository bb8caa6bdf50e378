"""Forms of an *information préoccupante*: cleaning alone, no write."""

from typing import Any

from django import forms
from django.utils import timezone

from core.people.enums import ROLES_UNDER_CHARTER
from core.people.models import User
from core.protection.enums import Danger, ParentsTold, Result, SentHow
from core.protection.models import Concern
from core.ui.fields import FrenchDateField
from core.ui.forms import OnceForm
from core.ui.free_text import refuse_nir
from core.ui.typed_fields import row_field
from core.ui.widgets import ChoiceCards


def _long(label: str, rows: int = 4, **kwargs: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        widget=forms.Textarea({"rows": rows}),
        validators=[refuse_nir],
        max_length=20_000,
        **kwargs,
    )


class ConcernForm(OnceForm):
    """What was seen first; then what worries; then the parents."""

    child_said = forms.CharField(
        label="De quel enfant s’agit-il ?",
        max_length=300,
        validators=[refuse_nir],
        help_text="Prénom, nom, âge ou date de naissance : ce que vous savez.",
    )
    danger = forms.ChoiceField(label="C’est", choices=Danger.choices, widget=ChoiceCards())
    facts = _long(
        "Ce que j’ai vu ou entendu",
        6,
        help_text="Des faits, avec leurs dates, et de qui vous les tenez. Vous n’avez rien à prouver.",
    )
    child_words = _long("Les mots de l’enfant", 3, required=False, help_text="Tels qu’il ou elle les a dits.")
    judgement = _long("Ce qui m’inquiète", 3, required=False, help_text="Votre avis, à part des faits.")
    household = _long(
        "Où l’enfant vit, avec qui, son école",
        3,
        required=False,
        help_text="Ce que vous savez. La lettre ne prend rien d’autre dans le dossier.",
    )
    parents = forms.ChoiceField(
        label="Les parents sont-ils prévenus ?", choices=ParentsTold.choices, widget=ChoiceCards()
    )
    parents_said = _long("Ce qu’ils ont dit", 2, required=False)
    parents_reason = _long(
        "Pourquoi les prévenir mettrait l’enfant en danger",
        2,
        required=False,
        help_text="À écrire seulement si vous ne les prévenez pas.",
    )
    author_function = forms.CharField(
        label="Ma fonction", required=False, max_length=200, validators=[refuse_nir]
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("parents") == ParentsTold.NOT_TOLD and not data.get("parents_reason"):
            self.add_error(
                "parents_reason",
                "Écrivez pourquoi : les parents sont prévenus, sauf si cela nuit à l’enfant.",
            )
        return data


class RewriteForm(ConcernForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["form_key"]


class SendForm(forms.Form):
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    how = forms.ChoiceField(
        label="Comment l’avez-vous transmise ?", choices=SentHow.choices, widget=ChoiceCards()
    )
    to = forms.CharField(
        label="À qui ?",
        required=False,
        max_length=300,
        validators=[refuse_nir],
        help_text="Le service, et le nom de la personne si vous l’avez.",
    )


class DayForm(forms.Form):
    on = FrenchDateField(label="Le", lean="past", latest=timezone.localdate, initial=timezone.localdate)


class ResultForm(DayForm):
    result = forms.ChoiceField(label="La suite", choices=Result.choices, widget=ChoiceCards())
    field_order = ["result", "on"]


class ComplementForm(OnceForm):
    text = _long("Ce que j’ai appris depuis", 4)


class _Person(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.full_name}{f', {obj.function}' if obj.function else ''}"


class MemberForm(forms.Form):
    user = _Person(label="Qui doit savoir ?", queryset=User.objects.none(), empty_label="Choisissez")
    why = forms.CharField(label="Pourquoi", max_length=200, validators=[refuse_nir])

    def __init__(self, *args: Any, concern: Concern, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        inside = concern.members.filter(ended_at=None).values("user")
        people = User.objects.holding(*ROLES_UNDER_CHARTER, on=timezone.localdate())
        others = people.exclude(pk=concern.author_id).exclude(pk__in=inside)
        row_field(self, "user").queryset = others.by_name()
