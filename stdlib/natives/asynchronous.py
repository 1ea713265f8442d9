"""asyncio's own classes, as values: for `isinstance`, and `Future()` makes one."""

from __future__ import annotations

from ..values.futures import Future, Handle, Task
from .model import Native


def natives() -> list[Native]:
    return [
        Native("asyncio.Future/1", Future),
        Native("asyncio.Task/1", Task),
        Native("asyncio.Handle/1", Handle),
    ]


# Other names that CPython has for them, and for the exceptions.
_ERRORS = (
    "BrokenBarrierError CancelledError IncompleteReadError InvalidStateError LimitOverrunError "
    "SendfileNotAvailableError"
)
_QUEUES = "QueueEmpty QueueFull"
ALIASES: dict[str, str] = {
    "asyncio.futures.Future": "asyncio.Future/1",
    "asyncio.tasks.Future": "asyncio.Future/1",
    "asyncio.tasks.Task": "asyncio.Task/1",
    "asyncio.events.Handle": "asyncio.Handle/1",
    "asyncio.TimeoutError": "TimeoutError/1",
    "asyncio.exceptions.TimeoutError": "TimeoutError/1",
    **{f"asyncio.exceptions.{name}": f"asyncio.{name}/1" for name in _ERRORS.split()},
    **{f"asyncio.queues.{name}": f"asyncio.{name}/1" for name in _QUEUES.split()},
}
