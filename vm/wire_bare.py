"""Nodes of the wire that need no other node: what each comes to, empty if it is filled later."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta, timezone
from typing import Any

from waymark.stdlib.values.uuids import UUID

from . import wire_format as tag
from .collected import COLLECTION
from .crossing import Crossing
from .hosted import FORMS

UNMADE: Any = object()


class ClassNames:
    """What a class node comes to; its class is made when an error asks for it."""

    __slots__ = ("kind", "names")

    def __init__(self, names: list[Any]) -> None:
        self.names = names
        self.kind: type[BaseException] | None = None


def bare(node: list[Any], of_set: Callable[[], Any], earlier: Sequence[Any] = ()) -> Any:
    """What a node comes to; UNMADE if it waits for others. `of_set` makes an empty set."""
    match node:
        case [tag.LIST, *_]:
            return []
        case [tag.DICT, *pairs] if len(pairs) % 2 == 0:
            return {}
        case [tag.INT, bytes(digits)]:
            return int.from_bytes(digits, "big", signed=True)
        case [tag.STR, bytes(text)]:
            return text.decode("utf-8", "surrogatepass")
        case [tag.NAN, float(value)] if value != value:
            return value
        case [tag.COMPLEX, float(real), float(imaginary)]:
            return complex(real, imaginary)
        case [tag.ELLIPSIS]:
            return Ellipsis
        case [tag.CLASS, *names] if names:
            return ClassNames(names)
        case [tag.SET, *_]:
            return of_set()
        case [tag.BYTEARRAY, bytes(data)]:
            return bytearray(data)
        case [tag.DATE, int(ordinal)]:
            return date.fromordinal(ordinal)
        case [tag.TIMEDELTA, int(days), int(seconds), int(microseconds)]:
            return timedelta(days, seconds, microseconds)
        case [tag.TIMEZONE, int(days), int(seconds), int(microseconds), *name]:
            return timezone(timedelta(days, seconds, microseconds), *name)
        case [tag.UUID, bytes(data)]:
            return UUID(bytes=data)
        case [tag.OBJECT, str(form), str(name), _, *more] if not more or form in FORMS or form == COLLECTION:
            return Crossing(form, name)
        case [tag.EARLIER, int(number)] if 0 <= number < len(earlier):
            return earlier[number]
        case [tag.TUPLE | tag.FROZENSET, *_] | [tag.RANGE, _, _, _] | [tag.ERROR, _, _, _, _, bool(), _, _, _]:
            return UNMADE  # waits for others
        case [tag.LIBRARY, str(), *_]:
            return UNMADE
        case [tag.DATETIME, _, _, _, _, _, _, _, _, _] | [tag.TIME, _, _, _, _, _, _]:
            return UNMADE
        case _:
            raise ValueError(f"a node of tag {node[0]} and {len(node) - 1} items has a form that there is none of")
