"""Forms of teams, meetings and agendas: cleaning alone, no write."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from core.meetings.enums import SITTING
from core.meetings.models import AgendaItem, Meeting, Presence, Team
from core.people.models import User
from core.ui.fields import FrenchDateField
from core.ui.free_text import refuse_nir
from core.ui.typed_fields import row_field

TIMES = ["%H:%M", "%Hh%M", "%H h %M", "%Hh", "%H h", "%H"]


class PersonChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.full_name}, {obj.function}" if obj.function else str(obj.full_name)


class TeamForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Team
        fields = ["name"]
        help_texts = {"name": "Par exemple : Équipe du quartier Médiathèque."}


class MemberForm(forms.Form):
    user = PersonChoice(label="Qui siège ?", queryset=User.objects.none(), empty_label="Choisissez")
    since_on = FrenchDateField(label="À partir du", initial=timezone.localdate)

    def __init__(self, *args: Any, team: Team, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seated = team.memberships.filter(until_on=None).values("user")
        people = User.objects.holding(*SITTING, on=timezone.localdate()).exclude(pk__in=seated)
        row_field(self, "user").queryset = people.by_name()


class GuestForm(forms.Form):
    user = PersonChoice(label="Qui inviter ?", queryset=User.objects.none(), empty_label="Choisissez")

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = Presence.objects.filter(meeting=meeting, user__isnull=False).values("user")
        people = User.objects.holding(*SITTING, on=timezone.localdate()).exclude(pk__in=here)
        row_field(self, "user").queryset = people.by_name()


class MeetingForm(forms.ModelForm):  # type: ignore[type-arg]
    on = FrenchDateField(label="Jour", lean="future", earliest=timezone.localdate)
    hour = forms.TimeField(
        label="Heure",
        input_formats=TIMES,
        help_text="Par exemple : 14 h 30.",
        widget=forms.TimeInput(format="%H:%M", attrs={"class": "short"}),
        error_messages={"invalid": "Écrivez l’heure ainsi : 14:30 ou 14 h 30."},
    )

    class Meta:
        model = Meeting
        fields = ["team", "on", "hour", "place", "lasts", "pace", "pseudonymous"]
        widgets = {
            "lasts": forms.NumberInput(attrs={"class": "short"}),
            "pace": forms.NumberInput(attrs={"class": "short"}),
        }

    field_order = ["team", "on", "hour", "place", "lasts", "pace", "pseudonymous"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            starts_at = timezone.localtime(self.instance.starts_at)
            self.initial |= {"on": starts_at.date(), "hour": starts_at.time()}
            del self.fields["team"]
        else:
            teams = Team.objects.filter(active=True).order_by("name", "pk")
            row_field(self, "team").queryset = teams
            self.fields["team"].empty_label = None  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """What the operations take: one instant instead of a day and an hour."""
        data = dict(self.cleaned_data)
        starts_at = datetime.combine(data.pop("on"), data.pop("hour"))
        return {**data, "starts_at": timezone.make_aware(starts_at)}


class SituationForm(forms.ModelForm):  # type: ignore[type-arg]
    """What the team will have before its eyes; `version` says over which text it was typed."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = AgendaItem
        fields = ["facts", "strengths", "tried"]
        help_texts = {
            "facts": "Repris de l’orientation. Gardez l’observable, sans diagnostic.",
            "strengths": "Ce qui va bien, ce que l’enfant aime.",
        }
        widgets = {name: forms.Textarea(attrs={"rows": 4}) for name in ("facts", "strengths", "tried")}


class PapersForm(forms.ModelForm):  # type: ignore[type-arg]
    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = AgendaItem
        fields = ["minutes_text", "letter_text", "reply_text"]
        help_texts = {
            "minutes_text": "La part de cet enfant seul. Ni propos rapportés, ni détail de santé.",
            "letter_text": "À imprimer pour chaque adulte qui exerce l’autorité parentale.",
            "reply_text": "Dit la suite donnée, rien de plus.",
        }
        widgets = {
            "minutes_text": forms.Textarea(attrs={"rows": 12}),
            "letter_text": forms.Textarea(attrs={"rows": 9}),
            "reply_text": forms.Textarea(attrs={"rows": 7}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.referral_id is None:
            del self.fields["reply_text"]


class NewcomerForm(forms.Form):
    name = forms.CharField(label="Prénom et nom", max_length=200, validators=[refuse_nir])
    organisation = forms.CharField(label="Structure", max_length=200, validators=[refuse_nir])
    signed_on = FrenchDateField(
        label="Charte signée sur papier le",
        lean="past",
        latest=timezone.localdate,
        initial=timezone.localdate,
        error_messages={"required": "La charte se signe sur papier avant d’entrer : notez le jour."},
    )


class DoorForm(forms.Form):
    signed_on = FrenchDateField(
        label="Charte signée sur papier le",
        lean="past",
        latest=timezone.localdate,
        initial=timezone.localdate,
    )
