"""The first half of building objects: every one exists, empty if it can be filled later.

What cannot be changed once made (tuples, slices, classes with their bases, instances with their class) waits for its
parts; the rest is allocated bare. No code of the program runs. Raises `ValueError`, `TypeError` or `KeyError` for nodes
that make no sense.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from waymark.stdlib.values.enums import EnumType
from waymark.stdlib.values.typed_dicts import TypedDictType

from ..loaded import LoadedUnit
from ..statics import Statics
from ..values.classes import class_info, is_base, make_class
from ..values.errors import GROUP_FIELDS, allocate, allocate_group, is_group
from ..values.functions import UNSET, BoundMethod, Cell, HostMethod, VMFunction
from ..values.futures import Future
from . import class_parts, instances, leaves, running_parts, value_parts
from . import format as tag
from .format import Chunk, Node
from .hashes import Key
from .nodes import Pages
from .parts import ITERATORS

_UNMADE: Any = object()
LEAVES = {**leaves.LEAVES, **value_parts.LEAVES}
Place = tuple[int, int]  # page, node

# Whose contents come when all objects are there.
_LATER = frozenset(("list", "dict", "set", "frozenset", "bytearray"))
_ERROR_FIELDS = 6  # where an error's fields begin: behind their count
_BASES = 7  # where a class's bases begin: behind their count


class Maker:
    """Objects of all pages, by page and node."""

    def __init__(self, statics: Statics, pages: Pages) -> None:
        self._statics = statics
        self._pages = pages
        self.made: dict[int, list[Any]] = {page: [_UNMADE] * len(nodes) for page, nodes in pages.items()}

    def value(self, page: int, item: Any) -> Any:
        """What an item of a node of this page stands for."""
        if type(item) is not list:
            return item
        if not item:
            return UNSET
        number = item[0]
        return self.made[page][number] if number >= 0 else self.made[~number][0]

    def values(self, page: int, items: list[Any]) -> list[Any]:
        made, here = self.made, self.made[page]  # as `value` does, without a call for each of thousands
        return [
            item
            if type(item) is not list
            else UNSET
            if not item
            else here[item[0]]
            if item[0] >= 0
            else made[~item[0]][0]
            for item in items
        ]

    def make_all(self) -> None:
        waiting: list[Place] = []
        for page, nodes in self._pages.items():
            made = self.made[page]
            for number, node in enumerate(nodes):
                bare = _BARE.get(node[0])
                if bare is not None:
                    made[number] = bare()
                elif node[0] == tag.UNIT:
                    made[number] = self.unit(node)
                elif node[0] in LEAVES:
                    made[number] = LEAVES[node[0]](node)
                elif node[0] in _OF_PARTS:
                    waiting.append((page, number))
                else:
                    raise ValueError(f"page {page}: a node of tag {node[0]}")
        for place in waiting:
            if self.made[place[0]][place[1]] is _UNMADE:
                self._make_of_parts(place)

    def _make_of_parts(self, first: Place) -> None:
        stack: list[tuple[Place, Iterator[Place]]] = [(first, self._parts(first))]
        around, made = {first}, self.made
        part: Place | None
        while stack:
            place, parts = stack[-1]
            for part in parts:
                if made[part[0]][part[1]] is _UNMADE:
                    break
            else:
                part = None
            if part is None:
                page, number = place
                node = self._pages[page][number]
                made[page][number] = _OF_PARTS[node[0]](self, page, node)
                around.discard(place)
                stack.pop()
            elif part in around:
                raise ValueError(f"page {part[0]}: something that cannot change is made of itself")
            else:
                around.add(part)
                stack.append((part, self._parts(part)))

    def _parts(self, place: Place) -> Iterator[Place]:
        """Where the parts are that the node's object cannot be made without."""
        page, number = place
        for item in _needed(self._pages[page][number]):
            if type(item) is list and item:
                yield (page, item[0]) if item[0] >= 0 else (~item[0], 0)

    # --- of parts ---

    def unit(self, node: Node) -> LoadedUnit:
        _, code_hash = node
        if type(code_hash) is not bytes:
            raise ValueError("the hash of a unit is no bytes")
        return leaves.unit_of(self._statics, code_hash)

    def function(self, page: int, node: Node) -> VMFunction:
        unit, index = self._indexed(page, node)
        if not 0 <= index < len(unit.functions):
            raise ValueError(f"there is no function {index} in its unit")
        return self._statics.function(unit.code_hash, index)

    def constant(self, page: int, node: Node) -> Any:
        unit, index = self._indexed(page, node)
        if not 0 <= index < len(unit.constants):
            raise ValueError(f"there is no constant {index} in its unit")
        return self._statics.constant(unit.code_hash, index)

    def fixed(self, page: int, node: Node) -> Any:
        _, unit, name, *steps = self.values(page, node)
        if type(unit) is not LoadedUnit or type(name) is not str or any(type(step) is not str for step in steps):
            raise ValueError("what hangs on a static class is a unit, a name and a way")
        if (name, tuple(steps)) not in unit.parts:
            raise ValueError(f"there is no {name} with this way in its unit")
        return unit.parts[name, tuple(steps)]

    def _indexed(self, page: int, node: Node) -> tuple[LoadedUnit, int]:
        _, unit, index = node
        found = self.value(page, unit)
        if type(found) is not LoadedUnit or type(index) is not int:
            raise ValueError("a place in a unit is not a unit and a number")
        return found, index

    def class_(self, page: int, node: Node) -> type:
        _, name, qualname, module, slots, _, count, *rest = self.values(page, node)
        bases = tuple(rest[:count])
        if not all(isinstance(base, type) and is_base(base) for base in bases):
            raise ValueError("a base of a class is none that a class can have")
        if not type(name) is type(qualname) is str or (module is not None and type(module) is not str):
            raise ValueError("a class has a name that is no str")
        if slots is not None and type(slots) is not str:
            raise ValueError("a class has slots that are no names")
        named = None if slots is None else tuple(slots.split())
        made = make_class(name, bases, {"__qualname__": qualname, "__module__": module}, named)
        if "__abstractmethods__" in vars(made):  # of a class without its methods; there may be instances before them
            type.__delattr__(made, "__abstractmethods__")
        if type(made) not in (type, EnumType, TypedDictType):
            raise ValueError("a class has a metaclass")
        return made

    def instance(self, page: int, node: Node) -> Any:
        kind = self.value(page, node[1])
        if not isinstance(kind, type) or class_info(kind) is None:
            raise ValueError("an instance has no class of the program")
        return object.__new__(kind)

    def extended(self, page: int, node: Node) -> Any:
        _, kind, name, count = node[:4]
        if count == instances.SHADOWED and name in instances.SHADOWING_NAMES:
            count = 0
        if type(count) is not int or not 0 <= count <= len(node) - 4:
            raise ValueError("a count is wrong")
        contents = self.values(page, node[4 : 4 + count]) if name not in _LATER else []
        return instances.make(self.value(page, kind), name, contents)

    def error(self, page: int, node: Node) -> BaseException:
        kind = self.value(page, node[1])
        if not (isinstance(kind, type) and issubclass(kind, BaseException)):
            raise ValueError("an error has no class of errors")
        if not is_group(kind):
            return allocate(kind)
        message, members = self.values(page, _group_parts(node))
        if type(message) is not str or type(members) is not tuple:
            raise ValueError("a group of errors is a str and a tuple")
        return allocate_group(kind, message, members)

    def value_of_parts(self, page: int, node: Node) -> Any:
        return value_parts.OF_PARTS[node[0]](self.values(page, node[1:]))

    def iterator(self, page: int, node: Node) -> Any:
        _, name, index, *source = self.values(page, node)
        if name == "range":
            start, stop, step = source
            return iter(range(start, stop, step))
        empty = ITERATORS[name]
        if index is None:
            made = iter(empty)
            for _ in made:
                pass
            return made
        (of,) = source
        if not issubclass(type(of), type(empty)):
            raise ValueError(f"an iterator over a {type(empty).__name__} has a {type(of).__name__}")
        return type(empty).__iter__(of)


