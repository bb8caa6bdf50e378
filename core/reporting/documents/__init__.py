"""A report on paper, an accessible PDF (PDF/UA-1): its texts, then its figures and the money, as tables."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import typst
from django.utils import timezone

from core.reporting.enums import ReportKind
from core.reporting.indicators import Period
from core.reporting.models import ReportIssue
from core.reporting.reports.content import Content, MoneyRow
from core.ui.typography import day, typeset
from tenants import context

_REPORT = Path(__file__).with_name("report.typ")
MASKED = "«\u00a0masqué\u00a0»\u00a0: un petit effectif, ou un autre qui permettrait de le retrouver."
PRORATED = (
    "Une convention d’une autre sorte d’année compte au prorata des jours qu’elle a en commun avec celle-ci."
)
FUNDERS = ["Financeur et programme", "Demandé", "Accordé", "Versé", "Reste à verser"]
TO_COME = "à venir"
TO_COME_LINE = "Tableau à venir."
WHY_TO_COME = (
    "Les nombres et les montants sont à venir\u00a0: ceux d’une année se disent une seule fois, quand son"
    " premier bilan est arrêté. D’ici là, la coordination les lit à l’écran."
)
COSTS = ["Au numérateur", "Montant", "Au dénominateur", "Nombre", "Coût"]
# Columns of words beside the first: what a number is of.
WORDS = {"De quoi", "Au dénominateur"}
TITLES = {
    ReportKind.PARTNERS: "Bilan pour la réunion des partenaires",
    ReportKind.PREFET: "Bilan pour la préfecture",
    ReportKind.STEERING: "Bilan pour le comité de pilotage",
}


def period_of(told: Content) -> Period:
    return Period(*(date.fromisoformat(day) for day in told.period))


def title_of(told: Content) -> str:
    return f"{TITLES[ReportKind(told.kind)]}, {period_of(told).label}"


def notes_of(told: Content, issue: ReportIssue | None) -> list[str]:
    """Where the numbers come from, and what is not told."""
    if not told.figures_sha256:
        return [WHY_TO_COME]
    found = [
        f"État au {day(date.fromisoformat(told.state_on))}, définitions version {told.catalogue}.",
        f"Les nombres d’enfants inférieurs à {told.threshold} ne sont pas dits. {MASKED}",
    ]
    if told.prorated:
        found.append(PRORATED)
    if told.costs:
        found.append("Un coût est arrondi à la dizaine d’euros.")
    if issue is not None:
        found.append(
            f"Version {issue.version}, arrêtée le {day(timezone.localdate(issue.made_at))}. {issue.sha256}"
        )
    return found


def report_pdf(told: Content, issue: ReportIssue | None) -> bytes:
    """Without an issue, a draft: it has no number as long as no report of its year was finalised, since exact
    ones of a running year could be subtracted from those that are told at its end.
    """
    known = bool(told.figures_sha256)
    data = {
        "title": title_of(told),
        "town": context.require().name,
        "draft": issue is None,
        "blocks": [{"title": typeset(one.title), "parts": _paragraphs(one.text)} for one in told.blocks],
        "tables": _tables(told) if known else _tables_to_come(told),
        "money": _money(told) if known else [],
        "notes": notes_of(told, issue),
        "definitions": [[one.name, one.definition] for one in (*told.counts, *told.rates)],
    }
    pdf = typst.compile(
        _REPORT.read_bytes(),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        format="pdf",
        pdf_standards=["ua-1"],
    )
    assert isinstance(pdf, bytes)  # noqa: S101  # one document was asked for
    return pdf


def _table(title: str, heads: list[str], rows: list[list[str]], instead: str = "") -> dict[str, Any]:
    return {
        "title": title,
        "heads": heads,
        "rows": rows,
        "instead": instead,
        "words": [head in WORDS for head in heads],
    }


def _paragraphs(text: str) -> list[list[str]]:
    """Parts between empty lines, each as its lines."""
    parts = re.split(r"\n\s*\n", "\n".join(text.splitlines()))
    return [typeset(part.strip()).split("\n") for part in parts if part.strip()]


def _tables_to_come(told: Content) -> list[dict[str, Any]]:
    found = _tables(told)
    for table in found[:2]:
        table["rows"] = [[row[0], TO_COME, *("" for _ in row[2:])] for row in table["rows"]]
    return [*found[:2], *({**table, "rows": [], "instead": TO_COME_LINE} for table in found[2:])]


def _tables(told: Content) -> list[dict[str, Any]]:
    counts = [[one.name, one.said] for one in told.counts]
    rates = [[one.name, one.said, one.detail] for one in told.rates]
    return [
        _table("Les nombres de la période", ["Ce qui est compté", "Nombre"], counts),
        _table("Les parts", ["Part", "Valeur", "De quoi"], rates),
        *(
            _table(
                one.title,
                [one.heading, "Nombre", "Part"],
                [] if one.instead else [[row.label, row.said, row.share] for row in one.rows],
                one.instead,
            )
            for one in told.tables
        ),
    ]


def _money(told: Content) -> list[dict[str, Any]]:
    costs = [
        [one.numerator, one.said_amount, one.denominator, one.said_number, one.said] for one in told.costs
    ]
    found = [
        _table("Conventions reçues", FUNDERS, _rows(told.funders)),
        _table("Dépenses par nature", ["Nature", "Dépensé"], _rows(told.expenses)),
        _table("Apports en nature", ["Qui donne, et quoi", "Valeur estimée"], _rows(told.in_kind)),
        _table("Totaux", ["Total", "Montant"], _rows(told.totals)),
        _table("Coût par enfant", COSTS, costs),
    ]
    return [one for one in found if one["rows"]]


def _rows(rows: tuple[MoneyRow, ...]) -> list[list[str]]:
    return [[row.label, *row.said] for row in rows]
