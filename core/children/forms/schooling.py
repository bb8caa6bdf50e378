from typing import Any

from django import forms
from django.utils import timezone

from core.children.forms.telling import ModeChoice
from core.children.models import Enrolment, School
from core.children.operations.schooling import Schooling
from core.ui.fields import FrenchDateField
from core.ui.typed_fields import row_field


class SchoolingForm(forms.ModelForm):  # type: ignore[type-arg]
    """A school, a level, a class, and since when. `present` is the schooling now, when there is one."""

    mode = ModeChoice(
        label="Que faites-vous ?",
        choices=[
            (ModeChoice.CHANGE, "L’école, le niveau ou la classe a changé"),
            (ModeChoice.CORRECT, "Je corrige ce qui est écrit"),
        ],
        widget=forms.RadioSelect,
    )
    since_on = FrenchDateField(label="Depuis le", lean="past", initial=timezone.localdate)

    class Meta:
        model = Enrolment
        fields = ["school", "other_school", "level", "class_name", "since_on"]
        help_texts = {"other_school": "Si l’établissement n’est pas dans la liste."}

    def __init__(self, *args: Any, present: Enrolment | None = None, **kwargs: Any) -> None:
        if present is not None:
            kwargs["initial"] = {
                **{name: getattr(present, name) for name in self.Meta.fields},
                "mode": ModeChoice.CHANGE,
                "since_on": timezone.localdate(),
            }
        super().__init__(*args, **kwargs)
        schools = row_field(self, "school")
        schools.queryset = School.objects.filter(active=True).order_by("name", "pk")
        schools.empty_label = "Autre, ou non connu"
        if present is None:
            del self.fields["mode"]
        self.order_fields(["mode"])

    def schooling(self) -> Schooling:
        names = ("school", "other_school", "level", "class_name")
        return Schooling(**{name: self.cleaned_data[name] for name in names})
