"""Objects of the host that a program can hold and that have no native's name: in a snapshot each is a name."""

from __future__ import annotations

from array import array
from datetime import UTC
from types import BuiltinFunctionType
from typing import Any

from waymark.stdlib.natives.regex import FLAGS
from waymark.stdlib.values.calendars import NAMES
from waymark.stdlib.values.enum_checks import CHECKS
from waymark.stdlib.values.fields import KW_ONLY, MISSING, UNDOCUMENTED
from waymark.stdlib.values.flags import BOUNDARIES, FUNCTIONS
from waymark.stdlib.values.named_tuples import ITEMS, NAMED_TUPLE, Record
from waymark.stdlib.values.standing import Method
from waymark.stdlib.values.tracebacks import Traceback
from waymark.stdlib.values.views import DictItems, DictKeys, DictValues

from ..values.frames import AsyncEnd, AsyncGenerator, AsyncItem, Coroutine, Generator
from ..values.functions import BoundMethod, HostMethod, VMFunction
from ..values.futures import LOOP, TURN, Future, Gathering, Handle, Loop, Task, Turn
from ..values.iterators import LAZIES, WALKS

# Objects of the host that a program can hold and that have no native's name. Persisted names.
NAMED: dict[str, Any] = {
    "()": (),
    "Ellipsis": Ellipsis,
    "NotImplemented": NotImplemented,
    "turn": TURN,
    "loop": LOOP,
    "Loop": Loop,
    "Gathering": Gathering,
    "NoneType": type(None),
    "ellipsis": type(Ellipsis),
    "NotImplementedType": type(NotImplemented),
    "TracebackType": Traceback,
    "function": VMFunction,
    "method": BoundMethod,
    "builtin_method": HostMethod,
    "coroutine": Coroutine,
    "generator": Generator,
    "async_generator": AsyncGenerator,
    "async_generator_asend": AsyncItem,
    "async_generator_athrow": AsyncEnd,
    "Future": Future,
    "Task": Task,
    "Handle": Handle,
    "Turn": Turn,
    "builtin_function": BuiltinFunctionType,
    "method_descriptor": Method,
    "utc": UTC,
    **{f"calendar.{name}": names for name, names in NAMES.items()},
    "MISSING": MISSING,
    "KW_ONLY": KW_ONLY,
    "documentation of a dataclass": UNDOCUMENTED,
    **FUNCTIONS,
    **{f"item {item.index} of a named tuple": item for item in ITEMS},
    "base of named tuples": Record,
    "NamedTuple": NAMED_TUPLE,
    **BOUNDARIES,
    **CHECKS,
    **FLAGS,
    "dict_keys": DictKeys,
    "dict_values": DictValues,
    "dict_items": DictItems,
    "list_iterator": type(iter([])),
    "tuple_iterator": type(iter(())),
    "str_iterator": type(iter("\u0100")),
    "bytes_iterator": type(iter(b"")),
    "bytearray_iterator": type(iter(bytearray())),
    "array_iterator": type(iter(array("b"))),
    "range_iterator": type(iter(range(0))),
    "long_range_iterator": type(iter(range(1 << 70))),
    **{f"iterator over {name}": kind for name, kind in WALKS.items()},
    **{f"{name} iterator": kind for name, kind in LAZIES.items()},
}
NAME_OF: dict[int, str] = {id(value): name for name, value in NAMED.items()}
