"""The parts of each kind of object, in the order of its node: the tag, then values as the program holds them.

`fill.py` and `make.py` read nodes in this very order. Counts stand before lists of values that are not the last.
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Callable
from typing import Any

from ..loaded import LoadedUnit
from ..state import State
from ..statics import native_name
from ..surface import Raised
from ..values.classes import held_by
from ..values.errors import class_names, is_foreign
from ..values.frames import AsyncEnd, AsyncGenerator, AsyncItem, Coroutine, Frame, Generator, Owner
from ..values.functions import BoundMethod, Cell, HostMethod, VMFunction
from ..values.futures import Future, Gathering, Handle, Request
from ..values.iterators import HOST_ITERATORS
from . import class_parts, value_parts
from . import format as tag
from .format import ENTRIES_MAX, Chunk, Refused
from .hashes import Key
from .named import NAME_OF

Parts = list[Any]
Take = Callable[[Any], Parts]

# Names of host iterators, each with an exhausted source. Persisted.
ITERATORS: dict[str, Any] = {
    "list": [],
    "tuple": (),
    "str": "",
    "wide str": "\u0100",
    "bytes": b"",
    "bytearray": bytearray(),
    "array": array("b"),
}
_ITERATOR_NAMES: dict[type, str] = {type(iter(source)): name for name, source in reversed(ITERATORS.items())}


def dict_of(value: Any) -> dict[str, Any]:
    """The attributes of an instance, whatever its class makes of looking one up."""
    return held_by(value)


def _pairs(mapping: dict[Any, Any]) -> list[Any]:
    return [part for pair in mapping.items() for part in pair]


def list_parts(value: list[Any]) -> Parts:
    return [tag.LIST, *value]


def _tuple(value: tuple[Any, ...]) -> Parts:
    return [tag.TUPLE, *value]


def _cell(value: Cell) -> Parts:
    return [tag.CELL, value.value]


def _nan(value: float) -> Parts:
    return [tag.NAN, struct.pack(">d", value)]


def _range(value: range) -> Parts:
    return [tag.RANGE, value.start, value.stop, value.step]


def _slice(value: slice) -> Parts:
    return [tag.SLICE, value.start, value.stop, value.step]


def named_parts(value: Any) -> Parts:
    return [tag.NAMED, NAME_OF[id(value)]]


def key_parts(value: Key) -> Parts:
    return [tag.KEY, value.key, *value.answers]


def unit_parts(value: LoadedUnit) -> Parts:
    return [tag.UNIT, value.code_hash]


def function_parts(value: VMFunction) -> Parts:
    return [tag.FUNCTION, value.loaded.unit, value.loaded.index]


def native_parts(value: Any) -> Parts:
    return [tag.NATIVE, native_name(value)]


def foreign_parts(value: type[BaseException]) -> Parts:
    return [tag.FOREIGN, *(class_names(value) if is_foreign(value) else class_names(value)[:1])]


def _closure(value: VMFunction) -> Parts:
    return [tag.CLOSURE, *_definition(value)]


def changed_function_parts(value: VMFunction) -> Parts:
    """A static function, of which the program has changed something."""
    return [tag.CHANGED_FUNCTION, *_definition(value)]


def _definition(value: VMFunction) -> Parts:
    loaded = value.loaded
    if any(type(cell) is not Cell for cell in value.cells):  # code that no compiler makes
        raise Refused(value, "a function captures something that is no variable")
    return [
        *(loaded.unit, loaded.index),
        *(len(value.cells), *value.cells),
        *(value.defaults or None, value.kwdefaults, value.attributes),
        *_pairs(value.names or {}),
    ]


def _bound_method(value: BoundMethod) -> Parts:
    return [tag.BOUND_METHOD, value.function, value.instance]


def _host_method(value: HostMethod) -> Parts:
    return [tag.HOST_METHOD, value.name, value.instance]


def instance_parts(value: Any, held: dict[str, Any]) -> Parts:
    return [tag.INSTANCE, type(value), *_pairs(held)]


def _frame(value: Frame) -> Parts:
    loaded, pc, registers = value.loaded, value.pc, value.registers
    live = loaded.live.get(pc)
    if live is None:
        raise Refused(value, f"its frame stands at pc {pc}, where a frame cannot be captured")
    return [
        *(tag.FRAME, loaded.unit, loaded.index, pc, value.caller, value.owner, value.then),
        *[registers[register] for register in live],
    ]


def _names(value: Owner) -> str | tuple[str, str]:
    return value.name if value.called is None else (value.name, value.called)


_COROUTINES = {Coroutine: tag.COROUTINE, AsyncItem: tag.ASYNC_ITEM, AsyncEnd: tag.ASYNC_END}


def _coroutine(value: Coroutine) -> Parts:
    return [_COROUTINES[type(value)], _names(value), value.state, value.frame, value.top, value.waits_for]


def _async_generator(value: AsyncGenerator) -> Parts:
    return [tag.ASYNC_GENERATOR, _names(value), value.state, value.frame, value.busy, value.closing, value.number]


def _generator(value: Generator) -> Parts:
    awaitable = [True] if value.awaitable else []
    return [tag.GENERATOR, _names(value), value.state, value.frame, value.number, *awaitable]


def future_parts(value: Future) -> Parts:
    return [value.state, value.value, value.error, value.cancel_message, value.request]


def counted(held: list[Any]) -> list[Any]:
    return [len(held), *held]


def own_list(held: list[Any]) -> list[Any]:
    """A list of the machine's own as parts: what it holds or, when that is much, the list itself, in a page."""
    return [held] if len(held) > ENTRIES_MAX else held


