"""`@action`: mark an `async def` as distributed work.

Called inside a workflow it is a call that a worker runs; called anywhere else it is the function that was written.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec, TypeVar, overload

from .places import importable_module
from .registry import registry

P = ParamSpec("P")
R = TypeVar("R")

AsyncFunction = Callable[P, Coroutine[Any, Any, R]]


@overload
def action(function: AsyncFunction[P, R], /) -> AsyncFunction[P, R]: ...
@overload
def action(*, name: str | None = None) -> Callable[[AsyncFunction[P, R]], AsyncFunction[P, R]]: ...
def action(function: Any = None, /, *, name: str | None = None) -> Any:
    """Register an `async def` as an action, under `module:name`.

    >>> import asyncio
    >>> @action
    ... async def charge(order_id: int) -> bool:
    ...     return order_id > 0
    >>> asyncio.run(charge(7))
    True
    """
    if name is not None and not (isinstance(name, str) and name):
        raise TypeError(f'@action(name=...) takes the name as text, such as name="charge", and not {name!r}')
    if function is None:
        return lambda decorated: _register(decorated, name)
    return _register(function, name)


def _register(function: Any, name: str | None) -> Any:
    if not (inspect.isfunction(function) and inspect.iscoroutinefunction(function)):
        shown = getattr(function, "__qualname__", repr(function))
        raise TypeError(
            f"@action needs an `async def`, and {shown} is none: wrap blocking work in asyncio.to_thread(...)"
        )
    registry.register(f"{importable_module(function)}:{name or function.__qualname__}", function)
    return function
