"""The supervisor and an engine that cannot start."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from waymark.runtime.config import EXIT_BAD_CONFIG
from waymark.runtime.workers import supervisor
from waymark.runtime.workers.supervisor import Supervisor


def engine(folder: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> Supervisor:
    (folder / "wm_engine.py").write_text(text)
    monkeypatch.setattr(supervisor, "ENGINE", "wm_engine")
    return Supervisor({**os.environ, "PYTHONPATH": str(folder)})


def test_an_engine_that_ends_is_started_again_with_growing_pauses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    failing = engine(tmp_path, monkeypatch, "raise SystemExit(3)")
    pauses: list[float] = []

    async def pause(seconds: float) -> bool:
        pauses.append(seconds)
        return len(pauses) == 4  # stopped while no engine runs

    monkeypatch.setattr(failing, "_pause", pause)
    assert asyncio.run(failing.run()) == 0
    assert pauses == [0.0, 0.5, 1.0, 2.0]


def test_an_engine_that_cannot_be_started_is_tried_again(monkeypatch: pytest.MonkeyPatch):
    tries: list[float] = []

    async def refuse(*said: object, **more: object) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(asyncio, "create_subprocess_exec", refuse)
    supervised = Supervisor({})

    async def pause(seconds: float) -> bool:
        tries.append(seconds)
        return len(tries) == 3

    monkeypatch.setattr(supervised, "_pause", pause)
    assert asyncio.run(supervised.run()) == 0
    assert tries == [0.5, 1.0, 2.0]


def test_an_engine_that_is_set_up_wrongly_is_not_started_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    assert asyncio.run(engine(tmp_path, monkeypatch, f"raise SystemExit({EXIT_BAD_CONFIG})").run()) == EXIT_BAD_CONFIG


def test_the_engine_knows_its_parent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    text = f"import os, sys\nraise SystemExit({EXIT_BAD_CONFIG} if int(sys.argv[1]) == os.getppid() else 1)"
    assert asyncio.run(engine(tmp_path, monkeypatch, text).run()) == EXIT_BAD_CONFIG


STUCK = """
import os, sys, time
from pathlib import Path
from waymark.runtime.engine.watched import SliceCounter
before = Path(__file__).with_name("before")
if before.exists():
    raise SystemExit({bad_config})  # so that the supervisor ends, too
before.touch()
SliceCounter(int(sys.argv[2])).turn(True)
time.sleep(60)
"""


def test_an_engine_that_does_not_come_out_of_a_slice_is_killed_and_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    stuck = engine(tmp_path, monkeypatch, STUCK.format(bad_config=EXIT_BAD_CONFIG))
    monkeypatch.setattr(supervisor, "WATCH_S", 0.02)
    monkeypatch.setattr(supervisor, "SLICE_S_MAX", 0.1)
    assert asyncio.run(stuck.run()) == EXIT_BAD_CONFIG
    assert "has been executing one slice for 0.1 s, and is killed" in caplog.text
    assert "the engine ended with code -9" in caplog.text
