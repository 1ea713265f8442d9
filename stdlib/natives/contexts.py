"""Natives that the compiler emits for `with`, `async with` and `async for`: lookups, and checks of what came back.

Special methods are looked up on the type, never on the instance, and all of them before the first one is called. The
natives only look and check; the calls and awaits stand in the code around them, where they can pause. Texts are
CPython 3.11's.
"""

from __future__ import annotations

from types import MethodDescriptorType
from typing import Any

from .model import Native
from .services import services

_MISSING = object()


def context_methods(manager: Any) -> tuple[Any, Any]:
    """`__enter__` and `__exit__`, bound."""
    return _pair(manager, "__enter__", "__exit__", "context manager protocol")


def async_context_methods(manager: Any) -> tuple[Any, Any]:
    """`__aenter__` and `__aexit__`, bound."""
    return _pair(manager, "__aenter__", "__aexit__", "asynchronous context manager protocol")


def _pair(manager: Any, entering: str, leaving: str, protocol: str) -> tuple[Any, Any]:
    enter = _special(manager, entering)
    said = f"'{type(manager).__name__}' object does not support the {protocol}"
    if enter is _MISSING:
        raise TypeError(said)
    leave = _special(manager, leaving)
    if leave is _MISSING:
        raise TypeError(f"{said} (missed {leaving} method)")
    return enter, leave


def async_entered(awaitable: Any) -> Any:
    """What `__aenter__` gave, to be awaited."""
    return _awaitable(awaitable, "'async with' received an object from __aenter__ that does not implement __await__")


def async_exited(awaitable: Any) -> Any:
    """What `__aexit__` gave, to be awaited."""
    return _awaitable(awaitable, "'async with' received an object from __aexit__ that does not implement __await__")


def async_iter(iterable: Any) -> Any:
    """`__aiter__`, bound."""
    method = _special(iterable, "__aiter__")
    if method is _MISSING:
        kind = type(iterable).__name__
        raise TypeError(f"'async for' requires an object with __aiter__ method, got {kind}")
    return method


def async_iterator(iterator: Any) -> Any:
    """What `__aiter__` gave, which must have `__anext__`."""
    kind = type(iterator)
    if not any("__anext__" in vars(base) for base in kind.__mro__):
        said = "'async for' received an object from __aiter__ that does not implement __anext__"
        raise TypeError(f"{said}: {kind.__name__}")
    return iterator


def async_next(iterator: Any) -> Any:
    """`__anext__`, bound."""
    method = _special(iterator, "__anext__")
    if method is _MISSING:
        kind = type(iterator).__name__
        raise TypeError(f"'async for' requires an iterator with __anext__ method, got {kind}")
    return method


def async_item(awaitable: Any) -> Any:
    """What `__anext__` gave, to be awaited."""
    if is_awaitable(awaitable):
        return awaitable
    kind = type(awaitable).__name__
    error = TypeError(f"'async for' received an invalid object from __anext__: {kind}")
    error.__cause__ = error.__context__ = TypeError(f"object {kind} can't be used in 'await' expression")
    raise error


def _awaitable(value: Any, said: str) -> Any:
    if not is_awaitable(value):
        raise TypeError(f"{said}: {type(value).__name__}")
    return value


def is_awaitable(value: Any) -> bool:
    """Whether `await value` begins. The machine's own awaitables say so by a mark on their class."""
    kind = type(value)
    return hasattr(kind, "__waymark_awaitable__") or hasattr(kind, "__await__")


def _special(value: Any, name: str) -> Any:
    """The method of this name that the type has, bound as CPython binds it."""
    kind = type(value)
    for base in kind.__mro__:
        if name in vars(base):
            found = vars(base)[name]
            if type(found) is MethodDescriptorType:  # the host's, which a snapshot holds as the gate gives it
                return services.get().read_attribute(value, name)
            bind = getattr(type(found), "__get__", None)
            return found if bind is None else bind(found, value, kind)
    return _MISSING


def natives() -> list[Native]:
    return [
        Native("context_methods/1", context_methods),
        Native("async_context_methods/1", async_context_methods),
        Native("async_entered/1", async_entered),
        Native("async_exited/1", async_exited),
        Native("async_iter/1", async_iter),
        Native("async_iterator/1", async_iterator),
        Native("async_next/1", async_next),
        Native("async_item/1", async_item),
    ]
