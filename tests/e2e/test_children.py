"""Children and families in the browser: found, opened once, surrounded, moved up, and who has read them."""

from collections.abc import Callable

import pytest

from tests.e2e.conftest import Visit

COORDINATOR, REFERENT = "coordination@montauban.example", "referent@montauban.example"


def create(visit: Visit, first_name: str, last_name: str) -> None:
    visit.open("/enfants/nouveau/")
    page = visit.page
    page.fill("[name=first_name]", first_name)
    page.fill("[name=last_name]", last_name)
    page.fill("[name=birth_on]", "3 septembre 2015")
    page.locator("[name=sex]").first.check()
    visit.press("Ouvrir le dossier")


def add_adult(visit: Visit, first_name: str, link: str) -> None:
    visit.press("Ajouter une personne")
    page = visit.page
    page.fill("[name=adulte-first_name]", first_name)
    page.fill("[name=adulte-last_name]", "Fictive")
    page.select_option("[name=link]", link)
    page.select_option("[name=authority]", "joint")
    visit.press("Ajouter cette personne")


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_a_child_is_opened_once_and_surrounded(visit: Callable[..., Visit], phone: bool) -> None:
    coordinator = visit("montauban", COORDINATOR, phone=phone)
    last_name = "Ben-Imaginaire" if phone else "Ben-Inventé"
    create(coordinator, "Aïcha", last_name)
    file = coordinator.page.url
    add_adult(coordinator, "Nadia", "mother")
    add_adult(coordinator, "Omar", "father")
    coordinator.page.get_by_role("link", name="Droits de Nadia Fictive").click()
    coordinator.page.locator("[name=mode][value=correct]").check()
    coordinator.page.select_option("[name=address_secret_from]", index=1)
    coordinator.check("droits")
    coordinator.press("Enregistrer")
    coordinator.page.get_by_text("ne doit pas être dite à Omar Fictive").wait_for()
    coordinator.press("Modifier la scolarité")
    coordinator.page.select_option("[name=level]", "ce2")
    coordinator.check("scolarite")
    coordinator.press("Enregistrer la scolarité")
    coordinator.press("Modifier l’adresse")
    coordinator.page.fill("[name=home_street]", "1 rue Inventée")
    coordinator.page.fill("[name=home_postcode]", "82000")
    coordinator.page.fill("[name=home_city]", "Montauban")
    coordinator.check("adresse")
    coordinator.press("Enregistrer l’adresse")
    coordinator.check("enfant")

    create(coordinator, last_name.replace("-", " "), "Aysha")
    coordinator.page.get_by_text("a peut-être déjà un dossier").wait_for()
    coordinator.check("enfant-doublon")
    coordinator.press("C’est un autre enfant : ouvrir le dossier")
    coordinator.page.get_by_role("heading", level=1, name=f"{last_name.replace('-', ' ')} Aysha").wait_for()

    coordinator.open(f"/enfants/?q=aicha {last_name.replace('-', '').replace('é', 'e').lower()}")
    coordinator.check("enfants")
    coordinator.page.get_by_role("link", name=f"Aïcha {last_name}").click()
    assert coordinator.page.url == file
    coordinator.press("Qui a vu ce dossier")
    coordinator.check("journal")
    coordinator.press("Préparer pour la famille")
    coordinator.check("journal-papier")


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_the_pages_of_the_coordination(visit: Callable[..., Visit], phone: bool) -> None:
    coordinator = visit("montauban", COORDINATOR, phone=phone)
    create(coordinator, "Malo", "Rêvé-Un" if phone else "Rêvé-Deux")
    add_adult(coordinator, "Zoé", "mother")
    for address, name in (
        ("/enfants/", "enfants-liste"),
        ("/enfants/nouveau/", "enfant-nouveau"),
        ("/enfants/rentree/", "rentree"),
        ("/enfants/doublons/", "doublons"),
        ("/urgences/", "urgences"),
    ):
        assert coordinator.open(address) == 200
        coordinator.check(name)


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_a_family_in_an_emergency(visit: Callable[..., Visit], phone: bool) -> None:
    coordinator = visit("montauban", COORDINATOR, phone=phone)
    create(coordinator, "Inès", "Songe-Un" if phone else "Songe-Deux")
    add_adult(coordinator, "Lou", "mother")
    file = coordinator.page.url
    referent = visit("montauban", REFERENT, phone=phone)
    referent.page.goto(file)
    referent.press("Ouvrir tout le dossier en urgence")
    referent.page.fill("[name=reason]", "La maîtresse appelle, la famille est injoignable.")
    referent.check("urgence")
    referent.press("Ouvrir le dossier")
    referent.page.get_by_text("Ce dossier vous est ouvert jusqu’au").wait_for()
    referent.check("urgence-ouverte")
    referent.press("J’ai terminé : refermer")
    referent.open("/urgence/")
    referent.check("urgence-recherche")
    coordinator.open("/urgences/")
    coordinator.page.locator("tbody a").first.click()
    coordinator.page.locator("[name=justified]").first.check()
    coordinator.check("urgence-revue")
    coordinator.press("Enregistrer la revue")
    coordinator.page.get_by_text("Justifié").first.wait_for()
