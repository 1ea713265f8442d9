"""The bytes of the root, which is in the run's row.

root       "WMS" version  mode  MessagePack of [unit hash, workflow, body]
mode       0: the pages are rows; 1: they are inside; 2: there are none (`plain.py`, which has a body of its own)
body       MessagePack of the fields of `Body`
"""

from __future__ import annotations

from typing import Any

import msgspec

from ..state import State
from .format import EMBEDDED, FORMAT_VERSION, PLAIN, ROOT_HEADER, ROOT_MAGIC, ROWS, BadSnapshot, Node, encoder
from .table import Table


class Body(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Everything of a root but what it is pinned to."""

    seed: bytes
    now: int
    next_request: int
    next_timer: int
    next_task: int
    next_generator: int
    next_page: int
    draws: int
    initialising: bool
    turn: int
    pages: bytes  # the set of all pages
    tasks: bytes  # the set of pages of unfinished tasks
    embedded: tuple[tuple[int, bytes], ...]
    nodes: list[Node]


_header_decoder = msgspec.msgpack.Decoder(tuple[bytes, str, bytes])
_body_decoder = msgspec.msgpack.Decoder(Body)


def encode_root(state: State, table: Table, *, embed: bool) -> bytes:
    embedded = []
    if embed:
        for page in table.pages:
            record = table.records.get(page)
            if record is not None:
                assert record.data is not None, "pages small enough to be in the root keep their bytes"
                embedded.append((page, record.data))
    body = Body(
        state.seed,
        state.now,
        state.next_request,
        state.next_timer,
        state.next_task,
        state.next_generator,
        table.next_page,
        state.draws,
        state.initialising,
        state.turn,
        table.pages.to_bytes(),
        table.tasks.to_bytes(),
        tuple(embedded),
        table.root_nodes,
    )
    return (
        ROOT_HEADER
        + bytes((EMBEDDED if embed else ROWS,))
        + encoder.encode((state.unit, state.workflow, encoder.encode(body)))
    )


def mode_of(root: bytes) -> int:
    """Of a root that is one."""
    return root[len(ROOT_HEADER)]


def read_root_header(root: bytes) -> tuple[bytes, str]:
    """The code hash of the unit that the run is pinned to, and the name of its workflow. Raises `BadSnapshot`."""
    unit, workflow, _ = open_root(root)
    return unit, workflow


def decode_body(body: bytes) -> Body:
    found: Body = _decode(_body_decoder, body)
    return found


def open_root(root: bytes) -> tuple[bytes, str, bytes]:
    """The code hash of the unit, the name of the workflow, and the body. Raises `BadSnapshot`."""
    begin = len(ROOT_HEADER)
    if root[: len(ROOT_MAGIC)] != ROOT_MAGIC:
        raise BadSnapshot(f"a root begins with {ROOT_MAGIC!r}, and these bytes begin with {root[: len(ROOT_MAGIC)]!r}")
    if root[:begin] != ROOT_HEADER:
        version = root[len(ROOT_MAGIC) : begin].hex()
        raise BadSnapshot(f"a root of format version {version}, and this waymark reads version {FORMAT_VERSION}")
    if len(root) <= begin or mode_of(root) > PLAIN:
        raise BadSnapshot("a root is marked 0, 1 or 2: its pages are elsewhere, or inside, or there are none")
    unit, workflow, body = _decode(_header_decoder, memoryview(root)[begin + 1 :])
    return unit, workflow, body


def _decode(decoder: msgspec.msgpack.Decoder[Any], data: bytes | memoryview) -> Any:
    try:
        return decoder.decode(data)
    except (ValueError, TypeError, RecursionError) as error:  # msgspec's errors are ValueErrors
        raise BadSnapshot(f"the root is damaged: {error}") from None
