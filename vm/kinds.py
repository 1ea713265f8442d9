"""Which types are the host's own, and which lead to code of the program: what a handler asks before it leaves it to C.

plain      an operation between two of these is C's alone. What is *inside* a container may still be the program's:
           comparing, hashing and printing of contents are nested calls
active     a function, class, instance or generator of the program, or a lazy iterator over one: a native that gets
           it is driven by frames
"""

from __future__ import annotations

from array import array
from operator import length_hint
from typing import Any

from waymark.stdlib.values.descriptors import SuperMethod
from waymark.stdlib.values.iterators import CallableIterator
from waymark.stdlib.values.sets import OrderedFrozenSet, OrderedSet
from waymark.stdlib.values.views import DictItems, DictKeys, DictValues

from .errors import Uncatchable
from .special import is_own
from .values.classes import class_info
from .values.frames import COROUTINES, AsyncGenerator, Generator
from .values.functions import BoundMethod, HostMethod, VMFunction
from .values.iterators import Lazy

SCALARS: frozenset[type] = frozenset({bool, int, float, complex, type(None), type(Ellipsis), type(NotImplemented)})
# Those with a length: a native pays for the items that it is given.
SIZED: frozenset[type] = frozenset(
    (
        *(str, bytes, bytearray, array, list, tuple, dict, range),
        *(OrderedSet, OrderedFrozenSet, DictKeys, DictValues, DictItems),
    )
)
PLAIN: frozenset[type] = frozenset({*SCALARS, *SIZED, slice, type})
CONTAINERS: frozenset[type] = frozenset({str, bytes, bytearray, array, list, tuple, dict, range})

_ACTIVE: frozenset[type] = frozenset(
    {VMFunction, BoundMethod, HostMethod, SuperMethod, Generator, *COROUTINES, AsyncGenerator}
)


# Iterators over ranges, and how many items C reads of one before frames do.
_COUNTING = frozenset((type(iter(range(0))), type(iter(range(1 << 70)))))
LONG = 1 << 20


def is_instance(value: Any) -> bool:
    """An instance of a class of the program."""
    kind = type(value)
    return kind not in PLAIN and class_info(kind) is not None


def asks(value: Any, *names: str) -> bool:
    """Whether an operation by these names is the program's to carry out for the value."""
    kind = type(value)
    return kind not in PLAIN and is_own(kind, *names)


def is_class(value: Any) -> bool:
    """A class of the program."""
    return issubclass(type(value), type) and class_info(value) is not None


def is_active(value: Any) -> bool:
    """Whether C code that uses the value would call the program."""
    kind = type(value)
    if kind in _ACTIVE or class_info(kind) is not None:
        return True
    if kind is type:
        return class_info(value) is not None
    if kind is CallableIterator:  # whatever it calls, C may never see its end: frames pay for each step
        return True
    if kind in _COUNTING:  # frames can pause on such a long way
        return length_hint(value) > LONG
    return isinstance(value, Lazy) and _leads_to_program(value)


LAZY_DEPTH_MAX = 400  # of iterators over iterators: C goes down through all of them at each step


def _leads_to_program(lazy: Lazy) -> bool:
    """Whether it is over an iterator that does, or has a function of the program."""
    depths: dict[int, int] = {}
    pending: list[tuple[Lazy, int]] = [(lazy, 1)]
    found = False
    while pending:
        each, depth = pending.pop()
        if depths.get(id(each), 0) >= depth:
            continue
        if depth > LAZY_DEPTH_MAX:
            raise Uncatchable(f"a workflow cannot have iterators over iterators, more than {LAZY_DEPTH_MAX} deep")
        depths[id(each)] = depth
        for part in each.leads_to():
            if isinstance(part, Lazy) and type(part) is not CallableIterator:
                pending.append((part, depth + 1))
            else:
                found = found or is_active(part)
    return found


# P2: identity is kept for every object but these, where `is` means one exact type and the same bits.
_BY_VALUE = frozenset({int, float, complex, str, bytes})


def same(left: Any, right: Any) -> bool:
    """`left is right`."""
    if left is right:
        return True
    kind = type(left)
    if kind is not type(right) or kind not in _BY_VALUE:
        return False
    if kind is float or kind is complex:
        return repr(left) == repr(right) and left == left  # a NaN is itself only; 0.0 is not -0.0
    return bool(left == right)
