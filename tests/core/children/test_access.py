"""Which rows: by role against a plain oracle, by dated link, and never without the charter."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.children import access
from core.children.access import EVERYONE, Grant, Reason, Scope
from core.children.models import Child, Guardian, Guardianship
from core.partners.models import Organisation
from core.people.enums import TOWN_ROLES, Role
from core.people.models import RoleAssignment, User
from tenants.context import Place, entered
from tests.core.children.factories import (
    AT,
    TODAY,
    link,
    make_adult,
    make_child,
    person,
    professional,
    sign_charter,
)

LINK = Reason("referent", "Référente de Lina", "Suivre le parcours", Scope.FILE, edits=True)
CALL = Reason("rota", "Permanence", "Répondre au téléphone", Scope.IDENTITY)


def linking(user: User, children: Callable[[], object], reason: Reason = LINK) -> access.Source:
    def source(asking: User, at: datetime) -> list[Grant]:
        return [Grant(reason, children())] if asking == user else []  # type: ignore[arg-type]

    return source


def ids(child: Child) -> Callable[[], object]:
    return lambda: Child.objects.filter(pk=child.pk).values("pk")


def oracle(
    roles: set[str], *, own_staff: bool, charter: bool, linked: bool, scope: Scope
) -> tuple[bool, bool]:
    """Whether the linked child and the other one are seen: the table of domain.md, said once more."""
    if not charter:
        return False, False
    everyone = Role.COORDINATOR in roles
    if scope == Scope.IDENTITY:
        everyone = everyone or Role.SECRETARY in roles or (Role.REFERENT in roles and own_staff)
    return everyone or linked, everyone


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    roles=st.sets(st.sampled_from(sorted(TOWN_ROLES))),
    own_staff=st.booleans(),
    charter=st.booleans(),
    linked=st.booleans(),
    scope=st.sampled_from(Scope),
)
def test_visible_to_agrees_with_the_table_of_roles(
    in_town_a: Place,
    sources: list[access.Source],
    roles: set[str],
    own_staff: bool,
    charter: bool,
    linked: bool,
    scope: Scope,
) -> None:
    user = person(*roles, organisation_code="" if own_staff else "amiss")
    if charter:
        sign_charter(user)
    child, other = make_child(), make_child("Malo")
    sources[:] = [linking(user, ids(child))] if linked else []
    seen = set(Child.objects.visible_to(user, scope=scope, at=AT).values_list("pk", flat=True))
    expected = oracle(roles, own_staff=own_staff, charter=charter, linked=linked, scope=scope)
    assert (child.pk in seen, other.pk in seen) == expected
    for one, is_seen in zip((child, other), expected, strict=True):
        widest = access.scope_for(user, one, AT)
        assert (widest is not None and widest >= scope) == is_seen


@pytest.mark.parametrize(("siret", "own"), [("99900010200015", True), ("99900030000015", False), ("", False)])
def test_the_people_of_the_carrier_are_the_own_team(
    fresh_towns: Callable[..., Place], siret: str, own: bool
) -> None:
    town = fresh_towns("portee", config={"carrier": {"siret": "99900010200015"}})
    with entered(town):
        Organisation.objects.create(code="ccas", name="CCAS", kind="ccas", siret=siret)
        assert access.is_own_staff(person("referent", organisation_code="ccas")) == own
        assert access.is_own_staff(person("referent"))


@pytest.mark.parametrize("role", [Role.STEERING, Role.TOWN_ADMIN])
def test_steering_and_administration_reach_nobody(in_town_a: Place, role: Role) -> None:
    child = make_child()
    assert not Child.objects.visible_to(professional(role), at=AT).exists()
    assert list(Child.objects.visible_to(professional(role, Role.COORDINATOR), at=AT)) == [child]


def test_access_starts_with_the_charter_and_the_role_and_ends_with_them(in_town_a: Place) -> None:
    child = make_child()
    user = person("coordinator", until_on=TODAY)
    assert not Child.objects.visible_to(user, at=AT).exists()
    sign_charter(user, on=TODAY)
    assert not Child.objects.visible_to(user, at=AT - timedelta(days=1)).exists()
    assert list(Child.objects.visible_to(user, at=AT)) == [child]
    assert not Child.objects.visible_to(user, at=AT + timedelta(days=1)).exists()


def test_who_left_or_is_suspended_sees_nobody(in_town_a: Place, sources: list[access.Source]) -> None:
    child = make_child()
    user = professional("coordinator")
    sources.append(linking(user, ids(child)))
    assert Child.objects.visible_to(user, at=AT).exists()
    user.is_active = False
    assert not Child.objects.visible_to(user, at=AT).exists()
    user.is_active, user.left_on = True, TODAY - timedelta(days=1)
    assert not Child.objects.visible_to(user, at=AT).exists()


def test_reasons_are_told_the_widest_first_and_only_for_the_child(
    in_town_a: Place, sources: list[access.Source]
) -> None:
    child, other = make_child(), make_child("Malo")
    user = professional("secretary")
    sources += [
        linking(user, ids(child)),
        linking(user, lambda: EVERYONE, CALL),
        linking(professional(), ids(other)),
    ]
    assert access.reasons_for(user, child, AT) == [LINK, CALL, access.SECRETARIAT]
    assert access.reasons_for(user, other, AT) == [CALL, access.SECRETARIAT]
    assert access.scope_for(user, other, AT) == Scope.IDENTITY


def test_the_town_may_keep_identities_from_its_team(in_town_a: Place) -> None:
    make_child()
    user = professional("referent")
    assert Child.objects.visible_to(user, at=AT).exists()
    in_town_a.config["access"] = {"team_sees_identities": False}
    try:
        assert not Child.objects.visible_to(user, at=AT).exists()
    finally:
        del in_town_a.config["access"]


def test_adults_are_seen_through_the_children_one_sees(
    in_town_a: Place, sources: list[access.Source]
) -> None:
    child, other = make_child(), make_child("Malo")
    mother, stranger = make_adult(), make_adult("Omar")
    ship, far = link(child, mother), link(other, stranger)
    worker = professional("partner_worker", organisation_code="amiss")
    assert not Guardian.objects.visible_to(worker, at=AT).exists()
    sources.append(linking(worker, ids(child)))
    assert list(Guardian.objects.visible_to(worker, at=AT)) == [mother]
    assert list(Guardianship.objects.visible_to(worker, at=AT)) == [ship]
    assert far in Guardianship.objects.visible_to(professional("coordinator"), at=AT)


def test_a_source_is_registered_once(sources: list[access.Source]) -> None:
    def source(user: User, at: datetime) -> list[Grant]:
        return []

    access.register(source)
    access.register(source)
    assert sources == [source]


def test_a_role_given_later_opens_nothing_yet(in_town_a: Place) -> None:
    make_child()
    user = professional()
    RoleAssignment.objects.create(user=user, role="coordinator", since_on=date(2027, 1, 1))
    user.forget_roles()
    assert not Child.objects.visible_to(user, at=AT).exists()
    assert Child.objects.visible_to(user, at=datetime(2027, 1, 2, tzinfo=AT.tzinfo)).exists()


class TestGate:
    """Until the parents agree, the coordinator and who is charged with the first contact see the file."""

    FIRST = Reason(
        "first_contact", "Premier contact", "Joindre la famille", Scope.FILE, before_agreement=True
    )

    @pytest.fixture
    def lina(self, in_town_a: Place, sources: list[access.Source]) -> Child:
        child = make_child()
        access.register_gate(lambda at: Child.objects.filter(first_name="Lina").values("pk"))
        access.register_gate(lambda at: Child.objects.none().values("pk"))
        return child

    @pytest.mark.parametrize(
        ("role", "seen"), [("coordinator", True), ("secretary", False), ("referent", False)]
    )
    def test_by_role(self, lina: Child, role: str, seen: bool) -> None:
        user, other = professional(role), make_child("Malo")
        assert set(Child.objects.visible_to(user, at=AT)) == ({lina, other} if seen else {other})
        assert bool(access.reasons_for(user, lina, AT)) == seen
        assert access.reasons_for(user, other, AT)

    @pytest.mark.parametrize(("reason", "seen"), [(FIRST, True), (LINK, False)])
    def test_by_link(self, lina: Child, sources: list[access.Source], reason: Reason, seen: bool) -> None:
        user = professional()
        sources.append(linking(user, ids(lina), reason))
        assert Child.objects.visible_to(user, at=AT, scope=Scope.FILE).exists() == seen
        assert (access.reasons_for(user, lina, AT) == [reason]) == seen
        lina.first_name = "Inès"
        lina.save()
        assert list(Child.objects.visible_to(user, at=AT, scope=Scope.FILE)) == [lina]
