"""The pool of action workers with real processes: what becomes of attempts when processes die, hang or cannot start."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from waymark.runtime.engine.events import Dispatch, Ended, Lost, Report, Revoke
from waymark.runtime.model import RunRef
from waymark.runtime.workers import attempts, protocol
from waymark.runtime.workers.dispatch import PoolSettings, WorkerPool
from waymark.vm.surface import Raised, Succeeded
from waymark.vm.wire import decode_outcome, encode_value

from .watching import Ears, gone, run

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="pidfd_open")

REF = RunRef(0, uuid.UUID(int=1))


class Running:
    """A pool, and what it has reported."""

    def __init__(self, pool: WorkerPool) -> None:
        self.pool = pool
        self._reports = asyncio.Queue[Report]()
        self.report = self._reports.put_nowait
        self._requests = 0

    def ask(self, action: str, *args: Any, timeout_ms: int = 60_000, attempt: int = 1) -> Dispatch:
        self._requests += 1
        dispatch = Dispatch(REF, self._requests, attempt, f"acts:{action}", encode_value((args, {})), timeout_ms)
        self.pool.dispatch(dispatch)
        return dispatch

    async def next(self) -> Report:
        return await self._reports.get()

    async def value(self) -> Any:
        report = await self.next()
        assert isinstance(report, Ended), report
        outcome = decode_outcome(report.outcome)
        assert isinstance(outcome, Succeeded), outcome
        return outcome.value


@asynccontextmanager
async def pool(project: Path, processes: int = 1, slots: int = 4, modules: str = "acts") -> AsyncIterator[Running]:
    workers = WorkerPool(
        PoolSettings(processes=processes, slots=slots, modules=tuple(modules.split(",")), project=str(project))
    )
    running = Running(workers)
    serving = asyncio.create_task(workers.serve(running.report))
    try:
        yield running
    finally:
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)


def test_actions_run_in_other_processes_and_several_at_once(project: Path, ears: Ears):
    async def test() -> None:
        async with pool(project, processes=2, slots=2) as running:
            await running.pool.ready()
            for name in "abcde":
                running.ask("endless", name)
            begun = [await ears.hear() for _ in range(4)]
            pids = sorted(int(words[1]) for words in begun)
            assert pids == sorted(running.pool.pids * 2), "two slots in each of two processes"
            assert os.getpid() not in pids

    run(test)


def test_a_worker_that_is_killed_in_the_middle_of_an_action_is_replaced(project: Path, ears: Ears):
    async def test() -> None:
        async with pool(project) as running:
            asked = running.ask("endless", "x")
            pid = int((await ears.hear())[1])
            os.kill(pid, signal.SIGKILL)
            report = await running.next()
            assert report == Lost(REF, asked.request, 1, "its worker process died")
            running.ask("add", 1, 2)
            assert await running.value() == 3
            assert int((await ears.hear())[1]) != pid

    run(test)


def test_an_action_that_kills_its_worker_is_lost_and_its_neighbours_start_again(project: Path, ears: Ears):
    async def test() -> None:
        async with pool(project) as running:
            running.ask("endless", "x")
            _, pid, _ = await ears.hear()
            culprit = running.ask("dies", str(project / "marker"))
            assert await running.next() == Lost(REF, culprit.request, 1, "its worker process died")
            word, other, name = await ears.hear()
            assert (word, name) == ("endless", "x") and other != pid, "under the same number: nothing was reported"

    run(test)


def test_an_action_that_takes_too_long_is_stopped_and_its_process_stays(project: Path, ears: Ears):
    async def test() -> None:
        async with pool(project) as running:
            asked = running.ask("endless", "x", timeout_ms=50)
            pid = (await ears.hear())[1]
            assert await ears.hear() == ["stopped", pid, "x"]
            report = await running.next()
            assert report == Lost(REF, asked.request, 1, "it took longer than 0.05 s", timed_out=True)
            running.ask("add", 1, 2)
            assert (await ears.hear())[:2] == ["add", pid]

    run(test)


def test_an_action_that_blocks_its_process_is_killed_with_it(
    project: Path, ears: Ears, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(attempts, "CANCEL_GRACE_S", 0.05)

    async def test() -> None:
        async with pool(project) as running:
            running.ask("endless", "x")
            await ears.hear()
            asked = running.ask("blocked", str(project / "marker"), timeout_ms=50)
            pid = int((await ears.hear())[1])
            report = await running.next()
            assert isinstance(report, Lost) and report.request == asked.request and report.timed_out
            await gone(pid)
            assert (await ears.hear())[::2] == ["endless", "x"], "its neighbour starts again, and is not charged"

    run(test)


def test_a_revoked_attempt_stops_and_is_not_reported(project: Path, ears: Ears):
    async def test() -> None:
        async with pool(project, slots=1) as running:
            asked = running.ask("endless", "x")
            waiting = running.ask("endless", "y")
            await ears.hear()
            running.pool.revoke(Revoke(REF, waiting.request))
            running.pool.revoke(Revoke(REF, asked.request))
            assert (await ears.hear())[0] == "stopped"
            running.ask("add", 2, 2)
            assert await running.value() == 4

    run(test)


def test_the_same_call_can_run_again_while_its_revoked_attempt_stops(project: Path, ears: Ears):
    async def test() -> None:
        async with pool(project) as running:
            asked = running.ask("endless", "x")
            await ears.hear()
            running.pool.revoke(Revoke(REF, asked.request))
            running._requests -= 1
            running.ask("add", 2, 3, attempt=2)
            report = await running.next()
            assert isinstance(report, Ended) and (report.request, report.attempt) == (asked.request, 2)

    run(test)


def test_held_attempts_start_when_they_are_let_go(project: Path, ears: Ears):
    async def test() -> None:
        async with pool(project) as running:
            await running.pool.ready()
            running.pool.hold(True)
            running.ask("add", 1, 1)
            assert running.pool._waiting
            running.pool.hold(False)
            assert await running.value() == 2

    run(test)


def test_nothing_starts_after_the_time_for_which_the_engine_knows_what_it_owns(project: Path, ears: Ears):
    async def test() -> None:
        async with pool(project) as running:
            await running.pool.ready()
            running.pool.hold(False, time.monotonic() + 0.05)
            running.ask("add", 1, 1)
            stand_still_s(0.06)  # nobody has come to hold the pool
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            assert running.pool._waiting and not running.pool._children.copy().pop().load
            assert running.pool.free == 0, "nor is anything claimed for it"
            running.pool.hold(False, time.monotonic() + 60)
            assert await running.value() == 2

    stand_still_s = time.sleep
    run(test)


def test_a_drain_waits_for_what_runs_and_starts_nothing(project: Path, ears: Ears):
    async def test() -> None:
        async with pool(project) as running:
            running.ask("endless", "x", timeout_ms=200)
            await ears.hear()
            draining = asyncio.create_task(running.pool.drain(20.0))
            await asyncio.sleep(0)
            running.ask("add", 1, 1)
            await draining
            assert isinstance(await running.next(), Lost)
            assert running._reports.empty()

    run(test)


def test_a_heartbeat_during_a_drain_starts_nothing(project: Path, ears: Ears):
    async def test() -> None:
        async with pool(project) as running:
            running.ask("endless", "x", timeout_ms=200)
            await ears.hear()
            draining = asyncio.create_task(running.pool.drain(20.0))
            await asyncio.sleep(0)
            running.ask("add", 1, 1)
            running.pool.hold(False)  # as the lease does with each answer of the store
            assert running.pool._waiting
            await draining
            assert isinstance(await running.next(), Lost)
            assert running.pool._waiting and running._reports.empty()

    run(test)


@pytest.mark.parametrize(("level", "told"), [("INFO", True), ("WARNING", True), ("ERROR", False)])
def test_the_traceback_of_an_action_that_raised_is_on_stderr(
    level: str,
    told: bool,
    project: Path,
    ears: Ears,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setenv("WAYMARK_LOG_LEVEL", level)

    async def test() -> None:
        async with pool(project) as running:
            running.ask("raises", "no stock")
            report = await running.next()
            assert isinstance(report, Ended) and str(decode_outcome(report.outcome).error) == "no stock"  # type: ignore[union-attr]

    run(test)
    said = capfd.readouterr().err
    assert ("WARNING waymark.action: action acts:raises raised ValueError\nTraceback" in said) is told
    assert ("acts.py" in said and said.endswith("ValueError: no stock\n")) is told
    assert "perform.py" not in said


def test_arguments_larger_than_a_frame_are_the_calls_own_error(
    project: Path, ears: Ears, monkeypatch: pytest.MonkeyPatch
):
    async def test() -> None:
        async with pool(project) as running:
            await running.pool.ready()
            monkeypatch.setattr(protocol, "FRAME_BYTES_MAX", 1000)
            running.ask("add", "x" * 1000, "y")
            report = await running.next()
            assert isinstance(report, Ended)
            outcome = decode_outcome(report.outcome)
            assert isinstance(outcome, Raised) and isinstance(outcome.error, TypeError)
            assert str(outcome.error).startswith("the arguments of action acts:add cannot be sent to it: a Start of 1")
            running.ask("add", 1, 2)
            assert await running.value() == 3, "the pool goes on"

    run(test)


def test_a_module_that_cannot_be_imported_is_told_and_tried_again(
    project: Path, ears: Ears, caplog: pytest.LogCaptureFixture
):
    broken = project / "broken.py"
    broken.write_text("\nraise RuntimeError('no settings')\n")

    async def test() -> None:
        async with pool(project, modules="acts,broken") as running:
            running.ask("add", 1, 2)
            told = asyncio.Event()
            failed = running.pool.import_failed
            running.pool.import_failed = lambda message: (failed(message), told.set())  # type: ignore[method-assign]
            await told.wait()
            broken.write_text("")
            assert await running.value() == 3

    run(test)
    assert f"module broken cannot be imported: {broken}:2: RuntimeError: no settings" in caplog.text


def test_no_process_is_left_when_the_pool_ends(project: Path, ears: Ears):
    async def test() -> None:
        async with pool(project, processes=2) as running:
            await running.pool.ready()
            pids = running.pool.pids
            running.ask("blocked", str(project / "marker"))
            await ears.hear()
        for pid in pids:
            await gone(pid)

    run(test)


def test_what_an_action_prints_comes_out_as_it_is(project: Path, ears: Ears, capfd: pytest.CaptureFixture[str]):
    with (project / "acts.py").open("a") as file:
        file.write("\n@action\nasync def shout(words):\n    print(words)\n")

    async def test() -> None:
        async with pool(project) as running:
            running.ask("shout", "hear, hear")
            assert await running.value() is None

    run(test)
    assert "hear, hear\n" in capfd.readouterr().out
