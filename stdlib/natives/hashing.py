"""`hash(x)` for programs: the same in every process.

Python salts the hashes of str and bytes in each process, so a hash that a program keeps would no longer find its entry
after a restart. Numbers hash as CPython's do; text and bytes by a keyed hash; tuples and frozensets from the hashes of
their items; an instance of a program's class as its own `__hash__` says. What CPython hashes by its address, and a
restore puts elsewhere, has the hash of its class, or of its name: equal objects have equal hashes, and more is not
promised.
"""

from __future__ import annotations

import hashlib
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from types import BuiltinFunctionType
from typing import Any

from ..values.sets import OrderedFrozenSet
from .model import Native

_KEY = b"waymark hash/1"
_NONE = 0x5F1E
_MODULUS = (1 << 61) - 1  # CPython's own for numbers: `hash()` leaves such an int as it is
_BY_ADDRESS: Any = object.__hash__
_SALTED: tuple[type, ...] = (str, bytes, tuple, OrderedFrozenSet)
_WITH_NAN: tuple[Any, ...] = (float, complex, Decimal)
_TIMES = (datetime, date, time, timedelta, timezone)


def stable_hash(value: Any) -> int:
    """The process-independent hash. What is unhashable is CPython's TypeError."""
    return hash_as(type(value), value)


def hash_as(kind: type, value: Any) -> int:
    """`kind.__hash__(value)`, where the value's own class may extend `kind`."""
    if value is None:
        return _NONE
    if kind is str:
        return _digest(str.encode(value, "utf-8", "surrogatepass"))
    if kind is bytes:
        return _digest(value)
    if kind is memoryview:
        hash(value)  # of a view that may be written to, CPython's refusal
        return _digest(value.tobytes())
    if kind is tuple:
        return hash(tuple(map(stable_hash, tuple.__iter__(value))))
    if kind is OrderedFrozenSet:
        return hash(frozenset(map(stable_hash, value.waymark_items)))
    if kind in _TIMES:
        return _time_hash(value)
    if _is_nan(kind, value):  # by its address, too
        return object_hash(value)
    name = getattr(kind, "stable_name", None)  # of the machine's own values, and methods
    if name is not None and type(value) is kind:
        return _digest(name(value).encode())
    if kind.__hash__ is _BY_ADDRESS or kind is BuiltinFunctionType:
        return object_hash(value)
    if type(value) is kind:
        base = next((each for each in (*_SALTED, *_TIMES) if issubclass(kind, each)), None)
        # A subclass without a `__hash__` of its own.
        return hash(value) if base is None or kind.__hash__ is not base.__hash__ else hash_as(base, value)
    method: Any = kind.__hash__
    made: int = method(value)
    return made


def _is_nan(kind: type, value: Any) -> bool:
    for base in _WITH_NAN:
        if kind is base or (issubclass(kind, base) and kind.__hash__ is base.__hash__):
            return bool(base.is_qnan(value) if base is Decimal else base.__ne__(value, value))
    return False


def object_hash(value: Any) -> int:
    """`object.__hash__(value)`."""
    shown = value if isinstance(value, type) else type(value)
    return _digest(f"{shown.__module__}.{shown.__qualname__}".encode())


def _time_hash(value: Any) -> int:
    """Equal instants have equal hashes, whatever their zones."""
    shown: Any = value
    if isinstance(value, datetime):
        offset = datetime.utcoffset(datetime.replace(value, fold=0))
        shown = datetime.__sub__(datetime.replace(value, tzinfo=None), datetime.min) - (offset or timedelta())
    elif isinstance(value, time):
        since = timedelta(0, value.second, value.microsecond, 0, value.minute, value.hour)
        shown = since - (time.utcoffset(value) or timedelta())
    elif isinstance(value, date):  # of a class that extends it, the plain one
        shown = date.fromordinal(date.toordinal(value))
    elif isinstance(value, timedelta):
        shown = timedelta.__pos__(value)
    elif isinstance(value, timezone):
        shown = value.utcoffset(None)
    return _digest(repr(shown).encode())


def _digest(data: bytes) -> int:
    if not bytes.__len__(data):
        return 0
    return int.from_bytes(hashlib.blake2b(data, digest_size=8, key=_KEY).digest(), "big") % _MODULUS


def natives() -> list[Native]:
    return [Native("hash/1", stable_hash)]
