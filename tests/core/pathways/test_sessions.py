"""The roll-call, saved once and never overwritten; what a provider is owed, never beyond the agreement."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.children.models import Child
from core.journal.models import Change, ReadLine
from core.pathways import balance
from core.pathways.enums import Presence
from core.pathways.models import Action, Attendance, Participation, ServiceDone, Session
from core.pathways.operations import actions, sessions
from core.pathways.operations.sessions import RollChanged
from core.pathways.operations.transitions import CannotMove
from core.people.enums import Role
from tenants.context import Place
from tests.conftest import client_of
from tests.core.partners import making as partners
from tests.core.pathways import making
from tests.core.pathways.living import Life, association, group, guest, join, session
from tests.core.pathways.making import NOW, TODAY

pytestmark = pytest.mark.usefixtures("in_town_a")
SignIn = Callable[[Client, Place, object], Client]
HERE, AWAY, EXCUSED = Presence.PRESENT, Presence.ABSENT, Presence.EXCUSED


class Workshop:
    """A group of an association under agreement: a child whose contract shares, one not, one allowed."""

    def __init__(self, **agreed: object) -> None:
        self.association = association(**agreed)
        self.told = Life(shared=[self.association])
        self.coordinator = self.told.coordinator
        self.untold = Life()
        self.action = group(self.coordinator, organisation=self.association, agreement=self.agreement)
        for life in (self.told, self.untold):
            life.searched()
        self.known = join(self.action, self.told, safety="Repart avec sa sœur.")
        self.unknown = join(self.action, self.untold)
        self.guest = guest(self.action, self.coordinator, first_name="Noé")
        self.worker = partners.worker(self.association)

    @property
    def agreement(self):  # type: ignore[no-untyped-def]
        return self.association.agreements.get()

    def session(self, on: date = TODAY, minutes: int = 90) -> Session:
        return session(self.action, self.coordinator, on=on, minutes=minutes)

    def call(self, found: Session, marks: dict[Participation, Presence], seen: int = 0) -> Session:
        return sessions.call_roll(
            session=found,
            marks={row.pk: mark for row, mark in marks.items()},
            seen=seen,
            by=self.worker,
            at=NOW,
        )


def presences(found: Session) -> dict[int, str]:
    return dict(Attendance.objects.filter(session=found).values_list("participation_id", "presence"))


def test_the_same_roll_sent_twice_is_noted_once() -> None:
    shop = Workshop()
    found = shop.session()
    for _ in range(2):
        held = shop.call(found, {shop.known: HERE, shop.guest: AWAY})
    assert (held.state, held.version) == ("held", 1)
    assert presences(found) == {shop.known.pk: "present", shop.guest.pk: "absent"}
    assert Change.objects.filter(act="pathways.presence_noted").count() == 2
    assert set(Change.objects.filter(act="pathways.presence_noted").values_list("child_id", flat=True)) == {
        shop.told.child.pk,
        shop.guest.child_id,
    }


def test_an_older_page_overwrites_nothing() -> None:
    shop = Workshop()
    found = shop.session()
    shop.call(found, {shop.known: HERE})
    with pytest.raises(RollChanged, match="Rien n’est écrasé"):
        shop.call(found, {shop.known: AWAY}, seen=0)
    assert presences(found) == {shop.known.pk: "present"}
    shop.call(found, {shop.known: EXCUSED}, seen=1)
    assert presences(found) == {shop.known.pk: "excused"}


def test_the_roll_is_called_on_the_day_and_of_those_who_take_part() -> None:
    shop, other = Workshop(), Workshop()
    with pytest.raises(CannotMove, match="à venir"):
        shop.call(shop.session(on=TODAY + timedelta(days=1)), {shop.known: HERE})
    found = shop.session()
    with pytest.raises(CannotMove, match="pas de cette séance"):
        shop.call(found, {other.known: HERE})
    actions.leave(participation=shop.guest, on=TODAY - timedelta(days=2), by=shop.coordinator, at=NOW)
    with pytest.raises(CannotMove, match="pas de cette séance"):
        shop.call(found, {shop.guest: HERE})
    assert shop.call(found, {shop.known: HERE}).state == "held"


def test_the_database_takes_no_presence_of_another_action_or_before_the_session() -> None:
    shop, other = Workshop(), Workshop()
    found = shop.session()
    with pytest.raises(DatabaseError, match="séance tenue"), transaction.atomic():
        Attendance.objects.create(session=found, participation=shop.known, presence=HERE)
    shop.call(found, {shop.known: HERE})
    with pytest.raises(DatabaseError, match="séance tenue"), transaction.atomic():
        Attendance.objects.create(session=found, participation=other.known, presence=HERE)
    assert Attendance.objects.create(session=found, participation=shop.guest, presence=HERE).pk


def test_a_session_is_cancelled_with_a_reason_and_no_roll_is_called() -> None:
    shop = Workshop()
    found = shop.session()
    with pytest.raises(CannotMove, match="pourquoi"):
        sessions.cancel_session(session=found, because=" ", by=shop.coordinator, at=NOW)
    sessions.cancel_session(session=found, because="Neige.", by=shop.coordinator, at=NOW)
    with pytest.raises(CannotMove, match="Annulée"):
        shop.call(found, {shop.known: HERE})


def test_service_done_follows_the_price_and_stays_within_the_amount() -> None:
    shop = Workshop(unit_price=Decimal("40"), unit="heure", amount=Decimal("100"))
    first, second = shop.session(), shop.session()
    with pytest.raises(CannotMove, match="Notez d’abord"):
        sessions.confirm_service(session=first, quantity=Decimal(1), by=shop.coordinator, at=NOW)
    for found in (first, second):
        shop.call(found, {shop.known: HERE})
    assert balance.suggested_quantity(first, shop.agreement) == Decimal("1.50")
    done = sessions.confirm_service(session=first, quantity=Decimal("1.5"), by=shop.coordinator, at=NOW)
    assert sessions.confirm_service(session=first, quantity=Decimal(2), by=shop.coordinator, at=NOW) == done
    assert (done.amount, balance.left_of(shop.agreement)) == (Decimal("60.00"), Decimal("40.00"))
    with pytest.raises(CannotMove, match="dépassé"):
        sessions.confirm_service(session=second, quantity=Decimal("1.5"), by=shop.coordinator, at=NOW)
    sessions.confirm_service(session=second, quantity=Decimal(1), by=shop.coordinator, at=NOW)
    assert balance.left_of(shop.agreement) == 0
    sessions.withdraw_service(session=second, by=shop.coordinator, at=NOW)
    assert balance.left_of(shop.agreement) == Decimal("40.00")


def test_no_service_outside_the_agreement_nor_without_a_price() -> None:
    shop = Workshop()
    found = shop.session()
    shop.call(found, {shop.known: HERE})
    with pytest.raises(CannotMove, match="prix unitaire"):
        sessions.confirm_service(session=found, quantity=Decimal(1), by=shop.coordinator, at=NOW)
    priced = Workshop(unit_price=Decimal("40"), unit="séance", ends_on=TODAY - timedelta(days=1))
    late = priced.session()
    priced.call(late, {priced.known: HERE})
    with pytest.raises(CannotMove, match="ne couvre pas"):
        sessions.confirm_service(session=late, quantity=Decimal(1), by=priced.coordinator, at=NOW)
    early = priced.session(on=TODAY - timedelta(days=2))
    priced.call(early, {priced.known: HERE})
    assert sessions.confirm_service(session=early, quantity=Decimal(1), by=priced.coordinator, at=NOW).pk


def test_the_database_holds_what_is_owed() -> None:
    shop = Workshop(unit_price=Decimal("40"), unit="séance", amount=Decimal("50"))
    found, other = shop.session(), shop.session()
    values = {
        "agreement": shop.agreement,
        "unit": "séance",
        "unit_price": Decimal("40"),
        "confirmed_by": shop.coordinator,
        "confirmed_at": NOW,
    }
    with pytest.raises(DatabaseError, match="séance tenue"), transaction.atomic():
        ServiceDone.objects.create(session=found, quantity=1, **values)
    for each in (found, other):
        shop.call(each, {shop.known: HERE})
    ServiceDone.objects.create(session=found, quantity=1, **values)
    with pytest.raises(DatabaseError, match="serait dépassé"), transaction.atomic():
        ServiceDone.objects.create(session=other, quantity=1, **values)
    with pytest.raises(DatabaseError, match="retirez-le"), transaction.atomic():
        Session.objects.filter(pk=found.pk).update(minutes=5)


# --- who sees whom ------------------------------------------------------------------------------------


def seen_by(user: object, shop: Workshop) -> set[Participation]:
    return set(Participation.objects.visible_to(user).filter(action=shop.action))  # type: ignore[arg-type]


def test_a_partner_sees_whom_the_contract_shares_or_the_parents_allowed() -> None:
    shop = Workshop()
    assert seen_by(shop.worker, shop) == {shop.known, shop.guest}
    assert not Child.objects.visible_to(shop.worker).exists()
    assert seen_by(shop.coordinator, shop) == {shop.known, shop.unknown, shop.guest}


@pytest.mark.parametrize("ending", ["agreement", "action", "participation", "role", "charter", "left"])
def test_a_partners_sight_ends_with_each_link(ending: str) -> None:
    shop = Workshop()
    yesterday = TODAY - timedelta(days=1)
    if ending == "agreement":
        shop.association.agreements.update(ended_on=date(2026, 1, 2))
    elif ending == "action":
        actions.stop_action(action=shop.action, because="Fin.", on=TODAY, by=shop.coordinator, at=NOW)
    elif ending == "participation":
        for row in (shop.known, shop.guest):
            actions.leave(participation=row, on=yesterday, by=shop.coordinator, at=NOW)
    elif ending == "role":
        shop.worker.assignments.update(until_on=date(2021, 1, 1))
    elif ending == "charter":
        shop.worker = making.user(Role.PARTNER_WORKER, signed=False)
        shop.worker.organisation_code = shop.association.code
    else:
        shop.worker.left_on = date(2026, 1, 2)
    shop.worker.forget_roles()
    assert seen_by(shop.worker, shop) == set()
    assert ending == "participation" or not Action.objects.visible_to(shop.worker).exists()


def test_another_organisation_sees_nothing() -> None:
    shop = Workshop()
    stranger = partners.worker(association())
    assert seen_by(stranger, shop) == set()
    assert not Action.objects.visible_to(stranger).exists()
    for role in (Role.TEAM_MEMBER, Role.STEERING, Role.TOWN_ADMIN, Role.PARTNER_WORKER):
        assert not Action.objects.visible_to(making.user(role)).exists()
        assert not Participation.objects.visible_to(making.user(role)).exists()


def test_an_individual_action_is_the_files() -> None:
    life = Life()
    action = life.action(objective=life.searched())
    assert action in Action.objects.visible_to(life.referent)
    for role in (Role.REFERENT, Role.SECRETARY):
        assert not Action.objects.visible_to(making.user(role)).exists()
    assert action in Action.objects.visible_to(making.user(Role.COORDINATOR))


def test_an_individual_action_of_a_partner_waits_for_the_contract_to_name_it() -> None:
    named, unnamed = association(), association()
    life = Life(shared=[named])
    life.searched()
    shown = life.action(objective=life.objective, organisation=named, worker=None)
    life.action(objective=life.objective, organisation=unnamed, worker=None)
    assert list(Action.objects.visible_to(partners.worker(named))) == [shown]
    assert not Action.objects.visible_to(partners.worker(unnamed)).exists()


# --- the pages ----------------------------------------------------------------------------------------


@pytest.fixture
def open_as(town_a: Place, sign_in: SignIn) -> Callable[[object], Client]:
    return lambda user: sign_in(client_of(town_a), town_a, user)


def address(name: str, pk: int) -> str:
    return reverse(f"pathways:{name}", args=[pk], urlconf="reussite.urls_town")


def test_the_roll_page_gives_first_names_and_tells_how_many_are_hidden(open_as: object) -> None:
    shop = Workshop()
    page = open_as(shop.worker).get(address("roll", shop.session().pk))  # type: ignore[operator]
    text = page.content.decode()
    assert "Aïcha" in text
    assert "Noé" in text
    assert "Repart avec sa sœur." in text
    assert shop.told.child.last_name not in text
    assert shop.guest.child.last_name not in text
    assert shop.untold.child.last_name not in text
    assert "élément que vous ne pouvez pas voir" in text
    line = ReadLine.objects.latest_first()[0]
    assert set(line.shown) == {shop.told.child.pk, shop.guest.child_id}
    assert line.reason == "action"


def test_the_plain_form_saves_once_and_leaves_hidden_names_alone(open_as: object) -> None:
    shop = Workshop()
    found = shop.session()
    client = open_as(shop.worker)  # type: ignore[operator]
    sent = {
        "version": "0",
        f"presence-{shop.known.pk}": "present",
        f"presence-{shop.guest.pk}": "absent",
        f"presence-{shop.unknown.pk}": "absent",
        "presence-999999": "absent",
    }
    for _ in range(2):
        assert client.post(address("roll", found.pk), sent).status_code == 302
    assert presences(found) == {shop.known.pk: "present", shop.guest.pk: "absent"}
    stale = {**sent, f"presence-{shop.known.pk}": "absent"}
    assert client.post(address("roll", found.pk), stale).status_code == 409
    assert presences(found)[shop.known.pk] == "present"


def test_a_stranger_calls_no_roll_and_reads_no_action(open_as: object) -> None:
    shop = Workshop()
    found = shop.session()
    client = open_as(partners.worker(association()))  # type: ignore[operator]
    for name, pk in (("roll", found.pk), ("action", shop.action.pk), ("plan_session", shop.action.pk)):
        assert client.get(address(name, pk)).status_code == 404
        assert client.post(address(name, pk), {}).status_code in (404, 405)
    referent = open_as(shop.told.referent)  # type: ignore[operator]
    assert referent.get(address("action", shop.action.pk)).status_code == 200
    assert referent.post(address("roll", found.pk), {}).status_code == 403
    assert not Attendance.objects.exists()


def test_a_partner_neither_enrols_nor_ends_nor_opens_files(open_as: object) -> None:
    shop = Workshop()
    client = open_as(shop.worker)  # type: ignore[operator]
    for name in ("enrol_guest", "stop_action", "finish_action", "keep_practice"):
        assert client.post(address(name, shop.action.pk), {}).status_code == 403
    assert client.post(address("leave_action", shop.known.pk)).status_code == 403
    assert client.get(address("service_done", shop.session().pk)).status_code == 403
    assert client.get(address("pathway", shop.told.pathway.pk)).status_code == 404
    assert client.get(f"/enfants/{shop.told.child.pk}/").status_code in (403, 404)


def statements(client: Client, url: str) -> int:
    """Without the list of towns, which is asked for again once a second."""
    with CaptureQueriesContext(connection) as asked:
        assert client.get(url).status_code == 200
    return sum('"tenants_' not in query["sql"] for query in asked.captured_queries)


def test_queries_do_not_grow_with_the_group(open_as: object) -> None:
    shop = Workshop()
    found = shop.session()
    client = open_as(shop.worker)  # type: ignore[operator]
    counts: list[int] = []
    for more in (0, 12):
        for number in range(more):
            guest(shop.action, shop.coordinator, first_name=f"Enfant {number}")
            shop.session(on=TODAY - timedelta(days=number))
        for name, pk in (("roll", found.pk), ("action", shop.action.pk)):
            counts.append(statements(client, address(name, pk)))
    assert counts[:2] == counts[2:]
