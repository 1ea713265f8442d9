"""An action worker process: imports the user's modules, runs their actions, and knows nothing of runs or databases.

    python -m waymark.runtime.workers.process SOCKET_FD PARENT_PID

What user code prints goes where the engine's output goes, and so do the tracebacks of its actions. The process
ends with the stream from its engine; Ctrl-C and SIGTERM, which a terminal or a service manager sends to everybody, are
left to the engine to act upon.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import sys
from typing import Any

from ..config import LOG_FORMAT, load_config
from . import lifeline, modules, protocol
from .perform import ActionNotFound, Actions, perform, too_large

CANCEL_GRACE_S = 0.2  # what is still running at the end of the stream may clean up so long


class WorkerProcess(asyncio.Protocol):
    """The worker's end of the stream. Every attempt is a task, owned by this table until it has reported."""

    def __init__(self, ended: asyncio.Event) -> None:
        self._frames = protocol.Frames()
        self._transport: asyncio.WriteTransport | None = None
        self._actions: Actions = {}
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._ended = ended
        self.exit_code = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        self._ended.set()

    def data_received(self, data: bytes) -> None:
        for body in self._frames.feed(data):
            match protocol.to_worker.decode(body):
                case protocol.Setup() as setup:
                    self._set_up(setup)
                case protocol.Start() as start:
                    task = asyncio.get_running_loop().create_task(self._attempt(start), name=f"action {start.key}")
                    self._tasks[start.number] = task
                case protocol.Cancel(number=number):
                    if number in self._tasks:  # it may have ended while this was under way
                        self._tasks[number].cancel()

    def _set_up(self, setup: protocol.Setup) -> None:
        try:
            modules.import_all(setup.project, setup.modules)
        except modules.ModuleFailed as error:
            self._send(protocol.ImportFailed(str(error)))
            self.exit_code = protocol.EXIT_IMPORT_FAILED
            assert self._transport is not None
            self._transport.close()
            return
        self._actions = modules.find_registry(setup.registry)
        self._send(protocol.Hello(os.getpid(), tuple(sorted(self._actions))))

    async def _attempt(self, start: protocol.Start) -> None:
        message: protocol.ToEngine
        try:
            message = protocol.Done(start.number, await perform(self._actions, start.key, start.arguments))
            if asyncio.current_task().cancelling():  # type: ignore[union-attr]
                message = protocol.Stopped(start.number)  # it ended after all, but its engine has stopped waiting
        except asyncio.CancelledError:
            message = protocol.Stopped(start.number)
        except ActionNotFound as error:
            message = protocol.Unknown(start.number, str(error))
        del self._tasks[start.number]
        try:
            self._send(message)
        except protocol.ProtocolError as error:
            self._send(protocol.Done(start.number, too_large(start.key, error)))

    def _send(self, message: protocol.ToEngine) -> None:
        assert self._transport is not None
        if not self._transport.is_closing():
            self._transport.write(protocol.frame(message))

    async def finish(self) -> None:
        """The engine is gone, or wants no more: what still runs has nobody to report to."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=CANCEL_GRACE_S)


async def serve(connection: socket.socket) -> int:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    _, worker = await loop.create_connection(lambda: WorkerProcess(ended), sock=connection)
    await ended.wait()
    await worker.finish()
    return worker.exit_code


def main(argv: list[str]) -> None:
    fd, parent = map(int, argv)
    lifeline.die_with_parent(parent)
    _log_to_stderr(load_config(os.environ).log_level)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _leave_it_to_the_engine)
    code = asyncio.run(serve(socket.socket(fileno=fd)))
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # a thread that user code left behind must not keep the process


def _log_to_stderr(level: str) -> None:
    """Our own words only: the root logger is the user's code's to set up."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter(LOG_FORMAT))
    ours = logging.getLogger("waymark")
    ours.addHandler(handler)
    ours.setLevel(level)
    ours.propagate = False


def _leave_it_to_the_engine(number: int, frame: Any) -> None:
    """A handler and not SIG_IGN, which the programs that user code starts would inherit."""


if __name__ == "__main__":
    main(sys.argv[1:])
