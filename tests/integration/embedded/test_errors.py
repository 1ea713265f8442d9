"""Each failure says what, where, and what to do."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from waymark.runtime.embedded import (
    BinariesNotFoundError,
    EmbeddedPostgres,
    FolderError,
    InitError,
    LockTimeoutError,
    SettingError,
    StartError,
    binaries,
    launch,
    locks,
)
from waymark.runtime.embedded.binaries import find_binaries
from waymark.runtime.embedded.folders import VersionFolder

from .holders import NOBODY, ended, holder
from .test_accounts import as_root, with_public_python
from .test_sharing import ask

# Of all its options it heeds the one that says where.
INITDB = 'for each; do case $each in --pgdata=*) mkdir "${each#--pgdata=}"; esac; done'


def fake_installation(folder: Path, version: str = "17.2", initdb: str = INITDB, pg_ctl: str = "exit 0") -> Path:
    folder.mkdir()
    postgres = f"echo 'postgres (PostgreSQL) {version}'"
    for name, script in {"initdb": initdb, "pg_ctl": pg_ctl, "postgres": postgres}.items():
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
    return folder


def test_a_wrong_pg_bin_is_never_passed_over(tmp_path: Path) -> None:
    with pytest.raises(
        SettingError, match=r"^WAYMARK_PG_BIN is '/no/such', but /no/such is not a folder.*; it takes the folder that"
    ):
        find_binaries({"WAYMARK_PG_BIN": "/no/such"})
    with pytest.raises(SettingError, match="has no executable initdb and no pg_ctl and no postgres"):
        find_binaries({"WAYMARK_PG_BIN": str(tmp_path)})


def test_a_pg_bin_too_old(tmp_path: Path) -> None:
    old = fake_installation(tmp_path / "old", version="13.4")
    with pytest.raises(SettingError, match=r"is 'postgres \(PostgreSQL\) 13\.4', and 14 is the oldest that will do"):
        find_binaries({"WAYMARK_PG_BIN": str(old)})


def test_the_first_usable_place_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good = fake_installation(tmp_path / "good", version="16.1 (Debian 16.1-1)")
    monkeypatch.setattr(binaries, "_places", lambda: iter([("one", tmp_path / "none"), ("two", good)]))
    assert find_binaries({}) == binaries.Binaries(good, "16.1")
    assert find_binaries({"WAYMARK_PG_BIN": str(fake_installation(tmp_path / "set"))}).version == "17.2"


def test_nothing_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binaries, "_places", lambda: iter([("PATH", tmp_path)]))
    with pytest.raises(
        BinariesNotFoundError,
        match=r"(?s)`pip install 'waymark\[embedded\]'`, set WAYMARK_PG_BIN.*PATH: .* has no executable initdb",
    ):
        find_binaries({})


def test_a_failing_initdb_is_quoted(empty_state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = fake_installation(tmp_path / "broken", initdb="echo 'initdb: error: the moon is full' >&2; exit 1")
    monkeypatch.setenv("WAYMARK_PG_BIN", str(broken))
    with pytest.raises(InitError, match=r"(?s)^initdb failed in .*/pg17 .*\n    initdb: error: the moon is full$"):
        EmbeddedPostgres.open(empty_state)
    assert not list(empty_state.glob("pg17/init.*"))


def test_a_server_that_does_not_start_shows_its_log(state: Path) -> None:
    with EmbeddedPostgres.open(state, durable=False) as pg:
        pass
    (pg.folder / "data" / "postgresql.conf").write_text("shared_bufers = lots\n")
    with pytest.raises(
        StartError, match=r'(?s)did not start; its log says why\. The end of .*/server\.log:\n.*"shared_bufers"'
    ):
        EmbeddedPostgres.open(state, durable=False)


def test_a_server_that_dies_without_a_word_is_tried_a_few_times(
    empty_state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deadly = fake_installation(tmp_path / "deadly", pg_ctl=f"echo again >>{tmp_path}/attempts")
    monkeypatch.setenv("WAYMARK_PG_BIN", str(deadly))
    with pytest.raises(StartError, match=r"(?s)did not start; its log says why\. .*\n    \(nothing was written\)$"):
        EmbeddedPostgres.open(empty_state)
    assert len((tmp_path / "attempts").read_text().splitlines()) == launch.ATTEMPTS_MAX


def test_a_missing_password_is_named(state: Path) -> None:
    with EmbeddedPostgres.open(state, durable=False) as pg:
        pass
    (pg.folder / "password").unlink()
    with pytest.raises(FolderError, match=r"/password is missing, and without it nobody can log in; put it back"):
        EmbeddedPostgres.open(state, durable=False)


def test_a_port_that_was_taken_is_replaced(state: Path) -> None:
    with EmbeddedPostgres.open(state, durable=False) as pg:
        port = pg.port
    with socket.create_server(("127.0.0.1", port)), EmbeddedPostgres.open(state, durable=False) as pg:
        assert pg.port != port
        assert ask(pg.dsn(), "SELECT 1") == 1


def test_a_port_that_is_taken_at_the_last_moment_is_replaced(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as rival:
        taken = rival.getsockname()[1]
        free_port = launch._free_port
        answers = iter([taken])
        monkeypatch.setattr(launch, "_free_port", lambda wanted: next(answers, None) or free_port(wanted))
        with EmbeddedPostgres.open(state, durable=False) as pg:
            assert pg.port != taken


def test_the_gate_is_not_waited_for_without_end(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "GATE_SECONDS_MAX", 0.05)
    with EmbeddedPostgres.open(state, durable=False) as pg:
        rival = locks.Locks(VersionFolder(pg.folder))
        with rival.gate(), pytest.raises(LockTimeoutError, match=r"another process has been starting or stopping"):
            EmbeddedPostgres.open(state, durable=False)
        rival.close()


def test_a_file_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FolderError, match=r"^could not use .*/file/state: .*set WAYMARK_DATA_DIR to one"):
        EmbeddedPostgres.open(tmp_path / "file" / "state")


@as_root
@with_public_python
def test_a_folder_that_may_not_be_written_to(empty_state: Path) -> None:
    empty_state.chmod(0o755)
    stranger = holder(empty_state, uid=NOBODY)
    with ended(stranger):
        error = stranger.told()["error"]
    assert error.startswith("FolderError: could not make ") and "Permission denied" in error, error


@as_root
@with_public_python
def test_a_folder_of_another_user(state: Path) -> None:
    state.chmod(0o755)
    with EmbeddedPostgres.open(state, durable=False):
        pass
    stranger = holder(state, uid=NOBODY)
    with ended(stranger):
        error = stranger.told()["error"]
    assert f"belongs to user 0, and this process is user {NOBODY}" in error


@pytest.fixture
def small_disk(empty_state: Path) -> Iterator[Path]:
    """A disk of 140 MiB."""
    disk = empty_state / "disk"
    disk.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=140m", "none", disk], capture_output=True, text=True)
    if done.returncode != 0:
        pytest.skip(f"NOT TESTED: a full disk, since none can be mounted here: {done.stderr.strip()}")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


@as_root
def test_a_disk_too_full_for_a_database(small_disk: Path) -> None:
    (small_disk / "ballast").write_bytes(bytes(60 * 2**20 + 1))
    with pytest.raises(FolderError, match=r"has 79 MiB of free space, and a new database needs 100; free some"):
        EmbeddedPostgres.open(small_disk / "state")


@as_root
def test_a_disk_that_has_filled_up(small_disk: Path) -> None:
    with EmbeddedPostgres.open(small_disk / "state", durable=False) as pg:
        ask(pg.dsn(), "CREATE TABLE kept AS SELECT 1 AS n")
    ballast = os.open(small_disk / "ballast", os.O_CREAT | os.O_WRONLY)
    os.posix_fallocate(ballast, 0, (os.statvfs(small_disk).f_bavail - 1) * os.statvfs(small_disk).f_bsize)
    os.close(ballast)
    with pytest.raises((StartError, FolderError), match=r"MiB left, free some|No space left on device"):
        EmbeddedPostgres.open(small_disk / "state", durable=False)
    (small_disk / "ballast").unlink()
    with EmbeddedPostgres.open(small_disk / "state", durable=False) as pg:
        assert ask(pg.dsn(), "SELECT n FROM kept") == 1
