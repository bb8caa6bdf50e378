"""The charter by version: signed once, never changed, asked again, on paper too."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.people import charters, operations, queries
from core.people.access import any_signed_in, charter_required, roles_required
from core.people.charter_text import Block, blocks
from core.people.enums import PersonAct, Role, SignedHow
from core.people.models import Charter, CharterSignature, PersonChange, User
from reussite.urls_town import handler500  # noqa: F401 (the page of a failure, under these addresses too)
from tenants.context import Place, entered
from tests.core.people.factories import person

SignIn = Callable[[Client, Place, object], Client]
DAY = date(2026, 3, 2)


def noon(day: date) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day, 12))  # noqa: DTZ001


def published(day: date, grace: date | None = None, text: str = "Se taire.") -> Charter:
    return operations.publish_charter(
        title="Charte", text=text, in_force_on=day, former_holds_until=grace, by=None, at=noon(day)
    )


def signed(user: User, charter: Charter, day: date) -> CharterSignature:
    return operations.sign_charter(user=user, charter=charter, name=user.full_name, at=noon(day))


# --- operations ---------------------------------------------------------------------------------
def test_a_signature_keeps_name_date_version_and_hash(in_town_a: Place) -> None:
    user, charter = person(Role.REFERENT), published(DAY)
    signature = signed(user, charter, DAY)
    assert (signature.name, signature.signed_on, signature.how) == ("Camille Essai", DAY, SignedHow.SCREEN)
    assert signature.charter.version == 1
    assert signature.text_sha256 == charter.text_sha256 == operations.charter.text_hash("Se taire.")
    assert PersonChange.objects.get(act=PersonAct.CHARTER_SIGNED).person == user
    assert queries.charter_in_force(user, DAY) == signature
    assert queries.charter_in_force(user, DAY - timedelta(days=1)) is None


@pytest.mark.parametrize("written", ["camille essai", "ESSAI Camille", "  Camille  ESSAÏ "])
def test_the_name_may_be_written_either_way_round(in_town_a: Place, written: str) -> None:
    user, charter = person(), published(DAY)
    operations.sign_charter(user=user, charter=charter, name=written, at=noon(DAY))


@pytest.mark.parametrize("written", ["", "x", "Camille", "Sacha Essai"])
def test_another_name_does_not_sign(in_town_a: Place, written: str) -> None:
    user, charter = person(), published(DAY)
    with pytest.raises(operations.NameDiffers):
        operations.sign_charter(user=user, charter=charter, name=written, at=noon(DAY))
    assert not charter.signatures.exists()


def test_a_version_is_signed_once(in_town_a: Place) -> None:
    user, charter = person(), published(DAY)
    signed(user, charter, DAY)
    with pytest.raises(operations.AlreadySigned):
        signed(user, charter, DAY + timedelta(days=1))


def test_only_the_version_in_force_is_signed(in_town_a: Place) -> None:
    user, first = person(), published(DAY)
    second = published(DAY + timedelta(days=10), text="Se taire encore.")
    with pytest.raises(operations.NotTheCurrentCharter):
        signed(user, second, DAY)
    with pytest.raises(operations.NotTheCurrentCharter):
        signed(user, first, DAY + timedelta(days=10))
    signed(user, first, DAY)
    signed(user, second, DAY + timedelta(days=10))


def test_a_new_version_asks_again_and_the_former_holds_until_its_day(in_town_a: Place) -> None:
    user, first = person(), published(DAY)
    signature = signed(user, first, DAY)
    new_on, grace = DAY + timedelta(days=10), DAY + timedelta(days=20)
    published(new_on, grace, text="Se taire encore.")
    assert queries.charter_in_force(user, grace) == signature
    assert queries.charter_in_force(user, grace + timedelta(days=1)) is None


def test_without_a_grace_the_former_stops_at_once(in_town_a: Place) -> None:
    user, first = person(), published(DAY)
    signed(user, first, DAY)
    new_on = DAY + timedelta(days=10)
    published(new_on, None, text="Se taire encore.")
    assert queries.charter_in_force(user, new_on - timedelta(days=1)) is not None
    assert queries.charter_in_force(user, new_on) is None


def test_the_oldest_holds_only_as_long_as_every_later_one_lets_it(in_town_a: Place) -> None:
    user, first = person(), published(DAY)
    signed(user, first, DAY)
    days = [DAY + timedelta(days=number) for number in (10, 15, 20, 30)]
    published(days[0], days[3], text="2")
    assert queries.charter_in_force(user, days[1]) is not None
    published(days[1], days[2], text="3")
    assert queries.charter_in_force(user, days[2]) is not None
    assert queries.charter_in_force(user, days[2] + timedelta(days=1)) is None


versions = st.lists(st.tuples(st.integers(0, 40), st.none() | st.integers(0, 40)), min_size=1, max_size=4)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    plan=versions,
    signings=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 60)), max_size=4),
    asked=st.integers(0, 90),
)
def test_the_list_of_people_and_one_person_agree_about_the_charter(
    in_town_a: Place, plan: list[tuple[int, int | None]], signings: list[tuple[int, int]], asked: int
) -> None:
    """And both agree with the rule as one reads it aloud."""
    day = DAY + timedelta(days=asked)
    with transaction.atomic():
        user = person(Role.REFERENT, joined_at=noon(DAY))
        made = []
        for number, (start, grace) in enumerate(sorted(plan, key=lambda item: item[0])):
            on = DAY + timedelta(days=start)
            until = on + timedelta(days=grace) if grace is not None else None
            made.append(published(on, until, text=str(number)))
        for index, number in signings:
            charter = made[index % len(made)]
            on = charter.in_force_on + timedelta(days=number)
            if not CharterSignature.objects.filter(charter=charter, user=user).exists():
                CharterSignature.objects.create(
                    charter=charter, user=user, name="x", signed_on=on, how="screen",
                    text_sha256="", recorded_at=noon(on), recorded_by=user,
                )  # fmt: skip
        in_force = [charter for charter in made if charter.in_force_on <= day]
        expected = any(
            CharterSignature.objects.filter(charter=charter, user=user, signed_on__lte=day).exists()
            and all(
                later.former_holds_until is not None and later.former_holds_until >= day
                for later in in_force[position + 1 :]
            )
            for position, charter in enumerate(in_force)
        )
        assert (queries.charter_in_force(user, day) is not None) == expected
        line = next(line for line in queries.people_lines(noon(day)) if line.person == user)
        assert line.charter_signed == expected
        transaction.set_rollback(True)


def test_nobody_changes_a_signature_or_a_charter(in_town_a: Place) -> None:
    signature = signed(person(), published(DAY), DAY)
    change = PersonChange.objects.earliest("pk")
    for row, field in ((signature, "name"), (signature.charter, "text"), (change, "act")):
        rows = type(row).objects.filter(pk=row.pk)
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            rows.update(**{field: "autre"})
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            rows._raw_delete(rows.db)
        assert rows.exists()


def test_the_database_refuses_a_signature_on_screen_by_somebody_else(in_town_a: Place) -> None:
    user, boss, charter = person(), person(Role.COORDINATOR), published(DAY)
    values: dict[str, Any] = {
        "charter": charter, "user": user, "name": "Camille Essai", "signed_on": DAY,
        "text_sha256": charter.text_sha256, "recorded_at": noon(DAY), "recorded_by": boss,
    }  # fmt: skip
    with pytest.raises(IntegrityError, match="signed_on_screen_by_oneself"), transaction.atomic():
        CharterSignature.objects.create(how="screen", **values)
    CharterSignature.objects.create(how="paper", **values)


def test_a_paper_is_recorded_by_the_coordinator(in_town_a: Place) -> None:
    user, boss, charter = person(Role.TEAM_MEMBER), person(Role.COORDINATOR), published(DAY)
    later = DAY + timedelta(days=3)
    with pytest.raises(ValueError, match="tomorrow"):
        operations.record_paper_signature(
            person=user, charter=charter, signed_on=later + timedelta(days=1), by=boss, at=noon(later)
        )
    signature = operations.record_paper_signature(
        person=user, charter=charter, signed_on=DAY, by=boss, at=noon(later)
    )
    assert (signature.signed_on, signature.recorded_by, signature.how) == (DAY, boss, SignedHow.PAPER)
    assert queries.charter_in_force(user, DAY) == signature


# --- the text -----------------------------------------------------------------------------------
def test_the_platforms_text_covers_what_a_charter_must() -> None:
    title, text = charters.default()
    assert title == "Charte de confidentialité du projet de réussite éducative"
    for words in (
        "secret professionnel",
        "déontologie",
        "aucun droit de partager",
        "sans limite de durée",
        "danger",
    ):
        assert words in text
    assert len([block for block in blocks(text) if block.kind == "heading"]) >= 6


def test_text_becomes_blocks_and_no_markup_passes() -> None:
    assert blocks("## Titre\nsuite\n\nUne\nphrase.\n\n- un\n- <b>deux</b>") == [
        Block("heading", "Titre"),
        Block("paragraph", "suite"),
        Block("paragraph", "Une phrase."),
        Block("list", items=("un", "<b>deux</b>")),
    ]


# --- pages --------------------------------------------------------------------------------------
@charter_required
@any_signed_in
def childs_page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("Lina")


@charter_required
@roles_required(Role.COORDINATOR)
def coordinators_childs_page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("Lina")


def undeclared(request: HttpRequest) -> HttpResponse:
    return HttpResponse("?")


urlpatterns = [
    path("", include("reussite.urls_town")),
    path("essai/enfant/", childs_page),
    path("essai/coordination/", coordinators_childs_page),
    path("essai/sans-regle/", undeclared),
]


@pytest.fixture
def with_trial_pages(settings: Any) -> None:
    settings.TENANT_TYPES = {
        **settings.TENANT_TYPES,
        "town": {**settings.TENANT_TYPES["town"], "URLCONF": __name__},
    }


@pytest.fixture
def someone(town_a: Place) -> User:
    with entered(town_a):
        return person(Role.REFERENT, joined_at=timezone.now())


@pytest.mark.usefixtures("with_trial_pages")
def test_no_signature_no_childs_page(
    client_a: Client, town_a: Place, sign_in: SignIn, someone: User, charter_in_a: Charter
) -> None:
    sign_in(client_a, town_a, someone)
    asked = client_a.get("/essai/enfant/?x=1")
    assert asked.url == "/charte/?next=%2Fessai%2Fenfant%2F%3Fx%3D1"
    page = client_a.get(asked.url)
    assert "On se tait." in page.content.decode()
    data = {"name": "Camille Essai", "read": "on", "version": "1", "next": "/essai/enfant/?x=1"}
    assert client_a.post("/charte/", data).url == "/essai/enfant/?x=1"
    assert client_a.get("/essai/enfant/?x=1").content == b"Lina"


@pytest.mark.usefixtures("with_trial_pages")
def test_roles_are_asked_before_the_charter(
    client_a: Client, town_a: Place, sign_in: SignIn, someone: User
) -> None:
    sign_in(client_a, town_a, someone)
    assert client_a.get("/essai/coordination/").status_code == 403


@pytest.mark.usefixtures("with_trial_pages")
def test_a_view_that_says_nothing_opens_to_nobody(
    client_a: Client, town_a: Place, sign_in: SignIn, someone: User
) -> None:
    client_a.raise_request_exception = False
    assert client_a.get("/essai/sans-regle/").status_code == 500
    sign_in(client_a, town_a, someone)
    assert client_a.get("/essai/sans-regle/").status_code == 500


@pytest.mark.usefixtures("charter_in_a")
@pytest.mark.parametrize(
    ("change", "words"),
    [({"name": "Autre Nom"}, "Écrivez votre nom"), ({"read": ""}, "Cochez"), ({"name": ""}, "obligatoire")],
)
def test_signing_asks_for_name_and_agreement(
    client_a: Client, town_a: Place, sign_in: SignIn, someone: User, change: dict[str, str], words: str
) -> None:
    sign_in(client_a, town_a, someone)
    data = {"name": "Camille Essai", "read": "on", "version": "1"}
    refused = client_a.post("/charte/", {**data, **change})
    assert refused.status_code == 200
    assert words in refused.content.decode()
    assert client_a.post("/charte/", data).status_code == 302
    assert "Vous avez signé" in client_a.get("/charte/").content.decode()


@pytest.mark.usefixtures("charter_in_a")
def test_the_version_read_is_the_version_signed(
    client_a: Client, town_a: Place, sign_in: SignIn, someone: User, now: datetime
) -> None:
    sign_in(client_a, town_a, someone)
    client_a.get("/charte/")
    with entered(town_a):
        operations.publish_charter(
            title="Charte", text="Autre", in_force_on=timezone.localdate(now), by=None, at=now
        )
    data = {"name": "Camille Essai", "read": "on", "version": "1"}
    assert client_a.post("/charte/", data).url == "/charte/"
    with entered(town_a):
        assert not CharterSignature.objects.exists()
    assert client_a.post("/charte/", {**data, "version": "2"}).status_code == 302
    with entered(town_a):
        assert CharterSignature.objects.get().charter.version == 2


def test_a_town_without_a_charter_says_so(
    client_a: Client, town_a: Place, sign_in: SignIn, someone: User
) -> None:
    sign_in(client_a, town_a, someone)
    assert "Aucune charte" in client_a.get("/charte/").content.decode()
    assert client_a.get("/charte/imprimer/").status_code == 404


@pytest.mark.usefixtures("charter_in_a")
def test_the_charter_leads_to_no_other_site(
    client_a: Client, town_a: Place, sign_in: SignIn, someone: User
) -> None:
    sign_in(client_a, town_a, someone)
    page = client_a.get("/charte/?next=https://ailleurs.invalid/")
    assert "ailleurs" not in page.content.decode()


@pytest.mark.usefixtures("charter_in_a")
def test_paper_is_recorded_from_the_persons_page_by_the_coordinator_alone(
    client_a: Client, town_a: Place, sign_in: SignIn, someone: User
) -> None:
    address = f"/personnes/{someone.pk}/charte-papier/"
    with entered(town_a):
        admin = person(Role.TOWN_ADMIN, joined_at=timezone.now())
        boss = person(Role.COORDINATOR, joined_at=timezone.now())
    today = timezone.localdate().isoformat()
    sign_in(client_a, town_a, admin)
    assert client_a.post(address, {"on": today}).status_code == 403
    sign_in(client_a, town_a, boss)
    assert client_a.get("/charte/imprimer/").status_code == 200
    page = client_a.post(address, {"on": today}, follow=True)
    assert "Gardez le papier" in page.content.decode()
    with entered(town_a):
        assert CharterSignature.objects.get().recorded_by == boss
    twice = client_a.post(address, {"on": today}, follow=True)
    assert "avait déjà signé" in twice.content.decode()


@pytest.mark.usefixtures("charter_in_a")
def test_who_is_still_asked_is_listed(
    client_a: Client, town_a: Place, sign_in: SignIn, someone: User
) -> None:
    with entered(town_a):
        boss = person(Role.COORDINATOR, last_name="Direction", joined_at=timezone.now())
        person(Role.STEERING, last_name="Pilote", joined_at=timezone.now())
    sign_in(client_a, town_a, boss)
    page = client_a.get("/charte/signatures/")
    assert [line.person for line in page.context["asked"]] == [boss, someone]
    assert page.context["signed"] == []
