"""The graph of pages of a living run: what has to be encoded again, and which object goes where.

Every object with an identity that a page has in it has that page as its owner, until the page is walked again. So a
walk that meets an object with another owner has found an object that two pages reach: it is *promoted* to a page of its
own, and the owner is walked again. Rounds of this end, because each promotes something; should sharing go deep, what is
shared is found at once (`sharing.py`).

A `__dict__` is part of its instance's node for as long as nobody else refers to it. So the page of the instance is its
owner, too: a walk that meets it as a value, or as that of another instance, has found that it is shared. In another
page it is promoted; in the same one it is to be an object of its own, and the page is walked again at once.

`refresh` brings the table of pages up to date with the objects. It changes nothing that a program could see and nothing
that is stored, so doing it twice is doing it once.
"""

from __future__ import annotations

from array import array
from typing import Any

from waymark.stdlib.values.numeric import Random
from waymark.stdlib.values.sets import OrderedFrozenSet, OrderedSet

from ..state import State
from ..statics import Statics
from ..values.futures import Task
from ..values.iterators import WALKS
from .chunks import CHUNKED, rechunk
from .format import ENTRIES_MAX, FORMAT_VERSION, ROOT_PAGE, TEXT_MIN, encoder
from .forms import Forms
from .hashes import Hashes
from .parts import Take
from .shadows import Shadows
from .sharing import shared_of_pages
from .table import Record, Table
from .touched import Touched
from .walk import trusted, walk

ROUNDS_MAX = 3  # of promotions one by one; then all at once

_PAGE_HEADER = bytes((FORMAT_VERSION,))
_LARGE = frozenset((list, dict, tuple, OrderedSet, OrderedFrozenSet))
_BYTES = frozenset((bytearray, array))
_OWN_PAGES = frozenset((Task, Random))  # whatever their size: what is around them changes without them
_WALKS = frozenset(WALKS.values())


