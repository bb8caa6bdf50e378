"""The process that opens a workbook: `python -m core.sheets.apart '{"rows": …}' < file`, JSON on its output.

It has nothing to lose: no database, no secret in its environment, and it ends with the file.
"""

import io
import json
import resource
import sys
from datetime import date, datetime, time, timedelta
from typing import Any

MEMORY = 1_200_000_000
SECONDS = 50


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    limits = json.loads(sys.argv[1])
    answer = opened(sys.stdin.buffer.read(), limits)
    sys.stdout.write(json.dumps(answer, default=_plain))


def opened(content: bytes, limits: dict[str, int]) -> dict[str, Any]:
    import python_calamine as calamine

    try:
        workbook = calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    except calamine.PasswordError:
        return {"refused": "locked"}
    except calamine.CalamineError as error:
        return {"refused": "locked" if "ncrypt" in str(error) else "broken"}
    sheets = []
    for page in workbook.sheets_metadata[: limits["sheets"]]:
        if page.typ != calamine.SheetTypeEnum.WorkSheet or page.visible != calamine.SheetVisibleEnum.Visible:
            continue
        try:
            sheet = workbook.get_sheet_by_name(page.name)
        except calamine.CalamineError:
            return {"refused": "broken"}
        last_row, last_column = sheet.end or (0, 0)
        if last_row >= limits["rows"] or last_column >= limits["columns"]:
            return {"refused": "long", "sheet": page.name}
        sheets.append({"name": page.name, "rows": sheet.to_python(skip_empty_area=False)})
    return {"sheets": sheets}


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return {"moment": value.replace(microsecond=0).isoformat()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, timedelta):
        return str(value)
    raise TypeError(type(value))


if __name__ == "__main__":
    main()
