"""One worker process, as its engine sees it: the stream to it, and the attempts that it runs.

Whatever becomes of the process, each attempt that was started in it is reported once: with its outcome, as out of time,
or as lost; one that was revoked is not reported at all.
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

from waymark.vm.surface import Instant, Raised
from waymark.vm.wire import encode_outcome

from ..engine.events import Dispatch, Ended, Lost, Unregistered
from . import protocol
from .port import AttemptKey, Reporter

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

    def said_hello(self, child: Child) -> None: ...
    def import_failed(self, message: str) -> None: ...
    def has_room(self, child: Child) -> None: ...


class Child(asyncio.Protocol):
    """Made by `spawn`. `gone` is set when the stream has ended."""

    def __init__(self, owner: Owner, report: Reporter, now: Callable[[], Instant]) -> None:
        self._owner = owner
        self._report = report
        self._now = now
        self._frames = protocol.Frames()
        self._numbers = itertools.count(1)
        self._transport: asyncio.WriteTransport | None = None
        self._attempts: dict[int, Attempt] = {}
        self._by_key: dict[AttemptKey, int] = {}
        self.process: asyncio.subprocess.Process | None = None
        self.ready = False
        self.gone = asyncio.Event()

    @classmethod
    async def spawn(cls, owner: Owner, report: Reporter, now: Callable[[], Instant], setup: protocol.Setup) -> Child:
        ours, theirs = socket.socketpair()
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                MODULE,
                str(theirs.fileno()),
                str(os.getpid()),
                pass_fds=(theirs.fileno(),),
                stdin=asyncio.subprocess.DEVNULL,
                env={**os.environ, "WAYMARK_PROCESS_ROLE": "worker"},
            )
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        child = cls(owner, report, now)
        child.process = process
        try:
            await asyncio.get_running_loop().create_connection(lambda: child, sock=ours)
        except BaseException:  # cancelled, most likely: nobody would know of the process
            ours.close()
            process.kill()
            raise
        child._send(setup)
        return child

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    @property
    def load(self) -> int:
        return len(self._attempts)

    # --- attempts ---

    def start(self, dispatch: Dispatch) -> None:
        number = next(self._numbers)
        try:
            frame = protocol.frame(protocol.Start(number, dispatch.key, dispatch.arguments))
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
        attempt.timer = asyncio.get_running_loop().call_later(CANCEL_GRACE_S, self.kill)

    def _take(self, number: int) -> Attempt:
        attempt = self._attempts.pop(number)
        key = (attempt.dispatch.ref, attempt.dispatch.request)
        if self._by_key.get(key) == number:
            del self._by_key[key]
        if attempt.timer is not None:
            attempt.timer.cancel()
        return attempt

    def _done(self, number: int, outcome: bytes) -> None:
        attempt = self._take(number)
        each = attempt.dispatch
        if not attempt.revoked:
            self._report(Ended(each.ref, each.request, each.attempt, outcome, attempt.started_at, self._now()))

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
                self._owner.said_hello(self)
            case protocol.ImportFailed(message=text):
                self._owner.import_failed(text)
            case protocol.Done(number=number, outcome=outcome):
                self._done(number, outcome)
                self._owner.has_room(self)
            case protocol.Stopped(number=number):
                self._lost(number, "it was stopped")
                self._owner.has_room(self)
            case protocol.Unknown(number=number, why=why):
                self._unknown(number, why)
                self._owner.has_room(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self.ready = False
        for number in list(self._attempts):
            self._lost(number, "its worker process died")
        self.gone.set()

    def _send(self, message: protocol.ToWorker) -> None:
        self._write(protocol.frame(message))

    def _write(self, frame: bytes) -> None:
        assert self._transport is not None
        if not self._transport.is_closing():
            self._transport.write(frame)

    # --- the end ---

    def kill(self) -> None:
        assert self.process is not None
        if self.process.returncode is None:
            self.process.kill()

    async def end(self, patience_s: float) -> int:
        """Close the stream, which tells the process to end, and wait for that. Its exit code."""
        assert self._transport is not None and self.process is not None
        self._transport.close()
        ending = asyncio.ensure_future(self.process.wait())
        # Not asyncio.timeout: this also runs while its task is being cancelled, where Python 3.11.0 to 3.11.2 let a
        # timeout out as the cancellation, and the process would stay.
        await asyncio.wait([ending], timeout=patience_s)
        if not ending.done():
            self.kill()
        return await ending
