"""`reussite town` as an operator types it."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection

from tenants import provisioning
from tenants.context import entered
from tenants.models import Domain, Town
from tests.tenants.configuration.examples import small
from tests.tenants.configuration.test_planning import place_of

Write = Callable[..., Path]
ROOT = Path(__file__).resolve().parents[3]


def town(*words: str) -> tuple[int, str, str]:
    """Exit code, what was said, what was complained of."""
    out, err = StringIO(), StringIO()
    try:
        call_command("town", *words, stdout=out, stderr=err, no_color=True)
    except SystemExit as error:
        return int(error.code or 0), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def test_check_needs_no_database(write: Write) -> None:
    assert town("check", str(write(small()))) == (0, "1 fichier sans faute.\n", "")


def test_errors_exit_with_two_and_say_that_nothing_changed(write: Write) -> None:
    data = small()
    data["insee"], data["slug"] = "1", "API"
    path = write(data)
    code, out, err = town("check", str(path))
    assert (code, out) == (2, "")
    lines = err.splitlines()
    assert len(lines) == 3
    assert all(line.startswith(f"{path}:") for line in lines[:2])
    assert lines[2] == "2 erreurs. Rien n’est changé."


def test_a_bare_name_is_a_town_of_the_folder(write: Write, settings: object, tmp_path: Path) -> None:
    settings.TOWNS_FOLDER = tmp_path  # type: ignore[attr-defined]
    code, _, err = town("check")
    assert (code, err) == (1, f"Aucun fichier .toml dans {tmp_path}.\n")
    write(small())
    assert town("check", "lune")[0] == town("check")[0] == 0
    code, _, err = town("check", "mars")
    assert code == 2
    assert "mars.toml : trouvé un fichier impossible à ouvrir" in err


@pytest.mark.usefixtures("as_owner")
class TestUnderTheOwner:
    def test_plan_apply_and_again(self, write: Write) -> None:
        path = str(write(small()))
        code, out, err = town("plan", path)
        assert (code, err) == (0, "")
        assert out.splitlines()[0].startswith("zzlune : ")
        assert out.splitlines()[0].endswith(" changements à faire")
        assert not Town.objects.filter(slug="zzlune").exists()
        code, out, _ = town("apply", path)
        assert out.splitlines()[0].endswith(" changements faits")
        assert town("apply", path) == (0, "zzlune : rien à changer.\n", "")
        assert town("plan", path) == (0, "zzlune : rien à changer.\n", "")

    def test_with_one_wrong_file_no_town_is_touched(self, write: Write) -> None:
        good = write(small())
        bad = write({**small(), "slug": "zzmer", "web": {"primary": "alpha.test"}}, "mer")
        code, _, err = town("apply", str(good), str(bad))
        assert code == 2
        assert (
            "web.primary : trouvé « alpha.test » ; attendu : un domaine libre (c’est celui de Alpha)" in err
        )
        assert not Town.objects.filter(slug="zzlune").exists()

    def test_list(self, write: Write) -> None:
        town("apply", str(write(small())))
        _, out, _ = town("list")
        rows = [line.split("  ") for line in out.splitlines()]
        assert rows[0][0] == "ville"
        (lune,) = [line for line in out.splitlines() if line.startswith("zzlune ")]
        assert "Zz-la-Lune" in lune
        assert "En service" in lune
        assert lune.endswith("zzlune.localhost")

    def test_suspend_and_resume(self) -> None:
        assert town("suspend", "alpha", "--reason", "essai")[0] == 0
        assert Town.objects.get(slug="alpha").state == "suspended"
        assert Town.objects.get(slug="alpha").suspended_reason == "essai"
        assert town("resume", "alpha")[0] == 0
        assert Town.objects.get(slug="alpha").state == "active"

    @pytest.mark.parametrize(
        "words",
        [
            ("suspend", "nulle", "--reason", "x"),
            ("resume", "nulle"),
            ("drop", "nulle"),
            ("rename-domain", "nulle", "a.example"),
        ],
    )
    def test_a_town_that_is_not_there(self, words: tuple[str, ...]) -> None:
        assert town(*words) == (1, "", "Aucune ville ne s’appelle « nulle ».\n")

    def test_drop_asks_twice(self, write: Write) -> None:
        town("apply", str(write(small())))
        code, _, err = town("drop", "zzlune", "--confirm", "zzlune")
        assert code == 1
        assert "suspendez-la d’abord" in err
        town("suspend", "zzlune", "--reason", "fin")
        code, _, err = town("drop", "zzlune", "--confirm", "alpha")
        assert code == 1
        assert "--confirm zzlune" in err
        assert Town.objects.filter(slug="zzlune").exists()
        connection.check_constraints()  # the commit between two commands, which this test has not
        assert town("drop", "zzlune", "--confirm", "zzlune")[0] == 0
        assert not Town.objects.filter(slug="zzlune").exists()
        assert not Domain.objects.filter(domain="zzlune.localhost").exists()

    def test_rename_domain_is_shown_then_done(self, write: Write) -> None:
        town("apply", str(write(small())))
        code, out, _ = town("rename-domain", "zzlune", "pre.lune.example")
        assert code == 0
        assert "le domaine principal zzlune.localhost devient pre.lune.example" in out
        assert place_of("zzlune").primary_host == "zzlune.localhost"
        code, out, _ = town("rename-domain", "zzlune", "pre.lune.example", "--yes")
        assert code == 0
        assert place_of("zzlune").primary_host == "pre.lune.example"
        assert Domain.objects.filter(tenant__slug="zzlune").count() == 3
        _, out, _ = town("plan", str(write(small())))
        assert "« pre.lune.example » → « zzlune.localhost »" in out

    def test_rename_domain_tells_what_the_people_s_side_counts(
        self, write: Write, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        town("apply", str(write(small())))
        monkeypatch.setattr(
            "core.partners.configuration.renaming",
            lambda place: [f"{place.slug} : 3 clés d’accès à enregistrer de nouveau"],
            raising=False,
        )
        _, out, _ = town("rename-domain", "zzlune", "pre.lune.example")
        assert "zzlune : 3 clés d’accès à enregistrer de nouveau." in out

    @pytest.mark.parametrize(
        ("host", "why"),
        [
            ("www.lune.example", "réservé à la plateforme"),
            ("lune", "ne convient pas"),
            ("alpha.test", "est déjà un domaine de Alpha"),
            ("zzlune.localhost", "est déjà le domaine principal"),
        ],
    )
    def test_rename_domain_refuses(self, write: Write, host: str, why: str) -> None:
        town("apply", str(write(small())))
        code, _, err = town("rename-domain", "zzlune", host, "--yes")
        assert code == 1
        assert why in err
        assert place_of("zzlune").primary_host == "zzlune.localhost"

    def test_what_the_database_refuses_is_a_sentence(self, write: Write) -> None:
        """Two organisations that swap their numbers cannot, one row at a time."""
        data = small()
        data["organisations"].append(
            {"code": "autre", "name": "Autre", "kind": "association", "rna": "W011999002"}
        )
        town("apply", str(write(data)))
        first, second = data["organisations"]
        first["rna"], second["rna"] = second["rna"], first["rna"]
        code, _, err = town("apply", str(write(data)))
        assert (code, "rien n’est changé" in err) == (1, True)
        with entered(place_of("zzlune")):
            from core.partners.models import Organisation

            assert Organisation.objects.get(code="club").rna == "W011999001"


@pytest.fixture
def dropped_afterwards(owner: psycopg.Connection) -> Iterator[psycopg.Connection]:
    yield owner
    row = owner.execute("SELECT id, schema_name FROM public.tenants_town WHERE slug = 'zzlune'").fetchone()
    if row is not None:
        owner.execute("DELETE FROM public.tenants_domain WHERE tenant_id = %s", [row[0]])
        owner.execute("DELETE FROM public.tenants_town WHERE id = %s", [row[0]])
        owner.execute(provisioning.drop_sql(row[1]))


def reussite(*words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'platform'}"}
    return subprocess.run(
        [sys.executable, "-m", "reussite", *words],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_in_real_processes_that_commit(write: Write, dropped_afterwards: psycopg.Connection) -> None:
    path = write(small())
    schemas = "SELECT count(*) FROM pg_namespace"
    before = dropped_afterwards.execute(schemas).fetchone()
    assert before is not None
    done = reussite("town", "apply", str(path))
    assert (done.returncode, done.stderr) == (0, "")
    again = reussite("town", "apply", str(path))
    assert (again.returncode, again.stdout, again.stderr) == (0, "zzlune : rien à changer.\n", "")
    path.write_text(path.read_text(encoding="utf-8").replace("01999", "0199"), encoding="utf-8")
    wrong = reussite("town", "apply", str(path))
    assert wrong.returncode == 2
    assert "Rien n’est changé." in wrong.stderr
    planned = reussite(
        "town", "plan", str(write({**small(), "slug": "zzmer", "web": {"primary": "zzmer.localhost"}}))
    )
    assert (planned.returncode, planned.stderr) == (0, "")
    after = dropped_afterwards.execute(schemas).fetchone()
    assert (before, after) == ((before[0],), (before[0] + 1,))
