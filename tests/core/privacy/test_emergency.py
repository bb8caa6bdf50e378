"""Emergency access: with a reason, for minutes, told to the coordination, reviewed by another."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.children import access
from core.children.access import Scope
from core.children.models import Child
from core.journal.models import Change, ReadLine
from core.people.enums import TOWN_ROLES, Role
from core.people.models import User
from core.privacy.models import EmergencyAccess
from core.privacy.operations import emergency as operations
from core.privacy.operations.emergency import CannotOpenEmergencyError, CannotReviewError
from core.privacy.permissions import EMERGENCY_ROLES
from tenants.context import Place
from tests.conftest import client_of
from tests.core.children.factories import AT, make_child, member, professional

WHY = "La maîtresse appelle, la famille est injoignable."
MINUTE = timedelta(minutes=1)


@pytest.fixture
def lina(in_town_a: Place) -> Child:
    return make_child("Lina", "Fictif", own_words="J’aime nager.")


@pytest.fixture
def reader(in_town_a: Place) -> User:
    return professional("team_member")


@pytest.fixture
def coordinator(in_town_a: Place) -> User:
    return professional("coordinator", email="coordination@essai.invalid")


def opened(by: User, child: Child, **more: Any) -> EmergencyAccess:
    return operations.open_emergency(**{"by": by, "at": AT, "child": child, "reason": WHY, **more})


class TestOpen:
    def test_it_opens_the_whole_file_of_one_child_for_minutes(self, lina: Child, reader: User) -> None:
        make_child("Malo")
        seen = Child.objects.visible_to
        assert not seen(reader, at=AT).exists()
        opened(reader, lina)
        assert list(seen(reader, at=AT, scope=Scope.FILE)) == [lina]
        assert list(seen(reader, at=AT + 59 * MINUTE)) == [lina]
        assert not seen(reader, at=AT + 60 * MINUTE).exists()
        assert not seen(reader, at=AT - MINUTE).exists()
        (reason,) = access.reasons_for(reader, lina, AT)
        assert (reason.code, reason.edits) == ("emergency", False)
        assert not seen(professional("team_member"), at=AT).exists()

    def test_it_opens_before_the_parents_have_agreed_too(
        self, lina: Child, reader: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(access, "_gates", [lambda at: Child.objects.values("pk")])
        opened(reader, lina)
        assert Child.objects.visible_to(reader, at=AT).exists()

    def test_the_town_sets_the_minutes(
        self, in_town_a: Place, lina: Child, reader: User, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(in_town_a.config, "access", {"emergency_minutes": 10})
        assert opened(reader, lina).ends_at == AT + 10 * MINUTE

    def test_the_coordination_is_told_without_a_name(
        self, lina: Child, reader: User, coordinator: User
    ) -> None:
        made = opened(reader, lina)
        (letter,) = mail.outbox
        assert letter.to == ["coordination@essai.invalid"]
        text = f"{letter.subject} {letter.body}"
        assert "accès d’urgence" in text
        assert f"/urgences/{made.pk}/" in text
        for word in ("Lina", "Fictif", "maîtresse", reader.full_name):
            assert word not in text
        assert Change.objects.get().act == "privacy.open_emergency"

    def test_a_double_click_opens_and_tells_once(self, lina: Child, reader: User, coordinator: User) -> None:
        assert opened(reader, lina) == opened(reader, lina)
        assert len(mail.outbox) == 1
        again = opened(reader, lina, at=AT + timedelta(hours=2))
        assert EmergencyAccess.objects.count() == 2
        assert again.opened_at == AT + timedelta(hours=2)

    @pytest.mark.parametrize("role", sorted(TOWN_ROLES))
    def test_by_role(self, lina: Child, role: str) -> None:
        user = professional(role)
        if role in EMERGENCY_ROLES:
            assert opened(user, lina).pk
        else:
            with pytest.raises(CannotOpenEmergencyError):
                opened(user, lina)

    def test_not_without_the_charter(self, lina: Child, reader: User) -> None:
        with pytest.raises(CannotOpenEmergencyError):
            opened(member("team_member"), lina)
        assert opened(reader, lina).pk

    @pytest.mark.parametrize("reason", ["", "   ", "urgent", "n° 1 85 05 78 006 084 91 à retenir"])
    def test_a_reason_is_a_sentence_without_a_nir(self, lina: Child, reader: User, reason: str) -> None:
        with pytest.raises(ValidationError):
            opened(reader, lina, reason=reason)
        assert not EmergencyAccess.objects.exists()

    def test_it_can_be_closed_before_its_time(self, lina: Child, reader: User) -> None:
        made = opened(reader, lina)
        operations.close_emergency(by=reader, at=AT + MINUTE, access=made)
        assert not Child.objects.visible_to(reader, at=AT + 2 * MINUTE).exists()
        operations.close_emergency(by=reader, at=AT + 3 * MINUTE, access=made)
        made.refresh_from_db()
        assert made.closed_at == AT + MINUTE


class TestFind:
    def find(self, by: User, first: str = "lina", last: str = "FICTIF", **more: Any) -> Child:
        birth = more.pop("birth_on", date(2016, 3, 9))
        return operations.find_child(by=by, at=AT, first_name=first, last_name=last, birth_on=birth, **more)

    def test_the_one_child_of_that_name_and_birth_date(self, lina: Child, reader: User) -> None:
        make_child("Malo", "Fictif")
        assert self.find(reader) == lina
        assert self.find(reader, "Lyna") == lina
        assert not Change.objects.exists()

    @pytest.mark.parametrize("wrong", [{"first": "Malo"}, {"last": "Autre"}, {"birth_on": date(2016, 3, 10)}])
    def test_anything_else_is_a_miss_that_is_logged(
        self, lina: Child, reader: User, wrong: dict[str, Any]
    ) -> None:
        with pytest.raises(CannotOpenEmergencyError, match="Aucun dossier"):
            self.find(reader, **wrong)
        assert Change.objects.get().act == "privacy.emergency_not_found"

    def test_two_of_the_same_are_nobody(self, lina: Child, reader: User) -> None:
        make_child("Lina", "Fictif")
        with pytest.raises(CannotOpenEmergencyError):
            self.find(reader)

    def test_guessing_ends_after_five_misses(self, lina: Child, reader: User) -> None:
        for _ in range(5):
            with pytest.raises(CannotOpenEmergencyError, match="Aucun dossier"):
                self.find(reader, "Inconnue")
        with pytest.raises(CannotOpenEmergencyError, match="Trop de recherches"):
            self.find(reader)
        assert self.find(professional("team_member")) == lina


class TestReview:
    def review(self, by: User, made: EmergencyAccess, **more: Any) -> None:
        values = {"justified": True, "review": "", **more}
        operations.review_emergency(by=by, at=AT, access=made, **values)

    def test_another_person_reviews_once(self, lina: Child, coordinator: User) -> None:
        both = professional("referent", "coordinator")
        made = opened(both, lina)
        with pytest.raises(CannotReviewError, match="quelqu’un d’autre"):
            self.review(both, made)
        self.review(coordinator, made)
        with pytest.raises(CannotReviewError, match="déjà revu"):
            self.review(coordinator, made)
        assert not EmergencyAccess.objects.to_review().exists()

    def test_what_is_not_justified_wants_words(self, lina: Child, reader: User, coordinator: User) -> None:
        made = opened(reader, lina)
        with pytest.raises(ValidationError):
            self.review(coordinator, made, justified=False, review=" ")
        self.review(coordinator, made, justified=False, review="Entretien fixé")
        made.refresh_from_db()
        assert (made.justified, made.reviewed_by) == (False, coordinator)

    @pytest.mark.parametrize("values", [{"reviewed_at": AT}, {"ends_at": AT}, {"reason": ""}])
    def test_the_database_holds_it_too(self, lina: Child, reader: User, values: dict[str, Any]) -> None:
        made = opened(reader, lina)
        with pytest.raises(IntegrityError), transaction.atomic():
            EmergencyAccess.objects.filter(pk=made.pk).update(**values)


class TestPages:
    @pytest.fixture
    def browse(
        self, in_town_a: Place, sign_in: Callable[[Client, Place, object], Client]
    ) -> Callable[[User], Client]:
        return lambda user: sign_in(client_of(in_town_a), in_town_a, user)

    def url(self, name: str, *args: int) -> str:
        return reverse(name, urlconf="reussite.urls_town", args=args)

    def test_a_team_member_names_the_child_and_reads_the_file(
        self, lina: Child, reader: User, browse: Callable[[User], Client]
    ) -> None:
        client = browse(reader)
        assert client.get(self.url("children:file", lina.pk)).status_code == 404
        assert client.get(self.url("privacy:emergency")).status_code == 200
        data = {"first_name": "Lina", "last_name": "Fictif", "birth_on": "10/3/2016", "reason": WHY}
        missed = client.post(self.url("privacy:emergency"), data)
        assert missed.status_code == 200
        assert "Aucun dossier ne correspond" in missed.content.decode()
        assert client.post(self.url("privacy:emergency"), {**data, "birth_on": "9/3/2016"}).status_code == 302
        shown = client.get(self.url("children:file", lina.pk)).content.decode()
        assert "J’aime nager." in shown
        assert "Ce dossier vous est ouvert jusqu’au" in shown
        assert ReadLine.objects.get(child_id=lina.pk).reason == "emergency"
        assert client.get(self.url("children:edit", lina.pk)).status_code == 403
        made = EmergencyAccess.objects.get()
        assert client.post(self.url("privacy:close_emergency", made.pk)).status_code == 302
        assert client.get(self.url("children:file", lina.pk)).status_code == 404

    def test_who_sees_the_identity_opens_from_the_file(
        self, lina: Child, browse: Callable[[User], Client]
    ) -> None:
        client = browse(professional("secretary"))
        address = self.url("privacy:emergency_child", lina.pk)
        assert address in client.get(self.url("children:file", lina.pk)).content.decode()
        assert client.get(address).status_code == 200
        assert client.post(address, {"reason": "vite"}).status_code == 200
        assert client.post(address, {"reason": WHY}).status_code == 302
        assert "J’aime nager." in client.get(self.url("children:file", lina.pk)).content.decode()

    @pytest.mark.parametrize("role", sorted(TOWN_ROLES))
    def test_pages_by_role(self, lina: Child, browse: Callable[[User], Client], role: str) -> None:
        made = opened(professional("secretary"), lina, at=timezone.now())
        client = browse(professional(role))
        opens = client.get(self.url("privacy:emergency")).status_code
        assert opens == (200 if role in EMERGENCY_ROLES else 403)
        for address in (self.url("privacy:emergencies"), self.url("privacy:review", made.pk)):
            assert client.get(address).status_code == (200 if role == Role.COORDINATOR else 403)
        close = client.post(self.url("privacy:close_emergency", made.pk)).status_code
        assert close == (404 if role in EMERGENCY_ROLES else 403)

    def test_the_coordinator_reviews(
        self, lina: Child, reader: User, coordinator: User, browse: Callable[[User], Client]
    ) -> None:
        made = opened(reader, lina)
        client = browse(coordinator)
        assert "À revoir" in client.get(self.url("privacy:emergencies")).content.decode()
        address = self.url("privacy:review", made.pk)
        assert client.post(address, {"justified": "no"}).status_code == 200
        assert client.post(address, {"justified": "yes"}).status_code == 302
        assert "Justifié" in client.get(self.url("privacy:emergencies")).content.decode()
        assert client.get(address).status_code == 200
