"""The event loop, as state: turns, tasks and timers, in asyncio's order.

A turn runs the handles that were queued when it began; before it begins, settled outcomes are delivered in the order
they were committed, then timers that are due, by (when, creation number). A task makes one step a handle.
"""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING, Any

from . import futures
from .errors import Thrown, operate
from .surface import Fault, Instant, Log, Raised, StartTimer
from .values.frames import Coroutine, Frame
from .values.functions import VMFunction
from .values.futures import Future, Handle, Task

if TYPE_CHECKING:
    from .interp import Interpreter


class Scheduler:
    """Moves fibers. It has no state of its own."""

    # --- turns ---

    def begin_turn(self, vm: Interpreter) -> bool:
        """Queue what has arrived and what is due. False: nothing is ready."""
        state = vm.state
        while state.arrivals:
            number, outcome = state.arrivals.popleft()
            future = state.requests.get(number)
            if future is None:
                continue  # settled or cancelled before: a late outcome is nobody's
            if isinstance(outcome, Raised):
                futures.settle(vm, future, error=outcome.error)
            else:
                futures.settle(vm, future, outcome.value)
        while state.timers and state.timers[0][0] <= state.now:
            handle = heapq.heappop(state.timers)[2]
            if not handle.cancelled:
                futures.unanchor(vm, handle)
                handle.when = None
                vm.tracker.touch(handle)
                state.ready.append(handle)
        state.turn = len(state.ready)
        return state.turn > 0

    def run_handle(self, vm: Interpreter) -> None:
        """Start the next handle of the turn; its frame, if it has one, is the interpreter's from here on."""
        state = vm.state
        handle = state.ready.popleft()
        state.turn -= 1
        if handle.cancelled:
            return
        if handle.kind in ("step", "wake"):
            self._resume(vm, handle.target)
            return
        state.initialising = handle.kind == "init"
        self._call_back(vm, handle.target, handle.args)

    def _call_back(self, vm: Interpreter, function: Any, args: tuple[Any, ...]) -> None:
        try:
            if isinstance(function, VMFunction):
                vm.call(function, args, {})
            else:
                operate(function, *args)
            return
        except Thrown as thrown:
            error = thrown.error
        self.raised(vm, error)

    # --- tasks ---

    def start_task(self, vm: Interpreter, coroutine: Coroutine, name: str | None = None) -> Task:
        """Make a task; its first step is queued."""
        state = vm.state
        number = state.next_task
        state.next_task += 1
        task = Task(coroutine, number, name or f"Task-{number}")
        state.tasks[number] = task
        vm.tracker.add_task(task)
        vm.tracker.touch(coroutine)
        state.ready.append(Handle("step", task))
        return task

    def _resume(self, vm: Interpreter, task: Task) -> None:
        """One step of a task: go on at its await, with the value, the exception or the cancellation."""
        if futures.done(task):
            raise Fault(f"{task.name} was queued for a step after its end")
        vm.tracker.touch(task)
        vm.state.current = task
        frame = task.top
        coroutine = task.coroutine
        assert frame is not None and coroutine is not None
        waited, task.waits_for, task.top = task.waits_for, None, None
        error, value = self._answer(task, waited)
        vm.frame = None
        if coroutine.state == "created":
            coroutine.state = "running"
            vm.tracker.touch(coroutine)
            if error is None:
                vm.enter(frame)
                return
        vm.frame = frame
        if error is None:
            vm.deliver(frame, value)
        else:
            vm.raise_in(frame, error)

    def _answer(self, task: Task, waited: Future | None) -> tuple[BaseException | None, Any]:
        error: BaseException | None = None
        value = None
        if waited is not None:
            try:
                value = futures.result(waited)
            except BaseException as raised:
                error = raised
            if error is not None:
                error.__traceback__ = None
        if task.must_cancel:
            if not isinstance(error, futures.CancelledError):
                error = futures.cancelled_error(task)
            task.must_cancel = False
        return error, value

    def wait(self, vm: Interpreter, frame: Frame, future: Future) -> None:
        """The running fiber awaits a future: go on at once if it is settled, else give way until it is."""
        task = vm.state.current
        if futures.done(future):
            vm.deliver(frame, operate(futures.result, future))
            return
        if task is None or vm.nested:
            raise Thrown(RuntimeError("await wasn't used with future"))
        if future is task:
            raise Thrown(RuntimeError(f"Task cannot await on itself: {task.name}"))
        future.callbacks.append(task)
        vm.tracker.touch(future)
        task.waits_for = future
        self._suspend(vm, frame, task)
        if task.must_cancel and futures.cancel(vm, future, task.cancel_message):
            task.must_cancel = False

    def give_way(self, vm: Interpreter, frame: Frame) -> None:
        """`await asyncio.sleep(0)`: one turn for the others."""
        task = vm.state.current
        if task is None or vm.nested:
            raise Thrown(RuntimeError("await wasn't used with future"))
        self._suspend(vm, frame, task)
        vm.state.ready.append(Handle("step", task))

    def _suspend(self, vm: Interpreter, frame: Frame, task: Task) -> None:
        task.top = frame
        vm.frame = None
        vm.state.current = None

    # --- ends ---

    def returned(self, vm: Interpreter, value: Any) -> None:
        """The last frame of what ran has returned."""
        task = vm.state.current
        vm.state.initialising = False
        if task is not None:
            self._end(vm, task)
            if task.must_cancel:
                # Cancelled between its last await and its end, as asyncio does.
                task.must_cancel = False
                task.state = "cancelled"
                futures._release(vm, task)
            else:
                futures.settle(vm, task, value)

    def raised(self, vm: Interpreter, error: BaseException) -> None:
        """What ran was left by an exception."""
        task = vm.state.current
        if task is not None:
            self._end(vm, task)
            if isinstance(error, futures.CancelledError):
                task.cancel_message = error.args[0] if error.args else None
                task.state = "cancelled"
                task.error = error
                futures._release(vm, task)
            else:
                futures.settle(vm, task, error=error)
        elif vm.state.initialising:
            vm.state.initialising = False
            assert vm.state.main is not None
            self._fail_before_start(vm, vm.state.main, error)
        else:
            # As asyncio's exception handler: the loop goes on, and the failure is told.
            vm.effects.append(Log("error", f"Exception in callback: {type(error).__name__}: {error}"))

    def _fail_before_start(self, vm: Interpreter, main: Task, error: BaseException) -> None:
        """A module's init raised: as when an import fails, nothing else of the program runs."""
        vm.state.ready.clear()
        vm.state.turn = 0
        self._end(vm, main)
        futures.settle(vm, main, error=error)

    def _end(self, vm: Interpreter, task: Task) -> None:
        state = vm.state
        state.current = None
        del state.tasks[task.number]
        vm.tracker.end_task(task)
        vm.tracker.touch(task)
        task.top = None
        task.coroutine = None
        for thing in task.anchors:  # timers and requests that outlive their maker
            thing.anchor = None
            state.anchors.append(thing)
        task.anchors = []

    # --- timers ---

    def call_at(self, vm: Interpreter, when: Instant, function: Any, args: tuple[Any, ...]) -> Handle:
        state = vm.state
        handle = Handle("call", function, args)
        handle.when = when
        handle.number = state.next_timer
        state.next_timer += 1
        heapq.heappush(state.timers, (when, handle.number, handle))
        futures.anchor(vm, handle)
        vm.effects.append(StartTimer(handle.number, when))
        return handle

    def cancel_handle(self, vm: Interpreter, handle: Handle) -> None:
        if handle.cancelled:
            return
        handle.cancelled = True
        vm.tracker.touch(handle)
        if handle.when is not None:
            futures.unanchor(vm, handle)

    def next_deadline(self, vm: Interpreter) -> Instant | None:
        timers = vm.state.timers
        while timers and timers[0][2].cancelled:
            heapq.heappop(timers)
        return timers[0][0] if timers else None
