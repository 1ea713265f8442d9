"""Calls of the program's functions by natives: `__lt__` in a sort, `__hash__` in a dict, a generator read by `list`.

The C code in between cannot be stored half-way, so what it calls runs to its end on the interpreter that is executing.
It pays the same ticks and may overdraw its slice up to a limit, after which the run ends whatever handlers it has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from waymark.stdlib.natives.amounts import exceeded

from . import generators, raising
from .calls import invoke
from .errors import Thrown, Uncatchable, chain, hand_over
from .trace import ended_at
from .values.frames import Frame, Generator
from .values.functions import UNSET, HostMethod, VMFunction

if TYPE_CHECKING:
    from .interp import Interpreter

NESTING_MAX = 50  # native calls back into VM code, inside each other


class Nested:
    """A call from a native that is under way: the frame that ends it, and what it came to."""

    __slots__ = ("error", "exhausted", "frame", "value")

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.value: Any = None
        self.error: BaseException | None = None
        self.exhausted = False  # a generator that returned instead of yielding


def call(vm: Interpreter, function: VMFunction | HostMethod, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Run a function, or a method of a value, to its end, because C code called it."""
    outer = vm.frame
    value: Any = UNSET
    error = None
    try:
        value = invoke(vm, function, args, kwargs)
    except Thrown as thrown:
        error = thrown.error
    if error is not None:
        _refuse(vm, outer, error)
    if value is UNSET:
        value = _item(_run(vm, outer))
    if type(value) is int and len(args) == 1 and getattr(type(args[0]), "__hash__", None) is function:
        vm.tracker.note_hash(args[0], value)  # a snapshot must not ask again
    return value


def next_item(vm: Interpreter, generator: Generator) -> Any:
    """`next(generator)` for C code."""
    outer = vm.frame
    if generator.frame is None:
        raise StopIteration
    error = None
    try:
        generators.resume(vm, generator, None)
    except Thrown as thrown:
        error = thrown.error
    if error is not None:
        _refuse(vm, outer, error)
    return _item(_run(vm, outer))


def _item(ended: Nested) -> Any:
    if ended.exhausted:
        raise StopIteration(*(() if ended.value is None else (ended.value,)))
    return ended.value


def _refuse(vm: Interpreter, outer: Frame | None, error: BaseException) -> NoReturn:
    """The call did not begin: its error is raised where the native stands."""
    chain(error, raising.handled(vm, outer))
    hand_over(error)


def _run(vm: Interpreter, outer: Frame | None) -> Nested:
    entered = vm.frame
    assert entered is not None
    if len(vm.nested) >= NESTING_MAX:
        vm.abandon(entered)
        vm.frame = outer
        _refuse(vm, outer, RecursionError("maximum recursion depth exceeded in a function called back from a native"))
    while entered.caller is not outer:  # a coroutine that goes on does so in its innermost frame
        assert entered.caller is not None
        entered = entered.caller
    nested = Nested(entered)
    vm.nested.append(nested)
    vm.preempted = False
    try:
        vm.step()
    finally:
        vm.nested.pop()
        vm.frame = outer
    if nested.error is not None:
        hand_over(nested.error)
    return nested


def check_overdraft(vm: Interpreter) -> None:
    """End the run if a nested call, which cannot pause, has spent more than its slice may owe."""
    if vm.ticks < -(allowed := vm.limits.nested_ticks):
        told = exceeded("nested_ticks", f"what a native calls back ran {allowed:,} turns without end")
        raise Uncatchable(ended_at(vm.frame, told))
