"""Which pages have to be walked again: those that something was changed in since the last walk.

What the machine touches stands for more: a frame for its owner, a dict for the iterators over it, an instance for its
attributes, a task for its lists.
"""

from __future__ import annotations

from typing import Any

from waymark.stdlib.values.buffers import is_released
from waymark.stdlib.values.decimals import SignalDict, owner_of

from ..state import State
from ..values.classes import class_info, held_by
from ..values.frames import COROUTINES, AsyncGenerator, Frame, Generator
from ..values.futures import Future, Gathering, Task
from ..values.iterators import LAZIES
from .chunks import CHUNKED
from .shadows import Shadows
from .table import Table
from .walks import Walks

_FRAMED = frozenset((*COROUTINES, AsyncGenerator, Generator))
_LAZIES = frozenset(LAZIES.values())


class Touched:
    """Collects `pages`, which belong to a table."""

    def __init__(self, table: Table, shadows: Shadows) -> None:
        self._table = table
        self._shadows = shadows
        self.pages: set[int] = set()
        self.walks = Walks()

    def touch(self, value: Any) -> None:
        page = self._table.owner.get(id(value))
        if page is not None:
            self.pages.add(page)
        kind = type(value)
        if kind in _FRAMED:
            if value.frame is not None:
                self.mark(value.frame)
        elif kind in CHUNKED:
            for walk in self.walks.over(value):
                self.mark(walk)
        elif kind is Future or kind is Task or kind is Gathering:
            self.mark(value.callbacks)  # in a page of their own when there are many
            if kind is Task:
                self.mark(value.anchors)
        elif kind in _LAZIES:  # what it reads from moves with it
            for source in value.reads():
                self.touch(source)
        elif kind is memoryview:  # what is written to it is in its object
            if not is_released(value):
                self.mark(value.obj)
        elif kind is SignalDict:  # what it shows is in its context
            self.mark(owner_of(value))
        elif class_info(kind) is not None:
            self._shadows.touch(value)
            held = held_by(value)
            page = self._table.owner.get(id(held))
            if page is not None:  # something else refers to it, too
                self.pages.add(page)
            if self.walks.of_sources:
                for walk in (*self.walks.over(held), *self.walks.over(value)):  # its class may extend dict or a set
                    self.mark(walk)

    def touch_all(self) -> None:
        """Every page is encoded at the next refresh; a check of the tracker itself."""
        self.pages.update(self._table.records)
        self._shadows.touch_all()

    def spread(self, state: State) -> None:
        """A step changes the frames of its fiber, wherever their pages are."""
        frames = [state.frame]
        for page in list(self.pages):
            record = self._table.records.get(page)
            if record is not None and type(record.root) is Task:
                coroutine = record.root.coroutine
                if coroutine is not None:
                    self.touch(coroutine)
                frames.append(record.root.top)
        for top in frames:
            frame: Frame | None = top
            while frame is not None:
                self.mark(frame)
                self.mark(frame.owner)
                frame = frame.caller

    def mark(self, value: Any) -> None:
        page = self._table.owner.get(id(value))
        if page is not None:
            self.pages.add(page)
