"""A member of the multidisciplinary team, from the convening's e-mail to the minutes' approval."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.test_people import open_mail

COORDINATOR, MEMBER = "coordination@montauban.example", "ecole@montauban.example"


def planned(coordinator: Visit) -> str:
    """A meeting with a pathway and an agreed referral, or two pathways; answers its address."""
    page = coordinator.page
    coordinator.open("/reunions/")
    coordinator.look("reunions")
    coordinator.press("Prévoir une réunion")
    coordinator.look("reunion-nouvelle")
    page.fill("[name=on]", "dans 9 jours")
    page.fill("[name=hour]", "9 h 15")
    page.fill("[name=place]", "Maison du peuple, salle 2")
    coordinator.press("Enregistrer")
    coordinator.look("reunion-prevue")
    meeting = page.url
    coordinator.press("Ajouter des situations")
    coordinator.look("reunion-candidats")
    page.locator("[name=referral], [name=pathway]").first.check()
    page.locator("[name=pathway]").last.check()
    coordinator.press("Mettre à l’ordre du jour")
    page.goto(f"{meeting}situations/1/")
    coordinator.look("situation-preparee")
    page.fill("[name=strengths]", "Aime bricoler avec son grand-père.")
    coordinator.press("Enregistrer")
    return meeting


def held(coordinator: Visit, meeting: str) -> None:
    """Present, decided, closed."""
    page = coordinator.page
    page.goto(meeting)
    coordinator.press("Commencer")
    coordinator.look("reunion-un-autre-jour")
    coordinator.press("Elle se tient aujourd’hui")
    page.locator("input[type=radio][value=present]").first.check()
    page.locator("[name=name]").fill("Personne Nouvelle")
    coordinator.look("presences")
    coordinator.press("Enregistrer les présences")
    page.goto(f"{meeting}seance/1/")
    page.locator("[name=kind]").first.check()
    page.fill("[name=reason]", "Un temps de lecture le mercredi.")
    page.fill("[name=what_0]", "Appeler la médiathèque")
    page.fill("[name=who_0]", "Claire Démo-Montauban")
    page.fill("[name=due_0]", "dans 2 semaines")
    page.locator("[name=due_0]").blur()
    expect(page.locator("[data-saved]")).to_contain_text("Enregistré à")
    coordinator.look("seance")
    coordinator.press("Masquer les noms")
    expect(page.get_by_role("heading", level=1)).to_have_text("Situation\u00a01")
    coordinator.look("seance-sans-noms")
    coordinator.press("Montrer les noms")
    page.goto(f"{meeting}clore/")
    coordinator.look("reunion-clore")
    coordinator.press("Clore")
    coordinator.look("papiers")
    for part, name in (("", "papier"), ("lettre/", "lettre")):
        page.goto(f"{meeting}papiers/1/{part}")
        coordinator.look(name)


def test_a_member_from_the_convening_to_the_approval(visit: Callable[..., Visit]) -> None:
    coordinator = visit("montauban", COORDINATOR)
    meeting = planned(coordinator)
    coordinator.page.goto(meeting)
    when = coordinator.page.get_by_role("heading", level=1).inner_text()
    child = coordinator.page.locator("main ol.lines a").first.inner_text()
    coordinator.press("Convoquer")

    member = visit("montauban", MEMBER)
    page = member.page
    open_mail(member, MEMBER, when)
    member.look("message-convocation")
    assert child.split()[-1] not in page.content()
    page.locator(f"a[href='{meeting}']").click()
    page.wait_for_url(meeting)
    expect(page.get_by_text(child)).to_be_visible()
    member.look("reunion-membre")
    page.get_by_role("link", name=child).click()
    page.wait_for_url("**/seance/1/")
    expect(page.get_by_text("Aime bricoler avec son grand-père.")).to_be_visible()
    assert page.locator("form[data-live]").count() == 0
    member.look("situation-membre")
    situation = page.url

    held(coordinator, meeting)
    page.goto(meeting)
    expect(page.get_by_role("link", name="Lire le projet (PDF)")).to_be_visible()
    member.look("reunion-projet")
    pdf = f"{meeting}compte-rendu.pdf"
    assert kind(member, pdf) == [200, "application/pdf"]

    coordinator.page.goto(f"{meeting}papiers/")
    coordinator.press("Approuver le compte rendu")
    coordinator.look("papiers-approuves")
    page.goto(meeting)
    expect(page.get_by_text("ne sont plus visibles")).to_be_visible()
    assert child not in page.content()
    member.look("reunion-approuvee")
    assert kind(member, pdf)[0] == kind(member, situation)[0] == 404
    assert kind(coordinator, pdf) == [200, "application/pdf"]


def kind(visit: Visit, url: str) -> list[object]:
    """Status and type of what the address answers this person."""
    answered: list[object] = visit.page.evaluate(
        "url => fetch(url).then(answer => [answer.status, answer.headers.get('content-type')])", url
    )
    return answered
