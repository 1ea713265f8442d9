"""Nodes to values: the half of `vm/wire.py` that reads bytes of others.

Everything is made first and filled afterwards, so that cycles close; only what cannot change once made (tuples, groups
of errors) waits for its parts. Keys go in last, when all that a hash looks at is complete.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, tzinfo
from typing import Any

from waymark.stdlib.values.library import NAMED as LIBRARY
from waymark.stdlib.values.sets import OrderedFrozenSet, OrderedSet

from . import wire_format as tag
from .arriving import Lookup, arrive, arrive_all, outside
from .collected import COLLECTION
from .collected import check as check_collection
from .crossing import CLASS_ITSELF, DATACLASS, ENUM, GENERIC, NAMED_TUPLE, WHOLE, Crossing, ValueDrift
from .hosted import FORMS, check_parts
from .values.errors import (
    GROUP_FIELDS,
    TEXT,
    allocate,
    allocate_group,
    class_of_names,
    is_foreign,
    is_group,
    set_args,
    set_field,
)
from .wire_bare import UNMADE, ClassNames, bare
from .wire_format import DICT, ERROR, LIST, RANGE, TUPLE, check_keys, reference

VALUE_BYTES_MAX = 64 << 20

_SCALARS = frozenset((type(None), bool, int, float, str, bytes))


class BadValue(Exception):
    """Bytes that no value has: damaged, or not written by waymark."""


def build(root: Any, nodes: list[list[Any]], *, inside: bool = False) -> Any:
    """Return the value of a root item and its nodes. `inside` of a run sets are its own. Raises `BadValue`."""
    if not nodes and type(root) in _SCALARS:
        return root
    if len(nodes) == 1 and (made := _bare_dict(root, nodes[0])) is not None:
        return made
    building = _Building(nodes, (OrderedSet, OrderedFrozenSet) if inside else (set, frozenset))
    try:
        building.build(root)
        value = building.value(root)
        if not building.needs_classes():
            return value
        if not inside:
            return arrive(value, outside)
        return value if isinstance(value, BaseException) else Crossing(WHOLE, "", value)
    except ValueDrift as drift:
        raise BadValue(f"a value of this process's classes cannot be made: {drift}") from None
    except (ValueError, TypeError, ArithmeticError) as error:
        raise BadValue(f"not the bytes of a value: {error}") from None


def _bare_dict(root: Any, node: list[Any]) -> dict[Any, Any] | None:
    """The only node, if it is a dict of scalars, as arguments of most runs are. None: it is to be built with care."""
    if type(root) is not list or len(root) != 1 or type(root[0]) is not int or root[0] != 0:
        return None
    if len(node) % 2 == 0 or not _SCALARS.issuperset(map(type, node)) or type(node[0]) is not int or node[0] != DICT:
        return None
    made = dict(zip(node[1::2], node[2::2], strict=True))
    return made if len(made) == len(node) // 2 else None


def bare_call(nodes: list[list[Any]]) -> tuple[tuple[Any, ...], dict[Any, Any]] | None:
    """The arguments of a call, of nodes that begin with the tuple of both, if all are bare, as nearly all are. `build`
    comes to the same. None: it is to be built with care."""
    if len(nodes) != 3:
        return None
    _, given, named = nodes
    if len(named) % 2 == 0 or not given or not _SCALARS.issuperset(map(type, given)):
        return None
    if not _SCALARS.issuperset(map(type, named)) or (given[0], named[0]) != (TUPLE, DICT):
        return None
    if type(given[0]) is not int or type(named[0]) is not int:  # True and 1.0 are no tags
        return None
    kwargs = dict(zip(named[1::2], named[2::2], strict=True))
    return (tuple(given[1:]), kwargs) if len(kwargs) == len(named) // 2 else None


def build_numbered(
    root: Any, nodes: list[list[Any]], lookup: Lookup, *, inside: bool, earlier: Sequence[Any] = ()
) -> tuple[Any, list[Any]]:
    """One half of a conversation: the value, and the object of each node. `earlier` are those of the first half."""
    building = _Building(nodes, (OrderedSet, OrderedFrozenSet) if inside else (set, frozenset), earlier, numbered=True)
    try:
        building.build(root)
        return arrive_all(building.value(root), building.made, lookup, earlier)
    except (ValueError, TypeError, ArithmeticError) as error:
        raise BadValue(f"not the bytes of a value: {error}") from None


class _Building:
    def __init__(
        self, nodes: list[list[Any]], sets: tuple[Any, Any], earlier: Sequence[Any] = (), *, numbered: bool = False
    ) -> None:
        self._nodes = nodes
        self._numbered = numbered
        self._earlier = earlier
        self._set, self._frozenset = sets
        self._made: list[Any] = [UNMADE] * len(nodes)

    def needs_classes(self) -> bool:
        """Whether something of it is of a class that only the receiver can know."""
        return any(
            node[0] == tag.OBJECT or (node[0] == ERROR and is_foreign(type(made)))
            for node, made in zip(self._nodes, self._made, strict=True)
        )

    @property
    def made(self) -> list[Any]:
        return self._made

    def build(self, root: Any) -> None:
        self.check(root)
        for node in self._nodes:
            self.shape(node)
        check_keys(self._nodes)
        self.make_all()
        self.fill_all()

    def value(self, item: Any) -> Any:
        return self._made[item[0]] if type(item) is list else item

    # --- what comes first: that every item is a scalar or the number of a node ---

    def check(self, item: Any) -> None:
        if type(item) is list:
            if len(item) != 1 or type(item[0]) is not int or not 0 <= item[0] < len(self._nodes):
                raise ValueError("a reference to a node that there is none of")
        elif type(item) not in _SCALARS:
            raise ValueError(f"an item is a {type(item).__name__}")

    def shape(self, node: list[Any]) -> None:
        if not node or type(node[0]) is not int:
            raise ValueError("a node has no tag")
        for item in node[1:]:
            self.check(item)

    # --- make ---

    def make_all(self) -> None:
        for number, node in enumerate(self._nodes):
            self._made[number] = bare(node, self._set, self._earlier)
        for number in range(len(self._nodes)):
            if self._made[number] is UNMADE:
                self._make_waiting(number)

    def _make_waiting(self, root: int) -> None:
        """Tuples, ranges and errors, after what they are made of."""
        stack = [(root, iter(self._parts(root)))]
        around = {root}
        while stack:
            number, parts = stack[-1]
            part = next((each for each in parts if self._made[each] is UNMADE), None)
            if part is None:
                self._made[number] = self._make_of_parts(number)
                around.discard(number)
                stack.pop()
            elif part in around:
                raise ValueError("a tuple or a group of errors holds itself")
            else:
                around.add(part)
                stack.append((part, iter(self._parts(part))))

    def _parts(self, number: int) -> list[int]:
        node = self._nodes[number]
        if node[0] in (TUPLE, tag.FROZENSET, tag.LIBRARY):
            return [each for each in map(reference, node[1:]) if each >= 0]
        if node[0] in (tag.DATETIME, tag.TIME):
            return [each for each in [reference(node[1])] if each >= 0]
        if node[0] == ERROR and is_group(self._class(node)):
            return [each for each in [reference(self._group_fields(node)[1])] if each >= 0]
        return []

    def _make_of_parts(self, number: int) -> Any:
        node = self._nodes[number]
        if node[0] == TUPLE:
            return tuple([self.value(item) for item in node[1:]])
        if node[0] == tag.FROZENSET:
            members = [self._plain(item) for item in node[1:]]
            return _whole(self._frozenset(members), members)
        if node[0] in (tag.DATETIME, tag.TIME):
            return self._time(node)
        if node[0] == tag.LIBRARY:
            return self._of_library(node)
        if node[0] == RANGE:
            bounds = [self.value(item) for item in node[1:]]
            if any(type(bound) is not int for bound in bounds):
                raise ValueError("a range has a bound that is no int")
            return range(*bounds)
        kind = self._class(node)
        if not is_group(kind):
            return allocate(kind)
        message, members = map(self.value, self._group_fields(node))
        if type(message) is not str or type(members) is not tuple:
            raise ValueError("a group of errors is a str and a tuple")
        return allocate_group(kind, message, members)

    def _of_library(self, node: list[Any]) -> Any:
        form = LIBRARY.get(node[1])
        if form is None or not form.travels:
            raise ValueError(f"there is no value of the library that is called {node[1]!r:.60}")
        return form.make([self._plain(item) for item in node[2:]])

    def _time(self, node: list[Any]) -> datetime | time:
        zone, fold, numbers = self.value(node[1]), node[2], node[3:]
        if not isinstance(zone, tzinfo | None) or any(type(number) is not int for number in (fold, *numbers)):
            raise ValueError("a time is made of ints and a time zone")
        if node[0] == tag.DATETIME:
            return datetime(*numbers).replace(tzinfo=zone, fold=fold)
        return time(*numbers).replace(tzinfo=zone, fold=fold)

    def _class(self, node: list[Any]) -> type[BaseException]:
        made = self.value(node[1])
        if type(made) is not ClassNames:
            raise ValueError("an error names no class")
        if made.kind is None:
            made.kind = class_of_names(self._strings(made.names))
        return made.kind

    def _strings(self, items: list[Any]) -> list[str]:
        names = [self.value(item) for item in items]
        if any(type(name) is not str for name in names):
            raise ValueError("a class has a name that is no str")
        return names

    def _group_fields(self, node: list[Any]) -> tuple[Any, Any]:
        """The items of `message` and `exceptions`, which a group cannot be made without."""
        fields = reference(node[7])
        pairs = self._nodes[fields][1:] if fields >= 0 and self._nodes[fields][0] == DICT else []
        named = {key: item for key, item in zip(pairs[::2], pairs[1::2], strict=False) if type(key) is str}
        return named.get("message"), named.get("exceptions")

    # --- fill ---

    def fill_all(self) -> None:
        for number, node in enumerate(self._nodes):
            if node[0] == LIST:
                self._made[number] += [self._plain(item) for item in node[1:]]
            elif node[0] == TUPLE:
                for item in node[1:]:
                    self._plain(item)
        for number, node in enumerate(self._nodes):
            if node[0] == DICT:
                self._fill_dict(self._made[number], node)
            elif node[0] == tag.SET:
                members = [self._plain(item) for item in node[1:]]
                self._made[number].update(members)
                _whole(self._made[number], members)
        for number, node in enumerate(self._nodes):
            if node[0] == ERROR:
                self._fill_error(self._made[number], node)
            elif node[0] == tag.OBJECT:
                self._fill_object(self._made[number], node)

    def _fill_object(self, made: Crossing, node: list[Any]) -> None:
        if made.form == COLLECTION:
            made.part = tuple([self._plain(item) for item in node[3:]])
            check_collection(made.name, made.part)
            return
        if made.form in FORMS:
            made.part = tuple([self._plain(item) for item in node[3:]])
            check_parts(made.form, made.part)
            return
        made.part = self._plain(node[3])
        expected = {DATACLASS: dict, NAMED_TUPLE: list}.get(made.form)
        known = expected is not None or made.form == ENUM or (self._numbered and made.form in (CLASS_ITSELF, GENERIC))
        if not known or (expected is not None and type(made.part) is not expected):
            raise ValueError("an object is not made of what its form says")
        if made.form == DATACLASS and any(type(name) is not str for name in made.part):
            raise ValueError("a field of an object has no name")

    def _plain(self, item: Any) -> Any:
        """A value, which a class is not: only an error may refer to one."""
        value = self.value(item)
        if type(value) is ClassNames:
            raise ValueError("a class stands where a value should")
        return value

    def _fill_dict(self, made: dict[Any, Any], node: list[Any]) -> None:
        for place in range(1, len(node), 2):
            made[self._plain(node[place])] = self._plain(node[place + 1])
        if len(made) != len(node) // 2:
            raise ValueError("a dict has one key twice")

    def _fill_error(self, error: BaseException, node: list[Any]) -> None:
        _, _, args, cause, context, suppress, text, fields, attributes = node
        if type(held := self._plain(args)) is not tuple:
            raise ValueError("the args of an error are no tuple")
        set_args(error, held)
        error.__cause__ = self._plain(cause)
        error.__context__ = self._plain(context)
        error.__suppress_context__ = suppress
        for name, value in self._named(fields):
            if not (is_group(type(error)) and name in GROUP_FIELDS):
                set_field(error, name, value)
        vars(error).update(self._named(attributes))
        if text is not None and is_foreign(type(error)):
            vars(error)[TEXT] = self._strings([text])[0]

    def _named(self, item: Any) -> list[tuple[str, Any]]:
        if item is None:
            return []
        held = self._plain(item)
        if type(held) is not dict or any(type(name) is not str for name in held):
            raise ValueError("the parts of an error have no names")
        return list(held.items())


def _whole(made: Any, members: list[Any]) -> Any:
    if len(made) != len(members):
        raise ValueError("a set has one element twice")
    return made
