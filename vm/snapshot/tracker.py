"""What a commit has to store: the difference between the living graph of pages and what is stored already.

`delta` brings the graph up to date and compares; `committed` alone moves what counts as stored. So a delta can be asked
for twice, and a commit that fails costs nothing but the slice.

A run begins without a graph: while it is plain (`plain.py`) its root says everything, and nothing is noted of what it
changes. The first commit for which it is not makes the graph, of all there is.

While all pages together are small they are inside the root, and there are no rows. The way back has a lower bound, so
that a run near it does not write and delete rows at every other commit; and so has the way back to a plain one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from ..state import State
from ..statics import Statics
from ..surface import Delta
from ..values.frames import Frame
from ..values.futures import Task
from ..values.iterators import Walk
from .format import EMBEDDED_BYTES_MAX, ROWS, Refused, Unsnapshotable
from .forms import Forms
from .graph import Graph
from .hashes import Hashes
from .letting_go import let_go
from .paths import path_to
from .plain import encode_plain
from .reach import reaches
from .root import encode_root, mode_of
from .table import Record, Table


class Tracker:
    """Knows what changed since the last commit. One a run."""

    def __init__(
        self,
        statics: Statics,
        table: Table | None = None,
        rows: Mapping[int, bytes] | None = None,
        hashes: Hashes | None = None,
        next_page: int = 1,
    ) -> None:
        """A run that begins, or is plain, with the number of its next page; or, after a restore, its table of pages and
        its rows (None: its pages are in the root)."""
        self._statics = statics
        self._hashes = hashes or Hashes()
        self._next_page = next_page
        self._graph: Graph | None = None
        self._use(None if table is None else Graph(statics, table, self._hashes))
        self._embedded = rows is None
        # Page -> fingerprint of its row.
        self._stored: dict[int, bytes] = {page: _fingerprint(data) for page, data in (rows or {}).items()}
        self._changed: set[int] = set()  # pages whose row may differ, or must go
        self._small = (
            table is None or table.total_bytes <= EMBEDDED_BYTES_MAX // 2
        )  # as of the last commit: it may be plain
        self._encoded = [0, 0]  # objects and pages, by graphs that are gone
        self.bytes_put = 0

    # --- what the machine says ---

    # The object was changed in place, or (a task, a generator, a coroutine) has run. Called at every turn of a loop: so
    # while there is no graph to note it in, it is the cheapest that C has to call.
    touch: Callable[[Any], object]

    def _use(self, graph: Graph | None) -> None:
        self._graph = graph
        self.touch = id if graph is None else graph.touch

    def touch_all(self) -> None:
        """As if everything had been changed; for checks of the tracker itself."""
        if self._graph is not None:
            self._graph.touch_all()

    def let_go(self) -> bool:
        """Whether it held views of memory, or what may hold one, that the run holds no more."""
        return self._graph is not None and let_go(self._graph.table)

    def note_hash(self, instance: Any, answer: int) -> None:
        """C has asked for the hash of an instance, and the program has said this."""
        self._hashes.note(instance, answer)

    def note_walk(self, walk: Walk) -> None:
        """An iterator over a dict or set has been restored."""
        if self._graph is not None:
            self._graph.walks.note(walk)

    def note_shadow(self, instance: Any, shadow: dict[Any, Any] | list[Any]) -> None:
        """A large instance has been restored, with the dict or list that it is stored as."""
        if self._graph is not None:
            self._graph.shadows.adopt(instance, shadow)

    def add_task(self, task: Task) -> None:
        """The task is unfinished from now on."""
        if self._graph is not None:
            self._graph.add_task(task)

    def end_task(self, task: Task) -> None:
        """The task is finished; it stays for as long as something refers to it."""
        if self._graph is not None:
            self._graph.end_task(task)

    def reaches(self, state: State, top: Frame | None, wanted: object) -> bool:
        """Whether a snapshot of a fiber that stands in `top` would hold the object."""
        return reaches(Forms(self._statics, self._hashes), state, top, wanted)

    # --- deltas ---

    def delta(self, state: State) -> Delta:
        """What to store, as the state is now. Raises `Unsnapshotable` with the path to what has no form."""
        graph = self._graph
        if self._small:
            root = encode_plain(self._statics, state, self._next_page if graph is None else graph.table.next_page)
            if root is not None:
                self._forget()
                return Delta(root, {}, frozenset(self._stored))
        if graph is None:
            graph = Graph(self._statics, Table(self._next_page), self._hashes)
            self._use(graph)
            self._changed.update(self._stored)
            for task in state.tasks.values():
                graph.add_task(task)
        table = graph.table
        try:
            graph.refresh(state)
        except Refused as refused:
            path = path_to(self._statics, self._hashes, state, refused.value)
            raise Unsnapshotable(f"{path}: {refused.reason}") from None
        self._changed |= table.changed
        table.changed.clear()
        limit = EMBEDDED_BYTES_MAX if self._embedded else EMBEDDED_BYTES_MAX // 2
        if table.total_bytes <= limit:
            return Delta(encode_root(state, table, embed=True), {}, frozenset(self._stored))
        # Out of the root, every page is a new row.
        candidates = sorted(table.pages if self._embedded else self._changed)
        put = {page: _data(table.records[page]) for page in candidates if self._differs(table, page)}
        drop = frozenset(page for page in self._changed if page in self._stored and page not in table.pages)
        return Delta(encode_root(state, table, embed=False), put, drop)

    def _forget(self) -> None:
        """The graph is of no use: the run is plain."""
        if self._graph is not None:
            self._next_page = self._graph.table.next_page
            self._encoded = [self.objects_encoded, self.pages_encoded]
            self._use(None)
            self._changed.clear()

    def committed(self, delta: Delta) -> None:
        """The delta is stored: what is compared with from now on."""
        for page in delta.drop:
            self._stored.pop(page, None)
        self._embedded = mode_of(delta.root) != ROWS
        self.bytes_put += len(delta.root) + sum(map(len, delta.put.values()))
        self._small = self._graph is None or self._graph.table.total_bytes <= EMBEDDED_BYTES_MAX // 2
        if self._graph is None:
            return
        table = self._graph.table
        for page, data in delta.put.items():
            self._stored[page] = _fingerprint(data)
            record = table.records.get(page)
            if record is not None and record.data is data and len(data) > EMBEDDED_BYTES_MAX:
                record.data = None
        self._changed = {
            page
            for page in self._changed
            if self._differs(table, page) or (page in self._stored and page not in table.pages)
        }

    def _differs(self, table: Table, page: int) -> bool:
        record = table.records.get(page)
        if record is None or record.data is None:
            return False
        return self._stored.get(page) != _fingerprint(record.data)

    # --- counters ---

    @property
    def objects_encoded(self) -> int:
        return self._encoded[0] + (0 if self._graph is None else self._graph.objects_encoded)

    @property
    def pages_encoded(self) -> int:
        return self._encoded[1] + (0 if self._graph is None else self._graph.pages_encoded)

    @property
    def known_bytes(self) -> int:
        """Of all pages, as of the last delta."""
        return 0 if self._graph is None else self._graph.table.total_bytes

    def measure(self, state: State) -> int:
        """The bytes of all that a commit would leave stored."""
        root = self.delta(state).root
        return max(len(root), self.known_bytes)

    @property
    def page_count(self) -> int:
        return 0 if self._graph is None else len(self._graph.table.pages)


def _data(record: Record) -> bytes:
    assert record.data is not None, "pages that differ from their row keep their bytes"
    return record.data


def _fingerprint(data: bytes) -> bytes:
    """The bytes themselves if they are few, else a hash of them, which no page's bytes begin like."""
    return data if len(data) <= EMBEDDED_BYTES_MAX else b"#" + hashlib.blake2b(data, digest_size=24).digest()
