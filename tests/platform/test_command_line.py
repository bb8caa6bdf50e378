"""`reussite`: the kind of command decides the database login, before any setting is read."""

import os
from pathlib import Path

import pytest

from reussite import __main__ as cli
from reussite import environment


@pytest.mark.parametrize(
    ("command", "login"),
    [
        ("bootstrap", "admin"),
        ("migrate", "owner"),
        ("town", "owner"),
        ("makemigrations", "owner"),
        ("relay", "app"),
        ("dispatcher", "app"),
        ("collectstatic", "app"),
        ("anything-else", "app"),
    ],
)
def test_login_of(command: str, login: str) -> None:
    assert cli.login_of(command) == login


def test_the_login_replaces_what_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable left over in a shell must not give pages the owner's rights."""
    from django.core import management

    seen: list[tuple[list[str], str]] = []
    monkeypatch.setenv("REUSSITE_LOGIN", "admin")
    monkeypatch.setattr(
        management,
        "execute_from_command_line",
        lambda words: seen.append((words, os.environ["REUSSITE_LOGIN"])),
    )
    assert cli.main(["collectstatic", "--noinput"]) == 0
    assert seen == [(["reussite", "collectstatic", "--noinput"], "app")]


@pytest.mark.parametrize("words", [[], ["help"], ["--help"]])
def test_help_is_french_and_names_every_process(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(words) == 0
    shown = capsys.readouterr().out
    assert "Faire tourner" in shown
    for name in (*cli.PROCESSES, "migrate", "town", "bootstrap", "relay", "dispatcher"):
        assert f"  {name} " in shown


@pytest.mark.parametrize("name", ["demo", "serve", "worker", "beat", "doctor"])
def test_a_process_gets_its_arguments(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[list[str]] = []

    def run(words: list[str]) -> int:
        seen.append(words)
        return 7

    monkeypatch.setitem(cli.PROCESSES, name, (run, ""))
    assert cli.main([name, "--one", "two"]) == 7
    assert seen == [["--one", "two"]]


class TestDemoEnvironment:
    """A second terminal finds the running demonstration; an installation's own variables win."""

    @pytest.fixture
    def demo(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.setenv("REUSSITE_VAR", str(tmp_path))
        path = environment.demo_file()
        path.parent.mkdir()
        path.write_text("DATABASE_URL=postgresql://a:b@127.0.0.1:1/x?y=z\nSMTP_PORT=2525\n")
        return path

    def test_it_is_read_where_no_database_is_named(self, demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("DATABASE_URL", raising=False)
        monkeypatch.setenv("SMTP_PORT", "25")
        environment.load_demo("town")
        assert os.environ["DATABASE_URL"] == "postgresql://a:b@127.0.0.1:1/x?y=z"
        assert os.environ["SMTP_PORT"] == "25"
        monkeypatch.delenv("DATABASE_URL")

    def test_an_installation_s_own_database_wins(self, demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DATABASE_URL", "postgresql://real")
        monkeypatch.delenv("SMTP_PORT", raising=False)
        environment.load_demo("town")
        assert os.environ["DATABASE_URL"] == "postgresql://real"
        assert "SMTP_PORT" not in os.environ

    def test_the_demonstration_itself_does_not_read_it(
        self, demo: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("DATABASE_URL", raising=False)
        environment.load_demo("demo")
        assert "DATABASE_URL" not in os.environ
