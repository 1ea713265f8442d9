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
from waymark.stdlib.natives.services import services

from . import decimals, ending, futures, mailboxes, runs, timers
from .budget import Budget
from .crossing import Crossing
from .deadlock import deadlocked
from .errors import Thrown, Uncatchable
from .interp import Interpreter
from .postponed import Postponed, start_of
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
    OpenRun,
    Outcome,
    PageId,
    Pause,
    Raised,
    Ready,
    StartAction,
    Succeeded,
)
from .taking_in import taken_in
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
        self._postponed = Postponed(state.requests)
        self._ticks_used = 0

    # --- beginning ---

    @staticmethod
    def start(
        program: Program, arguments: Given, *, seed: bytes, limits: RunLimits = DEFAULT, run_id: str = ""
    ) -> Machine:
        """A run that has not begun. Raises CPython's TypeError for wrong arguments, as calling `run()` does."""
        statics = Statics(partial(ready_unit, program.units.__getitem__))
        state = State(program.entry, program.workflow, seed)
        machine = Machine(state, statics, Tracker(statics), limits)
        machine._vm.run_id = run_id
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
        run_id: str = "",
    ) -> Machine:
        """Take up a run where a commit left it."""
        statics = Statics(partial(ready_unit, load_unit))
        state, tracker = restore(statics, root, load_page)
        machine = Machine(state, statics, tracker, limits)
        machine._vm.run_id = run_id
        return machine

    # --- running ---

    def run(self, ticks: int, now: Instant) -> Pause:
        """Run until nothing is ready or the ticks are spent. `now` is held for the slice; it never goes back."""
        if ticks < 2:
            raise ValueError("a slice needs at least 2 ticks: with 1 a loop could stand at its header for ever")
        vm, state = self._vm, self._state
        state.now = max(state.now, now)
        vm.ticks, vm.preempted = ticks, False
        vm.frame, state.frame = state.frame, None
        for future in self._postponed.take_due(state.requests, state.now):
            vm.effects.append(self._asked_again(future))
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
        if not vm.effects:
            return pause
        effects, vm.effects = tuple(vm.effects), []
        return Idle(effects) if type(pause) is Idle else structs.replace(pause, effects=effects)

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
        error = ending.failure(self._vm, main)
        if error is None:
            return Finished(main.value)
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
        taken = [(number, taken_in(self._vm, number, outcome)) for number, outcome in outcomes if number in requests]
        self._state.arrivals.extend(taken)

    def deliver(self, messages: Sequence[tuple[str, Any]]) -> None:
        """Hand over messages, by topic, in commit order: with outcomes, in the order of the calls.

        Raises `ValueDrift`, and nothing was handed over then.
        """
        taken = [(topic, taken_in(self._vm, topic, Succeeded(value))) for topic, value in messages]
        self._state.arrivals.extend(taken)

    def retry(self, request: int) -> StartAction:
        """The next attempt of an open request. It is part of the state: commit before starting it."""
        return self._asked_again(self._state.requests[request])

    def _asked_again(self, future: Future) -> StartAction:
        asked = future.request
        assert asked is not None
        asked.attempt += 1
        asked.due = None
        self._tracker.touch(future)
        self._tracker.touch(asked)
        return start_of(future)

    def postpone(self, request: int, due: Instant) -> None:
        """The attempt of an open request has ended, and the next one follows then, by itself: `run` asks for it. Of a
        request that is not open any more: nothing."""
        future = self._state.requests.get(request)
        asked = None if future is None else future.request
        if asked is None or any(request == number for number, _ in self._state.arrivals):
            return
        asked.due = due
        self._tracker.touch(future)
        self._tracker.touch(asked)
        self._postponed.add(request, due)

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
        asked = sorted(state.requests.items())
        return tuple(start_of(future) for number, future in asked if number not in settled and _is_action(future))

    def reopen_raised(self) -> None:
        """Of a run that is tried again: errors of actions that were handed in, and that the program has not seen, are
        not to be seen. Their requests are open again."""
        state = self._state
        kept = [(number, outcome) for number, outcome in state.arrivals if not self._is_error(number, outcome)]
        state.arrivals.clear()
        state.arrivals.extend(kept)

    def _is_error(self, number: int | str, outcome: Outcome) -> bool:
        asked = self._state.requests.get(number) if isinstance(number, int) else None
        return asked is not None and _is_action(asked) and isinstance(outcome, Raised)

    def open_runs(self) -> tuple[OpenRun, ...]:
        """Every run that this one has started and that has not ended, by number."""
        return runs.open_runs(self._state.requests, {number for number, _ in self._state.arrivals})

    def receiving(self) -> tuple[str, ...]:
        """The topics of which it waits for a message."""
        return tuple(mailboxes.waited_for(self._state))

    def next_deadline(self) -> Instant | None:
        """When the next timer is due, or an attempt that was postponed."""
        timer, attempt = timers.next_deadline(self._vm), self._postponed.next(self._state.requests)
        return timer if attempt is None else attempt if timer is None else min(timer, attempt)

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


def _is_action(future: Future) -> bool:
    return future.request is not None and future.request.child is None
