"""The next item of any iterator: by frames where that is code of the program, else in C."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import generators, protocol
from .calls import call_special
from .errors import Thrown, operate
from .kinds import is_active
from .special import ABSENT
from .touching import consumed
from .values.classes import class_info
from .values.frames import Generator
from .values.functions import UNSET
from .values.iterators import LAZIES, Lazy

if TYPE_CHECKING:
    from .interp import Interpreter

# Not `list_reverse`, whose source is a list.
_STEPS: dict[type, str] = {kind: f"next.{name}" for name, kind in LAZIES.items() if name != "list_reverse"}


def step(vm: Interpreter, iterator: Any) -> Any:
    """`next(iterator)`. UNSET: a frame was entered, and delivers. The end is StopIteration."""
    found = step_by_frames(vm, iterator)
    if found is not ABSENT:
        return found
    consumed(vm, iterator)
    return operate(next, iterator)


def step_by_frames(vm: Interpreter, iterator: Any) -> Any:
    """The same if frames take the step. ABSENT: C does."""
    kind = type(iterator)
    if kind is Generator:
        generators.resume(vm, iterator, None)
        return UNSET
    if kind in _STEPS:
        if not is_active(iterator):
            return ABSENT
        protocol.enter(vm, _STEPS[kind], iterator)
        return UNSET
    if class_info(kind) is not None:
        found = call_special(vm, iterator, "__next__", ())
        if found is ABSENT:
            raise Thrown(TypeError(f"'{kind.__name__}' object is not an iterator"))
        return found
    return ABSENT


def make_lazy(vm: Interpreter, name: str, *fields: Any) -> Lazy:
    """A lazy builtin over iterators that were made already."""
    kind = LAZIES[name]
    made: Lazy = object.__new__(kind)
    for field, value in zip(kind.__slots__, fields, strict=True):
        setattr(made, field, value)
    return made


def field(vm: Interpreter, iterator: Lazy, name: str) -> Any:
    return getattr(iterator, name)


def set_field(vm: Interpreter, iterator: Lazy, name: str, value: Any) -> None:
    vm.tracker.touch(iterator)
    setattr(iterator, name, value)
