"""Schools and priority districts of a town's file, brought into the town's schema."""

from core.children.models.places import PriorityDistrict, School
from tenants.configuration.changes import Change, Section, reconcile, rows_in_place
from tenants.configuration.schema import AnyFile, TownFile

DISTRICTS = Section("quartier prioritaire", {"name": "nom", "insee": "commune", "active": "actif"})
SCHOOLS = Section(
    "école",
    {
        "name": "nom",
        "level": "niveau",
        "insee": "commune",
        "postal_code": "code postal",
        "network": "éducation prioritaire",
        "active": "active",
    },
)


def apply(file: AnyFile, *, plan: bool) -> list[Change]:
    if not isinstance(file, TownFile):
        return []
    return _districts(file, plan=plan) + _schools(file, plan=plan)


def _districts(file: TownFile, *, plan: bool) -> list[Change]:
    return reconcile(
        DISTRICTS,
        {
            entry.code: {"name": entry.name, "insee": entry.insee, "active": True}
            for entry in file.priority_districts
        },
        rows_in_place(PriorityDistrict, lambda row: row.code),
        make=lambda key, values: PriorityDistrict(code=key),
        plan=plan,
    )


def _schools(file: TownFile, *, plan: bool) -> list[Change]:
    return reconcile(
        SCHOOLS,
        {
            entry.uai: {
                "name": entry.name,
                "level": entry.level,
                "insee": entry.insee,
                "postal_code": entry.postal_code or "",
                "network": entry.network or "",
                "active": entry.active,
            }
            for entry in file.schools
        },
        rows_in_place(School, lambda row: row.uai),
        make=lambda key, values: School(uai=key),
        plan=plan,
    )
