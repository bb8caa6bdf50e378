"""Who runs the servers, and what they are given."""

import os
import pwd
from pathlib import Path

import pytest

from infra.embedded import account
from infra.embedded.account import Account, EmbeddedServerError


def test_an_ordinary_user_runs_them_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert Account.choose() == Account()
    assert Account.choose().identity == {}


def test_root_hands_them_to_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.delenv("REUSSITE_SERVER_USER", raising=False)
    nobody = pwd.getpwnam("nobody")
    assert Account.choose().identity == {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


@pytest.mark.parametrize(
    ("name", "message"), [("no-such-account", "n’existe pas"), ("root", "ne peut pas être root")]
)
def test_a_wrong_account_is_said(monkeypatch: pytest.MonkeyPatch, name: str, message: str) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setenv("REUSSITE_SERVER_USER", name)
    with pytest.raises(EmbeddedServerError, match=message):
        Account.choose()


def test_a_remembered_port_is_taken_again_while_it_is_free(tmp_path: Path) -> None:
    port = account.remembered_port(tmp_path, None)
    assert account.remembered_port(tmp_path, None) == port


def test_a_remembered_port_that_is_busy_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    port = account.remembered_port(tmp_path, None)
    monkeypatch.setattr(account, "port_is_free", lambda number: number != port)
    assert account.remembered_port(tmp_path, None) != port


def test_servers_get_no_secret_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "x")
    monkeypatch.setenv("PGHOST", "elsewhere")
    assert set(account.clean_environment()) == {"PATH", "LC_ALL"}


def test_a_copy_of_the_programs_keeps_its_libraries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The wheel's programs find their libraries beside the package."""
    monkeypatch.setattr(account, "SYSTEM_FOLDER", tmp_path / "system")
    monkeypatch.setattr(Account, "reaches", lambda self, path: False)
    package = tmp_path / "site" / "servers"
    (package / "bin").mkdir(parents=True)
    (package / "bin" / "server").write_text("#!/bin/sh\n")
    (package / "bin" / "server").chmod(0o700)
    (tmp_path / "site" / "servers.libs").mkdir()
    (tmp_path / "site" / "servers.libs" / "lib.so").write_text("")
    copy = Account().program(package / "bin" / "server", package=package, version="1")
    assert copy == tmp_path / "system" / "servers-1" / "servers" / "bin" / "server"
    assert copy.stat().st_mode & 0o044 == 0o044
    assert (tmp_path / "system" / "servers-1" / "servers.libs" / "lib.so").exists()
