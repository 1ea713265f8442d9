"""A number in memory that two processes share: whoever dies or stands still, the other one reads what it said last."""

from __future__ import annotations

import struct
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

COUNTER = struct.Struct("=Q")


@contextmanager
def shared_counter() -> Iterator[int]:
    """The descriptor of a file without a name, handed down to the other one. What is mapped outlives it."""
    with tempfile.TemporaryFile(prefix="waymark-number-") as file:
        file.truncate(COUNTER.size)
        yield file.fileno()
