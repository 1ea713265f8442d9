"""The event loop, as state: turns, tasks and timers, in asyncio's order.

A turn runs the handles that were queued when it began; before it begins, settled outcomes are delivered in the order
they were committed, then timers that are due, by (when, creation number). A task makes one step a handle.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from waymark.stdlib.natives.amounts import exceeded

from . import calls, contexts, coroutines, decimals, ending, failures, futures, mailboxes, parting, raising, timers
from .errors import Thrown, Uncatchable
from .isa import Op
from .surface import Fault, Outcome, Raised, Succeeded
from .trace import ended_at
from .values.frames import Coroutine, Frame
from .values.functions import UNSET
from .values.futures import Future, Gathering, Handle, Task

if TYPE_CHECKING:
    from .interp import Interpreter


CANCEL = 0  # among what has arrived: that the run is to be cancelled. Requests are numbered from 1

# What a loop does not keep in a task: it ends the loop.
ENDS_LOOP = (SystemExit, KeyboardInterrupt)


class Scheduler:
    """Moves fibers. It has no state of its own."""

    # --- turns ---

    def begin_turn(self, vm: Interpreter) -> bool:
        """Queue what has arrived and what is due. False: nothing is ready."""
        state = vm.state
        while state.arrivals:
            number, outcome = state.arrivals.popleft()
            if number == CANCEL:
                assert isinstance(outcome, Succeeded) and state.main is not None
                futures.cancel(vm, state.main, outcome.value)
                continue
            if isinstance(number, str):
                assert isinstance(outcome, Succeeded)
                mailboxes.deliver(vm, number, outcome.value)
                continue
            future = state.requests.get(number)
            if future is not None:  # else settled or cancelled before: a late outcome is nobody's
                _settle_request(vm, future, outcome)
        timers.queue_due(vm)
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
            task: Task = handle.target
            if task is state.main and futures.done(task):
                ending.one_ended(vm, task)
            else:
                # A step has an argument where the loop itself raises in the task.
                self._resume(vm, task, *handle.args)
            return
        state.initialising = handle.kind == "init"
        decimals.enter(vm, state.main.context if state.initialising and state.main is not None else handle.context)
        failures.begun(vm, handle)
        try:
            value = calls.invoke(vm, handle.target, handle.args, {})
        except Thrown as thrown:
            error = thrown.error
        else:
            if value is not UNSET:
                self.returned(vm, value)
            return
        self.raised(vm, error)

    # --- tasks ---

    def start_task(self, vm: Interpreter, coroutine: Coroutine, name: str | None = None, context: Any = None) -> Task:
        """A task over a coroutine; its first step is queued."""
        state = vm.state
        if len(state.tasks) >= vm.limits.tasks:
            told = exceeded("tasks", f"the run has {len(state.tasks):,} tasks that are not done")
            raise Uncatchable(ended_at(vm.frame, told))
        number = state.next_task
        state.next_task += 1
        task = Task(coroutine, number, f"Task-{number}" if name is None else str(name))
        task.context = contexts.copied(vm, context)
        state.tasks[number] = task
        vm.tracker.add_task(task)
        vm.tracker.touch(coroutine)
        state.ready.append(Handle("step", task))
        return task

    def _resume(self, vm: Interpreter, task: Task, error: BaseException | None = None) -> None:
        """One step of a task: begin, or go on at its await with the value, the exception or the cancellation."""
        if futures.done(task):
            raise Fault(f"{task.name} was queued for a step after its end")
        vm.tracker.touch(task)
        vm.state.current = task
        decimals.enter(vm, task.context)
        vm.frame = None
        vm.parted = False
        top, task.top = task.top, None
        waited, task.waits_for = task.waits_for, None
        value = None
        if waited is not None:
            error, value = _outcome(vm, waited)
            # This error is raised only now. (asyncio asks a gather for its result as it asks no other future.)
            if error is not None and (waited.state == "cancelled" or isinstance(waited, Gathering)):
                raising.put_context(vm, error, ending.reason(vm))
        if task.must_cancel:
            if not isinstance(error, futures.CancelledError):
                error = futures.cancelled_error(vm, task)
            task.must_cancel = False
        if error is None and top is not None and coroutines.is_cut(task.coroutine):
            error = GeneratorExit()
        if top is None:
            self._begin(vm, task, error)
        elif error is None:
            vm.frame = top
            # To an `__await__` that handed a future out goes None: it asks the future itself.
            vm.deliver(top, value if top.loaded.operations[top.pc] is Op.AWAIT else None)
        else:
            raising.throw_in(vm, top, error)

    def _begin(self, vm: Interpreter, task: Task, error: BaseException | None) -> None:
        """The first step."""
        contexts.begin(vm, task)
        coroutine = task.coroutine
        assert coroutine is not None
        if coroutine.state != "created":
            if coroutine.state != "closed":  # asyncio would go on with it, behind the back of who awaits it
                raise Uncatchable("a task was made of a coroutine that is under way already: await it in one place")
            self.raised(vm, RuntimeError(coroutine.reused))
        elif error is None:
            vm.begin(coroutine)
        elif type(coroutine) is not Coroutine:
            coroutines.begin_with(vm, coroutine, error)
        else:  # cancelled before it began: none of it runs
            coroutine.state = "running"
            vm.tracker.touch(coroutine)
            raising.raise_in(vm, coroutine.frame, error)

    def wait(self, vm: Interpreter, frame: Frame, future: Future) -> None:
        """The running fiber awaits a future: go on at once if it is settled, else give way until it is."""
        # What has awaited itself, asyncio has marked as handed out, and nobody took the mark away.
        if futures.done(future) or futures.has_awaited_itself(future):
            vm.deliver(frame, coroutines.result_of(vm, future))
        elif not coroutines.give_way(vm, frame, future, future):
            self.wait_for(vm, frame, future)

    def wait_for(self, vm: Interpreter, frame: Frame, future: Future) -> None:
        """The task that runs goes on when the future is settled."""
        task = vm.state.current
        assert task is not None, "verified: only coroutines await, and only tasks run them"
        self.suspend(vm, frame, task)
        if future is task:
            error = RuntimeError(f"Task cannot await on itself: {task!r}")
            if not futures.has_awaited_itself(task):
                task.callbacks.insert(0, task)
            vm.state.ready.append(Handle("step", task, (error,)))
            return
        if futures.done(future):  # handed out by an `__await__`
            vm.state.ready.append(Handle("wake", task))
        else:
            future.callbacks.append(task)
            vm.tracker.touch(future)
        task.waits_for = future
        if task.must_cancel and futures.cancel(vm, future, task.cancel_message):
            task.must_cancel = False

    def give_way(self, vm: Interpreter, frame: Frame) -> None:
        """`await asyncio.sleep(0)`: one turn for the others."""
        task = vm.state.current
        assert task is not None, "verified: only coroutines await, and only tasks run them"
        self.suspend(vm, frame, task)
        vm.state.ready.append(Handle("step", task))

    def suspend(self, vm: Interpreter, frame: Frame, task: Task) -> None:
        parting.rejoin(vm, frame)
        task.top = frame
        vm.tracker.touch(task)  # its step may have begun in an earlier slice
        vm.frame = None
        decimals.enter(vm, None)
        vm.state.current = None

    # --- ends ---

    def returned(self, vm: Interpreter, value: Any) -> None:
        """The last frame of what ran has returned."""
        task = vm.state.current
        decimals.enter(vm, None)
        vm.state.initialising = False
        if task is None:
            failures.called(vm)
            return
        self._end(vm, task)
        if task.must_cancel:
            # Cancelled between its last await and its end, as asyncio does.
            task.must_cancel = False
            task.state = "cancelled"
            futures.release(vm, task)
        else:
            futures.settle(vm, task, value)

    def raised(self, vm: Interpreter, error: BaseException) -> None:
        """What ran was left by an exception."""
        task = vm.state.current
        decimals.enter(vm, None)
        if isinstance(error, ENDS_LOOP) and not vm.state.initialising:
            self._end_loop(vm, task, error)
        elif task is not None:
            self._end(vm, task)
            if isinstance(error, futures.CancelledError):
                task.state = "cancelled"
                task.error = error
                task.cancel_message = None
                futures.release(vm, task)
            else:
                futures.settle(vm, task, error=error)
                failures.note(vm, task)
                failures.look(vm, task)
        elif vm.state.initialising:
            vm.state.initialising = False
            self._fail_before_start(vm, error)
        else:
            failures.callback_raised(vm, error)

    def _end_loop(self, vm: Interpreter, task: Task | None, error: BaseException) -> None:
        """What asks for the end of the process leaves the loop at once, whatever raised it."""
        if task is not None:
            self._end(vm, task)
            futures.settle(vm, task, error=error)
            failures.note(vm, task)
        ending.interrupt(vm, error)

    def _fail_before_start(self, vm: Interpreter, error: BaseException) -> None:
        """A module's init raised: as when an import fails, nothing else of the program runs."""
        main = vm.state.main
        assert main is not None
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


def _settle_request(vm: Interpreter, future: Future, outcome: Outcome) -> None:
    if isinstance(outcome, Raised):
        error = outcome.error
        if isinstance(error, StopIteration):  # what CPython makes of one that leaves a coroutine
            replaced = RuntimeError("coroutine raised StopIteration")
            replaced.__cause__ = replaced.__context__ = error
            error = replaced
        futures.settle(vm, future, error=error)
    else:
        futures.settle(vm, future, outcome.value)


def _outcome(vm: Interpreter, future: Future) -> tuple[BaseException | None, Any]:
    """What a settled future comes to: its exception, or None and its value."""
    if future.state == "cancelled":
        return futures.cancelled_error(vm, future), None
    futures.retrieved(vm, future)
    return future.error, future.value
