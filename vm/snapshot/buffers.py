"""Arrays and views of memory: their parts, and how they are made again.

An array is made of its node alone. A view is made when its object is: that is one which is made with all its contents.
"""

from __future__ import annotations

from array import array
from typing import Any

from waymark.stdlib.values.buffers import is_released, place_of, released, view_at

from . import format as tag
from .format import TEXT_MIN

Parts = list[Any]
_PIECE = TEXT_MIN - 1  # longer ones would be pages of their own, which are never changed


def array_parts(value: array[Any]) -> Parts:
    data = value.tobytes()
    return [tag.ARRAY, value.typecode, *(data[start : start + _PIECE] for start in range(0, len(data), _PIECE))]


def memory_parts(value: memoryview) -> Parts:
    if is_released(value):
        return [tag.MEMORY, None]
    return [tag.MEMORY, value.obj, *place_of(value)]


def array_of(node: Parts) -> array[Any]:
    _, code, *pieces = node
    if type(code) is not str or any(type(piece) is not bytes for piece in pieces):
        raise ValueError("an array is made of bytes")
    made: array[Any] = array(code)
    made.frombytes(b"".join(pieces))
    return made


def memory_of(values: Parts) -> memoryview:
    exporter, *place = values
    return released() if exporter is None and not place else view_at(exporter, place)
