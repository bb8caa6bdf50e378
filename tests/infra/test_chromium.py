"""Browser tests have a browser, or the command says what to type; never silently none."""

from pathlib import Path

import pytest

from infra import chromium


def program(path: Path, code: int = 0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho 'library missing' >&2\nexit {code}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without any browser."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "browsers"))
    monkeypatch.delenv("REUSSITE_CHROMIUM", raising=False)
    return tmp_path


def test_none_is_none(bare: Path) -> None:
    assert chromium.find() is None


def test_the_system_s_comes_first(bare: Path) -> None:
    program(bare / "browsers" / "chromium-1" / "chrome-linux" / "chrome")
    system = program(bare / "bin" / "chromium")
    assert chromium.find() == str(system)


def test_playwright_s_newest_serves_where_the_system_has_none(bare: Path) -> None:
    program(bare / "browsers" / "chromium-1" / "chrome-linux" / "chrome")
    newest = program(bare / "browsers" / "chromium-2" / "chrome-linux64" / "chrome")
    assert chromium.find() == str(newest)


def test_one_named_by_hand_is_the_only_one(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(bare / "bin" / "chromium")
    monkeypatch.setenv("REUSSITE_CHROMIUM", str(bare / "absent"))
    assert chromium.find() is None
    named = program(bare / "elsewhere")
    monkeypatch.setenv("REUSSITE_CHROMIUM", str(named))
    assert chromium.find() == str(named)


def test_a_failed_installation_says_what_to_type(
    bare: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(chromium, "install", lambda: None)
    assert chromium.main() == 1
    shown = capsys.readouterr().out
    assert "apt install chromium" in shown
    assert "playwright install chromium" in shown


def test_a_missing_one_is_installed(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chromium, "install", lambda: program(bare / "bin" / "chromium"))
    assert chromium.main() == 0


def test_one_that_cannot_start_is_said(bare: Path, capsys: pytest.CaptureFixture[str]) -> None:
    program(bare / "bin" / "chromium", code=127)
    assert chromium.main() == 1
    shown = capsys.readouterr().out
    assert "library missing" in shown
    assert "install-deps" in shown
