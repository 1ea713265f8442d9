"""The pool with real processes: whose fault a death is, when a process has done enough, and what actions say."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from waymark.runtime.engine.events import Beat, Dispatch, Ended, Lost, Report
from waymark.runtime.model import RunRef
from waymark.runtime.workers import attempts, protocol
from waymark.runtime.workers.child import Age
from waymark.runtime.workers.dispatch import PoolSettings, WorkerPool
from waymark.vm.surface import Raised, Succeeded
from waymark.vm.wire import decode_outcome, decode_value, encode_value

from .watching import Ears, run

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="pidfd_open")

REF = RunRef(0, uuid.UUID(int=1))

LIVES = """
import asyncio, ctypes, logging, os, time
from typing import Annotated
import waymark
from waymark import Depends, action, current_action
from acts import say

@action
async def pid():
    return os.getpid()

@action
async def crashes(after):
    await asyncio.sleep(0)
    say("crashes", os.getpid(), current_action().attempt)
    ctypes.string_at(0)

@action
async def blocks():
    say("blocks", os.getpid())
    time.sleep(3600)

@action
async def hangs_on(name):
    say("hangs_on", os.getpid(), name)
    while True:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            pass

@action
async def hoards(mib):
    global hoard
    hoard = bytearray(mib << 20)
    return os.getpid()

def opened(order_id):
    say("opened", order_id)
    yield order_id * 2
    say("closed", order_id)

@action
async def provided(order_id: int, double: Annotated[int, Depends(opened)]) -> int:
    return double

@action
async def tells():
    current = current_action()
    current.logger.info("on %s", current.run_id)
    logging.getLogger("shop").warning("low on %s", "ink")
    await asyncio.to_thread(current.heartbeat, {"done": 3})
    await asyncio.to_thread(logging.getLogger("shop").error, "in a thread")
    print("to stdout")
    return [str(current.run_id), current.call_id, current.attempt, current.idempotency_key, current.name]

@action
async def later():
    current_action().retry_after(1.5)
    raise ValueError("not now")
