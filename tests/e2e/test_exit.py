"""A pathway pauses, goes on, ends with an outcome for each objective; a relay answers; news months later."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.test_entry import brought_in, refer

TOWN = "montauban"
REFERENT, COORDINATOR = f"referent@{TOWN}.example", f"coordination@{TOWN}.example"


def test_a_pause_an_end_and_a_relay(visit: Callable[..., Visit]) -> None:
    coordinator = visit(TOWN, COORDINATOR)
    page = coordinator.page
    pathway = brought_in(coordinator, visit, refer(coordinator, "Nour"))
    page.goto(pathway)
    coordinator.press("Suspendre le parcours")
    coordinator.look("suspendre")
    page.fill("[name=reason]", "Un séjour chez sa grand-mère.")
    coordinator.press("Suspendre")
    expect(page.get_by_text("Ce parcours est suspendu")).to_be_visible()
    coordinator.look("parcours-suspendu")
    coordinator.press("Reprendre le parcours")
    coordinator.press("Reprendre")
    expect(page.get_by_text("Ce parcours est suspendu")).to_have_count(0)

    coordinator.press("Terminer le parcours")
    coordinator.press("Terminer le parcours")
    expect(page.locator(".field-error").first).to_be_visible()
    coordinator.look("sortie-il-manque")
    page.select_option("[name=reason]", index=1)
    page.locator("[name=asked_by]").first.check()
    page.locator("[name^=outcome_]").first.check()
    page.fill("[name^=words_]", "Lit une page chaque soir.")
    page.fill("[name=strengths]", "Aime raconter des histoires.")
    page.fill("[name=relay_words]", "Le club de lecture du quartier")
    coordinator.look("sortie")
    coordinator.press("Terminer le parcours")
    expect(page.get_by_text("Lit une page chaque soir.")).to_be_visible()
    coordinator.look("sortie-faite")
    status, paper = coordinator.answer(f"{pathway}sortie/page.pdf")
    assert (status, paper[:5]) == (200, "%PDF-")

    coordinator.press("Noter la réponse")
    page.locator("[name=state]").first.check()
    coordinator.look("relais-reponse")
    coordinator.press("Noter le relais")
    expect(page.get_by_text("Le relais est noté.")).to_be_visible()
    expect(page.get_by_text("Noter la réponse")).to_have_count(0)
    page.goto(pathway)
    expect(page.get_by_text("Ce parcours est terminé")).to_be_visible()
    coordinator.look("parcours-termine")


def test_the_family_stops_in_two_presses_and_changes_its_mind(visit: Callable[..., Visit]) -> None:
    coordinator = visit(TOWN, COORDINATOR)
    pathway = brought_in(coordinator, visit, refer(coordinator, "Sami"))
    referent = visit(TOWN, REFERENT, phone=True)
    page = referent.page
    page.goto(pathway)
    referent.press("La famille arrête")
    referent.look("la-famille-arrete")
    referent.press("Arrêter l’accompagnement")  # who said it is there already: the one adult around
    expect(page.get_by_text("L’accompagnement s’arrête.")).to_be_visible()
    referent.look("la-famille-a-arrete")
    coordinator.page.goto(f"{pathway}sortie/")
    coordinator.look("sortie-a-completer")
    coordinator.press("Annuler cette sortie")
    expect(coordinator.page.get_by_text("La sortie est annulée")).to_be_visible()
    expect(coordinator.page.get_by_text("Ce parcours est terminé")).to_have_count(0)


def test_news_are_taken_half_a_year_later_and_who_takes_over_is_said(visit: Callable[..., Visit]) -> None:
    coordinator = visit(TOWN, COORDINATOR)
    page = coordinator.page
    coordinator.open("/apres-la-sortie/")
    coordinator.look("apres-la-sortie")
    page.locator("main .lines a[href^='/apres-la-sortie/']").first.click()
    page.wait_for_load_state()
    coordinator.look("nouvelles")
    page.locator("[name=reached][value=yes]").check()
    coordinator.press("Noter les nouvelles")
    expect(page.get_by_text("Dites en une ligne ce qu’il en est.").first).to_be_visible()
    page.fill("[name=became]", "Va au club de lecture, lit chaque soir.")
    coordinator.press("Noter les nouvelles")
    expect(page.get_by_text("Les nouvelles sont notées.")).to_be_visible()

    coordinator.open("/relais/")
    coordinator.look("relais")
    page.locator("main a[href^='/relais/de/']").first.click()
    page.wait_for_load_state()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("relais"))
    coordinator.look("relais-d-un-collegue")
