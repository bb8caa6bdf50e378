"""Forms for brothers and sisters together: cleaning alone, no write."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.forms import formset_factory
from django.utils import timezone

from core.children.models import Child, Guardian
from core.pathways import families
from core.pathways.enums import AgreementKind, ContactKind
from core.pathways.families import ToSign
from core.pathways.forms.referrals import AgreementForm, ContactForm, ReferralForm
from core.pathways.models import Contract, Referral
from core.pathways.operations.families import Named
from core.ui.fields import FrenchDateField, SignatureField
from core.ui.forms import OnceForm
from core.ui.free_text import refuse_nir
from core.ui.signatures import Signature
from core.ui.typed_fields import choice_field
from core.ui.widgets import MultipleChoiceCards

ABOUT_THE_CHILD = ("stated_first_name", "stated_last_name", "stated_birth_on")
NOBODY = "Cochez au moins un enfant."


class BrotherForm(forms.Form):
    """A brother or a sister, as the referrer names her or him."""

    first_name = forms.CharField(label="Prénom", max_length=100, validators=[refuse_nir])
    last_name = forms.CharField(label="Nom", max_length=100, validators=[refuse_nir])
    birth_on = FrenchDateField(label="Date de naissance", required=False, lean="past", year_required=True)


BrotherFormSet = formset_factory(BrotherForm, extra=3, max_num=3, validate_max=True)


def named_in(lines: Any) -> list[Named]:
    """Those of a valid formset whose line was filled."""
    return [Named(**line.cleaned_data) for line in lines if line.cleaned_data]


class NamedChildForm(OnceForm, ReferralForm):
    """A referral in which the child is as the signed-in referrer names her or him."""

    def named(self) -> list[Named]:
        return [Named(*(self.cleaned_data[name] for name in ABOUT_THE_CHILD))]

    def stated(self) -> dict[str, Any]:
        """What is said of each child alike."""
        own = {*ABOUT_THE_CHILD, "also", "form_key"}
        return {name: value for name, value in super().stated().items() if name not in own}


class KnownChildForm(NamedChildForm):
    """A referral from a child's file: the file says who it is, and who its brothers and sisters are."""

    also = forms.MultipleChoiceField(
        label="Orienter aussi",
        required=False,
        widget=MultipleChoiceCards(),
        help_text="Le même texte pour chaque enfant coché ; chacun garde son dossier et son accord.",
    )
    field_order = ["also"]

    def __init__(self, *args: Any, child: Child, siblings: Sequence[Child], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.child = child
        for name in ABOUT_THE_CHILD:
            del self.fields[name]
        self.siblings = {str(child.pk): child for child in siblings}
        if siblings:
            choice_field(self, "also").choices = [
                (pk, child.full_name) for pk, child in self.siblings.items()
            ]
        else:
            del self.fields["also"]

    def named(self) -> list[Named]:
        also = [self.siblings[pk] for pk in self.cleaned_data.get("also", [])]
        return [Named.of(child) for child in (self.child, *also)]


class NamedGuestForm(NamedChildForm):
    """A referral of a child who comes to a group: the roll-call says who it is."""

    def __init__(self, *args: Any, guest: Named, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.guest = guest
        for name in ABOUT_THE_CHILD:
            del self.fields[name]

    def named(self) -> list[Named]:
        return [self.guest]


class ChosenChildren(forms.Form):
    """Which of the children of the family: all of them until somebody unticks one."""

    children = forms.MultipleChoiceField(
        label="Pour quels enfants ?", widget=MultipleChoiceCards(), error_messages={"required": NOBODY}
    )

    def offer(self, referrals: Sequence[Referral]) -> None:
        field = choice_field(self, "children")
        self.offered = {str(referral.pk): referral for referral in referrals}
        field.choices = [(pk, str(item.child)) for pk, item in self.offered.items()]
        field.widget.hints = {pk: item.get_state_display() for pk, item in self.offered.items()}  # type: ignore[attr-defined]
        field.initial = list(self.offered)

    def chosen(self) -> list[Referral]:
        return [self.offered[pk] for pk in self.cleaned_data.get("children", [])]


class FamilyVisitForm(ContactForm, ChosenChildren):
    field_order = ["children"]

    def __init__(self, *args: Any, referrals: Sequence[Referral], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].initial = ContactKind.VISIT
        self.offer(referrals)

    def contact(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("kind", "on", "reached", "note")}


class FamilyAgreementForm(AgreementForm, ChosenChildren):
    """An answer given once for several children; who gave it must be around each of them."""

    field_order = ["children"]

    def __init__(self, *args: Any, referrals: Sequence[Referral], **kwargs: Any) -> None:
        super().__init__(*args, children=[item.child_id for item in referrals], **kwargs)
        kinds = [pair for pair in AgreementKind.choices if pair[0] != AgreementKind.WITHDRAWN]
        choice_field(self, "kind").choices = kinds
        self.offer(referrals)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        guardian = data.get("guardian")
        chosen = [item.child for item in self.chosen() if item.child is not None]
        if guardian is not None and chosen:
            for child in families.strangers_to(guardian, chosen, timezone.localdate()):
                self.add_error(
                    "guardian", f"{guardian} n’est pas noté·e auprès de {child} : décochez cet enfant."
                )
        return data

    def answer(self) -> dict[str, Any]:
        names = ("kind", "said_on", "said_by", "how", "note", "guardian")
        return {name: self.cleaned_data[name] for name in names}


class FamilySigningForm(OnceForm):
    """The family's part of several contracts; one drawing or explicit consent for each."""

    def __init__(self, *args: Any, waiting: Sequence[ToSign], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.waiting = waiting
        allowed = frozenset().union(*(item.guardians for item in waiting))
        self.fields["guardian"] = forms.ModelChoiceField(
            label="Qui signe pour la famille ?",
            queryset=Guardian.objects.filter(pk__in=allowed).by_name(),
            empty_label="Choisissez",
            help_text="Seules les personnes qui exercent l’autorité parentale sont dans la liste.",
        )
        self.fields["language"] = forms.CharField(
            label="Langue dans laquelle les contrats ont été lus", initial="français", max_length=60
        )
        self.fields["interpreter"] = forms.CharField(
            label="Interprète", required=False, max_length=200, validators=[refuse_nir]
        )
        for item in waiting:
            name = item.contract.child.full_name
            self.fields[_name(item.contract)] = SignatureField(
                label=f"Le contrat de {name}",
                required=False,
                consent=f"Je suis d’accord avec le contrat de {name}, et mon nom tapé vaut ma signature.",
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        guardian = data.get("guardian")
        for item in self.waiting:
            signed = data.get(_name(item.contract))
            if signed and guardian is not None and guardian.pk not in item.guardians:
                self.add_error(
                    _name(item.contract),
                    f"{guardian} n’exerce pas l’autorité parentale pour {item.contract.child}.",
                )
        if not self.errors and not self.drawn():
            raise forms.ValidationError("Signez au moins un contrat, ou revenez à la famille.")
        return data

    def signer(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("guardian", "language", "interpreter")}

    def drawn(self) -> list[tuple[Contract, Signature]]:
        """Contracts that were signed, each with its signature; a family may sign one and not another."""
        signed = ((item.contract, self.cleaned_data.get(_name(item.contract))) for item in self.waiting)
        return [(contract, signature) for contract, signature in signed if signature]


def _name(contract: Contract) -> str:
    return f"contrat-{contract.pk}"
