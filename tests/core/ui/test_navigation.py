import pytest
from django.urls import path, set_urlconf

from core.people.enums import Role
from core.ui import navigation
from core.ui.navigation import MOST, RARELY, NavigationEntry, navigation_for

NAMES = ("accueil", "situations", "reunions", "actions", "reseau", "chiffres", "reglages")
ADDRESSES = {"accueil": "", "situations": "situations/"} | {name: f"{name}/" for name in NAMES[2:]}
urlpatterns = [path(ADDRESSES[name], lambda request: None, name=name) for name in NAMES]


@pytest.fixture(autouse=True)
def own_addresses() -> None:
    set_urlconf(__name__)


def entry(name: str, *roles: str, order: int = 50) -> NavigationEntry:
    return NavigationEntry(name.capitalize(), name, "house", frozenset(roles), order)


ALL = [entry(name, "coordinator", order=order) for order, name in enumerate(NAMES)]


def test_one_sees_the_entries_of_ones_roles_once() -> None:
    known = [entry("accueil", "coordinator", "referent"), entry("chiffres", "steering")]
    assert [link.label for link in navigation_for(["referent", "coordinator"], "/", known).shown] == [
        "Accueil"
    ]
    assert [link.label for link in navigation_for(["steering"], "/", known).shown] == ["Chiffres"]
    assert navigation_for([], "/", known).shown == []


@pytest.mark.parametrize(
    ("here", "current"),
    [("/", "Accueil"), ("/situations/", "Situations"), ("/situations/3/contrat/", "Situations"), ("/x/", "")],
)
def test_the_entry_that_leads_here_is_marked(here: str, current: str) -> None:
    links = navigation_for(["coordinator"], here, ALL[:MOST]).shown
    assert [link.label for link in links if link.current] == ([current] if current else [])


def test_five_are_shown_and_the_others_stay_within_reach() -> None:
    found = navigation_for(["coordinator"], "/reglages/", ALL)
    assert [link.label for link in found.shown] == ["Accueil", "Situations", "Reunions", "Actions"]
    assert [link.label for link in found.more] == ["Reseau", "Chiffres", "Reglages"]
    assert found.inside_more


def test_an_address_that_this_site_does_not_have_is_left_out() -> None:
    known = [entry("accueil", "coordinator"), entry("inconnue", "coordinator")]
    assert [link.label for link in navigation_for(["coordinator"], "/", known).shown] == ["Accueil"]


def test_entries_come_from_the_apps_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    navigation.entries.cache_clear()
    orders = [(found.order, found.label) for found in navigation.entries()]
    assert orders == sorted(orders)


@pytest.mark.parametrize("role", list(Role))
def test_what_a_role_needs_every_day_is_never_behind_more(role: Role) -> None:
    daily = [found for found in navigation.entries() if role in found.roles and found.order < RARELY]
    every = [found for found in navigation.entries() if role in found.roles]
    assert len(daily) <= (MOST if daily == every else MOST - 1)
