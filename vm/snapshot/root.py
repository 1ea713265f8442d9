"""The bytes of the root, which is in the run's row.

root       "WMS" version  1 if the pages are inside, else 0  MessagePack of [unit hash, workflow, body]
body       MessagePack of the fields of `Body`
"""

from __future__ import annotations

from typing import Any

import msgspec

from ..state import State
from .format import FORMAT_VERSION, ROOT_MAGIC, BadSnapshot, Node, encoder
from .table import Table

_HEADER = ROOT_MAGIC + bytes((FORMAT_VERSION,))


class Body(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Everything of a root but what it is pinned to."""

    seed: bytes
    now: int
    next_request: int
    next_timer: int
    next_task: int
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
        table.next_page,
        state.draws,
        state.initialising,
        state.turn,
        table.pages.to_bytes(),
        table.tasks.to_bytes(),
        tuple(embedded),
        table.root_nodes,
    )
    return _HEADER + bytes((embed,)) + encoder.encode((state.unit, state.workflow, encoder.encode(body)))


def is_embedded(root: bytes) -> bool:
    return root[len(_HEADER)] == 1


def read_root_header(root: bytes) -> tuple[bytes, str]:
    """The code hash of the unit that the run is pinned to, and the name of its workflow. Raises `BadSnapshot`."""
    unit, workflow, _ = _open(root)
    return unit, workflow


def decode_root(root: bytes) -> tuple[bytes, str, Body]:
    unit, workflow, body = _open(root)
    return unit, workflow, _decode(_body_decoder, body)


def _open(root: bytes) -> tuple[bytes, str, bytes]:
    begin = len(_HEADER)
    if root[: len(ROOT_MAGIC)] != ROOT_MAGIC:
        raise BadSnapshot(f"a root begins with {ROOT_MAGIC!r}, and these bytes begin with {root[: len(ROOT_MAGIC)]!r}")
    if root[:begin] != _HEADER:
        version = root[len(ROOT_MAGIC) : begin].hex()
        raise BadSnapshot(f"a root of format version {version}, and this waymark reads version {FORMAT_VERSION}")
    if root[begin : begin + 1] not in (b"\0", b"\1"):
        raise BadSnapshot("a root is marked 0 or 1: its pages are elsewhere, or inside")
    unit, workflow, body = _decode(_header_decoder, memoryview(root)[begin + 1 :])
    return unit, workflow, body


def _decode(decoder: msgspec.msgpack.Decoder[Any], data: bytes | memoryview) -> Any:
    try:
        return decoder.decode(data)
    except (ValueError, TypeError, RecursionError) as error:  # msgspec's errors are ValueErrors
        raise BadSnapshot(f"the root is damaged: {error}") from None
