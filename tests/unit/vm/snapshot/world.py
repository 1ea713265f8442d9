"""A run by hand: fibers with registers to put values in, a store that takes deltas, and a comparison of two states.

The comparison knows nothing of the encoder: it walks two graphs side by side and demands that objects correspond one to
one, so that it sees a lost identity as well as a wrong value.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any
from uuid import UUID

from waymark.stdlib.values.descriptors import ClassMethod, Property, StaticMethod, Super, SuperMethod
from waymark.stdlib.values.sets import OrderedFrozenSet, OrderedSet
from waymark.stdlib.values.standing import Method
from waymark.stdlib.values.views import DictItems, DictKeys, DictValues
from waymark.vm.codec import code_hash
from waymark.vm.isa import Op
from waymark.vm.loaded import LoadedUnit
from waymark.vm.snapshot import Tracker, restore
from waymark.vm.snapshot.value_parts import slots
from waymark.vm.state import State
from waymark.vm.statics import Statics, native_name
from waymark.vm.surface import Delta
from waymark.vm.unit import Debug, Unit
from waymark.vm.values.classes import class_info
from waymark.vm.values.frames import Coroutine, Frame, Generator
from waymark.vm.values.functions import UNSET, BoundMethod, Cell, HostMethod, VMFunction
from waymark.vm.values.futures import TURN, Future, Handle, Request, Task
from waymark.vm.values.iterators import HOST_ITERATORS, LAZIES, WALKS

from ..assembly import function, ins, parameters, unit

FIBER, CLOSURE, PLAIN, GENERATOR = range(4)
ROOM = 4  # registers of a fiber that are live
CONSTANTS = (None, 1, "name", (), ("key",), (1, (2, "deep")))
PAIR = 5  # a constant with another one inside


def _unit() -> Unit:
    wait = (ins(Op.AWAIT, ROOM, 0), ins(Op.LIST, ROOM, (0, 1, 2, 3)), ins(Op.RETURN, ROOM))
    names = parameters("order", "items", "total", "rest")
    return unit(
        function(*wait, params=names, kind="coroutine", name="fiber"),
        function(ins(Op.CELL_GET, 2, 0, 2), ins(Op.RETURN, 2), captures=("x", "y"), name="inner"),
        function(ins(Op.LOAD_CONST, 0, 0), ins(Op.RETURN, 0), name="plain"),
        function(ins(Op.YIELD, 2, 0), ins(Op.RETURN, 1), params=parameters("a", "b"), kind="generator", name="gen"),
        constants=CONSTANTS,
        debug=Debug(
            "shop.py",
            "",
            (((0, 14, 0, 14, 1),), (), (), ()),
            (((0, "order"), (1, "items"), (2, "total"), (3, "rest")), (), (), ()),
        ),
    )


UNIT = _unit()
HASH = code_hash(UNIT)
LOADED = LoadedUnit(UNIT, HASH)


def statics() -> Statics:
    made = Statics({HASH: LOADED}.__getitem__)
    made.unit(HASH)
    return made


class World:
    """A run, its tracker, and what has been stored of it."""

    def __init__(self) -> None:
        self.statics = statics()
        self.state = State(HASH, "shop", bytes(16))
        self.tracker = Tracker(self.statics)
        self.root = b""
        self.rows: dict[int, bytes] = {}

    def frame(self, *values: Any, index: int = FIBER) -> Frame:
        loaded = self.statics.code(HASH, index)
        registers = list(values) + [None] * (ROOM - len(values)) if index == FIBER else list(values)
        return Frame(loaded, registers + [UNSET] * (loaded.function.registers - len(registers)))

    def task(self, *values: Any) -> Task:
        number = self.state.next_task
        self.state.next_task += 1
        task = Task(Coroutine(self.frame(*values), "fiber"), number, f"Task-{number}")
        task.top = task.coroutine.frame if task.coroutine else None  # it has begun, and waits
        self.state.tasks[number] = task
        if self.state.main is None:
            self.state.main = task
        self.tracker.add_task(task)
        return task

    def end(self, task: Task) -> None:
        del self.state.tasks[task.number]
        self.tracker.end_task(task)
        self.tracker.touch(task)
        if task.coroutine is not None:
            task.coroutine.state, task.coroutine.frame = "closed", None
            self.tracker.touch(task.coroutine)
        task.state, task.top, task.coroutine = "finished", None, None

    def closure(self, *cells: Cell) -> VMFunction:
        return VMFunction(self.statics.code(HASH, CLOSURE), cells)

    def generator(self, *values: Any) -> Generator:
        return Generator(self.frame(*values, index=GENERATOR), "gen")

    def static(self, index: int = PLAIN) -> VMFunction:
        return self.statics.function(HASH, index)

    def commit(self) -> Delta:
        delta = self.tracker.delta(self.state)
        self.store(delta)
        self.tracker.committed(delta)
        return delta

    def store(self, delta: Delta) -> None:
        assert not delta.drop & delta.put.keys(), "a page is put and dropped at once"
        assert delta.drop <= self.rows.keys(), "a page is dropped that there is none of"
        self.root = delta.root
        self.rows.update(delta.put)
        for page in delta.drop:
            del self.rows[page]

    def restored(self) -> World:
        other = World()
        other.root, other.rows = self.root, dict(self.rows)
        other.state, other.tracker = restore(other.statics, other.root, other.rows.__getitem__)
        return other


def registers(task: Task) -> list[Any]:
    assert task.top is not None
    return task.top.registers


# --- comparing ---


def same(left: Any, right: Any) -> None:
    """Assert that two graphs are one and the same but for the memory they are in."""
    forward: dict[int, int] = {}
    backward: dict[int, int] = {}
    alive: list[Any] = []
    pending = [(left, right, "")]
    while pending:
        a, b, path = pending.pop()
        if _scalar(a):
            assert _bits(a) == _bits(b), f"{path}: {a!r:.80} is not {b!r:.80}"
            continue
        if _global(a):
            assert a is b, f"{path}: {a!r:.80} is not {b!r:.80}"
            continue
        assert type(a) is type(b) or _kin(type(a), type(b)), f"{path}: {type(a)} is not {type(b)}"
        known = forward.get(id(a))
        assert (known is None) == (id(b) not in backward), f"{path}: an identity was lost or made"
        if known is not None:
            assert known == id(b) and backward[id(b)] == id(a), f"{path}: another object"
            continue
        forward[id(a)], backward[id(b)] = id(b), id(a)
        alive += (a, b)
        inside_a, inside_b = list(_inside(a)), list(_inside(b))
        assert len(inside_a) == len(inside_b), f"{path}: {a!r:.80} is not {b!r:.80}"
        for (name, value_a), (name_b, value_b) in zip(inside_a, inside_b, strict=True):
            assert name == name_b, f"{path}: {name} is not {name_b}"
            pending.append((value_a, value_b, f"{path}.{name}"))


def _scalar(value: Any) -> bool:
    return type(value) in (type(None), bool, int, complex, str, bytes) or (type(value) is float and value == value)


def _bits(value: Any) -> Any:
    if type(value) is float:
        return float, struct.pack(">d", value)
    if type(value) is complex:
        return complex, struct.pack(">dd", value.real, value.imag)
    return type(value), value


def _global(value: Any) -> bool:
    if (
        value is UNSET
        or value is TURN
        or value is UTC
        or (type(value) is tuple and (not value or value is CONSTANTS[4] or value is CONSTANTS[5]))
    ):
        return True
    if type(value) is type:
        return class_info(value) is None
    return (
        value in (Ellipsis, NotImplemented)
        if type(value) in (type(Ellipsis), type(NotImplemented))
        else (type(value) in (type(len), type(str.upper), Method) and native_name(value) is not None)
    )


def _kin(left: type, right: type) -> bool:
    return class_info(left) is not None and class_info(right) is not None and left.__name__ == right.__name__


_FIELDS: dict[type, str] = {
    Cell: "value",
    BoundMethod: "function instance",
    HostMethod: "name instance",
    Coroutine: "name state frame",
    Generator: "name state frame",
    Future: "state value error cancel_message callbacks request anchor",
    Task: "state value error cancel_message request anchors number name coroutine top waits_for must_cancel cancels",
    Handle: "kind target args cancelled when number anchor",
    Request: "number key args kwargs attempt policy began due child",
    **dict.fromkeys(WALKS.values(), "source left size"),
    **dict.fromkeys((DictKeys, DictValues, DictItems), "mapping"),
    datetime: "year month day hour minute second microsecond fold tzinfo",
    time: "hour minute second microsecond fold tzinfo",
    date: "year month day",
    timedelta: "days seconds microseconds",
    UUID: "bytes",
    **{kind: " ".join(slots(kind)) for kind in LAZIES.values()},
    StaticMethod: "function",
    ClassMethod: "function",
    Property: "fget fset fdel doc name",
    Super: "kind instance owner",
    SuperMethod: "owner name instance",
}
# Lists and tuples of the machine's own, whose identity nobody sees.
_OWN = ("callbacks", "anchors", "ready", "changed")


def _inside(value: Any) -> Iterator[tuple[str, Any]]:
    kind = type(value)
    if kind in (list, tuple):
        yield from ((str(index), held) for index, held in enumerate(value))
    elif kind is dict:
        for index, (key, held) in enumerate(value.items()):
            yield f"key {index}", key
            yield f"value {index}", held
    elif kind is float:
        yield "bits", struct.pack(">d", value)
    elif kind in (range, slice):
        yield from ((name, getattr(value, name)) for name in ("start", "stop", "step"))
    elif kind in _FIELDS:
        for name in _FIELDS[kind].split():
            yield from _spread(name, getattr(value, name))
        if kind is Task:
            yield from _spread("callbacks", value.callbacks)
        if kind in WALKS.values():
            yield "position", value.position()
    elif kind in (OrderedSet, OrderedFrozenSet):
        yield from ((f"element {index}", held) for index, held in enumerate(value.waymark_items))
    elif kind is bytearray:
        yield "bytes", bytes(value)
    elif kind is object:
        yield "nothing", None
    elif kind is timezone:
        yield from ((f"part {index}", held) for index, held in enumerate(value.__reduce__()[1]))
    elif kind is Frame:
        yield from _frame(value)
    elif kind is VMFunction:
        yield "code", (value.loaded.unit_hash, value.loaded.index, value.static)[1]
        yield "static", (value.static, value.changed)
        if not value.static or value.changed:
            for name in ("cells", "defaults"):
                yield from ((f"{name} {index}", held) for index, held in enumerate(getattr(value, name)))
            yield "kwdefaults", value.kwdefaults
            yield "attributes", value.attributes
            yield from (value.names or {}).items()
    elif kind in HOST_ITERATORS:
        _, (source, *_), *rest = value.__reduce__()
        yield "exhausted", not rest
        yield "position", rest[0] if rest else None
        if rest:
            yield "source", (source.start, source.stop, source.step)[1] if type(source) is range else source
    elif isinstance(value, type):
        yield from _class(value)
    elif isinstance(value, BaseException):
        yield "class", type(value)
        yield from (
            (name, getattr(value, name)) for name in ("args", "__cause__", "__context__", "__suppress_context__")
        )
        if all(map(_scalar, value.args)):
            yield "text", str(value)
        yield from ((f"dict {name}", held) for name, held in vars(value).items())
    elif kind is State:
        yield from _state(value)
    elif class_info(kind) is not None:
        yield "class", kind
        yield from vars(value).items()
    else:
        raise AssertionError(f"the comparison does not know a {kind.__name__}")


def _spread(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if name in _OWN:
        yield from ((f"{name} {index}", held) for index, held in enumerate(value))
    else:
        yield name, value


def _frame(value: Frame) -> Iterator[tuple[str, Any]]:
    live = value.loaded.live[value.pc]
    yield "code", (value.loaded.index, value.pc)[0]
    yield "pc", value.pc
    yield "caller", value.caller
    yield "owner", value.owner
    yield "then", value.then
    yield from ((f"register {each}", value.registers[each]) for each in live)


def _class(value: type) -> Iterator[tuple[str, Any]]:
    yield "name", value.__name__
    yield "qualname", value.__qualname__
    yield "module", value.__module__
    yield from ((f"base {index}", base) for index, base in enumerate(value.__bases__))
    hidden = ("__dict__", "__weakref__", "__module__", "__doc__")
    yield from sorted((name, held) for name, held in vars(value).items() if name not in hidden)


def _state(value: State) -> Iterator[tuple[str, Any]]:
    for name in "unit workflow seed now next_request next_timer next_task initialising turn main current frame".split():
        yield name, getattr(value, name)
    yield from _spread("ready", value.ready)
    yield from _spread("anchors", value.anchors)
    yield from _spread("changed", value.changed)
    for index, (number, outcome) in enumerate(value.arrivals):
        yield f"arrival {index}", number
        yield f"outcome {index}", getattr(outcome, "value", None) if hasattr(outcome, "value") else outcome.error
    for name in sorted(value.modules):
        yield f"module {name}", value.modules[name]
    for number, task in sorted(value.tasks.items()):
        yield f"task {number}", task
    for number, future in sorted(value.requests.items()):
        yield f"request {number}", future
    for when, number, handle in sorted(value.timers, key=lambda timer: timer[:2]):
        yield f"timer {when} {number}", handle
