"""Brothers and sisters together: written once, and each child keeps its own rows, gate, contract and PDF."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.children.enums import Authority, Link
from core.children.models import Child, Guardian, Guardianship
from core.journal.models import ReadLine
from core.pathways import documents, families
from core.pathways.enums import Part
from core.pathways.models import Contact, ParentalAgreement, Referral, Signature
from core.pathways.operations import families as operations
from core.pathways.operations.signing import CannotSign
from core.people.enums import Role
from core.people.models import User
from core.ui.signatures import Signature as Drawn
from tenants.context import Place
from tests.conftest import client_of
from tests.core.pathways import making
from tests.core.pathways.making import NOW, TODAY, Entry

SignIn = Callable[[Client, Place, object], Client]


@pytest.fixture
def browse(in_town_a: Place, sign_in: SignIn) -> Callable[[User], Client]:
    return lambda user: sign_in(client_of(in_town_a), in_town_a, user)


def share(adult: Guardian, child: Child, authority: Authority = Authority.JOINT) -> None:
    Guardianship.objects.create(
        child=child, guardian=adult, link=Link.MOTHER, authority=authority, starts_on=TODAY.replace(year=2020)
    )


class Siblings:
    """Children of one mother, each with a referral that its coordinator received."""

    def __init__(self, count: int = 2) -> None:
        self.coordinator = making.user(Role.COORDINATOR)
        self.children = [making.child(first_name=f"Enfant{number}") for number in range(count)]
        self.mother = making.guardian(self.children[0])
        for child in self.children[1:]:
            share(self.mother, child)
        self.referrals = [making.received(child, self.coordinator) for child in self.children]

    def url(self, name: str) -> str:
        return f"/enfants/{self.children[0].pk}/{name}/"

    def ids(self) -> list[str]:
        return [str(item.pk) for item in self.referrals]


def to_sign(count: int = 2) -> list[Entry]:
    """Sealed contracts of brothers and sisters: the first entry's mother is everybody's."""
    entries = [Entry() for _ in range(count)]
    for entry in entries[1:]:
        share(entries[0].guardian, entry.child)
    return entries


def referral_values(**more: Any) -> dict[str, Any]:
    return {
        "form_key": str(uuid4()),
        "source": making.term("referral_source", "ecole", "school").pk,
        "motives": [making.term("motive", "apprentissages", "learning").pk],
        "facts": "Fatigue en classe.",
        "parents_informed": "yes",
        **more,
    }


def lines(*names: str) -> dict[str, str]:
    values = {"fratrie-TOTAL_FORMS": "3", "fratrie-INITIAL_FORMS": "0"}
    for number, name in enumerate(names):
        values |= {f"fratrie-{number}-first_name": name, f"fratrie-{number}-last_name": "Exemple"}
    return values


class TestReferral:
    def test_named_children_get_a_referral_each(self, browse: Callable[[User], Client]) -> None:
        user = making.user(Role.PARTNER_WORKER)
        values = referral_values(stated_first_name="Malo", stated_last_name="Exemple", **lines("Lina", "Tom"))
        client = browse(user)
        for _ in range(2):  # a second press sends nothing
            assert client.post("/orientations/nouvelle/", values).status_code == 302
        sent = list(Referral.objects.order_by("pk"))
        assert [item.stated_first_name for item in sent] == ["Malo", "Lina", "Tom"]
        assert {(item.state, item.facts, item.child_id, item.referrer) for item in sent} == {
            ("received", "Fatigue en classe.", None, user)
        }
        assert len({item.together for item in sent}) == 1
        assert all(item.motives.count() == 1 for item in sent)

    def test_a_line_half_written_is_asked_again_and_nothing_is_sent(
        self, browse: Callable[[User], Client]
    ) -> None:
        values = referral_values(stated_first_name="Malo", stated_last_name="Exemple", **lines("Lina"))
        values["fratrie-0-last_name"] = ""
        answer = browse(making.user(Role.PARTNER_WORKER)).post("/orientations/nouvelle/", values)
        assert (answer.status_code, Referral.objects.count()) == (200, 0)
        assert 'value="Lina"' in answer.content.decode()

    def test_from_a_file_its_brothers_and_sisters_can_be_ticked(
        self, browse: Callable[[User], Client]
    ) -> None:
        family = Siblings(3)
        Referral.objects.all().delete()
        first, second, third = family.children
        client = browse(family.coordinator)
        shown = client.get(family.url("orienter")).content.decode()
        assert second.full_name in shown
        assert ReadLine.objects.filter(child_id=first.pk, page="pathways:refer_child").exists()
        answer = client.post(family.url("orienter"), referral_values(also=[second.pk]))
        assert answer.status_code == 302
        assert set(Referral.objects.values_list("child", flat=True)) == {first.pk, second.pk}
        assert not Referral.objects.filter(child=third).exists()

    def test_a_child_who_is_no_sibling_cannot_be_added(self, browse: Callable[[User], Client]) -> None:
        family, stranger = Siblings(), making.child()
        answer = browse(family.coordinator).post(family.url("orienter"), referral_values(also=[stranger.pk]))
        assert answer.status_code == 200
        assert not Referral.objects.filter(child=stranger).exists()

    def test_a_partner_reaches_no_file_by_referring(self, browse: Callable[[User], Client]) -> None:
        family = Siblings()
        assert browse(making.user(Role.PARTNER_WORKER)).get(family.url("orienter")).status_code == 404
        assert browse(family.coordinator).get(family.url("orienter")).status_code == 200


class TestVisit:
    def values(self, children: list[str]) -> dict[str, Any]:
        note = {"kind": "visit", "on": "hier", "reached": "on", "note": "Café partagé."}
        return {"form_key": str(uuid4()), "children": children, **note}

    def test_one_visit_is_in_the_file_of_each_chosen_child_once(
        self, browse: Callable[[User], Client]
    ) -> None:
        family = Siblings(3)
        client, values = browse(family.coordinator), self.values(family.ids()[:2])
        assert all(name in client.get(family.url("famille/visite")).content.decode() for name in family.ids())
        for _ in range(2):
            assert client.post(family.url("famille/visite"), values).status_code == 302
        noted = Contact.objects.order_by("referral_id").values_list("referral_id", "note")
        assert list(noted) == [(item.pk, "Café partagé.") for item in family.referrals[:2]]
        assert set(Referral.objects.values_list("state", flat=True)) == {"contacted", "received"}

    def test_who_is_charged_of_one_child_logs_for_that_one(self, browse: Callable[[User], Client]) -> None:
        family, other = Siblings(), making.user(Role.REFERENT)
        assert browse(other).get(family.url("famille/visite")).status_code == 404
        Referral.objects.filter(pk=family.referrals[0].pk).update(contact_person=other)
        client = browse(other)
        shown = client.get(family.url("famille/visite")).content.decode()
        assert family.children[1].full_name not in shown
        assert client.post(family.url("famille/visite"), self.values(family.ids())).status_code == 200
        assert not Contact.objects.exists()
        assert client.post(family.url("famille/visite"), self.values(family.ids()[:1])).status_code == 302

    def test_nobody_ticked_is_said(self, browse: Callable[[User], Client]) -> None:
        family = Siblings()
        answer = browse(family.coordinator).post(family.url("famille/visite"), self.values([]))
        assert "Cochez au moins un enfant." in answer.content.decode()


class TestAgreement:
    def values(self, family: Siblings, **more: Any) -> dict[str, Any]:
        said = {"kind": "oral", "guardian": family.mother.pk, "said_on": "hier", "how": "call"}
        return {"form_key": str(uuid4()), "children": family.ids(), **said, **more}

    def test_one_line_opens_each_gate(self, browse: Callable[[User], Client]) -> None:
        family = Siblings()
        client, values = browse(family.coordinator), self.values(family)
        for _ in range(2):
            assert client.post(family.url("famille/accord"), values).status_code == 302
        said = ParentalAgreement.objects.order_by("referral_id").values_list("referral_id", "guardian_id")
        assert list(said) == [(item.pk, family.mother.pk) for item in family.referrals]
        assert set(Referral.objects.values_list("state", flat=True)) == {"agreed"}

    def test_an_adult_who_is_around_one_child_alone_answers_for_that_one(
        self, browse: Callable[[User], Client]
    ) -> None:
        family = Siblings()
        father = making.guardian(family.children[0], link=Link.FATHER)
        client = browse(family.coordinator)
        refused = client.post(family.url("famille/accord"), self.values(family, guardian=father.pk))
        assert "décochez cet enfant" in refused.content.decode()
        assert not ParentalAgreement.objects.exists()
        one = self.values(family, guardian=father.pk, children=family.ids()[:1])
        assert client.post(family.url("famille/accord"), one).status_code == 302
        assert ParentalAgreement.objects.get().guardian == father

    def test_all_of_it_or_none(self, in_town_a: Place) -> None:
        family = Siblings()
        Referral.objects.filter(pk=family.referrals[1].pk).update(child=None)
        with pytest.raises(operations.CannotMove, match="Reliez d’abord"):
            operations.record_agreements(
                referrals=list(Referral.objects.order_by("pk")),
                kind="oral",  # type: ignore[arg-type]
                said_on=TODAY,
                said_by="La mère",
                how="call",  # type: ignore[arg-type]
                by=family.coordinator,
                at=NOW,
            )
        assert not ParentalAgreement.objects.exists()


class TestSigningSession:
    def values(self, entries: list[Entry], signer: str = "") -> dict[str, Any]:
        values: dict[str, Any] = {
            "form_key": str(uuid4()),
            "guardian": entries[0].guardian.pk,
            "language": "français",
        }
        for entry in entries:
            name = f"contrat-{entry.contract.pk}"
            values |= {f"{name}_name": signer or entries[0].guardian.full_name, f"{name}_consent": "on"}
        return values

    def url(self, entries: list[Entry]) -> str:
        return f"/enfants/{entries[0].child.pk}/famille/signatures/"

    def test_each_contract_gets_its_own_signature_and_paper(self, browse: Callable[[User], Client]) -> None:
        entries = to_sign()
        client, values = browse(entries[0].coordinator), self.values(entries)
        shown = client.get(self.url(entries)).content.decode()
        for entry in entries:
            assert f"Je suis d’accord avec le contrat de {entry.child.full_name}" in shown
        for _ in range(2):
            assert client.post(self.url(entries), values).status_code == 302
        signed = Signature.objects.order_by("contract_id").values_list("contract_id", "sealed_hash", "part")
        assert list(signed) == [(item.contract.pk, item.contract.sealed_hash, "family") for item in entries]
        papers = {documents.contract_pdf(item.contract) for item in entries}
        assert len(papers) == 2
        assert "rien à signer" in client.get(self.url(entries)).content.decode()

    def test_one_may_be_signed_and_not_the_other(self, browse: Callable[[User], Client]) -> None:
        entries = to_sign()
        client = browse(entries[0].coordinator)
        nothing = {"form_key": str(uuid4()), "guardian": entries[0].guardian.pk, "language": "français"}
        assert "Signez au moins un contrat" in client.post(self.url(entries), nothing).content.decode()
        values = self.values(entries[:1])
        for _ in range(2):
            assert client.post(self.url(entries), values).status_code == 302
        assert Signature.objects.get().contract == entries[0].contract

    def test_without_consent_nothing_is_signed(self, browse: Callable[[User], Client]) -> None:
        entries = to_sign()
        values = self.values(entries)
        del values[f"contrat-{entries[1].contract.pk}_consent"]
        assert browse(entries[0].coordinator).post(self.url(entries), values).status_code == 200
        assert not Signature.objects.exists()

    def test_who_decides_for_one_child_signs_for_that_one(self, browse: Callable[[User], Client]) -> None:
        entries = to_sign()
        father = making.guardian(entries[0].child)
        share(father, entries[1].child, Authority.EXERCISE_WITHDRAWN)
        client = browse(entries[0].coordinator)
        values = {**self.values(entries, father.full_name), "guardian": father.pk}
        assert "n’exerce pas l’autorité" in client.post(self.url(entries), values).content.decode()
        with pytest.raises(CannotSign, match=entries[1].child.full_name):
            operations.sign_for_family(
                drawn=[(entry.contract, Drawn(name=father.full_name)) for entry in entries],
                guardian=father,
                language="français",
                interpreter="",
                by=entries[0].coordinator,
                at=NOW,
            )
        assert not Signature.objects.exists()
        one = {**self.values(entries[:1], father.full_name), "guardian": father.pk}
        assert client.post(self.url(entries), one).status_code == 302

    def test_a_referent_signs_for_the_children_that_are_theirs(
        self, browse: Callable[[User], Client]
    ) -> None:
        entries = to_sign()
        shown = browse(entries[0].referent).get(self.url(entries)).content.decode()
        assert entries[0].child.full_name in shown
        assert entries[1].child.full_name not in shown

    def test_signed_parts_do_not_come_back(self, in_town_a: Place) -> None:
        entries = to_sign()
        entries[1].sign(Part.CHILD)
        entries[0].sign(Part.FAMILY)
        children = [entry.child for entry in entries]
        waiting = families.to_sign(children, entries[0].coordinator, TODAY)
        assert [item.contract for item in waiting] == [entries[1].contract]


def queries(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url).status_code == 200
    return sum("tenants_" not in query["sql"] for query in captured)


@pytest.mark.parametrize("name", ["famille", "famille/visite", "famille/accord", "orienter"])
def test_the_pages_of_a_family_ask_no_more_for_many(name: str, browse: Callable[[User], Client]) -> None:
    few, many = Siblings(2), Siblings(9)
    client = browse(few.coordinator)
    assert queries(client, few.url(name)) == queries(client, many.url(name))


def test_a_signing_session_asks_no_more_for_many(browse: Callable[[User], Client]) -> None:
    few, many = to_sign(2), to_sign(5)
    client = browse(few[0].coordinator)
    url = "/enfants/{}/famille/signatures/"
    assert queries(client, url.format(few[0].child.pk)) == queries(client, url.format(many[0].child.pk))
