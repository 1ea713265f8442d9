"""Sets, views, iterators, bytearrays, times, tracebacks: their parts, and how they are made again.

A set's elements are keys: like a dict's they come last (`late.py`). What a lazy builtin holds is in its slots. A walk
through a dict is its position; it takes its place again when the dict has its keys.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from typing import Any

from waymark.stdlib.values.class_contents import ClassContents
from waymark.stdlib.values.library import FORMS, NAMED
from waymark.stdlib.values.sets import OrderedFrozenSet, OrderedSet, empty
from waymark.stdlib.values.tracebacks import Traceback
from waymark.stdlib.values.uuids import UUID
from waymark.stdlib.values.views import DictItems, DictKeys, DictValues, MappingProxy, View

from ..values.iterators import LAZIES, WALKS, Lazy, Walk
from . import buffers
from . import format as tag
from .format import TEXT_MIN, Vanished

Parts = list[Any]
Values = list[Any]

_LAZY_NAMES: dict[type, str] = {kind: name for name, kind in LAZIES.items()}
_WALK_NAMES: dict[type, str] = {kind: name for name, kind in WALKS.items()}
_VIEWS: dict[str, type[View]] = {"keys": DictKeys, "values": DictValues, "items": DictItems, "proxy": MappingProxy}
_VIEWS["class"] = ClassContents
_VIEW_NAMES: dict[type, str] = {kind: name for name, kind in _VIEWS.items()}
_PIECE = TEXT_MIN - 1  # longer ones would be pages of their own, which are never changed


def _view(value: View) -> Parts:
    return [tag.VIEW, _VIEW_NAMES[type(value)], value.mapping]


def _walk(value: Walk) -> Parts:
    return [tag.WALK, _WALK_NAMES[type(value)], value.position(), value.left, value.size, value.source]


def _lazy(value: Lazy) -> Parts:
    return [tag.LAZY, _LAZY_NAMES[type(value)], *(getattr(value, slot) for slot in slots(type(value)))]


def slots(kind: type[Lazy]) -> tuple[str, ...]:
    """The names of what a lazy iterator holds."""
    found: Any = next(vars(base)["__slots__"] for base in kind.__mro__ if vars(base)["__slots__"])
    return tuple(found)


def _bytearray(value: bytearray) -> Parts:
    return [tag.BYTEARRAY, *(bytes(value[start : start + _PIECE]) for start in range(0, len(value), _PIECE))]


def _object(value: object) -> Parts:
    return [tag.OBJECT]


def _datetime(value: datetime) -> Parts:
    return [tag.DATETIME, value.tzinfo, value.fold, value.year, value.month, value.day, *_clock(value)]


def _time(value: time) -> Parts:
    return [tag.TIME, value.tzinfo, value.fold, *_clock(value)]


def _clock(value: datetime | time) -> list[int]:
    return [value.hour, value.minute, value.second, value.microsecond]


def _date(value: date) -> Parts:
    return [tag.DATE, value.toordinal()]


def _timedelta(value: timedelta) -> Parts:
    return [tag.TIMEDELTA, value.days, value.seconds, value.microseconds]


def _timezone(value: timezone) -> Parts:
    made: Any = value.__reduce__()[1]
    offset, *name = made
    return [tag.TIMEZONE, offset.days, offset.seconds, offset.microseconds, *name]


def _uuid(value: UUID) -> Parts:
    return [tag.UUID, value.bytes]


def _traceback(value: Traceback) -> Parts:
    return [tag.TRACEBACK, value.source, value.tb_lineno, value.function, value.length, value.tb_next]


def _library(value: Any) -> Parts:
    form = FORMS[type(value)]
    return [tag.LIBRARY, form.name, *form.take(value)]


TAKES: dict[type, Callable[[Any], Parts]] = {
    bytearray: _bytearray,
    array: buffers.array_parts,
    memoryview: buffers.memory_parts,
    object: _object,
    datetime: _datetime,
    date: _date,
    time: _time,
    timedelta: _timedelta,
    timezone: _timezone,
    UUID: _uuid,
    Traceback: _traceback,
    **dict.fromkeys(FORMS, _library),
    **dict.fromkeys(_VIEW_NAMES, _view),
    **dict.fromkeys(_WALK_NAMES, _walk),
    **dict.fromkeys(_LAZY_NAMES, _lazy),
}


# --- making ----------------------------------------------------------------------------------------------------------


def _bytes_of(node: Parts) -> bytearray:
    made = bytearray()
    for piece in node[1:]:
        if type(piece) is not bytes:
            raise ValueError("a bytearray is made of bytes")
        made += piece
    return made


def _numbers(node: Parts) -> list[int]:
    if any(type(number) is not int for number in node[1:]):
        raise ValueError("a time is made of ints")
    return node[1:]


def _timedelta_of(node: Parts) -> timedelta:
    days, seconds, microseconds = _numbers(node)
    return timedelta(days, seconds, microseconds)


def _timezone_of(node: Parts) -> timezone:
    offset = _timedelta_of(node[:4])
    return timezone(offset, *node[4:])


def _date_of(node: Parts) -> date:
    (ordinal,) = _numbers(node)
    return date.fromordinal(ordinal)


def _uuid_of(node: Parts) -> UUID:
    _, data = node
    if type(data) is not bytes:
        raise ValueError("a UUID is made of bytes")
    return UUID(bytes=data)


# Of the node alone. Views, walks and lazy iterators are filled later.
LEAVES: dict[int, Callable[[Parts], Any]] = {
    tag.BYTEARRAY: _bytes_of,
    tag.ARRAY: buffers.array_of,
    tag.DATE: _date_of,
    tag.TIMEDELTA: _timedelta_of,
    tag.TIMEZONE: _timezone_of,
    tag.UUID: _uuid_of,
    tag.VIEW: lambda node: object.__new__(_VIEWS[node[1]]),
    tag.WALK: lambda node: object.__new__(WALKS[node[1]]),
    tag.LAZY: lambda node: object.__new__(LAZIES[node[1]]),
}
BARE: dict[int, Callable[[], Any]] = {
    tag.OBJECT: object,
    tag.TRACEBACK: lambda: object.__new__(Traceback),
    tag.SET: lambda: empty(OrderedSet),
    tag.FROZENSET: lambda: empty(OrderedFrozenSet),
    tag.CHUNKED_SET: lambda: empty(OrderedSet),
    tag.CHUNKED_FROZENSET: lambda: empty(OrderedFrozenSet),
}


def _zoned(values: Values) -> tuple[Any, Any, Values]:
    zone, fold, *numbers = values
    if not isinstance(zone, tzinfo | None) or any(type(number) is not int for number in numbers):
        raise ValueError("a time is made of ints and a time zone")
    return zone, fold, numbers


def _datetime_of(values: Values) -> datetime:
    zone, fold, numbers = _zoned(values)
    return datetime(*numbers).replace(tzinfo=zone, fold=fold)


def _time_of(values: Values) -> time:
    zone, fold, numbers = _zoned(values)
    return time(*numbers).replace(tzinfo=zone, fold=fold)


def _library_of(values: Values) -> Any:
    name, *parts = values
    if type(name) is not str:
        raise ValueError("a value of the library has a name that is no str")
    if name not in NAMED:
        raise Vanished("type", name)
    try:
        return NAMED[name].make(parts)
    except (ArithmeticError, LookupError) as error:
        raise ValueError(f"no {name} is made of this: {error}") from None


# Of the values of the node, whose first one must be there; of a value of the library, all.
OF_PARTS: dict[int, Callable[[Values], Any]] = {
    tag.DATETIME: _datetime_of,
    tag.TIME: _time_of,
    tag.MEMORY: buffers.memory_of,
    tag.LIBRARY: _library_of,
}


# --- filling ---------------------------------------------------------------------------------------------------------


def _fill_view(made: View, values: Values) -> None:
    _, mapping = values
    if not issubclass(type(mapping), type if type(made) is ClassContents else dict):
        raise ValueError("a view is of a dict")
    made.mapping = mapping


def _fill_walk(made: Walk, values: Values) -> None:
    name, position, left, size, source = values
    kinds = (OrderedSet, OrderedFrozenSet) if name == "set" else (dict,)
    if source is not None and not issubclass(type(source), kinds):
        raise ValueError(f"an iterator over a {kinds[0].__name__} has a {type(source).__name__}")
    if any(type(number) is not int for number in (position, left, size)):
        raise ValueError("a position is no int")
    made.source, made.passed, made.left, made.size, made.host = source, position, left, size, None


def _fill_lazy(made: Lazy, values: Values) -> None:
    kind = type(made)
    for slot, expected, value in zip(slots(kind), kind.FIELDS, values[1:], strict=True):
        if expected is not object and type(value) is not expected:
            raise ValueError(f"{kind.__name__}.{slot} is a {type(value).__name__}")
        setattr(made, slot, value)


def _fill_traceback(made: Traceback, values: Values) -> None:
    source, line, function, length, before = values
    if not (type(source) is type(function) is str and type(line) is type(length) is int):
        raise ValueError("a line of a traceback is a source, a number and a function")
    if before is not None and type(before) is not Traceback:
        raise ValueError("a traceback goes on with a traceback")
    made.source, made.tb_lineno, made.function, made.length, made.tb_next = source, line, function, length, before


FILLS: dict[int, Callable[[Any, Values], None]] = {
    tag.VIEW: _fill_view,
    tag.WALK: _fill_walk,
    tag.LAZY: _fill_lazy,
    tag.TRACEBACK: _fill_traceback,
}
