"""A town that is not what its template says, or whose role may do what it should not, is found."""

import json

import pytest

from tests.tenants.migrations.conftest import Farm, FarmAt

pytestmark = pytest.mark.xdist_group("farm")

# What somebody could do by hand in a town's schema, and the words by which the operator is told.
TAMPERINGS = [
    ("ALTER TABLE {0}.planted_pupil ADD COLUMN extra integer", "en trop : column planted_pupil", "extra"),
    (
        "ALTER TABLE {0}.planted_pupil ALTER COLUMN remark DROP NOT NULL",
        "manque : column planted_pupil",
        "remark",
    ),
    ("ALTER TABLE {0}.planted_pupil ALTER COLUMN level SET DEFAULT 9", "en trop : column planted_pupil", "9"),
    ("ALTER TABLE {0}.planted_pupil DROP CONSTRAINT level_known", "manque : constraint", "level_known"),
    ("ALTER TABLE {0}.planted_trace ADD CHECK (id > 0) NOT VALID", "en trop : constraint", "NOT VALID"),
    ("DROP INDEX {0}.club_label_lower", "manque : index", "club_label_lower"),
    ("CREATE FUNCTION {0}.spy() RETURNS int LANGUAGE sql AS 'SELECT 1'", "en trop : function", "spy"),
    ("ALTER TABLE {0}.planted_circle ENABLE ROW LEVEL SECURITY", "row security planted_circle t", "t"),
    ("DROP TABLE {0}.local_outgoingmail", "manque : column local_outgoingmail", "id"),
    ("GRANT SELECT ON {0}.planted_pupil TO PUBLIC", "planted_pupil : droits", "PUBLIC SELECT"),
    ("GRANT UPDATE ON {0}.planted_trace TO {0}", "planted_trace : droits", "UPDATE"),
    ("GRANT SELECT ON {0}.django_migrations TO {0}", "django_migrations : droits", "attendus « aucun »"),
    (
        "ALTER TABLE {0}.planted_circle_members OWNER TO postgres",
        "appartient à postgres",
        "planted_circle_members",
    ),
    ("ALTER ROLE {0} LOGIN", "rôle ou schéma", "reussite_town"),
]


def told(farm: Farm) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in json.loads(farm.drive("0010", "drift").stdout):
        found.setdefault(one["slug"], []).append(one["detail"])
    return found


def test_each_change_is_told_and_only_where_it_was_made(farm_at: FarmAt) -> None:
    farm = farm_at("0010")
    schema = farm.schemas()["alpha"]
    assert told(farm) == {}
    for statement, _, _ in TAMPERINGS:
        farm.run(statement.format(schema))
    try:
        found = told(farm)
    finally:
        farm.run(f"ALTER ROLE {schema} NOLOGIN")  # roles belong to the server, not to this database
    assert set(found) == {"alpha"}
    for statement, words, name in TAMPERINGS:
        assert any(words in detail and name in detail for detail in found["alpha"]), statement


@pytest.mark.parametrize("statement", ["DROP SCHEMA {0} CASCADE", "REVOKE USAGE ON SCHEMA {0} FROM {0}"])
def test_a_town_that_cannot_be_entered(farm_at: FarmAt, statement: str) -> None:
    farm = farm_at("0010")
    farm.run(statement.format(farm.schemas()["beta"]))
    assert set(told(farm)) == {"beta"}
