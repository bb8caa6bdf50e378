"""Migrations over all towns, as an operator runs them: what each town gets, and what is said of it."""

import json
import signal
import time

import pytest

from tenants import catalog
from tests.tenants.migrations.conftest import Done, Farm, FarmAt
from tests.tenants.migrations.staging import NAMES

pytestmark = pytest.mark.xdist_group("farm")

PUPILS = """
INSERT INTO {0}.planted_pupil (name, code, level, remark, tags) VALUES
    ('Alix', 'a', 3, '', '{{}}'), ('50 %%', 'b', 2, '', '{{}}'), ('Bruno', 'c', 2, '', '{{}}')
"""
SAME_CODE = (
    "INSERT INTO {0}.planted_pupil (name, code, level, remark, tags) VALUES ('Zoé', 'same', 1, '', '{{}}')"
)


def succeeded(done: Done) -> None:
    assert done.returncode == 0, done.stdout + done.stderr


def with_pupils(farm: Farm) -> Farm:
    for schema in farm.schemas().values():
        farm.run(PUPILS.format(schema).replace("%%", "%"))
    return farm


class TestEveryKind:
    def test_each_town_gets_structure_and_data(self, farm_at: FarmAt) -> None:
        farm = with_pupils(farm_at("0002"))
        succeeded(farm.migrate("0010"))
        for slug, schema in farm.schemas().items():
            assert farm.recorded(slug) == NAMES[:10]
            pupils = farm.rows(f"SELECT name, level, remark, last FROM {schema}.planted_pupil ORDER BY code")
            # 0006 sets level 1 for A…, and a remark with a percent sign in its condition; 0007 lifts 2 to 3
            assert pupils == [("Alix", 1, "", False), ("50 %", 3, "non", False), ("Bruno", 3, "", False)]

    def test_what_was_replayed_and_what_django_executed(self, farm_at: FarmAt) -> None:
        farm = farm_at("")
        succeeded(farm.migrate("0010"))
        ledger = farm.ledger("alpha")
        assert sorted(ledger) == NAMES[:10]
        assert {state for state, _, _ in ledger.values()} == {"done"}
        executed = [name for name, (_, replayed, _) in ledger.items() if not replayed]
        assert sorted(executed) == ["0007_python", "0008_computed", "0009_concurrently"]

    def test_a_computed_default_differs_between_towns(self, farm_at: FarmAt) -> None:
        farm = with_pupils(farm_at("0002"))
        succeeded(farm.migrate("0008"))
        tokens = [
            farm.rows(f"SELECT DISTINCT token FROM {schema}.planted_pupil")
            for schema in farm.schemas().values()
        ]
        assert [len(found) for found in tokens] == [1, 1]
        assert tokens[0] != tokens[1]

    def test_schemas_are_equal_however_they_came_to_be(self, farm_at: FarmAt) -> None:
        farm = farm_at("0004")
        early = farm.provision("0004", "gamma")
        succeeded(farm.migrate("0010"))
        late = farm.provision("0010", "delta")
        schemas = farm.schemas()
        prints = json.loads(farm.drive("0010", "fingerprints").stdout)
        (kept,) = farm.rows("SELECT fingerprint FROM tenants_schematemplate WHERE kind = 'town'")
        assert set(prints.values()) == {kept[0]}
        assert set(prints) == {"alpha", "beta", "gamma", "delta"}
        assert json.loads(farm.drive("0010", "drift").stdout) == []
        witness = {slug: farm.dump(schema, rights=True) for slug, schema in schemas.items()}
        assert "planted_trace" in witness["alpha"]
        assert spelled(witness["alpha"]) == spelled(witness["beta"]) == spelled(witness["gamma"])
        assert spelled(witness["alpha"]) == spelled(witness["delta"])
        migrated = farm.dump("t_template_town", rights=False)
        assert spelled(migrated) == spelled(farm.dump(early["gamma"], rights=False))
        assert spelled(migrated) == spelled(farm.dump(late["delta"], rights=False))

    def test_a_new_append_only_table_is_one_from_its_first_moment(self, farm_at: FarmAt) -> None:
        farm = farm_at("")
        succeeded(farm.migrate("0005"))
        schema = farm.schemas()["alpha"]
        late = farm.provision("0005", "gamma")["gamma"]
        for name in (schema, late):
            rights = farm.rows(
                "SELECT has_table_privilege(%s, %s, 'INSERT'), has_table_privilege(%s, %s, 'UPDATE'),"
                " has_table_privilege(%s, %s, 'DELETE')",
                *[name, f"{name}.planted_trace"] * 3,
            )
            assert rights == [(True, False, False)]
        ordinary = farm.rows(
            "SELECT has_table_privilege(%s, %s, 'UPDATE')", schema, f"{schema}.planted_pupil"
        )
        assert ordinary == [(True,)]

    def test_a_table_that_became_append_only_is_mended(self, farm_at: FarmAt) -> None:
        farm = farm_at("0005")
        schema = farm.schemas()["beta"]
        farm.run(f"GRANT UPDATE, DELETE ON {schema}.planted_trace TO {schema}")
        farm.run(f"REVOKE UPDATE, DELETE ON {schema}.planted_pupil FROM {schema}")
        done = farm.migrate("0005")
        succeeded(done)
        assert "Droits remis en ordre : beta." in done.stdout
        assert json.loads(farm.drive("0005", "drift").stdout) == []


