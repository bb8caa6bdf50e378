"""A database of its own, in which towns are migrated for good, by processes of the owner's login."""

import itertools
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from infra.embedded import postgres
from tests import servers
from tests.tenants.migrations.staging import stage

Rows = list[tuple[Any, ...]]


@dataclass
class Done:
    """What a command said, and its exit code."""

    returncode: int
    stdout: str
    stderr: str


class Operator:
    """Starts the operator's commands: see operator.py."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.tenants.migrations.operator"],
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "tests.tenants.migrations.settings",
                "PLANTED_MIGRATIONS": "chosen.later",
                "PYTHONPATH": os.pathsep.join([str(servers.ROOT), str(servers.ROOT / "platform")]),
                "REUSSITE_LOGIN": "owner",
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, **asked: Any) -> int:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(asked) + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def close(self) -> None:
        self.process.communicate(timeout=60)


class Command:
    """A command under way."""

    def __init__(self, operator: Operator, farm: "Farm", upto: str, words: Sequence[str]) -> None:
        self.operator, self.out = operator, farm.folder / f"command{next(COUNTER)}"
        self.pid = operator.ask(
            database=farm.name,
            folder=str(farm.folder),
            package=stage(farm.folder, upto),
            out=str(self.out),
            words=list(words),
        )

    def wait(self) -> Done:
        code = self.operator.ask(wait=self.pid)
        out, err = (Path(f"{self.out}.{suffix}").read_text() for suffix in ("out", "err"))
        return Done(code, out, err)

    def kill(self) -> Done:
        os.kill(self.pid, signal.SIGKILL)
        return self.wait()


COUNTER = itertools.count()


class Farm:
    """Towns in a database of their own, and the commands that an operator would type."""

    def __init__(self, operator: Operator, name: str, folder: Path, template: str) -> None:
        self.operator, self.name, self.folder = operator, name, folder
        servers.clone(name, template)
        self.session = psycopg.connect(servers.admin_url(name), autocommit=True)
        self.made: list[str] = []

    def start(self, upto: str, *words: str) -> Command:
        """`reussite migrate` with the planted application at the stage `upto`."""
        return Command(self.operator, self, upto, ["migrate", *words])

    def migrate(self, upto: str, *words: str) -> Done:
        return self.start(upto, *words).wait()

    def drive(self, upto: str, *words: str) -> Done:
        return Command(self.operator, self, upto, words).wait()

    def rows(self, query: str, *parameters: Any) -> Rows:
        return self.session.execute(query, parameters or None).fetchall()  # type: ignore[call-overload, no-any-return]

    def run(self, statement: str) -> None:
        self.session.execute(statement)  # type: ignore[call-overload]

    def provision(self, upto: str, *slugs: str) -> dict[str, str]:
        done = self.drive(upto, "provision", *slugs)
        assert done.returncode == 0, done.stderr
        schemas: dict[str, str] = json.loads(done.stdout)
        self.made += schemas.values()
        return schemas

    def schemas(self) -> dict[str, str]:
        return dict(self.rows("SELECT slug, schema_name FROM tenants_town WHERE kind = 'town' ORDER BY slug"))

    def ledger(self, slug: str) -> dict[str, tuple[str, bool, str]]:
        """name -> (state, replayed, error), of the planted application."""
        return {
            name: rest
            for name, *rest in self.rows(
                "SELECT m.name, m.state, m.replayed, m.error FROM tenants_townmigration m"
                " JOIN tenants_town t ON t.id = m.town_id WHERE t.slug = %s AND m.app = 'planted'",
                slug,
            )
        }

    def recorded(self, slug: str) -> list[str]:
        """Names of the planted migrations in the town's own django_migrations, in the order of their ids."""
        schema = self.schemas()[slug]
        rows = self.rows(f"SELECT name FROM {schema}.django_migrations WHERE app = 'planted' ORDER BY id")
        return [row[0] for row in rows]

    def dump(self, schema: str, *, rights: bool) -> str:
        """The schema as pg_dump tells it: a witness that shares no code with the kernel."""
        command = [str(postgres.PACKAGE / "pginstall" / "bin" / "pg_dump"), "--schema-only", "-n", schema]
        done = subprocess.run(
            [*command, *([] if rights else ["--no-privileges"]), "-d", servers.admin_url(self.name)],
            capture_output=True,
            text=True,
            check=True,
        )
        lines = done.stdout.replace(schema, "the_schema").splitlines()
        return "\n".join(
            line for line in lines if line and not line.startswith(("--", "\\", "SET ", "SELECT "))
        )

    def close(self) -> None:
        self.session.close()
        with psycopg.connect(servers.admin_url(), autocommit=True) as session:
            session.execute(f"DROP DATABASE {self.name} WITH (FORCE)")
            for role in self.made:
                session.execute(f"DROP ROLE IF EXISTS {role}")


FarmAt = Callable[[str], Farm]


@pytest.fixture(scope="session")
def operator() -> Iterator[Operator]:
    with closing(Operator()) as operator:
        yield operator


@pytest.fixture(scope="session")
def stages(operator: Operator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], str]]:
    """`stages("0002")`: a database, to be cloned, whose towns alpha and beta were migrated to that stage."""
    made: dict[str, Farm] = {}

    def at(upto: str) -> str:
        if upto not in made:
            folder = tmp_path_factory.mktemp(upto)
            farm = Farm(operator, f"{servers.own_database()}_at_{upto}", folder, servers.TEMPLATE)
            made[upto] = farm
            done = farm.migrate(upto)
            assert done.returncode == 0, done.stderr
            farm.session.close()  # a database in use can't be cloned
        return made[upto].name

    yield at
    for farm in made.values():
        farm.close()


@pytest.fixture
def farm_at(operator: Operator, stages: Callable[[str], str], tmp_path: Path) -> Iterator[FarmAt]:
    """`farm_at("0002")`: towns alpha and beta at that stage; `farm_at("")`: without the application."""
    with ExitStack() as stack:

        def make(upto: str) -> Farm:
            template = stages(upto) if upto else servers.TEMPLATE
            farm = Farm(operator, f"{servers.own_database()}_farm", tmp_path, template)
            return stack.enter_context(closing(farm))

        yield make
