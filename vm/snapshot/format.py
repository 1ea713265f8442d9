"""Tags, limits and headers of the format; `vm/snapshot/__init__.py` describes it."""

from __future__ import annotations

from typing import Any

import msgspec

from ..surface import Fault

FORMAT_VERSION = 1
ROOT_MAGIC = b"WMS"
ROOT_HEADER = ROOT_MAGIC + bytes((FORMAT_VERSION,))
# What a root says next: its pages are rows, or inside of it, or it has none (`plain.py`).
ROWS, EMBEDDED, PLAIN = range(3)

ENTRIES_MAX = 128  # a list, dict or tuple with more has a page of its own; a chunk has at most as many
ENTRIES_PLAIN = 64  # a list or dict that has shrunk to this many is one page again
TEXT_MIN = 4096  # a str or bytes of this length has a page of its own
EMBEDDED_BYTES_MAX = 2048  # all pages together: up to here they live in the root, and again below a half of it
PAGE_BYTES_MAX = 256 << 20
KEY_DEPTH_MAX = 200  # of tuples in tuples, in a key: a hash walks them in C, without a limit of its own
KEY_ITEMS_MAX = 10_000_000  # that hashing all keys of a snapshot looks at

ROOT_PAGE = 0  # the root's place among the pages; heap ids begin at 1

# Persisted: append, never renumber.
(
    ROOT,
    LIST,
    TUPLE,
    DICT,
    CELL,
    INT,
    STR,
    NAN,
    COMPLEX,
    RANGE,
    SLICE,
    NAMED,
    UNIT,
    FUNCTION,
    CONSTANT,
    NATIVE,
    FOREIGN,
    CLOSURE,
    BOUND_METHOD,
    HOST_METHOD,
    CLASS,
    INSTANCE,
    ERROR,
    FRAME,
    COROUTINE,
    GENERATOR,
    FUTURE,
    TASK,
    HANDLE,
    REQUEST,
    WALK,
    ITERATOR,
    CHUNK,
    CHUNKED_LIST,
    CHUNKED_DICT,
    TEXT,
    STATIC_METHOD,
    CLASS_METHOD,
    PROPERTY,
    SUPER,
    SUPER_METHOD,
    SET,
    FROZENSET,
    CHUNKED_SET,
    CHUNKED_FROZENSET,
    BYTEARRAY,
    VIEW,
    LAZY,
    OBJECT,
    DATETIME,
    DATE,
    TIME,
    TIMEDELTA,
    TIMEZONE,
    UUID,
    CHANGED_FUNCTION,
    KEY,
    TRACEBACK,
    FIELD,
    ASYNC_ITEM,
    ASYNC_END,
    ASYNC_GENERATOR,
    EXTENDED,
    TYPE_VARIABLE,
    ENUM_NAMESPACE,
    AUTO,
    ALIAS,
    CROSSING,
    GATHERING,
    IN_CONTEXT,
    FIXED,
    ARRAY,
    MEMORY,
    LIBRARY,
) = range(74)

# Tags of objects without an identity of their own: they have a name, or are compared by value.
WITHOUT_OWNER = frozenset((KEY, INT, STR, COMPLEX, NAMED, NATIVE, FOREIGN, UNIT, FUNCTION, CONSTANT, FIXED))

Node = list[Any]

encoder = msgspec.msgpack.Encoder()


class BadSnapshot(Exception):
    """Bytes that no run can be restored from: damaged, or written by nothing of ours."""


class Vanished(BadSnapshot):
    """The bytes are a run's, and name something that is not here: a unit, a native, a type of the machine's.

    A newer waymark wrote them, or something was taken out. The run can be parked until it is there; `kind` and `name`
    say what it is.
    """

    def __init__(self, kind: str, name: str) -> None:
        super().__init__(f"it needs {kind} {name}, which this waymark does not have")
        self.kind = kind
        self.name = name


class Unsnapshotable(Fault):
    """A run holds a value that a snapshot has no form for. The message has the path to it."""


class Refused(Exception):
    """The value at hand has no form; `Unsnapshotable` with its path is made of this."""

    def __init__(self, value: Any, reason: str) -> None:
        super().__init__(reason)
        self.value = value
        self.reason = reason


class Chunk:
    """A stretch of a large list or dict (key, value, key, value ...), or a stretch of its chunks. A page each."""

    __slots__ = ("items",)

    def __init__(self, items: list[Any]) -> None:
        self.items = items
