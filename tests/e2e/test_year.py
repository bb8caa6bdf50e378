"""A year of a child's life as four people enter it: who noticed, the coordination, the referent, the family.

The days are today's, since the platform refuses what is to come; the order is that of the year.
"""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.test_entry import brought_in, refer
from tests.e2e.test_roll_call import mark, ready

TOWN = "montauban"
COORDINATOR, REFERENT = f"coordination@{TOWN}.example", f"referent@{TOWN}.example"
PARTNER = "intervenante@amiss.example"
WORKSHOP = "Atelier théâtre du mercredi"


def aim(person: Visit, what: str) -> None:
    """One of the links under the objective."""
    person.page.locator("main article").get_by_role("link", name=re.compile(f"^{what}")).first.click()
    person.page.wait_for_load_state()


def searched_and_made(referent: Visit, pathway: str) -> None:
    """Autumn: nothing fits, so something is made to measure; and the first meeting is told in a line."""
    page = referent.page
    page.goto(pathway)
    aim(referent, "Chercher ce qui existe")
    referent.look("annee-chercher")
    page.get_by_role("link", name="dire pourquoi rien n’existe").click()
    page.fill("[name=because]", "Le club de lecture est complet jusqu’en mars.")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_load_state()
    page.goto(pathway)
    aim(referent, "Prévoir une action")
    page.fill("[name=title]", "Lire une histoire à deux voix")
    page.fill("[name=wording]", "Une page chacun, le livre que l’enfant choisit.")
    referent.look("annee-action")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_load_state()
    page.goto(pathway)
    referent.press("Prendre un rendez-vous")
    page.fill("[name=on]", "demain")
    page.fill("[name=hour]", "17:30")
    page.fill("[name=venue]", "Au centre social")
    referent.press("Noter le rendez-vous")
    referent.press("Noter un contact")
    page.locator("[name=kind]").first.check()
    page.locator("[name=with_whom]").first.check()
    page.fill("[name=facts]", "Sa mère dit qu’il lit seul le soir depuis dimanche.")
    referent.look("annee-contact")
    referent.press("Noter")
    expect(page.get_by_text("qu’il lit seul le soir").first).to_be_visible()


def came_to_the_workshop(coordinator: Visit, worker: Visit, pathway: str) -> None:
    """Winter: a place in the group, or in the line for it; its worker calls the roll by first names."""
    page = coordinator.page
    page.goto(pathway)
    aim(coordinator, "Rejoindre un groupe")
    coordinator.look("annee-rejoindre")
    labels = page.locator("[name=action] option").all_inner_texts()
    page.select_option("[name=action]", label=next(label for label in labels if WORKSHOP in label))
    page.locator("[name=may_wait]").check()
    coordinator.press("Inscrire")
    expect(page.locator(".toast").first).to_be_visible()
    phone = worker.page
    worker.open("/actions/")
    phone.get_by_role("link", name=WORKSHOP).first.click()
    phone.wait_for_load_state()
    worker.look("annee-atelier")
    expect(phone.locator("main").get_by_text("Ilyès Fictive")).to_have_count(0)
    link = phone.locator("main").get_by_role("link", name=re.compile("^(Faire l’appel|Corriger)"))
    link.first.click()
    ready(phone)
    mark(phone, 0, "present")
    worker.look("annee-appel")


def said_where_it_stands(referent: Visit, pathway: str) -> None:
    """Spring."""
    page = referent.page
    page.goto(pathway)
    aim(referent, "Dire où on en est")
    page.locator("[name=standing][value=partly]").check()
    page.fill("[name=note]", "A lu une page à voix haute devant le groupe.")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_load_state()
    page.goto(pathway)
    expect(page.get_by_text("devant le groupe").first).to_be_visible()
    referent.look("annee-parcours")
    status, paper = referent.answer(f"{pathway}resume.pdf")
    assert (status, paper[:5]) == (200, "%PDF-")


def ended_well(coordinator: Visit, pathway: str) -> None:
    """Summer: what became of it, in words that the family keeps."""
    page = coordinator.page
    page.goto(f"{pathway}sortie/")
    page.select_option("[name=reason]", index=1)
    page.locator("[name=asked_by]").first.check()
    page.locator("[name^=outcome_]").first.check()
    page.fill("[name=strengths]", "Lit avec plaisir. Rassure les plus petits avant d’entrer en scène.")
    coordinator.press("Terminer le parcours")
    expect(page.get_by_text("Rassure les plus petits")).to_be_visible()
    coordinator.look("annee-sortie")
    status, paper = coordinator.answer(f"{pathway}sortie/page.pdf")
    assert (status, paper[:5]) == (200, "%PDF-")


def test_a_year_of_a_childs_life(visit: Callable[..., Visit]) -> None:
    worker, coordinator = visit(TOWN, PARTNER, phone=True), visit(TOWN, COORDINATOR)
    referral = refer(worker, "Ilyès")
    pathway = brought_in(coordinator, visit, referral)
    referent = visit(TOWN, REFERENT)
    searched_and_made(referent, pathway)
    came_to_the_workshop(coordinator, worker, pathway)
    said_where_it_stands(referent, pathway)
    ended_well(coordinator, pathway)
    worker.page.goto(referral)
    expect(worker.page.get_by_text("Suite donnée").first).to_be_visible()
    assert worker.answer(pathway)[0] in (403, 404)
    worker.complaints.clear()  # the browser notes the refusal
    referent.open("/")
    referent.look("annee-apres")
