"""Domains of accompaniment and vocabularies of a town's file, brought into the town's schema."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import TextChoices

from core.pathways.enums import NATIONAL_CODES, NationalDomain, VocabularyKind
from core.pathways.models.vocabulary import Domain, Term
from tenants.configuration.changes import Change, Section, reconcile, rows_in_place
from tenants.configuration.reading import Draft, KeyPath, Problem
from tenants.configuration.schema import AnyFile, TownFile
from tenants.configuration.schema import Term as TermEntry

FIELDS = {"label": "libellé", "national": "code national", "order": "rang", "active": "actif"}
DOMAINS = Section("domaine", FIELDS)
SECTIONS = {
    VocabularyKind.REFERRAL_SOURCE: ("referral_sources", Section("origine de repérage", FIELDS)),
    VocabularyKind.MOTIVE: ("motives", Section("motif", FIELDS)),
    VocabularyKind.EXIT_REASON: ("exit_reasons", Section("motif de sortie", FIELDS)),
}


def check(draft: Draft) -> list[Problem]:
    problems = list(_unknown(draft, ("domains",), NationalDomain))
    for kind, (key, _) in SECTIONS.items():
        problems += _unknown(draft, ("vocabularies", key), NATIONAL_CODES[kind])
    return problems


def _unknown(draft: Draft, path: KeyPath, codes: type[TextChoices]) -> Iterator[Problem]:
    expected = f"un code national connu : {', '.join(codes.values)}"
    for item, entry in draft.tables(*path):
        found = entry.get("national")
        if isinstance(found, str) and found not in codes.values:
            yield draft.problem((*item, "national"), found=found, expected=expected)


def apply(file: AnyFile, *, plan: bool) -> list[Change]:
    if not isinstance(file, TownFile):
        return []
    changes = reconcile(
        DOMAINS,
        _rows(file.domains),
        rows_in_place(Domain, lambda row: row.code),
        make=lambda key, values: Domain(code=key),
        plan=plan,
    )
    terms = rows_in_place(Term, lambda row: f"{row.kind}/{row.code}")
    for kind, (key, section) in SECTIONS.items():
        changes += reconcile(
            section,
            _rows(getattr(file.vocabularies, key)),
            {row.code: row for row in terms.values() if row.kind == kind},
            make=lambda key, values, kind=kind: Term(kind=kind, code=key),
            plan=plan,
        )
    return changes


def _rows(entries: Sequence[TermEntry]) -> dict[str, dict[str, Any]]:
    return {
        entry.code: {
            "label": entry.label,
            "national": entry.national,
            "order": entry.order or position,
            "active": entry.active,
        }
        for position, entry in enumerate(entries, start=1)
    }