def _future(value: Future) -> Parts:
    return [tag.FUTURE, *future_parts(value), *own_list(value.callbacks)]


def _gathering(value: Gathering) -> Parts:
    callbacks = counted(own_list(value.callbacks))
    return [tag.GATHERING, *future_parts(value), value.cancel_requested, value.children, *callbacks]


def _handle(value: Handle) -> Parts:
    context = [] if value.context is None else [value.context]
    return [tag.HANDLE, value.kind, value.target, value.args, value.cancelled, value.when, value.number, *context]


def _request(value: Request) -> Parts:
    more = [value.policy, value.began, value.due, value.child]
    said = more if value.policy or value.due is not None or value.child is not None else []
    return [tag.REQUEST, value.number, value.key, value.attempt, value.args, value.kwargs, *said]


def _iterator(value: Any) -> Parts:
    """Name, position and source; no position if it is exhausted for good, whatever happens to its source."""
    name = _ITERATOR_NAMES[type(value)]
    _, (source,), *rest = value.__reduce__()
    return [tag.ITERATOR, name, rest[0], source] if rest else [tag.ITERATOR, name, None]


def _range_iterator(value: Any) -> Parts:
    _, (source,), *rest = value.__reduce__()
    index = rest[0] if rest and rest[0] is not None else 0
    return [tag.ITERATOR, "range", index, source.start, source.stop, source.step]


def _chunk(value: Chunk) -> Parts:
    return [tag.CHUNK, *value.items]


def root_parts(state: State) -> Parts:
    arrivals = [
        part
        for number, outcome in state.arrivals
        for part in ((number, True, outcome.error) if isinstance(outcome, Raised) else (number, False, outcome.value))
    ]
    modules = [part for name, variables in sorted(state.modules.items()) for part in (name, variables)]
    return [
        *(tag.ROOT, state.main, state.current, None if state.current is not None else state.frame),
        *counted(own_list(state.queue)),
        *(len(state.arrivals), *arrivals),
        *counted(own_list(state.kept)),
        *(len(state.generators), *state.generators.values()),
        *(len(state.changed), *state.changed),
        *([] if state.context is None else [state.context]),
        *modules,
    ]


OWNED: dict[type, Take] = {
    list: list_parts,
    tuple: _tuple,
    Cell: _cell,
    float: _nan,
    range: _range,
    slice: _slice,
    VMFunction: _closure,
    BoundMethod: _bound_method,
    HostMethod: _host_method,
    Frame: _frame,
    **dict.fromkeys(_COROUTINES, _coroutine),
    AsyncGenerator: _async_generator,
    Generator: _generator,
    Future: _future,
    Gathering: _gathering,
    Handle: _handle,
    Request: _request,
    Chunk: _chunk,
    **class_parts.TAKES,
    **value_parts.TAKES,
    **dict.fromkeys(_ITERATOR_NAMES, _iterator),
    **{kind: _range_iterator for kind in HOST_ITERATORS if kind not in _ITERATOR_NAMES},
}
