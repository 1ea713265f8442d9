"""What an engine process and its supervisor tell each other in shared memory, which costs neither of them a call.

    the engine's        its slice counter, whether it has a lease and polls often itself, and which partitions it owns
    the supervisor's    when the last heartbeat was sent that was answered, how many were refused, when it last polled

The counter is raised when a slice begins and when it has ended, and every quarter of a second by the engine's own loop.
A counter that stands still for seconds means that something does not come back (a native that no guard foresaw, a
process that was stopped), and nothing inside the engine can tell. At an odd number it is a slice that does not end.
"""

from __future__ import annotations

import mmap
import struct
import tempfile
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from ..model import PARTITIONS, Part

NUMBER = struct.Struct("=q")
COUNT, LEASED, POLLING, BEAT_US, REFUSALS, POLLED_US = range(0, 6 * NUMBER.size, NUMBER.size)
OWNED = 6 * NUMBER.size
BITS = PARTITIONS // 8
BYTES = OWNED + BITS
URGENT, STARTS = b"!", b"."  # beside it, by a pipe: the inbox has something, or nothing but runs that start


@contextmanager
def shared_vitals() -> Iterator[int]:
    """The descriptor of a file without a name, handed down to an engine. What is mapped outlives it."""
    with tempfile.TemporaryFile(prefix="waymark-vitals-") as file:
        file.truncate(BYTES)
        yield file.fileno()


class Vitals:
    """Both sides of it, on a descriptor of such a file."""

    def __init__(self, fd: int) -> None:
        self._memory = mmap.mmap(fd, BYTES)
        self._count = 0

    def close(self) -> None:
        self._memory.close()

    # --- the engine's ---

    def turn(self, executing: bool) -> None:
        """A slice begins, or has ended."""
        self._count += 1 + ((self._count & 1) == executing)
        self._write(COUNT, self._count)

    def alive(self) -> None:
        """The engine's loop goes round, or waits for something that ends by itself."""
        self._count += 2
        self._write(COUNT, self._count)

    def owns(self, parts: Collection[Part]) -> None:
        bits = bytearray(BITS)
        for part in parts:
            bits[part >> 3] |= 1 << (part & 7)
        self._memory[OWNED:BYTES] = bytes(bits)

    @property
    def leased(self) -> bool:
        """Whether there is a lease that heartbeats can extend."""
        return bool(self._read(LEASED))

    @leased.setter
    def leased(self, leased: bool) -> None:
        self._write(LEASED, int(leased))

    @property
    def polling(self) -> bool:
        """Whether the engine reads its inbox often by itself, since work flows."""
        return bool(self._read(POLLING))

    @polling.setter
    def polling(self, polling: bool) -> None:
        self._write(POLLING, int(polling))

    # --- the supervisor's ---

    @property
    def count(self) -> int:
        """Odd: a slice is being executed. 0: the engine is not up yet."""
        return self._read(COUNT)

    @property
    def parts(self) -> frozenset[Part]:
        bits = self._memory[OWNED:BYTES]
        return frozenset(part for part in range(PARTITIONS) if bits[part >> 3] & 1 << (part & 7))

    @property
    def beat_us(self) -> int:
        """When the last heartbeat was sent that the store has answered, on this host's monotonic clock. 0: none was."""
        return self._read(BEAT_US)

    @beat_us.setter
    def beat_us(self, sent_us: int) -> None:
        self._write(BEAT_US, sent_us)

    @property
    def refusals(self) -> int:
        """How many heartbeats the store has refused, because the lease was over."""
        return self._read(REFUSALS)

    def refused(self) -> None:
        self._write(REFUSALS, self.refusals + 1)

    @property
    def polled_us(self) -> int:
        """When the supervisor last looked for entries, on this host's monotonic clock."""
        return self._read(POLLED_US)

    @polled_us.setter
    def polled_us(self, polled_us: int) -> None:
        self._write(POLLED_US, polled_us)

    def _read(self, at: int) -> int:
        number: int = NUMBER.unpack_from(self._memory, at)[0]
        return number

    def _write(self, at: int, number: int) -> None:
        NUMBER.pack_into(self._memory, at, number)


class Watch:
    """How long the counter of an engine has stood still, as its supervisor sees it."""

    def __init__(self, vitals: Vitals) -> None:
        self._vitals = vitals
        self._seen = 0
        self._still_s = 0.0
        self._looked_s = 0.0

    def still_s(self, now_s: float, look_s: float) -> float:
        """So many seconds by now. A look that is late counts as one in time: who was stopped with the engine, as with
        a whole container, has seen nothing meanwhile. `look_s`: how long after the last look this one was meant to be.
        """
        count = self._vitals.count
        if count != self._seen or count == 0:
            self._seen, self._still_s = count, 0.0
        else:
            self._still_s += min(now_s - self._looked_s, 2 * look_s)
        self._looked_s = now_s
        return self._still_s


def monotonic_us() -> int:
    """The clock that the processes of one host share."""
    return time.monotonic_ns() // 1000
