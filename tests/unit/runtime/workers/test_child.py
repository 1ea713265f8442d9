"""The engine's side of a worker, without a process: who may get more attempts."""

from __future__ import annotations

import asyncio
import socket
import uuid
from typing import Any

import pytest

from waymark.runtime.engine.events import Dispatch, Report
from waymark.runtime.engine.watched import shared_counter
from waymark.runtime.model import RunRef
from waymark.runtime.workers import protocol
from waymark.runtime.workers.child import Child
from waymark.runtime.workers.dispatch import PoolSettings, WorkerPool
from waymark.runtime.workers.executing import Executing, Stepped

REF = RunRef(0, uuid.UUID(int=1))


class Wire(asyncio.WriteTransport):
    def __init__(self) -> None:
        super().__init__()
        self.written: list[bytes] = []

    def write(self, data: Any) -> None:
        self.written.append(bytes(data))

    def is_closing(self) -> bool:
        return False


def test_a_worker_that_does_not_read_gets_no_more_attempts():
    async def test() -> None:
        reports: list[Report] = []
        pool = WorkerPool(PoolSettings(processes=1, slots=4, modules=("shop",), project="."))
        with shared_counter() as fd:
            child = Child(pool, reports.append, lambda: 0, Executing(fd))
        child.connection_made(wire := Wire())
        pool._children.add(child)
        child.data_received(protocol.frame(protocol.Hello(1, ("shop:act",))))
        for request in (1, 2, 3):
            pool.dispatch(Dispatch(REF, request, 1, "shop:act", b"", 1_000))
            if request == 1:
                await asyncio.sleep(0)
                child.pause_writing()
        await asyncio.sleep(0)
        assert (child.load, pool.free) == (1, 0)
        child.resume_writing()
        assert (child.load, pool.free) == (3, 1)
        calls = [
            [protocol.to_worker.decode(body).call for body in protocol.Frames().feed(together)]
            for together in wire.written
        ]
        assert calls == [[1], [2, 3]]

    asyncio.run(test())


def test_each_step_of_a_coroutine_is_noted_and_nothing_else_about_it_changes():
    async def work(executing: Executing) -> list[int]:
        seen = [executing.number]
        await asyncio.sleep(0)
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            seen.append(executing.number)
        return seen

    async def test() -> None:
        with shared_counter() as fd:
            executing = Executing(fd)

        async def attempt() -> list[int]:
            return await Stepped(work(executing), 7, executing)

        task = asyncio.create_task(attempt())
        for _ in range(3):
            await asyncio.sleep(0)
            assert executing.number == 0, "nobody is, while others run"
        task.cancel()
        assert await task == [7, 7]
        executing.close()

    asyncio.run(test())


class Spawned:
    """A process that was started."""

    pid = 1
    killed = False

    def kill(self) -> None:
        self.killed = True


def test_a_worker_whose_start_is_cancelled_leaves_nothing_open(monkeypatch: pytest.MonkeyPatch) -> None:
    process, shared = Spawned(), list[Executing]()

    async def started(theirs: socket.socket, page: int) -> Spawned:
        return process

    class Kept(Executing):
        def __init__(self, fd: int) -> None:
            super().__init__(fd)
            shared.append(self)

    async def cancelled(*said: object, sock: socket.socket) -> None:
        raise asyncio.CancelledError

    async def test() -> None:
        monkeypatch.setattr(Child, "_started", started)
        monkeypatch.setattr("waymark.runtime.workers.child.Executing", Kept)
        monkeypatch.setattr(asyncio.get_running_loop(), "create_connection", cancelled)
        pool = WorkerPool(PoolSettings(processes=1, slots=4, modules=("shop",), project="."))
        with pytest.raises(asyncio.CancelledError):
            await Child.spawn(pool, lambda report: None, lambda: 0, protocol.Setup(".", (), ""))
        assert process.killed and shared[0]._memory.closed

    asyncio.run(test())
