"""From town A, with a query that a stranger writes, under the real roles: nothing of B is read or changed."""

from collections.abc import Iterator

import pytest
from django.db import connection

from core.people.models import User
from tenants.context import entered
from tenants.errors import RefusedStatementError
from tests.tenants.isolation.canaries import assert_untouched, name_of
from tests.tenants.isolation.conftest import Towns
from tests.tenants.isolation.injection import Outcome, search, whole

DENIED = "42501"
NO_SUCH_FUNCTION = "42883"
TWO_STATEMENTS = "42601"


@pytest.fixture
def inside(towns: Towns) -> Iterator[Towns]:
    """In A, with the walls looked at afterwards: B untouched, and the session still A's."""
    with entered(towns.a):
        yield towns
        assert whole("SELECT current_user, session_user, current_schema()").rows == (
            (towns.a.schema, "reussite_app", towns.a.schema),
        )
        assert list(User.objects.values_list("last_name", flat=True)) == [name_of(towns.a)]
    assert_untouched(towns.b)


def told(outcome: Outcome, towns: Towns) -> str:
    """All that the attacker learns, as one text."""
    return f"{outcome.rows} {outcome.refusal}".replace(towns.b.schema, "<B>")


@pytest.mark.parametrize("words", ["' UNION SELECT last_name FROM people_user --", "' OR ''='"])
def test_the_hole_is_real(inside: Towns, words: str) -> None:
    """The twin of all that follows: the same holes, turned on A's own rows, give them."""
    assert search(words).rows == ((name_of(inside.a),),)
    assert whole("SELECT last_name FROM people_user").rows == ((name_of(inside.a),),)


def test_an_injected_write_stays_in_the_town(inside: Towns) -> None:
    whole("WITH x AS (UPDATE people_user SET function = 'touched' RETURNING 1) SELECT count(*) FROM x")
    assert User.objects.get().function == "touched"


READS_OF_B = [
    "SELECT last_name FROM {b}.people_user",
    'SELECT last_name FROM "{b}"."people_user"',
    "SELECT last_name FROM {b} . people_user",
    'SELECT last_name FROM U&"\\0074{rest}".people_user',
    "TABLE {b}.people_user",
    "EXPLAIN ANALYZE SELECT last_name FROM {b}.people_user",
    "EXPLAIN (ANALYZE, VERBOSE) DELETE FROM {b}.people_user",
    "COPY {b}.people_user TO STDOUT",
    "COPY (SELECT * FROM {b}.people_user) TO STDOUT",
    "LOCK TABLE {b}.people_user IN ACCESS SHARE MODE",
    "SELECT last_value FROM {b}.people_user_id_seq",
    "SELECT nextval('{b}.people_user_id_seq')",
    "SELECT schema_to_xml('{b}', true, true, '')",
    "SELECT table_to_xml('{b}.people_user', true, true, '')",
    "SELECT query_to_xml('SELECT last_name FROM {b}.people_user', true, true, '')",
    "SELECT query_to_xml_and_xmlschema('SELECT last_name FROM {b}.people_user', true, true, '')",
    "SELECT * FROM ts_stat('SELECT to_tsvector(last_name) FROM {b}.people_user')",
    "SELECT ts_rewrite('a'::tsquery, 'SELECT last_name::tsquery, ''b''::tsquery FROM {b}.people_user')",
]
WRITES_IN_B = [
    "INSERT INTO {b}.people_user (last_name) VALUES ('x')",
    "UPDATE {b}.people_user SET function = 'touched'",
    "DELETE FROM {b}.people_user",
    "WITH x AS (DELETE FROM {b}.people_user RETURNING *) SELECT * FROM x",
    "MERGE INTO {b}.people_user u USING (SELECT 1) s ON true WHEN MATCHED THEN DELETE",
    "SELECT setval('{b}.people_user_id_seq', 1)",
    "SELECT 1 AS x INTO {b}.mine",
]
INTO_THE_ROLE_BY_FUNCTION = [
    "SELECT set_config('role', '{b}', false)",
    "SELECT pg_catalog.set_config('role', '{b}', true)",
    "SELECT U&\"\\0073et_config\"('role', '{b}', false)",
    "SELECT set_config('search_path', '{b}', false)",
    "SELECT set_config('session_authorization', '{b}', false)",
    "UPDATE pg_settings SET setting = '{b}' WHERE name = 'role'",
    "UPDATE pg_catalog.pg_settings SET setting = '{b}' WHERE name = 'search_path'",
]


