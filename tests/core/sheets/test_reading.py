"""Files as towns send them, and as nobody should: letters, separators, lies about size, disguises."""

import io
import zipfile
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from core.sheets import texts, workbooks
from core.sheets.reading import USUAL, Limits, UnreadableError, read
from core.sheets.writing import Column, Sheet, write

BOOK = write([Sheet("Essai", (Column("Nom"), Column("Né", "date")), [("Zoé", date(2015, 2, 1))])], "xlsx")


def repacked(content: bytes, /, **parts: bytes) -> bytes:
    """The same workbook with parts of ours, named without their folder's slash: xl__workbook."""
    answer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(answer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            part = parts.get(name.replace("/", "__").removesuffix(".xml"))
            new.writestr(name, old.read(name) if part is None else part)
    return answer.getvalue()


def refusal(content: bytes, name: str = "liste.xlsx", limits: Limits = USUAL) -> str:
    with pytest.raises(UnreadableError) as caught:
        read(content, name, limits)
    return str(caught.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_letters_and_separator_are_found(encoding: str, delimiter: str) -> None:
    lines = [
        delimiter.join(cells)
        for cells in (("Nom", "École", "Né"), ("Zoé", "Jean-Jaurès – élémentaire", "1/2/2015"))
    ]
    found = read("\r\n".join(lines).encode(encoding), "liste.csv")[0].rows
    assert found == [["Nom", "École", "Né"], ["Zoé", "Jean-Jaurès – élémentaire", "1/2/2015"]]


def test_a_separator_inside_quotes_is_no_separator() -> None:
    text = (
        'Nom;Adresse\r\nZoé;"3, rue des Lilas, 82000, Montauban"\r\nNoé;"5, rue des Lilas\r\nMontauban"\r\n'
    )
    assert read(text.encode(), "a.csv")[0].rows[2] == ["Noé", "5, rue des Lilas\nMontauban"]


def test_the_separator_that_excel_announces_is_believed() -> None:
    assert read(b"sep=,\r\na,b;c\r\n1,2\r\n", "a.csv")[0].rows == [["a", "b;c"], ["1", "2"]]


def test_one_column_has_no_separator() -> None:
    assert texts.guessed("Nom\nZoé\n") == ";"


@pytest.mark.parametrize("content", [b"\xff\xfea", b"a\x00b", b"\x81\x8d;\x90"])
def test_letters_that_nobody_knows_are_refused(content: bytes) -> None:
    assert "caractères" in refusal(content, "a.csv")


def test_a_quote_left_open_is_said_with_its_line() -> None:
    assert "Vers la ligne 2" in refusal(b'a;b\n"c;d\n', "a.csv")


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"<html><table><tr><td>Nom</td></tr></table></html>", "liste.xlsx"),
        (b"<html><table><tr><td>Nom</td></tr></table></html>", "liste.csv"),
        (b"<?xml version='1.0'?><Workbook/>", "liste.xls"),
        (b"Nom;Prenom", "liste.xlsx"),
        (b"%PDF-1.7", "liste.ods"),
        (b"\x89PNG\r\n\x1a\n", "liste.xlsx"),
    ],
)
def test_a_disguise_is_refused(content: bytes, name: str) -> None:
    assert "n’est pas un tableur" in refusal(content, name) or "caractères" in refusal(content, name)


def test_a_zip_that_is_no_workbook_is_refused() -> None:
    answer = io.BytesIO()
    with zipfile.ZipFile(answer, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    assert "n’est pas un tableur" in refusal(answer.getvalue())


def test_a_broken_workbook_is_said_so() -> None:
    assert "abîmé" in refusal(BOOK[: len(BOOK) // 2])
    assert "abîmé" in refusal(repacked(BOOK, xl__worksheets__sheet1=b"<worksheet><sheetData><row"))
    assert "abîmé" in refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "liste.xls")


def test_an_empty_file_and_an_empty_sheet_are_said_so() -> None:
    assert "vide" in refusal(b"")
    assert "aucune ligne" in refusal(b"\r\n ; \r\n", "a.csv")


def test_too_many_octets_rows_or_columns_are_said_so() -> None:
    assert "pèse plus de" in refusal(BOOK, limits=Limits(octets=100))
    assert "lignes ou" in refusal(BOOK, limits=Limits(rows=1))
    assert "lignes ou" in refusal(BOOK, limits=Limits(columns=1))
    assert "lignes ou" in refusal(b"a;b\nc;d\n", "a.csv", limits=Limits(rows=1))
    assert "10 Mo" in USUAL.said.replace("\u00a0", " ")


def test_a_zip_bomb_is_never_unpacked() -> None:
    bomb = repacked(BOOK, xl__worksheets__sheet1=b" " * 300_000_000)
    assert len(bomb) < USUAL.octets
    assert "trop gros" in refusal(bomb)


def test_a_zip_bomb_that_lies_about_its_size_is_not_believed() -> None:
    bomb = bytearray(repacked(BOOK, xl__worksheets__sheet1=b" " * 150_000_000))
    told, small = (150_000_000).to_bytes(4, "little"), (50).to_bytes(4, "little")
    assert bomb.count(told) == 2
    assert "trop gros" in refusal(bytes(bomb.replace(told, small)))


def test_a_cell_at_the_end_of_the_world_costs_nothing(tmp_path: Path) -> None:
    path = tmp_path / "far.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet()
        page.write(0, 0, "Nom")
        page.write(1_048_575, 16_383, "x")
    assert "trop gros" in refusal(path.read_bytes())


def test_rows_repeated_without_end_cost_nothing() -> None:
    content = write([Sheet("Essai", (Column("Nom"),), [("Zoé",)])], "ods")
    cell = b'<table:table-row table:number-rows-repeated="1048576"><table:table-cell '
    cell += b'table:number-columns-repeated="16384"'
    text = (
        zipfile.ZipFile(io.BytesIO(content))
        .read("content.xml")
        .replace(b"<table:table-row><table:table-cell", cell)
    )
    said = refusal(repacked(content, content=text), "a.ods")  # calamine itself refuses, or its process ends
    assert "abîmé" in said or "trop gros" in said


def test_hidden_sheets_and_leading_rows(tmp_path: Path) -> None:
    path = tmp_path / "hidden.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("Visible")
        page.write(2, 1, "Nom")
        book.add_worksheet("Cachée").hide()
        book.get_worksheet_by_name("Cachée").write(0, 0, "secret")
    assert [(sheet.name, sheet.rows) for sheet in read(path.read_bytes(), "a.xlsx")] == [
        ("Visible", [[], [], [None, "Nom"]])
    ]


def test_the_process_that_opens_has_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, object] = {}

    def run(command: list[str], **options: object) -> None:
        seen.update(options)
        raise workbooks.subprocess.TimeoutExpired(command, 1)

    monkeypatch.setattr(workbooks.subprocess, "run", run)
    assert "trop gros" in refusal(BOOK)
    assert set(seen["env"]) == {"PYTHONPATH"}
