"""« Passer le relais »: to whom, from when, what is read first."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from core.children.models import Child
from core.pathways.enums import ToRead
from core.pathways.operations.referents import MustRead
from core.people.enums import Role
from core.people.models import User
from core.ui.fields import FrenchDateField
from core.ui.forms import OnceForm
from core.ui.free_text import refuse_nir
from core.ui.typed_fields import row_field
from core.ui.widgets import ChoiceCards, MultipleChoiceCards


class ReferentChoice(forms.ModelChoiceField):
    """With how many children each accompanies today: shown here, to choose, and kept nowhere."""

    counts: Mapping[int, int] = {}

    def label_from_instance(self, obj: Any) -> str:
        count = self.counts.get(obj.pk, 0)
        children = "aucun enfant" if not count else f"{count} enfant" if count == 1 else f"{count} enfants"
        return f"{obj.full_name}, {children} aujourd’hui"


class HandOverForm(OnceForm):
    to = ReferentChoice(label="À qui", queryset=User.objects.none(), widget=ChoiceCards(), empty_label=None)
    on = FrenchDateField(
        label="À partir du",
        lean="future",
        earliest=timezone.localdate,
        initial=timezone.localdate,
        help_text="Ce jour-là, le dossier s’ouvre pour l’un et se ferme pour l’autre.",
    )
    note = forms.CharField(
        label="À savoir d’abord",
        required=False,
        widget=forms.Textarea({"rows": 3}),
        validators=[refuse_nir],
        help_text="Quelques lignes. Elles restent sur la page de l’enfant jusqu’à ce qu’elles soient lues.",
    )
    sections = forms.MultipleChoiceField(
        label="À lire d’abord", choices=ToRead.choices, required=False, widget=MultipleChoiceCards()
    )

    def __init__(
        self,
        *args: Any,
        former: User | None,
        counts: Mapping[int, int],
        children: Iterable[Child] | None = None,
        **kwargs: Any,
    ) -> None:
        """`children`: those among whom one chooses; None where it is one child's page."""
        super().__init__(*args, **kwargs)
        field = row_field(self, "to")
        colleagues = User.objects.holding(Role.REFERENT, on=timezone.localdate())
        if former is not None:
            colleagues = colleagues.exclude(pk=former.pk)
        field.counts = counts  # type: ignore[attr-defined]
        field.queryset = colleagues.by_name()
        if children is not None:
            self.fields = {"children": _choice_of(list(children)), **self.fields}

    def must_read(self) -> MustRead:
        data = self.cleaned_data
        return MustRead(note=data["note"], sections=[ToRead(item) for item in data["sections"]])

    def when(self) -> date:
        on: date = self.cleaned_data["on"]
        return on


def _choice_of(children: list[Child]) -> forms.TypedMultipleChoiceField:
    return forms.TypedMultipleChoiceField(
        label="Quels enfants",
        choices=[(child.pk, child.full_name) for child in children],
        coerce=int,
        widget=MultipleChoiceCards(),
        initial=[child.pk for child in children],
        error_messages={"required": "Choisissez au moins un enfant."},
    )
