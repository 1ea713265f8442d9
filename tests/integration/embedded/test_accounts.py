"""As root, as an ordinary user, as root on somebody else's data, and as root without user namespaces."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from waymark.runtime.embedded import EmbeddedPostgres

from .holders import NOBODY, ended, eventually, holder, is_dead, processes_on, public_python
from .test_sharing import ask

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="NOT TESTED: needs root, to become another user")
with_public_python = pytest.mark.skipif(
    not Path(public_python()).exists(), reason=f"NOT TESTED: no {public_python()}, which another user could run"
)


def owner(path: Path) -> int:
    return path.stat().st_uid


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o7777


def user_of(pid: int) -> int:
    return Path(f"/proc/{pid}").stat().st_uid


@as_root
def test_root_keeps_its_data_and_opens_no_folder_to_others(empty_state: Path) -> None:
    inner = empty_state / "project" / ".waymark"
    inner.parent.mkdir(mode=0o700)
    before = {path: mode(path) for path in (*inner.parents,)}
    with EmbeddedPostgres.open(inner, durable=False) as pg:
        assert ask(pg.dsn(), "SELECT 1") == 1
        assert ask(pg.socket_dsn(), "SELECT 1") == 1
        for path in (pg.folder, pg.folder / "data"):
            assert (owner(path), mode(path)) == (0, 0o700)
        assert user_of(pg.pid) == 0  # as the kernel sees it
    assert {path: mode(path) for path in before} == before


@as_root
@with_public_python
def test_an_ordinary_user(empty_state: Path) -> None:
    os.chown(empty_state, NOBODY, NOBODY)
    first, second = (holder(empty_state, durable=True, uid=NOBODY) for _ in range(2))
    with ended(first, second):
        told = [first.told(), second.told()]
        assert "error" not in told[0] and told[0]["pid"] == told[1]["pid"], told
        server = int(told[0]["pid"])
        assert user_of(server) == NOBODY
        assert ask(told[0]["dsn"], "SELECT 1") == 1
        first.kill()
        second.kill()
        eventually(lambda: is_dead(server), "the end of the server", seconds_max=5)


@as_root
@with_public_python
def test_root_and_the_owner_share_the_owners_folder(empty_state: Path) -> None:
    os.chown(empty_state, NOBODY, NOBODY)
    with EmbeddedPostgres.open(empty_state, durable=False) as pg:
        assert user_of(pg.pid) == NOBODY
        theirs = holder(empty_state, uid=NOBODY)
        with ended(theirs):
            assert theirs.told()["dsn"] == pg.dsn()
            pg.close()
            theirs.leave()
        assert is_dead(pg.pid)
    strangers = [path for path in pg.folder.iterdir() if owner(path) != NOBODY]
    assert not strangers, "root left files that the owner cannot use"


def path_without_unshare(folder: Path) -> str:
    folder.mkdir()
    program = shutil.which("test")
    assert program is not None
    (folder / "test").symlink_to(program)
    return str(folder)


@as_root
def test_root_without_user_namespaces_becomes_nobody(empty_state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    empty_state.chmod(0o755)
    monkeypatch.setenv("PATH", path_without_unshare(empty_state / "bin"))
    with EmbeddedPostgres.open(empty_state, durable=False) as pg:
        assert user_of(pg.pid) == NOBODY
        assert ask(pg.socket_dsn(), "SELECT 1") == 1
        assert mode(empty_state) == 0o755
    monkeypatch.undo()
    with EmbeddedPostgres.open(empty_state, durable=False) as pg:  # it stays theirs, though namespaces are back
        assert user_of(pg.pid) == NOBODY


@as_root
def test_root_that_can_be_nobody_is_told_so(empty_state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from waymark.runtime.embedded import AccountError

    empty_state.chmod(0o700)  # nobody cannot enter
    monkeypatch.setenv("PATH", path_without_unshare(empty_state / "bin"))
    with pytest.raises(AccountError, match=r"process is root, which Postgres refuses.*Run as an ordinary user"):
        EmbeddedPostgres.open(empty_state)
    assert not [pid for pid, command in processes_on(empty_state).items() if "postgres" in command]
