"""Workflows without a VM: a list of steps (steps.py), driven like a machine."""

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
    OpenRun,
    Outcome,
    PageId,
    Pause,
    Ready,
    StartAction,
    StartRun,
    Succeeded,
)

from ..model import RunRef
from .steps import ACTION, FRAIL, KEYS, POISON, Asked, State, child_of, child_steps, open_calls, run_of


class EngineDied(BaseException):
    """As by kill -9 from inside: nobody catches it."""


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

    # --- what arrives ---

    def settle(self, outcomes: Sequence[tuple[int, Outcome]]) -> None:
        for request, outcome in outcomes:
            good = isinstance(outcome, Succeeded)
            value = outcome.value if isinstance(outcome, Succeeded) else str(outcome.error)
            self.state.arrived.append((request, good, value))

    def _settled(self, request: int, good: bool, value: int | str) -> None:
        state = self.state
        self._hold(b"settled %d" % request)
        if not good:
            state.error = str(value)
        elif state.steps[state.at][0] in ("race", "toss"):
            state.total += 1
            self._effects += [CancelRequest(other) for other in state.open]
            state.open = {}
        else:
            state.total += int(value)

    def _hold(self, page: bytes) -> None:
        self.state.pages += 1
        self._pages[self.state.pages] = page

    def retry(self, request: int) -> StartAction:
        asked = self.state.open[request]
        asked.attempt, asked.due = asked.attempt + 1, None
        return self._start(request)

    def postpone(self, request: int, due: Instant) -> None:
        if request in self.state.open:
            self.state.open[request].due = due

    def cancel(self, reason: str) -> None:
        self._cancelled = reason

    # --- what it waits for ---

    def open_requests(self) -> tuple[StartAction, ...]:
        return tuple(map(self._start, sorted(open_calls(self.state))))

    def _start(self, request: int) -> StartAction:
        asked = self.state.open[request]
        return StartAction(request, asked.key, (asked.argument,), {}, asked.attempt, due=asked.due)

    def reopen_raised(self) -> None:
        self.state.arrived = [outcome for outcome in self.state.arrived if outcome[1]]

    def open_runs(self) -> tuple[OpenRun, ...]:
        answered = {request for request, _, _ in self.state.arrived}
        return tuple(
            OpenRun(request, "sim", key, run_of(key).bytes, request in self.state.loose)
            for request, key in sorted((self.state.children | self.state.loose).items())
            if request not in answered
        )

    def next_deadline(self) -> Instant | None:
        waits = [asked.due for asked in self.state.open.values() if asked.due is not None]
        return min(waits if self.state.wake is None else [self.state.wake, *waits], default=None)

    def deliver(self, messages: Sequence[tuple[str, int]]) -> None:
        """A sender that does not know whether its message arrived says it again."""
        self.state.messages.update(number for _, number in messages)

    def receiving(self) -> tuple[str, ...]:
        return ("numbers",) if self._waits_for_messages() else ()

    def _waits_for_messages(self) -> bool:
        return self.state.wanted > len(self.state.messages)

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
        if not state.entered and self._cancelled is None:
            state.entered, state.shield = True, bool(state.steps) and state.steps[0][0] == "catch"
        for request, asked in state.open.items():
            if asked.due is not None and asked.due <= now:
                asked.attempt, asked.due = asked.attempt + 1, None
                self._effects.append(self._start(request))
        arrived, state.arrived = state.arrived, []
        for request, good, value in arrived:
            if state.open.pop(request, None) is not None or state.children.pop(request, None) is not None:
                self._settled(request, good, value)
            state.loose.pop(request, None)
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
            if (
                state.open
                or state.children
                or self._waits_for_messages()
                or (state.wake is not None and state.wake > now)
            ):
                return Idle()
            state.begun, state.wake, state.wanted = False, None, 0
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
            case "fan" | "race" | "pay" | "toss":
                for number in range(argument):
                    self._ask(KEYS[step], number)
            case "call" | "fail" | "frail" | "orphan" | "again" | "beat" | "bill":
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
            case "pair":
                self._ask(ACTION, argument)
                self._ask(FRAIL, argument)
            case "child" | "loose":
                self._start_child(argument, detached=step == "loose")
            case "flood":
                for number in range(argument):
                    self._hold(bytes([number]) * 2_500)
            case "receive":
                state.wanted = argument
                state.total += 100 * argument
            case "poison":
                state.mark = POISON
            case "kill":
                left = self._deeds.kills.setdefault(self._ref, argument)
                if left > 0:
                    self._deeds.kills[self._ref] = left - 1
                    raise self._deeds.die(f"run {self._ref.run} killed its engine")
            case _:
                raise AssertionError(f"there is no step {step!r}")

    def _start_child(self, argument: int, detached: bool) -> None:
        state, request = self.state, self.state.next_request
        key = child_of(self._ref.run, state.at)
        (state.loose if detached else state.children)[request] = key
        state.next_request += 1
        self._effects.append(StartRun(request, "sim", key, run_of(key).bytes, (child_steps(argument),), {}, detached))

    def _ask(self, key: str, argument: int) -> None:
        request = self.state.next_request
        self.state.next_request += 1
        self.state.open[request] = Asked(key, argument, 1)
        self._effects.append(StartAction(request, key, (argument,), {}))
