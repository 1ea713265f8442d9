"""Values to nodes: the half of `vm/wire.py` that reads values. One worklist, no recursion."""

from __future__ import annotations

from types import BuiltinFunctionType, FunctionType
from typing import Any

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
_CONTAINERS = frozenset((list, tuple, dict))
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
                node += [self.item(member, number, place) for place, member in enumerate(value)]

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
            return self._node(value, [LIST if kind is list else TUPLE if kind is tuple else DICT], parent, place)
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
        if kind in _PLAIN or kind in _NUMBERS or id(each) in seen:
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
