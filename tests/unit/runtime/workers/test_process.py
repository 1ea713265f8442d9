"""The worker's end of the stream, without a process around it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from waymark.runtime.workers import protocol
from waymark.runtime.workers.process import WorkerProcess
from waymark.vm.surface import Raised
from waymark.vm.wire import decode_outcome, encode_value


class Wire(asyncio.WriteTransport):
    """What the worker sends, message by message."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: asyncio.Queue[protocol.ToEngine] = asyncio.Queue()
        self._frames = protocol.Frames()
        self.closed = False

    def write(self, data: Any) -> None:
        for body in self._frames.feed(data):
            self.messages.put_nowait(protocol.to_engine.decode(body))

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True


async def large() -> str:
    return "x" * 1000


def test_an_outcome_larger_than_a_frame_is_an_error_and_not_silence(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(protocol, "FRAME_BYTES_MAX", 800)

    async def test() -> None:
        wire, worker = Wire(), WorkerProcess(asyncio.Event())
        worker.connection_made(wire)
        worker._actions = {"shop:large": large}
        worker.data_received(protocol.frame(protocol.Start(7, "shop:large", encode_value(((), {})))))
        async with asyncio.timeout(10):
            message = await wire.messages.get()
        assert isinstance(message, protocol.Done) and message.number == 7
        outcome = decode_outcome(message.outcome)
        assert isinstance(outcome, Raised) and isinstance(outcome.error, TypeError)
        assert str(outcome.error).startswith("the outcome of action shop:large cannot be sent back: a Done of 1")

    asyncio.run(test())


async def small() -> str:
    return "x"


def test_while_its_engine_is_slow_to_read_attempts_keep_their_places():
    async def test() -> None:
        wire, worker = Wire(), WorkerProcess(asyncio.Event())
        worker.connection_made(wire)
        worker._actions = {"shop:small": small}
        worker.pause_writing()
        worker.data_received(protocol.frame(protocol.Start(7, "shop:small", encode_value(((), {})))))
        task = worker._tasks[7]
        await asyncio.wait([task], timeout=0.05)
        assert not task.done() and wire.messages.empty()
        worker.resume_writing()
        async with asyncio.timeout(10):
            message = await wire.messages.get()
        assert isinstance(message, protocol.Done) and message.number == 7
        assert not worker._tasks

    asyncio.run(test())


def test_a_transactional_action_is_refused_where_no_one_database_has_rows_and_runs(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("WAYMARK_DATABASE_URL", raising=False)
    monkeypatch.setattr(small, "__waymark_transaction__", True, raising=False)
    monkeypatch.setattr("waymark.runtime.workers.modules.import_found", lambda project: [])
    monkeypatch.setattr("waymark.runtime.workers.modules.find_registry", lambda place: {"shop:small": small})

    async def test() -> None:
        wire, worker = Wire(), WorkerProcess(asyncio.Event())
        worker.connection_made(wire)
        worker.data_received(protocol.frame(protocol.Setup(".", (), "shop:registry")))
        message = await wire.messages.get()
        assert isinstance(message, protocol.ImportFailed)
        assert message.message.startswith("shop:small is a transactional action, and WAYMARK_DATABASE_URL names no ")
        assert worker.exit_code == protocol.EXIT_IMPORT_FAILED and wire.closed

    asyncio.run(test())
