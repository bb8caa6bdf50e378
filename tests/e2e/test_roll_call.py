"""The roll-call on a phone: quick, without network, against another's, and nothing left at sign-out."""

import json
import re
import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, Route, expect

from tests.e2e.conftest import Visit

COORDINATOR, PARTNER = "coordination@montauban.example", "intervenante@amiss.example"
WORKSHOP = "Atelier théâtre du mercredi"
KEPT = "Gardé sur ce téléphone, pas encore envoyé"


def workshop(visit: Visit) -> None:
    visit.open("/actions/")
    visit.page.get_by_role("link", name=WORKSHOP).first.click()
    visit.page.wait_for_load_state()


def roll(visit: Visit) -> str:
    """The roll-call of the workshop's last session; answers its address."""
    workshop(visit)
    link = visit.page.locator("main").get_by_role("link", name=re.compile("^(Faire l’appel|Corriger)"))
    link.first.click()
    ready(visit.page)
    return visit.page.url


def ready(page: Page) -> None:
    page.wait_for_selector("form[data-roll][data-ready]")


def mark(page: Page, row: int, value: str) -> str:
    """Touch one child's mark; answers the field's name."""
    found = page.locator(".roll-row").nth(row).locator(f"input[value={value}]")
    found.check()
    return found.get_attribute("name") or ""


def kept(page: Page) -> dict[str, str]:
    found: dict[str, str] = page.evaluate("Object.assign({}, localStorage)")
    return found


def state(page: Page) -> Any:
    return page.locator("[data-roll-state]")


def save(visit: Visit) -> None:
    visit.page.get_by_role("button", name="Enregistrer l’appel").click()


def test_a_worker_calls_the_roll_with_a_thumb(visit: Callable[..., Visit]) -> None:
    worker = visit("montauban", PARTNER, phone=True)
    page = worker.page
    worker.open("/actions/")
    worker.look("actions-partenaire")
    workshop(worker)
    worker.look("action-partenaire")
    roll(worker)
    worker.look("appel")
    names = page.locator(".roll-name").all_inner_texts()
    assert len(names) >= 5
    assert "Fictif" not in page.locator("main").inner_text()
    began = time.monotonic()
    for row in (1, 3):
        mark(page, row, "absent")
    save(worker)
    page.wait_for_url("**/actions/*/")
    assert time.monotonic() - began < 15
    expect(page.get_by_text("Les présences sont notées.")).to_be_visible()
    assert kept(page) == {}
    roll(worker)
    expect(page.get_by_text("Déjà fait")).to_be_visible()
    assert page.locator("input[value=absent]:checked").count() == 2
    worker.look("appel-fait")
    for row in (1, 3):
        mark(page, row, "present")
    save(worker)
    page.wait_for_url("**/actions/*/")


def test_a_lost_network_loses_nothing(visit: Callable[..., Visit]) -> None:
    worker = visit("montauban", PARTNER, phone=True)
    page = worker.page
    url = roll(worker)
    name = page.locator(".roll-name").first.inner_text().split("\n")[0]
    page.context.set_offline(True)
    field = mark(page, 0, "excused")
    save(worker)
    expect(state(page)).to_contain_text(KEPT)
    expect(page.get_by_role("button", name="Envoyer maintenant")).to_be_visible()
    worker.complaints.clear()  # the browser says that it is without network
    worker.look("appel-sans-reseau")
    (entry,) = kept(page).values()
    for text in (name, "excused", field, "present"):
        assert text not in entry
    assert set(json.loads(entry)) == {"at", "iv", "kept"}
    page.context.set_offline(False)
    expect(state(page)).to_contain_text("Envoyé à", timeout=30_000)
    assert kept(page) == {}
    page.goto(url)
    ready(page)
    assert page.locator(f"input[name={field}]:checked").get_attribute("value") == "excused"
    mark(page, 0, "present")
    save(worker)
    page.wait_for_url("**/actions/*/")


def test_what_was_kept_is_found_again_and_sent(visit: Callable[..., Visit]) -> None:
    worker = visit("montauban", PARTNER, phone=True)
    page = worker.page
    url = roll(worker)
    page.route("**/appel/", refuse)
    field = mark(page, 2, "absent")
    save(worker)
    expect(state(page)).to_contain_text(KEPT)
    workshop(worker)
    expect(page.get_by_text("Un appel attend le réseau")).to_be_visible()
    worker.complaints.clear()
    worker.look("action-appel-garde")
    page.unroute("**/appel/")
    page.get_by_role("link", name="Reprendre l’appel").click()
    page.wait_for_url(url)
    expect(state(page)).to_contain_text("Envoyé à", timeout=30_000)
    assert page.locator(f"input[name={field}]:checked").get_attribute("value") == "absent"
    mark(page, 2, "present")
    save(worker)
    page.wait_for_url("**/actions/*/")


def refuse(route: Route) -> None:
    """As a network that went: reading still works, sending does not."""
    if route.request.method == "POST":
        route.abort()
    else:
        route.continue_()


