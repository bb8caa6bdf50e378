"""The report: every question is asked, whatever one of them does, and the exit code says it all."""

import os
import subprocess
import sys

import pytest

from reussite.doctor import report
from reussite.doctor.findings import Finding, listed, note, ok, wrong
from tests import servers


def good() -> Finding:
    return ok("tout va bien")


def broken() -> Finding:
    raise RuntimeError("la base a disparu\nsuite")


def several() -> list[Finding]:
    return [note("à savoir"), wrong("faux", "faites ceci")]


def test_a_check_that_breaks_down_is_wrong_and_the_others_still_run() -> None:
    found = list(report.findings([good, broken, several]))
    assert [finding.level for finding in found] == ["ok", "wrong", "note", "wrong"]
    assert found[1].text == "la vérification test_report.broken n’a pas abouti : la base a disparu"


def test_a_line_says_what_to_do() -> None:
    assert report.line(wrong("faux", "faites ceci")) == "✗ faux\n    → faites ceci"
    assert report.line(ok("bien")) == "✓ bien"


def test_long_lists_are_cut() -> None:
    assert listed(["a", "b"]) == "a, b"
    assert listed(list("abcdefg")) == "a, b, c, d, e et 2 autres"


@pytest.mark.parametrize(
    ("checks", "code", "end"),
    [
        ([good], 0, "Tout est en ordre."),
        ([several], 1, "1 point à corriger."),
        ([several, broken], 1, "2 points à"),
    ],
)
def test_the_exit_code(
    checks: list[report.Check],
    code: int,
    end: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(report, "checks", lambda: checks)
    monkeypatch.setenv("REUSSITE_LOGIN", "app")
    assert report.main([]) == code
    assert end in capsys.readouterr().out


def test_without_the_owner_s_address_it_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("DATABASE_OWNER_URL")
    assert report.main([]) == 1
    assert "DATABASE_OWNER_URL" in capsys.readouterr().out


def test_the_whole_command_on_a_real_installation() -> None:
    """Everything but mail, broker and TLS is right in the suite's own database."""
    environment = {
        **os.environ,
        "SMTP_PORT": "1",
        "SECRET_KEY": "a" * 32,
        "TASK_KEY": "b" * 32,
        "REDIS_URL": "redis://127.0.0.1:1/0",
    }
    done = subprocess.run(
        [sys.executable, "-m", "reussite", "doctor"],
        cwd=servers.ROOT,
        env={**environment, "PYTHONPATH": f"{servers.ROOT}:{servers.ROOT / 'platform'}"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (done.returncode, done.stderr) == (1, "")
    lines = done.stdout.splitlines()
    wrong_ones = [line for line in lines if line.startswith("✗")]
    assert len(wrong_ones) == 3, done.stdout
    assert lines[-1] == "3 points à corriger."
    assert "✓ aucune migration en attente" in lines
    assert "✓ chaque ville a les tables du modèle, ouvertes à son seul rôle" in lines
