"""Objects of data classes at the edges of a run: dataclasses, members of enums, named tuples.

They cross as the name of their class, `module:qualname`, and what they are made of; the receiver builds its own class
of that name. Outside of a run that is the real one, which has to be imported there: nothing is imported for bytes.
Inside it is the class that the run has made, so what arrives waits as a `Crossing` until the machine takes it in.
"""

from __future__ import annotations

import dataclasses
import enum
import sys
from collections.abc import Callable
from typing import Any

from waymark.stdlib.values.enums import EnumType
from waymark.stdlib.values.fields import Field, fields_of
from waymark.stdlib.values.flags import Flag, composite
from waymark.stdlib.values.sets import OrderedFrozenSet, OrderedSet, SetLike

from .values.classes import held_by
from .values.errors import args_of, set_args

DATACLASS, ENUM, NAMED_TUPLE = "dataclass", "enum", "named tuple"
WHOLE = "whole"  # of a value for a run that has such objects in it somewhere
DEPTH_MAX = 200  # of objects inside each other, where one of a data class is among them

# What other processes call the module that this one runs as `__main__`; set by whoever knows.
names_of_main: list[str] = []


class ValueDrift(RuntimeError):
    """An object crossed, and the class that it has on this side is another one than it had on the other side."""


class Crossing:
    """An object whose class is not looked up yet. `part` is its fields, its value or its items."""

    __slots__ = ("form", "name", "part")

    def __init__(self, form: str, name: str, part: Any = None) -> None:
        self.form = form
        self.name = name
        self.part = part

    def __repr__(self) -> str:
        if self.form == WHOLE:
            return repr(self.part)
        name = self.name.rpartition(":")[2]
        if self.form == DATACLASS:
            return f"{name}({', '.join(f'{field}={held!r}' for field, held in self.part.items())})"
        return f"{name}({', '.join(map(repr, self.part)) if self.form == NAMED_TUPLE else repr(self.part)})"


def form_of(kind: type) -> str | None:
    """How objects of a class cross; None if they do not."""
    if isinstance(kind, EnumType | enum.EnumMeta):
        return ENUM
    if issubclass(kind, tuple) and isinstance(getattr(kind, "_fields", None), tuple):
        return NAMED_TUPLE
    return DATACLASS if fields_of(kind) is not None or dataclasses.is_dataclass(kind) else None


def part_of(value: Any, form: str) -> Any:
    """What an object is made of. Raises `ValueError` for one that holds more than its class says."""
    if form == ENUM:
        return value._value_
    if form == NAMED_TUPLE:
        return list(tuple.__iter__(value))
    contents = next((base for base in _WITH_CONTENTS if isinstance(value, base)), None)
    if contents is not None:
        name = type(value).__qualname__
        raise ValueError(f"{name} extends {contents.__name__}, whose contents do not cross: give it a field for them")
    names = _field_names(type(value))
    held = held_by(value)
    more = [name for name in held if name not in names]
    if more:
        raise ValueError(f"{type(value).__qualname__} holds `{more[0]}`, which is no field of it")
    return {name: getattr(value, name) for name in names if name in held or hasattr(value, name)}


_WITH_CONTENTS = (*(int, float, complex, str, bytes, bytearray, list, tuple, dict, set, frozenset), SetLike)


def name_of(kind: type) -> str:
    """`module:qualname`. Raises `ValueError` for a class that nobody else can find."""
    if "<locals>" in kind.__qualname__:
        raise ValueError(
            f"{kind.__qualname__} is made in a function; a class crosses that stands at the top of a module"
        )
    module = names_of_main[0] if kind.__module__ == "__main__" and names_of_main else kind.__module__
    return f"{module}:{kind.__qualname__}"


def _field_names(kind: type) -> list[str]:
    own = fields_of(kind)
    if own is not None and all(isinstance(each, Field) for each in own.values()):
        return [each.name for each in own.values() if each.kind == ""]
    return [each.name for each in dataclasses.fields(kind)]


# --- arriving --------------------------------------------------------------------------------------------------------

Lookup = Callable[[str, str], Any]  # a name at the top of a module; raises LookupError


def outside(module: str, name: str) -> Any:
    """What a module that is imported here has under a name."""
    found = sys.modules.get("__main__" if module in names_of_main else module)
    if found is None or name not in vars(found):
        raise LookupError(f"import it where its objects arrive: no module {module} with a {name} is imported here")
    return vars(found)[name]


