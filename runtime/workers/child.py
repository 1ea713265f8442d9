"""One worker process, as its engine sees it: the stream to it, and the attempts that it runs.

Whatever becomes of the process, each attempt that was started in it is reported once: with its outcome, as out of time,
or as lost; one that was revoked is not reported at all. A process that dies takes along the attempt that it was
executing (executing.py), or the one whose time was over; the others did nothing wrong, and go back to the pool.
"""

from __future__ import annotations

import asyncio
import dataclasses
import itertools
import os
import socket
import sys
from collections.abc import Callable
from typing import Protocol

import msgspec

from waymark.vm.surface import Instant, Raised
from waymark.vm.wire import encode_outcome

from ..engine.events import Beat, Dispatch, Ended, Lost, Unregistered
from ..engine.watched import shared_counter
from . import protocol
from .executing import Executing
from .port import AttemptKey, Reporter, Ticketed

CANCEL_GRACE_S = 1.0  # after that, whoever does not heed a cancellation is killed with its process
MODULE = "waymark.runtime.workers.process"


@dataclasses.dataclass(slots=True, eq=False)
class Attempt:
    dispatch: Dispatch
    started_at: Instant
    timer: asyncio.TimerHandle | None = None
    timed_out: bool = False
    revoked: bool = False


class Owner(Protocol):
    """The pool, to which a child says what changes."""

    def said_hello(self, child: Child, hello: protocol.Hello) -> None: ...
    def import_failed(self, message: str) -> None: ...
    def has_room(self, child: Child) -> None: ...
    def logged(self, dispatch: Dispatch, lines: tuple[protocol.Line, ...]) -> None: ...
    def answered(self, dispatch: Dispatch, committed: bool) -> None: ...

    def displaced(self, dispatch: Dispatch, suspect: bool) -> bool:
        """Its process has died through no fault that is known of it. Whether it starts again somewhere else."""
        ...


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
        self._report = report
        self._now = now
        self._frames = protocol.Frames()
        self._numbers = itertools.count(1)
        self._transport: asyncio.WriteTransport | None = None
        self._unsent: list[bytes] = []  # frames of this turn of the loop
        self._attempts: dict[int, Attempt] = {}
        self._by_key: dict[AttemptKey, int] = {}
        self.process: asyncio.subprocess.Process | None = None
        self.ready = False
        self.hello: protocol.Hello | None = None
        self.retired = False  # it gets no attempts any more, and ends with the last one
        self._crowded = False  # it does not read as fast as we write
        self._ended = 0
        self._impatient = False  # it was killed since an attempt did not heed its cancellation
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
            process.kill()
            raise
        child._send(setup)
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
        number = next(self._numbers)
        try:
            frame = protocol.frame(_start_of(number, dispatch))
        except protocol.ProtocolError as error:
            self._refuse(dispatch, error)
            return
        attempt = Attempt(dispatch, self._now())
        self._attempts[number] = attempt
        self._by_key[dispatch.ref, dispatch.request] = number
        loop = asyncio.get_running_loop()
        attempt.timer = loop.call_later(dispatch.timeout_ms / 1000, self._time_is_over, number)
        self._write(frame)

    def _refuse(self, dispatch: Dispatch, error: Exception) -> None:
        """An outcome at once: another attempt would not fit either."""
        failure = TypeError(f"the arguments of action {dispatch.key} cannot be sent to it: {error}")
        now = self._now()
        self._report(Ended(dispatch.ref, dispatch.request, dispatch.attempt, encode_outcome(Raised(failure)), now, now))

    def revoke(self, key: AttemptKey) -> bool:
        """Whether it runs here. It keeps its place, and its timer, until it has stopped."""
        number = self._by_key.pop(key, None)
        if number is None:
            return False
        self._attempts[number].revoked = True
        self._send(protocol.Cancel(number))
        return True

    def _time_is_over(self, number: int) -> None:
        attempt = self._attempts[number]
        attempt.timed_out = True
        self._send(protocol.Cancel(number))
        attempt.timer = asyncio.get_running_loop().call_later(CANCEL_GRACE_S, self._patience_is_over)

    def _patience_is_over(self) -> None:
        self._impatient = True
        self.kill()

    def _take(self, number: int) -> Attempt:
        attempt = self._attempts.pop(number)
        key = (attempt.dispatch.ref, attempt.dispatch.request)
        if self._by_key.get(key) == number:
            del self._by_key[key]
        if attempt.timer is not None:
            attempt.timer.cancel()
        return attempt

    def _done(self, done: protocol.Done) -> None:
        attempt = self._take(done.number)
        each = attempt.dispatch
        if not attempt.revoked:
            began, after_us = attempt.started_at, done.retry_after_us
            self._report(Ended(each.ref, each.request, each.attempt, done.outcome, began, self._now(), after_us))
        self._grow(done.memory)

    def _settled(self, number: int, committed: bool) -> None:
        each = self._take(number).dispatch
        self._owner.answered(each, committed)
        self._grow(0)

    def _grow(self, memory: int) -> None:
        self._ended += 1
        most, bytes_max = self._age.attempts_max, self._age.memory_max
        if (most is not None and self._ended >= most) or (bytes_max is not None and memory > bytes_max):
            self.old = True
            self.turned.set()

    def _lost(self, number: int, why: str) -> None:
        attempt = self._take(number)
        each = attempt.dispatch
        if attempt.timed_out:
            why = f"it took longer than {each.timeout_ms / 1000:g} s"
        if not attempt.revoked:
            self._report(Lost(each.ref, each.request, each.attempt, why, attempt.timed_out))

    def _unknown(self, number: int, why: str) -> None:
        attempt = self._take(number)
        each = attempt.dispatch
        if not attempt.revoked:
            self._report(Unregistered(each.ref, each.request, each.attempt, why))

    def _all_over(self) -> None:
        """The process is gone. One attempt pays for that, if it is known which; else all are suspects."""
        culprit = self._executing.number
        self._executing.close()
        if culprit not in self._attempts:
            late = [number for number, attempt in self._attempts.items() if attempt.timed_out]
            culprit = late[0] if late else next(iter(self._attempts)) if len(self._attempts) == 1 else 0
        died = "it held up its worker process, which was killed" if self._impatient else "its worker process died"
        innocent = [number for number, each in self._attempts.items() if not (number == culprit or each.revoked)]
        for number in [number for number in self._attempts if number not in innocent]:
            self._lost(number, died)
        again = [
            number
            for number in reversed(innocent)  # each is put before the others
            if self._owner.displaced(self._attempts[number].dispatch, suspect=culprit == 0)
        ]
        for number in innocent:
            if number in again:
                self._take(number)
            else:
                self._attempts[number].timed_out = False
                self._lost(number, "its worker process died, as another did before that ran it")

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
            case protocol.Beat(number=number, progress=progress):
                if (attempt := self._attempts.get(number)) is not None and not attempt.revoked:
                    each = attempt.dispatch
                    self._report(Beat(each.ref, each.request, each.attempt, progress))
            case protocol.Logged(number=number, lines=lines):
                if (attempt := self._attempts.get(number)) is not None:
                    self._owner.logged(attempt.dispatch, lines)
            case _:
                self._over(message)

    def _over(self, message: protocol.Done | protocol.Stopped | protocol.Unknown | protocol.Settled) -> None:
        match message:
            case protocol.Done():
                self._done(message)
            case protocol.Settled(number=number, committed=committed):
                self._settled(number, committed)
            case protocol.Stopped(number=number):
                self._lost(number, "it was stopped")
            case protocol.Unknown(number=number, why=why):
                self._unknown(number, why)
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
        self._all_over()
        self.gone.set()
        self.turned.set()

    def _send(self, message: protocol.ToWorker) -> None:
        self._write(protocol.frame(message))

    def _write(self, frame: bytes) -> None:
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


def _start_of(number: int, dispatch: Dispatch) -> protocol.Start:
    return protocol.Start(
        number,
        dispatch.key,
        dispatch.arguments,
        run=dispatch.ref.run,
        call=dispatch.request,
        attempt=dispatch.attempt,
        timeout_ms=dispatch.timeout_ms,
        ticket=dispatch.ticket if isinstance(dispatch, Ticketed) else None,
    )