@pytest.mark.parametrize("statement", READS_OF_B + WRITES_IN_B + INTO_THE_ROLE_BY_FUNCTION)
def test_the_database_denies_it(inside: Towns, statement: str) -> None:
    outcome = whole(statement.format(b=inside.b.schema, rest=inside.b.schema[1:]))
    assert outcome.sqlstate == DENIED, outcome
    assert name_of(inside.b) not in told(outcome, inside)


OTHER_PEOPLES_THINGS = [
    "SELECT slug FROM public.tenants_town",
    "SELECT domain FROM public.tenants_domain",
    "SELECT version FROM public.tenants_registryversion",
    "SELECT ddl FROM public.tenants_schematemplate",
    "SELECT * FROM public.tenants_townmigration",
    "SELECT * FROM public.tenants_scheduledjob",
    "SELECT * FROM public.django_migrations",
    "SELECT * FROM django_migrations",
    "SELECT rolpassword FROM pg_authid",
    "SELECT passwd FROM pg_shadow",
    "SELECT * FROM pg_hba_file_rules",
    "SELECT * FROM pg_statistic",
    "SELECT * FROM pg_largeobject",
    "SELECT current_setting('data_directory')",
    "SHOW config_file",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT pg_read_binary_file('PG_VERSION')",
    "SELECT pg_stat_file('PG_VERSION')",
    "SELECT pg_ls_dir('.')",
    "SELECT pg_current_logfile()",
    "COPY people_user TO PROGRAM 'true'",
    "COPY people_user TO '/tmp/copied'",
    "COPY people_user FROM '/etc/passwd'",
    "COPY people_user FROM PROGRAM 'true'",
]
WHAT_REACHES_PAST_A_SCHEMA = [
    "SELECT lo_create(4711)",
    "SELECT lo_creat(-1)",
    "SELECT lo_from_bytea(0, 'x')",
    "SELECT lo_get(1)",
    "SELECT lo_put(1, 0, 'x')",
    "SELECT lo_open(1, 131072)",
    "SELECT loread(0, 10)",
    "SELECT lowrite(0, 'x')",
    "SELECT lo_unlink(1)",
    "SELECT lo_import('/etc/passwd')",
    "SELECT lo_export(1, '/tmp/exported')",
    "SELECT pg_advisory_lock(7301001)",
    "SELECT pg_try_advisory_lock(1, 2)",
    "SELECT pg_advisory_xact_lock(7301001)",
    "SELECT pg_try_advisory_xact_lock_shared(1)",
    "SELECT pg_advisory_unlock_all()",
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()",
    "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()",
    "SELECT pg_export_snapshot()",
    "SELECT pg_logical_emit_message(false, 'a', 'b')",
    "SELECT pg_create_logical_replication_slot('a', 'test_decoding')",
    "SELECT pg_stat_reset()",
    "SELECT pg_reload_conf()",
    "SELECT set_limit(0.01)",
    "SELECT setval('public.tenants_outboxrow_id_seq', 1)",
    "SELECT nextval('public.tenants_outboxrow_id_seq')",
    "LOCK TABLE public.tenants_outboxrow IN SHARE MODE",
    "LOCK TABLE public.tenants_outboxrow IN ACCESS EXCLUSIVE MODE",
    "SELECT 1 AS x INTO TEMP mine",
    "SELECT 1 AS x INTO mine",
    "SELECT 1 AS x INTO public.mine",
    "EXPLAIN ANALYZE CREATE TABLE mine AS SELECT 1",
]


@pytest.mark.parametrize("statement", OTHER_PEOPLES_THINGS + WHAT_REACHES_PAST_A_SCHEMA)
def test_what_is_not_the_towns_is_denied(inside: Towns, statement: str) -> None:
    outcome = whole(statement)
    assert outcome.sqlstate == DENIED, outcome


