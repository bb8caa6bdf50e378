"""An account from its invitation to its passkey, in a browser with an authenticator of its own."""

import re
from collections.abc import Callable
from itertools import count

import pytest
from playwright.sync_api import expect

from core.people.demo import PASSWORD
from tests.e2e.conftest import Visit

COORDINATOR = "coordination@montauban.example"
NEW_PASSWORD = "kiwi-tournevis-92-brume"
numbers = count(1)


def with_authenticator(visit: Visit, transport: str = "internal") -> None:
    """A phone's or a computer's own, which recognises its owner at once."""
    session = visit.page.context.new_cdp_session(visit.page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": transport,
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def open_mail(visit: Visit, email: str, subject: str) -> None:
    """Mail takes the way of all mail: outbox, worker, SMTP."""
    entry = visit.page.locator("ul.lines li").filter(has_text=email).filter(has_text=subject)
    visit.open("/boite-aux-lettres/")
    for _ in range(30):
        if entry.count():
            break
        visit.page.wait_for_timeout(1000)
        visit.page.reload()
    entry.first.get_by_role("link").click()
    visit.page.wait_for_load_state()


def invited(coordinator: Visit, role: str) -> str:
    email = f"essai-{next(numbers)}@montauban.example"
    coordinator.open("/personnes/inviter/")
    page = coordinator.page
    page.fill("[name=email]", email)
    page.fill("[name=first_name]", "Charlie")
    page.fill("[name=last_name]", "Fictif")
    page.locator(f"[name=roles][value={role}]").check()
    coordinator.check("inviter")
    coordinator.press("Envoyer l’invitation")
    coordinator.check("personne-invitee")
    return email


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_an_invitation_becomes_an_account_with_a_passkey(visit: Callable[..., Visit], phone: bool) -> None:
    email = invited(visit("montauban", COORDINATOR, phone=phone), "referent")
    newcomer = visit("montauban", phone=phone)
    page = newcomer.page
    with_authenticator(newcomer)
    open_mail(newcomer, email, "ouvrez votre compte")
    newcomer.check("message-invitation")
    page.locator("a[href*='/invitation/']").click()
    newcomer.check("invitation")
    link = page.url
    newcomer.press("Ouvrir mon compte avec une clé d’accès")
    page.wait_for_url("**/charte/**")
    newcomer.check("charte")
    page.fill("[name=name]", "Charlie Fictif")
    page.locator("[name=read]").check()
    newcomer.press("Signer la charte")
    expect(page.get_by_text("Vous avez signé cette charte")).to_be_visible()
    newcomer.check("charte-signee")

    newcomer.open("/deconnexion/")
    newcomer.check("deconnexion")
    newcomer.press("Me déconnecter")
    page.wait_for_url("**/connexion/**")
    newcomer.check("connexion")
    newcomer.press("Entrer avec une clé d’accès")
    page.wait_for_url(lambda url: "connexion" not in url)
    newcomer.open("/compte/")
    expect(page.get_by_text("Première clé")).to_be_visible()
    newcomer.check("compte")

    stranger = visit("montauban", phone=phone)
    assert (
        stranger.open(link.partition("montauban.localhost")[2].partition("/")[1] + link.split("/", 3)[3])
        == 404
    )


def test_a_password_a_second_key_and_a_code_application(visit: Callable[..., Visit]) -> None:
    email = invited(visit("montauban", COORDINATOR), "team_member")
    newcomer = visit("montauban")
    page = newcomer.page
    with_authenticator(newcomer)
    open_mail(newcomer, email, "ouvrez votre compte")
    page.locator("a[href*='/invitation/']").click()
    newcomer.press("Ouvrir mon compte avec une clé d’accès")
    page.wait_for_url("**/charte/**")

    newcomer.open("/compte/mot-de-passe/choisir/")
    newcomer.check("choisir-mot-de-passe")
    page.fill("[name=password1]", "motdepasse123")
    page.fill("[name=password2]", "motdepasse123")
    newcomer.press("Enregistrer le mot de passe")
    expect(page.locator(".field-error").first).to_contain_text("essayé parmi les premiers")
    page.fill("[name=password1]", NEW_PASSWORD)
    page.fill("[name=password2]", NEW_PASSWORD)
    newcomer.press("Enregistrer le mot de passe")
    page.wait_for_url("**/compte/")

    newcomer.open("/compte/cles/ajouter/")  # who has just come is not asked again
    newcomer.check("ajouter-cle")
    with_authenticator(newcomer, "usb")
    page.fill("[name=name]", "Clé du bureau")
    newcomer.press("Créer la clé")
    page.wait_for_url("**/compte/secours/")
    newcomer.check("codes-de-secours")
    recovery = page.locator("main code").first.inner_text()
    newcomer.open("/compte/code/activer/")
    newcomer.check("application-de-codes")
    newcomer.open("/compte/")
    expect(page.get_by_text("Clé du bureau")).to_be_visible()
    expect(page.get_by_text("10 codes de secours")).to_be_visible()

    elsewhere = visit("montauban", phone=True)
    elsewhere.open("/connexion/")
    elsewhere.page.fill("[name=login]", email)
    elsewhere.page.fill("[name=password]", NEW_PASSWORD)
    elsewhere.press("Me connecter")
    elsewhere.page.wait_for_url("**/second-facteur/**")
    elsewhere.check("second-facteur")
    elsewhere.page.fill("[name=code]", recovery)
    elsewhere.press("Me connecter")
    elsewhere.page.wait_for_url(lambda url: "second-facteur" not in url)
    elsewhere.open("/compte/cles/ajouter/")
    elsewhere.check("confirmer-mot-de-passe")
    elsewhere.press("Avec une clé d’accès")
    elsewhere.check("confirmer-cle")
    elsewhere.press("Avec le mot de passe")
    elsewhere.page.fill("[name=password]", NEW_PASSWORD)
    elsewhere.press("Continuer")
    elsewhere.page.wait_for_url("**/ajouter/**")
    newcomer.open("/compte/sessions/")
    newcomer.check("sessions")
    newcomer.press("Fermer")
    elsewhere.open("/compte/")
    assert "/connexion/" in elsewhere.page.url


def test_a_forgotten_password_by_code(visit: Callable[..., Visit]) -> None:
    email = "secretariat@montauban.example"
    person = visit("montauban", phone=True)
    page = person.page
    person.open("/mot-de-passe-oublie/")
    person.check("mot-de-passe-oublie")
    page.fill("[name=email]", email)
    person.press("Recevoir un code")
    person.check("code-recu")
    mailbox = visit("montauban")
    open_mail(mailbox, email, "votre code")
    found = re.search(
        r"^([A-Z0-9]{4}-[A-Z0-9]{4})$", mailbox.page.locator(".card").inner_text(), re.MULTILINE
    )
    assert found
    page.fill("[name=code]", found[1])
    person.press("Continuer")
    person.check("nouveau-mot-de-passe")
    # The same again, so that the demonstration's people keep their password.
    page.fill("[name=password1]", PASSWORD)
    page.fill("[name=password2]", PASSWORD)
    person.press("Enregistrer le mot de passe")
    person.check("mot-de-passe-change")
    assert "/fait/" in page.url


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/personnes/", "personnes"),
        ("/charte/signatures/", "signatures"),
        ("/charte/imprimer/", "charte-imprimee"),
        ("/compte/", "mon-compte"),
        ("/compte/mot-de-passe/", "changer-mot-de-passe"),
    ],
)
def test_pages_of_people_for_the_coordinator(
    visit: Callable[..., Visit], path: str, name: str, phone: bool
) -> None:
    coordinator = visit("montauban", COORDINATOR, phone=phone)
    assert coordinator.open(path) == 200
    coordinator.check(name)


def test_a_persons_page_and_its_acts(visit: Callable[..., Visit]) -> None:
    coordinator = visit("montauban", COORDINATOR, phone=True)
    coordinator.open("/personnes/")
    coordinator.press("Odile Démo-Montauban")
    coordinator.check("personne")
    own = coordinator.page.url
    for act, name in (("roles/", "donner-un-role"), ("depart/", "depart"), ("coordonnees/", "coordonnees")):
        coordinator.page.goto(own + act)
        coordinator.check(name)
