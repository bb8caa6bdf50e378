"""Input of accounts; no writes."""

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone

from core.funding import years
from core.funding.enums import ConventionState, FunderKind, Nature
from core.funding.models import Convention, Expense, InKind
from core.funding.operations import ConventionDetails, ExpenseDetails, InKindDetails
from core.funding.years import FundingYear
from core.pathways.models import Domain
from core.ui.fields import FrenchDateField
from core.ui.forms import OnceForm
from core.ui.free_text import refuse_nir
from core.ui.typed_fields import row_field
from core.ui.typography import NO_BREAK, THIN

NO_NAME = "Jamais le nom d’un enfant ni d’une famille."
DUE = {"required": False, "lean": "future", "year_required": True}


class EurosField(forms.DecimalField):
    """Takes "1 250,50 €" as people write it."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("error_messages", {"required": "Écrivez un montant.", "invalid": WRONG_AMOUNT})
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(max_digits=12, decimal_places=2, min_value=Decimal(0), widget=widget, **options)

    def to_python(self, value: Any) -> Decimal | None:
        if isinstance(value, str):
            for gap in (" ", NO_BREAK, THIN, "€"):
                value = value.replace(gap, "")
            value = value.replace(",", ".")
        found: Decimal | None = super().to_python(value)
        return found

    def prepare_value(self, value: Any) -> Any:
        return str(value).replace(".", ",") if isinstance(value, Decimal) else value


WRONG_AMOUNT = f"Écrivez un montant en euros, par exemple 1{NO_BREAK}250,50."


class YearField(forms.TypedChoiceField):
    """Gives a FundingYear. A year that was written long ago stays among the choices."""

    def __init__(self, **options: Any) -> None:
        super().__init__(label="Année", choices=year_choices, coerce=_year, empty_value=None, **options)

    def prepare_value(self, value: Any) -> Any:
        return value.code if isinstance(value, FundingYear) else value

    def valid_value(self, value: Any) -> bool:
        return years.parse(str(value)) is not None


def year_choices() -> list[tuple[str, str]]:
    today = timezone.localdate()
    return [(one.code, _capital(one.label)) for one in years.around(today, before=6, after=1)]


def _year(code: str) -> FundingYear:
    found = years.parse(code)
    if found is None:
        raise ValueError(code)
    return found


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _line(label: str, most: int, *, required: bool = True, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=most, required=required, validators=[refuse_nir], **options
    )


class ConventionForm(OnceForm):
    funder_kind = forms.ChoiceField(
        label="Financeur",
        choices=FunderKind.choices,
        help_text="DDETS(PP)\u00a0: politique de la ville, autrefois l’Acsé par la DDCSPP.",
    )
    funder_name = _line(
        "Nom du financeur", 120, required=False, help_text="Nécessaire pour «\u00a0Autre\u00a0»."
    )
    programme = _line("Programme", 120, help_text="Par exemple\u00a0: réussite éducative, CLAS, REAAP.")
    year = YearField()
    reference = _line(
        "Référence DAUPHIN", 40, required=False, help_text="Celle du dossier déposé, s’il y en a."
    )
    asked = EurosField(label="Montant demandé (euros)")
    state = forms.ChoiceField(label="Où en est-elle", choices=ConventionState.choices)
    granted = EurosField(label="Montant accordé (euros)", required=False)
    paid = EurosField(label="Montant déjà versé (euros)", required=False)
    payment_due_on = FrenchDateField(label="Prochain versement attendu le", **DUE)
    report_due_on = FrenchDateField(label="Compte rendu à rendre le", **DUE)
    report_sent_on = FrenchDateField(
        label="Compte rendu envoyé le", required=False, lean="past", year_required=True
    )

    def details(self) -> ConventionDetails:
        values = _typed(self)
        values["paid"] = values["paid"] or Decimal(0)
        return ConventionDetails(**values)


class _ExpenseForm(OnceForm):
    on = FrenchDateField(label="Date de la dépense", lean="past", year_required=True)
    amount = EurosField(label="Montant (euros)")
    convention = forms.ModelChoiceField(
        label="Payée par la convention", queryset=Convention.objects.none(), required=False,
        empty_label="Aucune en particulier",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = Q(active=True) & ~Q(state=ConventionState.REFUSED)
        rows = Convention.objects.filter(offered | Q(pk=self.initial.get("convention")))
        offered = row_field(self, "convention")
        offered.queryset = rows.order_by("-year", "funder_kind", "programme", "pk")
        offered.label_from_instance = _said  # type: ignore[method-assign]
        # What is left of a list stays with the row that has it.
        domains = Domain.objects.filter(Q(active=True) | Q(pk=self.initial.get("domain")))
        row_field(self, "domain").queryset = domains.order_by("order", "pk")


def _said(convention: Convention) -> str:
    return f"{convention} ({convention.of_year.label})"


class _DomainField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def __init__(self) -> None:
        super().__init__(
            label="Domaine de l’aide",
            queryset=Domain.objects.none(),
            required=False,
            empty_label="Non dit",
        )


class ExpenseForm(_ExpenseForm):
    nature = forms.ChoiceField(label="Nature", choices=Nature.choices)
    label = _line("Ce que la dépense paie", 200, required=False, help_text=NO_NAME)
    domain = _DomainField()
    field_order = ("nature", "label", "on", "amount", "domain", "convention")

    def details(self) -> ExpenseDetails:
        return ExpenseDetails(**_typed(self))


class AidForm(_ExpenseForm):
    """An aid to one child: no word of it."""

    domain = _DomainField()
    field_order = ("on", "amount", "domain", "convention")

    def details(self) -> ExpenseDetails:
        return ExpenseDetails(nature=Nature.AID, **_typed(self))


class InKindForm(OnceForm):
    giver = _line("Qui donne", 120, help_text="Une structure\u00a0: la ville, le collège, une association.")
    what = _line("Quoi", 200, help_text="Un local, du temps de personnel, du matériel.")
    year = YearField()
    amount = EurosField(label="Valeur estimée (euros)")

    def details(self) -> InKindDetails:
        return InKindDetails(**_typed(self))


def _typed(form: OnceForm) -> dict[str, Any]:
    return {name: value for name, value in form.cleaned_data.items() if name != "form_key"}


def initial_of(row: Convention | Expense | InKind) -> dict[str, Any]:
    values = {field.name: field.value_from_object(row) for field in row._meta.concrete_fields}
    if not isinstance(row, Expense):
        values["year"] = row.of_year
    return values
