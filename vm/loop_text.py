"""Futures, tasks and handles as text, as asyncio prints them; where code stands is said as in a traceback."""

from __future__ import annotations

import reprlib
from typing import Any

from .trace import line_of
from .values.frames import Coroutine
from .values.functions import BoundMethod, VMFunction
from .values.futures import Future, Handle, Task

_AGAIN = "..."


def text_of(value: Future | Handle) -> str:
    """`repr(value)`."""
    return _of_handle(value) if isinstance(value, Handle) else _of_future(value)


@reprlib.recursive_repr(_AGAIN)
def _of_future(future: Future) -> str:
    info: list[str] = [future.state]
    if future.state == "finished":
        failed = future.error is not None
        info.append(f"exception={future.error!r}" if failed else f"result={reprlib.repr(future.value)}")
    if callbacks := [each for each in future.callbacks if each is not future]:
        info.append(f"cb=[{_callbacks(callbacks)}]")
    if isinstance(future, Task):
        if future.cancels and future.state == "pending":
            info[0] = "cancelling"
        info.insert(1, f"name={future.name!r}")
        if future.waits_for is not None and future.state == "pending":
            info.insert(2, f"wait_for={future.waits_for!r}")
        if future.coroutine is not None:
            info.insert(2, f"coro=<{_coroutine(future.coroutine)}>")
    return f"<{type(future).__name__} {' '.join(info)}>"


def _coroutine(coroutine: Coroutine) -> str:
    frame = coroutine.frame
    if frame is None:
        return f"{coroutine.name}() done"
    line = line_of(frame)
    return f"{coroutine.name}() running at {line.source}:{line.line}"


def _callbacks(callbacks: list[Any]) -> str:
    first, last = _callback(callbacks[0]), _callback(callbacks[-1])
    if len(callbacks) == 1:
        return first
    return f"{first}, {last}" if len(callbacks) == 2 else f"{first}, <{len(callbacks) - 2} more>, {last}"


def _callback(callback: Any) -> str:
    if isinstance(callback, Task):
        return "Task.task_wakeup()"
    if type(callback) is BoundMethod and type(callback.function) is VMFunction:
        return f"{callback.function.qualname}()"
    if type(callback) is VMFunction:
        line, _ = callback.loaded.position(0)
        return f"{callback.qualname}() at {callback.loaded.source}:{line}"
    return f"{getattr(callback, '__qualname__', None) or repr(callback)}()"


def _of_handle(handle: Handle) -> str:
    kind = "Handle" if handle.when is None else "TimerHandle"
    info = [kind, *(["cancelled"] if handle.cancelled else [])]
    if handle.when is not None:
        info.append(f"when={handle.when / 1_000_000}")
    if not handle.cancelled:
        info.append(called_text(handle))
    return f"<{' '.join(info)}>"


def called_text(handle: Handle) -> str:
    target = handle.target
    name, at, where = _callback(target).partition(" at ")
    shown = ", ".join(map(reprlib.repr, handle.args))
    return f"{name.removesuffix('()')}({shown}){at}{where}"
