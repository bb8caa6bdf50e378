"""What a contract shares with an organisation: seen by its workers as it is said, while it holds."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from core.children.models import Child
from core.journal.models import ReadLine
from core.partners.models import Agreement, Organisation
from core.pathways.enums import Part
from core.pathways.models import Contract, ContractSharing, Pathway
from core.pathways.operations import amendments, contracts
from core.pathways.operations.contracts import Sharing
from core.people.enums import Role
from core.people.models import CharterSignature, RoleAssignment, User
from tenants.context import Place
from tests.conftest import client_of
from tests.core.partners import making as network
from tests.core.pathways import living, making
from tests.core.pathways.making import NOW, TODAY, Entry
from tests.core.pathways.test_families import queries

SignIn = Callable[[Client, Place, object], Client]
URL = "/partages/"
WORDS = "Le prénom et les jours de venue."
pytestmark = pytest.mark.usefixtures("in_town_a")


def shared(organisation: Organisation) -> Entry:
    """A child whose contract in force names the organisation."""
    entry = Entry(sealed=False)
    contracts.correct_contract(
        contract=entry.contract, sharings=[Sharing(organisation, WORDS)], by=entry.coordinator, at=NOW
    )
    entry.contract = contracts.seal_contract(contract=entry.contract, by=entry.coordinator, at=NOW)
    return entry


def signed(entry: Entry) -> Entry:
    for part in Part:
        entry.sign(part)
    return entry


@pytest.fixture
def partner() -> Organisation:
    return network.agreement(ends_on=None).organisation


@pytest.fixture
def worker(partner: Organisation) -> User:
    return network.worker(partner)


def seen(user: User) -> int:
    return ContractSharing.objects.visible_to(User.objects.get(pk=user.pk), at=NOW).count()


def test_a_contract_shares_from_its_fourth_signature_on(partner: Organisation, worker: User) -> None:
    entry = shared(partner)
    assert seen(worker) == 0
    signed(entry)
    assert seen(worker) == 1
    assert not Child.objects.visible_to(worker, at=NOW).exists()
    assert not Contract.objects.visible_to(worker).exists()


def test_another_organisation_and_another_role_see_nothing(partner: Organisation, worker: User) -> None:
    signed(shared(partner))
    other = network.worker(network.agreement(ends_on=None).organisation)
    assert seen(other) == 0
    assert seen(network.worker(partner, Role.STEERING)) == 0
    assert seen(making.user(Role.PARTNER_WORKER)) == 0
    assert seen(worker) == 1


def end_agreement(worker: User) -> None:
    Agreement.objects.update(ended_on=TODAY - timedelta(days=1))


def end_pathway(worker: User) -> None:
    living.end(Pathway.objects.get())


def end_role(worker: User) -> None:
    RoleAssignment.objects.filter(user=worker).update(until_on=TODAY - timedelta(days=1))


def end_organisation(worker: User) -> None:
    Organisation.objects.update(active=False)


@pytest.mark.parametrize("end", [end_agreement, end_pathway, end_role, end_organisation])
def test_it_ends_with_each_link(end: Callable[[User], None], partner: Organisation, worker: User) -> None:
    signed(shared(partner))
    assert seen(worker) == 1
    end(worker)
    assert seen(worker) == 0


def test_without_the_charter_nothing_is_seen(partner: Organisation, worker: User) -> None:
    signed(shared(partner))
    unsigned = making.user(Role.PARTNER_WORKER, signed=False)
    User.objects.filter(pk=unsigned.pk).update(organisation_code=partner.code)
    assert not CharterSignature.objects.filter(user=unsigned).exists()
    assert (seen(unsigned), seen(worker)) == (0, 1)


def test_an_amendment_that_no_longer_names_it_ends_it_once_signed(
    partner: Organisation, worker: User
) -> None:
    entry = signed(shared(partner))
    draft = amendments.propose_amendment(pathway=Pathway.objects.get(), by=entry.coordinator, at=NOW)
    contracts.correct_contract(contract=draft, sharings=[], by=entry.coordinator, at=NOW)
    entry.contract = contracts.seal_contract(contract=draft, by=entry.coordinator, at=NOW)
    for part in list(Part)[:3]:
        entry.sign(part)
    assert seen(worker) == 1
    entry.sign(Part.REFERENT)
    assert seen(worker) == 0


def test_the_page_says_it_in_the_contracts_words_and_no_more(
    partner: Organisation, worker: User, in_town_a: Place, sign_in: SignIn
) -> None:
    entry = signed(shared(partner))
    shown = sign_in(client_of(in_town_a), in_town_a, worker).get(URL).content.decode()
    assert WORDS in shown
    assert entry.child.first_name in shown
    assert entry.child.last_name not in shown
    assert "Lire avec plaisir" not in shown
    line = ReadLine.objects.get(page="partages")
    assert (line.actor, line.shown, line.reason) == (worker, [entry.child.pk], "sharing")
    stranger = sign_in(client_of(in_town_a), in_town_a, making.user(Role.PARTNER_WORKER))
    assert WORDS not in stranger.get(URL).content.decode()


# --- pages cost the same for few and for many ------------------------------------------------------


@pytest.mark.parametrize("who", ["coordinator", "worker"])
def test_lists_ask_no_more_for_many(
    who: str, partner: Organisation, worker: User, in_town_a: Place, sign_in: SignIn
) -> None:
    entry = signed(shared(partner))
    url = "/orientations/" if who == "coordinator" else URL
    user = entry.coordinator if who == "coordinator" else worker
    for child in (making.child(), making.child()):
        making.received(child, entry.coordinator)
    client = sign_in(client_of(in_town_a), in_town_a, user)
    few = queries(client, url)
    for _ in range(3):
        signed(shared(partner))
    for _ in range(20):
        making.received(making.child(), entry.coordinator)
    assert queries(client, url) == few


def test_pages_about_one_child_ask_no_more_when_much_was_noted(in_town_a: Place, sign_in: SignIn) -> None:
    entry = signed(Entry())
    client = sign_in(client_of(in_town_a), in_town_a, entry.coordinator)
    urls = [
        f"/orientations/{entry.referral.pk}/",
        f"/contrats/{entry.contract.pk}/",
        f"/enfants/{entry.child.pk}/",
    ]
    few = [queries(client, url) for url in urls]
    for _ in range(12):
        making.received(making.child(), entry.coordinator)
        entry.referral.contacts.create(kind="call", on=TODAY, by=entry.coordinator, noted_at=timezone.now())
    assert [queries(client, url) for url in urls] == few
