"""Those who see a part: a partner's worker, the secretary, an elected member, somebody without account."""

import re
from collections.abc import Callable
from secrets import token_hex

from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.test_entry import refer
from tests.e2e.test_people import open_mail

COORDINATOR, PARTNER = "coordination@montauban.example", "intervenante@amiss.example"
SECRETARY, STEERING = "secretariat@montauban.example", "elue@montauban.example"


def status(visit: Visit, path: str) -> int:
    """What the address answers this person, without leaving the page."""
    answered: int = visit.page.evaluate("url => fetch(url).then(answer => answer.status)", path)
    return answered


def test_a_partners_worker_refers_and_learns_the_status_alone(visit: Callable[..., Visit]) -> None:
    worker = visit("montauban", PARTNER)
    worker.open("/orientations/nouvelle/")
    worker.look("orienter-partenaire")
    referral = refer(worker, "Soraya")
    page = worker.page
    expect(page.get_by_text("Reçue")).to_be_visible()
    worker.look("orientation-partenaire")

    coordinator = visit("montauban", COORDINATOR)
    coordinator.page.goto(referral)
    coordinator.press("Relier au dossier de l’enfant")
    coordinator.page.locator("[name=choice]").last.check()
    coordinator.press("Relier")
    link = coordinator.page.locator("main").get_by_role("link", name=re.compile("Ouvrir le dossier"))
    child = link.get_attribute("href") or ""
    coordinator.page.goto(referral)
    coordinator.press("Noter un contact")
    coordinator.page.locator("[name=kind]").first.check()
    coordinator.page.fill("[name=note]", "La mère hésite encore.")
    coordinator.press("Noter le contact")

    page.goto(referral)
    expect(page.get_by_text("À l’étude")).to_be_visible()
    assert "hésite" not in page.content()
    assert page.locator("main form").count() == 0
    worker.open("/orientations/")
    expect(page.get_by_text("À l’étude").first).to_be_visible()
    worker.look("orientations-partenaire")
    for path in (child, f"{child}journal/", f"{referral}accord/", f"{referral}contact/"):
        assert status(worker, path) in (403, 404), path
    assert status(coordinator, child) == 200


def test_the_secretary_has_identities_and_no_notes(visit: Callable[..., Visit]) -> None:
    secretary = visit("montauban", SECRETARY)
    page = secretary.page
    secretary.look("aujourdhui-secretariat")
    secretary.open("/enfants/")
    secretary.look("enfants-secretariat")
    page.locator("main tbody a").first.click()
    page.wait_for_load_state()
    secretary.look("dossier-secretariat")
    own = page.url
    coordinator = visit("montauban", COORDINATOR)
    coordinator.page.goto(own)
    name = coordinator.page.get_by_role("heading", level=1).inner_text()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    secretary.open("/orientations/")
    secretary.look("orientations-secretariat")
    assert page.locator("main tbody tr").count() == 0
    for path in ("/reunions/", "/urgences/", "/personnes/inviter/"):
        assert status(secretary, path) == 403
        assert status(coordinator, path) == 200


def test_an_elected_member_reaches_no_child(visit: Callable[..., Visit]) -> None:
    coordinator = visit("montauban", COORDINATOR)
    coordinator.open("/enfants/")
    child = coordinator.page.locator("main tbody a").first.get_attribute("href") or ""
    coordinator.open("/orientations/")
    referral = coordinator.page.locator("main tbody a").first.get_attribute("href") or ""
    coordinator.open("/reunions/")
    meeting = coordinator.page.locator("main tbody a").first.get_attribute("href") or ""
    elected = visit("montauban", STEERING)
    elected.look("aujourdhui-elue")
    elected.press("Chiffres")
    expect(elected.page.get_by_text("Petits effectifs masqués")).to_be_visible()
    elected.look("chiffres-elue")
    for path in ("/enfants/", "/orientations/", "/reunions/", "/urgence/", child, referral, meeting):
        assert status(elected, path) in (403, 404), path
        assert status(coordinator, path) == 200 or path == "/urgence/"
    assert elected.open("/enfants/") == 403
    elected.complaints.clear()  # the browser notes each refusal
    elected.look("refus")


def test_an_outsider_writes_puts_off_resumes_and_sends(visit: Callable[..., Visit]) -> None:
    email = f"directrice.{token_hex(3)}@ecole-fictive.example"
    first = visit("montauban")
    page = first.page
    first.open("/orienter/")
    first.look("orienter-sans-compte")
    page.fill("[name=referrer_name]", "Directrice Fictive")
    page.fill("[name=referrer_function]", "Directrice")
    page.fill("[name=referrer_organisation]", "École fictive")
    page.fill("[name=referrer_contact]", email)
    page.fill("[name=facts]", "Ne vient plus le lundi.")
    first.press("Garder et finir plus tard")
    expect(page.locator(".notice-title", has_text="Votre texte est gardé")).to_be_visible()
    first.look("orienter-garde")

    again = visit("montauban")
    page = again.page
    open_mail(again, email, "")
    again.look("message-reprendre")
    page.locator("a[href*='/orienter/reprendre/']").click()
    page.wait_for_url("**/orienter/reprendre/**")
    link = page.url
    expect(page.locator("[name=facts]")).to_have_value("Ne vient plus le lundi.")
    again.press("Envoyer à la coordination")
    expect(page.locator(".field-error").first).to_be_visible()
    expect(page.locator("[name=facts]")).to_have_value("Ne vient plus le lundi.")
    again.look("orienter-incomplet")
    page.fill("[name=stated_first_name]", "Timéo")
    page.fill("[name=stated_last_name]", "Fictif-Dehors")
    page.fill("[name=stated_birth_on]", "9 mars 2016")
    page.select_option("[name=source]", index=1)
    page.locator("[name=motives]").first.check()
    page.locator("[name=parents_informed]").first.check()
    again.press("Envoyer à la coordination")
    expect(page.get_by_role("heading", name="Et maintenant ?")).to_be_visible()
    again.look("orienter-merci")
    assert page.goto(link).status == 404  # type: ignore[union-attr]
    again.complaints.clear()
    again.look("orienter-lien-clos")

    coordinator = visit("montauban", COORDINATOR)
    coordinator.open("/orientations/?tri=-attente")  # the latest first
    expect(coordinator.page.get_by_text("Timéo Fictif-Dehors").first).to_be_visible()
