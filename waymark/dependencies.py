"""Dependencies of actions: `Depend` marks a parameter that a provider gives. `Depends` is the same.

    async def get_db() -> AsyncIterator[Db]:
        async with connect() as db:
            yield db

    @action
    async def charge(order_id: int, db: Annotated[Db, Depend(get_db)]) -> bool: ...

In a workflow it is called `await charge(order_id)`. FastAPI's `Depends` marks parameters just as well.
"""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from waymark.runtime.workers.providing import CannotProvide, Dependency, plan_of, provided

__all__ = ["CannotProvide", "Depend", "Depends", "provide_dependencies"]


def Depend(dependency: Callable[..., Any] | None = None, *, use_cache: bool = True) -> Any:
    """Mark a parameter, as its default or in `Annotated[...]`. Without a provider, the annotated class is one.

    A provider is a function, an `async def`, a class, or a generator (`async` or not) that yields once and cleans up
    behind its `yield`; a partial or a method of one will do. It is asked once for an attempt, unless `use_cache` is
    False.

    Example:
        def greeting() -> str:
            return "hello"

        @action
        async def greet(name: str, word: str = waymark.Depend(greeting)) -> str:
            return f"{word} {name}"

        assert await greet("ada") == "hello ada"
    """
    if dependency is not None and not callable(dependency):
        raise CannotProvide(f"Depend(...) takes a provider that can be called, and not {dependency!r}")
    return Dependency(dependency, use_cache)


Depends = Depend


@asynccontextmanager
async def provide_dependencies(
    function: Callable[..., Any], kwargs: Mapping[str, Any] | None = None
) -> AsyncIterator[dict[str, Any]]:
    """All arguments of a call: those that are given, and what providers give for the others, while the block lasts.

    Raises CannotProvide, a TypeError, if an argument is missing.

    Example:
        async with waymark.provide_dependencies(charge, {"order_id": 7}) as arguments:
            assert await charge(**arguments)
    """
    given = dict(kwargs or {})
    body = inspect.unwrap(function)
    plan = plan_of(body)
    missing = [
        name
        for name, each in plan.signature.parameters.items()
        if name not in given
        and name not in plan.provided
        and each.default is each.empty
        and each.kind not in (each.VAR_POSITIONAL, each.VAR_KEYWORD)
    ]
    if missing:
        name = getattr(body, "__qualname__", repr(body))
        raise CannotProvide(f"{name} needs {', '.join(map(repr, missing))}, which is not given, and has no provider")
    async with provided(body, given) as values:
        yield given | values
