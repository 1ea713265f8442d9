"""Contexts of `contextvars`: which one code runs in, and what new tasks and callbacks get of it.

A context is an instance of the prelude's `Context`; the machine knows no more of it than how to copy one. None stands
for one in which nothing was ever set: a program without context variables has no contexts, and pays nothing. One that
has none, but calculates in a context of `decimal`, has that in the place of its own (`vm/decimals.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from waymark.stdlib.values.decimals import Context as DecimalContext

from . import decimals
from .errors import Thrown
from .values.futures import Task

if TYPE_CHECKING:
    from .interp import Interpreter

VALUES, ENTERED = "_values", "_entered"  # fields of the prelude's class; what a context holds is never changed in place


def current(vm: Interpreter) -> Any:
    """The prelude's `Context` that code runs in, or None."""
    context = vm.state.context
    return None if type(context) is DecimalContext else context


def change(vm: Interpreter, context: Any) -> None:
    """What runs goes on in this context. If it had none yet, it has this one from now on."""
    decimals.leave(vm)
    state = vm.state
    if context is None or current(vm) is not None:
        decimals.enter(vm, context)
        return
    context.__dict__[decimals.HELD] = state.context
    task = state.main if state.initialising else state.current
    if task is not None:
        task.context = context
        vm.tracker.touch(task)
    state.context = context


def exchange(vm: Interpreter, context: Any) -> Any:
    """What runs goes on in this context for a while. Returns the one that it was in."""
    decimals.leave(vm)
    outer = vm.state.context
    decimals.enter(vm, context)
    return outer


def copied(vm: Interpreter, given: Any = None) -> Any:
    """What a new task or callback runs in: the context it was given, or a copy of the one that asks."""
    if given is not None:
        return check(vm, given)
    decimals.leave(vm)
    context = vm.state.context
    return None if context is None else _copy(context)


def check(vm: Interpreter, context: Any) -> Any:
    """What asyncio would come to when it enters something else."""
    if not {VALUES, ENTERED} <= getattr(context, "__dict__", {}).keys():
        raise Thrown(AttributeError(f"'{type(context).__name__}' object has no attribute 'run'"))
    return context


def _copy(context: Any) -> Any:
    if type(context) is DecimalContext:
        return context
    made = object.__new__(type(context))
    held = context.__dict__
    made.__dict__.update({VALUES: held[VALUES], ENTERED: False, decimals.HELD: held.get(decimals.HELD)})
    return made


def begin(vm: Interpreter, task: Task) -> None:
    """The first step of a task. What modules have set while they began is `run()`'s in a copy."""
    if task is vm.state.main and task.context is not None:
        task.context = vm.state.context = _copy(task.context)


SERVICES: dict[str, Callable[..., Any]] = {"context": current, "set_context": change, "exchange_context": exchange}
