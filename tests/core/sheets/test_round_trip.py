"""What is written is read back, in each format, by our reader and by others' (calamine, odfdo, the XML
itself).
"""

import io
import re
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from odfdo import Document

from core.sheets import apart, reading
from core.sheets.safety import printable, quoted, unquoted
from core.sheets.shapes import Column, Format, NotWritableError, Sheet
from core.sheets.writing import file_name, write

FORMATS: tuple[Format, ...] = ("xlsx", "ods", "csv")
DANGEROUS = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    "+33 6 12 34 56 78",
    "-1",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "  =1+1",
    "\uff1d1+1",
    "'=1+1",
    "=HYPERLINK(\"http://example.org\";\"ici\")",
]  # fmt: skip

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40).map(printable)
moments = st.builds(
    datetime.combine,
    st.dates(date(1901, 1, 1), date(2199, 12, 31)),
    st.times().map(lambda time: time.replace(microsecond=0)),
)
days = st.dates(date(1901, 1, 1), date(2199, 12, 31))
numbers = st.integers(-(10**12), 10**12) | st.floats(-1e9, 1e9, allow_subnormal=False).map(
    lambda n: round(n, 4)
)
rows = st.lists(st.tuples(texts, days | moments | st.none(), numbers | st.none()), min_size=1, max_size=6)
COLUMNS = (Column("Nom"), Column("Le", "date"), Column("Nombre", "number"))


def back(content: bytes, format: Format) -> list[list[Any]]:
    """As `reading.read` gives it, in this process, since each example would pay for another one."""
    if format == "csv":
        return reading.read(content, "a.csv")[0].rows
    answer = apart.opened(content, {"rows": 10_000, "columns": 200, "sheets": 30})
    sheet = reading.SheetData(answer["sheets"][0]["name"], answer["sheets"][0]["rows"])
    return reading.tidy(sheet, reading.USUAL).rows


def padded(row: list[Any], width: int = 3) -> list[Any]:
    return row + [None] * (width - len(row))


def expected(value: object) -> object:
    if isinstance(value, str):
        return value if value.strip() else None
    if isinstance(value, datetime) and (value.hour, value.minute, value.second) == (0, 0, 0):
        return value.date()
    return value


@pytest.mark.parametrize("format", ["xlsx", "ods"])
@given(written=rows)
@settings(deadline=None, max_examples=60)
def test_a_workbook_gives_back_what_was_written(format: Format, written: list[tuple[Any, ...]]) -> None:
    found = back(write([Sheet("Essai", COLUMNS, written)], format), format)[1:]
    found += [[]] * (len(written) - len(found))
    assert [padded(row) for row in found] == [[expected(value) for value in row] for row in written]


@given(written=st.lists(st.tuples(texts, texts), min_size=1, max_size=6))
@settings(deadline=None)
def test_a_text_file_gives_back_what_was_written(written: list[tuple[str, str]]) -> None:
    content = write([Sheet("Essai", (Column("A"), Column("B")), written)], "csv")
    found = back(content, "csv")[1:]
    found += [[]] * (len(written) - len(found))
    assert [padded(row, 2) for row in found] == [[expected(value) for value in row] for row in written]


@given(text=st.text())
def test_quoting_loses_nothing(text: str) -> None:
    assert unquoted(quoted(text)) == text


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("text", DANGEROUS)
def test_a_formula_comes_back_as_the_text_that_it_was(format: Format, text: str) -> None:
    content = write([Sheet(text, (Column(text), Column("B")), [(text, "b")], [text])], format)
    assert back(content, format)[1][0] == printable(text)
    assert back(content, format)[0][0] == printable(text)


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_cell_of_a_text_file_begins_like_a_formula(text: str) -> None:
    content = write([Sheet("Essai", (Column(text), Column("B")), [(text, 1)], [text])], "csv").decode(
        "utf-8-sig"
    )
    assert content.replace('"', "").startswith("'")
    for line in content.replace('"', "").split("\r\n")[:2]:
        assert line.startswith("'"), line


def test_a_negative_number_stays_a_number() -> None:
    content = write([Sheet("Essai", (Column("N", "number"),), [(-3.5,), (Decimal("-2"),)])], "csv")
    assert content.decode("utf-8-sig").split("\r\n")[1:3] == ["-3,5", "-2"]


