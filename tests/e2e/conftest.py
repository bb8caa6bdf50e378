"""A browser as a person has it, at the size of a desk or of a phone, signed in as a demo person."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from core.people.demo import PASSWORD
from infra import chromium
from tests.e2e.demonstration import Demonstration, running

DESK = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
# One folder of pictures a run, for those who look; git-ignored.
PICTURES = Path(__file__).resolve().parents[2] / "var" / "pictures"


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One demonstration serves all of them, so they share a process."""
    for item in items:
        if "tests/e2e/" in str(item.path):
            item.add_marker(pytest.mark.xdist_group("e2e"))


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    folder = Path(os.environ["REUSSITE_TEST_FOLDER"]) / "demonstration"
    folder.mkdir()
    with running(folder) as started:
        yield started


@pytest.fixture
def browser() -> Iterator[Browser]:
    """Closed after each test: its event loop would be in the way of Django's."""
    path = chromium.find()
    assert path, "No Chromium: `make chromium` installs it."
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield opened
        opened.close()


class Visit:
    """A person's page, which notes what the console complains of."""

    def __init__(self, page: Page, demonstration: Demonstration, slug: str) -> None:
        self.page, self.demonstration, self.slug = page, demonstration, slug
        self.complaints: list[str] = []
        self.hurried = False  # on a way that another journey looks at
        page.set_default_timeout(15_000)
        page.on("console", lambda said: self._note(said.type, said.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("response", lambda answer: self._fallen(answer.status, answer.url))

    def _note(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self.complaints.append(text)

    def _fallen(self, status: int, url: str) -> None:
        """The console tells of a failed page without saying which."""
        if status >= 500:
            said = "".join(self.demonstration.log[-60:])
            self.complaints.append(f"{status} {url}\n{said}")

    def open(self, path: str) -> int:
        """Go there; answers the status."""
        response = self.page.goto(self.demonstration.url(self.slug, path))
        assert response is not None
        return response.status

    def press(self, name: str) -> None:
        """The button or link of that name, in the matter of the page."""
        matter = self.page.locator("main")
        button = matter.get_by_role("button", name=name, exact=True)
        button.or_(matter.get_by_role("link", name=name, exact=True)).first.click()
        self.page.wait_for_load_state()

    def answer(self, path: str) -> tuple[int, str]:
        """Status and text of what an address answers this person, without leaving the page."""
        asked = "url => fetch(url).then(answer => answer.text().then(text => [answer.status, text]))"
        status, text = self.page.evaluate(asked, path)
        return status, text

    def check(self, name: str) -> None:
        """Nothing wider than the screen, nothing that axe finds, no complaint of the console."""
        if self.hurried:
            return
        root = "document.documentElement"
        wide = self.page.evaluate(f"{root}.scrollWidth - {root}.clientWidth")
        assert wide <= 0, f"{self.page.url} is {wide} px wider than the screen"
        found = Axe().run(self.page)
        assert found.violations_count == 0, f"{self.page.url}\n{found.generate_report()}"
        assert self.page.locator("h1").count() == 1
        assert not self.complaints, f"{self.page.url}: {self.complaints}"
        PICTURES.mkdir(parents=True, exist_ok=True)
        size = self.page.viewport_size or {"width": 0}
        self.page.screenshot(path=PICTURES / f"{name}-{size['width']}.png", full_page=True)

    def look(self, name: str) -> None:
        """`check` at the size of a desk and of a phone, without walking the way twice."""
        before = self.page.viewport_size
        for size in (DESK, PHONE):
            self.page.set_viewport_size(size)  # type: ignore[arg-type]
            self.check(name)
        if before:
            self.page.set_viewport_size(before)


@pytest.fixture
def visit(browser: Browser, demonstration: Demonstration) -> Callable[..., Visit]:
    """`visit("montauban", "coordination@montauban.example")`; without an address, nobody is signed in."""

    def make(slug: str, email: str = "", *, phone: bool = False) -> Visit:
        context = browser.new_context(viewport=PHONE if phone else DESK, locale="fr-FR")  # type: ignore[arg-type]
        visit = Visit(context.new_page(), demonstration, slug)
        if email:
            visit.open("/connexion/")  # the national site's first page is open to all
            visit.page.fill("input[name=login]", email)
            visit.page.fill("input[name=password]", PASSWORD)
            visit.page.press("input[name=password]", "Enter")
            visit.page.wait_for_url(lambda url: "connexion" not in url)
        return visit

    return make
