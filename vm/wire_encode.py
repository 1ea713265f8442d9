"""Values to nodes: the half of `vm/wire.py` that reads values. One worklist, no recursion."""

from __future__ import annotations

from collections.abc import Mapping
from types import BuiltinFunctionType, FunctionType, GenericAlias, MappingProxyType
from typing import Any

from waymark.stdlib.problems import WaymarkError
from waymark.stdlib.values.library import FORMS as LIBRARY
from waymark.stdlib.values.library import TRAVELLING
from waymark.stdlib.values.markers import Alias
from waymark.stdlib.values.tracebacks import TRACE, traceback_of

from . import wire_format as tag
from .arriving_errors import attributes_of
from .collected import COLLECTION, collected
from .crossing import CLASS_ITSELF, GENERIC, form_of, name_of, names_of_main, part_of
from .hosted import FORMS, parts_of
from .values.errors import args_of, class_names, fields_of, is_foreign, is_host
from .values.functions import BoundMethod, HostMethod, VMFunction
from .wire_format import (
    CLASS,
    COMPLEX,
    ELLIPSIS,
    ERROR,
    INT,
    NAN,
    RANGE,
    STR,
    check_keys,
)
from .wire_kept import CONTAINERS, LEAVES, PLAIN, TIMES, is_value, kept_args, lines_of, text_of
from .wire_leaves import clock_node, in_some_order, leaf_node

_PLAIN_WORDS: dict[type, str] = {
    VMFunction: "function",
    FunctionType: "function",
    BuiltinFunctionType: "function",
    BoundMethod: "method",
    HostMethod: "method",
    type: "class",
}


class Unencodable(WaymarkError, TypeError):
    """A value that cannot leave its process. The message has the path to what is in the way.

    Example:
        try:
            await handle.send("approved", {"by": [print]})
        except waymark.Unencodable as error:
            assert str(error) == "message.by[0]: function is not a value"
    """


def flatten(value: Any, name: str, *, lenient: bool = False) -> tuple[Any, list[list[Any]]]:
    """Return the root item and the nodes of `value`, whose place is called `name`.

    `lenient`: what an error holds in its `args` and cannot travel is told by its default text.
    """
    if is_bare(value):
        return value, []
    if type(value) is tuple and len(value) == 2 and (nodes := _nodes_of_call(*value)) is not None:
        return [0], nodes
    root, nodes, _ = _flattened(value, _Flattening(name, lenient))
    return root, nodes


def is_bare(value: Any) -> bool:
    """Whether it is written as it stands."""
    kind = type(value)
    if kind is int:
        return bool(-(1 << 63) <= value < 1 << 64)
    if kind is str:
        return bool(value.isascii())
    return kind in PLAIN or bool(kind is float and value == value)


def _nodes_of_call(args: Any, kwargs: Any) -> list[list[Any]] | None:
    """The nodes of a call's arguments, if all are bare, as nearly all are; by the worklist they are the same."""
    if type(args) is not tuple or type(kwargs) is not dict or not all(map(is_bare, args)):
        return None
    named: list[Any] = []
    for name, value in kwargs.items():
        if not (is_bare(name) and is_bare(value)):
            return None
        named += (name, value)
    return [[tag.TUPLE, [1], [2]], [tag.TUPLE, *args], [tag.DICT, *named]]


def flatten_numbered(
    value: Any, name: str, *, earlier: Mapping[int, int] = MappingProxyType({}), lenient: bool = False
) -> tuple[Any, list[list[Any]], list[Any]]:
    """The same for one half of a conversation, with the object of each node: the other half may refer to them.

    `earlier` are those of the first half: number by `id`. Here classes are values, too.
    """
    return _flattened(value, _Flattening(name, lenient, earlier, classes=True))


def _flattened(value: Any, flattening: _Flattening) -> tuple[Any, list[list[Any]], list[Any]]:
    root = flattening.item(value, -1, 0)
    flattening.run()
    try:
        check_keys(flattening.nodes)
    except ValueError as error:
        raise Unencodable(f"{flattening.name}: {error}") from None
    return root, flattening.nodes, flattening.objects


