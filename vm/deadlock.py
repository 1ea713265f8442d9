"""The report of a deadlock: nothing is ready, nothing is pending, and each fiber waits for what another one should do.

    every fiber waits for another one, and nothing is pending:
      Task-1, shop.py:14 in Checkout.run, waits for the task reader
      reader, shop.py:9 in read, waits in Queue.get of <Queue maxsize=0, empty>

It is made of the state alone, and no code of the program runs for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from waymark.stdlib.prelude.python import MODULES

from .surface import Failed, TraceLine
from .trace import line_of
from .values.classes import class_info, held_by
from .values.futures import Future, Gathering, Task

if TYPE_CHECKING:
    from .state import State
    from .values.frames import Frame

FIBERS_MAX = 100  # that the text lists

_PRELUDE = frozenset(f"<{module}>" for module in MODULES)


class Deadlock(RuntimeError):
    """Nothing is ready, nothing is pending: the run waits for something that nobody will bring."""


def deadlocked(state: State) -> Failed:
    """The run fails, with the line of every fiber that is left."""
    lines: list[TraceLine] = []
    told: list[str] = []
    for task in state.tasks.values():
        if task.top is not None:
            own = next((frame for frame in _frames(task.top) if not _is_prelude(frame)), None)
            line = line_of(own or task.top)
            lines.append(line)
            where = "" if own is None else f", {line.source}:{line.line} in {line.function}"
            told.append(f"{task.name}{where}, waits {_reason(task)}")
    more = len(told) - FIBERS_MAX
    shown = [*told[:FIBERS_MAX], *([f"and {more} more"] if more > 0 else [])]
    text = "\n  ".join(["every fiber waits for another one, and nothing is pending:", *shown])
    return Failed(Deadlock(text), tuple(lines))


def _is_prelude(frame: Frame) -> bool:
    source = frame.loaded.source
    return source in _PRELUDE or source.startswith("<waymark.prelude.")


def _frames(top: Frame) -> Iterator[Frame]:
    """The innermost first."""
    frame: Frame | None = top
    while frame is not None:
        yield frame
        frame = frame.caller


def _reason(task: Task) -> str:
    assert task.top is not None
    asked = [each for frame in takewhile(_is_prelude, _frames(task.top)) for each in _receiver(frame)]
    if asked:  # the last one is what the program's own code called
        held, method = asked[-1]
        return f"in {type(held).__qualname__}.{method} of {shown(held)}"
    waited = task.waits_for
    return "for what it handed out" if waited is None else f"for {_future(waited)}"


def _receiver(frame: Frame) -> Iterator[tuple[Any, str]]:
    """`self` and the method, if the frame is of one and still needs it: else no snapshot would hold it."""
    if frame.loaded.function.parameters and 0 in frame.loaded.live.get(frame.pc, ()):
        first = frame.registers[0]
        if class_info(type(first)) is not None:
            yield first, frame.loaded.qualname.rpartition(".")[2]


def _future(future: Future) -> str:
    if isinstance(future, Task):
        return f"the task {future.name}"
    if isinstance(future, Gathering):
        pending = [_future(child) for child in future.children if child.state == "pending"]
        return f"gather() of {', '.join(pending[:FIBERS_MAX])}"
    return "a future that nobody has settled"


# --- locks, queues and their like, as their `repr` says ---


def shown(value: Any) -> str:
    """One of asyncio's objects, by its fields; of any other class, its name."""
    kind = type(value)
    fields = held_by(value)
    tell = _FIELDS.get(kind.__name__) if kind.__module__.startswith("asyncio.") else None
    return f"<{kind.__qualname__}{'' if tell is None else ' ' + tell(fields)}>"


def _count(items: Iterable[Any]) -> str:
    count = len(list(items))
    return "empty" if not count else f"{count} item{'s' * (count > 1)}"


def _queue(fields: dict[str, Any]) -> str:
    return f"maxsize={fields.get('_maxsize')}, {_count(fields.get('_queue', ()))}"


def _semaphore(fields: dict[str, Any]) -> str:
    return f"value:{fields['_value']}" if fields.get("_value") else "locked"


_FIELDS: dict[str, Callable[[dict[str, Any]], str]] = {
    "Event": lambda fields: "set" if fields.get("_value") else "unset",
    "Barrier": lambda fields: f"{fields.get('_state')}, {fields.get('_count')}/{fields.get('_parties')}",
    "Condition": lambda fields: f"over {shown(fields.get('_lock'))}",
    "Lock": lambda fields: "locked" if fields.get("_locked") else "unlocked",
    "Semaphore": _semaphore,
    "BoundedSemaphore": _semaphore,
    "Queue": _queue,
    "LifoQueue": _queue,
    "PriorityQueue": _queue,
}