"""


class Running:
    def __init__(self, workers: WorkerPool) -> None:
        self.pool = workers
        self._reports = asyncio.Queue[Report]()
        self.report = self._reports.put_nowait
        self._requests = 0
        self.lines: list[protocol.Line] = []
        self.actions: frozenset[str] = frozenset()

    def ask(self, action: str, *args: Any, timeout_ms: int = 60_000, attempt: int = 1) -> Dispatch:
        self._requests += 1
        dispatch = Dispatch(REF, self._requests, attempt, f"lives:{action}", encode_value((args, {})), timeout_ms)
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

    def known(self, actions: frozenset[str], transactional: frozenset[str]) -> None:
        self.actions = actions

    def logged(self, dispatch: Dispatch, lines: tuple[protocol.Line, ...]) -> None:
        self.lines += lines

    def answered(self, dispatch: Dispatch, committed: bool) -> None:
        raise AssertionError("nothing here is transactional")


@pytest.fixture
def lives(project: Path) -> Path:
    (project / "lives.py").write_text(LIVES)
    return project


@asynccontextmanager
async def pool(project: Path, slots: int = 4, age: Age | None = None, modules: str = "lives") -> AsyncIterator[Running]:
    named = tuple(modules.split(",")) if modules else ()
    workers = WorkerPool(PoolSettings(processes=1, slots=slots, modules=named, project=str(project), age=age or Age()))
    running = Running(workers)
    workers.listen(running)
    serving = asyncio.create_task(workers.serve(running.report))
    try:
        yield running
    finally:
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)


def test_a_segmentation_fault_costs_the_attempt_that_made_it_and_no_other(lives: Path, ears: Ears):
    async def test() -> None:
        async with pool(lives) as running:
            for name in "ab":
                running.ask("hangs_on", name)
                await ears.hear()
            culprit = running.ask("crashes", 0)
            assert await running.next() == Lost(REF, culprit.request, 1, "its worker process died")
            assert (await ears.hear())[0] == "crashes"
            assert [(await ears.hear())[2], (await ears.hear())[2]] == ["a", "b"], "both start again, in their order"

    run(test)


def test_of_a_process_that_somebody_kills_all_are_suspects_and_start_again_once(lives: Path, ears: Ears):
    async def test() -> None:
        async with pool(lives) as running:
            asked = [running.ask("hangs_on", name).request for name in "ab"]
            for _ in range(2):
                await ears.hear(), await ears.hear()
                running.ask("pid")  # when it has ended, the process executes none of the others any more
                os.kill(await running.value(), signal.SIGKILL)
            reports = [await running.next(), await running.next()]
            assert [report.request for report in reports] == asked and all(isinstance(each, Lost) for each in reports)

    run(test)


def test_who_blocks_the_loop_pays_and_not_whose_time_ran_out_meanwhile(
    lives: Path, ears: Ears, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(attempts, "CANCEL_GRACE_S", 0.05)

    async def test() -> None:
        async with pool(lives) as running:
            running.ask("hangs_on", "innocent", timeout_ms=300)
            await ears.hear()
            culprit = running.ask("blocks")
            await ears.hear()
            report = await running.next()
            assert isinstance(report, Lost) and report.request == culprit.request and not report.timed_out
            assert report.why == "it held up its worker process, which was killed"
            assert (await ears.hear())[::2] == ["hangs_on", "innocent"]

    run(test)


def test_after_so_many_attempts_a_process_is_replaced_and_the_new_one_comes_first(lives: Path, ears: Ears):
    async def test() -> None:
        async with pool(lives, age=Age(attempts_max=2)) as running:
            await running.pool.ready()
            pids = []
            for _ in range(6):
                assert running.pool.pids, "there is one that is ready at every moment"
                running.ask("pid")
                pids.append(await running.value())
            first = pids[0]
            assert pids[:2] == [first, first]
            await running.pool.until(lambda: first not in running.pool.pids)
            running.ask("pid")
            assert await running.value() != first

    run(test)


def test_a_process_that_has_done_enough_ends_after_its_last_attempt(lives: Path, ears: Ears):
    async def test() -> None:
        async with pool(lives, age=Age(attempts_max=1)) as running:
            kept = running.ask("hangs_on", "x")
            old = int((await ears.hear())[1])
            running.ask("pid")
            assert await running.value() == old
            await running.pool.until(lambda: len(running.pool.pids) == 2)
            running.ask("pid")
            assert await running.value() != old, "the old one gets nothing new"
            os.kill(old, 0)
            os.kill(old, signal.SIGKILL)
            report = await running.next()
            assert isinstance(report, Lost) and report.request == kept.request

    run(test)


def test_a_process_with_too_much_memory_is_replaced(lives: Path, ears: Ears):
    async def test() -> None:
        async with pool(lives, age=Age(memory_max=256 << 20)) as running:
            running.ask("pid")
            first = await running.value()
            running.ask("hoards", 300)
            assert await running.value() == first
            await running.pool.until(lambda: first not in running.pool.pids)
            assert running.pool.pids, "its successor was ready first"
            running.ask("pid")
            assert await running.value() != first

    run(test)


def test_dependencies_are_provided_and_cleaned_up_in_the_worker(lives: Path, ears: Ears):
    async def test() -> None:
        async with pool(lives) as running:
            running.ask("provided", 7)
            assert await running.value() == 14
            assert [await ears.hear(), await ears.hear()] == [["opened", "7"], ["closed", "7"]]

    run(test)


def test_an_action_knows_its_attempt_and_what_it_logs_is_kept(
    lives: Path, ears: Ears, capfd: pytest.CaptureFixture[str]
):
    async def test() -> None:
        async with pool(lives) as running:
            asked = running.ask("tells", attempt=2)
            beat = await running.next()
            assert isinstance(beat, Beat) and (beat.ref, beat.request, beat.attempt) == (REF, asked.request, 2)
            assert decode_value(beat.progress or b"") == {"done": 3}
            run_id = str(REF.run)
            assert await running.value() == [run_id, asked.request, 2, f"{run_id}:{asked.request}", "lives:tells"]
            assert [(line.level, line.logger, line.text) for line in running.lines] == [
                ("INFO", "waymark.action.lives.tells", f"on {run_id}"),
                ("WARNING", "shop", "low on ink"),
                ("ERROR", "shop", "in a thread"),
            ]

    run(test)
    assert "to stdout" in capfd.readouterr().out


def test_an_action_says_when_the_next_attempt_may_come(lives: Path, ears: Ears):
    async def test() -> None:
        async with pool(lives) as running:
            running.ask("later")
            report = await running.next()
            assert isinstance(report, Ended) and report.retry_after_us == 1_500_000
            assert isinstance(decode_outcome(report.outcome), Raised)

    run(test)


def test_without_a_named_module_those_of_the_project_that_define_actions_are_imported(
    lives: Path, ears: Ears, caplog: pytest.LogCaptureFixture
):
    (lives / "pyproject.toml").write_text("")
    (lives / "script.py").write_text("raise SystemExit('a script, with no action in it: import waymark')")
    (lives / "broken.py").write_text("from waymark import action\nimport nowhere\n@action\nasync def act(): ...\n")

    async def test() -> None:
        async with pool(lives, modules="") as running:
            await running.pool.ready()
            running.ask("pid")
            await running.value()
            assert {"lives:pid", "acts:add"} <= running.actions

    with caplog.at_level(logging.ERROR):
        run(test)
    told = [each.getMessage() for each in caplog.records]
    assert len(told) == 1 and told[0].startswith("module broken cannot be imported: ") and "nowhere" in told[0]
