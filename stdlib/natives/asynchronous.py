"""asyncio's own classes, as values: for `isinstance`, and `Future()` makes one."""

from __future__ import annotations

import types
from typing import Any

from ..values.futures import Future, Handle, Task
from .model import Native
from .services import Refusal, services

AWAITABLE = "types.coroutine"  # no name that a program could write: whatever the function makes may be awaited


def coroutine(*args: Any, **kwargs: Any) -> Any:
    """`types.coroutine` of a generator function, or of an `async def`, which is one already."""
    if len(args) != 1 or kwargs or not callable(args[0]):
        types.coroutine(*args, **kwargs)
    function: Any = args[0]
    kind = function.loaded.kind if type(function).__name__ == "function" else ""
    if kind == "generator":
        services.get().write_attribute(function, AWAITABLE, True)
    elif kind != "coroutine":
        raise Refusal("a workflow can give `types.coroutine` generator functions alone: write an `async def`")
    return function


def natives() -> list[Native]:
    return [
        Native("types.coroutine/1", coroutine),
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
