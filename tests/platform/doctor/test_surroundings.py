"""Questions beside the database: each has a right answer and a wrong one."""

import importlib.metadata
import os
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from infra.embedded import EmbeddedValkey
from infra.embedded.account import free_port
from reussite.demo.mailbox import Sink, listening
from reussite.doctor import surroundings


class TestPrograms:
    def test_what_is_installed_is_what_the_project_wants(self) -> None:
        finding = surroundings.programs()
        assert finding.level == "ok", finding.text
        assert "Django 5.2" in finding.text

    def test_another_version_is_said(self, monkeypatch: pytest.MonkeyPatch) -> None:
        installed = importlib.metadata.version
        monkeypatch.setattr(
            surroundings, "version", lambda name: "4.2" if name == "django" else installed(name)
        )
        assert surroundings.programs().text == "versions inattendues : django 4.2"

    def test_an_absent_library_is_said(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def missing(name: str) -> str:
            raise importlib.metadata.PackageNotFoundError(name)

        monkeypatch.setattr(surroundings, "version", missing)
        assert "aiosmtpd (absent), celery (absent)" in surroundings.programs().text


class TestKeys:
    def test_two_long_keys(self, settings: Settings) -> None:
        settings.SECRET_KEY, settings.TASK_KEY = "a" * 32, "b" * 32
        assert surroundings.keys().level == "ok"

    def test_a_short_key(self, settings: Settings) -> None:
        settings.SECRET_KEY, settings.TASK_KEY = "a" * 31, "b" * 32
        finding = surroundings.keys()
        assert (finding.level, finding.text) == ("wrong", "SECRET_KEY : trop court")

    def test_one_key_for_both(self, settings: Settings) -> None:
        settings.SECRET_KEY = settings.TASK_KEY = "a" * 32
        assert surroundings.keys().level == "note"


class TestBroker:
    def test_it_answers(self, settings: Settings, tmp_path: Path) -> None:
        with EmbeddedValkey(tmp_path / "valkey", throwaway=True) as server:
            settings.REDIS_URL = server.url
            assert surroundings.broker().level == "ok"

    def test_it_does_not(self, settings: Settings) -> None:
        settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"
        assert surroundings.broker().level == "wrong"

    def test_an_address_that_is_none(self, settings: Settings) -> None:
        settings.REDIS_URL = "nonsense"
        assert surroundings.broker().level == "wrong"


class TestWorkers:
    @pytest.mark.parametrize(
        ("answers", "level", "text"),
        [
            ([{"a": 1}, {"b": 1}], "ok", "agents de tâches qui répondent : 2"),
            ([], "note", "aucun agent de tâches n’a répondu"),
        ],
    )
    def test_who_answers(
        self, answers: list[dict[str, int]], level: str, text: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from reussite.celery import app

        monkeypatch.setattr(app.control, "ping", lambda timeout: answers)
        finding = surroundings.workers()
        assert (finding.level, finding.text) == (level, text)

    def test_no_broker_is_a_note(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from reussite.celery import app

        def refuse(timeout: float) -> None:
            raise OSError("refused")

        monkeypatch.setattr(app.control, "ping", refuse)
        assert surroundings.workers().level == "note"


class TestMail:
    def test_it_answers(self, settings: Settings, tmp_path: Path) -> None:
        settings.SMTP_HOST, settings.SMTP_PORT = "127.0.0.1", free_port()
        controller = listening(Sink(tmp_path), settings.SMTP_PORT)
        controller.start()
        try:
            assert surroundings.mail().level == "ok"
        finally:
            controller.stop()

    def test_it_does_not(self, settings: Settings) -> None:
        settings.SMTP_HOST, settings.SMTP_PORT = "127.0.0.1", free_port()
        finding = surroundings.mail()
        assert finding.level == "wrong"
        assert str(settings.SMTP_PORT) in finding.text


class TestFolders:
    def test_collected_and_writable(self, settings: Settings, tmp_path: Path) -> None:
        settings.VAR = settings.MEDIA_ROOT = settings.STATIC_ROOT = tmp_path
        (tmp_path / "staticfiles.json").write_text("{}")
        assert [finding.level for finding in surroundings.folders()] == ["ok"]

    def test_nothing_collected(self, settings: Settings, tmp_path: Path) -> None:
        settings.VAR = settings.MEDIA_ROOT = settings.STATIC_ROOT = tmp_path
        assert [finding.level for finding in surroundings.folders()] == ["note"]

    def test_a_closed_folder(
        self, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        settings.VAR = settings.MEDIA_ROOT = settings.STATIC_ROOT = tmp_path
        (tmp_path / "staticfiles.json").write_text("{}")
        monkeypatch.setattr(os, "access", lambda path, mode: False)  # root may write anywhere
        assert [finding.level for finding in surroundings.folders()] == ["wrong", "wrong"]


@pytest.mark.parametrize(
    ("demo", "proxy", "level"), [(True, False, "note"), (False, False, "wrong"), (False, True, "ok")]
)
def test_pages_without_tls_are_for_a_demonstration_alone(
    demo: bool, proxy: bool, level: str, settings: Settings
) -> None:
    settings.DEMO, settings.SECURE_PROXY = demo, proxy
    assert surroundings.demonstration().level == level