class Graph:
    """Keeps a table of pages up to date."""

    def __init__(self, statics: Statics, table: Table, hashes: Hashes) -> None:
        self.table = table
        self.objects_encoded = 0
        self.pages_encoded = 0
        self.shadows = Shadows()
        self._forms = Forms(statics, hashes, self._is_shared, self.shadows)
        self._walking: Record | None = None
        self._whole: set[int] = set()  # ids of the `__dict__`s that are objects of their own in the page that is walked
        self._touched = Touched(table, self.shadows)
        self.touch, self.touch_all = self._touched.touch, self._touched.touch_all
        self.walks = self._touched.walks
        self._dirty = self._touched.pages
        self._new_tasks: dict[int, Task] = {}  # by number
        self._ended: list[Task] = []
        self._fresh: list[int] = []  # pages to walk in the next round
        self._flagged: set[int] = set()  # pages that lost an object to a promotion

    # --- what the machine says ---

    def add_task(self, task: Task) -> None:
        self._new_tasks[task.number] = task

    def end_task(self, task: Task) -> None:
        if self._new_tasks.pop(task.number, None) is None:
            self._ended.append(task)

    # --- refresh ---

    def refresh(self, state: State) -> None:
        """Bring the pages up to date. Raises `Refused` for a value that has no form; the next call tries again."""
        self._forms.state = state
        self._begin(state)
        self._touched.spread(state)
        for shadow in self.shadows.refresh():
            if id(shadow) in self.table.begins:
                self._dirty.add(self.table.begins[id(shadow)])
        self._rechunk()
        todo = sorted(page for page in self._dirty if page in self.table.records)
        walked: set[int] = set()
        rounds = 0
        while todo:
            self._fresh, self._flagged = [], set()
            for page in todo:
                self.table.release(page)
            for page in todo:
                self._walk(self.table.records[page])
            walked.update(todo)
            rounds += 1
            todo = sorted(self._flagged) + self._fresh
            if self._flagged and rounds >= ROUNDS_MAX:
                todo = self._promote_all(todo)
        self.table.count(walked)
        self.shadows.keep(self.table.owner)
        self._dirty.clear()

    def _begin(self, state: State) -> None:
        """Pages that are there whatever leads to them."""
        table = self.table
        if ROOT_PAGE not in table.records:
            table.records[ROOT_PAGE] = Record(ROOT_PAGE, state)
        self._dirty.add(ROOT_PAGE)
        state.kept[:] = [*state.anchors, *state.failed.values()]
        self._touched.mark(state.kept)
        state.queue[:] = state.ready
        self._touched.mark(state.queue)
        for number in sorted(self._new_tasks):
            task = self._new_tasks.pop(number)
            page = table.begins.get(id(task))
            table.tasks.add(self._new_page(task) if page is None else page)
        while self._ended:
            page = table.begins[id(self._ended.pop())]
            table.tasks.discard(page)
            self._dirty.add(page)
        for name in sorted(state.modules):
            if id(state.modules[name]) not in table.begins:
                self._promote(state.modules[name])

    def _rechunk(self) -> None:
        """Bring the chunks of touched lists and dicts up to date, before any walk: items move from one to the other."""
        for page in sorted(self._dirty):
            record = self.table.records.get(page)
            if record is not None and type(record.root) in CHUNKED:
                before = [chunk for level in record.levels for chunk in level]
                for chunk in rechunk(record.root, record.levels, self._forms.contents):
                    known = self.table.begins.get(id(chunk))
                    self._dirty.add(self._new_page(chunk) if known is None else known)
                left = {id(chunk) for level in record.levels for chunk in level}
                for chunk in before:
                    if id(chunk) not in left:
                        self.table.drop(self.table.begins[id(chunk)])

    # --- pages ---

    def _new_page(self, value: Any) -> int:
        page = self.table.add(value)
        self._dirty.add(page)
        self._fresh.append(page)
        return page

    def _promote(self, value: Any) -> int:
        """Give an object a page of its own; the page that has it in it now must be walked again."""
        owner = self.table.owner.get(id(value))
        page = self._new_page(value)
        if owner is not None:
            self._flagged.add(owner)
            self._dirty.add(owner)
        if type(value) in CHUNKED:
            for chunk in rechunk(value, self.table.records[page].levels, self._forms.contents):
                self._new_page(chunk)
        return page

    def place(self, value: Any, walking: int) -> int | Take:
        """The page that an object begins, or how to take it apart in the page that is being walked."""
        place = id(value)
        table = self.table
        if place in table.begins:
            return table.begins[place]
        take, owned = self._forms.of(value)
        if owned:
            kind = type(value)
            if kind in _OWN_PAGES or (
                len(value) > ENTRIES_MAX if kind in _LARGE else kind in _BYTES and len(value) >= TEXT_MIN
            ):
                return self._promote(value)
            owner = table.owner.get(place)
            if owner is None:
                table.owner[place] = walking
            elif owner != walking:
                return self._promote(value)
            else:  # an instance before it in this page has it for its `__dict__`
                self._whole.add(place)
            if kind in _WALKS:
                self.walks.note(value)
        return take

    def place_all(self, values: dict[int, Any], walking: int) -> list[Take] | None:
        """How to take objects apart, by id, that are all met for the first time; None: they are placed one by one."""
        owner, places = self.table.owner, values.keys()
        if not (self.table.begins.keys().isdisjoint(places) and owner.keys().isdisjoint(places)):
            return None
        if any([len(value) > ENTRIES_MAX for value in values.values() if type(value) in _LARGE]):  # noqa: C419
            return None
        takes = self._forms.of_all(values)
        if takes is not None:
            owner.update(dict.fromkeys(places, walking))
        return takes

    def page_of_text(self, value: str | bytes) -> int:
        page = self.table.begins.get(id(value))
        return self._new_page(value) if page is None else page

    def take_of(self, value: Any) -> Take:
        return self._forms.of(value)[0]

    def _is_shared(self, held: dict[str, Any]) -> bool:
        """Whether something else than the instance at hand refers to its `__dict__`, as far as walks have come."""
        record = self._walking
        if record is None or id(held) in self._whole:
            return True
        place = id(held)
        owner = self.table.owner.get(place)
        if owner is None:
            self.table.owner[place] = record.number
            record.attributes.append(held)
            return False
        if place not in self.table.begins:
            if owner == record.number:
                self._whole.add(place)
            else:
                self._promote(held)
        return True

    def _walk(self, record: Record) -> None:
        self._walking = record
        self._whole.clear()
        parts = record.header()
        nodes: Any = None
        data: bytes | None = None
        known = -1
        while data is None:
            if known >= 0:
                self.table.release(record.number)
            known = len(self._whole)
            # Held from the first object on: a walk that is cut short must not leave ids of objects that are gone.
            record.objects, record.attributes = [record.root], []
            nodes, record.refs = walk(self, record.number, record.objects, parts, careful=record.careful)
            if known < len(self._whole):
                continue
            if record.careful:
                break
            data = trusted(nodes)
            record.careful = data is None
        self.objects_encoded += len(record.objects)
        if record.number == ROOT_PAGE:
            self.table.root_nodes = nodes
        else:
            self.pages_encoded += 1
            self.table.set_data(record, _PAGE_HEADER + (encoder.encode(nodes) if data is None else data))

    # --- many promotions at once ---

    def _promote_all(self, pages: list[int]) -> list[int]:
        """Give a page to whatever more than one page reaches, from these on. Returns the pages to walk."""
        self._walking = None
        found, concerned = shared_of_pages(self.table, self._forms, pages)
        for value in found:
            self._promote(value)
        self._dirty |= concerned
        return sorted(concerned.union(self._fresh))
