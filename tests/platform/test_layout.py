"""`platform/` is on the path beside the standard library's module of that name, and must never hide it."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_no_module_lies_directly_in_platform() -> None:
    assert [path.name for path in (ROOT / "platform").glob("*.py")] == ["manage.py"]


def test_the_standard_library_s_platform_is_found_from_the_root() -> None:
    command = [sys.executable, "-c", "import platform; print(platform.system())"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip()


def test_an_installation_finds_both_folders() -> None:
    """From anywhere, and with the folder `platform` in sight."""
    command = [sys.executable, "-c", "import platform, reussite, tenants; platform.system()"]
    subprocess.run(command, cwd=ROOT / "core", capture_output=True, text=True, check=True)


def test_the_lock_names_no_index_and_carries_hashes() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    assert "://" not in lock.replace("# via", "")
    pinned = [line for line in lock.splitlines() if "==" in line and not line.lstrip().startswith("#")]
    assert len(pinned) > 50
    assert all(line.rstrip().endswith("\\") for line in pinned)


def test_every_tests_folder_is_a_package() -> None:
    folders = {path.parent for path in (ROOT / "tests").rglob("test_*.py")}
    assert [str(folder) for folder in sorted(folders) if not (folder / "__init__.py").exists()] == []
