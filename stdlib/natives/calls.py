"""Natives that the compiler itself emits: for argument lists and displays with `*` and `**`, and for `except` clauses.

Their texts are CPython's. A callee of the program says by `called_as` what CPython would call it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NoReturn

from .guards import GUARDS
from .model import Native


def list_extend(items: list[Any], more: Iterable[Any], *callee: Any) -> None:
    """Append what `*more` stands for to the arguments gathered so far. With an only star, CPython names the callee."""
    kind = type(more)
    if not hasattr(kind, "__iter__") and not hasattr(kind, "__getitem__"):
        argument = f"{called(callee[0])} argument" if callee else "Value"
        raise TypeError(f"{argument} after * must be an iterable, not {kind.__name__}")
    items.extend(more)


def dict_merge_call(keywords: dict[str, Any], more: Any, callee: Any) -> None:
    """Add what `**more` stands for to the keyword arguments gathered so far; a repeated one is CPython's error."""
    try:
        _merge(keywords, more, callee)
        return
    except AttributeError:
        pass
    no_mapping(more, callee)  # behind the `except`, so that the error has no context


def _merge(keywords: dict[str, Any], more: Any, callee: Any) -> None:
    if type(more) is dict:
        for key in more:
            if isinstance(key, str) and key in keywords:
                raise TypeError(f"{called(callee)} got multiple values for keyword argument '{key}'")
        keywords.update(more)  # takes the hashes over: keys of the program, to be refused by the call, are not asked
        return
    for key in list(more.keys()):
        if key in keywords:
            raise TypeError(f"{called(callee)} got multiple values for keyword argument '{key}'")
        keywords[key] = more[key]


def no_mapping(more: Any, *callee: Any) -> NoReturn:
    """Refuse what stands behind `**`: of a call of `callee`, or in a display. So CPython takes any AttributeError."""
    if callee:
        raise TypeError(f"{called(callee[0])} argument after ** must be a mapping, not {type(more).__name__}")
    raise TypeError(f"'{type(more).__name__}' object is not a mapping")


def dict_update(items: dict[Any, Any], more: Any) -> None:
    """Add what `**more` stands for to the dict that a display has made so far."""
    try:
        _update(items, more)
        return
    except AttributeError:
        pass
    no_mapping(more)


def _update(items: dict[Any, Any], more: Any) -> None:
    if isinstance(more, dict):
        items.update(more)
        return
    for key in list(more.keys()):
        items[key] = more[key]


def called(callee: Any) -> str:
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
    return issubclass(type(error), kinds)


def natives() -> list[Native]:
    return [
        Native("list_extend/1", list_extend, mutates=(0,), guard=GUARDS["list_extend/1"]),
        Native("dict_merge_call/1", dict_merge_call, mutates=(0,)),
        Native("dict_update/1", dict_update, mutates=(0,)),
        Native("no_mapping/1", no_mapping),
        Native("exception_matches/1", exception_matches),
    ]
