"""Each fault of a database is found; a right one has none."""

import pytest

from reussite.doctor import database
from reussite.doctor.findings import Finding
from tenants import diagnosis, registry, roles
from tests.platform.doctor.conftest import Plant


def only(answer: Finding | list[Finding]) -> Finding:
    if isinstance(answer, list):
        assert len(answer) == 1
        return answer[0]
    return answer


@pytest.mark.parametrize(
    "check",
    [
        database.server,
        database.role_set,
        database.set_config,
        database.shared_tables,
        database.migrations,
        database.towns,
    ],
)
def test_a_right_database_has_nothing_wrong(check: object, plant: Plant) -> None:
    finding = only(check())  # type: ignore[operator]
    assert (finding.level, finding.remedy) == ("ok", ""), finding.text


def test_an_old_server_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagnosis, "server_version", lambda: (15, 8))
    assert only(database.server()).text == "PostgreSQL 15 est trop ancien"
    monkeypatch.setattr(diagnosis, "server_version", lambda: (16, 0))
    assert only(database.server()).level == "ok"


def test_a_missing_role_is_said(plant: Plant) -> None:
    plant(f"ALTER ROLE {roles.RETENTION} RENAME TO elsewhere")
    finding = only(database.role_set())
    assert (finding.level, finding.text) == ("wrong", f"rôles absents : {roles.RETENTION}")


@pytest.mark.parametrize(
    ("role", "attribute"),
    [
        (roles.APP, "SUPERUSER"),
        (roles.APP, "BYPASSRLS"),
        (roles.APP, "CREATEROLE"),
        (roles.APP, "INHERIT"),
        (roles.OWNER, "INHERIT"),
        (roles.OWNER, "CREATEDB"),
        (roles.RELAY, "LOGIN"),
        (roles.BACKUP, "REPLICATION"),
    ],
)
def test_a_role_that_may_too_much_is_said(plant: Plant, role: str, attribute: str) -> None:
    plant(f"ALTER ROLE {role} {attribute}")
    finding = only(database.role_set())
    assert (finding.level, finding.text) == ("wrong", f"rôles qui peuvent trop : {role}")


def test_an_open_set_config_is_said(plant: Plant) -> None:
    plant(f"GRANT EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) TO {roles.TOWN}")
    finding = only(database.set_config())
    assert finding.level == "wrong"
    assert roles.TOWN in finding.text


@pytest.mark.parametrize(
    ("grant", "seen"),
    [
        (f"GRANT UPDATE ON tenants_town TO {roles.APP}", f"tenants_town : {roles.APP} UPDATE"),
        (f"GRANT SELECT ON tenants_domain TO {roles.TOWN}", f"tenants_domain : {roles.TOWN} SELECT"),
        (f"GRANT DELETE ON tenants_outboxrow TO {roles.TOWN}", f"tenants_outboxrow : {roles.TOWN} DELETE"),
        (f"GRANT SELECT ON django_migrations TO {roles.APP}", f"django_migrations : {roles.APP} SELECT"),
    ],
)
def test_a_shared_table_that_is_open_is_said(plant: Plant, grant: str, seen: str) -> None:
    plant(grant)
    finding = only(database.shared_tables())
    assert finding.level == "wrong"
    assert seen in finding.text


def test_a_town_that_is_behind_is_said(plant: Plant) -> None:
    schema = registry.by_slug("alpha").schema
    plant(f"DELETE FROM {schema}.django_migrations WHERE app = 'people'")
    finding = only(database.migrations())
    assert (finding.level, finding.text) == ("wrong", "migrations en attente : alpha")


def test_a_shared_schema_that_is_behind_is_said(plant: Plant) -> None:
    plant("DELETE FROM public.django_migrations WHERE app = 'tenants' AND name LIKE '0002%%'")
    finding = only(database.migrations())
    assert finding.level == "wrong"
    assert "public" in finding.text


def test_a_town_that_drifted_is_said(plant: Plant) -> None:
    schema = registry.by_slug("beta").schema
    plant(f"CREATE TABLE {schema}.something_else (id int)")
    finding = only(database.towns())
    assert finding.level == "wrong"
    assert finding.text.startswith("beta s’écarte du modèle")
    assert "something_else" in finding.text


class TestLogins:
    def test_both_addresses_work(self) -> None:
        assert [finding.level for finding in database.logins()] == ["ok", "ok"]

    def test_a_missing_address(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("DATABASE_OWNER_URL")
        assert [finding.level for finding in database.logins()] == ["ok", "wrong"]

    def test_a_refused_connection(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DATABASE_URL", "postgresql://reussite_app:secret@127.0.0.1:1/x")
        finding = database.logins()[0]
        assert finding.text.startswith("DATABASE_URL : connexion refusée")
        assert "secret" not in finding.text

    def test_the_wrong_login(self, monkeypatch: pytest.MonkeyPatch) -> None:
        import os

        monkeypatch.setenv("DATABASE_URL", os.environ["DATABASE_OWNER_URL"])
        finding = database.logins()[0]
        assert (finding.text, finding.remedy) == (
            "DATABASE_URL se connecte comme reussite_owner",
            "utilisez le compte reussite_app",
        )
