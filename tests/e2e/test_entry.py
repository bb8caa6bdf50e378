"""Montauban's coordinator brings a child into the PRE and the referent signs, all in the browser."""

import re
from collections.abc import Callable

import pytest

from tests.e2e.conftest import Visit

COORDINATOR, REFERENT = "coordination@montauban.example", "referent@montauban.example"
PARTNER = "intervenante@amiss.example"


def draw(visit: Visit) -> None:
    """A signature with the mouse."""
    pad = visit.page.locator("canvas").first
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box is not None
    mouse = visit.page.mouse
    mouse.move(box["x"] + 40, box["y"] + 90)
    mouse.down()
    for step in range(1, 9):
        mouse.move(box["x"] + 40 + step * 22, box["y"] + 90 - (25 if step % 2 else -25))
    mouse.up()


def type_name(visit: Visit, name: str) -> None:
    """The same with the keyboard: a name and a consent."""
    visit.page.get_by_label("Ou tapez votre prénom et votre nom").fill(name)
    visit.page.get_by_label(re.compile("mon nom tapé vaut ma signature")).check()


def refer(visit: Visit, first_name: str) -> str:
    visit.open("/orientations/nouvelle/")
    page = visit.page
    page.fill("[name=stated_first_name]", first_name)
    page.fill("[name=stated_last_name]", "Fictive")
    page.fill("[name=stated_birth_on]", "9 mars 2016")
    page.select_option("[name=source]", index=1)
    page.locator("[name=motives]").first.check()
    page.fill("[name=facts]", "Fatiguée le matin, ne finit pas ses exercices.")
    page.fill("[name=strengths]", "Aime dessiner, aide ses camarades.")
    page.locator("[name=parents_informed]").first.check()
    visit.press("Envoyer à la coordination")
    return page.url


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_from_the_referral_to_the_last_signature(visit: Callable[..., Visit], phone: bool) -> None:
    coordinator = visit("montauban", COORDINATOR, phone=phone)
    coordinator.open("/orientations/nouvelle/")
    coordinator.check("orienter")
    referral = refer(coordinator, "Lise" if phone else "Ayla")
    coordinator.check("orientation-recue")
    enter(coordinator, visit, referral, phone=phone)
    coordinator.page.goto(referral)
    assert coordinator.page.get_by_text("Entrée dans le PRE").first.is_visible()


def enter(coordinator: Visit, visit: Callable[..., Visit], referral: str, *, phone: bool = False) -> str:
    """From a referral that was received to the four signatures; answers the address of the pathway."""
    coordinator.page.goto(referral)
    coordinator.press("Relier au dossier de l’enfant")
    coordinator.check("relier")
    coordinator.page.locator("[name=choice]").last.check()
    coordinator.press("Relier")
    add_mother(coordinator)
    coordinator.check("dossier")
    coordinator.page.goto(referral)
    coordinator.press("Noter un contact")
    coordinator.page.locator("[name=kind]").first.check()
    coordinator.check("contact")
    coordinator.press("Noter le contact")
    coordinator.press("Noter la réponse des parents")
    coordinator.page.locator("[name=kind]").first.check()
    coordinator.page.select_option("[name=guardian]", index=1)
    coordinator.check("accord")
    coordinator.press("Noter la réponse")
    coordinator.check("orientation-accord")
    coordinator.press("Décider en urgence")
    coordinator.page.fill("[name=reason]", "Rupture scolaire.")
    coordinator.press("Décider l’entrée")
    coordinator.press("Choisir la ou le référent")
    choose(coordinator, "[name=user]", "Karim")
    coordinator.press("Choisir")
    coordinator.press("Préparer le contrat")
    coordinator.page.fill("[name=planned_end_on]", "15/12/2027")
    coordinator.press("Continuer")
    coordinator.check("contrat-projet")
    contract = coordinator.page.url
    write_and_sign(coordinator, visit, contract, phone=phone)
    return coordinator.page.locator("main a[href*='/parcours/']").first.evaluate("link => link.href")  # type: ignore[no-any-return]


def brought_in(coordinator: Visit, visit: Callable[..., Visit], referral: str) -> str:
    """The same for a journey that begins there: nothing is looked at on the way."""
    coordinator.hurried = True
    pathway = enter(coordinator, visit, referral)
    coordinator.hurried = False
    return pathway


def write_and_sign(coordinator: Visit, visit: Callable[..., Visit], contract: str, *, phone: bool) -> None:
    page = coordinator.page
    coordinator.press("Écrire le contrat")
    page.select_option("[name=objectifs-0-domain]", index=1)
    page.fill("[name=objectifs-0-text]", "Retrouver le plaisir de lire")
    coordinator.check("contrat-ecrire")
    coordinator.press("Enregistrer le contrat")
    coordinator.press("Fixer le texte et faire signer")
    coordinator.check("contrat-a-signer")
    sign = f"{contract}signer/"
    for part, by_mouse in (("child", True), ("coordinator", False)):
        page.goto(f"{sign}{part}/screen/")
        coordinator.check(f"signer-{part}")
        if by_mouse:
            draw(coordinator)
        else:
            type_name(coordinator, "Claire Démo-Montauban")
        coordinator.press("Signer")
        assert "signer" not in page.url
    page.goto(contract)
    assert page.get_by_text("Le parcours a commencé").count() == 0
    referent = visit("montauban", REFERENT, phone=phone)
    referent.page.goto(f"{sign}referent/screen/")
    draw(referent)
    referent.press("Signer")
    referent.check("contrat-vu-par-le-referent")
    assert referent.page.get_by_text("Le parcours a commencé").count() == 0
    page.goto(f"{sign}family/screen/")
    page.select_option("[name=guardian]", index=1)
    type_name(coordinator, "Mère Fictive")
    coordinator.press("Signer")
    assert page.get_by_text("Le parcours a commencé").is_visible()
    coordinator.check("contrat-signe")


def add_mother(coordinator: Visit) -> None:
    """From the referral to the child's file, an adult with her rights, and back."""
    page = coordinator.page
    page.locator("main").get_by_role("link", name=re.compile("Ouvrir le dossier")).click()
    page.wait_for_load_state()
    page.goto(f"{page.url}adultes/ajouter/")
    coordinator.check("adulte")
    page.locator("[name=adulte-last_name]").fill("Fictive")
    page.locator("[name=adulte-first_name]").fill("Mère")
    page.select_option("[name=link]", "mother")
    page.select_option("[name=authority]", "joint")
    coordinator.press("Ajouter cette personne")


def choose(visit: Visit, selector: str, text: str) -> None:
    """The option that has `text` in its label."""
    labels = visit.page.locator(f"{selector} option").all_inner_texts()
    visit.page.select_option(selector, label=next(label for label in labels if text in label))
