"""The machine: one run, apart from all I/O. The only door between the VM and whatever drives it.

    machine = Machine.start(program, {"order_id": 7}, seed=bytes(16))
    pause = machine.run(ticks=10_000, now=instant)      # Ready | Idle | Finished | Failed, with the new effects
    machine.settle([(1, Succeeded("ok"))])              # what the world answered, in commit order
    delta = machine.delta()                             # what to store; pure
    machine.committed(delta)                            # now it is the base of the next one
    machine = Machine.restore(load_unit, root, load_page)

A driver releases effects only after the delta that belongs to them is durable. A `Fault` means that the slice is to be
thrown away: restore from what was stored last.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from msgspec import structs

from waymark.stdlib.catalogue import NATIVES
from waymark.stdlib.limits import DEFAULT, RunLimits
from waymark.stdlib.natives.services import Excess, services

from . import decimals, ending, futures, mailboxes, timers
from .arriving import arrive
from .budget import Budget
from .crossing import Crossing, ValueDrift
from .deadlock import deadlocked
from .errors import Thrown, Uncatchable
from .interp import Interpreter
from .program import Program
from .scheduler import CANCEL, Scheduler
from .services import MachineServices
from .snapshot import Tracker, restore
from .state import State
from .static_classes import ready_unit
from .statics import Statics
from .surface import (
    POSITIONAL,
    Delta,
    Failed,
    Fault,
    Finished,
    Idle,
    Instant,
    Outcome,
    PageId,
    Pause,
    Raised,
    Ready,
    StartAction,
    Succeeded,
)
from .trace import lines_of
from .unit import Unit
from .values.frames import Coroutine
from .values.functions import executing
from .values.futures import Future, Handle

Given = Mapping[str, Any] | Crossing  # the arguments of `run` by name, with objects of its own classes or without


class LimitExceeded(RuntimeError):
    """A limit that protects the engine ended the run."""


class Machine:
    """One run of a program."""

    def __init__(self, state: State, statics: Statics, tracker: Tracker, limits: RunLimits) -> None:
        self._state = state
        self._tracker = tracker
        self._vm = Interpreter(state, statics, tracker, Scheduler(), limits)
        self._budget = Budget()
        self._ticks_used = 0

    # --- beginning ---

    @staticmethod
    def start(program: Program, arguments: Given, *, seed: bytes, limits: RunLimits = DEFAULT) -> Machine:
        """A run that has not begun. Raises CPython's TypeError for wrong arguments, as calling `run()` does."""
        statics = Statics(partial(ready_unit, program.units.__getitem__))
        state = State(program.entry, program.workflow, seed)
        machine = Machine(state, statics, Tracker(statics), limits)
        machine._begin(program, arguments)
        return machine

    def _begin(self, program: Program, arguments: Given) -> None:
        vm = self._vm
        unit = vm.statics.unit(program.entry).unit
        for index in (each for each in unit.inits if each >= 0):
            self._state.ready.append(Handle("init", vm.statics.function(program.entry, index)))
        function = vm.statics.function(program.entry, program.entry_function)
        by_name: Mapping[str, Any] = arguments.part if isinstance(arguments, Crossing) else arguments
        if isinstance(arguments, Crossing):
            self._state.ready.append(Handle("call", NATIVES["receive_arguments/1"].call, ()))
        named = dict(by_name)
        positional = named.pop(POSITIONAL, ())
        try:
            coroutine = vm.call(function, (None, *positional), named)
        except Thrown as thrown:
            error = thrown.error
        else:
            assert isinstance(coroutine, Coroutine), "verified: a workflow's function is a coroutine"
            self._state.main = vm.scheduler.start_task(vm, coroutine)
            return
        raise error

    @staticmethod
    def restore(
        load_unit: Callable[[bytes], Unit],
        root: bytes,
        load_page: Callable[[PageId], bytes],
        *,
        limits: RunLimits = DEFAULT,
    ) -> Machine:
        """Take up a run where a commit left it."""
        statics = Statics(partial(ready_unit, load_unit))
        state, tracker = restore(statics, root, load_page)
        return Machine(state, statics, tracker, limits)

    # --- running ---

    def run(self, ticks: int, now: Instant) -> Pause:
        """Run until nothing is ready or the ticks are spent. `now` is held for the slice; it never goes back."""
        if ticks < 2:
            raise ValueError("a slice needs at least 2 ticks: with 1 a loop could stand at its header for ever")
        vm, state = self._vm, self._state
        state.now = max(state.now, now)
        vm.ticks, vm.preempted = ticks, False
        vm.frame, state.frame = state.frame, None
        token, serving = executing.set(vm), services.set(MachineServices(vm))
        try:
            with decimals.slice_of(vm):
                pause = self._turns()
            self._budget.check(vm, pause, ticks - vm.ticks)
        except Uncatchable as limit:
            pause = Failed(LimitExceeded(str(limit)), limit.lines)
        except Fault:
            raise
        except BaseException as bug:
            raise Fault(f"{type(bug).__name__}: {bug}") from bug
        finally:
            executing.reset(token)
            services.reset(serving)
            self._ticks_used += ticks - vm.ticks
        effects, vm.effects = tuple(vm.effects), []
        return structs.replace(pause, effects=effects)

    def _turns(self) -> Pause:
        vm, state = self._vm, self._state
        main = state.main
        assert main is not None
        while True:
            vm.step()
            if vm.preempted:
                state.frame, vm.frame = vm.frame, None
                if state.current is not None:
                    # Its top is stored with it, and may be another one than when the slice began.
                    self._tracker.touch(state.current)
                return Ready()
            if not state.turn:
                main = state.main or main  # SystemExit puts another one in its place
                if ending.turn_is_over(vm, main):
                    return self._end()
                if not vm.scheduler.begin_turn(vm):
                    if ending.goes_on(state.main or main):
                        continue
                    waiting = state.requests or timers.next_deadline(vm) is not None or self.receiving()
                    return Idle() if waiting else deadlocked(state)
            if vm.ticks <= 0:
                return Ready()
            vm.scheduler.run_handle(vm)

    def _end(self) -> Pause:
        main = self._state.main
        assert main is not None
        try:
            value = futures.result(self._vm, main)
        except Excess as raised:  # of a SystemExit that is the program's
            error = raised.error
        except BaseException as raised:
            error = raised
        else:
            return Finished(value)
        error.__traceback__ = None
        return Failed(error, lines_of(error), text=self._text_of(error))

    def _text_of(self, error: BaseException) -> str | None:
        """Asked here, where a `__str__` of the program can run. For people, and no part of the run: what it does on
        the way is undone by the run's end, and what it prints is not shown."""
        effects = len(self._vm.effects)
        try:
            return str(error)
        except (Exception, Fault, Uncatchable):  # it raises, or does not end: the error itself is still good
            return None
        finally:
            del self._vm.effects[effects:]

    def settle(self, outcomes: Sequence[tuple[int, Outcome]]) -> None:
        """Hand over what requests came to, in commit order. Unknown or settled numbers are ignored.

        Raises `ValueDrift`, and nothing was handed over then.
        """
        requests = self._state.requests
        taken = [(number, self._taken_in(number, outcome)) for number, outcome in outcomes if number in requests]
        self._state.arrivals.extend(taken)

    def deliver(self, messages: Sequence[tuple[str, Any]]) -> None:
        """Hand over messages, by topic, in commit order: with outcomes, in the order of the calls.

        Raises `ValueDrift`, and nothing was handed over then.
        """
        self._state.arrivals.extend([(topic, self._taken_in(topic, Succeeded(value))) for topic, value in messages])

    def _taken_in(self, number: int | str, outcome: Outcome) -> Outcome:
        """The outcome with objects of the run's own classes in it."""
        value = outcome.error if isinstance(outcome, Raised) else outcome.value
        if type(value) is not Crossing and not isinstance(value, BaseException):
            return outcome
        serving = services.set(MachineServices(self._vm))
        try:
            value = arrive(value, self._vm.class_named)
        except ValueDrift as drift:
            raise ValueDrift(f"{self._named(number, outcome)} does not fit the classes of the run: {drift}") from None
        finally:
            services.reset(serving)
        return Raised(value) if isinstance(outcome, Raised) else Succeeded(value)

    def _named(self, number: int | str, outcome: Outcome) -> str:
        if isinstance(number, str):
            return f"the message {number!r}"
        asked = self._state.requests[number].request
        assert asked is not None
        return f"the {'error' if isinstance(outcome, Raised) else 'result'} of action {asked.key}"

    def retry(self, request: int) -> StartAction:
        """The next attempt of an open request. It is part of the state: commit before starting it."""
        future = self._state.requests[request]
        asked = future.request
        assert asked is not None
        asked.attempt += 1
        self._tracker.touch(future)
        self._tracker.touch(asked)
        return _start_of(future)

    def cancel(self, reason: str) -> None:
        """Ask the run to stop: CancelledError at its await, which it may clean up after."""
        state = self._state
        assert state.main is not None
        if state.frame is None:
            futures.cancel(self._vm, state.main, reason)
        else:  # in the midst of a step, which nothing may come between: asyncio's own code relies on that
            state.arrivals.append((CANCEL, Succeeded(reason)))

    # --- what it waits for ---

    def open_requests(self) -> tuple[StartAction, ...]:
        """Every action that is asked for and not settled, by number."""
        state = self._state
        settled = {number for number, _ in state.arrivals}  # handed in, and not looked at yet
        return tuple(_start_of(future) for number, future in sorted(state.requests.items()) if number not in settled)

    def receiving(self) -> tuple[str, ...]:
        """The topics of which it waits for a message."""
        return tuple(mailboxes.waited_for(self._state))

    def next_deadline(self) -> Instant | None:
        """When the next timer is due."""
        return timers.next_deadline(self._vm)

    # --- state ---

    def delta(self) -> Delta:
        """What has changed since the last `committed`: the root, and the pages to put and to drop."""
        return self._tracker.delta(self._state)

    def committed(self, delta: Delta) -> None:
        """The delta is durable; the next one is a difference to it."""
        self._tracker.committed(delta)

    @property
    def counters(self) -> dict[str, int]:
        """How much this machine has done: ticks run; objects and pages encoded, bytes put."""
        tracker = self._tracker
        return {
            "ticks": self._ticks_used,
            "objects_encoded": tracker.objects_encoded,
            "pages_encoded": tracker.pages_encoded,
            "bytes_put": tracker.bytes_put,
        }


def _start_of(future: Future) -> StartAction:
    asked = future.request
    assert asked is not None
    return StartAction(asked.number, asked.key, asked.args, asked.kwargs, asked.attempt)
