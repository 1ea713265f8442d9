"""Taking objects apart: each kind of object as a tag and the values that make it up, in the order of its node.

`Apart.of(value)` says how, or raises `Refused`. The values are objects and scalars as the program holds them; what
turns them into items is `walk.py`, and `make.py` with `fill.py` are the way back. Counts stand before lists of values
that are not the last.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from types import BuiltinFunctionType, FunctionType, GetSetDescriptorType, MemberDescriptorType
from typing import Any

from ..loaded import LoadedUnit
from ..state import State
from ..statics import Statics, native_name
from ..surface import Raised
from ..values.classes import class_info
from ..values.errors import args_of, class_names, fields_of, is_foreign, is_host
from ..values.frames import Coroutine, Frame, Generator
from ..values.functions import BoundMethod, Cell, HostMethod, VMFunction
from ..values.futures import TURN, Future, Handle, Request, Task, Turn
from ..values.iterators import HOST_ITERATORS, DictIterator
from . import format as tag
from .format import Chunk, Refused

Parts = list[Any]
Take = Callable[[Any], Parts]

# Objects of the host that a program can hold and that have no native's name. Persisted names.
NAMED: dict[str, Any] = {
    "()": (),
    "Ellipsis": Ellipsis,
    "NotImplemented": NotImplemented,
    "turn": TURN,
    "NoneType": type(None),
    "ellipsis": type(Ellipsis),
    "NotImplementedType": type(NotImplemented),
    "function": VMFunction,
    "method": BoundMethod,
    "builtin_method": HostMethod,
    "coroutine": Coroutine,
    "generator": Generator,
    "Future": Future,
    "Task": Task,
    "Handle": Handle,
    "Turn": Turn,
    "dict_iterator": DictIterator,
    "builtin_function": BuiltinFunctionType,
}
_NAME_OF: dict[int, str] = {id(value): name for name, value in NAMED.items()}
_NAMED_TYPES = (type, BuiltinFunctionType, FunctionType)

# Names of host iterators, each with an exhausted source. Persisted.
ITERATORS: dict[str, Any] = {"list": [], "tuple": (), "str": "", "wide str": "\u0100", "bytes": b""}
_ITERATOR_NAMES: dict[type, str] = {type(iter(source)): name for name, source in reversed(ITERATORS.items())}


class Apart:
    """Knows the form of every object of one run. `state` is the run's, for the fiber that is running."""

    def __init__(self, statics: Statics) -> None:
        self._statics = statics
        self.state: State | None = None
        self._owned: dict[type, Take] = {**_OWNED, Task: self._task}
        self._classes: dict[type, Take] = {}

    def of(self, value: Any) -> tuple[Take, bool]:
        """How to take `value` apart, and whether it has an identity of its own (else it has a name)."""
        kind = type(value)
        take = self._owned.get(kind)
        if take is not None:
            if kind is tuple:
                if not value:
                    return _named, False
                if self._statics.name_of_constant(value) is not None:
                    return self._constant, False
            elif kind is VMFunction and value.static:
                return _function, False
            return take, True
        return self._other(value, kind)

    def _other(self, value: Any, kind: type) -> tuple[Take, bool]:
        if kind is LoadedUnit:
            return _unit, False
        if id(value) in _NAME_OF:
            return _named, False
        if isinstance(value, _NAMED_TYPES):
            return self._named_or_class(value)
        if isinstance(value, BaseException):
            return _error, True
        if class_info(kind) is not None:
            _check_layout(kind, value)
            return _instance, True
        if kind is State:
            return _root, True
        raise Refused(value, f"a snapshot has no form for a {kind.__qualname__}")

    def _named_or_class(self, value: Any) -> tuple[Take, bool]:
        if native_name(value) is not None:
            return _native, False
        if isinstance(value, type):
            if class_info(value) is not None:
                if "__slots__" in vars(value):
                    raise Refused(value, f"a snapshot has no form for class {value.__qualname__}: it has __slots__")
                return _class, True
            if is_host_or_foreign(value):
                return _foreign, False
        raise Refused(value, f"a snapshot has no form for {value!r:.60}, which is the host's and has no native's name")

    def _constant(self, value: tuple[Any, ...]) -> Parts:
        name = self._statics.name_of_constant(value)
        assert name is not None
        unit, index = name
        return [tag.CONSTANT, self._statics.unit(unit), index]

    def _task(self, task: Task) -> Parts:
        # The fiber that was cut short stands in `state.frame`; it is the top of its task all the same.
        running = self.state is not None and self.state.current is task
        return [
            *(tag.TASK, task.number, task.name, task.coroutine),
            *(self.state.frame if running and self.state else task.top, task.waits_for),
            *(task.must_cancel, task.cancels),
            *_future_parts(task),
            *(len(task.callbacks), *task.callbacks),
            *task.anchors,
        ]


def is_host_or_foreign(kind: type) -> bool:
    return issubclass(kind, BaseException) and (is_foreign(kind) or is_host(kind))


def class_contents(kind: type) -> dict[str, Any]:
    """What the program put into a class: as its body left it, then what was set later."""
    info = class_info(kind)
    assert info is not None
    present = vars(kind)
    names = [name for name, _ in info.namespace if name in present]
    names += [name for name in present if name not in set(names)]
    return {name: present[name] for name in names if name not in _MADE_BY_TYPE and not _is_made(name, present[name])}


_MADE_BY_TYPE = frozenset(("__module__", "__qualname__", "__dict__", "__weakref__"))


def _is_made(name: str, value: Any) -> bool:
    if name == "__doc__" and value is None:
        return True
    return isinstance(value, GetSetDescriptorType | MemberDescriptorType)


