"""A referent looks for an offer by need; the coordinator keeps the network; a partner tells its places."""

from collections.abc import Callable

import pytest

from tests.e2e.conftest import Visit

COORDINATOR, REFERENT = "coordination@montauban.example", "referent@montauban.example"
PARTNER, ELECTED = "intervenante@amiss.example", "elue@montauban.example"


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_the_directory_and_the_picture(visit: Callable[..., Visit], phone: bool) -> None:
    referent = visit("montauban", REFERENT, phone=phone)
    referent.open("/reseau/")
    referent.check("reseau")
    referent.page.fill("[name=q]", "aide aux devoirs, 9 ans, Beausoleil-Bas, le mercredi")
    referent.press("Afficher")
    referent.check("reseau-besoin")
    referent.press("Mercredis des devoirs et du jeu")
    referent.check("structure")
    referent.open("/reseau/image/")
    referent.check("reseau-image")


def test_the_coordinator_adds_an_organisation_and_its_agreement(visit: Callable[..., Visit]) -> None:
    coordinator = visit("montauban", COORDINATOR)
    coordinator.open("/reseau/structures/")
    coordinator.check("structures")
    coordinator.press("Ajouter une structure")
    coordinator.check("structure-nouvelle")
    page = coordinator.page
    page.fill("[name=name]", "La Ronde (association fictive)")
    page.select_option("[name=kind]", "association")
    coordinator.press("Ajouter au réseau")
    coordinator.press("Enregistrer une convention")
    page.fill("[name=reference]", "Convention La Ronde (fictive)")
    page.fill("[name=subject]", "Ateliers du soir")
    page.fill("[name=starts_on]", "1/9/2026")
    coordinator.press("Enregistrer la convention")
    coordinator.press("Ajouter une offre")
    coordinator.check("offre-nouvelle")
    page.fill("[name=label]", "Ateliers du soir")
    page.get_by_label("Éducatif").check()
    page.get_by_label("Collective", exact=True).check()
    coordinator.press("Ajouter à l’annuaire")
    coordinator.check("structure-tenue")


def test_a_partner_tells_its_places_on_a_phone(visit: Callable[..., Visit]) -> None:
    partner = visit("montauban", PARTNER, phone=True)
    partner.open("/reseau/structures/?q=amiss")
    partner.press("AMISS")
    partner.page.get_by_role("link", name="Dire les places libres").first.click()
    partner.check("places")
    partner.page.fill("[name=places_left]", "2")
    partner.press("Enregistrer")
    assert partner.page.get_by_text("2 places libres").first.is_visible()


def test_an_elected_member_sees_classes_and_no_name_of_a_professional(visit: Callable[..., Visit]) -> None:
    elected = visit("montauban", ELECTED)
    elected.open("/reseau/image/")
    elected.check("reseau-image-elue")
    assert "par tranches" in elected.page.content()
