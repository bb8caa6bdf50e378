"""The coordinator's yearly return, from what is missing to its acceptance by who reads for the nation."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from core.people.demo import PASSWORD
from tests.e2e.conftest import Visit
from tests.e2e.test_people import with_authenticator

COORDINATOR = "coordination@montauban.example"
READER = "lecture@national.example"
EXPLANATION = "Vérifié dans les dossiers."


def nation(visit: Callable[..., Visit]) -> Visit:
    """The national site asks for a second factor."""
    reader = visit("national", READER)
    reader.open("/compte/cles/ajouter/")
    reader.page.fill("[name=password]", PASSWORD)
    reader.press("Continuer")
    reader.page.wait_for_url("**/ajouter/**")
    with_authenticator(reader, "usb")
    reader.page.fill("[name=name]", "Clé du bureau")
    reader.press("Créer la clé")
    reader.page.wait_for_url("**/compte/secours/")
    return reader


def test_a_return_from_its_opening_to_its_acceptance(visit: Callable[..., Visit]) -> None:
    town = visit("montauban", COORDINATOR)
    page = town.page
    town.open("/annee-prete/")
    town.look("annee-prete")
    town.press("Ouvrir l’enquête de l’année")
    town.look("enquete")
    written(town)
    town.press("Relire et transmettre")
    town.look("enquete-transmettre")
    town.press("Transmettre à la nation")
    expect(page.get_by_text("Transmis", exact=True)).to_be_visible()
    address = _path(town)

    reader = nation(visit)
    reader.open("/enquetes/")
    reader.look("nation-enquetes")
    reader.page.locator("main").get_by_role("link", name=re.compile("Enquête annuelle")).click()
    reader.look("nation-enquete")
    reader.press("Montauban")
    reader.look("nation-retour")
    reader.page.fill("[name=text]", "Que dit l’écart ?")
    reader.press("Renvoyer le retour avec cette question")
    expect(reader.page.get_by_text("Renvoyé à la ville", exact=True)).to_be_visible()

    town.open(address)
    expect(page.get_by_text("Que dit l’écart")).to_be_visible()
    town.look("enquete-renvoyee")
    page.fill("[name=text]", "Une école de plus oriente.")
    town.press("Envoyer à la nation")
    town.press("Relire et transmettre")
    town.press("Transmettre à la nation")

    reader.open(_path(reader))
    expect(reader.page.get_by_text("Une école de plus oriente.")).to_be_visible()
    reader.press("Accepter ce retour")
    expect(reader.page.get_by_text("Accepté", exact=True)).to_be_visible()
    town.open(address)
    expect(page.get_by_text("La nation a accepté ce retour")).to_be_visible()
    town.press("Recopier les réponses")
    town.look("enquete-recopier")


def _path(visit: Visit) -> str:
    return "/" + visit.page.url.partition("://")[2].partition("/")[2]


def written(town: Visit) -> None:
    """Texts, a choice, and why what the checks point at is right."""
    page = town.page
    town.press("Écrire les réponses")
    town.look("enquete-repondre")
    page.select_option("[name=porteur]", "CCAS ou CIAS")
    page.fill("[name=equipe]", "Une coordination à temps plein.")
    page.fill("[name=faits]", "Deux enfants ont marqué l’année.")
    town.press("Garder ces réponses")
    expect(page.get_by_text("un nombre y est écrit").first).to_be_visible()
    town.look("enquete-signalee")
    page.fill("[name=faits]", "Une équipe de plus se réunit.")
    town.press("Garder ces réponses")
    if page.get_by_role("link", name="Expliquer ce qui est juste").count():
        town.press("Expliquer ce qui est juste")
        for field in page.locator("main textarea").all():
            field.fill(EXPLANATION)
        town.look("enquete-expliquer")
        town.press("Garder ces explications")
