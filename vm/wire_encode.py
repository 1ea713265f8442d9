"""Values to nodes: the half of `vm/wire.py` that reads values. One worklist, no recursion."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta, timezone
from types import BuiltinFunctionType, FunctionType
from typing import Any

from waymark.stdlib.values.sets import OrderedFrozenSet, OrderedSet
from waymark.stdlib.values.uuids import UUID

from . import wire_format as tag
from .values.classes import class_info
from .values.errors import args_of, class_names, fields_of, is_foreign, is_host
from .values.functions import BoundMethod, HostMethod, VMFunction
from .wire_format import (
    CLASS,
    COMPLEX,
    DICT,
    ELLIPSIS,
    ERROR,
    INT,
    LIST,
    NAN,
    RANGE,
    STR,
    TUPLE,
    check_keys,
)

_PLAIN = frozenset((type(None), bool, str, bytes))
_NUMBERS = frozenset((int, float, complex, range, type(Ellipsis)))
_CONTAINERS: dict[type, int] = {
    list: LIST,
    tuple: TUPLE,
    dict: DICT,
    **dict.fromkeys((set, OrderedSet), tag.SET),
    **dict.fromkeys((frozenset, OrderedFrozenSet), tag.FROZENSET),
}
_LEAVES = frozenset((bytearray, date, timedelta, timezone, UUID))
_TIMES = frozenset((datetime, time))
_PLAIN_WORDS: dict[type, str] = {
    VMFunction: "function",
    FunctionType: "function",
    BuiltinFunctionType: "function",
    BoundMethod: "method",
    HostMethod: "method",
    type: "class",
}


class Unencodable(TypeError):
    """A value that cannot leave its process. The message has the path to what is in the way."""


def flatten(value: Any, name: str) -> tuple[Any, list[list[Any]]]:
    """Return the root item and the nodes of `value`, whose place is called `name`."""
    flattening = _Flattening(name)
    root = flattening.item(value, -1, 0)
    flattening.run()
    try:
        check_keys(flattening.nodes)
    except ValueError as error:
        raise Unencodable(f"{name}: {error}") from None
    return root, flattening.nodes


class _Flattening:
    def __init__(self, name: str) -> None:
        self._name = name
        self.nodes: list[list[Any]] = []
        self._known: dict[int, int] = {}  # id -> node
        self._objects: list[Any] = []  # of each node; keeps the ids valid
        self._origins: list[tuple[int, int]] = []  # of each node: the node that first held it, and the place there
        self._classes: dict[type, int] = {}
        self._pending: list[int] = []

    def run(self) -> None:
        while self._pending:
            number = self._pending.pop()
            value, node = self._objects[number], self.nodes[number]
            if type(value) is dict:
                for place, (key, held) in enumerate(value.items()):
                    node += (self.item(key, number, -1 - place), self.item(held, number, place))
            elif isinstance(value, BaseException):
                self._error(value, number, node)
            else:
                members = _in_some_order(value) if type(value) in _HOST_SETS else value
                node += [self.item(member, number, place) for place, member in enumerate(members)]

    def item(self, value: Any, parent: int, place: int) -> Any:
        """What stands for `value` where it is held: itself, or a reference to its node."""
        kind = type(value)
        if kind is int:
            if -(1 << 63) <= value < 1 << 64:
                return value
            return self._leaf([INT, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True)])
        if kind is str and not value.isascii():
            return self._text(value)
        if kind in _PLAIN or (kind is float and value == value):
            return value
        known = self._known.get(id(value))
        if known is not None:
            return [known]
        if kind in _CONTAINERS:
            return self._node(value, [_CONTAINERS[kind]], parent, place)
        return self._other(value, kind, parent, place)

    def _other(self, value: Any, kind: type, parent: int, place: int) -> Any:
        if kind is float:
            return self._node(value, [NAN, value], parent, place, pending=False)
        if kind is complex:
            return self._leaf([COMPLEX, value.real, value.imag])
        if value is Ellipsis:
            return self._leaf([ELLIPSIS])
        if kind is range:
            bounds = [self.item(bound, parent, place) for bound in (value.start, value.stop, value.step)]
            return self._node(value, [RANGE, *bounds], parent, place, pending=False)
        if isinstance(value, BaseException):
            return self._node(value, [ERROR], parent, place)
        if kind in _LEAVES:
            return self._node(value, _leaf_node(value), parent, place, pending=False)
        if kind in _TIMES:
            zone = self.item(value.tzinfo, parent, place)
            return self._node(value, [*_clock_node(value, zone)], parent, place, pending=False)
        raise Unencodable(f"{self._path(parent, place)}: {_PLAIN_WORDS.get(kind, kind.__qualname__)} is not a value")

    def _leaf(self, node: list[Any]) -> list[int]:
        """A node of a scalar: nothing refers to it twice."""
        return self._node(None, node, -1, 0, pending=False, known=False)

    def _node(
        self, value: Any, node: list[Any], parent: int, place: int, *, pending: bool = True, known: bool = True
    ) -> list[int]:
        number = len(self.nodes)
        self.nodes.append(node)
        self._objects.append(value)
        self._origins.append((parent, place))
        if known:
            self._known[id(value)] = number
        if pending:
            self._pending.append(number)
        return [number]

    def _text(self, value: str) -> Any:
        try:
            value.encode()
        except UnicodeEncodeError:
            return self._leaf([STR, value.encode("utf-8", "surrogatepass")])
        return value

    def _error(self, error: BaseException, number: int, node: list[Any]) -> None:
        kind = type(error)
        text = None if is_host(kind) or is_foreign(kind) else _text_of(error)
        node.append([self._class(kind)])
        node.append(self.item(args_of(error), number, _ERROR_PLACES.index("args")))
        node.append(self.item(error.__cause__, number, _ERROR_PLACES.index("__cause__")))
        node.append(self.item(error.__context__, number, _ERROR_PLACES.index("__context__")))
        node.append(error.__suppress_context__)
        node.append(None if text is None else self._text(text))
        attributes = {name: held for name, held in vars(error).items() if type(name) is str}
        for part, place in ((dict(fields_of(error)), "fields"), (attributes, "attributes")):
            kept = {name: held for name, held in part.items() if _is_value(held)}
            node.append(self.item(kept, number, _ERROR_PLACES.index(place)) if kept else None)

    def _class(self, kind: type[BaseException]) -> int:
        number = self._classes.get(kind)
        if number is None:
            names = map(self._text, class_names(kind))
            number = self._classes[kind] = self._leaf([CLASS, *names])[0]
        return number

    def _path(self, parent: int, place: int) -> str:
        steps = []
        key = ""
        while parent >= 0:
            holder = self._objects[parent]
            if type(holder) is dict and place < 0:
                key = "a key of "
            else:
                steps.append(_step(holder, place))
            parent, place = self._origins[parent]
        return key + self._name + "".join(reversed(steps))


_HOST_SETS = frozenset((set, frozenset))


def _in_some_order(value: Iterable[Any]) -> list[Any]:
    """The elements of a host's set in an order that does not depend on the process."""
    try:
        return sorted(value)
    except TypeError:
        return sorted(value, key=lambda member: (type(member).__qualname__, repr(member)))