def arrive(value: Any, lookup: Lookup) -> Any:
    """The value with objects of this side's classes in it. Raises `ValueDrift`."""
    return _Arrival(lookup).of(value, 0)


class _Arrival:
    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup
        self._made: dict[int, Any] = {}
        self._seen: list[Any] = []  # keeps the ids in `_made` valid

    def of(self, value: Any, depth: int) -> Any:
        kind: type = type(value)
        if kind not in _HOLDING and not isinstance(value, BaseException):
            return value
        if id(value) in self._made:
            return self._made[id(value)]
        if depth > DEPTH_MAX:
            raise ValueDrift(f"objects stand more than {DEPTH_MAX} deep inside each other")
        self._seen.append(value)
        if isinstance(value, Crossing):
            return self.of(value.part, depth) if value.form == WHOLE else self._object(value, depth + 1)
        self._made[id(value)] = value  # what can be changed stays itself
        return self._in_container(value, kind, depth + 1)

    def _in_container(self, value: Any, kind: type, depth: int) -> Any:
        if kind is list:
            value[:] = [self.of(each, depth) for each in value]
        elif kind is dict:
            pairs = [(self.of(key, depth), self.of(held, depth)) for key, held in value.items()]
            value.clear()
            value.update(pairs)
        elif kind in _SETS:
            members = [self.of(each, depth) for each in value]
            if any(mine is not theirs for mine, theirs in zip(members, value, strict=True)):
                made = self._made[id(value)] = kind(members)
                return made
        elif kind is tuple:
            items = tuple([self.of(each, depth) for each in value])
            if any(mine is not theirs for mine, theirs in zip(items, value, strict=True)):
                self._made[id(value)] = items
                return items
        elif isinstance(value, BaseException):
            set_args(value, self.of(args_of(value), depth))
            self.of(vars(value), depth)
            for other in (value.__cause__, value.__context__):
                self.of(other, depth)
        return value

    def _object(self, crossing: Crossing, depth: int) -> Any:
        kind = self._class(crossing)
        if crossing.form == DATACLASS:
            made = kind.__new__(kind) if issubclass(kind, BaseException) else object.__new__(kind)
            self._made[id(crossing)] = made
            self._fill(made, kind, {name: self.of(held, depth) for name, held in crossing.part.items()})
            return made
        part = self.of(crossing.part, depth)
        made = _member(kind, part) if crossing.form == ENUM else _tuple(kind, part)
        self._made[id(crossing)] = made
        return made

    def _class(self, crossing: Crossing) -> Any:
        module, _, qualname = crossing.name.partition(":")
        first, *rest = qualname.split(".")
        try:
            kind = self._lookup(module, first)
            for name in rest:
                kind = vars(kind)[name]
        except (LookupError, TypeError) as error:
            raise ValueDrift(f"there is no class {crossing.name} here: {error}") from None
        if not isinstance(kind, type) or form_of(kind) != crossing.form:
            raise ValueDrift(f"{crossing.name} is no {crossing.form} here, and its objects were")
        return kind

    def _fill(self, made: Any, kind: type, held: dict[str, Any]) -> None:
        names = _field_names(kind)
        more = [name for name in held if name not in names]
        missing = [name for name in names if name not in held and not hasattr(kind, name)]
        if more or missing:
            raise ValueDrift(f"{kind.__qualname__} has the fields {', '.join(names)}; what came has {', '.join(held)}")
        for name, value in held.items():
            object.__setattr__(made, name, value)


_SETS = frozenset((set, frozenset, OrderedSet, OrderedFrozenSet))
_HOLDING = frozenset((Crossing, list, dict, tuple)) | _SETS


def _member(kind: Any, value: Any) -> Any:
    if isinstance(kind, enum.EnumMeta):
        try:
            return kind(value)
        except (ValueError, TypeError) as error:
            raise ValueDrift(str(error)) from None
    for member in kind._member_map_.values():
        if type(member._value_) is type(value) and member._value_ == value:
            return member
    if issubclass(kind, Flag) and isinstance(value, int):
        found = kind._value2member_map_.get(value)
        return composite(kind, value) if found is None else found
    raise ValueDrift(f"{value!r:.60} is no value of a member of {kind.__qualname__}")


def _tuple(kind: Any, items: list[Any]) -> Any:
    if len(items) != len(kind._fields):
        raise ValueDrift(f"{kind.__qualname__} has {len(kind._fields)} fields, and {len(items)} came")
    return tuple.__new__(kind, items)
