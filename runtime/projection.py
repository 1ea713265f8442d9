"""Values for people to look at, as JSON: `waymark run`, `--json`, the dashboard. Never stored, never read back.

    None, bool, int, float, str          as they are; nan and inf as text, an int of thousands of digits in hex
    list, tuple, set, frozenset, deque   a list
    dict and its like                    an object; a key that is no text as its repr
    dataclass, named tuple, pydantic, msgspec, attrs       an object of the fields
    member of an enum                    its value
    date, time, datetime, UUID, Decimal, Path ...          its text, in ISO form
    bytes                                text where it is printable, else base64:...
    exception                            {"type": ..., "message": ...}
    anything else                        its repr, or <type> where even that fails

It is total: whatever a value is, however deep or large, and whether or not its class is here (`vm/crossing.py`), it
has a projection, which says "..." where it stops.
"""

from __future__ import annotations

import base64
import dataclasses
import enum
import math
from collections import deque
from collections.abc import Iterable, Mapping
from datetime import date, time, timedelta, tzinfo
from decimal import Decimal
from fractions import Fraction
from pathlib import PurePath
from typing import Any
from uuid import UUID

from waymark.stdlib.values.sets import SetLike
from waymark.vm.crossing import ENUM, NAMED_TUPLE, WHOLE, Crossing
from waymark.vm.hosted import FORMS, hosted_form, parts_of

NESTING_MAX = 100  # levels that are shown; nobody reads more
ITEMS_MAX = 10_000  # of one container
INT_BITS_MAX = 10_000  # above, Python refuses to write an int in decimal

Plain = Any  # None, bool, int, float, str, lists of them, and dicts of them by str

_TEXTS = (UUID, Decimal, Fraction, PurePath, timedelta, tzinfo)
_ITEMS = (list, tuple, set, frozenset, deque, SetLike)


def projected(value: Any) -> Plain:
    """What JSON can say of a value."""
    return _projected(value, 0)


def _projected(value: Any, depth: int) -> Plain:
    if depth > NESTING_MAX:  # or a list that holds itself
        return "..."
    try:
        return _of(value, depth)
    except Exception:  # code of the value's class, which may do anything: it is shown, and not used
        return f"<{type(value).__name__}>"


def _of(value: Any, depth: int) -> Plain:
    if isinstance(value, enum.Enum):
        return _projected(value.value, depth + 1)
    if type(value) is Crossing and value.form in (ENUM, WHOLE):
        return _projected(value.part, depth + 1)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value) if value.bit_length() <= INT_BITS_MAX else hex(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else repr(float(value))
    if isinstance(value, str):
        return str(value)
    if isinstance(value, bytes | bytearray):
        return _text_of(bytes(value))
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, _TEXTS):
        return str(value)
    if isinstance(value, BaseException):
        return {"type": type(value).__name__, "message": str(value)}
    fields = _fields_of(value)
    if fields is not None:
        return _object(fields, depth)
    if isinstance(value, _ITEMS):
        return _list(value, depth)
    return repr(value)


def _fields_of(value: Any) -> Mapping[Any, Any] | None:
    """What is shown as an object; None for what is none."""
    kind = type(value)
    if kind is Crossing:
        return _crossed(value)
    if isinstance(value, dict):
        return value
    form = hosted_form(kind)
    if form is not None:
        return _shown_parts(parts_of(value, form))
    if dataclasses.is_dataclass(kind):
        return {each.name: getattr(value, each.name, None) for each in dataclasses.fields(kind)}
    if isinstance(value, tuple) and hasattr(kind, "_fields"):
        return dict(zip(kind._fields, value, strict=False))
    return None


def _shown_parts(parts: tuple[Any, ...]) -> Mapping[Any, Any]:
    """The fields of a host class's object, and the extra ones of a pydantic model."""
    fields, *state = parts
    return {**fields, **(state[1] or {})} if state else dict(fields)


def _crossed(value: Crossing) -> Mapping[Any, Any]:
    """An object whose class is not here: what came of it, beside the name of its class."""
    name = value.name.partition(":")[2]
    if value.form in FORMS:
        return _shown_parts(value.part)
    if type(value.part) is dict:
        return dict(value.part)
    return {name or value.form: list(value.part) if value.form == NAMED_TUPLE else value.part}


def _object(fields: Mapping[Any, Any], depth: int) -> dict[str, Plain]:
    made: dict[str, Plain] = {}
    for key, held in fields.items():
        if len(made) >= ITEMS_MAX:
            made["..."] = f"{len(fields)} in all"
            break
        made[key if type(key) is str else str(_key(key))] = _projected(held, depth + 1)
    return made


def _key(key: Any) -> str:
    if isinstance(key, enum.Enum):
        return str(_projected(key.value, 0))
    if isinstance(key, _KEYS) and not isinstance(key, bool):
        return str(_projected(key, 0))
    try:
        return repr(key)
    except Exception:  # as above
        return f"<{type(key).__name__}>"


_KEYS = (int, float, str, date, time, UUID, Decimal)


def _list(items: Iterable[Any], depth: int) -> list[Plain]:
    made: list[Plain] = []
    for item in items:
        if len(made) >= ITEMS_MAX:
            made.append("...")
            break
        made.append(_projected(item, depth + 1))
    return made


def _text_of(data: bytes) -> str:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = "\0"
    return text if text.isprintable() else f"base64:{base64.b64encode(data).decode()}"
