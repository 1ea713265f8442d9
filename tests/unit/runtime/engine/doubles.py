"""A machine without a VM, and the host that makes such machines: enough of a workflow to drive the engine's core.

A workflow is a list of steps, which is also its arguments:

    ["call", n]     ask for one action with argument n, and wait
    ["fan", n]      ask for n actions, and wait for all
    ["race", n]     ask for n actions, wait for one, and want the others no more
    ["sleep", us]   wait
    ["spin", n]     be Ready n times
    ["say", s]      print s
    ["receive", n]  wait for n messages: adds their values
    ["raise", s]    raise ValueError(s)
    ["break", s]    leave `run` with an exception that no program raised, as long as `FakeHost.broken` holds s

It finishes with the sum of what its actions returned. The state is plain msgpack, so a test can read from the store
what a durable state asks for. Every settled call gets a page of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from waymark.runtime.engine.host import Missing, NotStarted
from waymark.runtime.messages import BadMessage
from waymark.runtime.model import StoredRun
from waymark.vm.surface import (
    CancelRequest,
    Delta,
    Effect,
    Failed,
    Fault,
    Finished,
    Idle,
    Instant,
    Log,
    OpenRun,
    Outcome,
    Pause,
    Raised,
    Ready,
    StartAction,
    StartRun,
    Succeeded,
)

UNIT = b"u" * 32
ACTION = "fake:act"


class State(msgspec.Struct):
    steps: list[list[Any]]
    at: int = 0
    begun: bool = False
    open: dict[int, tuple[int, int]] = {}  # request -> argument, attempt
    due: dict[int, int] = {}  # request -> when its next attempt follows
    next_request: int = 1
    wake: int | None = None
    spins: int = 0
    total: int = 0
    error: str | None = None
    pages: int = 0
    messages: list[int] = []
    wanted: int = 0
    won: bool = False  # a race, of which the others are to be let go


class FakeMachine:
    def __init__(self, state: State, host: FakeHost, pages: Mapping[int, bytes]) -> None:
        self.state = state
        self._host = host
        self._pages = dict(pages)
        self._durable = dict(pages)
        self._cancelled: str | None = None
        self._effects: list[Effect] = []

    def settle(self, outcomes: Sequence[tuple[int, Outcome]]) -> None:
        state = self.state
        for request, outcome in outcomes:
            if state.open.pop(request, None) is None:
                continue
            state.pages += 1
            self._pages[state.pages] = b"settled %d" % request
            match outcome:
                case Succeeded(value=value):
                    state.total += value
                case Raised(error=error):
                    state.error = str(error)
            state.won = state.steps[state.at][0] == "race"

    def retry(self, request: int) -> StartAction:
        argument, attempt = self.state.open[request]
        self.state.open[request] = (argument, attempt + 1)
        self.state.due.pop(request, None)
        return StartAction(request, ACTION, (argument,), {}, attempt + 1)

    def postpone(self, request: int, due: Instant) -> None:
        if request in self.state.open:
            self.state.due[request] = due

    def cancel(self, reason: str) -> None:
        self._cancelled = reason

    def open_requests(self) -> tuple[StartAction, ...]:
        return tuple(
            StartAction(request, ACTION, (argument,), {}, attempt, due=self.state.due.get(request))
            for request, (argument, attempt) in sorted(self.state.open.items())
        )

    def reopen_raised(self) -> None:
        """What raises does so when it is handed in, so nothing is left to be opened again."""

    def open_runs(self) -> tuple[OpenRun, ...]:
        return ()

    def next_deadline(self) -> Instant | None:
        waits = [due for request, due in self.state.due.items() if request in self.state.open]
        return min(waits if self.state.wake is None else [self.state.wake, *waits], default=None)

    def deliver(self, messages: Sequence[tuple[str, Any]]) -> None:
        self.state.messages += [value for _, value in messages]

    def receiving(self) -> tuple[str, ...]:
        return ("numbers",) if self.state.wanted else ()

    def delta(self) -> Delta:
        put = {number: page for number, page in self._pages.items() if self._durable.get(number) != page}
        return Delta(msgspec.msgpack.encode(self.state), put, frozenset())

    def committed(self, delta: Delta) -> None:
        self._durable.update(delta.put)

    def run(self, ticks: int, now: Instant) -> Pause:
        pause = self._run(now)
        effects, self._effects = tuple(self._effects), []
        return msgspec.structs.replace(pause, effects=effects)

    def _run(self, now: Instant) -> Pause:
        state = self.state
        if state.won:
            state.won = False
            self._effects += [CancelRequest(other) for other in state.open]
            state.open = {}
        for request, due in list(self.state.due.items()):
            if request not in state.open:
                del state.due[request]
            elif due <= now:
                self._effects.append(self.retry(request))
        if self._host.catching:
            self._cancelled = None
        if self._cancelled is not None:
            self._effects += [CancelRequest(request) for request in state.open]
            state.open = {}
            return Failed(asyncio.CancelledError(self._cancelled))
        while state.error is None and state.at < len(state.steps):
            step, argument = state.steps[state.at]
            if not state.begun:
                state.begun = True
                self._begin(step, argument, now)
            if state.spins:
                state.spins -= 1
                return Ready()
            if state.wanted and len(state.messages) >= state.wanted:
                state.total += sum(state.messages[: state.wanted])
                state.messages, state.wanted = state.messages[state.wanted :], 0
            if state.open or state.wanted or (state.wake is not None and state.wake > now):
                return Idle()
            state.begun, state.wake = False, None
            state.at += 1
        return Failed(ValueError(state.error)) if state.error is not None else Finished(state.total)

    def _begin(self, step: str, argument: Any, now: Instant) -> None:
        match step:
            case "call":
                self._ask(argument)
            case "fan" | "race":
                for number in range(argument):
                    self._ask(number)
            case "sleep":
                self.state.wake = now + argument
            case "spin":
                self.state.spins = argument
            case "say":
                self._effects.append(Log("print", argument))
            case "raise":
                self.state.error = None if self._host.mended else argument
            case "receive":
                self.state.wanted = argument
            case "break":
                if argument in self._host.broken:
                    raise Fault(f"broken: {argument}")

    def _ask(self, argument: int) -> None:
        request = self.state.next_request
        self.state.next_request += 1
        self.state.open[request] = (argument, 1)
        self._effects.append(StartAction(request, ACTION, (argument,), {}))


class FakeHost:
    """`units` says which are known to it; `broken`, which faults happen."""

    def __init__(self) -> None:
        self.units: set[bytes] = set()
        self.broken: set[str] = set()
        self.catching = False  # programs catch what cancels them
        self.mended = False  # programs do not raise any more

    def add_unit(self, code_hash: bytes, data: bytes) -> None:
        if data != b"good":
            raise ValueError("bad magic")
        self.units.add(code_hash)

    def start(self, stored: StoredRun) -> FakeMachine:
        self._need(stored)
        steps = msgspec.msgpack.decode(stored.arguments, type=list[list[Any]])
        if steps == [["misnamed", 0]]:
            raise NotStarted(TypeError("run() got an unexpected keyword argument 'x'"))
        return FakeMachine(State(steps), self, {})

    def restore(self, stored: StoredRun, pages: Mapping[int, bytes] | None) -> FakeMachine:
        self._need(stored)
        state = msgspec.msgpack.decode(stored.root, type=State)
        if state.pages and pages is None:
            raise Missing(frozenset(), pages=True)
        for number in range(1, state.pages + 1):
            if not (pages or {}).get(number, b"").startswith(b"settled"):
                raise ValueError(f"page {number} is corrupt")
        return FakeMachine(state, self, pages or {})

    def _need(self, stored: StoredRun) -> None:
        if stored.unit not in self.units:
            raise Missing(frozenset({stored.unit}), pages=False)

    def encode_call(self, action: StartAction) -> bytes:
        if action.args == ("unsendable",):
            raise TypeError("arguments[0][0]: function is not a value")
        return msgspec.msgpack.encode(action.args)

    def encode_start(self, child: StartRun) -> bytes:
        return msgspec.msgpack.encode(child.args[0])

    def encode_message(self, topic: str, value: Any) -> bytes:
        return msgspec.msgpack.encode(value)

    def encode_outcome(self, outcome: Outcome) -> bytes:
        match outcome:
            case Succeeded(value=value):
                return msgspec.msgpack.encode([True, value])
            case Raised(error=error):
                return msgspec.msgpack.encode([False, f"{type(error).__name__}: {error}"])

    def decode_message(self, body: bytes) -> tuple[str, Any]:
        if body == b"rubbish":
            raise BadMessage("a message to it cannot be read: rubbish")
        return "numbers", msgspec.msgpack.decode(body)

    def decode_outcome(self, data: bytes) -> Outcome:
        good, value = msgspec.msgpack.decode(data)
        if not good and value.startswith("CancelledError"):
            return Raised(asyncio.CancelledError(value))
        return Succeeded(value) if good else Raised(RuntimeError(value))
