"""Who reads the national site: somebody without an account."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.e2e.conftest import Visit


def test_a_visitor_reads_a_release_without_an_account(visit: Callable[..., Visit]) -> None:
    visitor = visit("national")
    page = visitor.page
    visitor.open("/")
    visitor.look("publications")
    page.locator("main").get_by_role("link", name=re.compile("Publication n")).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("France")
    expect(page.get_by_text("Ces villes et ces chiffres sont inventés")).to_be_visible()
    expect(page.get_by_text("masqué").first).to_be_attached()
    visitor.look("publication")
    page.get_by_text("Voir le tableau des départements").click()
    page.get_by_role("link", name="Nord (59)").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nord")
    visitor.look("publication-departement")
    visitor.press("Méthode et définitions")
    visitor.look("publication-methode")
    visitor.open("/api/")
    visitor.look("publications-api")
    assert visitor.open("/publications/preparation/") == 200  # the sign-in page
    assert "/connexion/" in page.url
