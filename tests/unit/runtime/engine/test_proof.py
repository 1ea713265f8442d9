"""What proves an engine dead, and what does not."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from pathlib import Path

import pytest

from waymark.runtime.engine.proof import OLD_S, LifeLock, acquit, burying, host_id, last_run, proved_dead, was_buried
from waymark.runtime.model import EngineRow, RunRef

HOLDER = """
import sys, uuid
from pathlib import Path
from waymark.runtime.engine.proof import LifeLock
lock = LifeLock(Path(sys.argv[1]), uuid.UUID(sys.argv[2]))
print(lock.path, flush=True)
sys.stdin.read()
"""


def test_an_engine_is_proved_dead_by_its_lock_and_not_while_it_lives(tmp_path: Path):
    engine = uuid.uuid4()
    command = [sys.executable, "-c", HOLDER, str(tmp_path), str(engine)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        row = EngineRow(engine, host_id(), process.stdout.readline().strip())
        assert not proved_dead(row, host_id())
        process.kill()
        process.wait()
    assert proved_dead(row, host_id())
    assert proved_dead(row, host_id()), "looking does not change it"
    with burying(row, host_id()) as dead:
        assert dead
        with burying(row, host_id()) as again:
            assert not again, "somebody is at it"
        assert not was_buried(row)
    assert was_buried(row)
    with burying(row, host_id()) as dead:
        assert dead, "what it had sent may arrive only now"


def test_a_lock_of_another_host_proves_nothing(tmp_path: Path):
    file = tmp_path / f"{uuid.UUID(int=7)}.lock"
    file.touch()
    assert not proved_dead(EngineRow(uuid.UUID(int=7), "another host", str(file)), host_id())


def test_a_file_that_is_not_there_proves_nothing(tmp_path: Path):
    row = EngineRow(uuid.UUID(int=7), host_id(), str(tmp_path / f"{uuid.UUID(int=7)}.lock"))
    assert not proved_dead(row, host_id())


def test_a_file_that_is_not_the_engines_proves_nothing(tmp_path: Path):
    file = tmp_path / "something.else"
    file.touch()
    assert not proved_dead(EngineRow(uuid.UUID(int=7), host_id(), str(file)), host_id())


def test_an_end_without_farewell_is_proved_in_the_same_process_too(tmp_path: Path):
    engine = uuid.uuid4()
    lock = LifeLock(tmp_path, engine)
    row = EngineRow(engine, host_id(), str(lock.path))
    assert not proved_dead(row, host_id())
    lock.close()
    assert proved_dead(row, host_id())


MARKER = HOLDER.replace(
    "print(", "from waymark.runtime.model import RunRef\nlock.mark(RunRef(7, uuid.UUID(int=9)))\nprint("
)


def test_the_run_that_was_executed_survives_its_engine(tmp_path: Path):
    engine = uuid.uuid4()
    command = [sys.executable, "-c", MARKER, str(tmp_path), str(engine)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        row = EngineRow(engine, host_id(), process.stdout.readline().strip())
        process.kill()
        process.wait()
    assert last_run(row) == RunRef(7, uuid.UUID(int=9))
    acquit(Path(row.lock))
    assert last_run(row) is None, "its strike was given"
    with burying(row, host_id()) as dead:
        assert dead
    assert last_run(row) is None


def test_a_burial_that_fails_is_made_by_the_next(tmp_path: Path):
    engine = uuid.uuid4()
    lock = LifeLock(tmp_path, engine)
    row = EngineRow(engine, host_id(), str(lock.path))
    with burying(row, host_id()) as dead:
        assert not dead, "it lives"
    lock.close()
    with pytest.raises(ConnectionError), burying(row, host_id()) as dead:
        assert dead
        raise ConnectionError
    with burying(row, host_id()) as dead:
        assert dead


def test_an_engine_between_two_slices_was_executing_nothing(tmp_path: Path):
    engine = uuid.uuid4()
    lock = LifeLock(tmp_path, engine)
    row = EngineRow(engine, host_id(), str(lock.path))
    assert last_run(row) is None
    lock.mark(RunRef(255, uuid.UUID(int=3)))
    assert last_run(row) == RunRef(255, uuid.UUID(int=3))
    lock.mark(None)
    assert last_run(row) is None
    lock.close()


def test_a_file_that_says_nothing_sensible_names_no_run(tmp_path: Path):
    file = tmp_path / f"{uuid.UUID(int=7)}.lock"
    row = EngineRow(uuid.UUID(int=7), host_id(), str(file))
    for text in (b"", b"\x01", b"\x01" + b"\xff" * 18, b"\x02" + bytes(18)):
        file.write_bytes(text)
        assert last_run(row) is None


def test_a_clean_end_leaves_no_file(tmp_path: Path):
    lock = LifeLock(tmp_path, uuid.uuid4())
    lock.remove()
    lock.close()
    assert list(tmp_path.rglob("*.lock")) == []


def test_files_that_nobody_buried_are_swept_after_a_day(tmp_path: Path):
    living = LifeLock(tmp_path, uuid.uuid4())
    old, young = (living.path.parent / f"{uuid.uuid4()}.lock" for _ in range(2))
    for file in (old, young):
        file.touch()
    for file in (old, living.path):
        long_ago = file.stat().st_mtime - OLD_S - 60
        os.utime(file, (long_ago, long_ago))
    LifeLock(tmp_path, uuid.uuid4()).close()
    assert not old.exists()
    assert young.exists(), "its engine may be about to lock it, or its row may still name it"
    assert living.path.exists(), "its engine lives, however long"
    living.close()
