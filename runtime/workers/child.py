"""One worker process, as its engine sees it: how it begins, the stream to it, how it grows old, and how it ends."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections.abc import Callable
from typing import Protocol

import msgspec

from waymark.vm.surface import Instant

from ..engine.events import Dispatch
from ..engine.watched import shared_counter
from . import protocol
from .attempts import Attempts, Hearer
from .executing import Executing
from .port import AttemptKey, Reporter

MODULE = "waymark.runtime.workers.process"


class Owner(Hearer, Protocol):
    """The pool, to which a child says what changes."""

    def said_hello(self, child: Child, hello: protocol.Hello) -> None: ...
    def import_failed(self, message: str) -> None: ...
    def has_room(self, child: Child) -> None: ...


class Age(msgspec.Struct, frozen=True):
    """When a process has done enough: after so many attempts, or with so much memory. None: never."""

    attempts_max: int | None = None
    memory_max: int | None = None


class Child(asyncio.Protocol):
    """Made by `spawn`. `gone` is set when the stream has ended."""

    def __init__(
        self,
        owner: Owner,
        report: Reporter,
        now: Callable[[], Instant],
        executing: Executing,
        age: Age | None = None,
    ) -> None:
        self._owner = owner
        self._attempts = Attempts(self, owner, report, now)
        self._frames = protocol.Frames()
        self._transport: asyncio.WriteTransport | None = None
        self._unsent: list[bytes] = []  # frames of this turn of the loop
        self.process: asyncio.subprocess.Process | None = None
        self.ready = False
        self.hello: protocol.Hello | None = None
        self.retired = False  # it gets no attempts any more, and ends with the last one
        self._crowded = False  # it does not read as fast as we write
        self._ended = 0
        self._executing = executing
        self._age = age or Age()
        self.turned = asyncio.Event()  # it became ready, grew old, or is gone: look which
        self.old = False
        self.gone = asyncio.Event()

    @classmethod
    async def spawn(
        cls,
        owner: Owner,
        report: Reporter,
        now: Callable[[], Instant],
        setup: protocol.Setup,
        age: Age | None = None,
    ) -> Child:
        ours, theirs = socket.socketpair()
        with shared_counter() as page:
            executing = Executing(page)
            try:
                process = await cls._started(theirs, page)
            except BaseException:
                ours.close()
                executing.close()
                raise
            finally:
                theirs.close()
        child = cls(owner, report, now, executing, age)
        child.process = process
        try:
            await asyncio.get_running_loop().create_connection(lambda: child, sock=ours)
        except BaseException:  # cancelled, most likely: nobody would know of the process
            ours.close()
            executing.close()
            process.kill()
            raise
        child.send(setup)
        return child

    @staticmethod
    async def _started(theirs: socket.socket, page: int) -> asyncio.subprocess.Process:
        fds = (theirs.fileno(), page)
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", MODULE, str(fds[0]), str(os.getpid()), str(page)),
            pass_fds=fds,
            stdin=asyncio.subprocess.DEVNULL,
            env={**os.environ, "WAYMARK_PROCESS_ROLE": "worker"},
        )

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    @property
    def load(self) -> int:
        return len(self._attempts)

    @property
    def takes_more(self) -> bool:
        return self.ready and not (self.retired or self._crowded)

    # --- attempts ---

    def start(self, dispatch: Dispatch) -> None:
        self._attempts.start(dispatch)

    def revoke(self, key: AttemptKey) -> bool:
        """Whether it runs here. It keeps its place until it has stopped."""
        return self._attempts.revoke(key)

    def _grow(self, memory: int) -> None:
        self._ended += 1
        most, bytes_max = self._age.attempts_max, self._age.memory_max
        if (most is not None and self._ended >= most) or (bytes_max is not None and memory > bytes_max):
            self.old = True
            self.turned.set()

    # --- the stream ---

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        try:
            for body in self._frames.feed(data):
                self._received(protocol.to_engine.decode(body))
        except Exception:  # user code wrote to our stream; what comes after it cannot be trusted
            self.kill()
            raise

    def _received(self, message: protocol.ToEngine) -> None:
        match message:
            case protocol.Hello():
                self.ready = True
                self.turned.set()
                self.hello = message
                self._owner.said_hello(self, message)
            case protocol.ImportFailed(message=text):
                self._owner.import_failed(text)
            case protocol.Beat() | protocol.Logged():
                self._attempts.said(message)
            case _:
                self._over(message)

    def _over(self, message: protocol.Done | protocol.Stopped | protocol.Unknown | protocol.Settled) -> None:
        self._attempts.over(message)
        match message:
            case protocol.Done(memory=memory):
                self._grow(memory)
            case protocol.Settled():
                self._grow(0)
        self._end_if_idle()
        self._owner.has_room(self)

    def pause_writing(self) -> None:
        self._crowded = True

    def resume_writing(self) -> None:
        self._crowded = False
        self._owner.has_room(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self.ready = False
        self._unsent = []
        culprit = self._executing.number
        self._executing.close()
        self._attempts.all_over(culprit)
        self.gone.set()
        self.turned.set()

    def send(self, message: protocol.ToWorker) -> None:
        self.write(protocol.frame(message))

    def write(self, frame: bytes) -> None:
        """With the others of this turn of the loop: each write wakes the worker, which costs more than all of ours."""
        if not self._unsent:
            asyncio.get_running_loop().call_soon(self.write_out)
        self._unsent.append(frame)

    def write_out(self) -> None:
        """At once, what was to wait for the end of this turn."""
        assert self._transport is not None
        frames, self._unsent = self._unsent, []
        if frames and not self._transport.is_closing():
            self._transport.write(frames[0] if len(frames) == 1 else b"".join(frames))

    # --- the end ---

    def retire(self) -> None:
        """Another process has taken its place."""
        self.retired = True
        self._end_if_idle()

    def _end_if_idle(self) -> None:
        if self.retired and not self._attempts and self._transport is not None:
            self.write_out()
            self._transport.close()

    def kill(self) -> None:
        assert self.process is not None
        if self.process.returncode is None:
            self.process.kill()

    async def end(self, patience_s: float) -> int:
        """Close the stream, which tells the process to end, and wait for that. Its exit code."""
        assert self._transport is not None and self.process is not None
        self.write_out()
        self._transport.close()
        ending = asyncio.ensure_future(self.process.wait())
        # Not asyncio.timeout: this also runs while its task is being cancelled, where Python 3.11.0 to 3.11.2 let a
        # timeout out as the cancellation, and the process would stay.
        await asyncio.wait([ending], timeout=patience_s)
        if not ending.done():
            self.kill()
        return await ending