def _needed(node: Node) -> list[Any]:
    match node[0]:
        case tag.TUPLE | tag.SLICE | tag.RANGE:
            return node[1:]
        case tag.CLASS:
            count = node[_BASES - 1] if len(node) >= _BASES else 0
            return [*node[1:5], *node[_BASES : _BASES + count]] if type(count) is int and count >= 0 else []
        case tag.ERROR:
            return [*node[1:2], *(_group_parts(node))]
        case tag.EXTENDED:
            return instances.needed(node)
        case tag.ITERATOR | tag.LIBRARY:
            return node[1:]
        case _:
            return node[1:2]


def _group_parts(node: Node) -> list[Any]:
    """The items of `message` and `exceptions`, which a group cannot be made without; of other errors, nothing."""
    count = node[_ERROR_FIELDS] if len(node) > _ERROR_FIELDS else 0
    if type(count) is not int or not 0 <= count <= len(node):
        return []
    pairs = node[_ERROR_FIELDS + 1 : _ERROR_FIELDS + 1 + 2 * count]
    fields = {name: item for name, item in zip(pairs[::2], pairs[1::2], strict=False) if type(name) is str}
    return [fields[name] for name in GROUP_FIELDS] if all(name in fields for name in GROUP_FIELDS) else []


def _blank(kind: Any) -> Callable[[], Any]:
    return lambda: kind.__new__(kind)


_BARE: dict[int, Callable[[], Any]] = {
    **{kind: _blank(made) for kind, made in (class_parts.BARE | running_parts.BARE).items()},
    **value_parts.BARE,
    tag.LIST: list,
    tag.DICT: dict,
    tag.CHUNKED_LIST: list,
    tag.CHUNKED_DICT: dict,
    tag.CELL: Cell,
    tag.CLOSURE: _blank(VMFunction),
    tag.BOUND_METHOD: _blank(BoundMethod),
    tag.HOST_METHOD: _blank(HostMethod),
    tag.FUTURE: Future,
    tag.CHUNK: lambda: Chunk([]),
    tag.KEY: lambda: Key(None, ()),
    tag.ROOT: object,
}
_OF_PARTS: dict[int, Callable[[Maker, int, Node], Any]] = {
    tag.TUPLE: lambda maker, page, node: tuple(maker.values(page, node[1:])),
    tag.SLICE: lambda maker, page, node: slice(*maker.values(page, node[1:])),
    tag.RANGE: lambda maker, page, node: range(*maker.values(page, node[1:])),
    tag.FUNCTION: Maker.function,
    tag.CHANGED_FUNCTION: lambda maker, page, node: maker.function(page, node[:3]),
    tag.CONSTANT: Maker.constant,
    tag.FIXED: Maker.fixed,
    tag.CLASS: Maker.class_,
    tag.INSTANCE: Maker.instance,
    tag.EXTENDED: Maker.extended,
    tag.ERROR: Maker.error,
    tag.ITERATOR: Maker.iterator,
    **dict.fromkeys(value_parts.OF_PARTS, Maker.value_of_parts),
}
