"""Pages: who may open them, what they say, what they leave in the read log, and their number of queries."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.children import access, panels
from core.children.access import Grant, Reason, Scope
from core.children.enums import Authority, Level, Link, SamenessState
from core.children.models import (
    Address,
    Child,
    DuplicateCheck,
    Enrolment,
    Guardian,
    Guardianship,
    Merge,
    MoveUp,
    PriorityDistrict,
)
from core.journal.models import Change, ReadLine
from core.people.enums import TOWN_ROLES, Role
from core.people.models import User
from tenants.context import Place, entered
from tests.conftest import client_of
from tests.core.children.factories import (
    enrolled,
    link,
    make_adult,
    make_child,
    make_school,
    member,
    professional,
)

REFERENT = Reason("referent", "Référente de Lina", "Suivre le parcours", Scope.FILE, edits=True)
ACTION = Reason("action", "Intervenante de l’atelier", "Animer l’atelier", Scope.FILE)

SignIn = Callable[[Client, Place, object], Client]


@pytest.fixture
def browse(in_town_a: Place, sign_in: SignIn) -> Callable[[User], Client]:
    return lambda user: sign_in(client_of(in_town_a), in_town_a, user)


@pytest.fixture
def lina(in_town_a: Place, sources: list[access.Source]) -> Child:
    return make_child("Lina", "Fictif", own_words="J’aime nager.")


def linked(sources: list[access.Source], user: User, child: Child, reason: Reason = REFERENT) -> User:
    ids = Child.objects.filter(pk=child.pk).values("pk")
    sources.append(lambda asking, at: [Grant(reason, ids)] if asking == user else [])
    return user


def url(name: str, *args: int) -> str:
    return reverse(f"children:{name}", urlconf="reussite.urls_town", args=args)


def text_of(response: Any) -> str:
    return str(response.content.decode())


def own_queries(captured: CaptureQueriesContext) -> int:
    """Without the kernel's look at its registry, once a second at most."""
    return sum("tenants_" not in query["sql"] for query in captured)


ABOUT_ONE = ["file", "edit", "family", "address", "schooling", "add_adult"]
OF_COORDINATOR = ["access_log", "print_access_log"]


class TestWhoMayOpen:
    @pytest.mark.parametrize("name", [*ABOUT_ONE, *OF_COORDINATOR])
    @pytest.mark.parametrize("role", sorted(TOWN_ROLES))
    def test_a_page_about_a_child_by_role_alone(
        self, lina: Child, browse: Callable[[User], Client], name: str, role: str
    ) -> None:
        response = browse(professional(role)).get(url(name, lina.pk))
        allowed = {Role.COORDINATOR}
        if name in ("file", "family"):
            allowed |= {Role.SECRETARY, Role.REFERENT}
        elif name not in (*OF_COORDINATOR, "add_adult"):
            allowed |= {Role.SECRETARY}
        assert (response.status_code == 200) == (role in allowed), response.status_code
        assert ReadLine.objects.filter(child_id=lina.pk).exists() == (response.status_code == 200)
        if response.status_code != 200:
            assert response.status_code in (403, 404)
            assert "Lina" not in text_of(response)

    @pytest.mark.parametrize("name", ABOUT_ONE)
    def test_a_dated_link_opens_the_whole_file(
        self, lina: Child, browse: Callable[[User], Client], sources: list[access.Source], name: str
    ) -> None:
        user = professional("partner_worker", organisation_code="amiss")
        other = make_child("Malo")
        assert browse(user).get(url(name, lina.pk)).status_code == 404
        linked(sources, user, lina)
        assert browse(user).get(url(name, lina.pk)).status_code == 200
        assert browse(user).get(url(name, other.pk)).status_code == 404

    def test_a_link_that_only_reads_changes_nothing(
        self, lina: Child, browse: Callable[[User], Client], sources: list[access.Source]
    ) -> None:
        user = linked(sources, professional("partner_worker", organisation_code="amiss"), lina, ACTION)
        assert browse(user).get(url("file", lina.pk)).status_code == 200
        for name in ("edit", "address", "schooling", "add_adult"):
            assert browse(user).get(url(name, lina.pk)).status_code == 403
            assert browse(user).post(url(name, lina.pk), {}).status_code == 403

    def test_without_the_charter_the_page_leads_to_it(
        self, lina: Child, browse: Callable[[User], Client]
    ) -> None:
        response = browse(member("coordinator")).get(url("file", lina.pk))
        assert (response.status_code, response["Location"].split("?")[0]) == (
            302,
            reverse("people:charter", urlconf="reussite.urls_town"),
        )

    def test_another_towns_child_is_no_page(self, town_a: Place, town_b: Place, sign_in: SignIn) -> None:
        clients = {}
        for town in (town_a, town_b):
            with entered(town):
                clients[town.slug] = sign_in(client_of(town), town, professional("coordinator"))
        with entered(town_a):
            here = make_child()
        assert clients["beta"].get(url("file", here.pk)).status_code == 404
        assert clients["alpha"].get(url("file", here.pk)).status_code == 200

    def test_a_merged_file_is_no_page(self, lina: Child, browse: Callable[[User], Client]) -> None:
        twin = make_child("Lina", merged_into=lina)
        assert browse(professional("coordinator")).get(url("file", twin.pk)).status_code == 404

    @pytest.mark.parametrize("name", ["september", "twins"])
    @pytest.mark.parametrize("role", sorted(TOWN_ROLES))
    def test_pages_of_the_coordinator(
        self, lina: Child, browse: Callable[[User], Client], name: str, role: str
    ) -> None:
        status = browse(professional(role)).get(url(name)).status_code
        assert status == (200 if role == Role.COORDINATOR else 403)


