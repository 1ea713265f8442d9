"""An action worker process: imports the user's modules, runs their actions, and knows nothing of runs.

    python -m waymark.runtime.workers.process SOCKET_FD PARENT_PID [EXECUTING_FD]

What user code prints goes where the engine's output goes, and so do the tracebacks of its actions; what an action logs
is also sent to the engine, as its attempt's. The process ends with the stream from its engine; Ctrl-C and SIGTERM,
which a terminal or a service manager sends to everybody, are left to the engine to act upon.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import os
import signal
import socket
import sys
from typing import Any

from waymark.vm.surface import Raised

from ..config import LOG_FORMAT, load_config
from . import capturing, lifeline, modules, protocol
from .connecting import CommitUnknown, Connections, NotCommitted, settled
from .current import CurrentAction
from .discovering import TooManyFiles
from .executing import Executing, Stepped
from .memory import memory_bytes
from .perform import ActionNotFound, Actions, body_of, encoded, is_transactional, outcome_of, too_large
from .saying import Voice

log = logging.getLogger("waymark.workers")

NO_ONE_DATABASE = (
    "WAYMARK_DATABASE_URL names no database: what it writes is committed with its outcome, so its rows and all runs "
    "must be in one"
)
CANCEL_GRACE_S = 0.2  # what is still running at the end of the stream may clean up so long


class WorkerProcess(asyncio.Protocol):
    """The worker's end of the stream. Every attempt is a task, owned by this table until it has reported."""

    def __init__(self, ended: asyncio.Event, executing: Executing | None = None) -> None:
        self._frames = protocol.Frames()
        self._transport: asyncio.WriteTransport | None = None
        self._actions: Actions = {}
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._ended = ended
        self._executing = executing
        self._connections = Connections(os.environ.get("WAYMARK_DATABASE_URL") or None)
        self._may_write = asyncio.Event()  # else the engine is slow to read: attempts keep their places
        self._may_write.set()
        self.exit_code = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        self._may_write.set()
        self._ended.set()

    def pause_writing(self) -> None:
        self._may_write.clear()

    def resume_writing(self) -> None:
        self._may_write.set()

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
        problems: list[str] = []
        try:
            if setup.modules:
                modules.import_all(setup.project, setup.modules)
            else:
                problems = modules.import_found(setup.project)
        except (modules.ModuleFailed, TooManyFiles) as error:
            self._refuse(str(error))
            return
        gc.freeze()  # what was imported is not garbage: it need not be looked through again and again
        self._actions = modules.find_registry(setup.registry)
        transactional = tuple(sorted(key for key, each in self._actions.items() if is_transactional(each)))
        if transactional and not self._connections.can_open:
            self._refuse(f"{transactional[0]} is a transactional action, and {NO_ONE_DATABASE}")
            return
        self._send(protocol.Hello(os.getpid(), tuple(sorted(self._actions)), transactional, tuple(problems)))

    def _refuse(self, why: str) -> None:
        self._send(protocol.ImportFailed(why))
        self.exit_code = protocol.EXIT_IMPORT_FAILED
        assert self._transport is not None
        self._transport.close()

    async def _attempt(self, start: protocol.Start) -> None:
        voice = Voice(start.number, self._send, asyncio.get_running_loop())
        message: protocol.ToEngine
        try:
            message = await self._performed(start, voice)
            if asyncio.current_task().cancelling():  # type: ignore[union-attr]
                message = protocol.Stopped(start.number)  # it ended after all, but its engine has stopped waiting
        except asyncio.CancelledError:
            message = protocol.Stopped(start.number)
        except ActionNotFound as error:
            message = protocol.Unknown(start.number, str(error))
        except Exception:  # of ours, or of a connection that cannot be given back: the attempt has no outcome
            log.exception("an attempt of action %s came to nothing", start.key)
            message = protocol.Stopped(start.number)
        voice.flush()
        if not self._may_write.is_set():
            with contextlib.suppress(asyncio.CancelledError):  # whoever cancels gets the message all the same
                await self._may_write.wait()
        del self._tasks[start.number]
        try:
            self._send(message)
        except protocol.ProtocolError as error:
            self._send(protocol.Done(start.number, too_large(start.key, error)))

    async def _performed(self, start: protocol.Start, voice: Voice) -> protocol.ToEngine:
        function = body_of(self._actions, start.key)
        connection = self._connections.of(start) if start.ticket is not None else None
        current = CurrentAction(
            start.key,
            run_id=start.run,
            call_id=start.call if start.run is not None else None,
            attempt=start.attempt,
            timeout_s=start.timeout_ms / 1000 if start.timeout_ms else None,
            ears=voice,
            connection=connection,
        )
        work = outcome_of(function, start.key, start.arguments, current)
        try:
            outcome = await (work if self._executing is None else Stepped(work, start.number, self._executing))
            data = encoded(start.key, outcome)
            if connection is not None and connection.was_opened:
                try:
                    committed = await settled(connection, start, outcome, data)
                except NotCommitted as error:
                    data, committed = encoded(start.key, Raised(error.why)), None
                if committed is not None:
                    return protocol.Settled(start.number, committed)
        except CommitUnknown:
            return protocol.Stopped(start.number)  # its ticket knows
        finally:
            if connection is not None:
                await connection.leave()
        return protocol.Done(start.number, data, memory_bytes(), current.retry_after_us)

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
        self._connections.close()


async def serve(connection: socket.socket, executing: Executing | None = None) -> int:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    _, worker = await loop.create_connection(lambda: WorkerProcess(ended, executing), sock=connection)
    await ended.wait()
    await worker.finish()
    return worker.exit_code


def main(argv: list[str]) -> None:
    fd, parent, *page = map(int, argv)
    lifeline.die_with_parent(parent)
    _log_to_stderr(load_config(os.environ).log_level)
    capturing.install()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _leave_it_to_the_engine)
    code = asyncio.run(serve(socket.socket(fileno=fd), Executing(page[0]) if page else None))
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