class TestUnwillingTown:
    def unwilling(self, farm: Farm, *slugs: str) -> None:
        for slug in slugs:
            for _ in range(2):
                farm.run(SAME_CODE.format(farm.schemas()[slug]).replace("{{", "{").replace("}}", "}"))

    def test_it_stops_nobody_else_and_is_reported(self, farm_at: FarmAt) -> None:
        farm = farm_at("0002")
        self.unwilling(farm, "alpha")
        done = farm.migrate("0004")
        assert done.returncode == 1
        assert "alpha — planted.0003_constraints" in done.stderr
        assert "one_code_a_pupil" in done.stderr
        assert "relancez la commande" in done.stderr
        assert farm.recorded("beta") == NAMES[:4]
        assert farm.recorded("alpha") == NAMES[:2]
        assert farm.ledger("alpha")["0003_constraints"][0] == "failed"
        assert "0004_alterations" not in farm.ledger("alpha")

    def test_no_row_is_quoted(self, farm_at: FarmAt) -> None:
        """PostgreSQL's DETAIL holds the rows at fault: people. Neither ledger nor operator sees it."""
        farm = farm_at("0002")
        self.unwilling(farm, "alpha")
        done = farm.migrate("0004")
        told = done.stdout + done.stderr + farm.ledger("alpha")["0003_constraints"][2]
        assert "could not create unique index" in told
        assert "(same)" not in told

    def test_it_catches_up_once_the_cause_is_gone(self, farm_at: FarmAt) -> None:
        farm = farm_at("0002")
        self.unwilling(farm, "alpha")
        assert farm.migrate("0004").returncode == 1
        farm.run(f"DELETE FROM {farm.schemas()['alpha']}.planted_pupil")
        succeeded(farm.migrate("0004"))
        assert farm.recorded("alpha") == NAMES[:4]
        assert {state for state, _, _ in farm.ledger("alpha").values()} == {"done"}
        assert json.loads(farm.drive("0004", "drift").stdout) == []

    def test_two_first_towns_that_refuse_stop_the_run(self, farm_at: FarmAt) -> None:
        farm = farm_at("0002")
        farm.provision("0002", "gamma")
        self.unwilling(farm, "alpha", "beta")
        done = farm.migrate("0003")
        assert done.returncode == 1
        assert "n’ont pas été touchées" in done.stderr
        assert farm.recorded("gamma") == NAMES[:2]

    def test_the_canary_goes_first_and_alone_decides(self, farm_at: FarmAt) -> None:
        farm = farm_at("0002")
        self.unwilling(farm, "beta")
        done = farm.migrate("0003", "--canary", "beta")
        assert done.returncode == 1
        assert farm.recorded("alpha") == NAMES[:2]
        succeeded_for_alpha = farm.migrate("0003", "--canary", "alpha")
        assert succeeded_for_alpha.returncode == 1
        assert farm.recorded("alpha") == NAMES[:3]

    def test_a_locked_table_is_left_for_the_next_run(self, farm_at: FarmAt) -> None:
        farm = farm_at("0002")
        farm.session.autocommit = False
        farm.run(f"LOCK {farm.schemas()['beta']}.planted_pupil")
        done = farm.migrate("0003")
        farm.session.rollback()
        farm.session.autocommit = True
        assert done.returncode == 1
        assert "lock timeout" in done.stderr
        assert farm.recorded("alpha") == NAMES[:3]
        succeeded(farm.migrate("0003"))
        assert farm.recorded("beta") == NAMES[:3]

    def test_a_town_without_its_schema_is_reported_and_public_untouched(self, farm_at: FarmAt) -> None:
        farm = farm_at("")
        farm.run(f"DROP SCHEMA {farm.schemas()['beta']} CASCADE")
        done = farm.migrate("0002")
        assert done.returncode == 1
        assert "Schéma absent : beta." in done.stderr
        assert farm.recorded("alpha") == NAMES[:2]
        assert farm.rows("SELECT to_regclass('public.planted_pupil')") == [(None,)]


