"""The page of all components in Chromium, under the product's own content security policy.

Pages are rendered beforehand and served to the browser by interception: no server, no database.
"""

import json
import mimetypes
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from csp.utils import build_policy
from django.contrib.staticfiles import finders
from django.test import RequestFactory
from playwright.sync_api import Browser, Page, Route, sync_playwright

from core.ui import views
from core.ui.signatures import read_strokes
from infra import chromium
from tenants.context import Place, entered

HOST = "http://lis.test"
TOWN = Place(
    id=1,
    kind="town",
    slug="lis",
    schema="t_lis",
    name="Val-du-Lis",
    primary_host="lis.test",
    config={"look": {"name": "Le coup de pouce", "accent": "#0b6e6e"}},
)
WIDTHS = (1280, 360, 320)


class Site:
    """What the browser is given, and what it sent."""

    def __init__(self) -> None:
        factory = RequestFactory()
        request = factory.get("/composants/")
        request.user = SimpleNamespace(  # type: ignore[assignment]
            is_authenticated=True, full_name="Camille Exemple", function="", roles_on=lambda day: []
        )
        request.htmx = False  # type: ignore[attr-defined]
        request._messages = []  # type: ignore[attr-defined]
        with entered(TOWN):
            self.pages = {
                "/composants/": views.components(request).content,
                "/apparence.css": views.appearance(factory.get("/apparence.css")).content,
                "/404/": views.page_not_found(request).content,
                "/500/": views.server_error(request).content,
            }
        self.pages["/ailleurs/"] = views.unknown_host(request).content
        self.policy = build_policy()
        self.sent: list[str] = []

    def answer(self, route: Route) -> None:
        path = urlsplit(route.request.url).path
        if route.request.method == "POST":
            self.sent.append(route.request.post_data or "")
            route.fulfill(status=204)
        elif path.startswith("/static/"):
            found = finders.find(path.removeprefix("/static/"))
            assert isinstance(found, str), path
            kind = mimetypes.guess_type(path)[0] or "text/plain"
            route.fulfill(body=Path(found).read_bytes(), content_type=kind)
        else:
            kind = "text/css" if path.endswith(".css") else "text/html; charset=utf-8"
            headers = {"Content-Type": kind, "Content-Security-Policy": self.policy}
            route.fulfill(body=self.pages[path], headers=headers)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=chromium.find(),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
        )
        yield running
        running.close()


@pytest.fixture
def site() -> Site:
    return Site()


def opened(browser: Browser, site: Site, path: str = "/composants/", **context: object) -> Page:
    page = browser.new_context(**context).new_page()  # type: ignore[arg-type]
    page.set_default_timeout(5000)
    page.route("**/*", site.answer)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(HOST + path)
    assert said == []
    return page


@pytest.mark.parametrize(
    ("path", "width", "scheme"),
    [
        *(("/composants/", width, scheme) for width in WIDTHS for scheme in ("light", "dark")),
        ("/404/", 320, "dark"),
        ("/500/", 360, "light"),
        ("/ailleurs/", 1280, "dark"),
    ],
)
def test_axe_finds_nothing_and_nothing_sticks_out(
    browser: Browser, site: Site, path: str, width: int, scheme: str
) -> None:
    page = opened(browser, site, path, viewport={"width": width, "height": 800}, color_scheme=scheme)
    found = Axe().run(page).response["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
    page.context.close()


def test_colours_of_the_town_win_over_the_platforms(browser: Browser, site: Site) -> None:
    page = opened(browser, site, color_scheme="light")
    button = page.locator("button.button").first
    assert button.evaluate("b => getComputedStyle(b).backgroundColor") == "rgb(11, 110, 110)"
    page.context.close()


def test_by_keyboard(browser: Browser, site: Site) -> None:
    page = opened(browser, site, viewport={"width": 1280, "height": 800})
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search"
    page.keyboard.press("/")
    assert page.input_value("#search") == "/"  # what is selected is replaced, and the sign is written
    page.get_by_text("Aller au contenu").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "contenu"
    page.context.close()


def test_errors_are_read_first(browser: Browser, site: Site) -> None:
    page = opened(browser, site)
    assert page.evaluate("document.activeElement.className") == "error-summary"
    assert page.title().startswith("Erreur")
    page.get_by_role("link", name="Date de naissance").click()
    assert page.evaluate("document.activeElement.id") == "id_born_on"
    page.context.close()


def test_a_second_press_sends_nothing(browser: Browser, site: Site) -> None:
    page = opened(browser, site)
    page.evaluate("for (let n = 0; n < 3; n++) document.getElementById('exemple').requestSubmit()")
    page.wait_for_timeout(200)
    assert len(site.sent) == 1
    page.context.close()


def test_what_was_typed_comes_back_until_it_is_sent(browser: Browser, site: Site) -> None:
    page = opened(browser, site)
    form = page.locator("#exemple")
    form.get_by_label("Prénom et nom").fill("Lina Fictive")
    form.get_by_label("De vive voix").check()
    page.goto(HOST + "/404/")
    page.goto(HOST + "/composants/")
    assert form.get_by_label("Prénom et nom").input_value() == "Lina Fictive"
    assert form.get_by_label("De vive voix").is_checked()
    form.get_by_role("button", name="Repartir de la page vide").click()
    assert form.get_by_label("Prénom et nom").input_value() == ""
    form.get_by_label("Prénom et nom").fill("Noé Exemple")
    form.get_by_role("button", name="Enregistrer").click()
    page.goto(HOST + "/composants/")
    assert form.get_by_label("Prénom et nom").input_value() == ""
    page.context.close()


def test_signing_out_forgets_what_was_typed(browser: Browser, site: Site) -> None:
    page = opened(browser, site)
    page.locator("#exemple").get_by_label("Prénom et nom").fill("Lina Fictive")
    kept = "Object.keys(sessionStorage).filter(key => key.startsWith('saisie:')).length"
    assert page.evaluate(kept) == 1
    page.locator(".account summary").click()
    page.get_by_role("button", name="Me déconnecter").click()
    page.wait_for_function("sessionStorage.length === 0")
    page.context.close()


def test_a_signature_is_drawn_and_rubbed_out(browser: Browser, site: Site) -> None:
    page = opened(browser, site)
    sheet = page.locator("canvas")
    sheet.scroll_into_view_if_needed()
    box = sheet.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 20, box["y"] + box["height"] - 20, steps=20)
    page.mouse.up()
    hidden = page.locator("[data-signature] input[type=hidden]")
    strokes = read_strokes(hidden.input_value())
    assert len(strokes) == 1
    assert len(strokes[0]) > 10
    page.get_by_role("button", name="Effacer le dessin").click()
    assert hidden.input_value() == ""
    page.context.close()


