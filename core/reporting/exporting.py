"""The figures of a page as sheets, from the same readers: what is hidden there is hidden here."""

from collections.abc import Iterable
from decimal import Decimal

from django.http import HttpResponse

from core.reporting import published
from core.reporting.boards import Crossing, board_of, values_of
from core.reporting.indicators import DIMENSIONS, INDICATORS, MEANS, SHARES, THEMES, Indicator, of_theme
from core.reporting.readers import Reader, Shown
from core.sheets import writing
from core.sheets.writing import Column, Format, Sheet, Value


def response(reader: Reader, before: Reader | None, format: Format) -> HttpResponse:
    found = sheets(reader, before)
    body = writing.write(found[:1] if format == "csv" else found, format)
    name = writing.file_name(f"Chiffres {reader.figures.period.label}", format)
    return HttpResponse(
        body,
        content_type=writing.CONTENT_TYPES[format],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def sheets(reader: Reader, before: Reader | None) -> list[Sheet]:
    """Counts first (a csv holds them alone), then shares and means, crossings, definitions."""
    figures = reader.figures
    notes = [
        f"Période\u00a0: {figures.period.label}",
        f"État au {figures.on:%d/%m/%Y}, âges au {figures.ages_on:%d/%m/%Y}",
        f"Définitions\u00a0: version {figures.catalogue}",
        "Une réponse manquante est comptée et montrée comme telle.",
    ]
    if reader.masks:
        notes.append(
            "«\u00a0masqué\u00a0»\u00a0: un petit effectif, ou un autre qui permettrait de le retrouver."
        )
    heads = [figures.period.label, *([before.figures.period.label] if before else [])]
    counted = Sheet(
        "Effectifs",
        [
            Column("Thème", width=24),
            Column("Indicateur", width=34),
            Column("Répartition", width=30),
            Column("Valeur", width=36),
            Column(heads[0], "number"),
            Column("Part", "percent"),
            *(Column(head, "number") for head in heads[1:]),
        ],
        list(_counts(reader, before)),
        notes,
    )
    rates = Sheet(
        "Parts et moyennes",
        [Column("Indicateur", width=44), *(Column(head) for head in heads), Column("De quoi", width=50)],
        list(_rates(reader, before)),
    )
    crossed = [crossing for section in board_of(reader, None).sections for crossing in section.crossings]
    crossings = [_crossing(number, one) for number, one in enumerate(crossed, 1)]
    return [counted, rates, *crossings, _definitions()]


def _counts(reader: Reader, before: Reader | None) -> Iterable[list[Value]]:
    for indicator in INDICATORS.values():
        yield _line(indicator, "", "Total", {}, reader, before)
        for table in indicator.tables:
            if len(table) > 1 or not reader.tells(indicator.code, *table):
                continue
            dimension = DIMENSIONS[table[0]]
            for value in values_of(indicator, dimension, reader, before):
                breakdown = {dimension.code: value}
                yield _line(indicator, dimension.name, dimension.label(value), breakdown, reader, before)


def _line(
    indicator: Indicator,
    dimension: str,
    value: str,
    breakdown: dict[str, str],
    reader: Reader,
    before: Reader | None,
) -> list[Value]:
    now, total = reader.count(indicator.code, **breakdown), reader.count(indicator.code)
    share: Value = None
    if breakdown and now.value is not None and total.value:
        share = published.rounded(Decimal(now.value) / total.value, 3)
    earlier = [_number(indicator, before.count(indicator.code, **breakdown))] if before else []
    return [
        THEMES[indicator.theme],
        indicator.name,
        dimension,
        value,
        _number(indicator, now),
        share,
        *earlier,
    ]


def _number(indicator: Indicator, shown: Shown) -> Value:
    """The number, in hours where it is minutes; or the words in its place."""
    if shown.value is None:
        return shown.text
    return published.hours(shown.value, 2) if indicator.measure == "minutes" else shown.value


def _rates(reader: Reader, before: Reader | None) -> Iterable[list[Value]]:
    for share in SHARES.values():
        earlier = [before.share(share)] if before else []
        yield [share.name, reader.share(share), *earlier, reader.share_detail(share)]
    for one in MEANS.values():
        mean, median, number = reader.mean(one)
        earlier = [before.mean(one)[0]] if before else []
        yield [f"{one.name} (moyenne)", mean, *earlier, number]
        if not reader.masks:
            yield [f"{one.name} (médiane)", median, *([before.mean(one)[1]] if before else []), number]


def _crossing(number: int, crossing: Crossing) -> Sheet:
    rows = [[row[0], *(_as_number(text) for text in row[1:])] for row in crossing.rows]
    columns = [
        Column(crossing.columns[0], width=36),
        *(Column(name, "number") for name in crossing.columns[1:]),
    ]
    return Sheet(f"Croisement {number}", columns, rows, [f"Croisement {number}\u00a0: {crossing.title}"])


def _as_number(text: str) -> Value:
    digits = text.replace("\u202f", "").replace("\u00a0", "")
    return int(digits) if digits.isdecimal() else text


def _definitions() -> Sheet:
    rows = [
        [THEMES[theme], one.name, one.definition, f"{one.code} v{one.version}"]
        for theme in THEMES
        for one in of_theme(theme)
    ]
    columns = [
        Column("Thème", width=24),
        Column("Indicateur", width=34),
        Column("Définition", width=90),
        Column("Code"),
    ]
    return Sheet("Définitions", columns, rows)
