"""The context that `decimal` calculates in: of the run, and of each task, as CPython keeps it in `contextvars`.

C looks into a context variable of the host. While a slice runs, that holds the context of what runs now: the one that
goes with the run's own context (`vm/contexts.py`), or `UNUSED`, while the program has made no use of any. What the
program puts there in the place of the one that was there becomes state when something else runs, and at the end of
the slice. C sets flags as it calculates, so whichever was there counts as changed.

A program that has no context variables of its own holds a bare decimal context where its context would be.
"""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Any

from waymark.stdlib.values.decimals import CURRENT, UNUSED, Context

if TYPE_CHECKING:
    from .interp import Interpreter

HELD = "_decimal"  # the field of the prelude's `Context`


def held_by(context: Any) -> Any:
    """The decimal context of a context; None if nothing has used it there."""
    if context is None or type(context) is Context:
        return context
    return context.__dict__.get(HELD)


class slice_of:
    """Around all that runs in a slice. A class, since a generator would cost each slice a microsecond more."""

    __slots__ = ("_token", "_vm")

    def __init__(self, vm: Interpreter) -> None:
        self._vm = vm

    def __enter__(self) -> None:
        self._token = CURRENT.set(held_by(self._vm.state.context) or UNUSED)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                leave(self._vm)
        finally:
            CURRENT.reset(self._token)


def leave(vm: Interpreter) -> None:
    """What has run until now gives way: whatever it calculates in is its own."""
    found = CURRENT.get(UNUSED)
    if found is UNUSED or type(found) is not Context:  # outside of slices, that is the driver's own
        return
    state = vm.state
    vm.tracker.touch(found)
    if held_by(state.context) is found:
        return
    if state.context is None or type(state.context) is Context:
        task = state.main if state.initialising else state.current
        if task is not None:
            task.context = found
            vm.tracker.touch(task)
        state.context = found
    else:
        state.context.__dict__[HELD] = found
        vm.tracker.touch(state.context)


def enter(vm: Interpreter, context: Any) -> None:
    """Something else runs, in this context."""
    if CURRENT.get(UNUSED) is not UNUSED:
        leave(vm)
    vm.state.context = context
    wanted = held_by(context) or UNUSED
    if CURRENT.get(UNUSED) is not wanted:
        CURRENT.set(wanted)
