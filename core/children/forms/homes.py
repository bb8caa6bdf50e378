from typing import Any

from django import forms
from django.utils import timezone

from core.children.enums import InDistrict
from core.children.forms.telling import ModeChoice
from core.children.models import Address, PriorityDistrict
from core.children.operations.homes import Home
from core.ui import fields
from core.ui.fields import AddressField, FrenchDateField
from core.ui.free_text import refuse_nir
from core.ui.typed_fields import choice_field


class AddressForm(forms.Form):
    """An address, its district, and since when. `present` is the address now, when there is one."""

    mode = ModeChoice(
        label="Que faites-vous ?",
        choices=[
            (ModeChoice.CHANGE, "C’est une nouvelle adresse"),
            (ModeChoice.CORRECT, "Je corrige l’adresse actuelle"),
        ],
        widget=forms.RadioSelect,
    )
    home = AddressField(label="Adresse")
    district = forms.ChoiceField(
        label="Quartier prioritaire (QPV)",
        help_text="Selon l’adresse exacte. Sans vérification, laissez « Non vérifié ».",
    )
    since_on = FrenchDateField(label="Depuis le", lean="past", initial=timezone.localdate)

    def __init__(self, *args: Any, present: Address | None = None, **kwargs: Any) -> None:
        if present is not None:
            kwargs["initial"] = {
                "home": fields.Address(
                    street=present.line_1,
                    extra=present.line_2,
                    postcode=present.postal_code,
                    city=present.city,
                ),
                "district": present.district_code or present.in_district,
                "mode": ModeChoice.CORRECT,
                "since_on": present.since_on,
            }
        super().__init__(*args, **kwargs)
        if present is None:
            del self.fields["mode"]
        active = PriorityDistrict.objects.filter(active=True).order_by("name", "pk")
        choice_field(self, "district").choices = [
            (InDistrict.UNKNOWN, InDistrict.UNKNOWN.label),
            (InDistrict.OUTSIDE, InDistrict.OUTSIDE.label),
            *((district.code, f"{district.name} ({district.code})") for district in active),
        ]

    def clean_home(self) -> fields.Address:
        home: fields.Address = self.cleaned_data["home"]
        refuse_nir(str(home))
        return home

    def written(self) -> Home:
        address: fields.Address = self.cleaned_data["home"]
        district = self.cleaned_data["district"]
        by_code = district not in (InDistrict.UNKNOWN, InDistrict.OUTSIDE)
        return Home(
            line_1=address.street,
            line_2=address.extra,
            postal_code=address.postcode,
            city=address.city,
            in_district=InDistrict.IN if by_code else district,
            district_code=district if by_code else "",
        )
