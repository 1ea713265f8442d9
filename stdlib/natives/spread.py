"""Values that hold others by many ways: `a = [a, a]` fifty times over is small, and endless to compare or to print.

C walks what is shared once for each way that leads to it. So before it does, the ways are counted: each container is
looked at once, and what it comes to is the sum of what is in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..values.sets import OrderedFrozenSet, OrderedSet
from .amounts import exceed, limits

NESTING: frozenset[type] = frozenset((list, tuple, dict, OrderedSet, OrderedFrozenSet))
_PER_STEP = 4  # steps of such a walk cost more than those along one list


def check_spread(value: Any) -> None:
    """Before C walks all that the value holds."""
    if type(value) in NESTING and not NESTING.isdisjoint(map(type, _held(value))):
        allowed = limits().native_items // _PER_STEP
        if _ways(value, allowed) > allowed:
            exceed("native_items", f"a value leads to more than {allowed:,} others, each counted once for every way")


def check_all_spread(*args: Any, **kwargs: Any) -> None:
    """Before C walks all that its arguments hold."""
    for value in args:
        check_spread(value)


def check_compared(left: Any, right: Any) -> None:
    """Before `left == right` and its like: C walks both alike, so one of them tells."""
    if type(left) in NESTING and type(right) in NESTING and left is not right:
        check_spread(left)


def _held(value: Any) -> Iterable[Any]:
    return (*value.keys(), *value.values()) if type(value) is dict else value


def _ways(root: Any, allowed: int) -> int:
    """How many values C would come to, or some number that is more than allowed."""
    ways: dict[int, int] = {}
    path = [(root, iter(_held(root)), 1)]
    ways[id(root)] = 0  # while it is looked at: a way back to it is C's to notice
    while path:
        value, left, count = path.pop()
        for item in left:
            if type(item) not in NESTING:
                count += 1
            elif (known := ways.get(id(item))) is not None:
                count += known + 1
            else:
                path.append((value, left, count))
                ways[id(item)] = 0
                path.append((item, iter(_held(item)), 1))
                break
            if count > allowed:
                return count
        else:
            ways[id(value)] = count
            if path:
                around, rest, before = path.pop()
                path.append((around, rest, before + count))
    return ways[id(root)]