def test_a_workbook_of_excel_holds_no_formula_and_says_so_once_edited() -> None:
    content = write([Sheet("Essai", (Column("A"),), [(text,) for text in DANGEROUS])], "xlsx")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        styles = archive.read("xl/styles.xml").decode()
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet
    prefixed = [
        index
        for index, style in enumerate(re.findall(r"<xf [^>]*>", styles.partition("<cellXfs")[2]))
        if 'quotePrefix="1"' in style
    ]
    cells = re.findall(r'<c r="A(\d+)" s="(\d+)" t="s">', sheet)
    assert len(cells) == len(DANGEROUS) + 1
    assert {int(style) for _, style in cells} <= set(prefixed)


def test_a_workbook_of_libreoffice_holds_no_formula() -> None:
    content = write([Sheet("Essai", (Column("A"),), [(text,) for text in DANGEROUS])], "ods")
    assert b"table:formula" not in zipfile.ZipFile(io.BytesIO(content)).read("content.xml")
    table = Document(io.BytesIO(content)).body.tables[0]
    cells = [table.get_cell((0, row)) for row in range(1, len(DANGEROUS) + 1)]
    assert {cell.type for cell in cells} == {"string"}
    assert {cell.formula for cell in cells} == {None}


def test_another_reader_understands_days_numbers_and_shares() -> None:
    columns = (Column("Le", "date"), Column("N", "number"), Column("Part", "percent"))
    content = write([Sheet("Essai", columns, [(date(2026, 9, 3), 12, 0.582)])], "ods")
    table = Document(io.BytesIO(content)).body.tables[0]
    day, number, share = (table.get_cell((column, 1)) for column in range(3))
    assert (day.type, day.value) == ("date", date(2026, 9, 3))
    assert (number.type, int(number.value)) == ("float", 12)
    assert (share.type, float(share.value)) == ("percentage", 0.582)


def test_a_text_file_speaks_french() -> None:
    columns = (Column("Le", "date"), Column("À", "date"), Column("N", "number"), Column("Part", "percent"))
    row = (date(2026, 9, 3), datetime(2026, 9, 3, 14, 5, tzinfo=UTC), 1234.5, 0.582)
    content = write([Sheet("Essai", columns, [row], ["Source : la ville"])], "csv")
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.decode("utf-8-sig").split("\r\n") == [
        "Le;À;N;Part",
        "03/09/2026;03/09/2026 14:05;1234,5;58,2 %",
        "",
        "Source : la ville",
        "",
    ]


@pytest.mark.parametrize("format", FORMATS)
def test_the_same_rows_give_the_same_bytes(format: Format) -> None:
    sheet = Sheet("Essai", COLUMNS, [("É", date(2026, 9, 3), 2)], ["Note"])
    assert write([sheet], format) == write([sheet], format)


@pytest.mark.parametrize("format", ["xlsx", "ods"])
def test_sheets_have_a_title_each_and_their_notes_apart(format: Format) -> None:
    sheets = [
        Sheet("Enfants/adultes: 2026-2027, avec un titre long", COLUMNS, [("a", None, 1)], ["Fictif"])
    ] * 2
    found = reading.read(write(sheets, format), "a")
    assert [sheet.name for sheet in found] == [
        "Enfants adultes 2026-2027, avec",
        "Enfants adultes 2026-2027, av 2",
        "À lire",
    ]
    assert found[2].rows[1] == [sheets[0].title, "Fictif"]


@pytest.mark.parametrize("format", FORMATS)
def test_a_number_that_is_none_and_a_row_of_another_width_are_refused(format: Format) -> None:
    with pytest.raises(NotWritableError):
        write([Sheet("Essai", (Column("N", "number"),), [(float("nan"),)])], format)
    with pytest.raises(NotWritableError):
        write([Sheet("Essai", (Column("N", "number"),), [(1, 2)])], format)
    with pytest.raises(NotWritableError):
        write([], format)


def test_a_text_stands_in_a_column_of_numbers() -> None:
    content = write([Sheet("Essai", (Column("N", "number"),), [("secret",), (12,)])], "xlsx")
    assert reading.read(content, "a.xlsx")[0].rows == [["N"], ["secret"], [12]]


def test_a_file_has_a_plain_name() -> None:
    assert file_name("Enfants à l’École : cœur", "ods") == "enfants-a-l-ecole-coeur.ods"
    assert file_name("…", "csv") == "liste.csv"
