"""What `asyncio.run` does when `run()` is over: the tasks it left behind are cancelled, and may clean up.

It is part of the order of effects, so turns are counted as asyncio's are:

    stop   1 turn: the loop stops at the end of the turn in which the done-callback of `run()` runs
    wait   the tasks that were left are cancelled; until the callbacks of all of them have run
    close  5 turns, or 4 if no task was left: the loop stops once more, then runs two turns for `shutdown_asyncgens()`
           and two for `shutdown_default_executor()`

What is still queued after that never runs. The main task is done by then, and the progress is stored with it: it
`waits_for` a future of the machine's own, whose value is the phase and how many turns or tasks it still takes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import futures
from .values.futures import Future, Task

if TYPE_CHECKING:
    from .interp import Interpreter


def turn_is_over(vm: Interpreter, main: Task) -> bool:
    """A turn has ended. True: so has the run."""
    if not futures.done(main):
        return False
    phase, left = _progress(main)
    if left:
        if phase != "wait":
            _set(vm, main, phase, left - 1)
        return False
    match phase:
        case "begin":
            _set(vm, main, "stop", 0)
        case "stop" if vm.state.tasks:
            _cancel_all(vm, main)
        case "stop":
            _set(vm, main, "close", 3)
        case "wait":
            _set(vm, main, "close", 4)
        case _:
            return True
    return False


def goes_on(main: Task) -> bool:
    """Whether turns pass although nothing is ready."""
    return futures.done(main) and _progress(main)[0] != "wait"


def one_ended(vm: Interpreter, main: Task) -> None:
    """The callback of a task that was left behind."""
    phase, left = _progress(main)
    _set(vm, main, phase, left - 1)


def _cancel_all(vm: Interpreter, main: Task) -> None:
    tasks = list(vm.state.tasks.values())
    _set(vm, main, "wait", len(tasks))
    for task in tasks:
        futures.cancel(vm, task)
        futures.add_callback(vm, task, main)


def _progress(main: Task) -> tuple[str, int]:
    if main.waits_for is None:
        return "begin", 0
    phase, left = main.waits_for.value
    return phase, left


def _set(vm: Interpreter, main: Task, phase: str, left: int) -> None:
    main.waits_for = Future()
    main.waits_for.value = (phase, left)
    vm.tracker.touch(main)