REFUSED_BEFORE_THEY_ARE_SENT = [
    "SET ROLE {b}",
    "SET LOCAL ROLE {b}",
    "SET SESSION ROLE {b}",
    "set\trole\n{b}",
    "SET role = '{b}'",
    "SET role TO '{b}'",
    "SET \"role\" TO '{b}'",
    "SET SESSION AUTHORIZATION {b}",
    "SET LOCAL SESSION AUTHORIZATION {b}",
    "SET search_path TO {b}",
    "SET LOCAL search_path TO {b}",
    "SET LOCAL lock_timeout = '1s'; SET ROLE {b}",
    "SET LOCAL lock_timeout = 1, search_path = {b}",
    "RESET ROLE",
    "RESET ALL",
    "RESET SESSION AUTHORIZATION",
    "DISCARD ALL",
    "DO $$BEGIN EXECUTE 'SET ROLE {b}'; END$$",
    "PREPARE p AS SELECT 1",
    "EXECUTE p",
    "DECLARE c CURSOR WITH HOLD FOR SELECT 1",
    "FETCH ALL FROM c",
    "CREATE TEMP TABLE mine (a int)",
    "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE VIEW mine AS SELECT 1",
    "CREATE ROLE mine",
    "ALTER ROLE {b} SUPERUSER",
    "GRANT {b} TO {a}",
    "TRUNCATE people_user",
    "DROP TABLE people_user",
    "CALL mine()",
    "LISTEN anything",
    "COMMIT",
    "ROLLBACK",
    "ROLLBACK AND CHAIN",
    "ABORT",
    "END",
    "BEGIN",
    "SET TRANSACTION READ ONLY",
    "VACUUM people_user",
    "REINDEX TABLE people_user",
    "IMPORT FOREIGN SCHEMA x FROM SERVER y INTO z",
    "LOAD 'auto_explain'",
    "SECURITY LABEL ON ROLE {b} IS 'x'",
    "",
    ";",
    "; SET ROLE {b}",
    " ; ; SET ROLE {b}",
    "-- SELECT\nSET ROLE {b}",
    "--\rSET ROLE {b} /*\nSELECT */",
    "--\r\nSET ROLE {b}",
    "/* SELECT */ SET ROLE {b}",
    "/* /* nested */ SELECT */ SET ROLE {b}",
    "/*/**/*/SET ROLE {b}",
    "/**/--\n/*--*/SET ROLE {b}",
    "\x0b\x0cSET ROLE {b}",
    "(SET ROLE {b})",
    "((( SET ROLE {b}",
    "SELECTED SET ROLE {b}",
    "\ufeffSET ROLE {b}",
    "\u00a0SET ROLE {b}",
]


@pytest.mark.parametrize("statement", REFUSED_BEFORE_THEY_ARE_SENT)
@pytest.mark.parametrize("params", [None, []], ids=["plain", "params"])
def test_the_cursor_refuses_it(inside: Towns, statement: str, params: list[str] | None) -> None:
    outcome = whole(statement.format(a=inside.a.schema, b=inside.b.schema), params)
    assert isinstance(outcome.refusal, RefusedStatementError), outcome


STACKED = [
    "SELECT 1; SET ROLE {b}",
    "SELECT 1; SET ROLE {b}; SELECT last_name FROM people_user",
    "SELECT 1;SELECT last_name FROM {b}.people_user",
    "SELECT 1 /* ; */ ; RESET ROLE",
    "WITH x AS (SELECT 1) SELECT * FROM x; DO $$BEGIN EXECUTE 'SET ROLE {b}'; END$$",
    "SELECT $$;$$; SET ROLE {b}",
    "SAVEPOINT s; SET ROLE {b}",
    "SHOW role; SET ROLE {b}",
    "EXPLAIN SELECT 1; SET ROLE {b}",
]


@pytest.mark.parametrize("statement", STACKED)
@pytest.mark.parametrize("params", [None, [], {}], ids=["plain", "list", "dict"])
def test_a_second_statement_is_a_syntax_error(inside: Towns, statement: str, params: object) -> None:
    outcome = whole(statement.format(b=inside.b.schema), params)
    assert outcome.sqlstate == TWO_STATEMENTS, outcome
    assert "multiple commands" in str(outcome.refusal)


def test_a_stacked_statement_behind_a_parameter(inside: Towns) -> None:
    outcome = whole(f"SELECT %s; SET ROLE {inside.b.schema}", ["x"])
    assert outcome.sqlstate == TWO_STATEMENTS
    assert whole("SELECT %s", ["x'; SET ROLE y; --"]).rows == (("x'; SET ROLE y; --",),)


@pytest.mark.parametrize("way", ["'; SET ROLE {b}; --", "'; SELECT last_name FROM {b}.people_user; --"])
def test_a_stacked_statement_inside_a_search(inside: Towns, way: str) -> None:
    assert search(way.format(b=inside.b.schema)).sqlstate == TWO_STATEMENTS


@pytest.mark.parametrize(
    "way",
    ["' UNION SELECT last_name FROM {b}.people_user --", "' OR EXISTS (SELECT FROM {b}.people_user) --"],
)
def test_a_union_with_the_other_town_inside_a_search(inside: Towns, way: str) -> None:
    assert search(way.format(b=inside.b.schema)).sqlstate == DENIED


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT query_to_xml('SET ROLE {b}', true, true, '')",
        "SELECT query_to_xml('SELECT 1; SET ROLE {b}', true, true, '')",
        "SELECT * FROM ts_stat('SET ROLE {b}')",
        "SELECT ts_rewrite('a'::tsquery, 'SET ROLE {b}')",
        "EXPLAIN EXECUTE p",
    ],
)
def test_sql_inside_sql_reads_and_nothing_else(inside: Towns, statement: str) -> None:
    assert whole(statement.format(b=inside.b.schema)).refusal is not None


