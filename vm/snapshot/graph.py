"""The graph of pages of a living run: which object is where, and what has to be encoded again.

Every object with an identity that a page encodes has an owner here, the page, until that page is walked again. So a
walk that meets an object with another owner has found an object that two pages reach: it is *promoted* to a page of its
own, and the owner is walked again. Rounds of this end, because each promotes something; should sharing go deep, what is
shared is found at once from the dominators of the pages concerned (`dominators.py`).

`refresh` brings the graph up to date with the objects. It changes nothing that a program could see and nothing that is
stored, so doing it twice is doing it once.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..state import State
from ..statics import Statics
from ..values.frames import Coroutine, Frame, Generator
from ..values.futures import Task
from . import format as tag
from .apart import Apart, Parts, Take
from .chunks import Levels, rechunk
from .dominators import immediate_dominators
from .format import ENTRIES_MAX, ROOT_PAGE, Chunk, Node, encoder
from .pageset import PageSet
from .walk import objects_in, walk

ROUNDS_MAX = 3  # of promotions one by one; then by dominators

_FRAMED = (Coroutine, Generator)
_LARGE = (list, dict, tuple)


class Record:
    """A page: the object that it begins with, and what it had in it when it was last walked."""

    __slots__ = ("counted", "data", "levels", "number", "objects", "refs", "root", "size")

    def __init__(self, number: int, root: Any) -> None:
        self.number = number
        self.root = root
        self.objects: list[Any] = []  # of all nodes; keeps them alive, so that an id means one object
        self.refs: set[int] = set()
        self.counted: set[int] = set()  # the refs that `Graph.incoming` knows of
        self.levels: Levels = []
        self.data: bytes | None = None  # None: not kept, because it is stored
        self.size = 0


class Graph:
    """Pages of one run. Page 0 is the root's; its nodes go into the root."""

    def __init__(self, statics: Statics, next_page: int = 1) -> None:
        self._apart = Apart(statics)
        self.next_page = next_page
        self.records: dict[int, Record] = {}
        self.pages = PageSet()  # those in `records` but the root's
        self.tasks = PageSet()  # pages of unfinished tasks
        self.total_bytes = 0
        self.root_nodes: list[Node] = []
        self.changed: set[int] = set()  # pages encoded or dropped since the tracker last looked
        self.objects_encoded = 0
        self.pages_encoded = 0
        self._begins: dict[int, int] = {}  # id of an object -> the page that it begins
        self._owner: dict[int, int] = {}  # id of an object -> the page that encodes it
        self._incoming: dict[int, int] = {}  # how many pages refer to a page
        self._dirty: set[int] = set()
        self._new_tasks: dict[int, Task] = {}  # by number
        self._ended: list[Task] = []
        self._fresh: list[int] = []  # pages to walk in the next round
        self._flagged: set[int] = set()  # pages that lost an object to a promotion
        self._live_at_trace = 0

    # --- what the machine says ---

    def touch(self, value: Any) -> None:
        page = self._owner.get(id(value))
        if page is not None:
            self._dirty.add(page)
        if isinstance(value, _FRAMED) and value.frame is not None:
            page = self._owner.get(id(value.frame))
            if page is not None:
                self._dirty.add(page)

    def add_task(self, task: Task) -> None:
        self._new_tasks[task.number] = task

    def end_task(self, task: Task) -> None:
        if self._new_tasks.pop(task.number, None) is None:
            self._ended.append(task)

    # --- refresh ---

    def refresh(self, state: State) -> None:
        """Bring the pages up to date. Raises `Refused` for a value that has no form; the next call tries again."""
        self._apart.state = state
        self._begin(state)
        dirty = set(self._dirty)
        self._spread(state, dirty)
        dirty |= self._rechunk(dirty)
        self._dirty |= dirty
        todo = sorted(page for page in dirty if page in self.records)
        rounds = 0
        done: set[int] = set()
        while todo:
            self._release(todo)
            self._fresh = []
            self._flagged = set()
            for page in todo:
                self._walk(page)
            done.update(todo)
            todo = sorted(self._flagged) + self._fresh
            rounds += 1
            if rounds >= ROUNDS_MAX and self._flagged:
                todo = self._promote_all(todo)
        self._count(done)
        self._encode(done)
        self._dirty.clear()

    def _begin(self, state: State) -> None:
        if ROOT_PAGE not in self.records:
            self.records[ROOT_PAGE] = Record(ROOT_PAGE, state)
        self._dirty.add(ROOT_PAGE)
        for number in sorted(self._new_tasks):
            task = self._new_tasks.pop(number)
            page = self._begins.get(id(task))
            self.tasks.add(self._new_page(task) if page is None else page)
        while self._ended:
            page = self._begins[id(self._ended.pop())]
            self.tasks.discard(page)
            self._dirty.add(page)
        for name in sorted(state.modules):
            variables = state.modules[name]
            if id(variables) not in self._begins:
                self._promote(variables)

    def _spread(self, state: State, dirty: set[int]) -> None:
        """A step changes the frames of its fiber, wherever their pages are."""
        for page in list(dirty):
            record = self.records.get(page)
            if record is not None and type(record.root) is Task:
                self._mark(record.root.coroutine, dirty)
                self._mark_chain(record.root.top, dirty)
        self._mark_chain(state.frame, dirty)

    def _mark_chain(self, frame: Frame | None, dirty: set[int]) -> None:
        while frame is not None:
            self._mark(frame, dirty)
            self._mark(frame.owner, dirty)
            frame = frame.caller

    def _mark(self, value: Any, dirty: set[int]) -> None:
        page = self._owner.get(id(value))
        if page is not None:
            dirty.add(page)

    def _rechunk(self, dirty: Iterable[int]) -> set[int]:
        """The pages of chunks that changed, in the large lists and dicts among these pages."""
        changed: set[int] = set()
        for page in sorted(dirty):
            record = self.records.get(page)
            if record is not None and type(record.root) in (list, dict):
                for chunk in rechunk(record.root, record.levels):
                    changed.add(self._chunk_page(chunk))
        return changed

    def _chunk_page(self, chunk: Chunk) -> int:
        page = self._begins.get(id(chunk))
        return self._new_page(chunk) if page is None else page

    def _release(self, pages: Iterable[int]) -> None:
        """Forget what these pages own: they are walked again."""
        owner = self._owner
        for page in pages:
            record = self.records[page]
            for value in record.objects[1:]:
                key = id(value)
                if owner.get(key) == page:
                    del owner[key]

    # --- pages ---

    def _new_page(self, value: Any) -> int:
        """A page that begins with this object; it is walked in this refresh."""
        page = self.next_page
        self.next_page += 1
        self.records[page] = Record(page, value)
        self.pages.add(page)
        self._begins[id(value)] = page
        self._owner[id(value)] = page
        self._incoming[page] = 0
        self._dirty.add(page)
        self._fresh.append(page)
        return page

    def _promote(self, value: Any) -> int:
        """Give an object a page of its own; the page that has it now must be walked again."""
        owner = self._owner.get(id(value))
        page = self._new_page(value)
        if owner is not None:
            self._flagged.add(owner)
            self._dirty.add(owner)
        if type(value) in (list, dict):
            for chunk in rechunk(value, self.records[page].levels):
                self._new_page(chunk)
        return page

    def place(self, value: Any, walking: int) -> int | Take:
        """The page that an object begins, or how to take it apart in the page that is being walked."""
        page = self._begins.get(id(value))
        if page is not None:
            return page
        take, owned = self._apart.of(value)
        if owned:
            kind = type(value)
            if kind is Task or (kind in _LARGE and len(value) > ENTRIES_MAX):
                return self._promote(value)
            owner = self._owner.get(id(value))
            if owner is not None and owner != walking:
                return self._promote(value)
            self._owner[id(value)] = walking
        return take

    def page_of_text(self, value: str | bytes) -> int:
        page = self._begins.get(id(value))
        return self._new_page(value) if page is None else page

    def take_of(self, value: Any) -> Take:
        return self._apart.of(value)[0]

    def _walk(self, page: int) -> None:
        record = self.records[page]
        # Held from the first object on: a walk that is cut short must not leave ids of objects that are gone.
        record.objects = [record.root]
        nodes, record.refs = walk(self, page, record.objects, self._header(record))
        self.objects_encoded += len(record.objects)
        if page == ROOT_PAGE:
            self.root_nodes = nodes
            return
        self.pages_encoded += 1
        record.data = PAGE_HEADER + encoder.encode(nodes)

    def _header(self, record: Record) -> Parts | None:
        if not record.levels:
            return None
        return [tag.CHUNKED_LIST if type(record.root) is list else tag.CHUNKED_DICT, *record.levels[-1]]

    # --- many promotions at once ---

    def _promote_all(self, pages: list[int]) -> list[int]:
        """Give a page to whatever more than one page reaches, from these on. Returns the pages to walk."""
        concerned = dict.fromkeys(pages)
        self._release(pages)
        nodes: list[Any] = [None]  # node 0 leads to the first object of every page concerned
        successors: list[list[int]] = [[]]
        index: dict[int, int] = {}

        def node_of(value: Any) -> int:
            found = index.get(id(value))
            if found is None:
                found = index[id(value)] = len(nodes)
                nodes.append(value)
                successors.append([])
            return found

        for page in concerned:
            successors[0].append(node_of(self.records[page].root))
        at = 1
        while at < len(nodes):
            for value in self._inside(nodes[at]):
                owner = self._owner.get(id(value))
                if owner is not None and owner not in concerned:
                    concerned[owner] = None
                    self._release([owner])
                    successors[0].append(node_of(self.records[owner].root))
                successors[at].append(node_of(value))
            at += 1
        for node, dominator in enumerate(immediate_dominators(successors)):
            if dominator == 0 and node and id(nodes[node]) not in self._begins and nodes[node] is not self._apart.state:
                self._promote(nodes[node])
        self._dirty.update(concerned)
        return sorted(concerned) + [page for page in self._fresh if page not in concerned]

    def _inside(self, value: Any) -> list[Any]:
        """The objects that a page has in it where it has this one."""
        page = self._begins.get(id(value))
        header = None if page is None else self._header(self.records[page])
        if type(value) in (str, bytes):
            return []
        found = []
        for each in objects_in(header if header is not None else self.take_of(value)(value)):
            if id(each) not in self._begins and self._apart.of(each)[1]:
                found.append(each)
        return found

    # --- which pages are left ---

    def _count(self, walked: Iterable[int]) -> None:
        """Count references, and drop what has none; now and then look for rings of pages, too."""
        loose: list[int] = []
        for page in sorted(walked):
            record = self.records[page]
            for target in record.refs - record.counted:
                self._incoming[target] += 1
            for target in record.counted - record.refs:
                self._incoming[target] -= 1
                loose.append(target)
            record.counted = record.refs
            loose.append(page)
        while loose:
            page = loose.pop()
            if page in self.records and not self._incoming.get(page, 1) and page not in self.tasks:
                loose += self._drop(page)
        if len(self.pages) > 2 * self._live_at_trace + 64:
            self._trace()

    def _drop(self, page: int) -> set[int]:
        """Forget a page. Returns those that it referred to."""
        record = self.records.pop(page)
        self._release_record(record)
        del self._begins[id(record.root)], self._incoming[page]
        self.pages.discard(page)
        self.changed.add(page)
        self.total_bytes -= record.size
        for target in record.counted:
            if target in self._incoming:
                self._incoming[target] -= 1
        return record.counted

    def _release_record(self, record: Record) -> None:
        for value in (record.root, *record.objects):
            if self._owner.get(id(value)) == record.number:
                del self._owner[id(value)]

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
                self._drop(page)
        self._live_at_trace = len(self.pages)

    def _encode(self, walked: Iterable[int]) -> None:
        for page in walked:
            record = self.records.get(page)
            if record is not None and record.data is not None:
                self.total_bytes += len(record.data) - record.size
                record.size = len(record.data)
                self.changed.add(page)

    # --- restore ---

    def adopt(
        self, page: int, objects: list[Any], owned: list[Any], levels: Levels, refs: set[int], data: bytes
    ) -> None:
        """Take over a page as it was stored. `objects` are those of its nodes, the root first."""
        record = self._adopt(page, objects, owned, refs)
        record.levels = levels
        record.data = data
        record.size = len(data)
        self.total_bytes += len(data)
        self.pages.add(page)
        self._incoming.setdefault(page, 0)
        self._begins[id(record.root)] = page

    def adopt_root(
        self, objects: list[Any], owned: list[Any], refs: set[int], nodes: list[Node], tasks: PageSet
    ) -> None:
        self._adopt(ROOT_PAGE, objects, owned, refs)
        self.root_nodes = nodes
        self.tasks = tasks
        self._live_at_trace = len(self.pages)

    def _adopt(self, page: int, objects: list[Any], owned: list[Any], refs: set[int]) -> Record:
        record = self.records[page] = Record(page, objects[0])
        record.objects = objects
        record.refs = record.counted = refs
        for value in owned:
            self._owner[id(value)] = page
        for target in refs:
            self._incoming[target] = self._incoming.get(target, 0) + 1
        return record


PAGE_HEADER = bytes((tag.FORMAT_VERSION,))
