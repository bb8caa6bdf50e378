"""A review: the teacher answers by link and code, the referent writes on a phone, the coordinator reads."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.e2e.conftest import Visit

TOWN = "montauban"
REFERENT, COORDINATOR = f"referent@{TOWN}.example", f"coordination@{TOWN}.example"


def asked(referent: Visit) -> tuple[str, str]:
    """The link and the code that the referent hands over, each in its own way."""
    page = referent.page
    page.locator("main a[href$='/ecole/']").click()
    if page.locator("[name=guardian]").count():
        page.select_option("[name=guardian]", index=1)
        page.fill("[name=agreed_on]", "hier")
    referent.look("bilan-ecole-demander")
    referent.press("Préparer le lien")
    referent.look("bilan-ecole-lien")
    code = page.locator(".code-once").inner_text().strip()
    link = page.locator("[data-copied]").inner_text().strip()
    referent.press("Revenir au bilan")
    return link, code


def answered(teacher: Visit, link: str, code: str, last_name: str) -> None:
    """In a browser of the school: nothing before the code, a first name after it, one answer."""
    page = teacher.page
    page.goto(link)
    assert last_name not in page.content()
    teacher.look("ecole-code")
    page.fill("[name=code]", code)
    teacher.press("Ouvrir les questions")
    assert last_name not in page.content()
    teacher.look("ecole-questions")
    page.fill("[name=goes_well]", "Lit à voix haute quand on le lui propose.")
    page.fill("[name=teacher]", "Mme Essai, enseignante")
    teacher.press("Envoyer ma réponse")
    teacher.look("ecole-merci")
    page.context.clear_cookies()
    teacher.complaints.clear()
    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_have_text("Ce lien ne marche pas, ou plus")


def written(referent: Visit) -> None:
    """With a thumb; and saved meanwhile without a press."""
    page = referent.page
    page.locator("[name=with_whom][value=both]").check()
    page.fill("[name=who_was_there]", "L’enfant, sa mère")
    for name in ("before", "mark"):
        for field in page.locator(f"select[name^={name}_]").all():
            field.select_option("4" if name == "mark" else "2")
    for field in page.locator("textarea[name^=observed_]").all():
        field.fill("Vient chaque matin depuis un mois.")
    for field in page.locator("[name^=decision_][value=adjust]").all():
        field.check()
    page.fill("[name=conclusion]", "De vrais progrès.")
    expect(page.locator("[data-saved]")).to_contain_text("Enregistré à", timeout=20_000)


def test_a_review_from_the_school_s_word_to_the_family_s_paper(visit: Callable[..., Visit]) -> None:
    referent = visit(TOWN, REFERENT, phone=True)
    page = referent.page
    referent.open("/bilans/")
    referent.look("bilans-a-faire")
    child = page.locator("main table a").first.inner_text()
    page.locator("main table a").first.click()
    review = page.url
    referent.look("bilan-a-ecrire")
    link, code = asked(referent)
    answered(visit(TOWN), link, code, child.split()[-1])
    page.goto(review)
    expect(page.get_by_text("Lit à voix haute quand on le lui propose.")).to_be_visible()
    written(referent)
    page.reload()
    assert page.input_value("[name=conclusion]") == "De vrais progrès."
    page.fill("[name=who_was_there]", "")
    referent.press("Terminer le bilan")
    expect(page.get_by_text("Tout ce que vous avez écrit est gardé.")).to_be_visible()
    referent.look("bilan-il-manque")
    page.fill("[name=who_was_there]", "L’enfant, sa mère")
    referent.press("Terminer le bilan")
    expect(page.get_by_text("De vrais progrès.").first).to_be_visible()
    referent.look("bilan-fait")
    assert page.url == review

    coordinator = visit(TOWN, COORDINATOR)
    coordinator.page.goto(review)
    coordinator.look("bilan-lu")
    coordinator.press("Le parcours")
    coordinator.look("parcours-avec-bilan")
    # The team may have decided to renew meanwhile: one paper then answers both.
    step = coordinator.page.get_by_role("button", name=re.compile("^Préparer (l’avenant|le renouvellement)$"))
    step.click()
    coordinator.page.wait_for_load_state()
    assert re.search(r"/contrats/\d+/ecrire/$", coordinator.page.url)
    status, paper = coordinator.answer(f"{review}bilan.pdf")
    assert (status, paper[:5]) == (200, "%PDF-")
