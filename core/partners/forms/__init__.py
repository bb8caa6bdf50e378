"""Input about the network."""

from typing import Any
from uuid import uuid4

from django import forms

from core.partners import places
from core.partners.enums import CostKind, OfferForm, Weekday
from core.partners.models import Agreement, ContactPerson, Offer, Organisation
from core.partners.operations.agreements import AgreementDetails
from core.partners.operations.offers import OfferDetails
from core.partners.operations.organisations import ContactDetails, OrganisationDetails
from core.ui.fields import FrenchDateField
from core.ui.typography import NO_BREAK


class OnceForm(forms.Form):
    """Carries a key, so that a double click or a reload makes nothing twice (journal.operations.once)."""

    form_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def typed(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "form_key"}


class DistrictsField(forms.MultipleChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label="Quartiers prioritaires",
            choices=lambda: list(places.districts().items()),
            widget=forms.CheckboxSelectMultiple,
            required=False,
            **kwargs,
        )


class OrganisationForm(OnceForm, forms.ModelForm):  # type: ignore[type-arg]
    since = FrenchDateField(label="Dans le réseau depuis le", required=False, lean="past", year_required=True)
    districts = DistrictsField(help_text="Ceux où elle travaille. Aucun\u00a0: toute la ville.")
    siret = forms.CharField(
        label="SIRET", required=False, help_text="14 chiffres\u202f; la clé est vérifiée."
    )
    rna = forms.CharField(
        label="RNA", required=False, help_text="Association\u00a0: W suivi de 9 caractères."
    )
    uai = forms.CharField(label="UAI", required=False, help_text="École\u00a0: 7 chiffres et une lettre.")
    finess = forms.CharField(label="FINESS", required=False, help_text="Santé\u00a0: 9 chiffres.")
    phone = forms.CharField(label="Téléphone", required=False)
    postal_code = forms.CharField(label="Code postal", required=False)

    class Meta:
        model = Organisation
        fields = (
            "name kind provider since districts address postal_code email phone siret rna uai finess".split()
        )
        labels = {
            "provider": "Prestataire\u00a0: elle est payée pour mener des actions",
            "email": "Adresse e-mail",
        }

    def details(self) -> OrganisationDetails:
        values = self.typed()
        return OrganisationDetails(**{**values, "districts": tuple(values["districts"])})


class ContactForm(OnceForm, forms.ModelForm):  # type: ignore[type-arg]
    phone = forms.CharField(label="Téléphone", required=False)

    class Meta:
        model = ContactPerson
        fields = ("name", "function", "phone", "email")
        labels = {"name": "Prénom et nom", "email": "Adresse e-mail"}
        help_texts = {"email": "Avec l’adresse d’un compte, la fiche dit que cette personne peut entrer ici."}

    def details(self) -> ContactDetails:
        return ContactDetails(**self.typed())


class OfferDetailsForm(OnceForm, forms.ModelForm):  # type: ignore[type-arg]
    domains = forms.MultipleChoiceField(
        label="Domaines",
        choices=lambda: list(places.domains().items()),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choisissez au moins un domaine."},
    )
    form = forms.ChoiceField(label="Forme", choices=OfferForm.choices, widget=forms.RadioSelect)
    districts = DistrictsField(help_text="Aucun\u00a0: ceux de la structure, ou toute la ville.")
    weekdays = forms.TypedMultipleChoiceField(
        label="Jours",
        choices=Weekday.choices,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="Aucun\u00a0: à convenir.",
    )
    cost = forms.ChoiceField(
        label="Coût", choices=[("", "Pas encore demandé"), *CostKind.choices], required=False
    )

    class Meta:
        model = Offer
        fields = (
            "label summary need_words domains form youngest oldest districts weekdays hours venue places cost"
            " price".split()
        )
        labels = {
            "label": "Nom de l’offre",
            "youngest": "À partir de (ans)",
            "oldest": "Jusqu’à (ans)",
            "places": "Nombre de places",
        }
        help_texts = {
            "need_words": f"Ce que les gens tapent{NO_BREAK}: devoirs, leçons, soutien scolaire.",
            "hours": f"Par exemple{NO_BREAK}: 16{NO_BREAK}h{NO_BREAK}30 à 18{NO_BREAK}h, hors vacances.",
            "places": "Au total\u202f; celles qui restent libres se disent à part.",
            "price": "En quelques mots, s’il y en a un.",
        }
        widgets = {"summary": forms.Textarea({"rows": 3})}

    def details(self) -> OfferDetails:
        values = self.typed()
        lists = {name: tuple(values[name]) for name in ("domains", "districts", "weekdays")}
        return OfferDetails(**{**values, **lists})


class PlacesForm(forms.Form):
    places_left = forms.IntegerField(
        label="Places libres aujourd’hui",
        required=False,
        min_value=0,
        max_value=2000,
        help_text="Rien\u00a0: nous ne savons pas. 0\u00a0: complet.",
    )


class AgreementForm(OnceForm, forms.ModelForm):  # type: ignore[type-arg]
    starts_on = FrenchDateField(label="Début", year_required=True)
    ends_on = FrenchDateField(label="Fin", required=False, year_required=True)

    class Meta:
        model = Agreement
        fields = ("reference", "subject", "starts_on", "ends_on", "shares", "unit_price", "unit", "amount")
        labels = {
            "shares": "Ce que la convention permet de partager",
            "unit_price": "Prix unitaire (euros)",
            "unit": "Ce que paie le prix unitaire",
            "amount": "Montant prévu en tout (euros)",
        }
        help_texts = {
            "ends_on": "Le lendemain, ses professionnels n’ouvrent plus aucun dossier.",
            "unit": "Une heure, une séance, un atelier…",
        }
        widgets = {
            "subject": forms.Textarea({"rows": 2}),
            "shares": forms.Textarea({"rows": 2}),
        }

    def details(self) -> AgreementDetails:
        return AgreementDetails(**self.typed())


class LastDayForm(forms.Form):
    last_on = FrenchDateField(label="Dernier jour de la convention", year_required=False)