def test_a_day_chosen_in_the_calendar_is_written(browser: Browser, site: Site) -> None:
    page = opened(browser, site)
    picker = page.locator("[data-date-for=id_vide-seen_on]")
    picker.evaluate("p => { p.value = '2026-09-03'; p.dispatchEvent(new Event('change', {bubbles: true})) }")
    assert page.input_value("#id_vide-seen_on") == "03/09/2026"
    assert page.locator("[data-date-open]").first.is_visible()
    page.context.close()


def test_the_dialog_opens_and_leaves_as_it_came(browser: Browser, site: Site) -> None:
    page = opened(browser, site)
    opener = page.get_by_role("link", name="Mettre fin au parcours")
    opener.click()
    dialog = page.get_by_role("dialog", name="Mettre fin au parcours de Lina")
    assert dialog.is_visible()
    assert Axe().run(page).response["violations"] == []
    page.keyboard.press("Escape")
    assert not dialog.is_visible()
    assert opener.evaluate("o => o === document.activeElement")
    opener.click()
    dialog.get_by_role("button", name="Ne rien changer").click()
    assert not dialog.is_visible()
    page.context.close()


def test_without_scripts_every_act_has_its_plain_form(browser: Browser, site: Site) -> None:
    page = opened(browser, site, java_script_enabled=False)
    assert not page.locator("canvas").is_visible()
    assert page.get_by_label("Ou tapez votre prénom et votre nom").is_visible()
    assert not page.locator("[data-date-open]").first.is_visible()
    assert not page.get_by_role("button", name="Copier l’adresse").is_visible()
    assert page.get_by_role("link", name="Mettre fin au parcours").get_attribute("href") == "#lien"
    form = page.locator("#exemple")
    form.get_by_label("Prénom et nom").fill("Lina Fictive")
    form.get_by_role("button", name="Enregistrer").click()
    assert "Lina" in site.sent[0]
    page.context.close()


def test_the_navigation_is_within_reach_of_a_thumb(browser: Browser, site: Site) -> None:
    page = opened(browser, site, viewport={"width": 360, "height": 640}, has_touch=True)
    small = page.evaluate(
        """() => [...document.querySelectorAll('button, .button, summary, .segments label, select')]
        .filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 40).map(e => e.outerHTML)"""
    )
    assert small == []
    page.context.close()


def test_htmx_adds_no_style_of_its_own(browser: Browser, site: Site) -> None:
    page = opened(browser, site)
    settings = json.loads(page.locator("meta[name=htmx-config]").get_attribute("content") or "")
    assert (settings["includeIndicatorStyles"], settings["allowEval"]) == (False, False)
    assert page.evaluate("htmx.config.allowEval") is False
    assert page.locator("style").count() == 0
    page.context.close()