def _leaf_node(value: Any) -> list[Any]:
    match value:
        case bytearray():
            return [tag.BYTEARRAY, bytes(value)]
        case timedelta():
            return [tag.TIMEDELTA, value.days, value.seconds, value.microseconds]
        case timezone():
            made: Any = value.__reduce__()[1]
            offset, *name = made
            return [tag.TIMEZONE, offset.days, offset.seconds, offset.microseconds, *name]
        case UUID():
            return [tag.UUID, value.bytes]
        case _:
            return [tag.DATE, value.toordinal()]


def _clock_node(value: datetime | time, zone: Any) -> list[Any]:
    clock = [value.hour, value.minute, value.second, value.microsecond]
    if isinstance(value, datetime):
        return [tag.DATETIME, zone, value.fold, value.year, value.month, value.day, *clock]
    return [tag.TIME, zone, value.fold, *clock]


_ERROR_PLACES = ("args", "__cause__", "__context__", "fields", "attributes")


def _step(holder: Any, place: int) -> str:
    if type(holder) is dict:
        key = list(holder)[place]
        return f".{key}" if type(key) is str and key.isidentifier() else f"[{key!r:.40}]"
    if isinstance(holder, BaseException):
        name = _ERROR_PLACES[place]
        return "" if name in ("fields", "attributes") else f".{name}"
    return f"[{place}]"


def _text_of(error: BaseException) -> str | None:
    """What a user's class says of itself, kept for a process that does not have the class."""
    if class_info(type(error)) is not None and not _host_text(type(error)):
        return None  # a method of the program: the class itself goes with the program
    try:
        return str(error)
    except Exception:  # a broken `__str__` of the user's: the error itself is still good
        return None


def _host_text(kind: type) -> bool:
    return all("__str__" not in vars(base) for base in kind.__mro__ if class_info(base) is not None)


def _is_value(value: Any) -> bool:
    """Whether the value can travel, so far as types say."""
    seen: set[int] = set()
    pending: list[Any] = [value]
    while pending:
        each = pending.pop()
        kind = type(each)
        if kind in _PLAIN or kind in _NUMBERS or kind in _LEAVES or kind in _TIMES or id(each) in seen:
            continue
        seen.add(id(each))
        if kind is dict:
            pending += (*each, *each.values())
        elif kind in _CONTAINERS:
            pending += each
        elif isinstance(each, BaseException):
            pending += (args_of(each), each.__cause__, each.__context__)
        else:
            return False
    return True
