"""What `asyncio.run` does when `run()` is over: the tasks it left behind are cancelled, and may clean up.

It is part of the order of effects, so turns are counted as asyncio's are:

    stop      1 turn: the loop stops at the end of the turn in which the done-callback of `run()` runs
    wait      the tasks that were left are cancelled; until the callbacks of all of them have run
    gathered  1 turn more, in which the loop is stopped; then those that failed are told
    open      1 turn, if async generators are open: `shutdown_asyncgens()` begins, and each of them gets a task that
              closes it, which is waited for
    close     4 turns: two for `shutdown_asyncgens()`, two for `shutdown_default_executor()`

Other generators that want to be closed (`vm/abandoned.py`) are at the very end, in the order in which they began.

What is still queued after that never runs. The main task is done by then, and the progress is stored with it: it
`waits_for` a future of the machine's own, whose value is the phase, how many turns or tasks it still takes, and the
tasks that were left.

A SystemExit or KeyboardInterrupt that leaves a task or a callback ends the loop in the midst of a turn; then a task
that never ran stands in for the main one, which is left behind like the others.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from waymark.stdlib.natives.services import Excess

from . import async_generators, failures, futures, protocol
from .values.frames import AsyncGenerator
from .values.futures import LOOP, Future, Handle, Task

if TYPE_CHECKING:
    from .interp import Interpreter

_CLEANING = frozenset({"wait", "gathered", "open", "close"})


def turn_is_over(vm: Interpreter, main: Task) -> bool:
    """A turn has ended. True: so has the run."""
    if not futures.done(main):
        return False
    phase, left = _progress(main)
    if left:
        if phase != "wait":
            _set(vm, main, phase, left - 1)
        return False
    if phase == "stop" and main.waits_for is not None:
        main.waits_for.error = failure(vm, main)
    match phase:
        case "begin":
            _set(vm, main, "stop", 0)
        case "stop" if vm.state.tasks:
            _cancel_all(vm, main)
        case "wait" if _left(main):
            _set(vm, main, "gathered", 0, _left(main))
        case "open" if _end_async_generators(vm, main):
            pass
        case "open":
            _set(vm, main, "close", 2)
        case "stop" | "wait" | "gathered":
            _tell_of_left(vm, main)
            _set(vm, main, "open", 0) if _open_generators(vm) else _set(vm, main, "close", 3)
        case "close" if vm.state.generators or (vm.state.failed and failures.handler_of(vm) is not None):
            _set(vm, main, "end", 0)
            _tell_handler(vm, map(failures.context_of, vm.state.failed.values()))
            vm.state.failed.clear()
            for generator in sorted(vm.state.generators.values(), key=lambda each: each.number):
                vm.state.ready.append(Handle("call", protocol.function(vm, "generator.end"), (generator,)))
        case _:
            for future in vm.state.failed.values():
                failures.tell_log(vm, failures.context_of(future))
            return True
    return False


def interrupt(vm: Interpreter, error: BaseException) -> None:
    """The loop ends here, and the run with this error."""
    state = vm.state
    main = state.main
    assert main is not None
    begun = futures.done(main) and _progress(main)[0] != "begin"
    state.main = Task(None, 0, "end")
    state.main.state, state.main.error = "finished", error
    state.turn = 0
    _set(vm, state.main, "over" if begun else "stop", 0)


def reason(vm: Interpreter) -> BaseException | None:
    """What `run()` has raised, while the tasks that it left are ended for that; else None."""
    main = vm.state.main
    if main is None or main.waits_for is None or not futures.done(main) or _progress(main)[0] not in _CLEANING:
        return None
    return main.waits_for.error


def failure(vm: Interpreter, main: Task) -> BaseException | None:
    """What `run()` was left by. `asyncio.run` asks once, when the loop stops: the task gives who asks later another."""
    if main.waits_for is not None and main.waits_for.error is not None:
        return main.waits_for.error
    try:
        futures.result(vm, main)
    except Excess as raised:  # of a SystemExit that is the program's
        return raised.error
    except BaseException as raised:
        raised.__traceback__ = None
        return raised
    return None


def _tell_of_left(vm: Interpreter, main: Task) -> None:
    """Those that failed when they were cancelled."""
    failed = [task for task in _left(main) if task.error is not None and task.state == "finished"]
    for task in failed:
        futures.retrieved(vm, task)
    message = "unhandled exception during asyncio.run() shutdown"
    _tell_handler(vm, ({"message": message, "exception": task.error, "task": task} for task in failed))


def _tell_handler(vm: Interpreter, told: Iterable[dict[str, Any]]) -> None:
    """Between two turns: the program's handler is called before anything else of the next one, the log has it now."""
    handler = failures.handler_of(vm)
    if handler is None:
        for context in told:
            failures.tell_log(vm, context)
        return
    function = protocol.function(vm, "loop.tell")
    handles = [Handle("call", function, (handler, LOOP, context)) for context in told]
    vm.state.ready.extendleft(reversed(handles))


def _end_async_generators(vm: Interpreter, main: Task) -> bool:
    """As `shutdown_asyncgens()`: a task closes each of those that are open. False: there is none."""
    made = _open_generators(vm)
    for generator in sorted(made, key=lambda each: each.number):
        task = vm.scheduler.start_task(vm, async_generators.close(vm, generator))
        futures.add_callback(vm, task, main)
        del vm.state.generators[generator.number]
    if made:
        _set(vm, main, "wait", len(made))
    return bool(made)


def _open_generators(vm: Interpreter) -> list[AsyncGenerator]:
    return [each for each in vm.state.generators.values() if isinstance(each, AsyncGenerator)]


def goes_on(main: Task) -> bool:
    """Whether turns pass although nothing is ready."""
    return futures.done(main) and _progress(main)[0] != "wait"


def one_ended(vm: Interpreter, main: Task) -> None:
    """The callback of a task that was left behind."""
    phase, left = _progress(main)
    _set(vm, main, phase, left - 1, _left(main))


def _cancel_all(vm: Interpreter, main: Task) -> None:
    tasks = tuple(vm.state.tasks.values())
    _set(vm, main, "wait", len(tasks), tasks)
    for task in tasks:
        try:
            futures.cancel(vm, task)
        except RecursionError as raised:  # tasks that wait for one another in a ring
            raised.__traceback__ = None
            interrupt(vm, raised)
            return
        futures.add_callback(vm, task, main)


def _progress(main: Task) -> tuple[str, int]:
    if main.waits_for is None:
        return "begin", 0
    phase, left, *_ = main.waits_for.value
    return phase, left


def _left(main: Task) -> tuple[Task, ...]:
    """The tasks that were left, while they are waited for."""
    if main.waits_for is None:
        return ()
    _, _, *tasks = main.waits_for.value
    return tasks[0] if tasks else ()


def _set(vm: Interpreter, main: Task, phase: str, left: int, tasks: tuple[Task, ...] = ()) -> None:
    failure = main.waits_for.error if main.waits_for is not None else None
    main.waits_for = Future()
    main.waits_for.value = (phase, left, tasks)
    main.waits_for.error = failure
    vm.tracker.touch(main)
