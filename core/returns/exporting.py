"""A return as a spreadsheet, in the order of its questions."""

from collections.abc import Iterator, Mapping

from core.exchange.models import Campaign
from core.returns.showing import View
from core.sheets import writing
from core.sheets.writing import Column, Format, Sheet, Value

FORMATS: Mapping[str, str] = {
    format: kind for format, kind in writing.CONTENT_TYPES.items() if format != "csv"
}


def file_name(campaign: Campaign, format: str) -> str:
    plain = writing.file_name(f"Enquête {campaign.title}", "ods")
    return f"{plain.removesuffix('.ods')}.{format}"


def of_return(view: View, format: Format) -> bytes:
    state = "Tel que transmis" if view.is_sealed else "Pas encore transmis"
    notes = [
        view.campaign.title,
        f"{state}, état au {view.state_on:%d/%m/%Y}",
        *([f"Empreinte\u00a0: {view.sha256}"] if view.sha256 else []),
    ]
    answers = Sheet(
        "Réponses",
        [
            Column("Partie", width=26),
            Column("Question", width=40),
            Column("Ligne", width=36),
            Column("Réponse", width=40),
            Column("Précision", width=50),
        ],
        list(_rows(view)),
        notes,
    )
    checks = Sheet(
        "Contrôles",
        [Column("Contrôle", width=60), Column("Précision", width=40), Column("Explication", width=60)],
        [[one.title, one.detail, one.explanation] for one in view.checks],
    )
    return writing.write([answers, checks], format)


def _rows(view: View) -> Iterator[list[Value]]:
    for part in view.parts:
        for answer in part.answers:
            for line in answer.lines:
                yield [part.title, answer.label, line.label, _value(line.text), ""]
            last = "Total" if answer.lines else ""
            yield [part.title, answer.label, last, _value(answer.text), answer.detail]
    if view.comment:
        yield ["", "Commentaire", "", view.comment, ""]


def _value(text: str) -> Value:
    digits = text.replace("\u202f", "").replace("\u00a0", "")
    return int(digits) if digits.isdecimal() else text
