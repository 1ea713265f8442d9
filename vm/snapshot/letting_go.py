"""Objects that only the table of pages still holds: of those that may hold a view of memory, it lets go.

The table holds what a page had in it when it was last walked, so that an id means one object. A view of a bytearray
that the program has dropped since would keep the bytearray from being resized. Whatever held the view was changed, so
its page is walked again before anybody asks for the object's place, which a new object takes until then.
"""

from __future__ import annotations

import sys
from typing import Any

from ..values.functions import HostMethod
from ..values.iterators import Lazy
from .table import Record, Table

HOLDING: tuple[type, ...] = (memoryview, HostMethod, Lazy, list, tuple, dict)
_HELD = sys.getrefcount([]) + 2  # by the list of the record's objects and by the loop


def let_go(table: Table) -> bool:
    """Whether there was any."""
    found = False
    while any([_let_go(table, record) for record in table.records.values()]):  # noqa: C419
        found = True
    return found


def _let_go(table: Table, record: Record) -> bool:
    found = False
    for place in range(len(record.objects)):
        value = record.objects[place]
        if place == 0 and type(value) is not memoryview:
            continue
        if isinstance(value, HOLDING) and sys.getrefcount(value) <= _HELD + (value is record.root):
            _replace(table, record, place, value)
            found = True
    return found


def _replace(table: Table, record: Record, place: int, value: Any) -> None:
    stand_in = object()
    for known in (table.owner, table.begins):
        page = known.pop(id(value), None)
        if page is not None:
            known[id(stand_in)] = page
    record.objects[place] = stand_in
    if place == 0:
        record.root = stand_in
