"""Meeting mode: what is typed is never lost, whatever happens to the network, the tab or the session."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

from playwright.sync_api import Page, expect

from core.people.demo import PASSWORD
from tests.e2e.conftest import Visit

COORDINATOR = "coordination@montauban.example"
SAVED = re.compile("Enregistré à")
SAVES = "**/enregistrer/"
places = count(1)


@dataclass
class Session:
    """A meeting that has begun, with the address of each of its situations."""

    coordinator: Visit
    meeting: str
    situations: list[str]


def begun(visit: Callable[..., Visit]) -> Session:
    """Two pathways due are on its agenda; they may be on several at once."""
    coordinator = visit("montauban", COORDINATOR)
    page = coordinator.page
    coordinator.open("/reunions/nouvelle/")
    page.fill("[name=on]", "dans 3 jours")
    page.fill("[name=hour]", "9 h")
    page.fill("[name=place]", f"Salle {next(places)}")
    coordinator.press("Enregistrer")
    meeting = page.url
    coordinator.press("Ajouter des situations")
    for index in range(2):
        page.locator("[name=pathway]").nth(index).check()
    coordinator.press("Mettre à l’ordre du jour")
    coordinator.press("Commencer sans convoquer")
    coordinator.press("Elle se tient aujourd’hui")
    page.goto(meeting)
    hrefs = page.locator("main ol.lines a[href*='/seance/']").evaluate_all("all => all.map(a => a.href)")
    assert len(hrefs) == 2
    page.goto(hrefs[0])
    return Session(coordinator, meeting, hrefs)


def words(page: Page) -> str:
    return page.locator("[name=reason]").input_value()


def says(page: Page, what: str | re.Pattern[str]) -> None:
    expect(page.locator("[data-saved]")).to_contain_text(what, timeout=15_000)


def test_what_is_typed_without_network_arrives_when_it_is_back(visit: Callable[..., Visit]) -> None:
    session = begun(visit)
    page = session.coordinator.page
    session.coordinator.check("seance-parcours")
    page.fill("[name=reason]", "Avant la coupure.")
    says(page, SAVED)
    page.context.set_offline(True)
    page.locator("[name=reason]").press_sequentially(" Pendant la coupure.")
    page.fill("[name=what_0]", "Appeler l’école")
    says(page, "Hors ligne")
    # Neither the next situation nor the projected names take away what only this computer has.
    page.get_by_role("link", name="Suivante").click()
    says(page, "Hors ligne")
    assert page.url == session.situations[0]
    page.context.set_offline(False)
    says(page, SAVED)
    page.get_by_role("link", name="Suivante").click()
    page.wait_for_url(session.situations[1])
    page.goto(session.situations[0])
    expect(page.locator("[name=reason]")).to_have_value("Avant la coupure. Pendant la coupure.")
    expect(page.locator("[name=what_0]")).to_have_value("Appeler l’école")
    page.fill("[name=reason]", "Tout juste tapé")
    page.locator("main").get_by_role("button", name="Enregistrer et passer à la suivante").click()
    page.wait_for_url(session.situations[1])
    page.goto(session.situations[0])
    expect(page.locator("[name=reason]")).to_have_value("Tout juste tapé")


def test_a_tab_that_dies_while_typing_loses_nothing(visit: Callable[..., Visit]) -> None:
    session = begun(visit)
    page = session.coordinator.page
    context = page.context
    context.route(SAVES, lambda route: route.abort())
    page.locator("[name=kind]").first.check()
    page.fill("[name=reason]", "Écrit juste avant la panne.")
    says(page, "Hors ligne")
    page.close()
    context.unroute(SAVES)
    again = context.new_page()
    again.goto(session.meeting)
    unsent = again.locator("[data-unsent]:visible")
    expect(unsent).to_have_count(1)
    again.goto(f"{session.meeting}clore/")
    expect(unsent).to_have_count(1)
    again.goto(session.situations[0])
    expect(again.locator("[name=reason]")).to_have_value("Écrit juste avant la panne.")
    says(again, SAVED)
    again.reload()
    expect(again.locator("[name=reason]")).to_have_value("Écrit juste avant la panne.")
    expect(again.locator("[name=kind]").first).to_be_checked()
    again.goto(session.meeting)
    expect(unsent).to_have_count(0)


def test_two_tabs_never_overwrite_each_other(visit: Callable[..., Visit]) -> None:
    session = begun(visit)
    first = session.coordinator.page
    second = first.context.new_page()
    second.goto(session.situations[0])
    first.fill("[name=reason]", "Du premier écran.")
    says(first, SAVED)
    second.fill("[name=reason]", "Du second écran.")
    expect(second.locator("[data-conflict]")).to_be_visible()
    expect(second.locator("[data-conflict-other]")).to_contain_text("Du premier écran.")
    assert words(second) == "Du second écran."
    second.get_by_role("button", name="Garder ma saisie").click()
    says(second, SAVED)
    first.fill("[name=reason]", "Encore du premier.")
    expect(first.locator("[data-conflict-other]")).to_contain_text("Du second écran.")
    first.get_by_role("button", name="Prendre l’autre").click()
    assert words(first) == "Du second écran."
    first.reload()
    expect(first.locator("[name=reason]")).to_have_value("Du second écran.")


def test_a_session_that_ended_goes_on_after_signing_in_elsewhere(visit: Callable[..., Visit]) -> None:
    session = begun(visit)
    page = session.coordinator.page
    page.context.clear_cookies()
    page.fill("[name=reason]", "Tapé sans session.")
    says(page, "Connectez-vous dans un autre onglet")
    other = page.context.new_page()
    other.goto(session.meeting)
    other.fill("input[name=login]", COORDINATOR)
    other.fill("input[name=password]", PASSWORD)
    other.press("input[name=password]", "Enter")
    other.wait_for_url(session.meeting)
    says(page, SAVED)
    other.goto(session.situations[0])
    expect(other.locator("[name=reason]")).to_have_value("Tapé sans session.")


def test_without_a_script_the_page_is_a_form(visit: Callable[..., Visit]) -> None:
    session = begun(visit)
    cookies = session.coordinator.page.context.cookies()
    browser = session.coordinator.page.context.browser
    assert browser is not None
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies(cookies)  # type: ignore[arg-type]
    page, late = context.new_page(), context.new_page()
    page.goto(session.situations[0])
    late.goto(session.situations[0])
    page.fill("[name=reason]", "Sans script.")
    page.fill("[name=what_0]", "Écrire")
    page.get_by_role("button", name="Enregistrer et passer à la suivante").click()
    page.wait_for_url(session.situations[1])
    page.goto(session.situations[0])
    assert words(page) == "Sans script."
    late.fill("[name=reason]", "En même temps.")
    late.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(late.get_by_text("Rien n’a été effacé")).to_be_visible()
    expect(late.get_by_text("Sans script.")).to_be_visible()
    assert words(late) == "En même temps."
    context.close()
