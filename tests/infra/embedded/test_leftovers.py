"""Only what was started here is ended: number and hour of birth must both agree."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from infra.embedded import leftovers


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as process:
        yield process
        process.kill()


def test_what_was_remembered_is_ended(tmp_path: Path, sleeper: subprocess.Popen[bytes]) -> None:
    leftovers.remember(tmp_path / "record", [sleeper.pid])
    assert leftovers.stop(tmp_path / "record") == 1
    assert sleeper.poll() is not None
    assert not (tmp_path / "record").exists()


def test_a_number_that_was_given_to_another_program_is_left_alone(
    tmp_path: Path, sleeper: subprocess.Popen[bytes]
) -> None:
    born = psutil.Process(sleeper.pid).create_time()
    (tmp_path / "record").write_text(json.dumps([[sleeper.pid, born - 100]]))
    assert leftovers.stop(tmp_path / "record") == 0
    assert sleeper.poll() is None


@pytest.mark.parametrize("content", ["", "{", "[]"])
def test_an_empty_or_torn_record_ends_nothing(tmp_path: Path, content: str) -> None:
    (tmp_path / "record").write_text(content)
    assert leftovers.stop(tmp_path / "record") == 0


def test_no_record_ends_nothing(tmp_path: Path) -> None:
    assert leftovers.stop(tmp_path / "record") == 0
