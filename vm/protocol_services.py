"""The machine's services for the protocol (`stdlib/prelude/core/`): lookups, and calls that may enter a frame.

One that has entered a frame gives UNSET; the frame delivers what it comes to.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from waymark.stdlib.values.descriptors import SuperMethod

from . import attributes, iteration, natively
from .calls import call_special, initialise
from .special import ABSENT, find, find_special
from .values.functions import BoundMethod, HostMethod, VMFunction

if TYPE_CHECKING:
    from .interp import Interpreter


_CALLABLES = frozenset((VMFunction, BoundMethod, HostMethod, SuperMethod))


def special(vm: Interpreter, value: Any, name: str, *args: Any) -> Any:
    found = call_special(vm, value, name, args)
    return NotImplemented if found is ABSENT else found


def has_special(vm: Interpreter, value: Any, name: str) -> bool | None:
    """Whether a class of the value, but `object`, has the method. None: it is there, and is None."""
    if type(value) in _CALLABLES:  # what they have is the host's
        return False
    found = find_special(type(value), name)
    return None if found is None else found is not ABSENT


def overrides(vm: Interpreter, value: Any, other: Any, name: str) -> bool:
    """Whether the value is of a subclass of the other one's class with another method of this name."""
    mine, theirs = type(value), type(other)
    if not issubclass(mine, theirs):
        return False
    found = find(mine, name)
    return found is not ABSENT and found is not find(theirs, name)


SERVICES: dict[str, Callable[..., Any]] = {
    "special": special,
    "has_special": has_special,
    "overrides": overrides,
    "natively": natively.call_plainly,
    "step": iteration.step,
    "make_lazy": iteration.make_lazy,
    "field": iteration.field,
    "set_field": iteration.set_field,
    "initialise": initialise,
    "attribute": attributes.read,
    "default_attribute": attributes.default_read,
    "set_attribute": attributes.write,
    "delete_attribute": attributes.delete,
}
