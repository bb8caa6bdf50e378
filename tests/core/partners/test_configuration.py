import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models.deletion import ProtectedError

from core.partners import configuration
from core.partners.enums import OrganisationKind
from core.partners.models import Agreement, ContactPerson, Offer, Organisation
from tenants.configuration.loading import checked
from tenants.configuration.reading import Draft
from tenants.configuration.schema import TownFile
from tests.tenants.configuration.examples import small

pytestmark = pytest.mark.usefixtures("in_town_a")


def file(**organisation: object) -> TownFile:
    data = small()
    data["organisations"][0].update(organisation)
    problems, typed = checked(Draft("x.toml", data))
    assert problems == []
    assert isinstance(typed, TownFile)
    return typed


def test_the_network_is_made_once() -> None:
    plan = configuration.apply(file(), plan=True)
    assert not Organisation.objects.exists()
    assert configuration.apply(file(), plan=False) == plan
    assert [change.key for change in plan] == ["club", "club/Contact fictif", "club/jeux", "club/C1"]
    assert configuration.apply(file(), plan=False) == []


def test_an_organisation_s_row_keeps_its_identity_when_it_changes() -> None:
    configuration.apply(file(), plan=False)
    before = Organisation.objects.get()
    (change,) = configuration.apply(file(name="Cercle", phone="01 99 00 00 02"), plan=False)
    assert [str(detail) for detail in change.details] == [
        "nom : « Club de la Lune » → « Cercle »",
        "téléphone : rien → « +33199000002 »",
    ]
    after = Organisation.objects.get()
    assert (after.pk, after.name, after.phone) == (before.pk, "Cercle", "+33199000002")


def test_a_row_made_on_screen_under_the_same_code_is_taken_over_and_said() -> None:
    Organisation.objects.create(code="club", name="Club de la Lune", kind="association", rna="W011999001")
    changes = configuration.apply(file(), plan=False)
    assert changes[0].note == "saisi à l’écran, repris par le fichier"
    assert Organisation.objects.get().from_file


def test_contacts_offers_and_agreements_that_leave_are_kept() -> None:
    configuration.apply(file(), plan=False)
    changes = configuration.apply(file(contacts=[], offers=[], agreement=None), plan=False)
    assert {change.note for change in changes} == {"désactivé : ses données restent"}
    for model in (ContactPerson, Offer, Agreement):
        assert list(model._default_manager.values_list("active", flat=True)) == [False]


def test_an_unknown_kind_is_told_and_a_known_one_is_not() -> None:
    data = small()
    assert configuration.check(Draft("x.toml", data)) == []
    data["organisations"][0]["kind"] = "cirque"
    (problem,) = configuration.check(Draft("x.toml", data))
    assert (problem.key, problem.found) == ("organisations[1].kind", "« cirque »")


def test_institutions_are_told_from_associations() -> None:
    assert OrganisationKind.SCHOOLS.is_institution
    assert not OrganisationKind.ASSOCIATION.is_institution


def test_two_active_organisations_cannot_share_a_number() -> None:
    configuration.apply(file(), plan=False)
    twin = Organisation(code="jumeau", name="Jumeau", kind="association", rna="W011999001")
    with pytest.raises(ValidationError, match="déjà ce numéro RNA"):
        twin.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save()
    twin.active = False
    twin.save()
    Organisation(code="sans", name="Sans numéro", kind="association").save()
    Organisation(code="sans_non_plus", name="Sans numéro", kind="association").save()


@pytest.mark.parametrize(
    ("row", "name"),
    [
        (Organisation(code="x", name="X", kind="cirque"), "organisation_kind_known"),
        (Organisation(code="club", name="X", kind="sante"), "partners_organisation_code"),
        (Offer(code="y", label="Y", domains=["social"], form="autre"), "offer_form_known"),
        (
            Offer(code="y", label="Y", domains=["social"], form="both", youngest=9, oldest=6),
            "offer_ages_in_order",
        ),
        (Offer(code="jeux", label="Y", domains=["social"], form="both"), "offer_once_an_organisation"),
        (ContactPerson(name="Contact fictif", function="X"), "contact_once_an_organisation"),
        (Agreement(reference="C1", subject="X", starts_on="2026-01-01"), "agreement_once_an_organisation"),
        (
            Agreement(reference="C2", subject="X", starts_on="2026-01-02", ends_on="2026-01-01"),
            "agreement_dates_in_order",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_database_refuses(row: Organisation | Offer | ContactPerson | Agreement, name: str) -> None:
    configuration.apply(file(), plan=False)
    values = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.name != "id"
    }
    fresh = type(row)(**values)
    if not isinstance(fresh, Organisation):
        fresh.organisation = Organisation.objects.get(code="club")
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        fresh.save()


def test_an_organisation_with_agreements_cannot_be_deleted() -> None:
    configuration.apply(file(), plan=False)
    with pytest.raises(ProtectedError):
        Organisation.objects.get().delete()
