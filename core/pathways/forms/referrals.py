"""Forms of a referral: cleaning alone, no write."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from core.children.models import Guardian
from core.children.sameness import Match
from core.pathways import families
from core.pathways.enums import AgreementKind, ContactKind, Informed, VocabularyKind
from core.pathways.models import Referral, Term
from core.people.enums import Role
from core.people.models import User
from core.ui.fields import FrenchDateField
from core.ui.forms import OnceForm
from core.ui.free_text import refuse_nir
from core.ui.typed_fields import choice_field, row_field
from core.ui.typography import day
from core.ui.widgets import ChoiceCards, MultipleChoiceCards


def terms(kind: VocabularyKind) -> "QuerySet[Term]":
    return Term.objects.filter(kind=kind, active=True).order_by("order", "pk")


class PersonChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.full_name}, {obj.function}" if obj.function else str(obj.full_name)


class ReferralForm(forms.ModelForm):  # type: ignore[type-arg]
    """What somebody says of a child, in the order of a conversation."""

    stated_birth_on = FrenchDateField(
        label="Date de naissance", required=False, lean="past", year_required=True
    )
    source = forms.ModelChoiceField(
        label="D’où vient cette orientation ?", queryset=Term.objects.none(), empty_label="Choisissez"
    )
    motives = forms.ModelMultipleChoiceField(
        label="Pour quels motifs ?",
        queryset=Term.objects.none(),
        widget=MultipleChoiceCards(),
        error_messages={"required": "Cochez au moins un motif."},
    )
    parents_informed = forms.ChoiceField(
        label="Les parents sont-ils informés de votre démarche ?",
        choices=Informed.choices,
        widget=ChoiceCards(
            hints={
                "yes": "Dites comment, en une ligne.",
                "no": "Le PRE les appellera avant toute autre chose.",
                "unknown": "Le PRE vérifiera avec eux.",
            }
        ),
    )

    class Meta:
        model = Referral
        fields = [
            "stated_first_name",
            "stated_last_name",
            "stated_birth_on",
            "stated_school",
            "stated_guardian",
            "stated_guardian_contact",
            "source",
            "motives",
            "facts",
            "strengths",
            "tried",
            "wishes",
            "parents_informed",
            "parents_informed_how",
        ]
        help_texts = {
            "stated_school": "L’école, et la classe si vous la connaissez.",
            "stated_guardian": "Le parent avec qui vous êtes en lien.",
            "stated_guardian_contact": "Un numéro de téléphone, ou le bon moment pour le rencontrer.",
            "facts": "Ce que vous voyez et entendez, sans diagnostic. Aucun numéro de sécurité sociale.",
            "strengths": "Ce que l’enfant aime, réussit ; les personnes sur qui il ou elle compte.",
            "tried": "Aide aux devoirs, rendez-vous, association… et ce que cela a donné.",
            "wishes": "Ce que l’enfant, la famille ou vous-même souhaitez.",
        }
        widgets = {
            name: forms.Textarea(attrs={"rows": 3}) for name in ("facts", "strengths", "tried", "wishes")
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row_field(self, "source").queryset = terms(VocabularyKind.REFERRAL_SOURCE)
        row_field(self, "motives").queryset = terms(VocabularyKind.MOTIVE)
        for name in ("stated_first_name", "stated_last_name", "facts"):
            self.fields[name].required = True

    def stated(self) -> dict[str, Any]:
        """Everything but the motives, which are a list of their own."""
        return {name: value for name, value in self.cleaned_data.items() if name != "motives"}


class ContactForm(OnceForm):
    kind = forms.ChoiceField(label="Comment", choices=ContactKind.choices, widget=ChoiceCards())
    on = FrenchDateField(label="Quand", lean="past", latest=timezone.localdate, initial=timezone.localdate)
    reached = forms.BooleanField(label="La famille a été jointe", required=False, initial=True)
    note = forms.CharField(label="En une ligne", required=False, max_length=300, validators=[refuse_nir])


class AgreementForm(OnceForm):
    kind = forms.ChoiceField(
        label="Que disent les parents ?",
        choices=AgreementKind.choices,
        widget=ChoiceCards(
            hints={
                "oral": "De vive voix, au téléphone ou en face. Une ligne suffit.",
                "written": "Un papier ou un message.",
                "refused": "Le dossier se referme ; l’orientation compte quand même.",
                "withdrawn": "Un accord donné est repris : plus rien n’est partagé.",
            }
        ),
    )
    guardian = forms.ModelChoiceField(
        label="Qui l’a dit ?",
        queryset=Guardian.objects.none(),
        required=False,
        empty_label="Une autre personne",
    )
    said_by = forms.CharField(
        label="Nom de la personne, si elle n’est pas dans la liste",
        required=False,
        max_length=200,
        validators=[refuse_nir],
    )
    said_on = FrenchDateField(
        label="Quand", lean="past", latest=timezone.localdate, initial=timezone.localdate
    )
    how = forms.ChoiceField(label="Comment", choices=ContactKind.choices)
    note = forms.CharField(label="En une ligne", required=False, max_length=300, validators=[refuse_nir])

    def __init__(self, *args: Any, children: Sequence[int | None], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [pk for pk in children if pk is not None]
        around = families.adults_around(known, timezone.localdate())
        row_field(self, "guardian").queryset = around

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("guardian") and not data.get("said_by"):
            self.add_error("said_by", "Dites qui a répondu.")
        elif data.get("guardian"):
            data["said_by"] = data["guardian"].full_name
        return data


class ChargeForm(OnceForm):
    person = PersonChoice(
        label="Qui joint la famille ?", queryset=User.objects.none(), empty_label="Choisissez"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = (Role.COORDINATOR, Role.REFERENT, Role.SECRETARY)
        row_field(self, "person").queryset = User.objects.holding(*roles, on=timezone.localdate()).by_name()


class ReferentForm(OnceForm):
    user = PersonChoice(
        label="Qui accompagne l’enfant et sa famille ?",
        queryset=User.objects.none(),
        empty_label="Choisissez",
    )
    since_on = FrenchDateField(label="À partir du", lean="nearest", initial=timezone.localdate)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row_field(self, "user").queryset = User.objects.holding(
            Role.REFERENT, on=timezone.localdate()
        ).by_name()


class ReasonForm(OnceForm):
    """A reason in words, for what is not done without one."""

    reason = forms.CharField(
        label="Pourquoi ?",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        validators=[refuse_nir],
        error_messages={"required": "Écrivez la raison, en quelques mots."},
    )


class LinkForm(OnceForm):
    """Whose file this referral is about: one that is like it, or a new one."""

    NEW = "new"
    choice = forms.ChoiceField(label="De quel enfant s’agit-il ?", widget=ChoiceCards())

    def __init__(self, *args: Any, matches: list[Match], name: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = choice_field(self, "choice")
        known = [(str(match.child.pk), _described(match)) for match in matches]
        field.choices = [*known, (self.NEW, f"Ouvrir un dossier pour {name}")]
        if not known:
            field.initial = self.NEW


def _described(match: Match) -> str:
    born = f", né·e le {day(match.child.birth_on)}" if match.child.birth_on else ""
    return f"{match.child.full_name}{born} ({match.why})"
