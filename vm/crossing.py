"""Objects of data classes at the edges of a run: dataclasses, members of enums, named tuples.

They cross as the name of their class, `module:qualname`, and what they are made of; the receiver builds its own class
of that name. Outside of a run that is the real one, which has to be imported there: nothing is imported for bytes.
Inside it is the class that the run has made, so what arrives waits as a `Crossing` until the machine takes it in.
"""

from __future__ import annotations

import dataclasses
import enum
from typing import Any

from waymark.stdlib.values.enums import EnumType
from waymark.stdlib.values.fields import Field
from waymark.stdlib.values.fields import fields_of as record_fields
from waymark.stdlib.values.markers import Alias
from waymark.stdlib.values.sets import SetLike

from .collected import COLLECTION, is_collection
from .hosted import FORMS, hosted_form
from .values.classes import held_by

DATACLASS, ENUM, NAMED_TUPLE = "dataclass", "enum", "named tuple"
# Between a run and the host of its classes: a class as a value, `list[int]` as one.
CLASS_ITSELF, GENERIC = "class", "generic"
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
        self.part: Any = part

    def __repr__(self) -> str:
        if self.form == WHOLE:
            return repr(self.part)
        name = self.name.rpartition(":")[2]
        part: Any = self.part[0] if self.form in FORMS else self.part
        if type(part) is dict:
            return f"{name}({', '.join(f'{field}={held!r}' for field, held in part.items())})"
        return f"{name}({', '.join(map(repr, part)) if self.form == NAMED_TUPLE else repr(part)})"


def form_of(kind: type) -> str | None:
    """How objects of a class cross; None if they do not."""
    if isinstance(kind, EnumType | enum.EnumMeta):
        return ENUM
    if issubclass(kind, tuple) and isinstance(getattr(kind, "_fields", None), tuple):
        return NAMED_TUPLE
    if is_collection(kind):
        return COLLECTION
    hosted = hosted_form(kind)
    if hosted is not None:
        return hosted
    return DATACLASS if record_fields(kind) is not None or dataclasses.is_dataclass(kind) else None


def part_of(value: Any, form: str) -> Any:
    """What an object is made of. Raises `ValueError` for one that holds more than its class says."""
    if form == ENUM:
        return value._value_
    if form == CLASS_ITSELF:
        return None
    if form == GENERIC:
        origin, args = (value.origin, value.args) if type(value) is Alias else (value.__origin__, value.__args__)
        return [origin, *args]
    if form == NAMED_TUPLE:
        return list(tuple.__iter__(value))
    contents = next((base for base in _WITH_CONTENTS if isinstance(value, base)), None)
    if contents is not None:
        name = type(value).__qualname__
        raise ValueError(f"{name} extends {contents.__name__}, whose contents do not cross: give it a field for them")
    names = field_names(type(value))
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


def field_names(kind: type) -> list[str]:
    own = record_fields(kind)
    if own is not None and all(isinstance(each, Field) for each in own.values()):
        return [each.name for each in own.values() if each.kind == ""]
    return [each.name for each in dataclasses.fields(kind)]
