"""`make bench`: measures, prints ratios side by side, writes them to var/bench.jsonl, and asserts nothing."""

import json
import os
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psycopg
from rich.console import Console
from rich.table import Table

from infra.embedded import EmbeddedPostgres
from tenants.bootstrap import EXTENSIONS, bootstrap
from tests.bench import cells, importing, jobs, nation, product, steps

ROOT = Path(__file__).resolve().parents[2]
STEPS = 6
# ms of server time for a page at a thousand children, and at 3,500 (the interface's promise)
THOUSAND, ASKED, ASKED_AT_MOST = 1000, 100.0, 150.0
console = Console(width=110)


@dataclass(frozen=True)
class Row:
    """One measure; `ratio` says how many times better than the peer."""

    name: str
    value: float
    unit: str
    peer: str
    peer_value: float
    ratio: float


class Side:
    """A process of one of the two, answering acts."""

    def __init__(self, which: str, login: str, environment: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.side", which],
            env={**environment, "DJANGO_SETTINGS_MODULE": SETTINGS[which], "REUSSITE_LOGIN": login},
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __call__(self, act: str, *arguments: Any) -> Any:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps([act, *arguments]) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"{act} failed: see above.")
        return json.loads(line)

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(30)


SETTINGS = {"ours": "tests.bench.our_settings", "stock": "tests.bench.stock_settings"}


@contextmanager
def server() -> Iterator[dict[str, dict[str, str]]]:
    """An embedded PostgreSQL with a database for each; yields the environment of each."""
    with tempfile.TemporaryDirectory(prefix="reussite-bench-") as folder:
        os.chmod(folder, 0o711)  # noqa: S103 (the server runs under another account)
        modules = Path(folder) / "modules"
        modules.mkdir()
        steps.write(modules, STEPS)
        with EmbeddedPostgres(Path(folder) / "postgres", throwaway=True) as postgres:
            common = {
                **os.environ,
                "PYTHONPATH": os.pathsep.join(map(str, (ROOT, ROOT / "platform", modules))),
                "PLANTED_MIGRATIONS": steps.package(0),
                "SECRET_KEY": secrets.token_hex(16),
                "REUSSITE_VAR": f"{folder}/var",
            }
            ours = {
                "DATABASE_OWNER_URL": postgres.url("reussite_owner", secrets.token_hex(8), "ours"),
                "DATABASE_URL": postgres.url("reussite_app", secrets.token_hex(8), "ours"),
                "DATABASE_ADMIN_URL": postgres.admin_url("ours"),
            }
            bootstrap(
                admin_url=postgres.admin_url(),
                owner_url=ours["DATABASE_OWNER_URL"],
                app_url=ours["DATABASE_URL"],
            )
            with psycopg.connect(postgres.admin_url(), autocommit=True) as session:
                session.execute("CREATE DATABASE stock")
            with psycopg.connect(postgres.admin_url("stock"), autocommit=True) as session:
                for extension in EXTENSIONS:
                    session.execute(f"CREATE EXTENSION {extension}")
            stock = dict.fromkeys(ours, postgres.admin_url("stock"))
            yield {"ours": {**common, **ours}, "stock": {**common, **stock}}


def main() -> None:
    rows: list[Row] = []
    began = time.monotonic()
    with server() as environments, ExitStack() as stack:
        sides = {}
        for which in SETTINGS:
            sides[which] = Side(which, "owner", environments[which])
            stack.callback(sides[which].close)
        for measure in (provisioning, migrations):
            rows += measure(sides["ours"], sides["stock"])
        webs = {}
        for which in SETTINGS:
            webs[which] = Side(which, "app", environments[which])
            stack.callback(webs[which].close)
        rows += pages(webs["ours"], webs["stock"])
    rows += town_pages()
    rows += imports()
    rows += nightly_cells()
    rows += national()
    rows += background()
    show(rows)
    keep(rows)
    console.print(f"{time.monotonic() - began:.0f} s")


