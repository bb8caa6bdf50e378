"""Who may import whom: each contract of pyproject.toml is kept, and catches what it is there for."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(sys.executable).with_name("lint-imports")
FOLDERS = ("core", "infra", "integrations", "platform", "tenants")
CONTRACTS = {
    contract["id"]: contract["name"]
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
}

# contract, the module that sins (made where it is missing), what it writes
PLANTED = [
    ("layers", "core/people/planted.py", "import reussite.celery"),
    ("layers", "tenants/planted.py", "from core.children import models"),
    ("layers", "integrations/planted.py", "from core.people import enums"),
    ("layers", "tenants/other.py", "import integrations.planted"),
    ("layers", "integrations/planted.py", "from tenants import context"),
    ("core-order", "core/people/planted.py", "from core.pathways import models"),
    ("core-order", "core/meetings/planted.py", "import core.funding.apps"),
    ("core-order", "core/ui/planted.py", "def late():\n    from core.journal import models\n"),
    ("core-order", "core/newcomer/__init__.py", ""),
    ("app-order", "core/children/models/planted.py", "from core.children import operations"),
    ("app-order", "core/pathways/operations/planted.py", "from core.pathways import forms"),
    ("app-order", "core/people/enums.py", "from core.people import models"),
    ("infra-apart", "infra/embedded/planted.py", "from django.conf import settings"),
    ("infra-apart", "infra/embedded/planted.py", "from tenants import context"),
    ("no-infra-in-application", "tenants/planted.py", "from infra.embedded import valkey"),
    ("no-infra-in-application", "core/people/planted.py", "import infra.install"),
    ("integrations-plain", "integrations/planted.py", "from django.db import models"),
    ("integrations-plain", "integrations/planted.py", "import psycopg"),
]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """The product's own folders, to sin in."""
    for folder in FOLDERS:
        unread = shutil.ignore_patterns("__pycache__", "static", "templates")
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=unread)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def verdicts(tree: Path, *contracts: str) -> dict[str, str]:
    """What the program that `make check` runs says of each contract, read in that folder."""
    command = [str(PROGRAM), "--no-cache", "--no-logo"]
    for contract in contracts:
        command += ["--contract", contract]
    path = os.pathsep.join([str(tree), str(tree / "platform")])
    environment = {**os.environ, "PYTHONPATH": path, "COLUMNS": "400", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, check=False)
    said = done.stdout.splitlines()
    found = {
        contract: next(
            (line.rsplit(maxsplit=1)[-1] for line in said if line.startswith(f"{CONTRACTS[contract]} ")), ""
        )
        for contract in contracts
    }
    assert done.returncode == int("BROKEN" in found.values()), done.stdout + done.stderr
    return found


def test_each_contract_is_kept(tree: Path) -> None:
    assert verdicts(tree, *CONTRACTS) == dict.fromkeys(CONTRACTS, "KEPT")


def test_each_contract_has_its_planted_violation() -> None:
    assert {contract for contract, _, _ in PLANTED} == set(CONTRACTS)


@pytest.mark.parametrize(
    ("contract", "module", "sin"), PLANTED, ids=[f"{contract}: {sin}" for contract, _, sin in PLANTED]
)
def test_a_violation_breaks_its_contract(tree: Path, contract: str, module: str, sin: str) -> None:
    (tree / "integrations" / "planted.py").touch()
    path = tree / module
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as text:
        text.write(f"\n{sin}\n")
    assert verdicts(tree, contract) == {contract: "BROKEN"}
