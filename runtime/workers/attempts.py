"""The attempts that run in one worker process, as its engine sees them.

Whatever becomes of the process, each attempt that was started in it is reported once: with its outcome, as out of time,
or as lost; one that was revoked is not reported at all. A process that dies takes along the attempt that it was
executing (executing.py), or the one whose time was over; the others did nothing wrong, and go back to the pool.
"""

from __future__ import annotations

import asyncio
import dataclasses
import itertools
from collections.abc import Callable
from typing import Protocol

from waymark.vm.surface import Instant, Raised
from waymark.vm.wire import encode_outcome

from ..engine.events import Beat, Dispatch, Ended, Lost, Unregistered
from . import protocol
from .port import AttemptKey, Reporter, Ticketed

CANCEL_GRACE_S = 1.0  # after that, whoever does not heed a cancellation is killed with its process


@dataclasses.dataclass(slots=True, eq=False)
class Attempt:
    dispatch: Dispatch
    started_at: Instant
    timer: asyncio.TimerHandle | None = None
    timed_out: bool = False
    revoked: bool = False


class Process(Protocol):
    """What they run in."""

    def send(self, message: protocol.ToWorker) -> None: ...
    def write(self, frame: bytes) -> None: ...
    def kill(self) -> None: ...


class Hearer(Protocol):
    """Of what attempts say, beside the one report of each: the pool."""

    def logged(self, dispatch: Dispatch, lines: tuple[protocol.Line, ...]) -> None: ...
    def answered(self, dispatch: Dispatch, committed: bool) -> None: ...

    def displaced(self, dispatch: Dispatch, suspect: bool) -> bool:
        """Its process has died through no fault that is known of it. Whether it starts again somewhere else."""
        ...


class Attempts:
    def __init__(self, process: Process, hearer: Hearer, report: Reporter, now: Callable[[], Instant]) -> None:
        self._process = process
        self._hearer = hearer
        self._report = report
        self._now = now
        self._numbers = itertools.count(1)
        self._running: dict[int, Attempt] = {}
        self._by_key: dict[AttemptKey, int] = {}
        self._impatient = False  # the process was killed since one of them did not heed its cancellation

    def __len__(self) -> int:
        return len(self._running)

    # --- what the engine asks for ---

    def start(self, dispatch: Dispatch) -> None:
        number = next(self._numbers)
        try:
            frame = protocol.frame(_start_of(number, dispatch))
        except protocol.ProtocolError as error:
            self._refuse(dispatch, error)
            return
        attempt = Attempt(dispatch, self._now())
        self._running[number] = attempt
        self._by_key[dispatch.ref, dispatch.request] = number
        loop = asyncio.get_running_loop()
        attempt.timer = loop.call_later(dispatch.timeout_ms / 1000, self._time_is_over, number)
        self._process.write(frame)

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
        self._running[number].revoked = True
        self._process.send(protocol.Cancel(number))
        return True

    def _time_is_over(self, number: int) -> None:
        attempt = self._running[number]
        attempt.timed_out = True
        self._process.send(protocol.Cancel(number))
        attempt.timer = asyncio.get_running_loop().call_later(CANCEL_GRACE_S, self._patience_is_over)

    def _patience_is_over(self) -> None:
        self._impatient = True
        self._process.kill()

    # --- what the process says of them ---

    def said(self, message: protocol.Beat | protocol.Logged) -> None:
        """One is at work."""
        attempt = self._running.get(message.number)
        if attempt is None:
            return
        each = attempt.dispatch
        match message:
            case protocol.Logged(lines=lines):
                self._hearer.logged(each, lines)
            case protocol.Beat(progress=progress):
                if not attempt.revoked:
                    self._report(Beat(each.ref, each.request, each.attempt, progress))

    def over(self, message: protocol.Done | protocol.Stopped | protocol.Unknown | protocol.Settled) -> None:
        """One has come to its end."""
        match message:
            case protocol.Done():
                self._done(message)
            case protocol.Settled(number=number, committed=committed):
                self._hearer.answered(self._take(number).dispatch, committed)
            case protocol.Stopped(number=number):
                self._lost(number, "it was stopped")
            case protocol.Unknown(number=number, why=why):
                self._unknown(number, why)

    def _take(self, number: int) -> Attempt:
        attempt = self._running.pop(number)
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

    # --- the end of the process ---

    def all_over(self, culprit: int) -> None:
        """The process is gone. One attempt pays for that, if it is known which; else all are suspects.

        `culprit`: the number of the one that was executed, if the process has left it.
        """
        if culprit not in self._running:
            late = [number for number, attempt in self._running.items() if attempt.timed_out]
            culprit = late[0] if late else next(iter(self._running)) if len(self._running) == 1 else 0
        died = "it held up its worker process, which was killed" if self._impatient else "its worker process died"
        innocent = [number for number, each in self._running.items() if not (number == culprit or each.revoked)]
        for number in [number for number in self._running if number not in innocent]:
            self._lost(number, died)
        again = [
            number
            for number in reversed(innocent)  # each is put before the others
            if self._hearer.displaced(self._running[number].dispatch, suspect=culprit == 0)
        ]
        for number in innocent:
            if number in again:
                self._take(number)
            else:
                self._running[number].timed_out = False
                self._lost(number, "its worker process died, as another did before that ran it")


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