def provisioning(ours: Side, stock: Side) -> list[Row]:
    for side in (ours, stock):
        side("migrate")
    made: dict[Side, list[float]] = {ours: [], stock: []}
    for number in range(2):  # by turns: what else the machine does falls on both
        made[stock] += stock("provision", [f"v{number}"])
        made[ours] += ours("provision", [f"v{number}", f"w{number}", f"x{number}"])
    say("towns provisioned")
    return [row("provision_town", made[ours], made[stock], "s")]


def migrations(ours: Side, stock: Side) -> list[Row]:
    """A step over few towns, one over fifty, and one run with nothing to do over three hundred."""
    spent = {ours: our_steps(ours), stock: stock_steps(stock)}
    for side, name in ((ours, "ours"), (stock, "stock")):
        side("fill", [f"z{number}" for number in range(250)])
        say(f"{name}: 300 towns")
    side_by_side = [ours("migrate"), stock("migrate")]
    idle, peer_idle = side_by_side[0], side_by_side[1]["seconds"]
    return [
        row("migrate_step_50_towns", spent[ours]["step"], spent[stock]["step"], "s"),
        row("migrate_further_town", spent[ours]["further"], spent[stock]["further"], "s"),
        row("migrate_noop_300_towns", [idle["seconds"]], [peer_idle], "s"),
        row("migrate_noop_300_towns_sql", [idle["sql"]], [peer_idle], "s"),
    ]


def our_steps(ours: Side) -> dict[str, list[float]]:
    """A further town: a step's run over 49 towns after it was planned and done in one, less an idle run."""
    ours("stage", 1)
    ours("migrate")
    ours("fill", [f"y{number}" for number in range(50 - 6)])
    say("ours: 50 towns")
    spent: dict[str, list[float]] = {"step": [], "further": []}
    for number in (2, 3):
        ours("stage", number)
        spent["step"].append(ours("migrate")["seconds"])
    for number in (4, 5, 6):
        ours("stage", number)
        ours("migrate", "y0")
        rest = ours("migrate")["seconds"]
        spent["further"].append((rest - ours("migrate")["seconds"]) / 49)
    return spent


def stock_steps(stock: Side) -> dict[str, list[float]]:
    """A further town: what 48 more towns add to a step over two."""
    stock("stage", 1)
    few = stock("migrate")["seconds"]
    stock("fill", [f"y{number}" for number in range(50 - 2)])
    say("stock: 50 towns")
    spent: dict[str, list[float]] = {"step": [], "further": []}
    for number in (2, 3):
        stock("stage", number)
        spent["step"].append(stock("migrate")["seconds"])
        spent["further"].append((spent["step"][-1] - few) / 48)
    return spent


def pages(ours: Side, stock: Side) -> list[Row]:
    slugs = [f"y{number}" for number in range(20)]
    sent = {side: side("statements", slugs) for side in (ours, stock)}
    spent: dict[Side, list[float]] = {ours: [], stock: []}
    for _ in range(5):
        for side in (ours, stock):
            spent[side].append(side("seconds", slugs, 10))
    memory = {side: side("own_memory") for side in (ours, stock)}
    say("pages served")
    two_hundred = [f"z{number}" for number in range(200)]
    backend = {
        ours: ours("backend_memory", two_hundred, 3.0),
        stock: stock("backend_memory", two_hundred, None),
    }
    mega = 1024 * 1024
    return [
        row("request_statements", [sent[ours]["waited"]], [sent[stock]["waited"]], "statements"),
        row("request_statements_with_pool", [sent[ours]["all"]], [sent[stock]["all"]], "statements"),
        row("request_time", [one * 1000 for one in spent[ours]], [one * 1000 for one in spent[stock]], "ms"),
        row("web_process_memory", [memory[ours] / mega], [memory[stock] / mega], "MB"),
        row("connection_memory_200_towns", [backend[ours] / mega], [backend[stock] / mega], "MB"),
    ]


def town_pages() -> list[Row]:
    """The product's pages in a town of each size, beside what the interface asks for."""
    rows = []
    for children in product.SIZES:
        asked = ASKED if children <= THOUSAND else ASKED_AT_MOST
        with server() as environments:
            spent = product.measured(environments["ours"], children)
        say(f"pages of a town of {children} children")
        rows += [
            Row(f"page:{name}@{children}", round(ms, 1), "ms", "asked for", asked, round(asked / ms, 2))
            for name, ms in spent.items()
        ]
    return rows