def test_the_other_ways_to_run_a_statement_are_the_same_cursor(inside: Towns) -> None:
    become = f"SET ROLE {inside.b.schema}"
    with connection.cursor() as cursor:
        psycopg_cursor = cursor.cursor
        with pytest.raises(RefusedStatementError):
            cursor.executemany(become, [[]])
        with pytest.raises(RefusedStatementError):
            list(psycopg_cursor.stream(become))
        with pytest.raises(RefusedStatementError), psycopg_cursor.copy(become):
            pass
        with pytest.raises(RefusedStatementError):
            connection.connection.execute(become)


def test_no_extension_that_leads_out_is_there(inside: Towns) -> None:
    assert whole("SELECT * FROM dblink('dbname=x', 'SELECT 1') AS t(a int)").sqlstate == NO_SUCH_FUNCTION
    assert whole("SELECT extname FROM pg_extension ORDER BY 1").rows == (
        ("btree_gist",),
        ("pg_trgm",),
        ("plpgsql",),
    )


def test_one_function_runs_as_its_owner_and_sees_its_own_schema_alone(inside: Towns) -> None:
    """An import is taken back by one (core.imports 0002). Its names can't be shadowed: no temporary table."""
    found = whole(
        "SELECT p.proname, p.proconfig::text LIKE '%' || n.nspname || '%' FROM pg_proc p"
        " JOIN pg_namespace n ON n.oid = p.pronamespace WHERE p.prosecdef"
    ).rows
    assert set(found) == {("imports_take_back", True)}
    assert whole("CREATE TEMPORARY TABLE imports_importrow (id bigint)").refusal is not None
    other = f"SELECT {inside.b.schema}.imports_take_back(1)"
    assert whole(other).sqlstate == DENIED


def test_other_sessions_queries_are_not_shown(inside: Towns) -> None:
    shown = whole("SELECT DISTINCT query FROM pg_stat_activity WHERE pid <> pg_backend_pid()").rows
    assert {row[0] for row in shown} <= {"<insufficient privilege>", None}
    own = whole("SELECT pg_stat_get_backend_activity(b) FROM pg_stat_get_backend_idset() b").rows
    assert {row[0] for row in own} == {"<insufficient privilege>"}


def test_statistics_of_values_are_not_shown(inside: Towns) -> None:
    assert whole(f"SELECT * FROM pg_stats WHERE schemaname = '{inside.b.schema}'").rows == ()
    assert whole(f"SELECT * FROM pg_stats_ext WHERE schemaname = '{inside.b.schema}'").rows == ()


def test_a_sequence_does_not_say_how_many(inside: Towns) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.oid FROM pg_class c WHERE relname = 'people_user_id_seq'"
            " AND relnamespace = %s::regnamespace",
            [inside.b.schema],
        )
        (oid,) = cursor.fetchone()
    assert whole(f"SELECT pg_sequence_last_value({oid})").rows == ((None,),)
    assert whole(f"SELECT nextval({oid}::regclass)").sqlstate == DENIED
    assert whole(f"SELECT last_value FROM pg_sequences WHERE schemaname = '{inside.b.schema}'").rows[0] == (
        None,
    )


def test_the_catalog_names_no_town(inside: Towns) -> None:
    """Schemas and roles are readable by every role: their names say nothing."""
    catalog = told(
        whole(
            "SELECT nspname FROM pg_namespace UNION SELECT rolname FROM pg_roles"
            " UNION SELECT relname FROM pg_class"
            " UNION SELECT datname FROM pg_database UNION SELECT proname FROM pg_proc"
            " UNION SELECT description FROM pg_shdescription UNION SELECT description FROM pg_description"
        ),
        inside,
    )
    assert inside.a.schema in catalog
    for word in ("alpha", "beta", "ancien", "canary"):
        assert word not in catalog.lower()


def test_a_rollback_to_a_savepoint_does_not_bring_back_the_former_town(inside: Towns) -> None:
    with entered(inside.b, switching=True), connection.cursor() as cursor:
        cursor.execute("SAVEPOINT of_b")
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        cursor.execute("ROLLBACK TO SAVEPOINT of_b")
    assert list(User.objects.values_list("last_name", flat=True)) == [name_of(inside.a)]
