"""Natives that the compiler itself emits: argument lists with `*` and `**`, and the test of an `except` clause."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .model import Native


def list_extend(items: list[Any], more: Iterable[Any]) -> None:
    """Append what `*more` stands for to the arguments gathered so far."""
    items.extend(more)


def dict_merge_call(keywords: dict[str, Any], more: Mapping[str, Any], callee: Any) -> None:
    """Add what `**more` stands for to the keyword arguments gathered so far; a repeated one is CPython's error."""
    name = getattr(callee, "__qualname__", None) or type(callee).__qualname__
    if not hasattr(more, "keys"):
        raise TypeError(f"{name}() argument after ** must be a mapping, not {type(more).__name__}")
    for key in more:
        if not isinstance(key, str):
            raise TypeError("keywords must be strings")
        if key in keywords:
            raise TypeError(f"{name}() got multiple values for keyword argument '{key}'")
        keywords[key] = more[key]


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