class TestInterrupted:
    def test_killed_midway_then_resumed(self, farm_at: FarmAt) -> None:
        farm = farm_at("0010")
        farm.provision("0010", *(f"ville{number}" for number in range(6)))
        process = farm.start("0011")
        done = "SELECT count(*) FROM tenants_townmigration WHERE name = '0011_slow' AND state = 'done'"
        wait_until(farm, f"{done} HAVING count(*) >= 3")
        assert process.kill().returncode == -signal.SIGKILL
        wait_until(farm, "SELECT 1 WHERE NOT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory')")
        states = {slug: farm.ledger(slug).get("0011_slow", ("absent",))[0] for slug in farm.schemas()}
        assert "done" in states.values()
        assert set(states.values()) & {"running", "absent"}
        for slug, state in states.items():
            assert (NAMES[10] in farm.recorded(slug)) == (state == "done")
        succeeded(farm.migrate("0011"))
        for slug in farm.schemas():
            assert farm.recorded(slug) == NAMES[:11]
            assert farm.ledger(slug)["0011_slow"][0] == "done"

    def test_two_at_once_take_turns(self, farm_at: FarmAt) -> None:
        farm = farm_at("0010")
        farm.provision("0010", *(f"ville{number}" for number in range(4)))
        first, second = farm.start("0011"), farm.start("0011")
        told = [command.wait() for command in (first, second)]
        assert [done.returncode for done in told] == [0, 0], told
        assert sum("j’attends" in done.stdout for done in told) == 1
        assert sum("Les villes sont à jour." in done.stdout for done in told) == 1
        for slug in farm.schemas():
            assert farm.recorded(slug) == NAMES[:11]

    def test_a_template_killed_before_its_ddl_was_read_makes_no_town(self, farm_at: FarmAt) -> None:
        farm = farm_at("0001")
        farm.run("UPDATE tenants_schematemplate SET fingerprint = '' WHERE kind = 'town'")
        refused = farm.drive("0001", "provision", "gamma")
        assert "LookupError" in refused.stderr
        assert "gamma" not in farm.schemas()
        succeeded(farm.migrate("0001"))
        farm.provision("0001", "gamma")


class TestAsked:
    def test_plan_touches_nothing(self, farm_at: FarmAt) -> None:
        farm = farm_at("")
        before = farm.rows("SELECT count(*) FROM t_template_town.django_migrations")
        done = farm.migrate("0001", "--plan")
        succeeded(done)
        assert "modèle des villes : à mettre à jour" in done.stdout
        assert farm.rows("SELECT count(*) FROM t_template_town.django_migrations") == before
        assert farm.rows("SELECT count(*) FROM tenants_townmigration WHERE app = 'planted'") == [(0,)]

    def test_plan_names_towns_and_ways(self, farm_at: FarmAt) -> None:
        farm = farm_at("0001")
        succeeded(farm.migrate("0007", "--town", "alpha"))
        assert farm.recorded("alpha") == NAMES[:7]
        assert farm.recorded("beta") == NAMES[:1]
        done = farm.migrate("0007", "--plan")
        assert "town : beta" in done.stdout
        assert "planted.0006_sql : rejeu" in done.stdout
        assert "planted.0007_python : exécution par Django" in done.stdout
        assert "alpha" not in done.stdout

    def test_an_unknown_town_is_refused(self, farm_at: FarmAt) -> None:
        farm = farm_at("")
        done = farm.migrate("0001", "--town", "nulle-part")
        assert done.returncode == 1
        assert "Ville inconnue" in done.stderr

    def test_nothing_to_do_is_one_query_over_all_towns(self, farm_at: FarmAt) -> None:
        farm = farm_at("0001")
        farm.provision("0001", *(f"ville{number}" for number in range(5)))
        counted = json.loads(farm.drive("0001", "count_reads").stdout)
        assert counted["towns"] == 1
        assert counted["all"] < 25


def spelled(dump: str) -> str:
    return catalog.one_spelling(dump)


def wait_until(farm: Farm, query: str) -> None:
    deadline = time.monotonic() + 200
    while not farm.rows(query):
        assert time.monotonic() < deadline, query
        time.sleep(0.02)
