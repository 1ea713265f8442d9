"""What hangs on a static class: each part gets its name, and what a run could change is refused."""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, timezone
from types import GetSetDescriptorType, MemberDescriptorType
from typing import Any, NoReturn

from waymark.stdlib.prelude import INTERNAL
from waymark.stdlib.values import library
from waymark.stdlib.values.descriptors import ClassMethod, Property, StaticMethod
from waymark.stdlib.values.enums import EnumType
from waymark.stdlib.values.fields import FIELDS, Field
from waymark.stdlib.values.markers import Alias, TypeVar
from waymark.stdlib.values.sets import OrderedFrozenSet
from waymark.stdlib.values.uuids import UUID
from waymark.stdlib.values.views import MappingProxy

from .codec import BadUnit
from .loaded import LoadedUnit
from .snapshot.named import NAME_OF
from .statics import Statics, native_name
from .values.classes import NOTHING_HELD, class_info, held_by
from .values.errors import is_host
from .values.fixed import Fixed, enter, fixed, forget
from .values.functions import UNSET, BoundMethod, Cell, VMFunction

PARTS_MAX = 100_000  # of one class
_SCALARS = frozenset((type(None), bool, int, float, complex, str, bytes, type(Ellipsis), type(NotImplemented)))
_IMMUTABLE = frozenset((datetime, date, time, timedelta, timezone, UUID, range, slice)) | library.IMMUTABLE
_TABLE = frozenset((dict, list))
_LAYOUT = (GetSetDescriptorType, MemberDescriptorType)
# What C keeps of a class; no value of a program.
_OF_TYPE = frozenset(("__module__", "__qualname__", "__dict__", "__weakref__", "__abstractmethods__", "__slots__"))
# Tables that classes alone read: a program that names one has no static classes (`compiler/statics/writes.py`).
_TABLES = frozenset(("_member_map_", "_value2member_map_", "_member_names_", "_field_defaults", FIELDS))


class NotStatic(BadUnit):
    """A unit says of a class that it is static, and it is not. `name` is the class's, `module:name`."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"static class {name}: {problem}")
        self.name = name


def _holds_nothing(value: Any, kind: type) -> bool:
    """Whether it is an instance that has no place for anything."""
    info = class_info(kind)
    return info is not None and held_by(value) is NOTHING_HELD and not info.members and info.base is None


class Parts:
    """Finds all that hangs on a class, and gives each part its name."""

    def __init__(self, unit: LoadedUnit, name: str, statics: Statics) -> None:
        self._unit = unit
        self._name = name
        self._statics = statics
        self._found: dict[int, Fixed] = {}
        self._held: list[tuple[tuple[str, ...], Any]] = []
        self._tables: set[int] = set()
        self._shared: list[VMFunction] = []

    def take(self, made: type) -> None:
        """Go through all of it. Raises `NotStatic` for what a run could change."""
        waiting: list[tuple[tuple[str, ...], Any, bool]] = [((), made, False)]
        while waiting:
            steps, value, internal = waiting.pop()
            if type(value) in _SCALARS or id(value) in self._found or value is UNSET:
                if type(value) is float and value != value:
                    self._refuse(steps, "a NaN")
                continue
            if self._is_named(value):
                continue
            inside = [*self._inside(value, internal, steps)]
            if type(value) in _TABLE:  # nobody asks which one it is, and bytes from outside must not lead to it
                if id(value) in self._tables:
                    continue
                self._tables.add(id(value))
            else:
                self._found[id(value)] = Fixed(self._unit.code_hash, self._name, steps)
            self._held.append((steps, value))
            if len(self._held) > PARTS_MAX:
                self._refuse(steps, "more than can hang on a class")
            waiting += [((*steps, step), each, hidden) for step, each, hidden in inside]

    def enter(self) -> None:
        """From now on these parts are what their names mean."""
        unit = self._unit
        for function in self._shared:
            function.loaded.unit.shared[function.loaded.index] = function
        for steps, value in self._held:
            if type(value) not in _TABLE:
                unit.parts[self._name, steps] = value
        enter(self._found)
        weakref.finalize(unit, forget, tuple(self._found)).atexit = False

    def _is_named(self, value: Any) -> bool:
        """Whether the object has a name already."""
        if fixed(value) is not None or id(value) in NAME_OF or native_name(value) is not None:
            return True
        if type(value) is tuple:
            return not value or self._statics.name_of_constant(value) is not None
        if type(value) is VMFunction and value.static:
            if value.changed or value.attributes:
                return False
            self._shared.append(value)
            return True
        return isinstance(value, type) and issubclass(value, BaseException) and is_host(value)

    def _inside(self, value: Any, internal: bool, steps: tuple[str, ...]) -> Iterator[tuple[str, Any, bool]]:
        """What an object holds: the step to it, the object, and whether no program gets there."""
        kind, items = type(value), value  # `items`: what no check below says the type of
        if isinstance(value, type) and class_info(value) is not None:
            for name, held in vars(value).items():
                if name not in _OF_TYPE and not isinstance(held, _LAYOUT):
                    yield name, held, name in _TABLES
        elif kind is VMFunction:
            hidden = value.loaded.module.startswith(INTERNAL)
            yield from ((f"default {place}", each, False) for place, each in enumerate(value.defaults))
            yield from ((f"default {name}", each, False) for name, each in (value.kwdefaults or {}).items())
            yield from ((f"attribute {name}", each, False) for name, each in (value.attributes or {}).items())
            yield from ((f"cell {place}", each, hidden) for place, each in enumerate(value.cells))
        elif kind is Cell:
            yield "value", value.value, internal
        elif kind is StaticMethod or kind is ClassMethod:
            yield "function", value.function, False
        elif kind is BoundMethod:
            yield from (("function", value.function, False), ("instance", value.instance, False))
        elif kind is Property:
            yield from ((name, getattr(value, name), False) for name in ("fget", "fset", "fdel", "doc"))
        elif kind is Field:
            yield from ((name, getattr(value, name), False) for name in Field.__slots__)
        elif kind is Alias:
            yield from (("origin", value.origin, False), ("args", value.args, False))
        elif isinstance(kind, EnumType) and self._is_member(kind):
            yield from ((name, each, False) for name, each in vars(value).items())
        elif kind is tuple or kind is OrderedFrozenSet or (kind is list and internal):
            yield from ((str(place), each, internal) for place, each in enumerate(items))
        elif kind is dict and internal:
            for place, (key, each) in enumerate(value.items()):
                yield f"key {place}", key, internal
                yield f"value {place}", each, internal
        elif (kind is MappingProxy and not len(items)) or _holds_nothing(value, kind):
            pass
        elif kind is not TypeVar and kind not in _IMMUTABLE:
            self._refuse(steps, f"a {kind.__name__}")

    def _is_member(self, kind: type) -> bool:
        known = self._found.get(id(kind)) or fixed(kind)
        return known is not None and known.unit == self._unit.code_hash

    def _refuse(self, steps: tuple[str, ...], what: str) -> NoReturn:
        raise NotStatic(self._name, f"`{'.'.join(steps)}` of it is {what}")
