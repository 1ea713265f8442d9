"""The table of pages: what each begins with, what it has in it, and how often others refer to it.

Ids of objects are keys here, which is sound because a record holds every object of its page.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain, islice
from typing import Any

from .chunks import CHUNKED, Levels
from .format import ROOT_PAGE, Node
from .pageset import PageSet


class Record:
    """A page: the object that it begins with, and what it had in it when it was last walked."""

    __slots__ = ("attributes", "careful", "counted", "data", "levels", "number", "objects", "refs", "root", "size")

    def __init__(self, number: int, root: Any) -> None:
        self.number = number
        self.root = root
        self.objects: list[Any] = []  # of all nodes; keeps them alive, so that an id means one object
        self.attributes: list[dict[str, Any]] = []  # of its instances, whose nodes these are part of
        self.careful = False  # it may have a scalar that is not written as it is (`walk.py`)
        self.refs: set[int] = set()  # the pages that it refers to
        self.counted: set[int] = set()  # those of them that the table has counted
        self.levels: Levels = []  # the chunks, if it begins with a large list or dict
        self.data: bytes | None = None  # None: not kept, because it is stored
        self.size = 0

    def header(self) -> list[Any] | None:
        """The parts of a large list or dict are its chunks."""
        return [CHUNKED[type(self.root)], *self.levels[-1]] if self.levels else None


class Table:
    """Pages of one run. Page 0 is the root's; its nodes go into the root."""

    def __init__(self, next_page: int = 1) -> None:
        self.next_page = next_page
        self.records: dict[int, Record] = {}
        self.begins: dict[int, int] = {}  # id of an object -> the page that it begins
        self.owner: dict[int, int] = {}  # id of an object -> the page that has it in it
        self.pages = PageSet()  # those in `records` but the root's
        self.tasks = PageSet()  # pages of unfinished tasks
        self.root_nodes: list[Node] = []
        self.total_bytes = 0  # of all pages but the root's
        self.changed: set[int] = set()  # pages encoded or dropped since the tracker last looked
        self._incoming: dict[int, int] = {}  # how many pages refer to a page
        self._loose: list[int] = []  # pages that nothing may refer to any more
        self._live_at_trace = 0

    def add(self, value: Any) -> int:
        """A page that begins with this object."""
        page = self.next_page
        self.next_page += 1
        self.records[page] = Record(page, value)
        self.pages.add(page)
        self.begins[id(value)] = page
        self.owner[id(value)] = page
        self._incoming[page] = 0
        return page

    def release(self, page: int) -> None:
        """Forget what a page has in it: it is walked again."""
        owner = self.owner
        record = self.records[page]
        for value in chain(islice(record.objects, 1, None), record.attributes):
            key = id(value)
            if owner.get(key) == page:
                del owner[key]

    def set_data(self, record: Record, data: bytes) -> None:
        record.data = data
        self.total_bytes += len(data) - record.size
        record.size = len(data)
        self.changed.add(record.number)

    def drop(self, page: int) -> None:
        """Forget a page. Those that it referred to may go with it, at the next `count`."""
        record = self.records[page]
        self.release(page)
        del self.records[page], self.begins[id(record.root)], self.owner[id(record.root)], self._incoming[page]
        self.pages.discard(page)
        self.changed.add(page)
        self.total_bytes -= record.size
        self._lose(record.counted)

    # --- which pages are left ---

    def count(self, walked: Iterable[int]) -> None:
        """Count the references of these pages anew, and drop pages without any; now and then look for rings, too."""
        for page in sorted(walked):
            record = self.records[page]
            for target in record.refs - record.counted:
                self._incoming[target] += 1
            self._lose(record.counted - record.refs)
            record.counted = record.refs
            self._loose.append(page)
        while self._loose:
            page = self._loose.pop()
            if page in self.records and page != ROOT_PAGE and not self._incoming[page] and page not in self.tasks:
                self.drop(page)
        if len(self.pages) > 2 * self._live_at_trace + 64:
            self._trace()

    def _lose(self, targets: set[int]) -> None:
        for target in targets:
            if target in self._incoming:
                self._incoming[target] -= 1
                self._loose.append(target)

    def _trace(self) -> None:
        """Drop every page that the root and the unfinished tasks do not lead to."""
        reached = {ROOT_PAGE, *self.tasks}
        pending = list(reached)
        while pending:
            for target in self.records[pending.pop()].refs:
                if target not in reached:
                    reached.add(target)
                    pending.append(target)
        for page in list(self.pages):
            if page not in reached:
                self.drop(page)
        self._loose.clear()
        self._live_at_trace = len(self.pages)

    # --- restore ---

    def adopt(self, page: int, objects: list[Any], owned: list[Any], refs: set[int]) -> Record:
        """Take over a page as it was stored. `objects` are those of its nodes, the first one first."""
        record = self.records[page] = Record(page, objects[0])
        record.objects = objects
        record.refs = record.counted = refs
        for value in owned:
            self.owner[id(value)] = page
        for target in refs:
            self._incoming[target] = self._incoming.get(target, 0) + 1
        if page != ROOT_PAGE:
            self.pages.add(page)
            self.begins[id(record.root)] = page
            self._incoming.setdefault(page, 0)
            self._live_at_trace = len(self.pages)
        return record
