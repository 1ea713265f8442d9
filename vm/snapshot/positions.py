"""Where a restored iterator of the host stands."""

from __future__ import annotations

from typing import Any

from .format import BadSnapshot

SHRUNK_MAX = 1 << 22  # how far a list can have shrunk below the position of an iterator over it

_LIST_ITERATOR: Any = type(iter([]))


def set_position(iterator: Any, index: int) -> None:
    """Where the iterator stands. A list may have shrunk below that since, which `__setstate__` would not believe."""
    if type(iterator) is _LIST_ITERATOR:
        source: list[Any] = iterator.__reduce__()[1][0]
        length = list.__len__(source)  # its class may be the program's
        if index - length > SHRUNK_MAX:
            raise BadSnapshot(f"an iterator stands at {index} of a list of {length}")
        list.extend(source, [None] * (index - length))
        iterator.__setstate__(index)
        list.__delitem__(source, slice(length, None))
    else:
        iterator.__setstate__(index)
