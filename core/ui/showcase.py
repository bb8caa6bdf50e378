"""What the page of all components shows: made-up people and numbers, every state once."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.paginator import Paginator
from django.http import QueryDict

from core.ui.fields import AddressField, FrenchDateField, SignatureField, UploadField
from core.ui.shapes import Bar, Crumb, Event, Flag, PairedBar, Step
from core.ui.signatures import Signature
from core.ui.tables import Column, Listing, listing
from core.ui.typography import percent
from core.ui.widgets import ChoiceCards, MultipleChoiceCards

TODAY = date(2026, 11, 24)
PARIS = ZoneInfo("Europe/Paris")


class ExampleForm(forms.Form):
    name = forms.CharField(label="Prénom et nom de l’enfant", help_text="Comme à l’école.")
    born_on = FrenchDateField(label="Date de naissance", lean="past", year_required=True, today=lambda: TODAY)
    seen_on = FrenchDateField(label="Dernier échange avec la famille", lean="past", today=lambda: TODAY)
    source = forms.ChoiceField(
        label="Qui oriente ?",
        choices=[
            ("school", "L’école"),
            ("association", "Une association"),
            ("family", "La famille elle-même"),
        ],
        widget=forms.RadioSelect,
    )
    agreement = forms.ChoiceField(
        label="Comment la famille a-t-elle donné son accord ?",
        choices=[("oral", "De vive voix"), ("paper", "Par écrit"), ("none", "Pas encore")],
        widget=ChoiceCards(
            hints={
                "oral": "Au téléphone ou en face. Une ligne suffit : qui, quand, auprès de qui.",
                "paper": "Un papier signé, même photographié.",
                "none": "Le dossier reste fermé aux autres tant que la famille n’a pas répondu.",
            }
        ),
    )
    domains = forms.MultipleChoiceField(
        label="Domaines concernés",
        required=False,
        choices=[("educatif", "Éducatif"), ("culturel", "Culturel"), ("sanitaire", "Sanitaire")],
        widget=MultipleChoiceCards(hints={"educatif": "Apprentissages, scolarité, langage"}),
    )
    address = AddressField(label="Adresse", required=False)
    words = forms.CharField(
        label="Ce que dit l’enfant",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Avec ses mots. Les points d’appui d’abord.",
    )
    level = forms.ChoiceField(
        label="Niveau", required=False, choices=[("", "Choisissez"), ("ce1", "CE1"), ("ce2", "CE2")]
    )
    paper = UploadField(label="Contrat signé sur papier", required=False)
    tell = forms.BooleanField(label="Prévenir la référente par courriel", required=False)


class SigningForm(forms.Form):
    signature = SignatureField(
        label="Signature de la mère", consent="Je suis d’accord, et mon nom tapé vaut ma signature."
    )


class SearchForm(forms.Form):
    state = forms.ChoiceField(label="Étape", required=False, choices=[("", "Toutes"), ("received", "Reçue")])


def everything() -> dict[str, Any]:
    bound = ExampleForm(
        {
            "name": "Lina Fictive",
            "born_on": "31/2/2017",
            "seen_on": "hier",
            "address_postcode": "8200",
            "address_city": "Montauban",
        }
    )
    return {
        "crumbs": [Crumb("Situations", "#"), Crumb("Lina Fictive", "#"), Crumb("Contrat")],
        "flags": [Flag("Adresse à tenir secrète", icon="lock"), Flag("Contact interdit", icon="phone-off")],
        "steps": _steps(),
        "events": _events(),
        "listing": _listing(),
        "no_rows": Listing([], Paginator([], 10).get_page(1), QueryDict()),
        "pairs": [
            PairedBar("2 à 5 ans", Decimal("0.29"), "23 (14,4 %)", Decimal("0.21"), "17"),
            PairedBar("6 à 10 ans", Decimal(1), "84 (52,5 %)", Decimal("0.9"), "76", url="#nombres"),
            PairedBar("11 à 16 ans", Decimal("0.63"), "53 (33,1 %)", Decimal("0.65"), "55"),
        ],
        "bars": [Bar.of("2 à 5 ans", 23, 160), Bar.of("6 à 10 ans", 84, 160), Bar.of("11 à 16 ans", 53, 160)],
        "bar_rows": [("2 à 5 ans", 23), ("6 à 10 ans", 84), ("11 à 16 ans", 53)],
        "share": percent(0.582),
        "presences": [("here", "Là"), ("late", "En retard"), ("excused", "Excusé"), ("away", "Absent")],
        "form": ExampleForm(prefix="vide", initial={"born_on": date(2017, 9, 3)}),
        "bound": bound,
        "signing": SigningForm(),
        "search_form": SearchForm(),
        "drawn": Signature(strokes=(_wave(),)),
        "typed": Signature(name="Samira Fictive"),
        "today": TODAY,
    }


def _steps() -> list[Step]:
    return [
        Step("Orientation", "done", "Reçue le 2 octobre"),
        Step("Accord des parents", "done", "De vive voix, le 5 octobre"),
        Step("Équipe pluridisciplinaire", "done", "Entrée décidée le 12 novembre"),
        Step("Contrat", "current", "3 signatures sur 4"),
        Step("Parcours", "coming"),
    ]


def _events() -> list[Event]:
    return [
        Event(
            datetime(2026, 11, 23, 9, 5, tzinfo=PARIS),
            "Signature de la mère",
            by="Samira Fictive",
            icon="pen-line",
            meaning="done",
        ),
        Event(
            TODAY - timedelta(days=12),
            "Entrée décidée en équipe",
            "Un accompagnement à la lecture, et une place au club du mercredi.",
            by="Équipe du secteur Est",
            icon="users-round",
        ),
        Event(
            TODAY - timedelta(days=50),
            "Famille appelée, sans réponse",
            by="Camille Exemple",
            icon="phone",
            meaning="attention",
        ),
    ]


def _listing() -> Listing[Any]:
    columns = [
        Column("Enfant", "enfant", ("name",)),
        Column("Étape", "etape", ("state",)),
        Column("Attente", "attente", ("days",), numeric=True),
    ]
    rows = [
        {"name": "Lina Fictive", "state": "Reçue", "meaning": "info", "days": 3},
        {"name": "Noé Exemple", "state": "Famille contactée", "meaning": "info", "days": 12},
        {"name": "Aïcha Modèle", "state": "Accord attendu", "meaning": "attention", "days": 41},
        {"name": "Ibrahim Essai", "state": "Décidée", "meaning": "done", "days": 6},
    ]
    return listing([*rows, *rows], columns, QueryDict("tri=attente&page=1"), per_page=4)


def _wave() -> tuple[tuple[int, int], ...]:
    heights = (140, 60, 150, 70, 120, 100, 130, 90, 115, 105, 110)
    return tuple((60 + 45 * index, height) for index, height in enumerate(heights))