class _Flattening:
    def __init__(
        self, name: str, lenient: bool, earlier: Mapping[int, int] = MappingProxyType({}), classes: bool = False
    ) -> None:
        self.name = name
        self._lenient = lenient
        self._with_classes = classes
        self._earlier = earlier
        self.nodes: list[list[Any]] = []
        self._known: dict[int, int] = {}  # id -> node
        self.objects: list[Any] = []  # of each node; keeps the ids valid
        self._origins: list[tuple[int, int]] = []  # of each node: the node that first held it, and the place there
        self._classes: dict[type, int] = {}
        self._pending: list[int] = []

    def run(self) -> None:
        while self._pending:
            number = self._pending.pop()
            value, node = self.objects[number], self.nodes[number]
            if type(value) is dict:
                for place, (key, held) in enumerate(value.items()):
                    node += (self.item(key, number, -1 - place), self.item(held, number, place))
            elif node[0] == tag.OBJECT:
                parts = self._parts(value, node[1], number)
                node += [self.item(part, number, place) for place, part in enumerate(parts)]
            elif isinstance(value, BaseException):
                self._error(value, number, node)
            else:
                members = in_some_order(value) if type(value) in _HOST_SETS else value
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
        if kind in PLAIN or (kind is float and value == value):
            return value
        known = self._known.get(id(value))
        if known is not None:
            return [known]
        if self._earlier and id(value) in self._earlier:
            return self._node(value, [tag.EARLIER, self._earlier[id(value)]], parent, place, pending=False)
        if kind in CONTAINERS:
            return self._node(value, [CONTAINERS[kind]], parent, place)
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
        if kind in LEAVES:
            return self._node(value, leaf_node(value), parent, place, pending=False)
        if kind in TIMES:
            zone = self.item(value.tzinfo, parent, place)
            return self._node(value, [*clock_node(value, zone)], parent, place, pending=False)
        if kind in TRAVELLING:
            form_of_library = LIBRARY[kind]
            parts = [self.item(part, parent, place) for part in form_of_library.take(value)]
            return self._node(value, [tag.LIBRARY, form_of_library.name, *parts], parent, place, pending=False)
        form = form_of(kind)
        if self._with_classes and form is None:
            form, kind = _form_of_class(value, kind)
        if form is not None:
            try:
                return self._node(value, [tag.OBJECT, form, self._text(name_of(kind))], parent, place)
            except ValueError as error:
                raise Unencodable(f"{self._path(parent, place)}: {error}") from None
        raise Unencodable(f"{self._path(parent, place)}: {_PLAIN_WORDS.get(kind, kind.__qualname__)} is not a value")

    def _parts(self, value: Any, form: str, number: int) -> tuple[Any, ...]:
        try:
            if form == COLLECTION:
                return collected(value)
            return parts_of(value, form) if form in FORMS else (part_of(value, form),)
        except ValueError as error:
            raise Unencodable(f"{self._path(number, -1)}: {error}") from None

    def _leaf(self, node: list[Any]) -> list[int]:
        """A node of a scalar: nothing refers to it twice."""
        return self._node(None, node, -1, 0, pending=False, known=False)

    def _node(
        self, value: Any, node: list[Any], parent: int, place: int, *, pending: bool = True, known: bool = True
    ) -> list[int]:
        number = len(self.nodes)
        self.nodes.append(node)
        self.objects.append(value)
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
        text = None if is_host(kind) or is_foreign(kind) else text_of(error)
        node.append([self._class(kind)])
        args = kept_args(error) if self._lenient else args_of(error)
        node.append(self.item(args, number, _ERROR_PLACES.index("args")))
        node.append(self.item(error.__cause__, number, _ERROR_PLACES.index("__cause__")))
        node.append(self.item(error.__context__, number, _ERROR_PLACES.index("__context__")))
        node.append(error.__suppress_context__)
        node.append(None if text is None else self._text(text))
        attributes = attributes_of(error)
        if traceback_of(error) is not None:
            attributes[TRACE] = lines_of(traceback_of(error))
        for part, place in ((dict(fields_of(error)), "fields"), (attributes, "attributes")):
            kept = {name: held for name, held in part.items() if is_value(held, lenient=self._lenient)}
            node.append(self.item(kept, number, _ERROR_PLACES.index(place)) if kept else None)

    def _class(self, kind: type[BaseException]) -> int:
        number = self._classes.get(kind)
        if number is None:
            names = [self._text(_imported_as(name)) for name in class_names(kind)]
            number = self._classes[kind] = self._leaf([CLASS, *names])[0]
        return number

    def _path(self, parent: int, place: int) -> str:
        steps = []
        key = ""
        while parent >= 0:
            holder = self.objects[parent]
            if type(holder) is dict and place < 0:
                key = "a key of "
            else:
                steps.append(_step(holder, place))
            parent, place = self._origins[parent]
        return key + self.name + "".join(reversed(steps))


def _imported_as(name: str) -> str:
    """The name of a class by which others find it: what this process runs as `__main__` has another one."""
    module, _, qualname = name.partition(":")
    return f"{names_of_main[0]}:{qualname}" if module == "__main__" and names_of_main else name


def _form_of_class(value: Any, kind: type) -> tuple[str | None, type]:
    """How a class crosses, or a generic one with its arguments, and the class."""
    if kind is Alias or isinstance(value, GenericAlias):
        return GENERIC, kind
    return (CLASS_ITSELF, value) if isinstance(value, type) else (None, kind)


_HOST_SETS = frozenset((set, frozenset))


_ERROR_PLACES = ("args", "__cause__", "__context__", "fields", "attributes")


def _step(holder: Any, place: int) -> str:
    if form_of(type(holder)) is not None:
        return ""  # the next step says which part of it
    if type(holder) is dict:
        key = list(holder)[place]
        return f".{key}" if type(key) is str and key.isidentifier() else f"[{key!r:.40}]"
    if isinstance(holder, BaseException):
        name = _ERROR_PLACES[place]
        return "" if name in ("fields", "attributes") else f".{name}"
    return f"[{place}]"


def check_value(value: Any, name: str) -> None:
    """Raise `Unencodable`, as `flatten` does, for a value that cannot travel."""
    if not is_value(value):
        flatten(value, name)