class TestFile:
    def test_it_says_who_counts_and_leaves_a_line(
        self, lina: Child, browse: Callable[[User], Client]
    ) -> None:
        link(lina, make_adult("Nadia", phone="06 00 00 00 01"))
        enrolled(lina, Level.CE2, school=make_school())
        user = professional("coordinator")
        shown = text_of(browse(user).get(url("file", lina.pk)))
        for words in (
            "Lina Fictif",
            "Nadia Essai",
            "06 00 00 00 01",
            "CE2",
            "J’aime nager.",
            "Coordination du PRE",
        ):
            assert words in shown
        line = ReadLine.objects.get()
        assert (line.actor, line.child_id, line.page, line.reason) == (
            user,
            lina.pk,
            "children:file",
            "coordinator",
        )
        assert line.purpose == "Coordonner les parcours de la ville"

    def test_the_identity_alone_hides_and_says_so(
        self, lina: Child, browse: Callable[[User], Client]
    ) -> None:
        shown = text_of(browse(professional("secretary")).get(url("file", lina.pk)))
        assert "J’aime nager." not in shown
        assert "1\u00a0élément que vous ne pouvez pas voir" in shown
        whole = text_of(browse(professional("coordinator")).get(url("file", lina.pk)))
        assert "que vous ne pouvez pas voir" not in whole

    @pytest.mark.parametrize("role", ["coordinator", "secretary", "referent"])
    def test_what_must_never_be_missed_is_shown_to_everybody(
        self, lina: Child, browse: Callable[[User], Client], role: str
    ) -> None:
        father, mother = make_adult("Omar"), make_adult("Nadia")
        link(lina, father, link=Link.FATHER, contact_forbidden=True)
        link(lina, mother, address_secret_from=father)
        shown = text_of(browse(professional(role)).get(url("file", lina.pk)))
        assert "Contact interdit entre l’enfant et Omar Essai." in shown
        assert "L’adresse de Nadia Essai ne doit pas être dite à Omar Essai." in shown

    def test_panels_of_other_apps_are_on_it(
        self, lina: Child, browse: Callable[[User], Client], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked: list[Scope] = []

        def source(user: User, child: Child, scope: Scope, at: Any) -> list[panels.Panel]:
            asked.append(scope)
            return [panels.Panel("Où en est le parcours", "children/partials/_list_actions.html", order=10)]

        monkeypatch.setattr(panels, "_sources", [])
        panels.register(source)
        panels.register(source)
        shown = text_of(browse(professional("secretary")).get(url("file", lina.pk)))
        assert shown.count("Où en est le parcours") == 1
        assert asked == [Scope.IDENTITY]

    def test_siblings_that_one_may_not_see_are_counted_in_the_family(
        self, lina: Child, browse: Callable[[User], Client], sources: list[access.Source]
    ) -> None:
        malo, mother = make_child("Malo", "Fictif"), make_adult()
        link(lina, mother)
        link(malo, mother)
        user = linked(sources, professional("partner_worker", organisation_code="amiss"), lina)
        page = text_of(browse(user).get(url("family", lina.pk)))
        assert "Malo" not in page
        assert "1\u00a0élément que vous ne pouvez pas voir" in page
        whole = text_of(browse(professional("coordinator")).get(url("family", lina.pk)))
        assert "Malo Fictif" in whole
        assert ReadLine.objects.latest_first()[0].shown == sorted([lina.pk, malo.pk])

    def test_the_number_of_queries_does_not_follow_the_family(
        self, lina: Child, browse: Callable[[User], Client]
    ) -> None:
        client, counts = browse(professional("coordinator")), []
        client.get(url("file", lina.pk))
        mother = make_adult("Zoé")
        link(lina, mother)
        link(make_child("Malo 0", "Fictif"), mother)
        for number in range(3):
            link(lina, make_adult(f"Adulte {number}"))
            link(make_child(f"Malo {number + 1}", "Fictif"), mother)
            with CaptureQueriesContext(connection) as captured:
                assert client.get(url("file", lina.pk)).status_code == 200
            counts.append(own_queries(captured))
        assert len(set(counts)) == 1, counts


class TestList:
    def test_search_by_name_sound_and_birth_date(self, lina: Child, browse: Callable[[User], Client]) -> None:
        make_child("Aïcha", "Ben-Saïd")
        client = browse(professional("coordinator"))
        for query in ("aicha bensaid", "ben said a", "aysha", "9/3/2016 aicha"):
            shown = text_of(client.get(url("list"), {"q": query}))
            assert "Aïcha Ben-Saïd" in shown
            assert "Lina" not in shown
        assert "Aucun enfant ne correspond" in text_of(client.get(url("list"), {"q": "zzz"}))
        assert ReadLine.objects.latest_first()[0].shown == []

    def test_only_those_one_may_see(
        self, lina: Child, browse: Callable[[User], Client], sources: list[access.Source]
    ) -> None:
        make_child("Malo")
        user = linked(sources, professional("partner_worker", organisation_code="amiss"), lina)
        shown = text_of(browse(user).get(url("list")))
        assert "Lina Fictif" in shown
        assert "Malo" not in shown
        line = ReadLine.objects.get()
        assert (line.shown, line.child_id, line.reason) == ([lina.pk], None, "referent")

    def test_filters_by_level_and_district(self, lina: Child, browse: Callable[[User], Client]) -> None:
        malo = make_child("Malo")
        enrolled(lina, Level.CM1)
        enrolled(malo, Level.SIXTH)
        Address.objects.create(
            child=lina, city="Ville", since_on="2020-01-01", in_district="outside", geography="QPV 2024"
        )
        client = browse(professional("coordinator"))
        for params, seen in (
            ({"niveau": "elementaire"}, {"Lina"}),
            ({"niveau": "college"}, {"Malo"}),
            ({"niveau": "inconnu"}, set()),
            ({"quartier": "outside"}, {"Lina"}),
            ({"quartier": "unknown"}, {"Malo"}),
            ({"niveau": "sans queue ni tête"}, {"Lina", "Malo"}),
            ({"tri": "-naissance", "page": "9"}, {"Lina", "Malo"}),
        ):
            shown = text_of(client.get(url("list"), params))
            assert {name for name in ("Lina", "Malo") if f"{name} " in shown} == seen, params

    def test_marks_are_on_the_line(self, lina: Child, browse: Callable[[User], Client]) -> None:
        link(lina, make_adult(), contact_forbidden=True)
        shown = text_of(browse(professional("secretary")).get(url("list")))
        assert "Contact interdit" in shown
        assert "Adresse secrète" not in shown

    def test_as_many_queries_at_20_and_at_1000_children(
        self, lina: Child, browse: Callable[[User], Client]
    ) -> None:
        client, counts, sizes = browse(professional("coordinator")), [], []
        client.get(url("list"))
        for size in (20, 1000):
            children = []
            for number in range(Child.objects.count(), size):
                child = Child(
                    first_name="Enfant",
                    last_name=f"Fictif {number}",
                    created_at=lina.created_at,
                    birth_on=lina.birth_on,
                )
                child.fold_names()
                children.append(child)
            Child.objects.bulk_create(children)
            for params in ({}, {"q": "fictif"}, {"niveau": "inconnu"}):
                with CaptureQueriesContext(connection) as captured:
                    response = client.get(url("list"), params)
                assert response.status_code == 200
                counts.append(own_queries(captured))
                sizes.append(len(response.content))
        assert counts[:3] == counts[3:], counts
        assert max(sizes) < 100_000, sizes


class TestCreate:
    def data(self, **more: Any) -> dict[str, Any]:
        return {
            "form_key": uuid4(),
            "first_name": "Aïcha",
            "last_name": "Ben-Saïd",
            "birth_on": "3/9/2015",
            "sex": "f",
            **more,
        }

    @pytest.mark.parametrize("role", sorted(TOWN_ROLES))
    def test_who_may(self, lina: Child, browse: Callable[[User], Client], role: str) -> None:
        client = browse(professional(role))
        allowed = role in (Role.COORDINATOR, Role.SECRETARY, Role.REFERENT)
        assert client.get(url("new")).status_code == (200 if allowed else 403)
        assert client.post(url("new"), self.data()).status_code == (302 if allowed else 403)
        assert Child.objects.filter(first_name="Aïcha").exists() == allowed

    def test_a_double_click_makes_one(self, lina: Child, browse: Callable[[User], Client]) -> None:
        client, data = browse(professional("coordinator")), self.data()
        first = client.post(url("new"), data)
        again = client.post(url("new"), {**data, "distinct_from": first["Location"].split("/")[-2]})
        assert first["Location"] == again["Location"]
        assert Child.objects.filter(first_name="Aïcha").count() == 1

    def test_a_likely_match_is_shown_first_to_who_may_see_it(
        self, lina: Child, browse: Callable[[User], Client]
    ) -> None:
        twin = make_child("Aicha", "Bensaid", birth_on="2015-09-03")
        client = browse(professional("coordinator"))
        response = client.post(url("new"), self.data())
        shown = text_of(response)
        assert response.status_code == 200
        assert "a peut-être déjà un dossier" in shown
        assert 'value="Ben-Saïd"' in shown
        assert ReadLine.objects.latest_first()[0].shown == [twin.pk]
        response = client.post(url("new"), self.data(distinct_from=twin.pk))
        assert response.status_code == 302
        assert DuplicateCheck.objects.get().state == SamenessState.DISTINCT

    def test_others_learn_only_that_the_coordinator_will_check(
        self, lina: Child, browse: Callable[[User], Client], in_town_a: Place, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        make_child("Aicha", "Bensaid", birth_on="2015-09-03")
        monkeypatch.setitem(in_town_a.config, "access", {"team_sees_identities": False})
        response = browse(professional("referent")).post(url("new"), self.data())
        assert response.status_code == 302
        assert DuplicateCheck.objects.get().state == SamenessState.TO_CHECK
        shown = text_of(browse(professional("coordinator")).get(url("list")))
        assert "1\u00a0paire" in shown

    @pytest.mark.parametrize(
        ("wrong", "words"),
        [
            ({"birth_on": "31/2/2015"}, "Il n’y a pas de 31"),
            ({"birth_on": "1/1/1960"}, "plus de 30 ans"),
            ({"first_name": ""}, "Ce champ est obligatoire"),
            ({"own_words": "n° 2 15 09 82 121 084 36"}, "numéro de sécurité sociale"),
        ],
    )
    def test_errors_keep_what_was_typed(
        self, lina: Child, browse: Callable[[User], Client], wrong: dict[str, str], words: str
    ) -> None:
        client = browse(professional("coordinator"))
        response = client.post(url("new"), self.data(**wrong))
        shown = text_of(response)
        assert response.status_code == 200
        assert words in shown
        assert 'value="Ben-Saïd"' in shown
        assert not Child.objects.filter(last_name="Ben-Saïd").exists()


class TestChanges:
    def test_the_secretary_corrects_the_identity_and_keeps_what_it_does_not_see(
        self, lina: Child, browse: Callable[[User], Client]
    ) -> None:
        data = {
            "form_key": uuid4(),
            "first_name": "Lina",
            "last_name": "Imaginaire",
            "birth_on": "9/3/2016",
            "sex": "f",
        }
        response = browse(professional("secretary")).post(
            url("edit", lina.pk), {**data, "own_words": "Effacé"}
        )
        assert response.status_code == 302
        lina.refresh_from_db()
        assert (lina.last_name, lina.own_words) == ("Imaginaire", "J’aime nager.")

    def test_an_adult_is_added_once_with_rights(self, lina: Child, browse: Callable[[User], Client]) -> None:
        client = browse(professional("coordinator"))
        data = {
            "adulte-form_key": uuid4(),
            "adulte-kind": "person",
            "adulte-first_name": "Nadia",
            "adulte-last_name": "Fictif",
            "link": "mother",
            "authority": "joint",
            "lives_with": "always",
            "since": "1/9/2020",
        }
        for _ in range(2):
            assert client.post(url("add_adult", lina.pk), data).status_code == 302
        ship = Guardianship.objects.get()
        assert (ship.guardian.full_name, ship.authority) == ("Nadia Fictif", "joint")
        missing = client.post(url("add_adult", lina.pk), {**data, "authority": ""})
        assert missing.status_code == 200
        assert 'value="Nadia"' in text_of(missing)

    def test_a_known_adult_joins_the_family(self, lina: Child, browse: Callable[[User], Client]) -> None:
        malo, mother = make_child("Malo", "Fictif"), make_adult("Nadia", "Fictif")
        link(malo, mother)
        client = browse(professional("coordinator"))
        shown = text_of(client.get(url("add_adult", lina.pk), {"q": "nadya fictif"}))
        assert "Mère de Malo Fictif" in shown
        data = {"link": "mother", "authority": "joint", "lives_with": "always", "since": "1/9/2020"}
        address = f"{url('add_adult', lina.pk)}?adulte={mother.pk}"
        assert client.post(address, data).status_code == 302
        assert Guardian.objects.count() == 1
        refused = client.post(address, data)
        assert refused.status_code == 200
        assert "figure déjà autour" in text_of(refused)
        stranger = make_adult("Inconnue")
        assert client.get(f"{url('add_adult', lina.pk)}?adulte={stranger.pk}").status_code == 404

    def test_rights_change_from_a_day_on_or_are_corrected(
        self, lina: Child, browse: Callable[[User], Client]
    ) -> None:
        ship = link(lina, make_adult())
        client = browse(professional("coordinator"))
        data = {"link": "mother", "authority": "sole", "lives_with": "always"}
        address = url("rights", lina.pk, ship.pk)
        assert client.get(address).status_code == 200
        assert "à partir de quel jour" in text_of(client.post(address, {**data, "mode": "change"}))
        assert client.post(address, {**data, "mode": "change", "from_on": "1/9/2026"}).status_code == 302
        assert Guardianship.objects.get(ends_on=None).authority == Authority.SOLE
        new = Guardianship.objects.get(ends_on=None)
        corrected = {**data, "mode": "correct", "contact_forbidden": "on"}
        assert client.post(url("rights", lina.pk, new.pk), corrected).status_code == 302
        new.refresh_from_db()
        assert new.contact_forbidden
        other = link(make_child("Malo"), make_adult("Omar"))
        assert client.get(url("rights", lina.pk, other.pk)).status_code == 404

    def test_the_secretary_reaches_coordinates_and_not_rights(
        self, lina: Child, browse: Callable[[User], Client]
    ) -> None:
        ship = link(lina, make_adult())
        client = browse(professional("secretary"))
        assert client.get(url("adult_details", lina.pk, ship.pk)).status_code == 200
        assert client.get(url("adult_address", lina.pk, ship.pk)).status_code == 200
        assert client.get(url("rights", lina.pk, ship.pk)).status_code == 404
        assert client.get(url("end_rights", lina.pk, ship.pk)).status_code == 404
        data = {"form_key": uuid4(), "kind": "person", "last_name": "Essai", "phone": "07 00 00 00 00"}
        assert client.post(url("adult_details", lina.pk, ship.pk), data).status_code == 302
        assert Guardian.objects.get().phone == "07 00 00 00 00"

    def test_an_adult_who_left_stays_readable(self, lina: Child, browse: Callable[[User], Client]) -> None:
        ship = link(lina, make_adult("Nadia"))
        client = browse(professional("coordinator"))
        assert client.get(url("end_rights", lina.pk, ship.pk)).status_code == 200
        assert client.post(url("end_rights", lina.pk, ship.pk), {"on": "1/10/2026"}).status_code == 302
        assert "Situations passées" in text_of(client.get(url("file", lina.pk)))
        assert client.post(url("end_rights", lina.pk, ship.pk), {"on": "1/10/2026"}).status_code == 200

    def test_an_email_is_confirmed_by_the_coordinator_as_it_was_shown(
        self, lina: Child, browse: Callable[[User], Client], sources: list[access.Source]
    ) -> None:
        ship = link(lina, make_adult(email="n@essai.invalid"))
        address = url("confirm_email", lina.pk, ship.pk)
        referent = linked(sources, professional("referent"), lina)
        assert browse(referent).post(address, {"email": "n@essai.invalid"}).status_code == 403
        client = browse(professional("coordinator"))
        client.post(address, {"email": "vieux@essai.invalid"})
        assert Guardian.objects.get().email_confirmed_at is None
        client.post(address, {"email": "n@essai.invalid"})
        assert Guardian.objects.get().email_confirmed_at is not None

    def test_an_address_with_its_district(self, lina: Child, browse: Callable[[User], Client]) -> None:
        PriorityDistrict.objects.create(code="QN08201I", name="Cœur de Ville", insee="82121")
        client = browse(professional("secretary"))
        data = {
            "home_street": "1 rue Inventée",
            "home_extra": "",
            "home_postcode": "82000",
            "home_city": "Montauban",
            "district": "QN08201I",
            "since_on": "1/9/2020",
        }
        assert client.post(url("address", lina.pk), data).status_code == 302
        address = Address.objects.get()
        assert (address.child, address.in_district, address.geography) == (lina, "in_district", "QPV 2024")
        assert client.get(url("address", lina.pk)).status_code == 200
        moved = {**data, "home_street": "2 rue Inventée", "district": "unknown", "since_on": "1/9/2026"}
        assert client.post(url("address", lina.pk), {**moved, "mode": "change"}).status_code == 302
        assert Address.objects.count() == 2
        assert (
            client.post(
                url("address", lina.pk), {**moved, "mode": "correct", "home_street": "3 rue"}
            ).status_code
            == 302
        )
        assert Address.objects.get(until_on=None).line_1 == "3 rue"
        nir = client.post(
            url("address", lina.pk), {**moved, "mode": "correct", "home_extra": "1850578006084"}
        )
        assert "numéro de sécurité sociale" in text_of(nir)

    def test_a_schooling(self, lina: Child, browse: Callable[[User], Client]) -> None:
        school = make_school()
        client = browse(professional("secretary"))
        data = {"school": school.pk, "level": "ce1", "class_name": "CE1 A", "since_on": "1/9/2025"}
        assert client.post(url("schooling", lina.pk), data).status_code == 302
        assert client.get(url("schooling", lina.pk)).status_code == 200
        data |= {"level": "ce2", "since_on": "1/9/2026", "mode": "change"}
        assert client.post(url("schooling", lina.pk), data).status_code == 302
        assert [row.level for row in Enrolment.objects.order_by("since_on")] == ["ce1", "ce2"]
        both = client.post(url("schooling", lina.pk), {**data, "other_school": "Autre"})
        assert "de la liste, ou écrivez-en un autre" in text_of(both)


class TestCoordinatorsPages:
    @pytest.fixture
    def check(self, lina: Child) -> DuplicateCheck:
        twin = make_child("Lyna", "Fictif", languages="arabe")
        return DuplicateCheck.objects.create(child=lina, other=twin, found_at=lina.created_at)

    def test_two_files_are_compared_united_and_separated(
        self, lina: Child, check: DuplicateCheck, browse: Callable[[User], Client]
    ) -> None:
        client = browse(professional("coordinator"))
        assert "Lyna Fictif" in text_of(client.get(url("twins")))
        assert client.get(url("compare", check.pk)).status_code == 200
        assert client.post(url("compare", check.pk), {"kept": lina.pk}).status_code == 200
        data = {"kept": lina.pk, "reason": "La mère l’a confirmé"}
        assert client.post(url("compare", check.pk), data).status_code == 302
        merge = Merge.objects.get()
        assert (merge.kept, merge.merged) == (lina, check.other)
        shown = text_of(client.get(url("file", lina.pk)))
        assert "La mère l’a confirmé" in shown
        assert client.get(url("compare", check.pk)).status_code == 404
        assert client.post(url("separate", merge.pk)).status_code == 302
        assert Child.objects.alone().count() == 2

    def test_two_children_are_told_apart(
        self, lina: Child, check: DuplicateCheck, browse: Callable[[User], Client]
    ) -> None:
        assert browse(professional("secretary")).post(url("distinct", check.pk)).status_code == 403
        client = browse(professional("coordinator"))
        assert client.post(url("distinct", check.pk)).status_code == 302
        assert "Aucun doublon" in text_of(client.get(url("twins")))

    def test_september_with_exceptions_of_several_levels(
        self, lina: Child, browse: Callable[[User], Client]
    ) -> None:
        rows = {}
        for name, level in (("Un", Level.CP), ("Deux", Level.CP), ("Trois", Level.CM1)):
            rows[name] = enrolled(make_child(name, "Fictif"), level, since_on="2024-09-01")
        client = browse(professional("coordinator"))
        assert "Un Fictif" in text_of(client.get(url("september")))
        other = text_of(client.post(url("september"), {"niveau": ["cp", "cm1"], "reste": rows["Un"].pk}))
        assert "Trois Fictif" in other
        assert "Un Fictif" not in other
        assert f'name="reste" value="{rows["Un"].pk}"' in " ".join(other.split())
        assert not MoveUp.objects.exists()
        picked = {"niveau": "cm1", "reste": rows["Un"].pk, "attend": rows["Trois"].pk, "passer": "1"}
        for _ in range(2):
            assert client.post(url("september"), picked).status_code == 302
        levels = {
            row.child.first_name: row.level
            for row in Enrolment.objects.filter(until_on=None).select_related("child")
        }
        assert levels == {"Un": Level.CP, "Deux": Level.CE1, "Trois": Level.CM1}
        move = MoveUp.objects.get()
        assert "est fait" in text_of(client.get(url("september")))
        assert client.post(url("undo_september", move.pk)).status_code == 302
        assert Enrolment.objects.filter(until_on=None, level=Level.CP).count() == 2

    def test_september_shows_a_level_page_by_page(
        self, lina: Child, browse: Callable[[User], Client]
    ) -> None:
        rows = [
            enrolled(make_child("Un", f"Fictif {n:03}"), Level.CP, since_on="2024-09-01") for n in range(61)
        ]
        client = browse(professional("coordinator"))
        first = text_of(client.get(url("september")))
        assert "Fictif 059" in first
        assert "Fictif 060" not in first
        second = text_of(client.post(url("september"), {"niveau": "cp", "page": "2", "attend": rows[0].pk}))
        assert "Fictif 060" in second
        assert f'name="attend" value="{rows[0].pk}"' in " ".join(second.split())

    def test_the_access_log_says_who_read_and_who_changed(
        self, lina: Child, browse: Callable[[User], Client]
    ) -> None:
        secretary = professional("secretary", first_name="Sacha", last_name="Accueil")
        browse(secretary).get(url("file", lina.pk))
        browse(secretary).get(url("list"))
        data = {
            "form_key": uuid4(),
            "first_name": "Lina",
            "last_name": "Autre",
            "birth_on": "9/3/2016",
            "sex": "f",
        }
        browse(secretary).post(url("edit", lina.pk), data)
        client = browse(professional("coordinator"))
        reads = text_of(client.get(url("access_log", lina.pk)))
        assert "Sacha Accueil" in reads
        assert "Secrétariat du PRE" in reads
        assert "Liste des enfants (avec d’autres enfants)" in reads
        changes = text_of(client.get(url("access_log", lina.pk), {"voir": "modifications"}))
        assert "Identité modifiée" in changes
        assert "nom de famille" in changes
        printed = text_of(client.get(url("print_access_log", lina.pk)))
        assert "Sacha Accueil, secrétariat du pre" in printed
        assert Change.objects.about([lina.pk]).count() == 1
