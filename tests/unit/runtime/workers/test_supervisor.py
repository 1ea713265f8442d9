"""The supervisor and its shards: engines that cannot start, that die, and that stand still."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from waymark.runtime.config import EXIT_BAD_CONFIG
from waymark.runtime.workers import shard
from waymark.runtime.workers.duties import Charge
from waymark.runtime.workers.shard import Shard
from waymark.runtime.workers.supervisor import Supervisor, environs_of, run_supervisor


class Noting:
    """Duties without a database."""

    def __init__(self) -> None:
        self.done: list[str] = []

    async def serve(self) -> None:
        await asyncio.Event().wait()

    def take_on(self, charge: Charge) -> None:
        self.done.append("take on")

    def let_go(self, charge: Charge) -> None:
        self.done.append("let go")

    async def strike(self, charge: Charge) -> None:
        self.done.append("strike")

    async def bury(self, charge: Charge) -> None:
        self.done.append("bury")


def environ(folder: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> dict[str, str]:
    (folder / "wm_engine.py").write_text(text)
    monkeypatch.setattr(shard, "ENGINE", "wm_engine")
    return {**os.environ, "PYTHONPATH": str(folder)}


def supervised(environment: dict[str, str], duties: Noting | None = None, engines: int = 1) -> int:
    async def run() -> int:
        async with asyncio.timeout(30):
            return await Supervisor([environment] * engines, duties or Noting()).run()

    return asyncio.run(run())


def test_an_engine_that_ends_is_started_again_with_growing_pauses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    failing = Shard("the engine", environ(tmp_path, monkeypatch, "raise SystemExit(3)"), duties := Noting())
    pauses: list[float] = []

    async def pause(seconds: float) -> bool:
        pauses.append(seconds)
        return len(pauses) == 4  # stopped while no engine runs

    monkeypatch.setattr(failing, "_pause", pause)
    assert asyncio.run(failing.run()) is None
    assert pauses == [0.0, 0.5, 1.0, 2.0]
    assert duties.done == ["take on", "let go", "bury"] * 4


def test_an_engine_that_cannot_be_started_is_tried_again(monkeypatch: pytest.MonkeyPatch):
    tries: list[float] = []

    async def refuse(*said: object, **more: object) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(asyncio, "create_subprocess_exec", refuse)
    refused = Shard("the engine", {}, Noting())

    async def pause(seconds: float) -> bool:
        tries.append(seconds)
        return len(tries) == 3

    monkeypatch.setattr(refused, "_pause", pause)
    assert asyncio.run(refused.run()) is None
    assert tries == [0.5, 1.0, 2.0]


def test_an_engine_that_is_set_up_wrongly_is_not_started_again_and_ends_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    text = f"""
import sys, time
from pathlib import Path
try:
    Path(__file__).with_name("first").touch(exist_ok=False)
except FileExistsError:
    time.sleep(60)
raise SystemExit({EXIT_BAD_CONFIG})
"""
    assert supervised(environ(tmp_path, monkeypatch, text), engines=2) == EXIT_BAD_CONFIG


def test_the_engine_knows_its_parent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    text = f"import os, sys\nraise SystemExit({EXIT_BAD_CONFIG} if int(sys.argv[1]) == os.getppid() else 1)"
    assert supervised(environ(tmp_path, monkeypatch, text)) == EXIT_BAD_CONFIG


STILL = """
import os, sys, time
from pathlib import Path
from waymark.runtime.engine.vitals import Vitals
before = Path(__file__).with_name("before")
if before.exists():
    raise SystemExit({bad_config})  # so that the supervisor ends, too
before.touch()
Vitals(int(sys.argv[2])).{does}
time.sleep(60)
"""


@pytest.mark.parametrize(
    ("does", "said", "done"),
    [
        (
            "turn(True)",
            "has been executing one slice for 0.1 s, and is killed",
            ["take on", "strike", "let go", "bury"],
        ),
        ("alive()", "has not moved for 0.1 s, and is killed", ["take on", "let go", "bury"]),
    ],
)
def test_an_engine_that_stands_still_is_killed_and_replaced(
    does: str,
    said: str,
    done: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
):
    text = STILL.format(bad_config=EXIT_BAD_CONFIG, does=does)
    monkeypatch.setattr(shard, "WATCH_S", 0.02)
    monkeypatch.setattr(shard, "STILL_S_MAX", 0.1)
    duties = Noting()
    assert supervised(environ(tmp_path, monkeypatch, text), duties) == EXIT_BAD_CONFIG
    assert said in caplog.text and "the engine ended with code -9" in caplog.text
    assert duties.done == [*done, "take on", "let go", "bury"]


def test_the_engines_share_the_action_workers_and_each_has_one_at_least():
    assert [each["WAYMARK_WORKER_COUNT"] for each in environs_of({}, 3, 8)] == ["3", "3", "2"]
    assert [each["WAYMARK_WORKER_COUNT"] for each in environs_of({}, 3, 2)] == ["1", "1", "1"]


def test_what_the_environment_says_in_vain_is_said_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Variables without effect, and misspelt ones; the supervisor itself ends here because nobody answers."""

    async def nobody(self: Supervisor) -> int:
        return 0

    monkeypatch.setattr(Supervisor, "run", nobody)
    environment = {
        "WAYMARK_DATABASE_URL": "postgresql://localhost/app",
        "WAYMARK_DATA_DIR": str(tmp_path),
        "WAYMARK_WORKER_GRPC_ADDR": "127.0.0.1:24118",
        "WAYMARK_WORKERS_COUNT": "3",
    }
    assert run_supervisor(environment) == 0
    assert [record.getMessage().split(";")[0].split(":")[0] for record in caplog.records] == [
        "WAYMARK_WORKERS_COUNT is no variable of Waymark's",
        "WAYMARK_WORKER_GRPC_ADDR has no effect",
    ]
