"""Workbooks: unpacked under a count, then read by calamine in a process that may neither grow nor last."""

import io
import json
import os
import struct
import subprocess
import sys
import zipfile
import zlib
from datetime import date, datetime
from typing import Any, Final

from core.sheets.shapes import Cell, Limits, SheetData, UnreadableError, too_long

_SECONDS: Final = 60
_ENTRIES: Final = 2_000
_PIECE: Final = 1 << 16
_BROKEN: Final = (
    "Ce fichier est abîmé. Ouvrez-le dans Excel ou LibreOffice, enregistrez-le de nouveau, puis envoyez-le."
)
_NOT_A_SHEET: Final = "Ce fichier n’est pas un tableur. Choisissez un fichier .xlsx, .ods, .xls ou .csv."
_TOO_HEAVY: Final = (
    "Ce fichier devient trop gros une fois ouvert : des cellules ont sans doute été remplies très loin à"
    " droite ou"
    " très bas. Copiez les lignes utiles dans un fichier neuf, puis envoyez-le."
)
_LOCKED: Final = (
    "Ce fichier est protégé par un mot de passe. Enregistrez-le sans mot de passe, puis envoyez-le."
)


def unpacked(content: bytes, limits: Limits) -> bytes:
    """The same workbook with nothing but the parts that were unpacked and counted here: the reader behind
    opens no other.
    Pictures and macros stay outside."""
    answer = io.BytesIO()
    left = limits.unpacked
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(answer, "w") as clean:
            entries = archive.infolist()
            _check_names({entry.filename for entry in entries})
            if len(entries) > _ENTRIES:
                raise UnreadableError(_BROKEN)
            for entry in entries:
                if not entry.filename.endswith((".xml", ".rels")) and entry.filename != "mimetype":
                    continue
                if entry.flag_bits & 1:
                    raise UnreadableError(_LOCKED)
                part = _part(content, entry, left)
                left -= len(part)
                clean.writestr(zipfile.ZipInfo(entry.filename), part)
    except (zipfile.BadZipFile, zlib.error, struct.error, NotImplementedError, ValueError) as error:
        if isinstance(error, UnreadableError):
            raise
        raise UnreadableError(_BROKEN) from error
    return answer.getvalue()


def _check_names(names: set[str]) -> None:
    if "xl/workbook.bin" in names:
        raise UnreadableError(
            "Ce fichier est un classeur binaire (.xlsb). Enregistrez-le au format .xlsx, puis envoyez-le"
            " de nouveau."
        )
    if "xl/workbook.xml" not in names and not {"mimetype", "content.xml"} <= names:
        raise UnreadableError(_NOT_A_SHEET)


def _part(content: bytes, entry: zipfile.ZipInfo, left: int) -> bytes:
    """What the bytes give, whatever size the entry announces; at most `left`."""
    head = content[entry.header_offset : entry.header_offset + 30]
    if head[:4] != b"PK\x03\x04":
        raise UnreadableError(_BROKEN)
    name, extra = struct.unpack("<HH", head[26:30])
    start = entry.header_offset + 30 + name + extra
    packed = content[start : start + entry.compress_size]
    if entry.compress_type == zipfile.ZIP_STORED:
        found = packed[: left + 1]
    elif entry.compress_type == zipfile.ZIP_DEFLATED:
        found = _inflated(packed, left)
    else:
        raise UnreadableError(_BROKEN)
    if len(found) > left:
        raise UnreadableError(_TOO_HEAVY)
    return found


def _inflated(packed: bytes, left: int) -> bytes:
    machine = zlib.decompressobj(-zlib.MAX_WBITS)
    return machine.decompress(packed, left + 1)


def read(content: bytes, limits: Limits) -> list[SheetData]:
    wanted = {"rows": limits.rows, "columns": limits.columns, "sheets": limits.sheets}
    command = [sys.executable, "-m", "core.sheets.apart", json.dumps(wanted)]
    # the path to find this package, and none of the secrets that this process was started with
    environment = {"PYTHONPATH": os.pathsep.join(sys.path)}
    try:
        done = subprocess.run(
            command, input=content, capture_output=True, timeout=_SECONDS, check=False, env=environment
        )
    except subprocess.TimeoutExpired as error:
        raise UnreadableError(_TOO_HEAVY) from error
    if done.returncode:
        raise UnreadableError(_TOO_HEAVY)
    answer = json.loads(done.stdout)
    if refusal := answer.get("refused"):
        raise _refusal(refusal, answer, limits)
    return [
        SheetData(sheet["name"], [[_cell(cell) for cell in row] for row in sheet["rows"]])
        for sheet in answer["sheets"]
    ]


def _refusal(refusal: str, answer: dict[str, Any], limits: Limits) -> UnreadableError:
    if refusal == "long":
        return too_long(limits, answer["sheet"])
    return UnreadableError(_LOCKED if refusal == "locked" else _BROKEN)


def _cell(cell: Any) -> Cell:
    """Days and moments travel as {"day": …} and {"moment": …}."""
    if not isinstance(cell, dict):
        return cell
    if "day" in cell:
        return date.fromisoformat(cell["day"])
    return datetime.fromisoformat(cell["moment"])
