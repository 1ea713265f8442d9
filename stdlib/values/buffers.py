"""Arrays and views of memory: where a view lies, and how it is made again.

A `memoryview` is the host's own. What a snapshot needs of one is the object that it is a view of, and which items:
CPython does not say where a view begins, so the two addresses are asked for. A program may have a view of bytes, a
bytearray or an array; of an object of its own class it may not, for that is filled only when all objects are there.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any

from ..natives.services import Refusal, services

EXPORTERS: tuple[type, ...] = (bytes, bytearray, array)
FORMATS = frozenset("bBuwhHiIlLqQfd?cPnN") | frozenset(f"@{code}" for code in "bBhHiIlLqQfd?cPnN")


def is_released(view: memoryview) -> bool:
    try:
        return view.itemsize < 0
    except ValueError:
        return True


# --- a view as plain values ---


def place_of(view: memoryview) -> list[Any]:
    """Format, whether it is read-only, where its first byte is, bytes from item to item, items, and its shape.

    The shape is left out for a view of one dimension. Any other lies in one piece, for it was made by `cast`.
    """
    from .memory import distance  # which loads `ctypes`: few runs need it

    begin = distance(view, view.obj) if view.nbytes else 0
    where = [view.format, view.readonly, begin]
    strides: Any = view.strides
    shape: Any = view.shape
    if view.ndim == 1:
        return [*where, strides[0], shape[0]]
    return [*where, view.itemsize, view.nbytes // view.itemsize, view.ndim, *shape]


def view_at(exporter: Any, place: Sequence[Any]) -> memoryview:
    """The view again. Raises `ValueError` or `TypeError` where none can be."""
    form, read_only, begin, step, count, *shape = place
    if type(exporter) not in EXPORTERS:
        raise ValueError(f"a view of a {type(exporter).__name__}")
    numbers = (begin, step, count, *shape)
    if form not in FORMATS or any(type(number) is not int for number in numbers):
        raise ValueError("a view is made of numbers")
    if type(read_only) is not bool or count < 0 or begin < 0:
        raise ValueError("a view lies outside of its object")
    whole = memoryview(exporter)
    size = whole.itemsize if form == whole.format else memoryview(b"").cast("B").cast(form).itemsize
    if step % size or not (step or count <= 1):
        raise ValueError("a view has items in pieces")
    first, last = begin, begin + step * max(count - 1, 0)
    low, high = min(first, last), max(first, last) + (size if count else 0)
    if low < 0 or high > whole.nbytes:
        raise ValueError("a view lies outside of its object")
    if form == whole.format:
        if low % size:
            raise ValueError("a view has items in pieces")
        made = whole[low // size : high // size]
    else:
        made = whole.cast("B")[low:high].cast(form)
    if step != size:
        made = made[:: step // size]
    if shape:
        made = made.cast("B").cast(form, shape[1:])
    return made.toreadonly() if read_only and not made.readonly else made


def released() -> memoryview:
    """A view that was released."""
    made = memoryview(b"")
    made.release()
    return made


# --- what programs call ---


def check_exporter(*args: Any, **kwargs: Any) -> None:
    """Before `memoryview(x)`."""
    machine = services.get(None)
    for exporter in (*args[:1], *kwargs.values()):
        if machine is not None and machine.is_instance(exporter):
            raise Refusal(
                f"a workflow cannot make a memoryview of a {type(exporter).__name__}: make it of `bytes(...)` of that"
            )