def national() -> list[Row]:
    """A release with its audit over made-up towns, beside what the nation asks for."""
    with server() as environments:
        told = nation.measured(environments["ours"])
    hidden, plainly = told["hidden"], told["plainly_hidden"]
    say(f"a release over {nation.TOWNS} made-up towns (audit passed: {bool(told['passed'])})")
    return [
        Row(f"release_with_audit@{nation.TOWNS}", round(told["release"], 1), "s", "asked for", 120.0,
            round(120 / told["release"], 2)),
        Row(f"release_cells_hidden@{nation.TOWNS}", hidden, f"of {told['cells']}", "whole rows and columns",
            plainly, round(plainly / hidden, 2)),
        Row(f"page:national:release@{nation.TOWNS}", round(told["page"], 1), "ms", "asked for", 50.0,
            round(50 / told["page"], 2)),
    ]  # fmt: skip


def nightly_cells() -> list[Row]:
    """What the towns send each night; the peer reads the same tables and writes none."""
    with server() as environments:
        told = cells.measured(environments["ours"])
    say(f"nightly cells of {cells.TOWNS} towns, {told['children']} children in all")
    night, naive, again = told["night"], told["naive"], told["again_database"] * cells.NATION / cells.TOWNS
    return [
        Row(f"cells_of_a_night@{cells.TOWNS}_towns", round(night, 2), "s", "ORM queries, none written",
            round(naive, 2), round(naive / night, 2)),
        Row(f"cells_again_database@{cells.NATION}_towns_reckoned", round(again, 2), "s", "asked for", 2.0,
            round(2 / again, 2)),
    ]  # fmt: skip


def imports() -> list[Row]:
    """A town's own table, read and brought by one worker: nobody waits for it in front of a page."""
    with server() as environments:
        told = importing.measured(environments["ours"])
    say(f"a table of {importing.ROWS} lines")
    return [
        _faster(f"import_rows_{act}@{importing.ROWS}", speed, "one a second", 1.0)
        for act, speed in told.items()
    ]


def background() -> list[Row]:
    """Jobs over hundreds of towns, beside one loop in one task and beside one message a town without outbox.

    The two peers lose what was under way when a worker dies; ours does not, and that is what it costs.
    """
    with server() as environments:
        told = jobs.measured(environments["ours"])
    say(f"events told, and a night of {jobs.TOWNS} towns")
    rows = [_faster("events_to_smtp", told["events"], "letters sent in the page", told["in_the_page"])]
    for peer, words in (("loop", "one loop in one task"), ("delay", "delay() a town, no outbox")):
        for what, unit in (("seconds", "s"), ("memory", "MB"), ("connections", "connections")):
            ours, theirs = told[f"ours_{what}"], told[f"{peer}_{what}"]
            ratio = round(theirs / ours, 2) if ours else 0.0
            name = f"night_of_{jobs.TOWNS}_towns_{what}"
            rows.append(Row(name, round(ours, 2), unit, words, round(theirs, 2), ratio))
    return rows


def _faster(name: str, value: float, peer: str, peer_value: float) -> Row:
    return Row(name, round(value, 1), "a second", peer, round(peer_value, 1), round(value / peer_value, 2))


def row(name: str, ours: list[float], peers: list[float], unit: str) -> Row:
    value, peer_value = statistics.median(ours), statistics.median(peers)
    ratio = peer_value / value if value else 0.0
    return Row(name, round(value, 4), unit, "django-tenants 4.0.1", round(peer_value, 4), round(ratio, 2))


def show(rows: list[Row]) -> None:
    table = Table("measure", "ours", "peer", "unit", "times better")
    for one in rows:
        table.add_row(one.name, f"{one.value:g}", f"{one.peer_value:g}", one.unit, f"{one.ratio:g}")
    console.print(table)


def keep(rows: list[Row]) -> None:
    path = ROOT / "var" / "bench.jsonl"
    path.parent.mkdir(exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.writelines(json.dumps(asdict(one)) + "\n" for one in rows)


def say(text: str) -> None:
    console.print(f"… {text}", style="dim")


if __name__ == "__main__":
    main()
