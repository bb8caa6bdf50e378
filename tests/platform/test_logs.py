"""The log is read by many: no value of a variable gets into it."""

import json
from collections.abc import Iterator

import pytest
import structlog

from reussite import logs


@pytest.fixture(autouse=True)
def put_back() -> Iterator[None]:
    kept = structlog.get_config()
    yield
    structlog.configure(**kept)


def fail(child: str) -> None:
    raise ValueError("something went wrong")


@pytest.mark.parametrize("shape", ["json", "text"])
def test_a_traceback_shows_no_variable(
    shape: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("REUSSITE_LOG", shape)
    logs.configure()
    with structlog.contextvars.bound_contextvars(town="montauban"):
        try:
            fail("".join(["Léa ", "Fictive"]))
        except ValueError:
            structlog.get_logger("test").exception("a task failed", task="deliver_mail")
    written = capsys.readouterr()
    assert written.out == ""
    assert "something went wrong" in written.err
    assert "in fail" in written.err
    assert "montauban" in written.err
    assert "Léa Fictive" not in written.err


def test_json_is_one_line_an_event(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("REUSSITE_LOG", "json")
    logs.configure()
    structlog.get_logger("test").warning("à refaire", tries=2)
    (line,) = capsys.readouterr().err.splitlines()
    event = json.loads(line)
    assert (event["event"], event["tries"], event["level"]) == ("à refaire", 2, "warning")
