"""A note in half a minute on a phone, a document, and an information préoccupante to its letter."""

import re
from collections.abc import Callable
from pathlib import Path

from tests.core.ui import sending
from tests.e2e.conftest import Visit

COORDINATOR, PARTNER = "coordination@montauban.example", "intervenante@amiss.example"


def test_a_note_and_a_document_on_a_phone(visit: Callable[..., Visit], tmp_path: Path) -> None:
    someone = visit("montauban", COORDINATOR, phone=True)
    someone.open("/enfants/")
    someone.page.locator("main tbody th a").first.click()
    someone.page.wait_for_url(re.compile(r"/enfants/\d+/$"))
    someone.look("note-dossier")
    someone.press("Écrire une note")
    someone.look("note-ecrire")
    someone.page.fill("[name=observation]", "A montré son cahier de lecture.")
    someone.page.get_by_label("École").check()
    someone.press("Noter")
    assert someone.page.get_by_text("A montré son cahier de lecture.").first.is_visible()
    someone.look("notes")
    someone.press("Ajouter un document")
    someone.look("document-ajouter")
    harm, good = tmp_path / "piege.pdf", tmp_path / "photo.jpg"
    harm.write_bytes(sending.paper(acts="javascript").read())
    good.write_bytes(sending.photo().read())
    someone.page.fill("[name=title]", "Le cahier")
    someone.page.get_by_label("École").check()
    someone.page.set_input_files("[name=file]", harm)
    someone.press("Ajouter")
    assert someone.page.get_by_text("Imprimez-le en PDF").first.is_visible()
    someone.look("document-refuse")
    someone.page.set_input_files("[name=file]", good)
    someone.press("Ajouter")
    assert someone.page.get_by_role("link", name="Le cahier").first.is_visible()


def test_an_information_from_its_start_to_its_letter(visit: Callable[..., Visit]) -> None:
    worker = visit("montauban", PARTNER, phone=True)
    worker.open("/proteger/")
    worker.look("proteger")
    worker.press("Écrire une information préoccupante")
    worker.look("proteger-ecrire")
    page = worker.page
    page.fill("[name=child_said]", "Une enfant fictive, dix ans")
    page.get_by_label("Une inquiétude forte").check()
    page.fill("[name=facts]", "Dit qu’elle ne veut pas rentrer.")
    page.locator("input[name=parents][value=told]").check()
    worker.press("Enregistrer, puis transmettre")
    worker.look("proteger-a-transmettre")
    letter = page.get_by_role("link", name="La lettre (PDF)").get_attribute("href")
    read = "async url => (await (await fetch(url)).text()).slice(0, 5)"
    assert page.evaluate(read, letter) == "%PDF-"
    worker.press("C’est transmis")
    page.get_by_label("Par téléphone").check()
    worker.press("Noter la transmission")
    worker.look("proteger-transmise")


def test_letters_and_professions(visit: Callable[..., Visit]) -> None:
    someone = visit("montauban", COORDINATOR)
    someone.open("/personnes/professions/")
    someone.look("professions")
    someone.open("/enfants/")
    someone.page.locator("main tbody th a").first.click()
    someone.page.wait_for_url(re.compile(r"/enfants/\d+/$"))
    someone.press("Courriers et autorisations")
    someone.look("courriers")
    someone.press("Un rendez-vous")
    someone.look("courrier-ecrire")
