"""Workflows without a VM: a list of steps, driven like a machine, with a state that anybody can read.

    call n        ask for one action with argument n, and wait: adds ten times n
    fan n         ask for n actions, and wait for all
    race n        ask for n actions, wait for one, and want the others no more: adds 1
    fail n        ask for an action that raises: the run fails
    orphan n      ask for an action that no worker knows, until somebody registers it
    sleep us      wait
    spin n        be Ready n times
    say s         print s
    catch n       as the first step: one cancellation is caught, whenever it comes; adds 1,000
    poison n      from here on, the store refuses the run's state, until somebody mends it
    kill n        the engine dies here, n times
    bulk n        hold a page of n bytes

Every settled call gets a page of its own. The result is the sum. Actions answer alike whenever they are asked, so a
run has one result, whatever happened on the way.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

import msgspec

from waymark.vm.surface import (
    CancelRequest,
    Delta,
    Effect,
    Failed,
    Finished,
    Idle,
    Instant,
    Log,
    Outcome,
    PageId,
    Pause,
    Raised,
    Ready,
    StartAction,
)

from ..model import RunRef

Step = tuple[str, int]

ACTION, FAILING, ORPHAN = "sim:act", "sim:fail", "elsewhere:act"
KEYS = {"call": ACTION, "fan": ACTION, "race": ACTION, "fail": FAILING, "orphan": ORPHAN}
POISON = "poison"  # in the state of a run that the store refuses


class EngineDied(BaseException):
    """As by kill -9 from inside: nobody catches it."""


class Asked(msgspec.Struct, array_like=True):
    key: str
    argument: int
    attempt: int


class State(msgspec.Struct, array_like=True):
    steps: list[Step]
    at: int = 0
    begun: bool = False
    open: dict[int, Asked] = {}
    next_request: int = 1
    wake: int | None = None
    spins: int = 0
    total: int = 0
    error: str | None = None
    pages: int = 0
    shield: bool = False
    mark: str = ""


def read_state(root: bytes) -> State:
    return msgspec.msgpack.decode(root, type=State)


def expected(steps: Sequence[Step]) -> int | None:
    """The result, or None if the run fails by itself."""
    total = 0
    for step, argument in steps:
        match step:
            case "fail":
                return None
            case "call" | "orphan":
                total += 10 * argument
            case "fan":
                total += 10 * sum(range(argument))
            case "race":
                total += 1
            case _:
                pass
    return total


class Deeds:
    """What the world lets runs do: to be changed while they run."""

    def __init__(self) -> None:
        self.kills: dict[RunRef, int] = {}
        self.poisonous = True
        self.dying = False  # an engine is being killed from inside

    def die(self, why: str) -> EngineDied:
        self.dying = True
        return EngineDied(why)


class ScriptMachine:
    def __init__(self, ref: RunRef, state: State, deeds: Deeds, pages: Mapping[PageId, bytes]) -> None:
        self._ref = ref
        self.state = state
        self._deeds = deeds
        self._pages = dict(pages)
        self._durable = dict(pages)
        self._cancelled: str | None = None
        self._effects: list[Effect] = []
        self._arrived: list[tuple[int, Outcome]] = []

    # --- what arrives ---

    def settle(self, outcomes: Sequence[tuple[int, Outcome]]) -> None:
        self._arrived += outcomes

    def _settled(self, request: int, outcome: Outcome) -> None:
        state = self.state
        self._hold(b"settled %d" % request)
        if isinstance(outcome, Raised):
            state.error = str(outcome.error)
        elif state.steps[state.at][0] == "race":
            state.total += 1
            self._effects += [CancelRequest(other) for other in state.open]
            state.open = {}
        else:
            state.total += outcome.value

    def _hold(self, page: bytes) -> None:
        self.state.pages += 1
        self._pages[self.state.pages] = page

    def retry(self, request: int) -> StartAction:
        self.state.open[request].attempt += 1
        return self._start(request)

    def cancel(self, reason: str) -> None:
        self._cancelled = reason

    # --- what it waits for ---

    def open_requests(self) -> tuple[StartAction, ...]:
        return tuple(map(self._start, sorted(self.state.open)))

    def _start(self, request: int) -> StartAction:
        asked = self.state.open[request]
        return StartAction(request, asked.key, (asked.argument,), {}, asked.attempt)

    def next_deadline(self) -> Instant | None:
        return self.state.wake

    # --- state ---

    def delta(self) -> Delta:
        put = {number: page for number, page in self._pages.items() if number not in self._durable}
        return Delta(msgspec.msgpack.encode(self.state), put, frozenset())

    def committed(self, delta: Delta) -> None:
        self._durable.update(delta.put)

    # --- running ---

    def run(self, ticks: int, now: Instant) -> Pause:
        pause = self._run(now)
        effects, self._effects = tuple(self._effects), []
        return msgspec.structs.replace(pause, effects=effects)

    def _run(self, now: Instant) -> Pause:
        state = self.state
        arrived, self._arrived = self._arrived, []
        for request, outcome in arrived:
            if state.open.pop(request, None) is not None:
                self._settled(request, outcome)
        if self._cancelled is not None and not self._caught():
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
            if state.open or (state.wake is not None and state.wake > now):
                return Idle()
            state.begun, state.wake = False, None
            state.at += 1
        return Failed(ValueError(state.error)) if state.error is not None else Finished(state.total)

    def _caught(self) -> bool:
        caught, self.state.shield = self.state.shield, False
        self._cancelled = None if caught else self._cancelled
        self.state.total += 1_000 * caught
        return caught

    def _begin(self, step: str, argument: int, now: Instant) -> None:
        state = self.state
        match step:
            case "fan" | "race":
                for number in range(argument):
                    self._ask(KEYS[step], number)
            case "call" | "fail" | "orphan":
                self._ask(KEYS[step], argument)
            case "sleep":
                state.wake = now + argument
            case "spin":
                state.spins = argument
            case "say":
                self._effects.append(Log("print", f"{self._ref.run} {argument}\n"))
            case "catch":
                pass  # said at the start
            case "bulk":
                self._hold(bytes(argument))
            case "poison":
                state.mark = POISON
            case "kill":
                left = self._deeds.kills.setdefault(self._ref, argument)
                if left > 0:
                    self._deeds.kills[self._ref] = left - 1
                    raise self._deeds.die(f"run {self._ref.run} killed its engine")
            case _:
                raise AssertionError(f"there is no step {step!r}")

    def _ask(self, key: str, argument: int) -> None:
        request = self.state.next_request
        self.state.next_request += 1
        self.state.open[request] = Asked(key, argument, 1)
        self._effects.append(StartAction(request, key, (argument,), {}))