def _check_layout(kind: type, value: Any) -> None:
    for base in kind.__mro__:
        if class_info(base) is None and base is not object:
            raise Refused(
                value, f"a snapshot has no form for instances of {kind.__qualname__}: it extends {base.__name__}"
            )


def dict_of(value: Any) -> dict[str, Any]:
    """The attributes of an instance, whatever its class makes of looking one up."""
    found: dict[str, Any] = object.__getattribute__(value, "__dict__")
    return found


def _pairs(mapping: dict[Any, Any]) -> list[Any]:
    return [part for pair in mapping.items() for part in pair]


def _list(value: list[Any]) -> Parts:
    return [tag.LIST, *value]


def _tuple(value: tuple[Any, ...]) -> Parts:
    return [tag.TUPLE, *value]


def _dict(value: dict[Any, Any]) -> Parts:
    parts: Parts = [tag.DICT]
    for pair in value.items():
        parts += pair
    return parts


def _cell(value: Cell) -> Parts:
    return [tag.CELL, value.value]


def _nan(value: float) -> Parts:
    return [tag.NAN, struct.pack(">d", value)]


def _range(value: range) -> Parts:
    return [tag.RANGE, value.start, value.stop, value.step]


def _slice(value: slice) -> Parts:
    return [tag.SLICE, value.start, value.stop, value.step]


def _named(value: Any) -> Parts:
    return [tag.NAMED, _NAME_OF[id(value)]]


def _unit(value: LoadedUnit) -> Parts:
    return [tag.UNIT, value.code_hash]


def _function(value: VMFunction) -> Parts:
    return [tag.FUNCTION, value.loaded.unit, value.loaded.index]


def _native(value: Any) -> Parts:
    return [tag.NATIVE, native_name(value)]


def _foreign(value: type[BaseException]) -> Parts:
    return [tag.FOREIGN, *(class_names(value) if is_foreign(value) else class_names(value)[:1])]


def _closure(value: VMFunction) -> Parts:
    loaded = value.loaded
    return [
        *(tag.CLOSURE, loaded.unit, loaded.index),
        *(len(value.cells), *value.cells),
        *(len(value.defaults), *value.defaults),
        *_pairs(value.kwdefaults),
    ]


def _bound_method(value: BoundMethod) -> Parts:
    return [tag.BOUND_METHOD, value.function, value.instance]


def _host_method(value: HostMethod) -> Parts:
    return [tag.HOST_METHOD, value.name, value.instance]


def _class(value: type) -> Parts:
    info = class_info(value)
    assert info is not None
    module = value.__dict__.get("__module__")
    contents = _pairs(class_contents(value))
    return [tag.CLASS, info.name, value.__qualname__, module, len(info.bases), *info.bases, *contents]


def _instance(value: Any) -> Parts:
    return [tag.INSTANCE, type(value), *_pairs(dict_of(value))]


def _error(value: BaseException) -> Parts:
    fields = dict(fields_of(value))
    return [
        *(tag.ERROR, type(value), args_of(value)),
        *(value.__cause__, value.__context__, value.__suppress_context__),
        *(len(fields), *_pairs(fields)),
        *_pairs(dict_of(value)),
    ]


def _frame(value: Frame) -> Parts:
    loaded, pc, registers = value.loaded, value.pc, value.registers
    live = loaded.live.get(pc)
    if live is None:
        raise Refused(value, f"its frame stands at pc {pc}, where a frame cannot be captured")
    return [
        *(tag.FRAME, loaded.unit, loaded.index, pc, value.caller, value.owner, value.instead),
        *[registers[register] for register in live],
    ]


def _coroutine(value: Coroutine) -> Parts:
    return [tag.COROUTINE, value.name, value.state, value.frame]


def _generator(value: Generator) -> Parts:
    return [tag.GENERATOR, value.name, value.state, value.frame]


def _future_parts(value: Future) -> Parts:
    return [value.state, value.value, value.error, value.cancel_message, value.request]


def _future(value: Future) -> Parts:
    return [tag.FUTURE, *_future_parts(value), *value.callbacks]


def _handle(value: Handle) -> Parts:
    return [tag.HANDLE, value.kind, value.target, value.args, value.cancelled, value.when, value.number]


def _request(value: Request) -> Parts:
    return [tag.REQUEST, value.number, value.key, value.attempt, value.args, value.kwargs]


def _dict_iterator(value: DictIterator) -> Parts:
    return [tag.DICT_ITERATOR, value.view, value.index, value.mapping, value.keys]


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


def _root(state: State) -> Parts:
    arrivals = [
        part
        for number, outcome in state.arrivals
        for part in ((number, True, outcome.error) if isinstance(outcome, Raised) else (number, False, outcome.value))
    ]
    modules = [part for name, variables in sorted(state.modules.items()) for part in (name, variables)]
    return [
        *(tag.ROOT, state.main, state.current, None if state.current is not None else state.frame),
        *(len(state.ready), *state.ready),
        *(len(state.arrivals), *arrivals),
        *(len(state.anchors), *state.anchors),
        *modules,
    ]


_OWNED: dict[type, Take] = {
    list: _list,
    tuple: _tuple,
    dict: _dict,
    Cell: _cell,
    float: _nan,
    range: _range,
    slice: _slice,
    VMFunction: _closure,
    BoundMethod: _bound_method,
    HostMethod: _host_method,
    Frame: _frame,
    Coroutine: _coroutine,
    Generator: _generator,
    Future: _future,
    Handle: _handle,
    Request: _request,
    DictIterator: _dict_iterator,
    Chunk: _chunk,
    **dict.fromkeys(_ITERATOR_NAMES, _iterator),
    **{kind: _range_iterator for kind in HOST_ITERATORS if kind not in _ITERATOR_NAMES},
}
