"""What a commit has to store: the difference between the living graph of pages and what is stored already.

`delta` brings the graph up to date and compares; `committed` alone moves what counts as stored. So a delta can be asked
for twice, and a commit that fails costs nothing but the slice.

While all pages together are small they are inside the root, and there are no rows. The way back has a lower bound, so
that a run near it does not write and delete rows at every other commit.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from ..state import State
from ..statics import Statics
from ..surface import Delta
from ..values.futures import Task
from ..values.iterators import Walk
from .format import EMBEDDED_BYTES_MAX, Refused, Unsnapshotable
from .graph import Graph
from .paths import path_to
from .root import encode_root, is_embedded
from .table import Record, Table


class Tracker:
    """Knows what changed since the last commit. One a run."""

    def __init__(self, statics: Statics, table: Table | None = None, rows: Mapping[int, bytes] | None = None) -> None:
        """A run that begins; or, after a restore, its table of pages and its rows (None: its pages are in the root)."""
        self._statics = statics
        self._table = table or Table()
        self._graph = Graph(statics, self._table)
        self._embedded = rows is None
        # Page -> fingerprint of its row.
        self._stored: dict[int, bytes] = {page: _fingerprint(data) for page, data in (rows or {}).items()}
        self._changed: set[int] = set()  # pages whose row may differ, or must go
        self.bytes_put = 0

    # --- what the machine says ---

    def touch(self, value: Any) -> None:
        """The object was changed in place, or (a task, a generator, a coroutine) has run."""
        self._graph.touch(value)

    def note_walk(self, walk: Walk) -> None:
        """An iterator over a dict or set has been restored."""
        self._graph.walks.note(walk)

    def add_task(self, task: Task) -> None:
        """The task is unfinished from now on."""
        self._graph.add_task(task)

    def end_task(self, task: Task) -> None:
        """The task is finished; it stays for as long as something refers to it."""
        self._graph.end_task(task)

    # --- deltas ---

    def delta(self, state: State) -> Delta:
        """What to store, as the state is now. Raises `Unsnapshotable` with the path to what has no form."""
        table = self._table
        try:
            self._graph.refresh(state)
        except Refused as refused:
            path = path_to(self._statics, state, refused.value)
            raise Unsnapshotable(f"{path}: {refused.reason}") from None
        self._changed |= table.changed
        table.changed.clear()
        limit = EMBEDDED_BYTES_MAX if self._embedded else EMBEDDED_BYTES_MAX // 2
        if table.total_bytes <= limit:
            return Delta(encode_root(state, table, embed=True), {}, frozenset(self._stored))
        # Out of the root, every page is a new row.
        candidates = sorted(table.pages if self._embedded else self._changed)
        put = {page: _data(table.records[page]) for page in candidates if self._differs(page)}
        drop = frozenset(page for page in self._changed if self._must_go(page))
        return Delta(encode_root(state, table, embed=False), put, drop)

    def committed(self, delta: Delta) -> None:
        """The delta is stored: what is compared with from now on."""
        for page in delta.drop:
            self._stored.pop(page, None)
        for page, data in delta.put.items():
            self._stored[page] = _fingerprint(data)
            record = self._table.records.get(page)
            if record is not None and record.data is data and len(data) > EMBEDDED_BYTES_MAX:
                record.data = None
        self._embedded = is_embedded(delta.root)
        self._changed = {page for page in self._changed if self._differs(page) or self._must_go(page)}
        self.bytes_put += len(delta.root) + sum(map(len, delta.put.values()))

    def _differs(self, page: int) -> bool:
        record = self._table.records.get(page)
        if record is None or record.data is None:
            return False
        return self._stored.get(page) != _fingerprint(record.data)

    def _must_go(self, page: int) -> bool:
        return page in self._stored and page not in self._table.pages

    # --- counters ---

    @property
    def objects_encoded(self) -> int:
        return self._graph.objects_encoded

    @property
    def pages_encoded(self) -> int:
        return self._graph.pages_encoded

    @property
    def page_count(self) -> int:
        return len(self._table.pages)


def _data(record: Record) -> bytes:
    assert record.data is not None, "pages that differ from their row keep their bytes"
    return record.data


def _fingerprint(data: bytes) -> bytes:
    """The bytes themselves if they are few, else a hash of them, which no page's bytes begin like."""
    return data if len(data) <= EMBEDDED_BYTES_MAX else b"#" + hashlib.blake2b(data, digest_size=24).digest()
