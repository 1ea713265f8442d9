"""A counter that an engine raises when it begins a slice and when it has ended it, in memory that its supervisor reads.

A slice is short, whatever the program does: the VM counts ticks. So a counter that stands at an odd number for seconds
means that something under the program does not come back (a native that no guard foresaw), and nothing else can tell:
the engine's own loop stands still with it. The supervisor ends that engine, and the next one reads in its lock file
which run it was, which gets a strike.
"""

from __future__ import annotations

import mmap
import struct
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

COUNTER = struct.Struct("=Q")


@contextmanager
def shared_counter() -> Iterator[int]:
    """The descriptor of a file without a name, handed down to an engine. What is mapped outlives it."""
    with tempfile.TemporaryFile(prefix="waymark-slices-") as file:
        file.truncate(COUNTER.size)
        yield file.fileno()


class SliceCounter:
    """Both sides of it, on a descriptor of such a file."""

    def __init__(self, fd: int) -> None:
        self._memory = mmap.mmap(fd, COUNTER.size)
        self._count = 0

    def turn(self, executing: bool) -> None:
        """The engine's: a slice begins, or has ended."""
        self._count += 1 + ((self._count & 1) == executing)
        COUNTER.pack_into(self._memory, 0, self._count)

    def read(self) -> int:
        """The supervisor's. Odd: a slice is being executed."""
        count: int = COUNTER.unpack_from(self._memory, 0)[0]
        return count

    def close(self) -> None:
        self._memory.close()


class Watch:
    """What the supervisor makes of it: how long one and the same slice lasts."""

    def __init__(self, counter: SliceCounter) -> None:
        self._counter = counter
        self._seen = 0
        self._since_s = 0.0

    def stands_still(self, now_s: float, patience_s: float) -> bool:
        seen = self._counter.read()
        if seen != self._seen or not seen & 1:
            self._seen, self._since_s = seen, now_s
            return False
        return now_s - self._since_s >= patience_s
