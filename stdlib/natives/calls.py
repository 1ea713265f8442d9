"""Natives that the compiler itself emits: argument lists with `*` and `**`, and the test of an `except` clause.

Their texts are CPython's. A callee of the program says by `called_as` what CPython would call it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .model import Native


def list_extend(items: list[Any], more: Iterable[Any], *callee: Any) -> None:
    """Append what `*more` stands for to the arguments gathered so far. With an only star, CPython names the callee."""
    kind = type(more)
    if not hasattr(kind, "__iter__") and not hasattr(kind, "__getitem__"):
        argument = f"{_called(callee[0])} argument" if callee else "Value"
        raise TypeError(f"{argument} after * must be an iterable, not {kind.__name__}")
    items.extend(more)


def dict_merge_call(keywords: dict[str, Any], more: Any, callee: Any) -> None:
    """Add what `**more` stands for to the keyword arguments gathered so far; a repeated one is CPython's error."""
    try:
        _merge(keywords, more)
        return
    except (AttributeError, KeyError) as error:
        problem = error
    # As CPython does, whoever raised it; behind the `except`, so that the error has no context.
    if isinstance(problem, AttributeError):
        raise TypeError(f"{_called(callee)} argument after ** must be a mapping, not {type(more).__name__}")
    if len(problem.args) == 1:
        raise TypeError(f"{_called(callee)} got multiple values for keyword argument '{problem.args[0]}'")
    raise problem


def _merge(keywords: dict[str, Any], more: Any) -> None:
    for key in list(more.keys()):
        if key in keywords:
            raise KeyError(key)
        keywords[key] = more[key]


def _called(callee: Any) -> str:
    """The callee in a message about its arguments: `module.qualname()`, without the module for builtins."""
    if isinstance(callee, str) and ":" in callee:  # an action, by its key
        return f"{callee.replace(':', '.')}()"
    told = getattr(callee, "called_as", None)
    if isinstance(told, str):
        return told
    qualname = getattr(callee, "__qualname__", None)
    if qualname is None:
        return str(callee)
    module = getattr(callee, "__module__", None)
    return f"{qualname}()" if module in (None, "builtins") else f"{module}.{qualname}()"


def exception_matches(error: BaseException, kinds: Any) -> bool:
    """Whether `except kinds` would catch the error; a `kinds` that is no exception class is CPython's TypeError."""
    for kind in kinds if isinstance(kinds, tuple) else (kinds,):
        if not (isinstance(kind, type) and issubclass(kind, BaseException)):
            raise TypeError("catching classes that do not inherit from BaseException is not allowed")
    return isinstance(error, kinds)


def natives() -> list[Native]:
    return [
        Native("list_extend/1", list_extend, mutates=(0,)),
        Native("dict_merge_call/1", dict_merge_call, mutates=(0,)),
        Native("exception_matches/1", exception_matches),
    ]
