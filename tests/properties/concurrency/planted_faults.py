"""Mistakes that an event loop like this one could have, planted one at a time: the harness must notice each.

As in `tests/properties/planted_faults.py`, each changes the machine in one place, and most programs run as if nothing
were wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from waymark.vm import coroutines, ending, futures, objects, timers
from waymark.vm.intrinsics import SERVICES
from waymark.vm.scheduler import Scheduler
from waymark.vm.snapshot import format as tag
from waymark.vm.values.futures import Future, Handle, Task

from ..planted_faults import Plant, behind_fill

FAULTS: dict[str, Plant] = {}


def fault(name: str) -> Callable[[Plant], Plant]:
    def register(plant: Plant) -> Plant:
        FAULTS[name] = plant
        return plant

    return register


# --- turns and timers -------------------------------------------------------------------------------------------------


@fault("timers of one instant run in the opposite order")
def _(patch: pytest.MonkeyPatch) -> None:
    def queue_due(vm: Any) -> None:
        ready, before = vm.state.ready, len(vm.state.ready)
        original(vm)
        ready.extend([ready.pop() for _ in range(len(ready) - before)])

    original = timers.queue_due
    patch.setattr(timers, "queue_due", queue_due)


@fault("a timer that is due comes before outcomes that came earlier")
def _(patch: pytest.MonkeyPatch) -> None:
    def begin_turn(scheduler: Scheduler, vm: Any) -> bool:
        timers.queue_due(vm)
        return original(scheduler, vm)

    original = Scheduler.begin_turn
    patch.setattr(Scheduler, "begin_turn", begin_turn)


@fault("outcomes are delivered in the order of their requests")
def _(patch: pytest.MonkeyPatch) -> None:
    def begin_turn(scheduler: Scheduler, vm: Any) -> bool:
        arrived = sorted(vm.state.arrivals, key=lambda arrival: arrival[0])
        vm.state.arrivals.clear()
        vm.state.arrivals.extend(arrived)
        return original(scheduler, vm)

    original = Scheduler.begin_turn
    patch.setattr(Scheduler, "begin_turn", begin_turn)


@fault("a turn goes on with what is queued during it")
def _(patch: pytest.MonkeyPatch) -> None:
    def run_handle(scheduler: Scheduler, vm: Any) -> None:
        vm.state.turn = len(vm.state.ready)
        original(scheduler, vm)

    original = Scheduler.run_handle
    patch.setattr(Scheduler, "run_handle", run_handle)


@fault("`sleep(0)` gives no turn away")
def _(patch: pytest.MonkeyPatch) -> None:
    def give_way(scheduler: Scheduler, vm: Any, frame: Any) -> None:
        original(scheduler, vm, frame)
        vm.state.ready.rotate(1)
        vm.state.turn += 1

    original = Scheduler.give_way
    patch.setattr(Scheduler, "give_way", give_way)


@fault("awaiting what is settled gives a turn away")
def _(patch: pytest.MonkeyPatch) -> None:
    def wait(scheduler: Scheduler, vm: Any, frame: Any, future: Future) -> None:
        if not coroutines.give_way(vm, frame, future, future):
            scheduler.wait_for(vm, frame, future)

    patch.setattr(Scheduler, "wait", wait)


@fault("a cancelled handle runs")
def _(patch: pytest.MonkeyPatch) -> None:
    def cancel(vm: Any, handle: Handle) -> None:
        if handle.number > 0:
            original(vm, handle)

    original = timers.cancel
    patch.setattr(timers, "cancel", cancel)
    patch.setitem(objects._METHODS[Handle], "cancel", cancel)


@fault("time is told in tenths of a second and a bit late")
def _(patch: pytest.MonkeyPatch) -> None:
    patch.setitem(SERVICES, "time", lambda vm: vm.state.now // 1_000_000 + 0.0)


# --- settling ---------------------------------------------------------------------------------------------------------


@fault("callbacks run in the opposite order")
def _(patch: pytest.MonkeyPatch) -> None:
    def release(vm: Any, future: Future) -> None:
        future.callbacks.reverse()
        original(vm, future)

    original = futures.release
    patch.setattr(futures, "release", release)


@fault("a callback of what is settled already runs in the turn under way")
def _(patch: pytest.MonkeyPatch) -> None:
    def add_callback(vm: Any, future: Future, *rest: Any) -> None:
        original(vm, future, *rest)
        if futures.done(future):
            vm.state.ready.rotate(1)
            vm.state.turn += 1

    original = futures.add_callback
    patch.setattr(futures, "add_callback", add_callback)


@fault("a callback is not removed")
def _(patch: pytest.MonkeyPatch) -> None:
    patch.setitem(objects._METHODS[Future], "remove_done_callback", lambda vm, future, callback: 1)


# --- cancelling -------------------------------------------------------------------------------------------------------


@fault("what is cancelled before its first step begins all the same")
def _(patch: pytest.MonkeyPatch) -> None:
    def begin(scheduler: Scheduler, vm: Any, task: Task, error: Any) -> None:
        original(scheduler, vm, task, None)

    original = Scheduler._begin
    patch.setattr(Scheduler, "_begin", begin)


@fault("the message of a cancellation is lost")
def _(patch: pytest.MonkeyPatch) -> None:
    original = futures._cancel_task
    patch.setattr(futures, "_cancel_task", lambda vm, task, message: original(vm, task, None))


@fault("two cancellations count as one")
def _(patch: pytest.MonkeyPatch) -> None:
    def cancel_task(vm: Any, task: Task, message: Any) -> bool:
        task.cancels = 0
        return original(vm, task, message)

    original = futures._cancel_task
    patch.setattr(futures, "_cancel_task", cancel_task)


@fault("`uncancel` takes nothing back")
def _(patch: pytest.MonkeyPatch) -> None:
    patch.setitem(objects._METHODS[Task], "uncancel", lambda vm, task: max(0, task.cancels - 1))


@fault("cancelling what is done says that it was cancelled")
def _(patch: pytest.MonkeyPatch) -> None:
    def cancel(vm: Any, future: Future, message: Any = None) -> bool:
        return original(vm, future, message) or True

    original = futures.cancel
    patch.setattr(futures, "cancel", cancel)


@fault("the error that a cancelled task ended with is told to all who ask")
def _(patch: pytest.MonkeyPatch) -> None:
    def cancelled_error(vm: Any, future: Future) -> BaseException:
        error = original(vm, future)
        future.error = error if isinstance(future, Task) and future.state == "cancelled" else None
        return error

    original = futures.cancelled_error
    patch.setattr(futures, "cancelled_error", cancelled_error)


@fault("a gather that is cancelled cancels its first child only")
def _(patch: pytest.MonkeyPatch) -> None:
    def cancel_children(vm: Any, gathering: Any, message: Any) -> bool:
        asked = [futures.cancel(vm, child, message) for child in gathering.children[:1]]
        gathering.cancel_requested |= any(asked)
        return any(asked)

    patch.setattr(futures, "_cancel_children", cancel_children)


@fault("a task that is cancelled in its last step ends as if nothing were wrong")
def _(patch: pytest.MonkeyPatch) -> None:
    def returned(scheduler: Scheduler, vm: Any, value: Any) -> None:
        if vm.state.current is not None:
            vm.state.current.must_cancel = False
        original(scheduler, vm, value)

    original = Scheduler.returned
    patch.setattr(Scheduler, "returned", returned)


@fault("tasks that are left at the end are cancelled the last one first")
def _(patch: pytest.MonkeyPatch) -> None:
    def cancel_all(vm: Any, main: Task) -> None:
        vm.state.tasks = dict(reversed(vm.state.tasks.items()))
        original(vm, main)

    original = ending._cancel_all
    patch.setattr(ending, "_cancel_all", cancel_all)


# --- restoring --------------------------------------------------------------------------------------------------------


@fault("a cancellation that waits for its task's next step is lost at a restore")
def _(patch: pytest.MonkeyPatch) -> None:
    behind_fill(patch, tag.TASK, lambda made: setattr(made, "must_cancel", False))


@fault("how often a task was cancelled is lost at a restore")
def _(patch: pytest.MonkeyPatch) -> None:
    behind_fill(patch, tag.TASK, lambda made: setattr(made, "cancels", 0))


@fault("the name of a task is lost at a restore")
def _(patch: pytest.MonkeyPatch) -> None:
    behind_fill(patch, tag.TASK, lambda made: setattr(made, "name", f"Task-{made.number}"))


@fault("of a future's callbacks one is lost at a restore")
def _(patch: pytest.MonkeyPatch) -> None:
    behind_fill(patch, tag.FUTURE, lambda made: made.callbacks.__delitem__(slice(1, None)))


@fault("that a gather was cancelled is lost at a restore")
def _(patch: pytest.MonkeyPatch) -> None:
    behind_fill(patch, tag.GATHERING, lambda made: setattr(made, "cancel_requested", False))


@fault("the message of a cancelled future is lost at a restore")
def _(patch: pytest.MonkeyPatch) -> None:
    behind_fill(patch, tag.FUTURE, lambda made: setattr(made, "cancel_message", None))
