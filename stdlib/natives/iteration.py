"""`iter`, `next` and the lazy builtins."""

from __future__ import annotations

import builtins
from typing import Any

from ..values.lazy import CallableIterator, Enumerate, Filter, Map, Reversed, Zip, iterate
from .model import Native


def make_iterator(*args: Any, **kwargs: Any) -> Any:
    """`iter(x)`, `iter(function, sentinel)`."""
    if kwargs or not 1 <= len(args) <= 2 or (len(args) == 2 and not builtins.callable(args[0])):
        builtins.iter(*args, **kwargs)
    return iterate(args[0]) if len(args) == 1 else CallableIterator(*args)


def natives() -> list[Native]:
    return [
        Native("iter/1", make_iterator),
        Native("next/1", builtins.next),
        Native("enumerate/1", Enumerate),
        Native("filter/1", Filter),
        Native("map/1", Map),
        Native("reversed/1", Reversed),
        Native("zip/1", Zip),
    ]
