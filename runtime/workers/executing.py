"""Which attempt a worker process is executing right now, where it survives the process.

The worker writes the attempt's number into memory that it shares with its engine before each step of the attempt's
coroutine, and 0 behind it. A process that dies, or that stands still, says so by whom.
"""

from __future__ import annotations

import mmap
from collections.abc import Awaitable, Coroutine, Generator
from typing import Any, TypeVar

from ..engine.watched import COUNTER

Value = TypeVar("Value")


class Executing:
    """Both sides of it, on a descriptor of `engine.watched.shared_counter`."""

    def __init__(self, fd: int) -> None:
        self._memory = mmap.mmap(fd, COUNTER.size)

    @property
    def number(self) -> int:
        """0: none of them, as when all of them wait."""
        number: int = COUNTER.unpack_from(self._memory, 0)[0]
        return number

    def enter(self, number: int) -> None:
        COUNTER.pack_into(self._memory, 0, number)

    def close(self) -> None:
        self._memory.close()


class Stepped(Awaitable[Value]):
    """A coroutine whose every step is noted."""

    def __init__(self, work: Coroutine[Any, Any, Value], number: int, executing: Executing) -> None:
        self._work = work
        self._number = number
        self._executing = executing

    def __await__(self) -> Generator[Any, Any, Value]:
        work, enter, number = self._work, self._executing.enter, self._number
        step: Any = work.send
        sent: Any = None
        while True:
            enter(number)
            try:
                yielded = step(sent)
            except StopIteration as stopped:
                value: Value = stopped.value
                return value
            finally:
                enter(0)
            try:
                sent, step = (yield yielded), work.send
            except GeneratorExit:
                work.close()
                raise
            except BaseException as error:
                sent, step = error, work.throw
