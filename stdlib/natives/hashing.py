"""`hash(x)` for programs: the same in every process.

Python salts the hashes of str and bytes in each process, so a hash that a program keeps would no longer find its entry
after a restart. Numbers hash as CPython's do; text and bytes by a keyed hash; tuples from the hashes of their items; an
instance of a program's class as its own `__hash__` says.
"""

from __future__ import annotations

import hashlib
from typing import Any

from .model import Native

_KEY = b"waymark hash/1"
_NONE = 0x5F1E
_MODULUS = (1 << 61) - 1  # CPython's own for numbers: `hash()` leaves such an int as it is


def stable_hash(value: Any) -> int:
    """The process-independent hash. What is unhashable is CPython's TypeError."""
    kind = type(value)
    if value is None:
        return _NONE
    if kind is str:
        return _digest(value.encode("utf-8", "surrogatepass"))
    if kind is bytes:
        return _digest(value)
    if kind is tuple:
        return hash(tuple(map(stable_hash, value)))
    return hash(value)


def _digest(data: bytes) -> int:
    if not data:
        return 0
    return int.from_bytes(hashlib.blake2b(data, digest_size=8, key=_KEY).digest(), "big") % _MODULUS


def natives() -> list[Native]:
    return [Native("hash/1", stable_hash)]
