"""A mother signs from home: a link by mail, a code by mail, her signature, and nothing more opens."""

import re
from collections.abc import Callable
from secrets import token_hex

from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.test_entry import add_mother, choose, draw, refer
from tests.e2e.test_people import open_mail

COORDINATOR = "coordination@montauban.example"
EMAIL = f"mere.fictive.{token_hex(3)}@famille.example"


def sealed(coordinator: Visit) -> str:
    """A contract whose text is fixed, of a child whose mother has a confirmed address."""
    page = coordinator.page
    referral = refer(coordinator, "Maya")
    coordinator.press("Relier au dossier de l’enfant")
    page.locator("[name=choice]").last.check()
    coordinator.press("Relier")
    add_mother(coordinator)
    page.get_by_role("link", name=re.compile("^Coordonnées")).click()
    page.fill("[name=email]", EMAIL)
    coordinator.press("Enregistrer")
    coordinator.press("Confirmer l’adresse e-mail")
    page.goto(referral)
    coordinator.press("Noter un contact")
    page.locator("[name=kind]").first.check()
    coordinator.press("Noter le contact")
    coordinator.press("Noter la réponse des parents")
    page.locator("[name=kind]").first.check()
    page.select_option("[name=guardian]", index=1)
    coordinator.press("Noter la réponse")
    coordinator.press("Décider en urgence")
    page.fill("[name=reason]", "Rupture scolaire.")
    coordinator.press("Décider l’entrée")
    coordinator.press("Choisir la ou le référent")
    choose(coordinator, "[name=user]", "Karim")
    coordinator.press("Choisir")
    coordinator.press("Préparer le contrat")
    page.fill("[name=planned_end_on]", "15/12/2027")
    coordinator.press("Continuer")
    contract = page.url
    coordinator.press("Écrire le contrat")
    page.select_option("[name=objectifs-0-domain]", index=1)
    page.fill("[name=objectifs-0-text]", "Retrouver le plaisir de lire")
    coordinator.press("Enregistrer le contrat")
    coordinator.press("Fixer le texte et faire signer")
    return contract


def code_of(visit: Callable[..., Visit]) -> str:
    """The six digits in the latest mail."""
    mailbox = visit("montauban")
    open_mail(mailbox, EMAIL, "votre code")
    found = re.search(r"\b([0-9]{6})\b", mailbox.page.locator("main").inner_text())
    assert found
    return found[1]


def test_a_guardian_signs_from_home(visit: Callable[..., Visit]) -> None:
    coordinator = visit("montauban", COORDINATOR)
    contract = sealed(coordinator)
    coordinator.press("Envoyer un lien de signature")
    coordinator.look("contrat-lien-envoye")

    mother = visit("montauban", phone=True)
    page = mother.page
    open_mail(mother, EMAIL, "un document vous attend")
    mother.look("message-signer")
    assert "Maya" not in page.content()
    page.locator("a[href*='/signer/']").click()
    page.wait_for_url("**/signer/**")
    link = page.url
    assert "Maya" not in page.content()
    mother.look("signer-code-a-demander")
    mother.press("Recevoir mon code")
    code = code_of(visit)
    page.fill("[name=code]", f"{(int(code) + 1) % 1_000_000:06}")
    mother.press("Ouvrir le document")
    expect(page.get_by_text("Ce n’est pas le bon code").first).to_be_visible()
    assert "Maya" not in page.content()
    mother.look("signer-code-faux")
    page.fill("[name=code]", code)
    mother.press("Ouvrir le document")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Maya")
    expect(page.get_by_text("Retrouver le plaisir de lire")).to_be_visible()
    mother.look("signer-contrat")
    draw(mother)
    mother.press("Signer")
    expect(page.get_by_role("heading", level=1)).to_have_text("Merci, c’est signé")
    mother.look("signer-merci")

    elsewhere = visit("montauban", phone=True)
    assert elsewhere.page.goto(link).status == 404  # type: ignore[union-attr]
    elsewhere.complaints.clear()
    elsewhere.look("signer-lien-clos")
    coordinator.page.goto(contract)
    assert coordinator.page.get_by_text("Le parcours a commencé").count() == 0
    assert coordinator.page.get_by_role("button", name="Envoyer un lien de signature").count() == 0
