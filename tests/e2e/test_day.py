"""« Aujourd’hui » and the week, as a coordinator, a referent and a partner's worker have them."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Visit

TOWN = "montauban"
COORDINATOR, REFERENT = f"coordination@{TOWN}.example", f"referent@{TOWN}.example"
PARTNER = "intervenante@amiss.example"


def unfold(visit: Visit) -> None:
    for folded in visit.page.locator("main details.waiting").all():
        folded.evaluate("group => group.open = true")


@pytest.mark.parametrize(
    ("email", "name"),
    [(COORDINATOR, "coordination"), (REFERENT, "referente"), (PARTNER, "intervenante")],
)
def test_what_waits_and_its_counts(visit: Callable[..., Visit], email: str, name: str) -> None:
    person = visit(TOWN, email)
    page = person.page
    person.open("/")
    unfold(person)
    person.look(f"aujourdhui-{name}")
    for link in page.locator("main .waiting a", has_text="Voir").all()[:3]:
        where, number = link.get_attribute("href") or "", link.inner_text()
        shown = link.locator("xpath=ancestor::*[contains(@class, 'waiting')][last()]").locator("li").count()
        others = int("".join(sign for sign in number.split(",")[0] if sign.isdigit()))
        if where.startswith("/attente/"):
            status, text = person.answer(where)
            assert status == 200
            assert f"sur {shown + others}" in text.replace("\u00a0", " "), where


def test_the_coordinator_acts_from_there(visit: Callable[..., Visit]) -> None:
    person = visit(TOWN, COORDINATOR)
    page = person.page
    unfold(person)
    relays = page.locator("#attente-relais-sans-reponse")
    expect(relays).to_be_visible()
    before = relays.locator("li").count()
    relays.get_by_role("button", name="Accepté").first.click()
    expect(page.get_by_text("C’est noté : le relais est accepté.")).to_be_visible()
    assert relays.locator("li").count() == before - 1
    person.look("aujourdhui-relais-accepte")
    for code in ("nouvelles", "pauses", "passages"):
        person.open(f"/attente/{code}/")
        person.look(f"attente-{code}")
    person.open("/")
    unfold(person)
    page.locator("#attente-pauses").get_by_role("link", name="Reprendre le parcours").first.click()
    page.wait_for_url("**/reprendre/")


def test_the_week_ones_own_and_everybodys(visit: Callable[..., Visit]) -> None:
    person = visit(TOWN, COORDINATOR)
    page = person.page
    person.press("Voir la semaine")
    person.look("semaine")
    own = page.locator("main .week li li").count()
    person.press("Voir toute l’équipe")
    page.wait_for_url("**tous=1**")
    assert page.locator("main .week li li").count() >= own
    person.look("semaine-equipe")
    person.press("Suivante")
    person.look("semaine-suivante")
    assert "tous=1" in page.url
    person.press("Exporter les rendez-vous")
    person.look("exporter-rendez-vous")
    expect(page.get_by_text("toute l’équipe")).to_be_visible()
    worker = visit(TOWN, PARTNER, phone=True)
    worker.open("/semaine/")
    worker.look("semaine-partenaire")
    expect(worker.page.get_by_text("Voir toute l’équipe")).to_have_count(0)
    expect(worker.page.get_by_text("Exporter les rendez-vous")).to_have_count(0)
