"""Bytes from outside: a mutated snapshot is a run or `BadSnapshot`, soon, and in bounded memory. Never anything else.

2,000 mutants a test run, 100,000 under the long profile; of every snapshot in tests/snapshots/, root and pages, and of
one that has every kind of value.
"""

from __future__ import annotations

import gc
import time
import tracemalloc
from collections.abc import Callable
from functools import cache, partial
from random import Random
from typing import Any, NamedTuple

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from pace import is_within
from snapshot_corpus import FOLDER

from examples import examples
from waymark.vm.inspection import inspect
from waymark.vm.snapshot import BadSnapshot, decode_bundle, restore
from waymark.vm.snapshot.format import EMBEDDED, encoder
from waymark.vm.snapshot.root import decode_body, open_root
from waymark.vm.static_classes import ready_unit
from waymark.vm.statics import Statics
from waymark.vm.unit import Unit

from ..unit.vm.snapshot.test_hostile import everything, mutate
from ..unit.vm.snapshot.world import statics

BATCH = 50  # mutants of one example
SECONDS_MAX = 10.0  # of CPU, for one mutant; an honest one takes milliseconds
MEMORY_MAX = 256 << 20


class Stored(NamedTuple):
    root: bytes
    pages: dict[int, bytes]
    statics: Callable[[], Statics]
    units: dict[bytes, Unit]


@cache
def corpus() -> list[Stored]:
    found = []
    for file in sorted(FOLDER.glob("v*/*.wmb")):
        bundle = decode_bundle(file.read_bytes())
        units = bundle.units
        found.append(Stored(bundle.root, bundle.pages, partial(_statics, units), units))
    world = everything()
    return [*found, Stored(world.root, world.rows, statics, {})]


def _statics(units: dict[bytes, Unit]) -> Statics:
    return Statics(partial(ready_unit, units.__getitem__))


def changed(stored: Stored, random: Random) -> tuple[bytes, dict[int, bytes]]:
    """The root and the pages, of which one is another: in its bytes, or in what they say."""
    root, pages = stored.root, dict(stored.pages)
    if pages and random.randrange(4):
        page = random.choice(sorted(pages))
        pages[page] = mutate(pages[page], random) if random.randrange(2) else _said(pages[page], random)
    elif root[4] != EMBEDDED or not random.randrange(4):
        root = mutate(root, random)
    else:
        unit, workflow, data = open_root(root)
        body = decode_body(data)
        number, page_data = random.choice(body.embedded)
        embedded = dict(body.embedded) | {number: _said(page_data, random)}
        body = msgspec.structs.replace(body, embedded=tuple(embedded.items()))
        root = root[:5] + encoder.encode((unit, workflow, encoder.encode(body)))
    return root, pages


def _said(page: bytes, random: Random) -> bytes:
    """A page with sound bytes whose nodes say something else."""
    nodes: list[list[Any]] = msgspec.msgpack.decode(memoryview(page)[1:])
    items = [item for node in nodes for item in node]
    for _ in range(random.choice((1, 1, 2, 4))):
        node = random.choice(nodes)
        at = random.randrange(len(node))
        match random.randrange(6):
            case 0:
                node[at] = random.choice(items)
            case 1:
                node[at] = [random.randrange(len(nodes))]
            case 2:
                node[at] = random.choice((None, True, 0, -1, 1, 1 << 40, -(1 << 63), 0.5, "", "x", b"", [], [-2], [-3]))
            case 3:
                node[0] = random.randrange(80)  # some of them are no tags
            case 4:
                node.insert(at, random.choice(items))
            case _:
                del node[at : at + (len(node) > 1)]
    return page[:1] + encoder.encode(nodes)


def attempt(root: bytes, pages: dict[int, bytes], made: Statics) -> bool:
    """Restore; whether it is a run."""
    try:
        restore(made, root, pages.__getitem__)
    except BadSnapshot:
        return False
    return True


@examples(40)
@given(st.integers(0, 1 << 30), st.integers(0, 1 << 62))
def test_a_mutated_snapshot_is_a_run_or_refused(which: int, seed: int) -> None:
    stored = corpus()[which % len(corpus())]
    random = Random(seed)
    for _ in range(BATCH):
        root, pages = changed(stored, random)
        began = time.process_time()
        attempt(root, pages, stored.statics())
        assert is_within(time.process_time() - began, SECONDS_MAX), "it took too long to find out"


def test_most_mutants_are_refused_and_take_no_memory_that_their_size_does_not_explain() -> None:
    random = Random(11)
    gc.collect()
    refused = tried = 0
    tracemalloc.start()
    try:
        for stored in corpus():
            for _ in range(8):
                refused += not attempt(*changed(stored, random), stored.statics())
                tried += 1
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert tried // 3 < refused < tried
    assert peak < MEMORY_MAX, f"{peak:,} bytes"


@examples(10)
@given(st.integers(0, 1 << 30), st.integers(0, 1 << 62))
def test_a_mutated_snapshot_is_shown_or_refused(which: int, seed: int) -> None:
    stored = corpus()[which % (len(corpus()) - 1)]
    random = Random(seed)
    for _ in range(5):
        root, pages = changed(stored, random)
        try:
            inspect(stored.units.__getitem__, root, pages.__getitem__)
        except BadSnapshot:
            continue
