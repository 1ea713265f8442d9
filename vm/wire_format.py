"""What both sides of `vm/wire.py` share: tags, and the bound on hashing keys."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

# Persisted: append, never renumber.
LIST, TUPLE, DICT, INT, STR, NAN, COMPLEX, RANGE, ELLIPSIS, CLASS, ERROR = range(11)
SET, FROZENSET, BYTEARRAY, DATETIME, DATE, TIME, TIMEDELTA, TIMEZONE, UUID = range(11, 20)
OBJECT = 20
EARLIER = 21
LIBRARY = 22

_HASHED = (TUPLE, FROZENSET)  # a hash of these looks at what is in them

KEY_DEPTH_MAX = 200  # of tuples in tuples, in a key
KEY_ITEMS_MAX = 10_000_000  # that hashing all keys of a value looks at


def reference(item: Any) -> int:
    """The number of the node that an item is, or -1 for a scalar."""
    return item[0] if type(item) is list else -1


def check_keys(nodes: Sequence[Sequence[Any]]) -> None:
    """Raise `ValueError` for keys whose hash would take too long or too deep: hash() has no limits of its own."""
    sizes: dict[int, tuple[int, int]] = {}
    left = KEY_ITEMS_MAX
    for node in nodes:
        for key in _keys(node):
            number = reference(key)
            if number >= 0 and nodes[number][0] in _HASHED:
                left -= _measure(number, nodes, sizes)
                if left < 0:
                    raise ValueError(f"its keys are tuples of more than {KEY_ITEMS_MAX} items in all")


def _keys(node: Sequence[Any]) -> Sequence[Any]:
    if node[0] == DICT:
        return node[1::2]
    return node[1:] if node[0] in (SET, FROZENSET) else ()


def _measure(root: int, nodes: Sequence[Sequence[Any]], sizes: dict[int, tuple[int, int]]) -> int:
    """How many items a hash of this tuple looks at; `sizes` keeps (items, depth) of those measured."""
    stack = [(root, _inner(nodes[root], nodes))]
    while stack:
        number, inner = stack[-1]
        waiting = next((each for each in inner if each not in sizes), None)
        if waiting is None:
            members = [sizes[each] for each in _inner(nodes[number], nodes)]
            items = len(nodes[number]) + sum(size for size, _ in members)
            sizes[number] = (items, 1 + max((depth for _, depth in members), default=0))
            stack.pop()
        else:
            stack.append((waiting, _inner(nodes[waiting], nodes)))
        if len(stack) > KEY_DEPTH_MAX or (not stack and sizes[root][1] > KEY_DEPTH_MAX):
            raise ValueError(f"a key nests tuples deeper than {KEY_DEPTH_MAX}")
    return sizes[root][0]


def _inner(node: Sequence[Any], nodes: Sequence[Sequence[Any]]) -> Iterator[int]:
    return (each for each in map(reference, node[1:]) if each >= 0 and nodes[each][0] in _HASHED)
