"""Bytes from outside: `BadSnapshot`, or a run. Nothing else, and nothing is executed."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from random import Random
from typing import Any
from uuid import UUID

import msgspec
import pytest

from waymark.stdlib.values.lazy import Enumerate, Map, Zip
from waymark.stdlib.values.sets import OrderedFrozenSet, OrderedSet
from waymark.stdlib.values.views import DictItems
from waymark.vm.snapshot import BadSnapshot, Vanished, read_root_header, restore
from waymark.vm.snapshot import format as tag
from waymark.vm.snapshot.root import decode_body, open_root
from waymark.vm.values.classes import make_class
from waymark.vm.values.functions import BoundMethod, Cell, HostMethod
from waymark.vm.values.futures import Future, Handle, Request
from waymark.vm.values.iterators import iterate

from .world import HASH, World, registers, statics

encode = msgspec.msgpack.encode


def everything() -> World:
    world = World()
    kind = make_class("Order", (), {"__module__": "shop", "rate": 1, "total": world.static()})
    order: Any = object.__new__(kind)
    order.held = [1, (2, float("nan")), {"k": 1 << 70, (1, 2): "\ud800"}]
    failure = ExceptionGroup("several", [OSError(2, "x", "f"), ValueError(order)])
    open_request = Future()
    open_request.request = Request(1, "shop:charge", (order,), {"n": 1})
    timer = Handle("call", world.static(), (order,))
    timer.when, timer.number = 5, 1
    task = world.task(order, [failure, order.held, 1j, range(3), slice(1), iter([1, 2]), iter("x"), ..., len])
    task.anchors = [open_request, timer]
    world.task(
        [world.closure(Cell(order), Cell()), world.generator(1, 2), BoundMethod(world.static(), order)],
        [HostMethod([], "append"), iterate(order.held[2]), list(range(300)), {n: n for n in range(300)}],
        "x" * 5000,
        task,
    )
    walked = {"a": 1, "b": 2}
    walk = iterate(walked)
    next(walk)
    tags = OrderedSet(["x", OrderedFrozenSet([1, OrderedFrozenSet("yz")]), order])
    world.task(
        [tags, OrderedSet(range(300)), {OrderedFrozenSet("k"): tags}, iterate(tags), DictItems(walked), walk],
        [Zip(walk, Enumerate("ab"), strict=True), Map(str.upper, [1]), bytearray(b"b" * 9000), object()],
        [datetime(2026, 1, 2, tzinfo=timezone(timedelta(hours=1), "MEZ")), date(2026, 1, 2), time(1), UTC, UUID(int=7)],
    )
    world.state.ready.append(Handle("wake", task))
    changed = world.static()
    changed.changed, changed.defaults, changed.kwdefaults = True, (order,), {"by": tags}
    changed.attributes, changed.names = {"seen": [changed]}, {"__name__": "other", "__annotations__": {}}
    world.state.changed.append(changed)
    world.state.modules["shop"] = {"limit": order}
    world.commit()
    return world


def small() -> World:
    world = World()
    world.task([1, {"a": (2,)}], {"k": ValueError("x")})
    world.commit()
    return world


def attempt(root: bytes, rows: dict[int, bytes]) -> bool:
    try:
        restore(statics(), root, rows.__getitem__)
    except BadSnapshot:
        return False
    return True


def no_page(page: int) -> bytes:
    raise KeyError(page)


def mutate(data: bytes, random: Random) -> bytes:
    changed = bytearray(data)
    for _ in range(random.choice((1, 1, 2, 5))):
        place = random.randrange(len(changed))
        match random.randrange(4):
            case 0:
                changed[place] = random.randrange(256)
            case 1:
                changed[place] ^= 1 << random.randrange(8)
            case 2:
                del changed[place : place + random.randrange(1, 4)]
            case _:
                changed[place:place] = random.choice((b"\x91\x01", b"\x90", b"\xc0", b"\x91\xff", b"\xa1x", b"\x05"))
        if not changed:
            break
    return bytes(changed)


@pytest.mark.parametrize("make", [everything, small])
def test_damaged_bytes_are_refused_or_are_a_run(make: Any) -> None:
    world = make()
    random = Random(7)
    refused = 0
    for _ in range(2500):
        rows = dict(world.rows)
        root = world.root
        if rows and random.randrange(4):
            page = random.choice(sorted(rows))
            rows[page] = mutate(rows[page], random)
        else:
            root = mutate(root, random)
        refused += not attempt(root, rows)
    assert 1000 < refused < 2500


def test_any_other_bytes_are_refused() -> None:
    random = Random(3)
    for _ in range(500):
        assert not attempt(random.randbytes(random.randrange(60)), {})
    for _ in range(500):
        assert not attempt(b"WMS\x01\x01" + random.randbytes(random.randrange(60)), {})


def test_every_prefix_of_a_root_is_refused() -> None:
    world = small()
    for length in range(len(world.root)):
        assert not attempt(world.root[:length], {})


def test_another_version_is_named() -> None:
    world = everything()
    with pytest.raises(BadSnapshot, match=r"^a root of format version 02, and this waymark reads version 1$"):
        read_root_header(world.root[:3] + b"\x02" + world.root[4:])
    with pytest.raises(BadSnapshot, match=r"^page 1: format version 09, and this waymark reads version 1$"):
        restore(statics(), world.root, {**world.rows, 1: b"\x09" + world.rows[1][1:]}.__getitem__)


def with_register(node: list[Any], *more: list[Any]) -> bytes:
    """A root with a run whose one fiber holds what these nodes say; the first is node 0 of page 2."""
    world = World()
    world.task([1])
    world.commit()
    unit, workflow, data = open_root(world.root)
    body = decode_body(data)
    page = msgspec.msgpack.decode(dict(body.embedded)[1][1:])
    frame = next(each for each in page if each[0] == tag.FRAME)
    frame[-4:] = [[~2], None, None, None]
    pages = ((1, b"\x01" + encode(page)), (2, b"\x01" + encode([node, *more])))
    body = msgspec.structs.replace(body, embedded=pages, pages=b"\x00\x01\x06", next_page=3)
    return b"WMS\x01\x01" + encode((unit, workflow, encode(body)))


def test_the_nodes_of_this_test_can_be_right() -> None:
    state, _ = restore(statics(), with_register([tag.LIST, 5, [1]], [tag.LIST]), no_page)
    assert registers(state.tasks[1])[0] == [5, []]


@pytest.mark.parametrize(
    "nodes",
    [
        [[tag.TUPLE, [0]]],
        [[tag.TUPLE, [1]], [tag.TUPLE, [0]]],
        [[tag.LIST, [1]], [tag.NATIVE, "eval/1"]],
        [[tag.LIST, [1]], [tag.NATIVE, "__import__/1"]],
        [[tag.LIST, [1]], [tag.NAMED, "os"]],
        [[tag.NAMED, "()"]],
        [[tag.LIST, [1]], [tag.UNIT, b"\x00" * 32]],
        [[tag.LIST, [1]], [tag.FUNCTION, [2], 99], [tag.UNIT, HASH]],
        [[tag.LIST, [1]], [tag.CONSTANT, [2], 99], [tag.UNIT, HASH]],
        [[tag.INSTANCE, [1]], [tag.NATIVE, "int/1"]],
        [[tag.ERROR, [1], [2], None, None, False, 0], [tag.NATIVE, "int/1"], [tag.NAMED, "()"]],
        [[tag.DICT, [1], 1], [tag.LIST]],
        [[tag.DICT, 1, 1, 1, 2]],
        [[tag.DICT, 1, 1, True, 2]],
        [[tag.DICT, 1]],
        [[tag.CHUNKED_LIST, [1]], [tag.CHUNK]],
        [[tag.CHUNKED_LIST, [1], [1]], [tag.CHUNK, 1]],
        [[tag.CHUNKED_LIST, [1]], [tag.LIST, 1]],
        [[tag.LIST, [1]], [tag.CHUNKED_LIST, [2]], [tag.CHUNK, 1]],
        [[tag.NAN, b"\x00" * 8]],
        [[tag.RANGE, 1, 2, 0]],
        [[tag.RANGE, "a", 2, 1]],
        [[tag.ITERATOR, "list", 1 << 60, [1]], [tag.LIST]],
        [[tag.ITERATOR, "list", 0, [1]], [tag.DICT]],
        [[tag.CLASS, "A", "A", "m", None, None, 1, [1]], [tag.NATIVE, "bool/1"]],
        [[tag.CLASS, "A", "A", "m", None, None, 1, [0]]],
        [[tag.CLASS, "A\0", "A", "m", None, None, 0]],
        [[tag.CLASS, "A", "A", "m", None, None, -1]],
        [[tag.FRAME, [1], 0, 0, None, None, [], 1], [tag.UNIT, HASH]],
        [[tag.FRAME, [1], 0, 77, None, None, [], 1, 1, 1, 1], [tag.UNIT, HASH]],
        [[tag.GENERATOR, "g", "asleep", None]],
        [[tag.FUTURE, "pending", 1, 2, 3, None]],
        [[tag.ROOT]],
        [[99]],
        [[]],
        [[tag.LIST, [5]]],
        [[tag.LIST, [-9]]],
        [[tag.LIST, [-1]]],
        [[tag.LIST, {}]],
    ],
    ids=str,
)
def test_nodes_that_make_no_sense_are_refused(nodes: list[list[Any]]) -> None:
    with pytest.raises(BadSnapshot):
        restore(statics(), with_register(*nodes), no_page)


def test_what_is_not_here_is_named() -> None:
    """The runtime parks such a run with this reason: the bytes are right, and a waymark that has it can go on."""
    for node, text in (
        ([tag.NATIVE, "levitate/3"], "native levitate/3"),
        ([tag.NAMED, "hovercraft"], "type hovercraft"),
        ([tag.UNIT, b"\x07" * 32], f"unit {'07' * 32}"),
    ):
        with pytest.raises(Vanished, match=f"^it needs {text}, which this waymark does not have$"):
            restore(statics(), with_register([tag.LIST, [1]], node), no_page)


def test_keys_that_take_for_ever_to_hash_are_refused() -> None:
    doubled = [[tag.TUPLE, [2 + level], [2 + level]] for level in range(60)]
    with pytest.raises(BadSnapshot, match="its keys are tuples of more than"):
        restore(statics(), with_register([tag.DICT, [1], 1], *doubled, [tag.TUPLE, 1]), no_page)
    nested = [[tag.TUPLE, [2 + level]] for level in range(5000)]
    with pytest.raises(BadSnapshot, match="a key nests tuples deeper than 200"):
        restore(statics(), with_register([tag.DICT, [1], 1], *nested, [tag.TUPLE, 1]), no_page)