def test_two_phones_disagree_and_nothing_is_overwritten(visit: Callable[..., Visit]) -> None:
    worker, boss = visit("montauban", PARTNER, phone=True), visit("montauban", COORDINATOR)
    url = roll(worker)
    boss.page.goto(url)
    ready(boss.page)
    field = mark(worker.page, 0, "absent")
    child = worker.page.locator(".roll-name").first.inner_text().split("\n")[0]
    other = boss.page.locator(f"input[name={field}][value=excused]")
    other.check()
    boss.press("Enregistrer l’appel")
    boss.page.wait_for_url("**/actions/*/")

    save(worker)
    page = worker.page
    expect(page.get_by_role("heading", name="Deux appels différents")).to_be_visible()
    row = page.locator(".roll-row").filter(has_text=child)
    expect(row.get_by_text("Votre appel")).to_be_visible()
    assert row.locator("dd").all_inner_texts() == ["Absent·e", "Excusé·e"]
    assert row.locator("input:checked").get_attribute("value") == "excused"
    worker.complaints.clear()  # the browser notes the 409
    worker.look("appel-conflit")
    boss.page.goto(url)
    ready(boss.page)
    assert boss.page.locator(f"input[name={field}]:checked").get_attribute("value") == "excused"

    page.get_by_role("link", name="Garder ce qui est enregistré").click()
    ready(page)
    assert kept(page) == {}
    assert page.locator(f"input[name={field}]:checked").get_attribute("value") == "excused"
    page.locator(f"input[name={field}][value=present]").check()
    save(worker)
    page.wait_for_url("**/actions/*/")


def test_signing_out_leaves_nothing_and_another_sign_in_reads_nothing(visit: Callable[..., Visit]) -> None:
    worker = visit("montauban", PARTNER, phone=True)
    page = worker.page
    url = roll(worker)
    page.route("**/appel/", refuse)
    mark(page, 1, "absent")
    save(worker)
    expect(state(page)).to_contain_text(KEPT)
    entries = kept(page)
    answers = [False, True]
    page.on("dialog", lambda asked: asked.accept() if answers.pop(0) else asked.dismiss())
    page.locator("details.account summary").click()
    for left in (1, 0):
        page.get_by_role("button", name="Me déconnecter").click()
        page.wait_for_timeout(1500)
        assert len(kept(page)) == left
    assert "connexion" in page.url

    again = visit("montauban", PARTNER, phone=True)
    again.open("/actions/")
    again.page.evaluate(
        "all => Object.entries(all).forEach(([name, text]) => localStorage.setItem(name, text))", entries
    )
    again.page.goto(url)
    ready(again.page)
    expect(state(again.page)).to_contain_text("pour une autre connexion")
    assert kept(again.page) == {}


def test_without_scripts_it_is_a_form(visit: Callable[..., Visit], browser: Any) -> None:
    signed_in = visit("montauban", PARTNER, phone=True)
    url = roll(signed_in)
    plain = browser.new_context(
        java_script_enabled=False, storage_state=signed_in.page.context.storage_state(), locale="fr-FR"
    )
    page = plain.new_page()
    page.goto(url)
    page.get_by_role("button", name="Enregistrer l’appel").click()
    page.wait_for_url("**/actions/*/")
    expect(page.get_by_text("Les présences sont notées.")).to_be_visible()


def test_places_are_asked_proposed_and_taken(visit: Callable[..., Visit]) -> None:
    worker = visit("montauban", PARTNER, phone=True)
    workshop(worker)
    worker.press("Demander une place")
    worker.look("demander-une-place")
    page = worker.page
    page.fill("[name=first_name]", "Soan")
    page.fill("[name=last_name]", "Fougère-Fictif")
    page.fill("[name=authorised_by]", "La mère")
    worker.press("Demander")
    expect(page.get_by_text("Sans réponse encore").first).to_be_visible()

    boss = visit("montauban", COORDINATOR)
    workshop(boss)
    boss.look("action-coordination")
    boss.page.get_by_role("button", name=re.compile("^La famille accepte")).first.click()
    expect(boss.page.get_by_text("participe à cette action").first).to_be_visible()
    boss.page.get_by_role("link", name="Inscrire Soan", exact=True).first.click()
    boss.page.fill("[name=birth_on]", "2/1/2017")
    boss.look("place-demandee")
    boss.press("Inscrire")
    expect(boss.page.get_by_text(re.compile("Soan attend une place"))).to_be_visible()
    boss.press("Inscrire un parent")
    boss.look("inscrire-un-parent")
    boss.page.fill("[name=first_name]", "Leïla")
    boss.press("Inscrire")
    expect(boss.page.get_by_text("Leïla").first).to_be_visible()
    boss.press("En prévoir plusieurs")
    boss.look("seances-en-serie")
    workshop(worker)
    expect(page.get_by_text("En liste d’attente.")).to_be_visible()
    worker.look("action-partenaire-reponse")


def test_a_worker_says_that_a_guest_may_need_the_pre(visit: Callable[..., Visit]) -> None:
    worker = visit("montauban", PARTNER, phone=True)
    workshop(worker)
    page = worker.page
    page.locator("main").get_by_role("link", name=re.compile("^Orienter vers le PRE")).first.click()
    page.wait_for_load_state()
    worker.look("orienter-depuis-une-action")
    assert "Fougère" not in page.locator("main").inner_text()
    page.select_option("[name=source]", index=1)
    page.locator("[name=motives]").first.check()
    page.fill("[name=facts]", "Reste seul à chaque séance.")
    page.locator("[name=parents_informed]").first.check()
    worker.press("Envoyer à la coordination")
    expect(page.get_by_text("L’orientation est envoyée")).to_be_visible()
    assert "Fougère" not in page.locator("main").inner_text()
