"""A coordinator brings the town's own table: sent, understood, mended, brought, taken back."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from core.sheets.shapes import Column, Sheet
from core.sheets.writing import write
from tests.e2e.conftest import Visit

COORDINATOR = "coordination@montauban.example"
TITLES = ("Nom", "Prénom", "Date de naissance", "Classe", "Nom mère", "Prénom mère", "Tél mère",
          "Date de saisine", "Motif", "N° sécu")  # fmt: skip
ROWS = (
    ("Xylofictif", "Zoé", "9/3/2016", "CE1", "Xylofictif", "Ana", "06 00 00 00 01", "12/9/2025", "Lire", ""),
    ("Ombrefictive", "Noé", "le 31 février", "CP", "", "", "", "", "", ""),
    ("Xylofictif", "Zoé", "09/03/2016", "CE1", "", "", "", "", "", ""),
)  # fmt: skip
PATIENCE = 90_000  # ms: a worker's turn, on a machine with much to do


def table(folder: Path) -> Path:
    """A made-up table as a town keeps it."""
    path = folder / "Suivi.xlsx"
    path.write_bytes(write([Sheet("2025-2026", [Column(title) for title in TITLES], ROWS)], "xlsx"))
    return path


def test_a_table_is_brought_and_taken_back(visit: Callable[..., Visit], tmp_path: Path) -> None:
    coordinator = visit("montauban", COORDINATOR)
    page = coordinator.page
    coordinator.open("/reprises/")
    coordinator.look("reprises")
    page.set_input_files("[name=table]", table(tmp_path))
    coordinator.press("Envoyer et lire ce tableau")
    expect(page.get_by_role("heading", level=1)).to_have_text("Les colonnes de votre tableau")
    expect(page.get_by_label("Date de saisine")).to_have_value("received_on")
    coordinator.look("reprise-colonnes")
    coordinator.press("Continuer")
    expect(page.get_by_role("heading", level=1)).to_have_text("Les mots de votre ville")
    page.locator("main select").first.select_option(index=1)
    coordinator.look("reprise-mots")
    coordinator.press("Vérifier tout le tableau")
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("Relire avant de reprendre", timeout=PATIENCE)
    coordinator.look("reprise-relire")
    coordinator.press("Noé Ombrefictive")
    coordinator.look("reprise-ligne")
    page.fill("[name=birth_on]", "28/02/2016")
    coordinator.press("Enregistrer la ligne")
    page.get_by_text("Un autre enfant").check()
    coordinator.look("reprise-doublon")
    coordinator.press("Laisser cette ligne de côté")
    coordinator.press("Reprendre les lignes prêtes")
    expect(heading).to_have_text("Reprise d’un tableau", timeout=PATIENCE)
    expect(page.locator("main")).to_contain_text("Vous l’avez laissée de côté.")
    coordinator.look("reprise-bilan")
    report = page.url
    coordinator.open("/enfants/?q=ombrefictive")
    expect(page.locator("main")).to_contain_text("Ombrefictive")
    page.goto(report)
    coordinator.press("Retirer cette reprise")
    coordinator.look("reprise-retirer")
    coordinator.press("Retirer la reprise")
    expect(page.locator("main")).to_contain_text("retirées", timeout=PATIENCE)
    coordinator.look("reprise-retiree")
    coordinator.open("/enfants/?q=ombrefictive")
    expect(page.locator("main")).not_to_contain_text("Noé Ombrefictive")
