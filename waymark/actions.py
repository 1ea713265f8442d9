"""`@action`: mark an `async def` as distributed work.

Called inside a workflow it is a call that a worker runs; called anywhere else it is the function that was written.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, overload

from .registry import registry

P = ParamSpec("P")
R = TypeVar("R")


@overload
def action(function: Callable[P, Awaitable[R]], /) -> Callable[P, Awaitable[R]]: ...
@overload
def action(*, name: str | None = None) -> Callable[[Callable[P, Awaitable[R]]], Callable[P, Awaitable[R]]]: ...
def action(function: Any = None, /, *, name: str | None = None) -> Any:
    """Register an `async def` as an action, under `module:name`.

    >>> import asyncio
    >>> @action
    ... async def charge(order_id: int) -> bool:
    ...     return order_id > 0
    >>> asyncio.run(charge(7))
    True
    """
    if function is None:
        return lambda decorated: _register(decorated, name)
    return _register(function, name)


def _register(function: Any, name: str | None) -> Any:
    if not inspect.iscoroutinefunction(function):
        shown = getattr(function, "__qualname__", repr(function))
        raise TypeError(
            f"@action needs an `async def`, and {shown} is none: wrap blocking work in asyncio.to_thread(...)"
        )
    key = f"{importable_module(function)}:{name or function.__qualname__}"
    registry.register(key, function)
    function.__waymark_action__ = key
    return function


def importable_module(thing: Any) -> str:
    """The module that another process would import; `__main__` has a name of its own there."""
    module: str = thing.__module__
    if module == "__main__":
        main = sys.modules["__main__"]
        if (spec := getattr(main, "__spec__", None)) is not None:
            return str(spec.name)
        if (path := getattr(main, "__file__", None)) is not None:
            from waymark.compiler.frontend.project import module_name, project_of

            return module_name(Path(path), project_of(Path(path)))
    return module
