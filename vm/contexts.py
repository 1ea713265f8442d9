"""Contexts of `contextvars`: which one code runs in, and what new tasks and callbacks get of it.

A context is an instance of the prelude's `Context`; the machine knows no more of it than how to copy one. None stands
for one in which nothing was ever set: a program without context variables has no contexts, and pays nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .errors import Thrown
from .values.futures import Task

if TYPE_CHECKING:
    from .interp import Interpreter

VALUES, ENTERED = "_values", "_entered"  # fields of the prelude's class; what a context holds is never changed in place


def current(vm: Interpreter) -> Any:
    return vm.state.context


def change(vm: Interpreter, context: Any) -> None:
    """What runs goes on in this context. Where there was none yet, it is that of the task from now on."""
    state = vm.state
    if state.context is None:
        task = state.main if state.initialising else state.current
        if task is not None:
            task.context = context
            vm.tracker.touch(task)
    state.context = context


def copied(vm: Interpreter, given: Any = None) -> Any:
    """What a new task or callback runs in: the context it was given, or a copy of the one that asks."""
    if given is not None:
        return check(vm, given)
    context = vm.state.context
    return None if context is None else _copy(context)


def check(vm: Interpreter, context: Any) -> Any:
    """What asyncio would come to when it enters something else."""
    if not {VALUES, ENTERED} <= getattr(context, "__dict__", {}).keys():
        raise Thrown(AttributeError(f"'{type(context).__name__}' object has no attribute 'run'"))
    return context


def _copy(context: Any) -> Any:
    made = object.__new__(type(context))
    made.__dict__.update({VALUES: context.__dict__[VALUES], ENTERED: False})
    return made


def begin(vm: Interpreter, task: Task) -> None:
    """The first step of a task. What modules have set while they began is `run()`'s in a copy."""
    if task is vm.state.main and task.context is not None:
        task.context = vm.state.context = _copy(task.context)


SERVICES: dict[str, Callable[..., Any]] = {"context": current, "set_context": change}
