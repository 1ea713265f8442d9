"""`iter`, `next` and the lazy builtins."""

from __future__ import annotations

import builtins
from typing import Any

from ..values.iterators import CallableIterator, Reversed, iterate
from ..values.lazy import Enumerate, Filter, Map, Zip
from .model import Native


def make_iterator(*args: Any, **kwargs: Any) -> Any:
    """`iter(x)`, `iter(function, sentinel)`."""
    if kwargs or not 1 <= len(args) <= 2 or (len(args) == 2 and not builtins.callable(args[0])):
        builtins.iter(*args, **kwargs)
    return iterate(args[0]) if len(args) == 1 else CallableIterator(*args)


def delegate(value: Any) -> Any:
    """What `yield from value` goes through."""
    if is_coroutine(value):
        raise TypeError("cannot 'yield from' a coroutine object in a non-coroutine generator")
    return iterate(value)


def is_coroutine(value: Any) -> bool:
    kind = type(value)
    return kind.__name__ == "coroutine" and hasattr(kind, "__waymark_awaitable__")


def natives() -> list[Native]:
    return [
        Native("aiter/1", builtins.aiter),
        Native("anext/1", builtins.anext),
        Native("is_coroutine/1", is_coroutine),
        Native("iter/1", make_iterator, flat=True),
        Native("delegate/1", delegate),
        Native("next/1", builtins.next, flat=True),
        Native("enumerate/1", Enumerate),
        Native("filter/1", Filter),
        Native("map/1", Map),
        Native("reversed/1", Reversed),
        Native("zip/1", Zip),
    ]
