"""Forms of a contract and of its signatures: cleaning alone, no write."""

import hashlib
from datetime import date
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.forms import formset_factory
from django.utils import timezone

from core.children.models import Guardian
from core.partners.models import Organisation
from core.pathways.enums import Part, Way, WishedBy
from core.pathways.models import Contract, Domain
from core.pathways.signers import guardians_who_may_sign
from core.ui.fields import FrenchDateField, SignatureField, UploadField
from core.ui.free_text import refuse_nir
from core.ui.typed_fields import row_field


class DraftForm(forms.Form):
    planned_end_on = FrenchDateField(
        label="Quand le parcours doit-il se terminer ?",
        lean="future",
        help_text="Souvent entre douze et dix-huit mois. On peut renouveler.",
    )


class ContractForm(forms.ModelForm):  # type: ignore[type-arg]
    planned_end_on = FrenchDateField(label="Fin prévue", lean="future")

    class Meta:
        model = Contract
        fields = [
            "planned_end_on",
            "team_commitment",
            "family_commitment",
            "child_commitment",
            "right_to_stop",
            "simple_words",
            "language",
            "interpreter",
        ]
        widgets = {
            name: forms.Textarea(attrs={"rows": 3})
            for name in (
                "team_commitment",
                "family_commitment",
                "child_commitment",
                "right_to_stop",
                "simple_words",
            )
        }
        help_texts = {
            "simple_words": "Une idée par phrase. C’est la page de l’enfant.",
            "interpreter": "Le nom de la personne, si quelqu’un traduit.",
        }


class ObjectiveForm(forms.Form):
    domain = forms.ModelChoiceField(label="Domaine", queryset=Domain.objects.none(), empty_label="Choisissez")
    text = forms.CharField(
        label="Objectif, en mots de tous les jours", max_length=300, validators=[refuse_nir]
    )
    wished_by = forms.ChoiceField(label="Qui le souhaite ?", choices=WishedBy.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row_field(self, "domain").queryset = Domain.objects.filter(active=True).order_by("order", "pk")


class SharingForm(forms.Form):
    organisation = forms.ModelChoiceField(
        label="Organisation", queryset=Organisation.objects.none(), empty_label="Choisissez"
    )
    what = forms.CharField(label="Ce qui est partagé avec elle", max_length=300, validators=[refuse_nir])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        active = Organisation.objects.filter(active=True)
        row_field(self, "organisation").queryset = active.order_by("name", "pk")


ObjectiveFormSet = formset_factory(ObjectiveForm, extra=1, can_delete=True, can_delete_extra=False)
SharingFormSet = formset_factory(SharingForm, extra=1, can_delete=True, can_delete_extra=False)


def filled(formset: Any) -> list[dict[str, Any]]:
    """What was written in the lines of a valid formset, without those taken away or left empty."""
    return [
        form.cleaned_data for form in formset if form.cleaned_data and not form.cleaned_data.get("DELETE")
    ]


class SigningForm(forms.Form):
    """One part of a contract in one way; the fields are those that the way needs."""

    def __init__(self, *args: Any, contract: Contract, part: Part, way: Way, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.part, self.way = part, way
        today = timezone.localdate()
        if part == Part.FAMILY and not contract.child.is_adult_on(today):
            self._ask_guardian(contract, today)
        if way == Way.SCREEN:
            self.fields["signature"] = SignatureField(
                label="Signature", consent="Je suis d’accord, et mon nom tapé vaut ma signature."
            )
        else:
            self.fields["signed_on"] = FrenchDateField(
                label="Date écrite sur le papier" if way == Way.PAPER else "Le",
                lean="past",
                latest=timezone.localdate,
                initial=today,
            )
        if way == Way.PAPER:
            self.fields["scan"] = UploadField(
                label="Photo ou scan du papier signé", help_text="Une photo prise au téléphone suffit."
            )
        if way in (Way.MARK, Way.SPOKEN):
            self.fields["witness"] = forms.CharField(
                label="Devant quel témoin ?", max_length=200, validators=[refuse_nir]
            )
        if part in (Part.CHILD, Part.FAMILY):
            self.fields["language"] = forms.CharField(
                label="Langue dans laquelle le contrat a été lu", initial="français", max_length=60
            )
            self.fields["interpreter"] = forms.CharField(
                label="Interprète", required=False, max_length=200, validators=[refuse_nir]
            )

    def _ask_guardian(self, contract: Contract, today: date) -> None:
        allowed = [guardian.pk for guardian in guardians_who_may_sign(contract, today)]
        self.fields["guardian"] = forms.ModelChoiceField(
            label="Qui signe pour la famille ?",
            queryset=Guardian.objects.filter(pk__in=allowed).by_name(),
            empty_label="Choisissez",
            help_text="Seules les personnes qui exercent l’autorité parentale sont dans la liste.",
        )


def scan_hash(scan: UploadedFile) -> str:
    """SHA-256 of the file, in hexadecimal; the file is left at its beginning."""
    digest = hashlib.sha256()
    for chunk in scan.chunks():
        digest.update(chunk)
    scan.seek(0)
    return digest.hexdigest()


class ChecksumForm(forms.Form):
    checksum = forms.RegexField(
        label="Empreinte imprimée sur le contrat",
        regex=r"^\s*([0-9a-fA-F]\s*){64}$",
        error_messages={"invalid": "Une empreinte compte 64 chiffres et lettres de a à f."},
        help_text="64 caractères, en bas de la dernière page. Les espaces ne comptent pas.",
    )

    def clean_checksum(self) -> str:
        return "".join(self.cleaned_data["checksum"].split()).lower()
